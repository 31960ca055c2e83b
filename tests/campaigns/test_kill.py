"""A command that is killed at any change of the disk leaves the old state or the new one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from campaigns.killing.aftermath import expected
from campaigns.killing.changes import Change
from campaigns.killing.scenarios import FOLDING, SCENARIOS, Scenario
from campaigns.killing.seen import JOURNAL, as_on_any_run
from campaigns.killing.stopping import Stop, changes_of, killed, stops
from tests.ledgers import B

# A worker of the test run has threads of its own; the child touches none of them.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def pending(folder: Path) -> None:
    """Leave a change that was written down and not made."""
    FOLDING.prepare(folder)
    trial = folder.with_name("trial")
    shutil.copytree(folder, trial)
    _, made = changes_of(trial, FOLDING.words)
    written = next(each for each in made if each == Change(each.number, "replace", trial / JOURNAL))
    killed(folder, FOLDING.words, Stop(written.number + 1))
    assert (folder / JOURNAL).exists()


FINISHING = Scenario("finish and map", ("map", "--old", B, "--phase", "1"), pending)


# Of the two that replace baselines the one that adds and removes files as well; the other is what
# is finished in `FINISHING`, and both are killed by the campaign.
TRIED = [*(each for each in SCENARIOS if each is not FOLDING), FINISHING]


@pytest.mark.parametrize("scenario", TRIED, ids=lambda each: each.name)
def test_a_killed_command_leaves_the_old_state_or_the_new_one(
    tmp_path: Path, scenario: Scenario
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    scenario.prepare(old)
    shutil.copytree(old, new)
    ran, made = changes_of(new, scenario.words)
    assert ran.code == scenario.code, ran.err
    aftermath = expected(scenario, old, new)
    known = []
    for stop in stops(made):
        folder = tmp_path / f"killed-{stop.number}{'-half' if stop.is_half else ''}"
        shutil.copytree(old, folder)
        killed(folder, scenario.words, stop)
        if (left := as_on_any_run(folder)) not in known:
            known.append(left)
            aftermath.hold(folder)
        shutil.rmtree(folder)
    assert len(known) > 3
