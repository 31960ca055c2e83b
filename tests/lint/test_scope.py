"""Which files `lint` reports on, if it is asked for some of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from migration.commands.lint import lint_layout
from migration.project.project import open_project
from tests.conftest import write_files
from tests.lint.mixed_tree import ALL, lint_codes, refused_lint, write_lint_table
from tests.lint.trees import BASE, DEBUG, OVERLAY, PRESET, SETTINGS, SHALLOW, TREE


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        ((PRESET,), ["L403", "L702"]),
        (("configs/train",), ALL[1:]),
        (("./configs/train/",), ALL[1:]),
        (("configs/*.yaml", OVERLAY), ["L205", "L401", "L701"]),
        ((".",), ALL),
        ((BASE,), []),
    ],
)
def test_paths_limit_the_findings(paths: tuple[str, ...], found: list[str], tmp_path: Path) -> None:
    assert lint_codes(tmp_path, paths=paths) == found


def test_a_file_outside_the_project_is_named_by_any_path_to_it(tmp_path: Path) -> None:
    project = tmp_path / "project"
    changes = {
        "pyproject.toml": f"{SETTINGS}allow_outside = true\n",
        PRESET: SHALLOW.replace("../base.yaml", "../../../shared/base.yaml"),
    }
    write_files(tmp_path, {"shared/base.yaml": f"{TREE[BASE]}x: on\n"})
    for path in ("../shared/base.yaml", str(tmp_path / "shared/base.yaml"), "../shared/*.yaml"):
        assert lint_codes(project, changes, paths=(path,)) == ["L702"]


def test_paths_limit_the_count_of_files(tmp_path: Path) -> None:
    write_files(tmp_path, TREE)
    assert lint_layout(open_project(tmp_path), paths=("configs/train",)).files == 2


def test_a_link_is_the_file_that_it_leads_to(tmp_path: Path) -> None:
    write_files(tmp_path, TREE)
    link = "configs/train/link.yaml"
    (tmp_path / link).symlink_to("a.yaml")
    assert lint_codes(tmp_path, paths=(link,)) == ["L403", "L702"]
    exempt = write_lint_table(f'per_file_ignores = {{"{link}" = ["L403", "L702"]}}')
    assert lint_codes(tmp_path, exempt, paths=(link,)) == []


def test_a_broken_file_beneath_a_wanted_one_is_told(tmp_path: Path) -> None:
    assert lint_codes(tmp_path, {PRESET: "a: [\n"}, paths=(OVERLAY,)) == ["L001", "L701"]
    assert lint_codes(tmp_path, {PRESET: "a: [\n"}, paths=(DEBUG,)) == ["L205"]


def test_a_path_that_is_no_file_of_the_tree_is_refused(tmp_path: Path) -> None:
    refused = refused_lint(
        tmp_path, paths=("configs/train/aa.yaml", "pyproject.toml", "none/*.yaml")
    )
    looked_at = "it looks at the YAML files in the folders of `presets` and of the base"
    assert "`lint` looks at no file 'configs/train/aa.yaml'\n  hint: did you mean" in refused
    assert f"`lint` looks at no file 'pyproject.toml'\n  hint: {looked_at}" in refused
    assert "`lint` looks at no file 'none/*.yaml'" in refused
