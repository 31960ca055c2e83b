"""Files that look like presets, and that no glob of `presets` matches; and files that do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.layouts import change_settings
from tests.running import run

LEGACY = "extends: ../components/optim.yaml\n"
ONE = "note: 1 file is built from legacy files and is no preset: {} (`presets` does not match it)"


def notes_of(folder: Path) -> list[str]:
    """Return the notes of a `snapshot`, which are the same if there is nothing to freeze."""
    ran = run(folder, "snapshot")
    assert (ran.code, ran.err) == (0, "")
    notes = [line for line in ran.out.splitlines() if line.startswith("note: ")]
    again = run(folder, "snapshot").out.splitlines()
    assert [line for line in again if line.startswith("note: ")] == notes
    return notes


@pytest.mark.parametrize(
    "path", ["configs/train/b.yml", "configs/train/deep/c.yaml", "configs/other/c.yaml"]
)
def test_a_file_that_is_built_from_legacy_files_is_noted(small_project: Path, path: str) -> None:
    up = "../" * (path.count("/") - 1)
    write_files(small_project, {path: f"extends: {up}components/optim.yaml\n"})
    assert notes_of(small_project) == [ONE.format(path)]


def test_several_files_are_one_note(small_project: Path) -> None:
    write_files(
        small_project, {"configs/train/c.yml": LEGACY, "configs/train/d.yml": "extends: a.yaml\n"}
    )
    assert notes_of(small_project) == [
        (
            "note: 2 files are built from legacy files and are no presets: "
            "configs/train/c.yml, configs/train/d.yml (`presets` matches none)"
        )
    ]


def test_a_file_that_extends_what_presets_extend_is_noted(small_project: Path) -> None:
    files = {"c.yaml": "extends: ../base.yaml\n", "d.yml": "extends: ../base.yaml\n"}
    write_files(small_project, {f"configs/train/{name}": text for name, text in files.items()})
    assert notes_of(small_project) == [
        (
            "note: 1 file extends what presets extend and is no preset: configs/train/d.yml "
            "(`presets` does not match it)"
        )
    ]


def test_files_beside_presets_in_the_root_are_noted(small_project: Path) -> None:
    change_settings(small_project, presets=["*.yaml", "configs/train/*.yaml"])
    files = {"a.yaml": "extends: configs/base.yaml\n", "b.yml": "extends: configs/base.yaml\n"}
    write_files(small_project, {**files, "compose.yml": "services: {}\n"})
    assert len(notes_of(small_project)) == 1


@pytest.mark.parametrize(
    "files",
    [
        {"configs/train/.b.yml": LEGACY},
        {"configs/train/.old/b.yaml": LEGACY},
        {"configs/train/b.yml": "lr: 1\n"},
        {"configs/train/b.yml": "extends: [\n"},
        {"configs/train/b.txt": LEGACY},
        {"configs/train/b.yml": LEGACY, "configs/train/c.yaml": "extends: b.yml\n"},
        {"configs/fusion/old.yaml": f"{LEGACY}targets: [{{name: a}}]\n"},
        {"configs/bases/more.yaml": "extends: ../base.yaml\n"},
        {"configs/components/more.yaml": "extends: optim.yaml\n"},
    ],
    ids=[
        "hidden", "in a hidden folder", "extends nothing", "broken", "no YAML", "a base",
        "a fusion config", "a base that is not used", "a legacy file",
    ],
)  # fmt: skip
def test_what_is_no_preset_is_not_noted(small_project: Path, files: dict[str, str]) -> None:
    write_files(small_project, files)
    assert notes_of(small_project) == []


def test_an_excluded_file_is_not_noted(small_project: Path) -> None:
    change_settings(small_project, exclude=["configs/train/*.yml", "configs/train/b.yaml"])
    write_files(small_project, {"configs/train/c.yml": LEGACY})
    assert notes_of(small_project) == []


def test_nothing_is_noted_where_single_presets_are_frozen(small_project: Path) -> None:
    write_files(small_project, {"configs/train/c.yml": LEGACY})
    assert "note" not in run(small_project, "snapshot", "--preset", "configs/train/a.yaml").out
