"""Files on their way to their places: on disk under temporary names first, then renamed."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from migration.errors import Fault, MigrationError
from migration.files import disk

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
        self._abandoned: dict[str, list[Path]] = {}
        """Place -> what killed processes have left beside it."""
        self._is_promised = False
        self._is_synced = False

    def add(self, path: str, data: bytes) -> None:
        """Write one more file beside its place.

        Raises:
            MigrationError: it cannot be written, or a folder stands at its place.
        """
        place = self._root / path
        with _named(path):
            if place.parent not in self._there:
                self._make_folder(place.parent)
                self._find_abandoned(path.rpartition("/")[0])
            owner = _status(place)
            if owner and stat.S_ISDIR(owner.st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            self._waiting[path] = temporary(path, os.getpid())
            self._is_synced = False
            # A private file stays private, and one that can be run stays so.
            disk.write(self._root / self._waiting[path], data, owner)
            for left in self._abandoned.pop(path, ()):
                disk.remove(left)

    def take_over(self, waiting: Mapping[str, str]) -> None:
        """Add files that another process has written beside their places: place -> file."""
        self._waiting |= waiting

    def promise(self) -> None:
        """Keep the files even if placing them fails: the journal says where they go."""
        self._is_promised = True

    def sync(self) -> None:
        """See to it that all that waits is still there after a power cut, names included.

        Raises:
            MigrationError: the disk refuses.
        """
        waiting = [*self._waiting.values()]
        if not waiting:
            return
        with _named(waiting[0]):
            disk.sync_files(self._root, waiting)
        self._sync_folders({path.rpartition("/")[0] for path in waiting})
        self._is_synced = True

    def place(self, paths: Iterable[str]) -> None:
        """Put files in their places, in the order given, and see to it that they stay there.

        Each is on disk as a whole before the first is in its place.

        Raises:
            MigrationError: one cannot be placed; those before it are.
        """
        paths = tuple(paths)
        if not paths:
            return
        if not self._is_synced:
            with _named(paths[0]):
                disk.sync_files(self._root, [self._waiting[path] for path in paths])
        for path in paths:
            with _named(path):
                disk.replace(self._root / self._waiting[path], self._root / path)
            del self._waiting[path]
        self._sync_folders({path.rpartition("/")[0] for path in paths})

    def clear(self) -> None:
        """Remove what has not been placed, then every folder made for it that is empty."""
        if self._is_promised:
            return
        for waiting in self._waiting.values():
            with suppress(OSError, ValueError):
                disk.remove(self._root / waiting)
        for folder in reversed(self._made):
            with suppress(OSError):
                disk.remove_folder(folder)

    def _sync_folders(self, folders: Iterable[str]) -> None:
        # A folder that was made has a name, too, in the one around it.
        changed = {self._root / folder for folder in folders}
        for folder in sorted(changed | {folder.parent for folder in self._made}):
            with _named(self._inside(folder)):
                disk.sync_folder(folder)

    def _inside(self, folder: Path) -> str:
        """Return the path of a folder from the root, or the whole path if it lies outside."""
        is_inside = folder.is_relative_to(self._root)
        return (folder.relative_to(self._root) if is_inside else folder).as_posix()

    def _make_folder(self, folder: Path) -> None:
        for each in reversed([each for each in (folder, *folder.parents) if not each.exists()]):
            if self._inside(each) in self._waiting:
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            self._made.append(each)
            disk.make_folder(each)
        self._there.add(folder)

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
    except PermissionError:  # somebody else's
        return True
    return True


def _status(place: Path) -> os.stat_result | None:
    """Return the status of what stands at a place, a link followed; None if there is nothing."""
    try:
        return place.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:
            return None
        raise


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
