"""`doctor`: what it says of settings, and each finding with the line to write."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from migration.store.journal import JOURNAL
from tests.conftest import ROOT, write_files
from tests.running import contents, edit, git, needs_git, run
from tests.test_bad_input import assert_refused

_TREE = {
    "config-migration.toml": 'presets = ["conf/run/*.yaml"]\n',
    "conf/base.yaml": "seed: 1\n",
    "conf/run/a.yaml": "extends: ../base.yaml\nlr: 1\n",
    "conf/run/b.yaml": "extends: ../base.yaml\nlr: 2\n",
}


def _examine(folder: Path, files: Mapping[str, str], **settings: str) -> str:
    write_files(folder, {**_TREE, **files})
    lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
    if lines:
        own = folder / "config-migration.toml"
        kept = "" if "presets" in settings else own.read_text()
        own.write_text(kept + lines)
    before = contents(folder)
    ran = run(folder, "doctor")
    assert (ran.code, ran.err) == (0, "")
    assert contents(folder) == before
    return ran.out


def test_a_frozen_tree_without_faults_has_no_findings(tmp_path: Path) -> None:
    write_files(tmp_path, _TREE)
    assert run(tmp_path, "snapshot").code == 0
    assert _examine(tmp_path, {}) == (
        "nothing to find fault with: 2 presets, 2 frozen in snapshots/\n\n"
        "settings: config-migration.toml\n"
        "files inherit by 'extends'\n\n"
        "setting  glob             files  presets\n"
        "presets  conf/run/*.yaml      2        2\n"
    )


def test_this_repository_has_no_findings() -> None:
    ran = run(ROOT, "doctor")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("nothing to find fault with: 17 presets, 17 frozen in snapshots/\n")


def test_presets_that_no_glob_matches_are_named_with_the_line(tmp_path: Path) -> None:
    files = {
        "conf/run/c.yml": "extends: ../base.yaml\n",
        "conf/more/d.yaml": "extends: ../base.yaml\n",
    }
    assert (
        "config-migration.toml:1: 2 files look like a preset, and no glob of 'presets' matches "
        "them: conf/more/d.yaml, conf/run/c.yml\n"
        '  hint: presets = ["conf/run/*.yaml", "conf/more/*.yaml", "conf/run/*.yml"]; '
        "or add to 'exclude' what no run starts from\n"
    ) in _examine(tmp_path, files)


def test_the_line_for_presets_that_no_glob_matches_guards_them(tmp_path: Path) -> None:
    files = {"conf/new/c.yml": "extends: ../base.yaml\n", "conf/new/base.yml": "a: 1\n"}
    files["conf/new/d.yml"] = "extends: base.yml\n"
    out = _examine(tmp_path, files)
    line = out.split("hint: presets = ")[1].split("]")[0] + "]"
    (tmp_path / "config-migration.toml").write_text(f"presets = {line}\n")
    ran = run(tmp_path, "doctor")
    assert "look like a preset" not in ran.out
    assert "looks like a preset" not in ran.out


def test_what_is_excluded_is_listed_with_the_reason(tmp_path: Path) -> None:
    files = {"conf/run/broken.yaml": "a: [\n", "conf/run/odd.yaml": "extends: ../base.yaml\n"}
    files["conf/run/part.yaml"] = "x: 1\n"
    files["conf/run/c.yaml"] = "extends: part.yaml\n"
    names = ("broken", "odd", "part")
    out = _examine(tmp_path, files, exclude=str([f"conf/run/{name}.yaml" for name in names]))
    rows = {line.split()[1]: line for line in out.splitlines() if line.startswith("exclude")}
    assert rows["conf/run/broken.yaml"].endswith(
        "line 1: not valid YAML: the bracket [ is not closed"
    )
    assert rows["conf/run/odd.yaml"].endswith("it resolves, and nothing inherits from it")
    assert rows["conf/run/part.yaml"].endswith("others inherit from it")


def test_presets_that_cannot_be_read_are_named_with_the_line_that_excludes_them(
    tmp_path: Path,
) -> None:
    files = {"conf/run/x[1].yaml": "a: [\n", "conf/run/lost.yaml": "extends: gone.yaml\n"}
    out = _examine(tmp_path, files)
    assert "conf/run/lost.yaml:1:1: unknown base 'gone.yaml'\n" in out
    assert (
        "config-migration.toml:1: 2 presets cannot be resolved\n"
        "  hint: repair what is named above, or leave it out: "
        'exclude = ["conf/run/lost.yaml", "conf/run/x[[]1].yaml"]\n'
    ) in out


def test_a_key_that_looks_like_inheritance_is_named_with_the_lines(tmp_path: Path) -> None:
    out = _examine(tmp_path, {"conf/run/c.yaml": "_base_: ../base.yaml\n"})
    assert (
        "conf/run/c.yaml: the key '_base_' looks like inheritance in 1 file, "
        "and the settings do not name it\n"
        '  hint: if files inherit by it: inheritance.key = "_base_"; '
        'if not: not_inheritance = ["_base_"]\n'
    ) in out


def test_a_wrong_key_in_the_settings_is_named(tmp_path: Path) -> None:
    out = _examine(tmp_path, {}, **{"inheritance.key": '"_base_"'})
    assert "config-migration.toml:2: no file inherits by '_base_', the key that is set\n" in out


def test_a_glob_that_matches_nothing_is_a_finding_of_any_setting(tmp_path: Path) -> None:
    presets = '["conf/run/*.yaml", "conf/runs/*.yaml"]'
    out = _examine(tmp_path, {}, presets=presets, exclude='["conf/old/**"]')
    assert "1: 'presets' has \"conf/runs/*.yaml\", which matches no file\n" in out
    assert "2: 'exclude' has 'conf/old/**', which matches no file, in the tree or frozen\n" in out


def test_settings_of_nearly_the_right_name_are_named(tmp_path: Path) -> None:
    out = _examine(tmp_path, {"pyproject.toml": "\n[tool.config_migration]\nx = 1\n"})
    assert "pyproject.toml:2: [tool.config_migration] is not read" in out


# What git does to the baselines


@needs_git
@pytest.mark.parametrize("pattern", ["snapshots", "snapshots/", "/snapshots/", "*.json"])
def test_git_that_ignores_the_baselines_is_named_with_a_line_that_works(
    tmp_path: Path, pattern: str
) -> None:
    git(tmp_path, "init", "--quiet")
    out = _examine(tmp_path, {".gitignore": f"{pattern}\n"})
    assert f".gitignore: git ignores the baselines, by .gitignore:1 {pattern}\n" in out
    line = out.split(f"by .gitignore:1 {pattern}\n  hint: add the line ")[1].split("\n")[0]
    with (tmp_path / ".gitignore").open("a") as file:
        file.write(f"{line}\n")
    assert "git ignores" not in _examine(tmp_path, {".gitignore": f"{pattern}\n{line}\n"})
    assert run(tmp_path, "snapshot").code == 0
    sample = "snapshots/presets/conf/run/a.yaml.json"
    git(tmp_path, "add", "snapshots")
    assert sample in git(tmp_path, "ls-files")


@needs_git
def test_line_ends_that_git_may_change_are_named_with_a_line_that_works(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    out = _examine(tmp_path, {})
    line = out.split("git may change the line ends of baselines in another checkout\n")[1]
    line = line.split("add the line ")[1].split("\n")[0]
    assert "git may change" not in _examine(tmp_path, {".gitattributes": f"{line}\n"})
    assert "git may change" not in _examine(tmp_path, {".gitattributes": "snapshots/** -text\n"})


# What commands have left behind


def test_a_lock_and_leftovers_are_named(tmp_path: Path) -> None:
    write_files(tmp_path, _TREE)
    assert run(tmp_path, "snapshot").code == 0
    write_files(tmp_path / "snapshots", {".lock": "`snapshot`\n", "odd.txt": "x\n"})
    out = _examine(tmp_path, {})
    assert "snapshots/.lock: the lock of a command that was killed; it blocks nothing\n" in out
    assert "snapshots/odd.txt: a leftover" in out


def test_presets_without_a_baseline_are_counted(tmp_path: Path) -> None:
    out = _examine(tmp_path, {})
    assert out.startswith("1 finding: 2 presets, 0 frozen in snapshots/\n")
    assert "2 presets have no baseline, as conf/run/a.yaml\n" in out


def test_baselines_that_were_edited_are_a_finding(tmp_path: Path) -> None:
    write_files(tmp_path, _TREE)
    assert run(tmp_path, "snapshot").code == 0
    edit(tmp_path / "snapshots/records/conf/run/a.yaml.json", '"status": "', '"status": "x')
    assert "snapshots/records/conf/run/a.yaml.json" in _examine(tmp_path, {})


# Where it cannot work


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"config-migration.toml": "preset = []\n"}, "config-migration.toml:1: unknown setting"),
        ({"config-migration.toml": "presets = [\n"}, "config-migration.toml:"),
        ({"config-migration.toml": ""}, "config-migration.toml: no 'presets' are set"),
        ({}, "no settings: neither config-migration.toml nor pyproject.toml"),
        (
            {"pyproject.toml": "[tool.config_migration]\n"},
            "pyproject.toml:1: [tool.config_migration]",
        ),
    ],
)
def test_settings_that_cannot_be_read_are_an_error(
    tmp_path: Path, files: Mapping[str, str], expected: str
) -> None:
    write_files(tmp_path, {**files, "conf/a.yaml": "lr: 1\n"})
    ran = run(tmp_path, "doctor")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(expected)
    assert_refused(tmp_path, "doctor", err=ran.err)
    assert JOURNAL not in contents(tmp_path)
