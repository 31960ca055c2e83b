"""Makes the seals of records, and checks format numbers and conflict markers.

A seal is made for a record rather than for a whole file, so that branches merge. It shows an edit;
if a person makes a seal for the edit as well, only a review of the change can find it.
"""

from __future__ import annotations

import hashlib
from typing import Final

from migration.errors import Fault
from migration.files.contents import conflict_line, marker_fault, pointer_fault
from migration.values.canonical import canonical_bytes

SEAL: Final = "seal"
FORMAT: Final = 3
"""The number of the format that is read and written."""
UPGRADE: Final = "`snapshot --upgrade` converts the frozen files, and changes no value"
RESOLVE: Final = "`snapshot --resolve` repairs the frozen files"
_LENGTH = 16  # of 64 digits: no edit matches it by chance, and people can read past it


def seal(name: object, record: object) -> str:
    """Return the seal of a record under its name: hexadecimal digits.

    A record is made of texts, lists and mappings; for other values the seal proves nothing.
    """
    return seal_bytes(canonical_bytes([name, record], non_native=()))


def seal_bytes(data: bytes) -> str:
    """Return the seal of bytes: hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()[:_LENGTH]


def format_problem(number: object) -> tuple[str, str] | None:
    """Return what is wrong with a format number, and a hint; None if it is the current one."""
    if type(number) is not int or number < 1:
        what = "no format is named" if number is None else f"unknown format {number!r}"
        return what, f"this version reads format {FORMAT}"
    if number < FORMAT:
        return f"format {number} is older than this version reads, {FORMAT}", UPGRADE
    if number > FORMAT:
        return f"format {number} is newer than this version reads, {FORMAT}", "upgrade the toolkit"
    return None


def conflict_fault(text: str, path: str, hint: str = RESOLVE) -> Fault | None:
    """Return a fault for the first conflict marker that git has left in a text, else None.

    A pointer of Git LFS is a fault as well.
    """
    if fault := pointer_fault(text, path):
        return fault
    line = conflict_line(text)
    return marker_fault(path, line, hint) if line else None
