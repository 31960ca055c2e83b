"""A project's folder on the disk: the one tree that can be written, too."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from migration.errors import Fault, MigrationError, ask_if_meant
from migration.files import disk
from migration.files.atomic import PendingFiles
from migration.files.faults import io_fault, naming
from migration.files.links import list_links, resolve_links
from migration.files.regular import irregular, read_regular
from migration.files.submodules import find_empty_submodule
from migration.files.tree import Tree
from migration.files.walk import files_under
from migration.paths import RealPath, is_unicode


class DiskTree(Tree):
    """A folder on disk."""

    def __init__(self, root: Path) -> None:
        """Open the folder `root`; symbolic links on the way to it are followed."""
        self.root = Path(os.path.realpath(root))
        self._inside = os.path.join(self.root, "")  # noqa: PTH118 - with the slash that ends it
        self._real_folders: dict[str, str] = {}
        """The real path of each folder that was asked for, since few folders hold all files."""

    def real_path(self, path: str, folder: str = "") -> RealPath:
        """Return the path without symbolic links, relative to the root if it lies inside.

        Links among the folders are followed once: this tree counts on being the only one that
        changes them.
        """
        try:
            around, name = os.path.split(os.path.join(self._inside, folder, path))  # noqa: PTH118
            if around not in self._real_folders:
                self._real_folders[around] = os.path.realpath(Path(around))
            real = os.path.join(self._real_folders[around], name)  # noqa: PTH118
            if name in {"", ".", ".."} or os.path.islink(real):  # noqa: PTH114
                real = resolve_links(real, _link_target)
        except ValueError:
            return RealPath(posixpath.join(folder, path))
        return RealPath(real.removeprefix(self._inside) if real != str(self.root) else ".")

    def links(self, path: str, folder: str = "") -> tuple[str, ...]:
        """Return every symbolic link that is followed on the way to the path, in that order."""
        found = list_links(str(self.root), os.path.join(folder, path), _link_target)  # noqa: PTH118
        return tuple(link.removeprefix(self._inside) for link in found)

    def is_file(self, path: str) -> bool:
        """Tell whether a regular file is at the path, links followed."""
        # Unlike `Path.is_file`, this is also False for a name that no file can have.
        return os.path.isfile(self._place(path))  # noqa: PTH113

    def is_link(self, path: str) -> bool:
        """Tell whether a symbolic link is at the path itself."""
        return os.path.islink(self._place(path))  # noqa: PTH114 - as in `is_file`

    def irregular(self, path: str) -> str | None:
        """Return what is at the path if it is anything but a regular file: `a FIFO`, say."""
        return irregular(self._place(path))

    def empty_submodule(self, path: str) -> str | None:
        """Return the submodule around a missing file, if it is not checked out."""
        with suppress(OSError):
            if folder := find_empty_submodule(self._place(path)):
                return os.path.relpath(folder, self.root)
        return None

    def read(self, path: str, most: int | None = None) -> bytes:
        """Return the bytes of a regular file, links followed; `most` bounds how many there may be.

        Raises:
            MigrationError: as `Tree.read`.
        """
        if not is_unicode(path):
            raise MigrationError(Fault("the name is not UTF-8", path, hint="rename the file"))
        try:
            return read_regular(self._place(path), most)
        except FileNotFoundError:
            hint = ask_if_meant(self.nearest(path))
            raise MigrationError(Fault("no such file", path, hint=hint)) from None
        except (OSError, ValueError) as error:
            raise MigrationError(io_fault("read", path, error)) from None

    def files(self, folder: str, *, with_hidden: bool = True) -> tuple[str, ...]:
        """Return every file under the folder, sorted; links to folders are followed once.

        Raises:
            MigrationError: as `Tree.files`.
        """
        return files_under(self.root, folder, with_hidden=with_hidden)

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted; none if it cannot be listed."""
        try:
            return sorted(os.listdir(self._place(folder)))  # noqa: PTH208 - names alone
        except (OSError, ValueError):
            return []

    def write_all(self, files: Mapping[str, bytes]) -> None:
        """Replace the files, in the order given, each as a whole.

        Every text is on disk under a temporary name before the first file is replaced, so that a
        full disk, or a place that cannot be written, leaves the tree as it was.

        Raises:
            MigrationError: a file cannot be written; it names which.
        """
        with self.write_beside(files) as pending:
            pending.place(files)

    @contextmanager
    def write_beside(self, files: Mapping[str, bytes]) -> Iterator[PendingFiles]:
        """Write the files, and those that the block adds, beside their places until it places them.

        At the end, the files that have not been placed are removed, and so is every folder that was
        made for them.

        Raises:
            MigrationError: a file cannot be written; it names which.
        """
        pending = PendingFiles(self.root)
        try:
            for path, data in files.items():
                pending.add(path, data)
            yield pending
        finally:
            pending.clear()
            self._real_folders.clear()

    def rename(self, places: Mapping[str, str]) -> None:
        """Rename files, each to the place that it is mapped to, and sync them.

        Raises:
            MigrationError: one cannot be renamed; those before it are.
        """
        self._real_folders.clear()
        pending = PendingFiles(self.root)
        pending.take_over({place: path for path, place in places.items()})
        pending.place(places.values())

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files, one after the other, and the folders that each leaves empty.

        A link is removed itself, never what it leads to. The files before a failure stay removed.

        Raises:
            MigrationError: a file cannot be removed; it names which.
        """
        self._real_folders.clear()
        for path in paths:
            place = self.root / path
            with naming("remove", path):
                disk.remove(place)
            # At once rather than at the end, which an interrupt might keep from being reached.
            for folder in place.parents:
                if folder == self.root or not _is_removed(folder):
                    break
            with suppress(OSError):
                disk.sync_folder(next(each for each in place.parents if each.exists()))

    def signature(self, path: str) -> tuple[int, int, int] | None:
        """Return what changes whenever the file at the path is replaced, None if there is none."""
        try:
            found = (self.root / path).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _place(self, path: str) -> str:
        return os.path.join(self._inside, path)  # noqa: PTH118 - several times faster than `Path /`


def _link_target(place: str) -> str | None:
    """Return the path that a symbolic link has, None where there is no link to be read."""
    try:
        return os.readlink(place)  # noqa: PTH115 - a text
    except (OSError, ValueError):
        return None


def _is_removed(folder: Path) -> bool:
    """Remove a folder if it is empty, and tell whether it was."""
    try:
        disk.remove_folder(folder)
    except OSError:
        return False
    return True
