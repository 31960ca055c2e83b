"""Compares two lists entry by entry, however deep they are nested."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import TypeAlias

from migration.values.alignment import Pair, align_tokens
from migration.values.canonical import compact_text
from migration.values.diff import MISSING, Difference, compare_values
from migration.values.keypath import Index, KeyPath
from migration.values.pairing import pair_entries

ListChange: TypeAlias = tuple[KeyPath, Difference]
"""A change within a list: its path on the left side, and the difference, by its right path."""


def list_changes(difference: Difference) -> tuple[ListChange, ...]:
    """Return the changes within a list; none unless both sides are lists.

    They are enough to turn the left list into the right one. Entries that moved only because
    others were added or removed before them are not reported; any other entry that moved is
    removed and added. A removed entry has its left path on both sides.
    """
    if not isinstance(difference.left, list) or not isinstance(difference.right, list):
        return ()
    return tuple(_compare_lists(difference.path, difference.left, difference.right))


def entry_token(entry: object) -> Hashable:
    """Return a token that two entries have in common if and only if they are equal."""
    # No other canonical text begins like that of a string: quoting it would only take time.
    return f'"{entry}' if isinstance(entry, str) else compact_text(entry)


def _compare_lists(path: KeyPath, left: list[object], right: list[object]) -> Iterator[ListChange]:
    lefts, rights = [*map(entry_token, left)], [*map(entry_token, right)]
    equal = align_tokens(lefts, rights)
    pairs = pair_entries(left, right, equal)
    if len(left) == len(right):
        changes = len(left) + len(right) - 2 * len(equal) - len(pairs)
        by_place = [(n, n) for n in range(len(left)) if lefts[n] != rights[n]]
        if len(by_place) <= changes and not _has_mappings(left, right, by_place):
            # Entry by entry reads best, unless entries moved.
            equal = [(n, n) for n in range(len(left)) if lefts[n] == rights[n]]
            pairs = by_place
    i = j = 0
    for i_end, j_end in (*sorted((*equal, *pairs)), (len(left), len(right))):
        for n in range(i, i_end):
            at = (*path, Index(n))
            yield at, Difference(at, "removed", left[n], MISSING)
        for n in range(j, j_end):
            at = (*path, Index(n))
            yield at, Difference(at, "added", MISSING, right[n])
        if i_end < len(left) and lefts[i_end] != rights[j_end]:
            places = (*path, Index(i_end)), (*path, Index(j_end))
            yield from _compare_entries(*places, left[i_end], right[j_end])
        i, j = i_end + 1, j_end + 1


def _has_mappings(left: Sequence[object], right: Sequence[object], pairs: Sequence[Pair]) -> bool:
    """Tell whether one of the entries is a mapping, which people follow to another place."""
    return any(isinstance(left[i], dict) or isinstance(right[j], dict) for i, j in pairs)


def _compare_entries(
    left_path: KeyPath, path: KeyPath, left: object, right: object
) -> Iterator[ListChange]:
    for found in compare_values(path, left, right):
        inner = list_changes(found) or ((found.path, found),)
        for at, change in inner:
            yield (*left_path, *at[len(path) :]), change
