"""Computes the digest of a file's bytes, the same in any checkout."""

from __future__ import annotations

import hashlib
from typing import Final

_LONG: Final = 64


def digest(data: bytes) -> str:
    """Return the sha256 of the bytes, every CRLF read as LF: any checkout gives the same."""
    return hashlib.sha256(as_lf(data)).hexdigest()


def blob_id(data: bytes, digits: int = 0) -> str:
    """Return the id that git has for a content; in some repositories an id has 64 digits.

    >>> blob_id(b"a: 1")
    'a016ac4541116e5a11bfc61c82e104ec04713a33'
    """
    header = b"blob %d\0" % len(data)
    if digits == _LONG:
        return hashlib.sha256(header + data).hexdigest()
    # Git's choice: it protects nothing here.
    return hashlib.sha1(header + data, usedforsecurity=False).hexdigest()


def as_lf(data: bytes) -> bytes:
    """Return the bytes with every CRLF as LF."""
    return data.replace(b"\r\n", b"\n") if b"\r" in data else data
