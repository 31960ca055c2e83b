"""A project's folder as a commit has it, read from git's objects: nothing is checked out.

Files outside the repository are in no commit: they are read from the disk, as they are now.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from itertools import accumulate
from pathlib import Path

from migration.errors import Fault, MigrationError, ask_if_meant
from migration.files.disk_tree import DiskTree
from migration.files.git_contents import Contents
from migration.files.git_listing import Listing
from migration.files.links import list_links, resolve_links
from migration.files.tree import Tree
from migration.files.walk import (
    DEEPEST,
    MOST_LINKED,
    is_bare_repository,
    is_environment,
    is_left_out,
    nesting_fault,
)
from migration.paths import RealPath, is_history, is_unicode

_MOST_AT_ONCE = 1_000
"""How many files are searched for a text in one go: what they hold is kept for that long."""
_IDENT = "ident"
_IDENT_MARK = b"$Id"
"""What the attribute `ident` replaces in a file; it changes nothing else."""


class GitTree(Tree):
    """A folder as a commit has it."""

    def __init__(self, listing: Listing, root: Path) -> None:
        """Read the folder `root`, a real path, from the contents of a commit."""
        self.root = root
        self._listing, self._contents = listing, Contents(listing)
        self._inside = posixpath.join(root.as_posix(), "")
        self._top = posixpath.join(listing.top.as_posix(), "")
        is_inside = self._inside.startswith(self._top)
        self._from_root = self._inside.removeprefix(self._top) if is_inside else None
        """The way from the top of the repository to the root, if that is inside."""
        self._disk = DiskTree(root)
        self.read_outside: set[str] = set()
        """The files outside the repository that were read, as they are now."""
        self._real_folders: dict[str, str] = {}
        self._real_paths: dict[tuple[str, str], RealPath] = {}
        """Every answer so far: a commit never changes."""

    def blob(self, path: str) -> str | None:
        """Return git's id of the content at a real path, None if git may rewrite the file."""
        key = self._from_top(path) or ""
        return None if key in self._listing.rewritten else self._listing.blobs.get(key)

    def real_path(self, path: str, folder: str = "") -> RealPath:
        """Return the path without symbolic links, relative to the root if it lies inside."""
        known = self._real_paths.get((path, folder))
        if known is None:
            known = self._real_paths[path, folder] = self._find_real_path(path, folder)
        return known

    def _find_real_path(self, path: str, folder: str) -> RealPath:
        around, name = posixpath.split(posixpath.join(self._inside, folder, path))
        if "\0" in around + name:
            return RealPath(posixpath.join(folder, path))
        if around not in self._real_folders:
            self._real_folders[around] = resolve_links(around, self._link_target)
        place = posixpath.join(self._real_folders[around], name)
        if name in ("", ".", "..") or self._link_target(place) is not None:
            place = resolve_links(place, self._link_target)
        return RealPath(place.removeprefix(self._inside) if place != str(self.root) else ".")

    def links(self, path: str, folder: str = "") -> tuple[str, ...]:
        """Return every symbolic link that is followed on the way to the path, in that order."""
        found = list_links(self.root.as_posix(), posixpath.join(folder, path), self._link_target)
        return tuple(link.removeprefix(self._inside) for link in found)

    def is_file(self, path: str) -> bool:
        """Tell whether a regular file is at the path, links followed.

        In a submodule that is not here, any path may be that of a file: reading it says so.
        """
        if self._from_top(path) in self._listing.blobs:
            return True
        key = self._from_top(self.real_path(path))
        if key is None:
            return self._disk.is_file(self.real_path(path))
        return key in self._listing.blobs or self._listing.absent_fault(key, path) is not None

    def is_link(self, path: str) -> bool:
        """Tell whether a symbolic link is at the path itself."""
        around, name = posixpath.split(path)
        place = posixpath.normpath(posixpath.join(self._inside, self.real_path(around)))
        return self._link_target(f"{place}/{name}") is not None

    def irregular(self, path: str) -> str | None:
        """Return what is at the path if it is anything but a regular file: `a directory`, say."""
        key = self._from_top(self.real_path(path))
        if key is None:
            return self._disk.irregular(self.real_path(path))
        if any(step in self._listing.links for step in accumulate(key.split("/"), posixpath.join)):
            return "a link that leads back to itself"
        return "a directory" if key.rstrip("/") in self._children else None

    def read(self, path: str, most: int | None = None) -> bytes:
        """Return the bytes of a regular file, links followed; `most` bounds how many there may be.

        Raises:
            MigrationError: as `Tree.read`, or the file is in a submodule that is not here.
        """
        if not is_unicode(path):
            raise MigrationError(Fault("the name is not UTF-8", path, hint="rename the file"))
        key = self._from_top(self.real_path(path))
        if key is None:
            # By the real path: on the way there, the disk may have other links than the commit.
            real = self.real_path(path)
            self.read_outside.add(real)
            try:
                return self._disk.read(real, most)
            except MigrationError as error:
                raise MigrationError(replace(error.faults[0], path=path)) from None
        if key not in self._listing.blobs:
            raise MigrationError(self._missing_fault(path, key))
        data = self._contents.read(key, most)
        if data is None:
            raise MigrationError(Fault(f"cannot read: larger than {most:,} bytes", path))
        attribute = self._listing.rewritten.get(key)
        if attribute and (attribute != _IDENT or _IDENT_MARK in data):
            message = f"git rewrites this file on checkout ({attribute}), so that no commit has it"
            raise MigrationError(Fault(message, path))
        return data

    def list_holding(self, paths: Iterable[str], text: bytes) -> Iterator[str]:
        """Yield those of the files that hold a text; many are read in one go.

        Raises:
            MigrationError: git cannot tell.
        """
        blobs = {path: self.blob(self.real_path(path)) for path in paths}
        yield from super().list_holding((path for path, blob in blobs.items() if not blob), text)
        known = [(path, blob) for path, blob in blobs.items() if blob]
        for start in range(0, len(known), _MOST_AT_ONCE):
            part = known[start : start + _MOST_AT_ONCE]
            read = self._listing.read({blob for _, blob in part})
            yield from (path for path, blob in part if text in read[blob])

    def files(self, folder: str, *, with_hidden: bool = True) -> tuple[str, ...]:
        """Return every file under the folder, sorted; links to folders are followed once.

        Raises:
            MigrationError: the folders are nested too deep.
        """
        found: list[str] = []
        self._walk(folder, frozenset(), 0, found, with_hidden=with_hidden)
        return tuple(sorted(found))

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted; none if it cannot be listed."""
        key = self._from_top(self.real_path(folder))
        if key is None:
            return self._disk.names(self.real_path(folder))
        return sorted(self._children.get(key.rstrip("/"), ()))

    def signature(self, path: str) -> object:
        """Return the id of the file's content, None if there is none: a commit never changes."""
        return self._listing.blobs.get(self._from_top(self.real_path(path)) or "")

    def _from_top(self, path: str) -> str | None:
        """Return a path as one from the top of the repository, None if it lies outside."""
        if self._from_root is not None and path != "." and not path.startswith("/"):
            return self._from_root + path
        place = posixpath.join(self._inside, "" if path == "." else path)
        if place.startswith(self._top):
            return place[len(self._top) :]
        return "" if f"{place}/" == self._top else None

    def _link_target(self, place: str) -> str | None:
        """Return the text of the link at an absolute path, None if there is no link."""
        if place.startswith(self._top):
            return self._listing.links.get(place[len(self._top) :])
        if self._top.startswith(posixpath.join(place, "")):
            return None
        try:
            return os.readlink(place)  # noqa: PTH115 - a text
        except (OSError, ValueError):
            return None

    def _missing_fault(self, path: str, key: str) -> Fault:
        if fault := self._listing.absent_fault(key, path):
            return fault
        if found := self.irregular(path):
            return Fault(f"cannot read: {found}, not a file", path)
        folders = accumulate(key.split("/")[:-1], posixpath.join)
        if any(folder in self._listing.blobs for folder in folders):
            return Fault("cannot read: Not a directory", path)
        return Fault("no such file", path, hint=ask_if_meant(self.nearest(path)))

    @cached_property
    def _children(self) -> Mapping[str, set[str]]:
        """Each folder, from the top of the repository -> the names in it."""
        children: dict[str, set[str]] = {"": set()}
        for key in (*self._listing.blobs, *self._listing.links, *self._listing.absent):
            around, _, name = key.rpartition("/")
            while around not in children:
                children[around] = {name}
                around, _, name = around.rpartition("/")
            children[around].add(name)
        return children

    def _walk(
        self,
        folder: str,
        around: frozenset[str],
        links: int,
        found: list[str],
        *,
        with_hidden: bool,
    ) -> None:
        """Add the files under a folder to those found; `links` folders around it are links."""
        real = self.real_path(folder)
        key = self._from_top(real)
        if key is None:
            # By the real path, and named by the path asked for.
            shown = partial(_count_from, folder, real)
            try:
                found += map(shown, self._disk.files(real, with_hidden=with_hidden))
            except MigrationError as error:
                faults = (replace(each, path=shown(each.path or real)) for each in error.faults)
                raise MigrationError(*faults) from None
            return
        key = key.rstrip("/")
        if key in around or key not in self._children or is_history(real):
            return
        if len(around) > DEEPEST or links > MOST_LINKED:
            raise MigrationError(nesting_fault(folder))
        names = self._children[key]
        if self._is_skipped(key, names, is_first=not around):
            return
        for name in sorted(names):
            if is_left_out(name) or (name.startswith(".") and not with_hidden):
                continue
            path, at = posixpath.join(folder, name), posixpath.join(key, name)
            is_link = at in self._listing.links
            if at in self._listing.blobs or (is_link and self.irregular(path) != "a directory"):
                # A link that leads nowhere is listed, so that its target is reported as missing.
                found.append(path)
            else:
                inside = around | {key}
                self._walk(path, inside, links + is_link, found, with_hidden=with_hidden)

    def _is_skipped(self, key: str, names: set[str], *, is_first: bool) -> bool:
        """Tell whether a folder is a virtual environment, or has a repository's own data."""
        folders = {name for name in names if posixpath.join(key, name) in self._children}
        return is_bare_repository(names, folders) or (not is_first and is_environment(names))


def _count_from(folder: str, real: str, path: str) -> str:
    """Return a path in the folder `real` as one that counts from `folder` instead."""
    return posixpath.normpath(posixpath.join(folder, posixpath.relpath(path, real)))
