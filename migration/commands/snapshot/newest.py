"""Finds the newest value on the way back from a work tree, past lost files and through merges.

A point without a value has the value of its parents. Where a merge has lost a value, its sides are
compared with their common ancestor, as git does it with a line of text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeAlias, TypeVar

from migration.files.lineage import Lineage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value, the point at which it was read, and the newer points without a value."""

    value: T
    point: str
    passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parted:
    """A merge whose sides have changed a value in different ways: its sides, ours first."""

    points: tuple[str, ...]


Outcome: TypeAlias = "Found[T] | Parted | None"


class Search(Generic[T]):
    """Looks for the newest value, from any point back; each point is read once."""

    def __init__(
        self, lineage: Lineage, read: Callable[[str], T | None], key: Callable[[T], object]
    ) -> None:
        """Read values by `read`, which may return None; values with the same `key` are equal."""
        self._lineage, self._read, self._key = lineage, read, key
        self._known: dict[str, Outcome[T]] = {}

    def newest(self, point: str) -> Outcome[T]:
        """Return the newest value, seen from a point; None if no point before it has one.

        Raises:
            MigrationError: git cannot tell.
        """
        # Not by recursion: a history may be longer than Python's stack.
        waiting = [point]
        while waiting:
            at = waiting[-1]
            missing = [] if at in self._known else self._look(at)
            if missing:
                waiting += missing
            else:
                waiting.pop()
        return self._known[point]

    def all_newest(self, point: str) -> list[Found[T]]:
        """Return the newest value, or all of those that differ on the sides of a merge, ours first.

        Raises:
            MigrationError: git cannot tell.
        """
        outcome = self.newest(point)
        if isinstance(outcome, Parted):
            return [found for side in outcome.points for found in self.all_newest(side)]
        return [outcome] if outcome else []

    def _look(self, point: str) -> Collection[str]:
        """Find the value of a point, or return the points whose values have to be found first."""
        value = self._read(point)
        if value is not None:
            self._known[point] = Found(value, point)
            return ()
        sides = self._lineage.parents(point)
        missing = [side for side in sides if side not in self._known]
        if missing:
            return missing
        outcomes = [self._known[side] for side in sides]
        found = self._distinct(outcomes)
        parted = [each for each in outcomes if isinstance(each, Parted)]
        changed: list[Outcome[T]] = [*found.values(), *parted]
        if len(changed) > 1:
            base = self._lineage.parting(sides)
            if base is not None and base not in self._known:
                return [base]
            before = self._known[base] if base else None
            if isinstance(before, Found):
                found.pop(self._key(before.value), None)
                changed = [*found.values(), *parted]
        if len(changed) > 1:
            self._known[point] = Parted(sides)
        elif changed and isinstance(changed[0], Found):
            self._known[point] = replace(changed[0], passed=(point, *_passed(outcomes)))
        else:
            self._known[point] = changed[0] if changed else None
        return ()

    def _distinct(self, outcomes: Collection[Outcome[T]]) -> dict[object, Found[T]]:
        """Return the values that differ, by their keys, from the first side that has each."""
        found: dict[object, Found[T]] = {}
        for each in outcomes:
            if isinstance(each, Found):
                found.setdefault(self._key(each.value), each)
        return found


def _passed(outcomes: Collection[Outcome[T]]) -> Iterable[str]:
    """Return the points that were passed on the way to these outcomes, each once."""
    return dict.fromkeys(p for each in outcomes if isinstance(each, Found) for p in each.passed)
