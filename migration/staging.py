"""Files on their way to their places: on disk under temporary names first, then renamed."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from migration import disk
from migration.errors import Fault, MigrationError

TEMPORARY: Final = ".tmp"
"""How the name ends of a file that is not in its place yet; it starts with a dot."""


class Staged:
    """Files that stand beside their places under temporary names, on disk as a whole."""

    def __init__(self, root: Path) -> None:
        """Start with none, for places relative to `root`."""
        self._root = root
        self._waiting: dict[str, str] = {}
        """Path -> that at which the file is as yet. As texts, since there can be very many."""
        self._made: list[Path] = []
        self._there: set[Path] = set()
        """Folders that are known to be there."""

    def add(self, path: str, data: bytes) -> None:
        """Write one more file beside its place.

        Raises:
            MigrationError: it cannot be written, or a folder stands at its place.
        """
        place = self._root / path
        with _named(path):
            self._make_folder(place.parent)
            if place.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            folder, slash, name = path.rpartition("/")
            self._waiting[path] = f"{folder}{slash}.{name}.{os.getpid()}{TEMPORARY}"
            disk.write(self._root / self._waiting[path], data)

    def place(self, paths: Iterable[str]) -> None:
        """Put files in their places, in the order given, and see to it that they stay there.

        Each is on disk as a whole before the first is in its place.

        Raises:
            MigrationError: one cannot be placed; those before it are.
        """
        paths = tuple(paths)
        if not paths:
            return
        with _named(paths[0]):
            disk.sync_files(self._root, [self._waiting[path] for path in paths])
        # A folder that was made has a name, too, in the one around it.
        folders = {folder.parent for folder in self._made}
        for path in paths:
            place = self._root / path
            with _named(path):
                disk.replace(self._root / self._waiting[path], place)
            del self._waiting[path]
            folders.add(place.parent)
        for folder in sorted(folders):
            with _named(str(folder)):
                disk.sync_folder(folder)

    def clear(self) -> None:
        """Remove what has not been placed, then every folder made for it that is empty."""
        for temporary in self._waiting.values():
            with suppress(OSError, ValueError):
                disk.remove(self._root / temporary)
        for folder in reversed(self._made):
            with suppress(OSError):
                disk.remove_folder(folder)

    def _make_folder(self, folder: Path) -> None:
        if folder in self._there:
            return
        for each in reversed([each for each in (folder, *folder.parents) if not each.exists()]):
            inside = each.relative_to(self._root) if each.is_relative_to(self._root) else each
            if inside.as_posix() in self._waiting:
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            self._made.append(each)
            disk.make_folder(each)
        self._there.add(folder)


def io_fault(verb: str, path: str, error: OSError | ValueError) -> Fault:
    """Return the fault that the disk has refused to do something with a file."""
    # A ValueError is how Python refuses a text that no path can be, such as one with a NUL.
    return Fault(f"cannot {verb}: {getattr(error, 'strerror', None) or error}", path)


@contextmanager
def _named(path: str) -> Iterator[None]:
    """Turn whatever the disk refuses into an error that names the file."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise MigrationError(io_fault("write", path, error)) from None
