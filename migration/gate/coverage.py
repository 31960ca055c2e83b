"""Finds which of many keys have a value in no config."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Generic, TypeVar, cast

from migration.store.baselines import Baselines
from migration.store.records import PRESETS
from migration.values.diff import MISSING, value_at
from migration.values.keypath import KeyPath
from migration.values.merge import Config
from migration.values.moves import Move, move_keys

T = TypeVar("T")


class Coverage(Generic[T]):
    """Looks for a value at each path, in one config after another."""

    def __init__(self, paths: Mapping[T, KeyPath], moves: Collection[Move] = ()) -> None:
        """Look for the path of each item, also under the new names that `moves` give to keys."""
        self._left, self._moves = dict(paths), moves

    def look_at(self, value: Config) -> None:
        """Look for values in a resolved config."""
        configs = (value, move_keys(value, self._moves)) if self._moves else (value,)
        for item, path in [*self._left.items()]:
            if any(value_at(each, path) is not MISSING for each in configs):
                del self._left[item]

    def left(self, baselines: Baselines, presets: Iterable[str]) -> tuple[T, ...]:
        """Return the items whose path is in no config so far, and in none of these baselines."""
        for preset in presets:
            if not self._left:
                break
            self.look_at(cast("Config", baselines.value(PRESETS, preset)))
        return tuple(self._left)
