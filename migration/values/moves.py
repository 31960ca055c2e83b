"""Keys that were renamed on purpose: the values of two configs are compared under the new names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from migration.values.diff import MISSING, value_at
from migration.values.keypath import KeyPath, are_connected, format_path, is_beneath
from migration.values.merge import Config


@dataclass(frozen=True, slots=True)
class Move:
    """A key that was renamed, or moved with all beneath it."""

    old: KeyPath
    new: KeyPath

    def __str__(self) -> str:
        """Return both names."""
        return f"{format_path(self.old)} → {format_path(self.new)}"

    @property
    def reverse(self) -> Move:
        """The move back."""
        return Move(self.new, self.old)

    def is_due_in(self, value: object) -> bool:
        """Tell whether a config has the old key, and room for the new one.

        A config that has both keys is compared as it is: no value of it may be lost.
        """
        return value_at(value, self.old) is not MISSING and _has_room(value, self.new)


def move_keys(value: Config, moves: Iterable[Move]) -> Config:
    """Return a config with each old key under its new name; the config itself stays as it is.

    A mapping that loses its last key by that goes as well.

    >>> move_keys({"a": {"x": 1}, "b": 2}, [Move(("a", "x"), ("c", "y"))])
    {'b': 2, 'c': {'y': 1}}
    """
    for move in moves:
        if move.is_due_in(value):
            moved = value_at(value, move.old)
            left = _without(value, move.old)
            value = _with({} if left is MISSING else cast("Config", left), move.new, moved)
    return value


def find_due(value: object, moves: Iterable[Move]) -> tuple[Move, ...]:
    """Return the moves that `move_keys` makes in a config."""
    return tuple(move for move in moves if move.is_due_in(value))


def rename_path(path: KeyPath, moves: Iterable[Move]) -> KeyPath:
    """Return the path that a value has after these moves.

    >>> rename_path(("a", "x", "z"), [Move(("a", "x"), ("c",))])
    ('c', 'z')
    """
    for move in moves:
        if is_beneath(path, move.old):
            return (*move.new, *path[len(move.old) :])
    return path


def find_clashes(moves: Sequence[Move]) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with moves that touch each other: the position of one, and why."""
    for at, move in enumerate(moves):
        if are_connected(move.old, move.new):
            yield at, f"{move} leads to the key itself, beneath it or above it"
        for other in moves[:at]:
            if are_connected(move.old, other.new) or are_connected(move.new, other.old):
                yield at, f"{move} and {other} make a chain: write one entry from the oldest name"
            elif are_connected(move.old, other.old) or are_connected(move.new, other.new):
                yield at, f"{move} and {other} clash: both are about one key"


def _has_room(value: object, path: KeyPath) -> bool:
    """Tell whether a key can be added at a path without replacing anything.

    An empty mapping would be replaced: with the key in it, nothing shows that it was there.
    """
    for key in path:
        if not isinstance(value, dict):
            return False
        if key not in value:
            return bool(value)
        value = value[key]
    return False


def _without(value: object, path: KeyPath) -> object:
    """Return a value without the key at a path; `MISSING` if nothing is left of it."""
    if not path or not isinstance(value, dict):
        return MISSING
    key, *rest = path
    inner = _without(value[key], tuple(rest))
    left = {other: item for other, item in value.items() if other != key}
    if inner is not MISSING:
        left[key] = inner
    return left or MISSING


def _with(value: Config, path: KeyPath, added: object) -> Config:
    key, *rest = path
    if not rest:
        return {**value, key: added}
    inner = value.get(key, {})
    return {**value, key: _with(cast("Config", inner), tuple(rest), added)}
