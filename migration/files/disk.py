"""Changes the disk, and syncs the changes.

Which files change, and in what order, is the part of `atomic` and `disk_tree`. No other module
writes, renames or removes, so that a test can stop the process at every single change.
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
    """Write a file, which may hold a part of the data until this returns; no link is followed.

    It survives a power cut once it is synced. With `like` it gets the mode of that file, and its
    group if the user may set that.
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
        # Only root may change the owner; the members of a group may set that group.
        for owner in (like.st_uid, -1):
            with suppress(OSError):
                os.fchown(descriptor, owner, like.st_gid)
                break
    with suppress(OSError):  # a file system that has no modes
        os.fchmod(descriptor, stat.S_IMODE(like.st_mode))


def sync_files(folder: Path, names: Collection[str]) -> None:
    """Sync the contents of files; the names are paths that count from the folder."""
    if len(names) > _FEW and sys.platform == "linux":
        # One by one, thousands of files take minutes. Only Linux promises that everything is
        # written once this returns.
        os.sync()
        return
    for name in names:
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def replace(source: Path, target: Path) -> None:
    """Rename a file over another; a reader sees the old one or the new one, whole."""
    source.replace(target)


def remove(path: Path) -> None:
    """Remove a file, or a link but never its target; a missing file is not an error."""
    path.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder in one that exists; one that exists already is not an error."""
    folder.mkdir(exist_ok=True)


def remove_folder(folder: Path) -> None:
    """Remove a folder that is empty."""
    folder.rmdir()


def sync_folder(folder: Path) -> None:
    """Sync the names in a folder, after files in it were renamed or removed."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # A file system that cannot do this syncs the names by itself.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)
