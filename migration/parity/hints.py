"""Explains a difference by YAML 1.1, a replaced list, or a duplicate key.

Each function returns a hint only if the cause is plain, since a false hint is worse than none.
`evidence` collects what the hints are drawn from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from migration.resolve.history import HistoryStep, missing_entries
from migration.values.canonical import are_equal
from migration.values.diff import MISSING, Difference, value_at
from migration.values.keypath import KeyPath, format_path
from migration.yaml.pitfalls import Duplicate, Misread, describe_misreading, read_plain


@dataclass(frozen=True, slots=True)
class Reading:
    """One side of a difference, and what YAML 1.1 misreads on its line, None if not known."""

    path: KeyPath
    value: object
    misread: Sequence[Misread] | None = None


def misread_hint(left: Reading, right: Reading) -> str | None:
    """Return how YAML 1.1 misreads one of two values, if that explains the difference.

    The scalar as it is written decides; if it is not known, a string that would be misread does.
    """
    if left.value is MISSING or right.value is MISSING:
        return None
    sides = ((right, left), (left, right))
    for side, other in sides:
        for misread in side.misread or ():
            if _is_written_there(misread, side) and _is_told_apart(side.value, other.value):
                return misread.why
    for side, other in sides:
        if isinstance(side.value, str) and (why := describe_misreading(side.value)):
            read = read_plain(side.value)
            if isinstance(read, str):
                explains = side.misread is None and _is_number(other.value)
            else:
                explains = are_equal(read, other.value)
            if explains:
                return why
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
    return is_same_key and are_equal(read_plain(misread.written), side.value)


def _is_told_apart(value: object, other: object) -> bool:
    """Tell whether a misread value is of another type than the other value, or is a number."""
    return type(value) is not type(other) or _is_number(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
