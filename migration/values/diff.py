"""Compares two values, types included, and returns one difference per leaf."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from migration.values.canonical import are_equal, compact_text
from migration.values.keypath import Index, KeyPath, format_key, format_path

Kind: TypeAlias = Literal["added", "removed", "changed", "type"]


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"

    def __reduce__(self) -> str:
        # Copies and pickles of it are itself, since it is compared by `is`.
        return "MISSING"


MISSING: Final = _Missing()
"""The value of a side that lacks the path; `null`, in contrast, is a value."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One path whose value differs; kind `type` means that the types of the values differ."""

    path: KeyPath
    kind: Kind
    left: object
    right: object


def side_text(side: object) -> str:
    """Return the canonical JSON of a side of a difference on one line, nothing if it is missing."""
    return "" if side is MISSING else compact_text(side)


def are_same_sides(side: object, other: object) -> bool:
    """Tell whether two sides of differences are equal; one that is missing equals no value."""
    if side is MISSING or other is MISSING:
        return side is other
    return are_equal(side, other)


def diff(left: object, right: object) -> tuple[Difference, ...]:
    """Return the differences, sorted by path; none if and only if the canonical JSON is equal.

    A mapping that only one side has gives one difference per leaf beneath it (an empty mapping is
    a leaf). A list is a leaf. A mapping against anything else is one `type` difference.
    """
    return tuple(sorted(compare_values((), left, right), key=lambda found: format_path(found.path)))


def value_at(value: object, path: KeyPath) -> object:
    """Return the value at the path, or `MISSING`.

    Keys are the same if they are equal in Python, as in a merge.
    """
    for key in path:
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and isinstance(key, Index) and key.position < len(value):
            value = value[key.position]
        else:
            return MISSING
    return value


def list_leaves(value: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, object]]:
    """Yield each leaf with its path; lists are leaves, and empty mappings beneath the root."""
    if isinstance(value, dict) and (value or not path):
        for key, item in value.items():
            yield from list_leaves(item, (*path, key))
    else:
        yield path, value


def compare_values(path: KeyPath, left: object, right: object) -> Iterator[Difference]:
    """Yield the differences between two values at a path; either may be `MISSING`."""
    if left is right:  # as configs have it that were merged from the same files
        return
    if isinstance(left, dict) and isinstance(right, dict):
        yield from _compare_mappings(path, left, right)
    elif left is MISSING:
        yield from (Difference(at, "added", MISSING, leaf) for at, leaf in list_leaves(right, path))
    elif right is MISSING:
        yield from (
            Difference(at, "removed", leaf, MISSING) for at, leaf in list_leaves(left, path)
        )
    elif not are_equal(left, right):
        yield Difference(path, "changed" if type(left) is type(right) else "type", left, right)


def _compare_mappings(
    path: KeyPath, left: Mapping[Hashable, object], right: Mapping[Hashable, object]
) -> Iterator[Difference]:
    # By text, since the keys 1, 1.0 and true are equal in Python.
    left_items = {format_key(key): (key, value) for key, value in left.items()}
    right_items = {format_key(key): (key, value) for key, value in right.items()}
    if (len(left_items), len(right_items)) != (len(left), len(right)):
        # Two keys with the same text, as two NaN, cannot be paired: report a change.
        if not are_equal(left, right):
            yield Difference(path, "changed", left, right)
        return
    for text, (key, value) in left_items.items():
        _, other = right_items.get(text, (key, MISSING))
        yield from compare_values((*path, key), value, other)
    for text, (key, value) in right_items.items():
        if text not in left_items:
            yield from compare_values((*path, key), MISSING, value)
