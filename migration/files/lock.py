"""Lets one command at a time change the state, and names the one that holds the lock to others."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from migration.errors import Fault, MigrationError
from migration.files import disk
from migration.files.faults import io_fault

if TYPE_CHECKING:
    from filelock import FileLock

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
    from filelock import FileLock

    place = root / folder / LOCK
    # No existence lock where the kernel has no locks: that of a killed process would stay for ever.
    lock = FileLock(place, fallback_to_soft=False)
    made: list[Path] = []
    try:
        try:
            holder = _holder_after(lock, place, patience, tell, made)
            if holder is None:
                who = f"{doing}, process {os.getpid()} on {socket.gethostname()}\n"
                disk.write(place, who.encode())
        except OSError as error:
            raise MigrationError(io_fault("lock", folder, error)) from None
        if holder:
            hint = "`--wait` waits for as long as it takes"
            raise MigrationError(Fault(f"in use by {holder}", folder, hint=hint))
        yield
    finally:
        if lock.is_locked:
            # Before the lock ends: a command that waits for a removed file notices, and takes
            # another one.
            with suppress(OSError):
                disk.remove(place)
            lock.release()
        for each in reversed(made):
            with suppress(OSError):
                disk.remove_folder(each)


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


def _holder_after(
    lock: FileLock,
    place: Path,
    patience: float | None,
    tell: Callable[[str], None],
    made: list[Path],
) -> str | None:
    """Try to get the lock; return who has it when patience is over, None once it is taken."""
    quiet = _QUIET if patience is None else min(_QUIET, patience)
    rest = -1 if patience is None else patience - quiet
    if _acquire(lock, place, quiet, made):
        return None
    if rest:
        tell(f"waiting for {_holder(place)}")
    return None if _acquire(lock, place, rest, made) else _holder(place)


def _acquire(lock: FileLock, place: Path, timeout: float, made: list[Path]) -> bool:
    """Take the lock and return whether that was possible; add the folders made for it to `made`."""
    from filelock import Timeout

    while True:
        missing = [each for each in place.parents if not each.exists()]
        for each in reversed(missing):
            made.append(each)
            disk.make_folder(each)
        if not place.parent.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        try:
            lock.acquire(timeout=timeout)
        except Timeout:
            return False
        except FileNotFoundError:
            # The command that held it has ended, and removed the folder that it had made.
            if place.parent.exists():
                raise
        else:
            return True


def _holder(place: Path) -> str:
    try:
        return place.read_text(errors="replace")[:_LONGEST].strip() or "another command"
    except OSError:
        return "another command"
