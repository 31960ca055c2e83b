"""How many columns of a terminal a text takes.

It stands in for `rich.cells`, whose import takes as long as the rest of a report; the two differ
in a few hundred characters of scripts that terminals do not agree on.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_WITHOUT_WIDTH = ("Mn", "Me", "Cf")
_PLAIN = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("→…·")


def measure_width(text: str) -> int:
    r"""Return the number of columns.

    >>> [measure_width(text) for text in ("configs → 2", "类", "e\u0301")]
    [11, 2, 1]
    """
    if _PLAIN.issuperset(text):
        return len(text)
    return sum(map(_measure_character, text))


def split_columns(text: str, width: int) -> Iterator[str]:
    """Yield the text in parts that take at most `width` columns, but at least a character each.

    >>> [*split_columns("averylongname", 8)], [*split_columns("", 8)]
    (['averylon', 'gname'], [''])
    """
    part, taken = "", 0
    for character in text:
        columns = _measure_character(character)
        if part and taken + columns > width:
            yield part
            part, taken = "", 0
        part += character
        taken += columns
    yield part


def _measure_character(character: str) -> int:
    if unicodedata.category(character) in _WITHOUT_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
