"""A command that is killed at any change of the disk leaves the old state or the new one."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.killing.changes import Change
from tests.killing.scenarios import REFREEZING, SCENARIOS, Scenario
from tests.killing.seen import FINISHED, JOURNAL, Seen, as_on_any_run, seen, settled
from tests.killing.stopping import Stop, changes_of, killed, stops
from tests.running import run
from tests.workflow.ledgers import B

# A worker of the test run has threads of its own; the child touches none of them.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def pending(folder: Path) -> None:
    """Leave a change that was written down and not made."""
    REFREEZING.prepare(folder)
    trial = folder.with_name("trial")
    shutil.copytree(folder, trial)
    _, made = changes_of(trial, REFREEZING.words)
    removal = next(each for each in made if each == Change(each.number, "remove", trial / JOURNAL))
    killed(folder, REFREEZING.words, Stop(removal.number - 4))
    assert (folder / JOURNAL).exists()


FINISHING = Scenario("finish and map", ("map", "--old", B, "--phase", "1"), pending)


@pytest.mark.parametrize("scenario", [*SCENARIOS, FINISHING], ids=lambda each: each.name)
def test_a_killed_command_leaves_the_old_state_or_the_new_one(
    tmp_path: Path, scenario: Scenario
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    scenario.prepare(old)
    shutil.copytree(old, new)
    ran, made = changes_of(new, scenario.words)
    assert ran.code == scenario.code, ran.err
    allowed = [_compared(seen(folder), scenario) for folder in (old, new)]
    assert scenario.is_gradual or allowed[0] != allowed[1]
    known = []
    for stop in stops(made):
        folder = tmp_path / "killed"
        shutil.copytree(old, folder)
        killed(folder, scenario.words, stop)
        if (left := as_on_any_run(folder)) not in known:
            known.append(left)
            assert _compared(seen(folder), scenario) in allowed, stop
            is_pending = (folder / JOURNAL).exists()
            again = run(folder, *scenario.words)
            assert again.code in (scenario.code, scenario.code_again), again.err
            assert (FINISHED in again.err) == is_pending, stop
            assert settled(folder) == settled(new), stop
        shutil.rmtree(folder)
    assert len(known) > 3


def _compared(found: Seen, scenario: Scenario) -> Seen:
    return replace(found, told=()) if scenario.is_gradual else found
