"""Reads regular files, up to a size.

Refuses everything else: opening a FIFO would block, and a device may never end.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import Final

MAX_BYTES: Final = 10 * 2**20
"""The most bytes that a config may have."""

_PART: Final = 2**20
_KINDS: Final = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def irregular(place: str) -> str | None:
    """Return what is there instead of a regular file, with an article; links are followed.

    None for a regular file, and where there is nothing.
    """
    try:
        return _KINDS.get(stat.S_IFMT(os.stat(place).st_mode))  # noqa: PTH116 - a path as text
    except OSError as error:
        return "a link that leads back to itself" if error.errno == errno.ELOOP else None
    except ValueError:  # a text that cannot be a path
        return None


def read_regular(place: str, most: int | None = None) -> bytes:
    """Return the bytes of a regular file; `most` bounds how many there may be.

    Raises:
        OSError: it cannot be read, it is not a regular file, or it is larger.
        ValueError: the text cannot be a path.
    """
    if found := irregular(place):
        raise OSError(errno.EINVAL, f"{found}, not a file")
    # Without blocking: a FIFO may have replaced the file meanwhile.
    descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if found := _KINDS.get(stat.S_IFMT(status.st_mode)):
            raise OSError(errno.EINVAL, f"{found}, not a file")
        return _read(descriptor, status.st_size, most)
    finally:
        os.close(descriptor)


def _read(descriptor: int, size: int, most: int | None) -> bytes:
    data = os.read(descriptor, size + 1) if most is None or size <= most else b""
    # Nearly always that is the whole file; but a size may be wrong, as under /proc.
    part = data if len(data) != size else b""
    while part and (most is None or len(data) <= most):
        part = os.read(descriptor, _PART)
        data += part
    if most is not None and max(size, len(data)) > most:
        raise OSError(errno.EFBIG, f"larger than {most:,} bytes")
    return data
