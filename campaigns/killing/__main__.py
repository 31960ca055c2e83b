"""Kills many real processes at random times: `invoke kill` runs this."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from campaigns.arguments import Arguments, at_least_one
from campaigns.killing.aftermath import Expected, expected
from campaigns.killing.real import REAL
from campaigns.killing.scenarios import Scenario
from campaigns.killing.seen import settled
from migration.files.lock import LOCK
from tests.conftest import ROOT
from tests.running import contents

_LOOK_EVERY = 0.0005
_BLIND, _LOCKED = 0.2, 0.4
"""Of five kills, one is at any time, one after the lock, three after the first change."""


@dataclass(frozen=True)
class Prepared:
    """A command, the folder that it starts in, what it may leave, and its times in seconds."""

    scenario: Scenario
    start: Path
    expected: Expected
    whole: float
    locked: float
    """From the creation of the lock to the end."""
    writing: float
    """From the first change other than the lock to the end."""


def main() -> int:
    """Print where the processes were killed; return 1 if one left what it must not leave."""
    parser = Arguments(prog="kill", description=main.__doc__)
    parser.add_argument("--count", type=at_least_one, default=100, help="processes to kill")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    rng = Random(given.seed)  # noqa: S311 - delays, nothing secret
    tally: dict[str, Counter[str]] = {}
    failures = 0
    with tempfile.TemporaryDirectory() as name:
        all_prepared = [_prepared(Path(name), scenario) for scenario in REAL]
        number = 0
        while number < given.count:
            prepared = all_prepared[number % len(all_prepared)]
            folder = Path(name) / "killed"
            shutil.copytree(prepared.start, folder)
            when = _kill(prepared, folder, rng)
            if when:
                number += 1
                tally.setdefault(prepared.scenario.name, Counter())[when] += 1
            try:
                prepared.expected.hold(folder)
            except AssertionError:
                failures += 1
                print(f"kill {number}, {prepared.scenario.name}, {when}:", flush=True)
                traceback.print_exc()
            shutil.rmtree(folder)
    for scenario, found in tally.items():
        print(f"{scenario:22}  {', '.join(f'{found[when]} {when}' for when in sorted(found))}")
    total = sum(tally.values(), Counter())
    print(f"{given.count} killed: {', '.join(f'{total[when]} {when}' for when in sorted(total))}")
    print(f"{given.count - failures} left the old state or the new one and came to the new one")
    return int(failures > 0)


def _prepared(folder: Path, scenario: Scenario) -> Prepared:
    start, new = folder / scenario.name / "old", folder / scenario.name / "new"
    start.parent.mkdir()
    scenario.prepare(start)
    shutil.copytree(start, new)
    begun = time.monotonic()
    process = _started(new, scenario)
    locked = _wait(process, lambda: _is_locked(new))
    entries = _entries(start)
    writing = _wait(process, lambda: _is_being_written(new, entries))
    assert process.wait() == scenario.code, scenario.name
    ended = time.monotonic()
    aftermath = expected(scenario, start, new)
    return Prepared(
        scenario, start, aftermath, ended - begun, ended - locked, max(ended - writing, 0.01)
    )


def _started(folder: Path, scenario: Scenario) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.command", *scenario.words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait(process: subprocess.Popen[bytes], until: Callable[[], bool]) -> float:
    while process.poll() is None and not until():
        time.sleep(_LOOK_EVERY)
    return time.monotonic()


def _is_locked(folder: Path) -> bool:
    return (folder / "snapshots" / LOCK).exists()


def _is_being_written(folder: Path, entries: frozenset[str]) -> bool:
    return _entries(folder) - {"snapshots", f"snapshots/{LOCK}"} != entries - {"snapshots"}


def _entries(folder: Path) -> frozenset[str]:
    found: set[str] = set()
    for around, folders, files in os.walk(folder):
        place = os.path.relpath(around, folder)
        found.update(os.path.normpath(f"{place}/{name}") for name in (*folders, *files))
    return frozenset(found)


def _kill(prepared: Prepared, folder: Path, rng: Random) -> str | None:
    """Kill the command at a random time; return when, by what it left, or None if it had ended."""
    entries = _entries(folder)
    process = _started(folder, prepared.scenario)
    if (drawn := rng.random()) < _BLIND:
        time.sleep(rng.uniform(0, prepared.whole))
    elif drawn < _LOCKED:
        _wait(process, lambda: _is_locked(folder))
        time.sleep(rng.uniform(0, prepared.locked))
    else:
        _wait(process, lambda: _is_being_written(folder, entries))
        time.sleep(rng.uniform(0, prepared.writing))
    process.kill()
    if process.wait() != -signal.SIGKILL:
        return None
    left, old = contents(folder), contents(prepared.start)
    lock = f"snapshots/{LOCK}"
    if left == old:
        return "before the lock"
    if lock in left and {**left, lock: b""} == {**old, lock: b""}:
        return "locked, nothing written yet"
    if settled(folder) == prepared.expected.files and len(left) == len(prepared.expected.files):
        return "all written, lock gone"
    return "within the writing"


if __name__ == "__main__":
    sys.exit(main())
