"""Values and pairs as text on one line."""

from __future__ import annotations

import re
from collections.abc import Sized
from typing import cast

from migration.glyphs import tell_apart
from migration.render.literals import write_literal
from migration.values.alignment import common_length
from migration.values.diff import MISSING, Difference
from migration.values.redaction import REDACTED
from migration.wording import format_count

_NAMES: dict[type, str] = {dict: "mapping", bytes: "binary"}
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)")
ABSENT = "(absent)"
DASH = "-"


def format_value(value: object, limit: int = 60, written: str | None = None) -> str:
    """Return the value, cut to about `limit` characters, and its type.

    A number is shown as it is `written` in its file, if that is known.

    >>> [format_value(value) for value in (0.00001, "1e-5", True, None)]
    ['1.0e-5 (float)', '"1e-5" (str)', 'true (bool)', 'null']
    """
    if value is MISSING:
        return ABSENT
    if value is None:
        return "null"
    if isinstance(value, str) and (hidden := REDACTED.fullmatch(value)):
        return f"redacted {hidden[1]} ({hidden[2]})" if hidden[1] else f"redacted ({hidden[2]})"
    kind = _NAMES.get(type(value), type(value).__name__)
    if written is not None:
        return f"{_cut(_explain_number(written, value), limit)} ({kind})"
    return f"{_format_literal(value, limit)} ({kind})"


def format_pair(
    difference: Difference,
    limit: int = 60,
    written: tuple[str | None, str | None] = (None, None),
) -> tuple[str, str]:
    """Return both values as `format_value` does; what looks alike in them is escaped.

    Long strings are cut to where they first differ.
    """
    left, right = difference.left, difference.right
    if isinstance(left, str) and isinstance(right, str) and max(len(left), len(right)) > limit:
        left, right = _cut_pair(left, right, limit)
    return tell_apart(format_value(left, limit, written[0]), format_value(right, limit, written[1]))


def join_lines(text: str) -> str:
    """Return the text on one line, each run of blanks as one blank.

    >>> join_lines("too fast,   in our view")
    'too fast, in our view'
    """
    return " ".join(text.split())


def _format_literal(value: object, limit: int) -> str:
    is_collection = isinstance(value, list | dict | set | tuple)
    if is_collection and len(cast("Sized", value)) > limit:
        return _count_entries(value)
    text = write_literal(value).removeprefix("!!binary ")
    if is_collection:
        return text if len(text) <= limit + 2 else _count_entries(value)
    return _cut(text, limit)


def _count_entries(value: object) -> str:
    noun = "key" if isinstance(value, dict) else "entry"
    return format_count(len(cast("Sized", value)), noun)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit + 2:
        return text
    return f"{text[: limit - 1]}…" + ('"' if text.endswith('"') else "")


def _explain_number(written: str, value: object) -> str:
    """Return a number as it is written, and what it is if it is an integer in another base.

    >>> [_explain_number(*each) for each in (("1.0e-4", 0.0001), ("1_000", 1000), ("017", 15))]
    ['1.0e-4', '1_000', '017 = 15']
    """
    if isinstance(value, int) and not _DECIMAL.fullmatch(written):
        return f"{written} = {write_literal(value)}"
    return written


def _cut_pair(left: str, right: str, limit: int) -> tuple[str, str]:
    start = max(0, common_length(left, right) - limit // 3)
    return cut_text(left, start, limit), cut_text(right, start, limit)


def cut_text(text: str, start: int, limit: int) -> str:
    """Return about `limit` characters of a text from a position on, with a mark at each cut.

    >>> cut_text("abcdefgh", 2, 5), cut_text("abc", 0, 5)
    ('…cde…', 'abc')
    """
    if not start and len(text) <= limit:
        return text
    part = text[start : start + limit - 2]
    head = "…" if start else ""
    return head + part + ("…" if start + len(part) < len(text) else "")
