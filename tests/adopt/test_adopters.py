"""Six teams adopt the toolkit, each from a tree without anything of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adopt.adopter import adopt, list_presets, write_tree
from tests.adopt.teams import TEAMS, Team
from tests.running import contents, git, needs_git, run


@needs_git
@pytest.mark.parametrize("team", TEAMS.values(), ids=TEAMS)
def test_a_team_is_guarded_after_two_commands(team: Team, tmp_path: Path) -> None:
    write_tree(team, tmp_path)
    git(tmp_path, "init", "--quiet")
    *setting_up, red, green = adopt(team, tmp_path)
    assert [step.code for step in setting_up] == [0] * len(setting_up)
    guarded = {
        f"{folder}/{preset}".lstrip("/")
        for folder in team.folders
        for preset in list_presets(tmp_path / folder)
    }
    assert guarded == team.presets
    assert red.code == 2
    assert f"] {team.mistake.key} " in red.out
    for preset in team.mistake.presets:
        assert preset in red.out
    assert (green.code, green.err) == (0, "")


def test_a_team_without_git_is_guarded_as_well(tmp_path: Path) -> None:
    team = TEAMS["flat"]
    write_tree(team, tmp_path)
    *_, red, green = adopt(team, tmp_path)
    assert (red.code, green.code) == (2, 0)


def test_two_trees_that_inherit_by_different_keys_get_the_two_commands(tmp_path: Path) -> None:
    team = TEAMS["two trees in a monorepo"]
    write_tree(team, tmp_path)
    before = contents(tmp_path)
    ran = run(tmp_path, "init")
    assert (ran.code, ran.out) == (1, "")
    for folder in team.folders:
        assert f"`config-migration init -C {folder}`" in ran.err
    assert contents(tmp_path) == before
