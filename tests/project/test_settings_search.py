from __future__ import annotations

from pathlib import Path

import pytest

from migration.errors import MigrationError
from migration.project.settings import Settings
from migration.project.settings_file import read_settings
from tests.conftest import write_files
from tests.layouts import settings_table
from tests.running import run
from tests.test_bad_input import assert_refused

OWN = "config-migration.toml"
TREE = {"configs/a.yaml": "lr: 1.0\n"}
PLAIN = 'presets = ["configs/*.yaml"]\n'
LOOKED = "no settings: no config-migration.toml in this folder or above it, and none in "


def refusal(text: str) -> str:
    with pytest.raises(MigrationError) as error:
        read_settings(text, OWN)
    return str(error.value)


def test_a_file_of_its_own_has_the_settings_at_its_root() -> None:
    text = (
        'presets = ["a/*.yaml"]\nbase = "b.yaml"\n\n[lint]\nignore = ["L403"]\n'
        '[lint.per_file_ignores]\n"a/x.yaml" = ["L4"]\n\n[inheritance]\nkey = "_base_"\n'
    )
    assert read_settings(text, OWN) == Settings(
        presets=("a/*.yaml",),
        base="b.yaml",
        inheritance_key="_base_",
        lint_ignore=("L403",),
        lint_per_file={"a/x.yaml": ("L4",)},
        source=OWN,
        written={
            "presets": 1,
            "base": 2,
            "lint.ignore": 5,
            "lint.per_file_ignores": 6,
            "lint.per_file_ignores.a/x.yaml": 7,
            "inheritance.key": 10,
        },
    )


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\ufeff"])
def test_an_empty_file_of_its_own_means_the_defaults(text: str) -> None:
    assert read_settings(text, OWN) == Settings(source=OWN)


@pytest.mark.parametrize(
    ("text", "err"),
    [
        ("\npreset = []\n", f"{OWN}:2: unknown setting 'preset'\n  hint: did you mean 'presets'?"),
        ("[lint]\n\nselects = []\n", f"{OWN}:3: unknown setting 'lint.selects'"),
        ("lint = 3\n", f"{OWN}:1: 'lint' must be a table, [lint]"),
        ("moved = 3\n", f"{OWN}:1: 'moved' must be tables, [[moved]], each with from and to"),
        ("[[moved]]\nfrom = 'a'\nto = 'b'\n[[moved]]\nfrom = 1\n", f"{OWN}:4: "),
        ("[lint]\nbase = 1\n", f"{OWN}:2: unknown setting 'lint.base'"),
        (
            "\n[tool.config-migration]\npresets = []\n",
            (
                f"{OWN}:2: the settings have to be at the root of {OWN}, and not in "
                "[tool.config-migration]\n"
                "  hint: remove the header [tool.config-migration]; "
                "[tool.config-migration.lint] is [lint] here"
            ),
        ),
        (
            "max_files = 2\ntool.config-migration.presets = []\n",
            f"{OWN}:2: the settings have to be",
        ),
        (
            "[config-migration]\npresets = []\n",
            f"{OWN}:1: the settings have to be at the root of {OWN}, and not in [config-migration]",
        ),
        ("a = 1\nb = = 2\n", f"{OWN}:2:5: not valid TOML"),
    ],
)
def test_a_fault_in_a_file_of_its_own_has_its_line(text: str, err: str) -> None:
    assert err in refusal(text)


def test_a_project_may_have_a_pyproject_for_other_things(tmp_path: Path) -> None:
    write_files(tmp_path, {"pyproject.toml": "[project]\nname = 'x'\n", OWN: PLAIN, **TREE})
    assert run(tmp_path, "snapshot").code == 0
    assert run(tmp_path / "configs", "check-parity").code == 0


def test_two_files_with_settings_in_one_folder_are_refused(tmp_path: Path) -> None:
    write_files(tmp_path, {"pyproject.toml": settings_table(), OWN: PLAIN, **TREE})
    assert_refused(
        tmp_path,
        "snapshot",
        err=f"{OWN}: pyproject.toml has settings, too, in [tool.config-migration]\n"
        "  hint: keep one of the two: which of them holds would be a guess\n",
    )


def test_a_folder_in_the_place_of_the_file_is_a_fault(tmp_path: Path) -> None:
    write_files(tmp_path, {f"{OWN}/x": "", **TREE})
    err = f"{OWN}: a directory, where the settings file has to be\n"
    assert_refused(tmp_path, "snapshot", err=err)


def test_a_link_that_leads_nowhere_is_no_want_of_settings(tmp_path: Path) -> None:
    write_files(tmp_path, TREE)
    (tmp_path / OWN).symlink_to("nowhere.toml")
    err = f"{OWN}: a link that leads nowhere, where the settings file has to be\n"
    assert_refused(tmp_path, "snapshot", err=err)


def test_each_tree_of_a_monorepo_has_its_own_settings(tmp_path: Path) -> None:
    trees = {
        "vision/config-migration.toml": PLAIN,
        "vision/configs/a.yaml": "lr: 1.0\n",
        "text/pyproject.toml": f"[tool.config-migration]\n{PLAIN}",
        "text/configs/b.yaml": "lr: 2.0\n",
    }
    write_files(tmp_path, {"pyproject.toml": "[project]\nname = 'all'\n", **trees})
    for folder, preset in (("vision", "configs/a"), ("text", "configs/b")):
        assert run(tmp_path, "snapshot", "-C", folder).code == 0
        assert (tmp_path / folder / "snapshots" / "presets" / f"{preset}.yaml.json").is_file()
    ran = run(tmp_path, "check-parity")
    assert (ran.code, ran.err) == (
        1,
        f"{LOOKED}pyproject.toml\n  hint: did you mean to be in text/ or vision/?\n",
    )


def test_the_files_that_were_looked_at_are_named(tmp_path: Path) -> None:
    write_files(tmp_path, {"pyproject.toml": "", "a/pyproject.toml": "", "a/b/x.yaml": "lr: 1\n"})
    first = run(tmp_path / "a" / "b", "snapshot").err.splitlines()[0]
    assert first == f"{LOOKED}../pyproject.toml, ../../pyproject.toml"


@pytest.mark.parametrize(
    ("name", "text", "err"),
    [
        (
            "pyproject.toml",
            f"[project]\nname = 'x'\n[tool.config_migration]\n{PLAIN}",
            (
                "pyproject.toml:3: [tool.config_migration] is not read: "
                "the table is [tool.config-migration]"
            ),
        ),
        (
            "pyproject.toml",
            f"[config-migration]\n{PLAIN}",
            (
                "pyproject.toml:1: [config-migration] is not read: "
                "the table is [tool.config-migration]"
            ),
        ),
        (
            "config_migration.toml",
            PLAIN,
            (
                "config_migration.toml: this file is not read: settings have another place\n"
                "  hint: rename it: `mv config_migration.toml config-migration.toml`"
            ),
        ),
    ],
)
def test_settings_under_nearly_the_right_name_are_found(
    tmp_path: Path, name: str, text: str, err: str
) -> None:
    write_files(tmp_path, {name: text, **TREE})
    assert_refused(tmp_path, "snapshot", err=f"{err}\n")
