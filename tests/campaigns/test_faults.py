"""A disk that refuses a change, or a user's interrupt, leaves the old state or the new one."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from campaigns.killing.changes import Change, watched
from campaigns.killing.scenarios import SCENARIOS, Scenario
from campaigns.killing.seen import FINISHED, JOURNAL, settled
from campaigns.killing.stopping import changes_of, telling
from migration.files.atomic import temporary
from migration.files.lock import LOCK
from tests.running import Ran, contents, run

REFUSALS = (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO, errno.EDQUOT)
CANNOT = re.compile(r"[^\n:]+: cannot (lock|write|remove): [^\n]+\n(  hint: [^\n]+\n)?")
STANDS = f"  hint: the change is kept in {JOURNAL}: the next command that writes finishes it\n"


def refusing(number: int, *, for_good: bool) -> Callable[[Change], None]:
    """Refuse one change, with each error in its turn, or it and all that come after it."""

    def act(change: Change) -> None:
        if change.number == number or (for_good and change.number > number):
            code = errno.EROFS if for_good else REFUSALS[number % len(REFUSALS)]
            raise OSError(code, os.strerror(code), str(change.path))

    return act


def interrupting(number: int) -> Callable[[Change], None]:
    def act(change: Change) -> None:
        if change.number == number:
            raise KeyboardInterrupt

    return act


# The others write as one of these does: files through a journal, or they remove them.
writing = pytest.mark.parametrize(
    "scenario",
    [
        each
        for each in SCENARIOS
        if each.name in ("snapshot", "fold other fusion", "check-parity", "retire")
    ],
    ids=lambda each: each.name,
)
# Everything that a command can change on disk is in one of these.
writing_much = pytest.mark.parametrize(
    "scenario",
    [each for each in SCENARIOS if each.name in ("fold other fusion", "retire")],
    ids=lambda each: each.name,
)


def each_change(
    tmp_path: Path, scenario: Scenario, look: Callable[[Change, Path, Path, Path], None]
) -> None:
    """Look at every change, with a fresh folder, the old state and the new one."""
    old, new = tmp_path / "old", tmp_path / "new"
    scenario.prepare(old)
    shutil.copytree(old, new)
    _, made = changes_of(new, scenario.words)
    for change in telling(made):
        folder = tmp_path / "folder"
        shutil.copytree(old, folder)
        look(change, folder, old, new)
        shutil.rmtree(folder)


def stopped(folder: Path, scenario: Scenario, act: Callable[[Change], None]) -> Ran:
    with watched(act):
        return run(folder, *scenario.words)


def nobodys_temporaries(folder: Path) -> set[Path]:
    """Return the temporary files but for those that a written down change is to place."""
    journal = folder / JOURNAL
    if not journal.exists():
        return {*folder.rglob("*.tmp")}
    document = json.loads(journal.read_text())
    process = document["process"]
    waiting = {folder / temporary(path, process) for path in document["files"]}
    return {*folder.rglob("*.tmp")} - waiting


def assert_whole(folder: Path, scenario: Scenario, ran: Ran, old: Path, new: Path) -> None:
    """Hold what a refused or interrupted command has left against what it may leave."""
    is_pending = (folder / JOURNAL).exists()
    if ran.code == scenario.code:
        assert not is_pending
        assert settled(folder) == settled(new)
    elif not is_pending and not scenario.is_gradual:
        assert settled(folder) in (settled(old), settled(new))
    again = run(folder, *scenario.words)
    assert (FINISHED in again.err) == is_pending
    assert settled(folder) == settled(new)
    assert not list(folder.rglob("*.tmp"))


@writing
def test_a_change_that_is_refused_is_told_and_leaves_nothing(
    tmp_path: Path, scenario: Scenario
) -> None:
    def look(change: Change, folder: Path, old: Path, new: Path) -> None:
        ran = stopped(folder, scenario, refusing(change.number, for_good=False))
        if ran.code != scenario.code:
            assert (ran.code, ran.out) == (1, ""), change
            assert CANNOT.fullmatch(ran.err), ran.err
            assert (STANDS in ran.err) == (folder / JOURNAL).exists()
        assert not nobodys_temporaries(folder), change
        if not (folder / JOURNAL).exists() and settled(folder) == settled(old):
            left, known = (
                {path.relative_to(each) for path in each.rglob("*")} for each in (folder, old)
            )
            # Only if the lock itself could not be removed, or its folder.
            lock = {Path("snapshots", LOCK), Path("snapshots")}
            assert left - known <= (lock if change.name.startswith("remove") else set())
        assert_whole(folder, scenario, ran, old, new)

    each_change(tmp_path, scenario, look)


@writing_much
def test_a_disk_that_refuses_everything_from_some_change_on_keeps_the_state(
    tmp_path: Path, scenario: Scenario
) -> None:
    @cache
    def told_of(folder: Path) -> int:
        return run(folder, "check-parity", "--no-record").code

    def look(change: Change, folder: Path, old: Path, new: Path) -> None:
        ran = stopped(folder, scenario, refusing(change.number, for_good=True))
        if ran.code != scenario.code:
            assert (ran.code, ran.out) == (1, ""), change
            assert CANNOT.fullmatch(ran.err), ran.err
            assert "Read-only file system" in ran.err
        if not (folder / JOURNAL).exists():
            left = contents(folder)
            told = run(folder, "check-parity", "--no-record")
            assert told.code in {told_of(old), told_of(new)}
            assert contents(folder) == left
        again = run(folder, *scenario.words)
        assert again.code in (scenario.code, scenario.code_again), again.err
        assert settled(folder) == settled(new)

    each_change(tmp_path, scenario, look)


@writing_much
def test_an_interrupt_at_any_change_keeps_the_state(tmp_path: Path, scenario: Scenario) -> None:
    def look(change: Change, folder: Path, old: Path, new: Path) -> None:
        ran = stopped(folder, scenario, interrupting(change.number))
        assert (ran.code, ran.out, ran.err) == (130, "", "interrupted\n"), change
        assert not nobodys_temporaries(folder), change
        assert_whole(folder, scenario, ran, old, new)

    each_change(tmp_path, scenario, look)
