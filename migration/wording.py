"""Says how many things there are, and names the first of them."""

from __future__ import annotations

from collections.abc import Sequence

_MOST_NAMES = 4


def format_count(number: int, noun: str) -> str:
    """Return the number with its noun, in the plural unless it is one.

    >>> format_count(1, "file"), format_count(2, "entry")
    ('1 file', '2 entries')
    """
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("ry") else f"{number} {noun}s"


def list_names(names: Sequence[str], most: int = _MOST_NAMES) -> str:
    """Return the first names, and how many more there are.

    >>> list_names("abc"), list_names("abc", 2)
    ('a, b, c', 'a, b and 1 more')
    """
    shown = ", ".join(names[:most])
    rest = len(names) - most
    return f"{shown} and {rest} more" if rest > 0 else shown
