"""Values, pairs, counts and names as text on one line."""

from __future__ import annotations

import json
from collections.abc import Sequence

from migration.values.canonical import TAG, to_json
from migration.values.diff import MISSING, Difference

_NAMES: dict[type, str] = {dict: "mapping", bytes: "binary"}
ABSENT = "(absent)"
DASH = "-"
_LONGEST_PLAIN = 12
_MOST_NAMES = 4


def format_value(value: object, limit: int = 60) -> str:
    """Return the value, cut to about `limit` characters, and its type.

    >>> [format_value(value) for value in (0.00001, "1e-5", True, None)]
    ['0.00001 (float)', '"1e-5" (str)', 'true (bool)', 'null']
    """
    if value is MISSING:
        return ABSENT
    if value is None:
        return "null"
    return f"{_format_literal(value, limit)} ({_NAMES.get(type(value), type(value).__name__)})"


def format_pair(difference: Difference, limit: int = 60) -> tuple[str, str]:
    """Return both values as `format_value` does; long strings are cut to where they differ."""
    left, right = difference.left, difference.right
    if isinstance(left, str) and isinstance(right, str) and max(len(left), len(right)) > limit:
        left, right = _cut_pair(left, right, limit)
    return format_value(left, limit), format_value(right, limit)


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


def join_lines(text: str) -> str:
    """Return the text on one line, each run of blanks as one blank.

    >>> join_lines("too fast,   in our view")
    'too fast, in our view'
    """
    return " ".join(text.split())


def _format_literal(value: object, limit: int) -> str:
    text = _format_float(value) if isinstance(value, float) else _format_untagged(value)
    if len(text) <= limit + 2:
        return text
    if isinstance(value, list | dict | set | tuple):
        return format_count(len(value), "key" if isinstance(value, dict) else "entry")
    return f"{text[: limit - 1]}…" + ('"' if text.endswith('"') else "")


def _format_untagged(value: object) -> str:
    """Return canonical JSON on one line, without the tag that says the type again."""
    tree = to_json(value)
    if not isinstance(tree, dict) or TAG not in tree:
        return json.dumps(tree, ensure_ascii=False)
    inner = tree["value"]
    return inner if isinstance(inner, str) else json.dumps(inner, ensure_ascii=False)


def _format_float(value: float) -> str:
    """Return a small float without an exponent: 0.00001, not 1e-05."""
    from decimal import Decimal

    text = repr(value)
    plain = format(Decimal(text), "f") if "e-" in text else text
    return plain if len(plain) <= _LONGEST_PLAIN else text


def _cut_pair(left: str, right: str, limit: int) -> tuple[str, str]:
    pairs = zip(left, right, strict=False)
    start = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(left), len(right)))
    start = max(0, start - limit // 3)
    return _cut_text(left, start, limit), _cut_text(right, start, limit)


def _cut_text(text: str, start: int, limit: int) -> str:
    part = text[start : start + limit - 2]
    head = "…" if start else ""
    return head + part + ("…" if start + len(part) < len(text) else "")
