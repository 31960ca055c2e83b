"""How a single value, or a pair of them, is shown on one line, with its type."""

from __future__ import annotations

import json

from migration.values.canonical import TAG, to_json
from migration.values.diff import MISSING, Difference

_NAMES: dict[type, str] = {dict: "mapping", bytes: "binary"}
ABSENT = "(absent)"
DASH = "-"
_LONGEST_PLAIN = 12


def show(value: object, limit: int = 60) -> str:
    """Return the value and its type, the value in at most about `limit` characters.

    >>> [show(value) for value in (0.00001, "1e-5", True, None)]
    ['0.00001 (float)', '"1e-5" (str)', 'true (bool)', 'null']
    """
    if value is MISSING:
        return ABSENT
    if value is None:
        return "null"
    return f"{_literal(value, limit)} ({_NAMES.get(type(value), type(value).__name__)})"


def show_pair(difference: Difference, limit: int = 60) -> tuple[str, str]:
    """Return both values as `show` does, long strings cut to the part in which they differ."""
    left, right = difference.left, difference.right
    if isinstance(left, str) and isinstance(right, str) and max(len(left), len(right)) > limit:
        left, right = _excerpts(left, right, limit)
    return show(left, limit), show(right, limit)


def count(number: int, noun: str) -> str:
    """Return the number with its noun, in the plural unless it is one.

    >>> count(1, "file"), count(2, "entry")
    ('1 file', '2 entries')
    """
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("ry") else f"{number} {noun}s"


def one_line(text: str) -> str:
    """Return the text on one line, each run of blanks as one.

    >>> one_line("too fast,   in our view")
    'too fast, in our view'
    """
    return " ".join(text.split())


def _literal(value: object, limit: int) -> str:
    text = _positional(value) if isinstance(value, float) else _untagged(value)
    if len(text) <= limit + 2:
        return text
    if isinstance(value, list | dict | set | tuple):
        return count(len(value), "key" if isinstance(value, dict) else "entry")
    return f"{text[: limit - 1]}…" + ('"' if text.endswith('"') else "")


def _untagged(value: object) -> str:
    """Return canonical JSON on one line, without the tag that says the type again."""
    tree = to_json(value)
    if not isinstance(tree, dict) or TAG not in tree:
        return json.dumps(tree, ensure_ascii=False)
    inner = tree["value"]
    return inner if isinstance(inner, str) else json.dumps(inner, ensure_ascii=False)


def _positional(value: float) -> str:
    """Return a small float without an exponent: 0.00001, not 1e-05."""
    from decimal import Decimal

    text = repr(value)
    plain = format(Decimal(text), "f") if "e-" in text else text
    return plain if len(plain) <= _LONGEST_PLAIN else text


def _excerpts(left: str, right: str, limit: int) -> tuple[str, str]:
    pairs = zip(left, right, strict=False)
    start = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(left), len(right)))
    start = max(0, start - limit // 3)
    return _excerpt(left, start, limit), _excerpt(right, start, limit)


def _excerpt(text: str, start: int, limit: int) -> str:
    part = text[start : start + limit - 2]
    head = "…" if start else ""
    return head + part + ("…" if start + len(part) < len(text) else "")
