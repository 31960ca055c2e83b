"""The sides of an action in turn, again and again, so that a slow minute slows all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.cases import Case, Side
from benchmarks.processes import run
from benchmarks.samples import Sample

_MANY, _FEW = 10_000, 3


def repeats(presets: int, repeat: int) -> int:
    """Return how often to measure: fewer times where a run takes long, and so varies less."""
    return min(repeat, _FEW) if presets >= _MANY else repeat


def measure(case: Case, repeat: int) -> Iterator[Sample]:
    """Give a sample for each run of each side; with every turn another one begins.

    Raises:
        RunError: a side does not do its work.
    """
    for turn in range(repeats(case.presets, repeat)):
        first = turn % len(case.sides)
        for side in (*case.sides[first:], *case.sides[:first]):
            side.prepare()
            finished = run(side.command, side.folder, side.exit_codes)
            at = _At(case, side, turn)
            if side.is_timing_itself:
                for part, seconds in json.loads(finished.out).items():
                    yield at.sample(seconds, part=f" {part}")
            else:
                cost = finished.cost
                yield at.sample(cost.user, cost.system, cost.wall, cost.peak)


@dataclass(frozen=True, slots=True)
class _At:
    """Which run it is."""

    case: Case
    side: Side
    turn: int

    def sample(
        self,
        user: float,
        system: float | None = None,
        wall: float | None = None,
        peak: int | None = None,
        part: str = "",
    ) -> Sample:
        """Return the sample of the run, or of a part of it."""
        action, presets = f"{self.case.action}{part}", self.case.presets
        return Sample(
            action, presets, self.side.name, self.side.ran, self.turn, user, system, wall, peak
        )
