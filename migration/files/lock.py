"""Lets one command at a time change the state, and names the one that holds the lock to others."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from migration.errors import Fault, MigrationError
from migration.files import disk
from migration.files.faults import io_fault

PATIENCE: Final = 10.0
"""Seconds that a command waits for another one, unless the user lets it wait for any time."""
_QUIET = 1.0  # most commands are done by then, and a message would only distract
_LONGEST = 200
LOCK: Final = ".lock"
"""The name of the file that the lock is on."""


@contextmanager
def locked(
    root: Path, folder: str, doing: str, patience: float | None, tell: Callable[[str], None]
) -> Iterator[None]:
    """Hold the lock of a folder, which is made if it is missing; `doing` names the command.

    The lock is the kernel's, so that it ends with its process, however that ends. Its file is
    removed at the end. `patience` is in seconds, None for any time. `tell` shows the user for which
    command this one is waiting.

    Raises:
        MigrationError: another command holds the lock until patience is over, or the folder cannot
            be written.
    """
    lock = _FolderLock(root / folder / LOCK)
    try:
        try:
            holder = lock.take(doing, patience, tell)
        except OSError as error:
            raise MigrationError(io_fault("lock", folder, error)) from None
        if holder:
            hint = "`--wait` waits for as long as it takes"
            raise MigrationError(Fault(f"in use by {holder}", folder, hint=hint))
        yield
    finally:
        lock.release()


def is_held(root: Path, folder: str) -> bool:
    """Tell whether a command holds the lock of a folder at this moment, without writing."""
    try:
        descriptor = os.open(root / folder / LOCK, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


class _FolderLock:
    """The lock on a file, and the folders that were made for it and go with it."""

    def __init__(self, place: Path) -> None:
        from filelock import FileLock

        self._place = place
        # No existence lock where the kernel has no locks: a killed process would leave it for ever.
        self._lock = FileLock(place, fallback_to_soft=False)
        self._made: list[Path] = []

    def take(self, doing: str, patience: float | None, tell: Callable[[str], None]) -> str | None:
        """Take the lock for the command `doing`; return who holds it when patience is over."""
        quiet = _QUIET if patience is None else min(_QUIET, patience)
        rest = -1 if patience is None else patience - quiet
        is_taken = self._acquire(quiet)
        if not is_taken:
            if rest:
                tell(f"waiting for {_holder(self._place)}")
            is_taken = self._acquire(rest)
        if not is_taken:
            return _holder(self._place)
        import socket  # Here, as only a command that writes needs the name of the machine.

        who = f"{doing}, process {os.getpid()} on {socket.gethostname()}\n"
        disk.write(self._place, who.encode())
        return None

    def release(self) -> None:
        """Give the lock back, if it was taken, and remove the folders that were made for it."""
        if self._lock.is_locked:
            # Before the lock ends: a command that waits for a removed file notices, and takes
            # another one.
            with suppress(OSError):
                disk.remove(self._place)
            self._lock.release()
        for folder in reversed(self._made):
            with suppress(OSError):
                disk.remove_folder(folder)

    def _acquire(self, timeout: float) -> bool:
        """Take the lock and return whether that was possible; make the folders that it needs."""
        from filelock import Timeout

        while True:
            missing = [folder for folder in self._place.parents if not folder.exists()]
            for folder in reversed(missing):
                self._made.append(folder)
                disk.make_folder(folder)
            if not self._place.parent.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            try:
                self._lock.acquire(timeout=timeout)
            except Timeout:
                return False
            except FileNotFoundError:
                # The command that held it has ended, and removed the folder that it had made.
                if self._place.parent.exists():
                    raise
            else:
                return True


def _holder(place: Path) -> str:
    try:
        return place.read_text(errors="replace")[:_LONGEST].strip() or "another command"
    except OSError:
        return "another command"
