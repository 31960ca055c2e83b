"""Compares two values, types included, and returns one difference per leaf."""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from migration.values.canonical import are_equal, compact_text
from migration.values.keypath import Index, KeyPath, format_key, format_path

Kind: TypeAlias = Literal["added", "removed", "changed", "type"]

_Run: TypeAlias = tuple[int, int, int, int]
_LONG_LIST = 2_000


class _Missing:
    def __repr__(self) -> str:
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


ListChange: TypeAlias = tuple[KeyPath, Difference]
"""A change within a list: its path on the left side, and the difference, by its right path."""


def diff(left: object, right: object) -> tuple[Difference, ...]:
    """Return the differences, sorted by path; none if and only if the canonical JSON is equal.

    A mapping that only one side has gives one difference per leaf beneath it (an empty mapping is
    a leaf). A list is a leaf. A mapping against anything else is one `type` difference.
    """
    if are_equal(left, right):
        return ()
    return tuple(sorted(_compare((), left, right), key=lambda found: format_path(found.path)))


def list_changes(difference: Difference) -> tuple[ListChange, ...]:
    """Return the changes within a list; none unless both sides are lists.

    Entries that moved only because others were added or removed before them are not reported. A
    removed entry has its left path on both sides.
    """
    if not isinstance(difference.left, list) or not isinstance(difference.right, list):
        return ()
    return tuple(_compare_lists(difference.path, difference.left, difference.right))


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


def _compare(path: KeyPath, left: object, right: object) -> Iterator[Difference]:
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
        yield Difference(path, "changed", left, right)
        return
    for text, (key, value) in left_items.items():
        _, other = right_items.get(text, (key, MISSING))
        yield from _compare((*path, key), value, other)
    for text, (key, value) in right_items.items():
        if text not in left_items:
            yield from _compare((*path, key), MISSING, value)


def _compare_lists(path: KeyPath, left: list[object], right: list[object]) -> Iterator[ListChange]:
    for i1, i2, j1, j2 in _changed_runs(left, right):
        paired = min(i2 - i1, j2 - j1)
        for i, j in zip(range(i1, i1 + paired), range(j1, j1 + paired), strict=True):
            yield from _compare_entries((*path, Index(i)), (*path, Index(j)), left[i], right[j])
        for i in range(i1 + paired, i2):
            at = (*path, Index(i))
            yield at, Difference(at, "removed", left[i], MISSING)
        for j in range(j1 + paired, j2):
            at = (*path, Index(j))
            yield at, Difference(at, "added", MISSING, right[j])


def _changed_runs(left: list[object], right: list[object]) -> list[_Run]:
    """Return the runs of different entries, as positions on the left and on the right."""
    lefts, rights = [compact_text(item) for item in left], [compact_text(item) for item in right]
    # Strip the equal ends first, since most lists differ in one place.
    start = _common_length(lefts, rights)
    end = _common_length(lefts[start:][::-1], rights[start:][::-1])
    middle = lefts[start : len(lefts) - end], rights[start : len(rights) - end]
    if max(map(len, middle)) > _LONG_LIST:
        # Compare position by position: the matcher would take hours to align the entries.
        return [(start, len(lefts) - end, start, len(rights) - end)]
    matcher = difflib.SequenceMatcher(None, *middle, autojunk=False)
    aligned = [
        (start + i1, start + i2, start + j1, start + j2)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ]
    if len(lefts) != len(rights):
        return aligned
    # With equal lengths, comparing position by position reads best, unless entries moved.
    pairs = enumerate(zip(lefts, rights, strict=True))
    in_place = [(n, n + 1, n, n + 1) for n, (a, b) in pairs if a != b]
    changes = sum(max(i2 - i1, j2 - j1) for i1, i2, j1, j2 in aligned)
    return in_place if len(in_place) <= changes else aligned


def _common_length(left: list[str], right: list[str]) -> int:
    pairs = zip(left, right, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(left), len(right)))


def _compare_entries(
    left_path: KeyPath, path: KeyPath, left: object, right: object
) -> Iterator[ListChange]:
    for found in _compare(path, left, right):
        inner = list_changes(found) or ((found.path, found),)
        for at, change in inner:
            yield (*left_path, *at[len(path) :]), change
