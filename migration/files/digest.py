"""Computes the digest of a file's bytes, the same in any checkout."""

from __future__ import annotations

import hashlib


def digest(data: bytes) -> str:
    """Return the sha256 of the bytes, every CRLF read as LF: any checkout gives the same."""
    return hashlib.sha256(as_lf(data)).hexdigest()


def as_lf(data: bytes) -> bytes:
    """Return the bytes with every CRLF as LF."""
    return data.replace(b"\r\n", b"\n") if b"\r" in data else data
