"""Explains a difference by YAML 1.1, a replaced list, or a duplicate key.

Each function returns a hint only if the cause is plain, since a false hint is worse than none.
`evidence` collects what the hints are drawn from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isinf

from migration.resolve.history import HistoryStep, missing_entries
from migration.values.canonical import are_equal
from migration.values.describe import is_number
from migration.values.diff import MISSING, Difference, value_at
from migration.values.keypath import KeyPath, format_path
from migration.yaml.duplicates import Duplicate
from migration.yaml.invisible import describe_invisible
from migration.yaml.numbers import (
    describe_lost_number,
    describe_meant_number,
    looks_like_number,
    read_plain,
)
from migration.yaml.pitfalls import Misread
from migration.yaml.plain import describe_misreading, describe_misreading_beside, read_seen_value


@dataclass(frozen=True, slots=True)
class Reading:
    """One side of a difference, and what YAML 1.1 misreads on its line, None if not known."""

    path: KeyPath
    value: object
    misread: Sequence[Misread] | None = None


def misread_hint(left: Reading, right: Reading) -> str | None:
    """Return how YAML 1.1 misreads one of two values, if that explains the difference.

    The scalar as it is written decides; if it is not known, a string that would be misread does.
    Where only one side has a value, a key may be misread.
    """
    if left.value is MISSING or right.value is MISSING:
        return _explain_key(left if right.value is MISSING else right)
    sides = ((right, left), (left, right))
    for side, other in sides:
        for misread in side.misread or ():
            if _is_written_there(misread, side) and (why := _explain_misread(misread, side, other)):
                return why
    for side, other in sides:
        if isinstance(side.value, str) and (why := _explain_unquoted(side, other)):
            return why
    return None


def _explain_key(side: Reading) -> str | None:
    """Return what looks like a blank in a key that has no quotes, or that is a section's."""
    for depth, key in enumerate(side.path, 1):
        if isinstance(key, str) and (why := describe_invisible(key, "key")):
            is_section = depth < len(side.path)
            written = [each.written for each in side.misread or () if each.is_key]
            if key in written or (is_section and side.misread is not None):
                return why
    return None


def _explain_misread(misread: Misread, side: Reading, other: Reading) -> str | None:
    """Return why a misread value, as written, is another one than that of the other side."""
    if describe_invisible(misread.written):
        seen = read_seen_value(misread.written)
        is_cause = are_equal(seen, other.value) or (is_number(seen) and is_number(other.value))
        return misread.why if is_cause else None
    if not misread.why:
        return describe_meant_number(misread.written, other.value)
    is_apart = type(side.value) is not type(other.value) or is_number(side.value)
    return describe_misreading_beside(misread.written, other.value) if is_apart else None


def _explain_unquoted(side: Reading, other: Reading) -> str | None:
    """Return what a text would be without quotes, if that is the value of the other side.

    If the text of a side is not known, any other number explains it: quotes may be new.
    """
    written, read = str(side.value), read_plain(str(side.value))
    if not isinstance(read, str):
        if not are_equal(read, other.value):
            return None
        why = describe_misreading(written)
        if why and side.misread is not None:  # it is in quotes
            return f"{written} without quotes is {_describe_read(read)} in YAML 1.1"
        return why or describe_lost_number(written)
    if side.misread is None and looks_like_number(written) and is_number(other.value):
        return describe_misreading_beside(written, other.value)
    return None


def list_hint(difference: Difference, steps: Sequence[HistoryStep]) -> str | None:
    """Return which file replaced a whole list, if the list before is nearer to the left one."""
    counted = [step for step in steps if step.effect != "undone"]
    if len(counted) < 2 or counted[-1].effect != "replaces" or not counted[-1].dropped:  # noqa: PLR2004
        return None
    lower, winner = counted[-2:]
    before, left, right = winner.before, difference.left, difference.right
    if format_path(winner.path) != format_path(difference.path) or not isinstance(before, list):
        return None
    if not isinstance(left, list) or not isinstance(right, list):
        return None
    if _measure_distance(before, left) >= _measure_distance(right, left):
        return None
    size = f"{len(before)} {'entry' if len(before) == 1 else 'entries'}"
    drop = f"{size}, {winner.dropped} of them dropped"
    return f"{winner.origin} replaces the list of {lower.origin} whole ({drop})"


def duplicate_hint(difference: Difference, duplicates: Iterable[Duplicate]) -> str | None:
    """Return which key is duplicated, if the value on the left is the one that is dropped."""
    for found in [each for key in duplicates for each in (key, *key.merged)]:
        depth = len(found.path)
        is_beneath = format_path(difference.path[:depth]) == format_path(found.path)
        if not is_beneath or difference.left is MISSING:
            continue
        dropped = value_at(found.dropped_value, difference.path[depth:])
        if dropped is not MISSING and are_equal(dropped, difference.left):
            drop = f"line {found.origin.line} drops what line {found.dropped.line} says"
            return f"{format_path(found.path)} is a duplicate key in {found.origin.path}: {drop}"
    return None


def _measure_distance(entries: Sequence[object], others: Sequence[object]) -> int:
    return len(missing_entries(entries, others)) + len(missing_entries(others, entries))


def _is_written_there(misread: Misread, side: Reading) -> bool:
    # Only the last keys are compared, since an alias or a merge by name changes the rest of a path.
    is_same_key = format_path(misread.path[-1:]) == format_path(side.path[-1:])
    is_value = is_same_key and not misread.is_key
    return is_value and are_equal(read_plain(misread.written), side.value)


def _describe_read(value: object) -> str:
    """Return a scalar as YAML writes it."""
    match value:
        case bool():
            return str(value).lower()
        case float() if isinf(value):
            return f"{'-' if value < 0 else ''}.inf"
        case dt.date():
            return "a date"
    return str(value)
