"""Plays a team that adopts the toolkit: init, snapshot, a mistake that is caught, and green again.

`python -m tests.adopt.adopter` prints how many commands each team ran, and for how many seconds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.adopt.teams import TEAMS, Mistake, Team

_COMMAND = (sys.executable, "-m", "migration")


@dataclass(frozen=True)
class Step:
    """One command that was run: its words, its exit code, its output, and how long it took."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str
    seconds: float


def adopt(team: Team, root: Path) -> Iterator[Step]:
    """Adopt the toolkit in a tree on disk, and yield each command after it ran."""
    for name in team.folders:
        folder = root / name
        yield run_command(folder, "init", "--yes")
        yield run_command(folder, "snapshot")
    folder = root / team.folders[0]
    with _making(team.mistake, root):
        yield run_command(folder, "check-parity")
    yield run_command(folder, "check-parity")


def run_command(folder: Path, *words: str) -> Step:
    """Run a command in a process of its own, as a person does."""
    begun = time.perf_counter()
    environment = {**os.environ, "NO_COLOR": "1", "CI": ""}
    done = subprocess.run(
        [*_COMMAND, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - begun
    return Step(words, done.returncode, done.stdout, done.stderr, seconds)


def write_tree(team: Team, root: Path) -> None:
    """Write the files of a team."""
    for name, text in team.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@contextmanager
def _making(mistake: Mistake, root: Path) -> Iterator[None]:
    path = root / mistake.path
    before = path.read_text(encoding="utf-8")
    assert mistake.old in before
    path.write_text(before.replace(mistake.old, mistake.new), encoding="utf-8")
    yield
    path.write_text(before, encoding="utf-8")


def main() -> None:
    """Print a line a team, and the output of each command with `-v`."""
    for name, team in TEAMS.items():
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            write_tree(team, root)
            steps = list(adopt(team, root))
        codes = ", ".join(f"{step.words[0]} {step.code}" for step in steps)
        seconds = sum(step.seconds for step in steps)
        sys.stdout.write(f"{name}: {len(steps)} commands, {seconds:.1f} s ({codes})\n")
        if "-v" in sys.argv:
            sys.stdout.write("".join(f"\n$ {' '.join(s.words)}\n{s.out}{s.err}" for s in steps))


def list_presets(folder: Path) -> frozenset[str]:
    """Return the presets that `ledger` has in a folder."""
    step = run_command(folder, "ledger", "--format", "json")
    rows = json.loads(step.out)["presets"]
    return frozenset(row["target"] for row in rows)


if __name__ == "__main__":
    main()
