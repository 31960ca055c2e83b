"""Medians of samples, and ratios to what the toolkit takes; how they are shown is not said here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.samples import Sample

TOOLKIT = "toolkit"


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times the CPU of the toolkit: of the medians, and least and most in one turn."""

    of_medians: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Summary:
    """The medians of one side of an action; seconds for each preset that it ran on, and bytes."""

    side: str
    ran: int
    cpu: float
    system: float | None
    wall: float | None
    peak: float | None
    ratio: Ratio | None
    """None for the toolkit itself, and where it is no side."""


def summaries(samples: Sequence[Sample]) -> list[Summary]:
    """Return a summary for each side of one action on one tree, in the order of the first turn."""
    sides: dict[str, list[Sample]] = {}
    for sample in samples:
        sides.setdefault(sample.side, []).append(sample)
    toolkit = sides.get(TOOLKIT)
    return [_summary(side, of_it, toolkit) for side, of_it in sides.items()]


def _summary(side: str, samples: list[Sample], toolkit: list[Sample] | None) -> Summary:
    ran = samples[0].ran
    return Summary(
        side,
        ran,
        median(sample.cpu for sample in samples),
        _median(None if sample.system is None else sample.system / ran for sample in samples),
        _median(None if sample.wall is None else sample.wall / ran for sample in samples),
        _median(sample.peak for sample in samples),
        _ratio(samples, toolkit) if toolkit and side != TOOLKIT else None,
    )


def _ratio(samples: list[Sample], toolkit: list[Sample]) -> Ratio | None:
    theirs = {sample.turn: sample.cpu for sample in toolkit}
    # What ran no longer than the clock can tell has no ratio.
    paired = [sample.cpu / theirs[sample.turn] for sample in samples if theirs.get(sample.turn)]
    base = median(theirs.values())
    if not paired or not base:
        return None
    return Ratio(median(sample.cpu for sample in samples) / base, min(paired), max(paired))


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
