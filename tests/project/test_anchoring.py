from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.layouts import change_settings
from tests.ledgers import ok
from tests.running import run

LINKED = "configs/train/team"
PRESET = f"{LINKED}/b.yaml"


@pytest.fixture
def linked(small_project: Path) -> Path:
    """Return a project in which a folder of presets is a link."""
    change_settings(small_project, presets=["configs/train/**/*.yaml"])
    write_files(small_project, {"shared/team/b.yaml": "extends: ../../configs/base.yaml\nz: 1\n"})
    (small_project / LINKED).symlink_to("../../shared/team", target_is_directory=True)
    ok(small_project, "snapshot")
    return small_project


@pytest.mark.parametrize("word", [PRESET, f"./{PRESET}", f"{LINKED}/*.yaml", LINKED])
def test_a_preset_behind_a_linked_folder_is_named_by_the_path_of_the_link(
    linked: Path, word: str
) -> None:
    assert "the preset agrees" in run(linked, "check-parity", "--no-record", "--preset", word).out


def test_a_preset_behind_a_linked_folder_is_mapped_by_the_path_of_the_link(linked: Path) -> None:
    ok(linked, "map", "--old", PRESET, "--phase", "1")
    assert run(linked, "ledger").out.count(f"    1  verified  {PRESET}") == 1


def test_a_preset_is_named_through_a_link_that_no_glob_matches(linked: Path) -> None:
    (linked / "alias").symlink_to("configs/train", target_is_directory=True)
    words = ("check-parity", "--no-record", "--preset", "alias/a.yaml")
    assert run(linked, *words).code == 0


@pytest.mark.parametrize(
    "words",
    [("inspect", "--config", PRESET), ("diff", "--left", PRESET, "--right", "configs/base.yaml")],
)
def test_a_fault_of_a_config_behind_a_link_names_the_link(
    linked: Path, words: tuple[str, ...]
) -> None:
    write_files(linked, {"shared/team/b.yaml": "extends: ../base.yaml\n"})
    assert f"\n  from {PRESET}, a link\n  hint: " in run(linked, *words).err
