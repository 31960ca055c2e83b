"""Writes files beside their places under temporary names, syncs them, and renames them."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from migration.files import disk
from migration.files.faults import naming

_TEMPORARY: Final = re.compile(r"\.(?P<name>.+)\.(?P<process>[1-9][0-9]*)\.tmp", re.DOTALL)


def temporary(path: str, process: int) -> str:
    """Return the path at which a process writes a file before it is in its place.

    >>> temporary("configs/a.yaml", 7)
    'configs/.a.yaml.7.tmp'
    """
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}.{name}.{process}.tmp"


def place_of(path: str) -> str | None:
    """Return for which place a temporary file was written, None for any other file.

    >>> place_of("configs/.a.yaml.7.tmp"), place_of("configs/a.yaml")
    ('configs/a.yaml', None)
    """
    folder, slash, name = path.rpartition("/")
    found = _TEMPORARY.fullmatch(name)
    return f"{folder}{slash}{found['name']}" if found else None


class PendingFiles:
    """Files that are written as a whole beside their places, and wait to be renamed into them."""

    def __init__(self, root: Path) -> None:
        """Start with no file, for places relative to `root`."""
        self._root = root
        self._waiting: dict[str, str] = {}
        """Place -> temporary path. As texts, since there can be very many."""
        self._new_folders: list[Path] = []
        self._known_folders: set[Path] = set()
        """Folders that exist."""
        self._abandoned: dict[str, list[Path]] = {}
        """Place -> temporary files that killed processes have left beside it."""
        self._is_promised = False
        self._is_synced = False

    def add(self, path: str, data: bytes) -> None:
        """Write one more file beside its place.

        Raises:
            MigrationError: it cannot be written, or a folder is at its place.
        """
        place = self._root / path
        with naming("write", path):
            if place.parent not in self._known_folders:
                self._make_folder(place.parent)
                self._find_abandoned(path.rpartition("/")[0])
            replaced = _status(place)
            if replaced and stat.S_ISDIR(replaced.st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            self._waiting[path] = temporary(path, os.getpid())
            self._is_synced = False
            # A private file stays private, and an executable one stays executable.
            disk.write(self._root / self._waiting[path], data, replaced)
            for left in self._abandoned.pop(path, ()):
                disk.remove(left)

    def take_over(self, waiting: Mapping[str, str]) -> None:
        """Add files that another process has written beside their places: place -> file."""
        self._waiting |= waiting

    def promise(self) -> None:
        """Keep the files even if placing them fails: the journal says where they go."""
        self._is_promised = True

    def sync(self) -> None:
        """Sync all waiting files and their folders, so that they survive a power cut.

        Raises:
            MigrationError: the disk refuses.
        """
        waiting = [*self._waiting.values()]
        if not waiting:
            return
        with naming("write", waiting[0]):
            disk.sync_files(self._root, waiting)
        self._sync_folders_of(waiting)
        self._is_synced = True

    def place(self, paths: Iterable[str]) -> None:
        """Rename files into their places, in the order given, and sync the folders.

        Every file is synced before the first one is renamed.

        Raises:
            MigrationError: one cannot be placed; those before it are.
        """
        paths = tuple(paths)
        if not paths:
            return
        if not self._is_synced:
            with naming("write", paths[0]):
                disk.sync_files(self._root, [self._waiting[path] for path in paths])
        for path in paths:
            with naming("write", path):
                disk.replace(self._root / self._waiting[path], self._root / path)
            del self._waiting[path]
        self._sync_folders_of(paths)

    def clear(self) -> None:
        """Remove the files that have not been placed, then each new folder that is empty."""
        if self._is_promised:
            return
        for waiting in self._waiting.values():
            with suppress(OSError, ValueError):
                disk.remove(self._root / waiting)
        for folder in reversed(self._new_folders):
            with suppress(OSError):
                disk.remove_folder(folder)

    def _sync_folders_of(self, paths: Iterable[str]) -> None:
        changed = {self._root / folder for folder in {path.rpartition("/")[0] for path in paths}}
        # The name of a new folder is in the folder around it.
        changed |= {folder.parent for folder in self._new_folders}
        for folder in sorted(changed):
            with naming("write", self._relative(folder)):
                disk.sync_folder(folder)

    def _relative(self, folder: Path) -> str:
        """Return the path of a folder from the root, or the whole path if it lies outside."""
        is_inside = folder.is_relative_to(self._root)
        return (folder.relative_to(self._root) if is_inside else folder).as_posix()

    def _make_folder(self, folder: Path) -> None:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for each in reversed(missing):
            if self._relative(each) in self._waiting:
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            self._new_folders.append(each)
            disk.make_folder(each)
        self._known_folders.add(folder)

    def _find_abandoned(self, folder: str) -> None:
        around = self._root / folder
        for name in os.listdir(around):  # noqa: PTH208 - names alone, of which there can be many
            found = _TEMPORARY.fullmatch(name) if name.startswith(".") else None
            if found and not _is_running(int(found["process"])):
                place = f"{folder}/{found['name']}" if folder else found["name"]
                self._abandoned.setdefault(place, []).append(around / name)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # another user's process
        return True
    return True


def _status(place: Path) -> os.stat_result | None:
    """Return the status of the file at a place, links followed; None if there is none."""
    try:
        return place.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:
            return None
        raise
