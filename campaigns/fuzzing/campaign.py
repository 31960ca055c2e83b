"""Runs one campaign: case after case from a seed, until the time or the number is used up."""

from __future__ import annotations

import random
import signal
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import TypeAlias

from campaigns.fuzzing.checks import Verdict, check_text
from campaigns.fuzzing.graphs import check_graph, write_graph
from campaigns.fuzzing.texts import GENERATORS

_Case: TypeAlias = Callable[[random.Random], Verdict]
_MOST_SECONDS = 60  # for one case; far more than any needs
_MOST_FAILURES = 20


@dataclass
class Tally:
    """How many cases of each kind were tried, how many were read, and the failures."""

    cases: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add another campaign's counts and failures."""
        self.cases += other.cases
        self.read += other.read
        self.failures += other.failures


class _TooSlow(Exception):  # noqa: N818 - a verdict
    pass


def run_campaign(seed: str, *, seconds: float | None = None, cases: int | None = None) -> Tally:
    """Try the cases of a seed until their number or the seconds are used up; return the tally."""
    tally, started = Tally(), time.monotonic()
    kinds = [(made.__name__, _text_case(made)) for made in GENERATORS]
    kinds.append(("graph", _graph_case))
    weights = [*GENERATORS.values(), 6]
    with _alarm():
        while len(tally.failures) < _MOST_FAILURES:
            number = tally.cases.total()
            if number == cases or (seconds is not None and time.monotonic() - started > seconds):
                break
            draw = random.Random(f"{seed}:{number}")  # noqa: S311 - to be drawn again
            ((name, case),) = draw.choices(kinds, weights)
            tally.cases[name] += 1
            verdict = _verdict(case, draw)
            tally.read[name] += verdict.is_read
            if verdict.problem:
                tally.failures.append(f"seed {seed}, case {number}, {name}: {verdict.problem}")
    return tally


def _verdict(case: _Case, draw: random.Random) -> Verdict:
    signal.alarm(_MOST_SECONDS)
    try:
        return case(draw)
    except Exception:  # noqa: BLE001 - a traceback is the worst of failures
        return Verdict(is_read=False, problem=traceback.format_exc())
    finally:
        signal.alarm(0)


def _text_case(made: Callable[[random.Random], bytes]) -> _Case:
    def case(draw: random.Random) -> Verdict:
        data = made(draw)
        return _shown(lambda: check_text(data), lambda: f"the text: {data!r}")

    return case


def _graph_case(draw: random.Random) -> Verdict:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_graph(draw, folder)
        return _shown(lambda: check_graph(draw, folder), lambda: "\n".join(_listed(folder)))


def _shown(check: Callable[[], Verdict], show: Callable[[], str]) -> Verdict:
    """Return the verdict; add to its problem, or to an exception, the files it is about."""
    try:
        verdict = check()
    except Exception as error:
        error.add_note(show())
        raise
    return replace(verdict, problem=f"{verdict.problem}\n{show()}") if verdict.problem else verdict


def _listed(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            yield f"{path} -> {path.readlink()}"
        elif path.is_file():
            yield f"{path}: {path.read_text()!r}"


@contextmanager
def _alarm() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, before)
