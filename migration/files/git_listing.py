"""Lists what a commit has: the files, links and submodules of a whole repository.

`git_tree` reads them as the files of a project.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from migration.errors import Fault
from migration.files.git import Git
from migration.text import advise_checkout

_LINK: Final = "120000"
_SUBMODULE: Final = "commit"


@dataclass(frozen=True, slots=True)
class Listing:
    """The contents of a commit, every path from the top of its work tree."""

    top: Path
    """The folder of the work tree, without links on the way to it."""
    blobs: Mapping[str, str]
    """Each regular file -> the id of its content."""
    links: Mapping[str, str]
    """Each symbolic link -> the text that it holds."""
    absent: Mapping[str, str]
    """Each submodule whose files cannot be read here -> its commit."""
    rewritten: Mapping[str, str]
    """Each file that git rewrites on checkout -> the attribute by which it does."""
    _git: Git
    _owners: Mapping[str, Git]
    """The repository of each content that a submodule keeps, by the id of the content."""

    def read(self, ids: Collection[str]) -> Mapping[str, bytes]:
        """Return contents by their ids, those of one repository read in one go.

        Raises:
            MigrationError: git cannot tell.
        """
        read: dict[str, bytes] = {}
        for git, blobs in self._part_by_repository(ids):
            read |= git.blobs(blobs)
        return read

    def sizes(self, ids: Collection[str]) -> Mapping[str, int]:
        """Return how many bytes contents have, by their ids; those not here are left out.

        Raises:
            MigrationError: git cannot tell.
        """
        found: dict[str, int] = {}
        for git, blobs in self._part_by_repository(ids):
            found |= git.sizes(blobs, may_be_missing=True)
        return found

    def _part_by_repository(self, ids: Collection[str]) -> Iterator[tuple[Git, list[str]]]:
        inner = [blob for blob in ids if blob in self._owners]
        yield self._git, [blob for blob in ids if blob not in self._owners]
        for git in dict.fromkeys(self._owners[blob] for blob in inner):
            yield git, [blob for blob in inner if self._owners[blob] is git]

    def absent_faults(self) -> Iterator[Fault]:
        """Yield the fault of each submodule that cannot be read here."""
        for folder in self.absent:
            if fault := self.absent_fault(folder, folder):
                yield fault

    def absent_fault(self, path: str, shown: str) -> Fault | None:
        """Return the fault of a path within a submodule that cannot be read here, else None."""
        for folder, commit in self.absent.items():
            if path == folder or path.startswith(f"{folder}/"):
                message = f"in the submodule {folder}, whose commit {commit[:7]} is not here"
                return Fault(message, shown, hint=advise_checkout(folder))
        return None


def list_commit(git: Git, commit: str) -> Listing:
    """Return the contents of a commit, those of the submodules that are checked out included.

    Raises:
        MigrationError: git cannot tell.
    """
    top = Path(os.path.normpath(git.folder / git.top()))
    blobs: dict[str, str] = {}
    link_ids: dict[str, str] = {}
    absent: dict[str, str] = {}
    owners: dict[str, Git] = {}
    rewritten: dict[str, str] = {}
    waiting: list[tuple[str, Git, str]] = [("", git.at(top), commit)]
    while waiting:
        folder, owner, point = waiting.pop()
        own: dict[str, str] = {}
        for inside, mode, kind, name in _list_rows(owner, point):
            path = posixpath.join(folder, inside)
            if kind == _SUBMODULE:
                # Without a repository of its own there, git would answer for the one around it.
                inner = git.at(top / path)
                is_here = (top / path / ".git").exists() and inner.commit(name) is not None
                if is_here:
                    waiting.append((path, inner, name))
                else:
                    absent[path] = name
                continue
            if folder:
                owners[name] = owner
            if mode == _LINK:
                link_ids[path] = name
            else:
                blobs[path] = own[inside] = name
        for inside, attribute in owner.list_rewritten(point, own).items():
            rewritten[posixpath.join(folder, inside)] = attribute
    found = Listing(top, blobs, {}, absent, rewritten, git.at(top), owners)
    texts = found.read({*link_ids.values()})
    links = {path: os.fsdecode(texts[name]) for path, name in link_ids.items()}
    return replace(found, links=links)


def _list_rows(git: Git, commit: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield path, mode, kind and id of each entry of a commit."""
    for row in git.rows("ls-tree", "-r", "-z", "--full-tree", commit):
        head, _, path = row.partition("\t")
        mode, kind, name = head.split()
        yield path, mode, kind, name
