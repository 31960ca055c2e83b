"""Finds the changes that turn one value into another, and makes them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping

from migration.values.diff import MISSING, Difference, are_same_sides, diff, value_at
from migration.values.keypath import KeyPath, format_key, format_path, is_beneath


class NotAsBeforeError(Exception):
    """A change cannot be made, since the value at its path is not the one before the change."""

    def __init__(self, change: Difference) -> None:
        """Take the change that cannot be made."""
        super().__init__(change)
        self.change = change


def find_changes(before: object, after: object) -> tuple[Difference, ...]:
    """Return the changes that, made in one mapping, give exactly the other one.

    They are the differences of the two. But a mapping that loses all its keys is removed by them,
    so that one which stays, and is empty, is replaced as a whole.
    """
    found = diff(before, after)
    kept = diff(make_changes(before, found), after)
    emptied = [each.path for each in kept if value_at(before, each.path) is not MISSING]
    others = [each for each in found if not any(is_beneath(each.path, top) for top in emptied)]
    replaced = (Difference(top, "changed", value_at(before, top), {}) for top in emptied)
    return tuple(sorted([*others, *replaced], key=lambda each: tuple(map(format_key, each.path))))


def make_changes(value: object, changes: Iterable[Difference]) -> object:
    """Return a mapping with these changes made in it; the mapping itself stays as it is.

    A mapping that loses all its keys goes as well.

    Raises:
        NotAsBeforeError: the value at the path of a change is not the left one.
    """
    # What is removed goes first: for Python, a key that is added may be equal to one that goes.
    for change in sorted(changes, key=lambda each: each.right is not MISSING):
        made = _change(value, change.path, change)
        value = {} if made is MISSING else made
    return value


def take_over(before: object, after: object, paths: Collection[KeyPath]) -> object:
    """Return the mapping before, with its differences at these paths as they are after."""
    wanted = {format_path(path) for path in paths}
    taken = [each for each in diff(before, after) if format_path(each.path) in wanted]
    made = make_changes(before, taken)
    # Of a mapping that loses all its keys no difference says whether it stays, and is empty.
    emptied = [
        each
        for each in diff(made, after)
        if each.kind == "added"
        and value_at(before, each.path) is not MISSING
        and any(is_beneath(path, each.path) for path in paths)
    ]
    return make_changes(made, emptied)


def _change(value: object, path: KeyPath, change: Difference) -> object:
    """Return a value after a change at a path within it; both may be `MISSING`."""
    if not path:
        if not are_same_sides(value, change.left):
            raise NotAsBeforeError(change)
        return change.right
    if value is MISSING and change.left is MISSING:
        value = {}
    if not isinstance(value, dict):
        raise NotAsBeforeError(change)
    key, *_ = path
    known = _find_key(value, key)
    if known is None and key in value:
        # The key that is there is another one, as 1 is for true, and no mapping has both.
        raise NotAsBeforeError(change)
    inner = _change(MISSING if known is None else value[known[0]], path[1:], change)
    if inner is not MISSING:
        return {**value, (known[0] if known else key): inner}
    left = {other: item for other, item in value.items() if known is None or other is not known[0]}
    return left or MISSING


def _find_key(mapping: Mapping[Hashable, object], key: Hashable) -> tuple[Hashable] | None:
    """Return the key of a mapping that has the same text, None if it has none.

    The key comes in a tuple, since it may be null.
    """
    text = format_key(key)
    return next(((each,) for each in mapping if format_key(each) == text), None)
