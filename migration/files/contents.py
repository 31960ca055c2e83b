"""Finds what a file holds instead of the text that it should hold.

That is another encoding, a pointer of Git LFS, or a merge that was not finished.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from migration.errors import Fault, MigrationError

MARK: Final = "\ufeff"
"""The byte order mark, as the first character of a text."""

_FINISH_MERGE: Final = "finish the merge: keep what is right of both sides, and remove the markers"
_POINTER: Final = "version https://git-lfs.github.com/spec/"
_BY_MARK: Final = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_BY_ZEROS: Final = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_LOOKED_AT: Final = 4_096
_LEAST_PLAIN: Final = 0.1
"""The least part of a text that is ASCII: its line ends, blanks and punctuation at least."""
_LEAST_SURE: Final = 0.6
"""The part that must be ASCII if the bytes could also be UTF-8 with some zeros in it."""
_LINE_END = re.compile(rb"\r\n|\r|\n")
_CONFLICT = re.compile(r"^\ufeff?(?:<{7}|={7}|>{7}|\|{7})(?: |\r?$)", re.MULTILINE)


def decode_text(data: bytes, path: str) -> str:
    """Return the text that a file holds; `path` names the file in an error.

    Raises:
        MigrationError: the bytes are not UTF-8, or the file is a pointer of Git LFS.
    """
    if encoding := _find_encoding(data):
        name = encoding.upper()[: len("UTF-16")]
        by = " (PowerShell's `>` writes it)" if name == "UTF-16" else ""
        raise MigrationError(Fault(f"not UTF-8: it is {name}{by}; save it as UTF-8", path, 1))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line, column = _place_of(data, error.start)
        message = f"not UTF-8: byte 0x{data[error.start]:02x}; save it as UTF-8"
        raise MigrationError(Fault(message, path, line, column)) from None
    if fault := pointer_fault(text, path):
        raise MigrationError(fault)
    return text


def pointer_fault(text: str, path: str) -> Fault | None:
    """Return a fault for a text that is a pointer of Git LFS, else None."""
    if not text.startswith(_POINTER):
        return None
    message = "a pointer of Git LFS, not the file itself"
    return Fault(message, path, 1, hint="`git lfs pull` fetches the file")


def conflict_line(text: str) -> int | None:
    """Return the line of the first conflict marker that git has left, None if there is none."""
    return next(conflict_lines(text), None)


def marker_fault(path: str, line: int, hint: str = _FINISH_MERGE) -> Fault:
    """Return the fault of a conflict marker of git on a line of a file."""
    return Fault("a conflict marker of git", path, line, hint=hint)


def conflict_lines(text: str) -> Iterator[int]:
    """Yield the line of each conflict marker that git has left, from 1."""
    for found in _CONFLICT.finditer(text):
        yield text.count("\n", 0, found.start()) + 1


def _find_encoding(data: bytes) -> str | None:
    """Return the encoding of a text in UTF-16 or UTF-32, None if it is neither for certain."""
    for mark, encoding in _BY_MARK:
        if data.startswith(mark):
            return encoding
    if b"\0" not in data:
        return None
    # Without a mark, only a text that has all its zeros where ASCII has them can be recognized.
    if len(data) % 2:
        return None
    head = data[:_LOOKED_AT]
    least = _LEAST_SURE if _is_utf_8(data) else _LEAST_PLAIN
    return next((each for each in _BY_ZEROS if _is_text(head, each, least)), None)


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_text(head: bytes, encoding: str, least_plain: float) -> bool:
    width = 4 if "32" in encoding else 2
    whole = head[: len(head) - len(head) % width]
    try:
        text = whole.decode(encoding)
    except UnicodeDecodeError as error:
        # A pair of surrogates may have been cut in two.
        if error.start < len(whole) - 2:
            return False
        text = whole[: error.start].decode(encoding)
    plain = sum(character.isascii() for character in text)
    return bool(text) and "\0" not in text and plain >= least_plain * len(text)


def _place_of(data: bytes, position: int) -> tuple[int, int]:
    """Return the line and the column of a byte after which nothing could be read."""
    ends = [found.end() for found in _LINE_END.finditer(data, 0, position)]
    start = ends[-1] if ends else 0
    return len(ends) + 1, len(data[start:position].decode().removeprefix(MARK)) + 1
