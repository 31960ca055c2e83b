"""Every change that is made to a disk, and what makes it last.

Which files change, and in what order, is `trees`' part. Nothing else writes, renames or removes, so
that a test can stop the process at every single change.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

CHANGES: Final = (
    "write",
    "sync_files",
    "replace",
    "remove",
    "make_folder",
    "remove_folder",
    "sync_folder",
)
"""The names of the functions here, for a test that wraps them all."""
_FEW: Final = 100


def write(path: Path, data: bytes, like: os.stat_result | None = None) -> None:
    """Write a file; until this returns it may hold a part of the data. A link is not followed.

    It lasts once it is synced. With `like` it has the mode of that file, and the group if the user
    may give it that one.
    """
    mode = 0o666 if like is None else 0o600
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    with os.fdopen(descriptor, "wb") as file:
        if like is not None:
            _set_owner(descriptor, like)
        file.write(data)


def _set_owner(descriptor: int, like: os.stat_result) -> None:
    own = os.fstat(descriptor)
    if (own.st_uid, own.st_gid) != (like.st_uid, like.st_gid):
        # Who owns it is for root alone to give away; the group also for its members.
        for owner in (like.st_uid, -1):
            with suppress(OSError):
                os.fchown(descriptor, owner, like.st_gid)
                break
    with suppress(OSError):  # a file system that has no modes
        os.fchmod(descriptor, stat.S_IMODE(like.st_mode))


def sync_files(folder: Path, names: Collection[str]) -> None:
    """Make what was written to files durable; the names are paths that count from the folder."""
    if len(names) > _FEW and sys.platform == "linux":
        # Each on its own takes a turn of the disk, thousands of them minutes. Only Linux promises
        # that all is written once this returns.
        os.sync()
        return
    for name in names:
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def replace(source: Path, target: Path) -> None:
    """Rename a file over another; whoever reads sees the old one or the new one, whole."""
    source.replace(target)


def remove(path: Path) -> None:
    """Remove a file, or a link and never what it leads to; that there is none is no error."""
    path.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder in one that exists; that it is there already is no error."""
    folder.mkdir(exist_ok=True)


def remove_folder(folder: Path) -> None:
    """Remove a folder that is empty."""
    folder.rmdir()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, after files in it were renamed or removed."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Not every file system can do this; one that cannot has its names durable by itself.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)
