"""Runs many trials on all cores, tallies them by kind, and reports each false verdict."""

from __future__ import annotations

import difflib
import multiprocessing
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path

from campaigns.mutation.trial import KINDS, Command, Suite, Trial, name_of

_CHUNK = 5_000
_VERDICTS: dict[Command, tuple[str, ...]] = {
    "check-parity": ("verified", "pending", "allowed", "failed", "error", "missing"),
    "compare": ("same", "changed", "error", "missing"),
}


@dataclass(slots=True)
class Tally:
    """The counts of deserved verdicts by kind of mutation, and a report of each false verdict."""

    deserved: Counter[tuple[str, str]] = field(default_factory=Counter)
    false: list[str] = field(default_factory=list)
    command: Command = "check-parity"

    def add(self, trial: Trial, seed: int) -> None:
        """Add a trial."""
        self.deserved[trial.kind, trial.deserved] += 1
        if trial.false:
            self.false.append(report(trial, seed))

    def merge(self, other: Tally) -> None:
        """Add the trials of another tally."""
        self.deserved += other.deserved
        self.false += other.false

    def table(self) -> str:
        """Return a table with one line per kind: how often its mutations deserved each verdict."""
        kinds = [*map(name_of, KINDS)]
        verdicts = _VERDICTS[self.command]
        counts = {kind: [self.deserved[kind, verdict] for verdict in verdicts] for kind in kinds}
        counts["all"] = [*map(sum, zip(*counts.values(), strict=True))]
        width = max(map(len, counts))
        lines = [f"{'kind':{width}}" + "".join(f"{verdict:>10}" for verdict in verdicts)]
        for kind, row in counts.items():
            lines.append(f"{kind:{width}}" + "".join(f"{count:>10}" for count in row))
        return "\n".join(lines)


def run(
    count: int, seed: int, first: int = 0, command: Command = "check-parity"
) -> Iterator[Tally]:
    """Run `count` trials on all cores; yield the tally so far after each part."""
    cores = len(os.sched_getaffinity(0))
    size = min(_CHUNK, -(-count // cores))
    starts = range(first, first + count, size)
    stops = [min(start + size, first + count) for start in starts]
    tally = Tally(command=command)
    # Spawned, since forking a process with threads may hang.
    with ProcessPoolExecutor(cores, multiprocessing.get_context("spawn")) as pool:
        for part in pool.map(_run_range, starts, stops, repeat(seed), repeat(command)):
            tally.merge(part)
            yield tally


def report(trial: Trial, seed: int) -> str:
    """Return the report of a false verdict, with the edit that caused it."""
    mutation = trial.mutation
    lines = [
        f"false {trial.false}: seed {seed}, number {trial.number}, {trial.kind}",
        f"  {mutation.subject.name}: {mutation.preset}: {mutation.what}",
        f"  owed {trial.owed}",
        f"  said {trial.said}",
    ]
    for path, text in mutation.edits.items():
        before = mutation.subject.texts.get(path, "").splitlines()
        after = (text or "").splitlines()
        lines += difflib.unified_diff(before, after, path, path, lineterm="", n=0)
    return "\n".join(lines)


def _run_range(start: int, stop: int, seed: int, command: Command) -> Tally:
    tally = Tally(command=command)
    with tempfile.TemporaryDirectory() as folder:
        suite = Suite(Path(folder), seed, command)
        for number in range(start, stop):
            tally.add(suite.trial(number), seed)
    return tally
