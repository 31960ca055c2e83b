"""One regular file -> its bytes, and as many of them as may be.

Nothing else is ever opened: a FIFO would wait for a writer, and a device may have no end.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 10 * 2**20
"""How large a config may be."""

_KINDS: Final = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def irregular(place: Path) -> str | None:
    """Return what stands there instead of a regular file, with an article; links are followed.

    None for a regular file, and for nothing at all.
    """
    try:
        return _KINDS.get(stat.S_IFMT(place.stat().st_mode))
    except OSError as error:
        return "a link that leads back to itself" if error.errno == errno.ELOOP else None
    except ValueError:  # a text that no path can be
        return None


def read_regular(place: Path, most: int | None = None) -> bytes:
    """Return the bytes of a regular file; `most` bounds how many there may be.

    Raises:
        OSError: it cannot be read, something else stands there, or it is larger.
        ValueError: the path is none.
    """
    if found := irregular(place):
        raise OSError(errno.EINVAL, f"{found}, not a file")
    # Not to wait for ever, should a FIFO have taken the place of the file meanwhile.
    with os.fdopen(os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        status = os.fstat(file.fileno())
        if found := _KINDS.get(stat.S_IFMT(status.st_mode)):
            raise OSError(errno.EINVAL, f"{found}, not a file")
        if most is None:
            return file.read()
        # Read one more byte than that, since a size need not be true, as under /proc.
        data = file.read(most + 1) if status.st_size <= most else b""
        if status.st_size > most or len(data) > most:
            raise OSError(errno.EFBIG, f"larger than {most:,} bytes")
        return data
