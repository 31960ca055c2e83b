"""Several commands at once: none is lost, none is seen half-way, and none is kept for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from campaigns.killing.scenarios import FOLDING
from campaigns.killing.seen import seen
from migration.cli.console import Console
from migration.files.lock import LOCK, is_held, locked
from migration.project.project import Project, open_project
from migration.project.state import read_state, retry_on_change
from tests.conftest import ROOT, write_files
from tests.ledgers import OPTIM, A, B, entry, ok
from tests.running import contents, edit, run

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
MANY = [f"configs/train/p{number}.yaml" for number in range(8)]


@contextmanager
def held_in_child(folder: Path, doing: str) -> Iterator[int]:
    """Hold the lock in another process for as long as the block runs, or until it is killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with locked(folder, "snapshots", doing, 0, print):
                os.write(writing, b"held")
                signal.pause()
        finally:
            os._exit(0)
    assert os.read(reading, 4) == b"held"
    try:
        yield child
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reading)
        os.close(writing)


@retry_on_change
def frozen_values(project: Project) -> list[object]:
    """Return the values of both presets, of the one state or of the other."""
    baselines = read_state(project).baselines
    return [baselines.value("presets", preset) for preset in (A, B)]


def test_processes_that_record_different_presets_lose_no_update(small_project: Path) -> None:
    write_files(small_project, dict.fromkeys(MANY, "extends: a.yaml\ntraining: {seed: 1}\n"))
    ok(small_project, "snapshot")
    write_files(small_project, dict.fromkeys(MANY, "extends: a.yaml\ntraining: {seed: 2}\n"))
    before = {preset: entry(small_project, preset) for preset in (A, B, *MANY)}
    command = [sys.executable, "-m", "tests.command", "check-parity", "--wait", "--preset"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen(
            [*command, preset],
            cwd=small_project,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for preset in MANY
    ]
    for process in processes:
        _, err = process.communicate()
        assert process.returncode == 2, err
        assert all(line.startswith("note: waiting for ") for line in err.splitlines())
    after = {preset: entry(small_project, preset) for preset in before}
    assert {preset: each["status"] for preset, each in after.items() if each != before[preset]} == (
        dict.fromkeys(MANY, "failed")
    )
    assert not (small_project / "snapshots" / LOCK).exists()


def take_over(folder: Path) -> None:
    """Accept all differences, and write them into the baselines."""
    ok(folder, "accept", "--preset", "configs", "--reason", "why")
    ok(folder, *FOLDING.words)


def test_who_reads_beside_a_writer_sees_the_one_state_or_the_other(tmp_path: Path) -> None:
    FOLDING.prepare(tmp_path)
    rates = ("1.0e-4", "2.0e-4")
    edit(tmp_path / OPTIM, rates[1], rates[0])
    take_over(tmp_path)
    frozen = {f"snapshots/presets/{preset}.json" for preset in (A, B)}
    allowed = [{path: contents(tmp_path)[path] for path in frozen}]
    edit(tmp_path / OPTIM, *rates)
    take_over(tmp_path)
    allowed.append({path: contents(tmp_path)[path] for path in frozen})
    child = os.fork()
    if child == 0:
        code = 1
        try:
            for turn in range(30):
                edit(tmp_path / OPTIM, *(rates if turn % 2 else reversed(rates)))
                take_over(tmp_path)
            code = 0
        finally:
            os._exit(code)
    looks = 0
    # The sources change under the reader as well, so that the verdicts may be either.
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        values = frozen_values(open_project(tmp_path))
        assert len({repr(value["optim"]) for value in values if isinstance(value, dict)}) == 1
        for words in (("check-parity", "--no-record"), ("snapshot", "--check"), ("ledger",)):
            ran = run(tmp_path, *words)
            assert ran.code in (0, 2), ran.err
            assert ran.err == ""
        looks += 1
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert looks > 3
    assert {path: contents(tmp_path)[path] for path in frozen} in allowed


def test_what_a_writer_is_about_to_place_is_no_leftover(frozen_project: Path) -> None:
    temporary = frozen_project / "snapshots/presets/.a.json.1.tmp"
    with held_in_child(frozen_project, "snapshot"):
        temporary.write_text("")
        assert run(frozen_project, "snapshot", "--check").code == 0
        assert run(frozen_project, "check-parity", "--no-record").err == ""
    assert not is_held(frozen_project, "snapshots")
    assert run(frozen_project, "snapshot", "--check").code == 1
    assert "a leftover" in run(frozen_project, "check-parity", "--no-record").err


def test_a_command_that_comes_second_names_the_first(
    frozen_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("migration.files.lock.PATIENCE", 0.0)
    before = {**contents(frozen_project)}
    with held_in_child(frozen_project, "advance") as child:
        ran = run(frozen_project, "map", "--old", A, "--phase", "1")
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(f"snapshots: in use by advance, process {child} on ")
        assert ran.err.endswith("\n  hint: `--wait` waits for as long as it takes\n")
        assert seen(frozen_project).ledger.entries.keys() == {A, B}
    left = {**contents(frozen_project)}
    assert left.pop(f"snapshots/{LOCK}")
    assert left == before
    # Whoever held it was killed, and nobody has to wait for that.
    ok(frozen_project, "map", "--old", A, "--phase", "1")
    assert not (frozen_project / "snapshots" / LOCK).exists()


def test_a_command_that_waits_says_for_whom(
    frozen_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with held_in_child(frozen_project, "advance") as child:
        note = Console.note

        def note_and_end_it(self: Console, text: str) -> None:
            note(self, text)
            os.kill(child, signal.SIGKILL)

        monkeypatch.setattr(Console, "note", note_and_end_it)
        ran = run(frozen_project, "map", "--old", A, "--phase", "1", "--wait")
    assert ran.code == 0
    assert ran.err.startswith(f"note: waiting for advance, process {child} on ")
    assert ran.err.count("\n") == 1
