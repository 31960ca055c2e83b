"""`init`: what it proposes for odd trees, where it writes, and what it leaves alone."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from migration.files.disk_tree import DiskTree
from migration.project.project import open_project
from migration.project.settings import Settings
from tests.adopt.adopter import write_tree
from tests.adopt.teams import TEAMS
from tests.conftest import ROOT, write_files
from tests.running import Ran, TerminalIO, contents, git, needs_git, run
from tests.test_bad_input import assert_refused


def _init(folder: Path, files: Mapping[str, str], *words: str) -> Ran:
    write_files(folder, files)
    ran = run(folder, "init", *words)
    assert (ran.code, ran.err) == (0, ""), ran.err
    return ran


def _settings(folder: Path) -> Settings:
    return open_project(folder).settings


def _presets(folder: Path) -> set[str]:
    return set(open_project(folder).list_presets())


def test_it_says_what_it_found_and_writes_it_with_comments(tmp_path: Path) -> None:
    ran = _init(tmp_path, TEAMS["templates among presets"].files)
    written = """\
presets = ["presets/*.yaml"]                  # the files from which runs start: 2 files
exclude = [                                   # what `presets` matches, and is no preset
  "presets/lost.yaml",                        # line 1: unknown base 'gone.yaml'
  "presets/sweep.yaml",                       # line 2: a template, which is not YAML: \
{% for lr in rates %}
]
base = "presets/base.yaml"                    # every preset that inherits does so from it
"""
    assert (tmp_path / "config-migration.toml").read_text() == written
    assert ran.out == (
        "wrote config-migration.toml: 2 presets among 5 YAML files\n\n"
        "2 files inherit by 'extends'\n"
        "1 file only inherited from: presets/base.yaml\n"
        "base: presets/base.yaml\n\n"
        "cannot be a preset as it is: 2\n"
        "  presets/lost.yaml: line 1: unknown base 'gone.yaml'\n"
        "  presets/sweep.yaml: line 2: a template, which is not YAML: {% for lr in rates %}\n\n"
        "config-migration.toml:\n"
        + "".join(f"  {line}\n" for line in written.splitlines())
        + "\nnext: config-migration snapshot  (freezes what each preset resolves to)\n"
    )


def test_it_finds_the_presets_of_this_repository(tmp_path: Path) -> None:
    for name in ("legacy", "migrated"):
        source = ROOT / "tests/legacy/configs" if name == "legacy" else ROOT / "configs"
        folder = tmp_path / name
        files = {
            f"configs/{path.relative_to(source).as_posix()}": path.read_text()
            for path in source.rglob("*.yaml")
        }
        _init(folder, files)
        own = open_project(ROOT / "tests/legacy" if name == "legacy" else ROOT).list_presets()
        # From the one template beside the smoke runs nothing starts; no file says so.
        assert _presets(folder) == own | {"configs/smoke/stage_b_tiny.yaml"}
        assert _settings(folder).base == "configs/base.yaml"


# What counts as a preset


def test_a_preset_from_which_others_inherit_is_kept(tmp_path: Path) -> None:
    files = {
        "c/a.yaml": "lr: 1\n",
        "c/b.yaml": "extends: a.yaml\n",
        "c/d.yaml": "extends: b.yaml\n",
    }
    ran = _init(tmp_path, files)
    assert _presets(tmp_path) == files.keys()
    assert "  c/a.yaml: others inherit from it\n" in ran.out


def test_presets_that_all_have_an_overlay_elsewhere_are_kept(tmp_path: Path) -> None:
    files = {
        "c/base.yaml": "a: 1\n",
        "c/train/a.yaml": "extends: ../base.yaml\n",
        "c/smoke/a.yaml": "extends: ../train/a.yaml\n",
    }
    _init(tmp_path, files)
    assert _presets(tmp_path) == {"c/train/a.yaml", "c/smoke/a.yaml"}


def test_a_list_of_runs_does_not_make_them_data(tmp_path: Path) -> None:
    files = {
        "conf/a.yaml": "lr: 1\n",
        "conf/b.yaml": "lr: 2\n",
        "sweep.yaml": "runs: [conf/a.yaml, conf/b.yaml]\n",
    }
    _init(tmp_path, files)
    assert {"conf/a.yaml", "conf/b.yaml"} <= _presets(tmp_path)


def test_files_of_other_programs_are_left_out(tmp_path: Path) -> None:
    files = {
        "conf/a.yaml": "lr: 1\n",
        "deploy/pod.yaml": "apiVersion: v1\nkind: Pod\n",
        "tests/data/x.yaml": "lr: 3\n",
        "environment.yml": "dependencies: []\n",
        "conf/list.yaml": "[1, 2]\n",
    }
    ran = _init(tmp_path, files)
    assert _presets(tmp_path) == {"conf/a.yaml"}
    for line in ("deploy/pod.yaml: of Kubernetes", "conf/list.yaml: not a mapping"):
        assert f"  {line}\n" in ran.out


@needs_git
def test_a_file_that_git_ignores_is_no_preset_even_among_presets(tmp_path: Path) -> None:
    files = {"conf/a.yaml": "lr: 1\n", "conf/local.yaml": "lr: 2\n", ".gitignore": "local.yaml\n"}
    git(tmp_path, "init", "--quiet")
    _init(tmp_path, files)
    assert _presets(tmp_path) == {"conf/a.yaml"}


def test_a_tree_with_settings_of_its_own_beneath_is_left_to_them(tmp_path: Path) -> None:
    files = {
        "conf/a.yaml": "lr: 1\n",
        "other/config-migration.toml": 'presets = ["conf/*.yaml"]\n',
        "other/conf/b.yaml": "lr: 2\n",
    }
    ran = _init(tmp_path, files)
    assert _presets(tmp_path) == {"conf/a.yaml"}
    assert "other/conf/b.yaml: other/ has settings of its own" in ran.out


def test_names_with_wildcards_are_matched_as_they_are(tmp_path: Path) -> None:
    files = {"conf/a[1].yaml": "lr: 1\n", "conf/b*/c d.yaml": "lr: 2\n"}
    _init(tmp_path, files)
    assert _presets(tmp_path) == files.keys()


def test_a_name_that_is_not_unicode_excludes_no_preset(tmp_path: Path) -> None:
    write_files(tmp_path, {"conf/a.yaml": "lr: 1\n", "conf/bc.yaml": "lr: 2\n"})
    (tmp_path / "conf" / os.fsdecode(b"\xff.yaml")).write_text("lr: 3\n")
    _init(tmp_path, {})
    assert _presets(tmp_path) == {"conf/a.yaml", "conf/bc.yaml"}


def test_a_link_to_a_base_is_not_taken_for_it(tmp_path: Path) -> None:
    write_files(tmp_path, {"conf/base.yaml": "lr: 1\n", "conf/a.yaml": "extends: base.yaml\n"})
    (tmp_path / "conf/z.yaml").symlink_to("base.yaml")
    _init(tmp_path, {})
    assert _settings(tmp_path).base == "conf/base.yaml"


# Keys


@pytest.mark.parametrize("key", ["_BASE_", "_base_", "__include__", "include", "defaults", "base"])
def test_the_key_by_which_files_inherit_is_found(tmp_path: Path, key: str) -> None:
    files = {"conf/base.yaml": "lr: 1\n", "conf/a.yaml": f"{key}: base.yaml\n"}
    assert f"\n1 file inherits by '{key}'\n" in _init(tmp_path, files).out
    assert _settings(tmp_path).inheritance_key == key
    assert _presets(tmp_path) == {"conf/a.yaml"}


def test_a_base_without_the_suffix_of_yaml_is_found(tmp_path: Path) -> None:
    files = {"tasks/_template": "lr: 1\n", "tasks/a.yaml": "include: _template\n"}
    _init(tmp_path, files)
    assert _settings(tmp_path).inheritance_key == "include"
    assert open_project(tmp_path).configs.resolve("tasks/a.yaml").value == {"lr": 1}


def test_files_that_inherit_by_a_second_key_are_excluded_with_the_reason(tmp_path: Path) -> None:
    files = {
        "conf/base.yaml": "lr: 1\n",
        "conf/a.yaml": "extends: base.yaml\n",
        "conf/b.yaml": "extends: base.yaml\n",
        "conf/c.yaml": "_base_: base.yaml\n",
    }
    ran = _init(tmp_path, files)
    assert _presets(tmp_path) == {"conf/a.yaml", "conf/b.yaml"}
    assert _settings(tmp_path).not_inheritance == ()
    assert "_base_: files seem to inherit by this key, too" in ran.out


def test_a_key_whose_files_are_not_found_is_never_taken_for_a_value(tmp_path: Path) -> None:
    files = {"conf/a.yaml": "lr: 1\n", "conf/b.yaml": "includes: [models/base.yaml]\nlr: 2\n"}
    _init(tmp_path, files)
    assert _presets(tmp_path) == {"conf/a.yaml"}
    assert _settings(tmp_path).not_inheritance == ()


def test_a_list_that_names_no_files_is_a_value(tmp_path: Path) -> None:
    _init(tmp_path, {"conf/a.yaml": "include: [lm_head, embed]\n"})
    assert _settings(tmp_path).not_inheritance == ("include",)
    assert _presets(tmp_path) == {"conf/a.yaml"}


def test_presets_whose_bases_count_from_the_root_are_excluded(tmp_path: Path) -> None:
    files = {"conf/m.yaml": "lr: 1\n", "conf/x/a.yaml": "include: conf/m.yaml\n"}
    ran = _init(tmp_path, files)
    assert _presets(tmp_path) == {"conf/m.yaml"}
    assert _settings(tmp_path).not_inheritance == ()
    said = "include: names its files from the project's folder, and here they count from the file"
    assert said in ran.out


def test_a_base_outside_the_folder_is_allowed(tmp_path: Path) -> None:
    write_files(tmp_path, {"shared/base.yaml": "lr: 1\n"})
    _init(tmp_path / "team", {"conf/a.yaml": "extends: ../../shared/base.yaml\n"})
    assert _settings(tmp_path / "team").allow_outside
    assert _presets(tmp_path / "team") == {"conf/a.yaml"}


# Where the settings go


def test_the_table_is_appended_to_pyproject_with_its_line_ends(tmp_path: Path) -> None:
    before = b'[project]\r\nname = "x"'
    (tmp_path / "pyproject.toml").write_bytes(before)
    _init(tmp_path, {"conf/a.yaml": "lr: 1\n"})
    after = (tmp_path / "pyproject.toml").read_bytes()
    assert after.startswith(before + b"\r\n\r\n[tool.config-migration]\r\npresets = ")
    assert after.count(b"\n") == after.count(b"\r\n")
    assert _presets(tmp_path) == {"conf/a.yaml"}


@pytest.mark.parametrize("text", ["tool = {}\n", 'tool = "x"\n'])
def test_a_pyproject_that_takes_no_table_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    _init(tmp_path, {"pyproject.toml": text, "conf/a.yaml": "lr: 1\n"})
    assert (tmp_path / "pyproject.toml").read_text() == text
    assert _presets(tmp_path) == {"conf/a.yaml"}


def test_a_pyproject_of_another_folder_behind_a_link_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "shared.toml").write_text('[project]\nname = "x"\n')
    (tmp_path / "team").mkdir()
    (tmp_path / "team/pyproject.toml").symlink_to("../shared.toml")
    _init(tmp_path / "team", {"conf/a.yaml": "lr: 1\n"})
    assert (tmp_path / "shared.toml").read_text() == '[project]\nname = "x"\n'
    assert (tmp_path / "team/config-migration.toml").is_file()


@needs_git
def test_a_folder_that_git_ignores_gets_no_baselines(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    _init(tmp_path, {".gitignore": "snapshots\n", "conf/a.yaml": "lr: 1\n"})
    assert _settings(tmp_path).snapshots == "config_snapshots"


# What is refused, and nothing written


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"pyproject.toml": '\n[tool.config-migration]\npresets = ["a.yaml"]\n', "a.yaml": ""},
            (
                "pyproject.toml:2: the settings are here already, and were left as they are\n"
                "  hint: `config-migration doctor` says what they match, and what they leave out\n"
            ),
        ),
        (
            {"config-migration.toml": "presets = 3\n", "a.yaml": ""},
            "config-migration.toml:1: 'presets' must be a list of strings\n",
        ),
        (
            {"pyproject.toml": "[tool.config_migration]\n", "a.yaml": ""},
            (
                "pyproject.toml:1: [tool.config_migration] is not read: "
                "the table is [tool.config-migration]\n"
            ),
        ),
        (
            {"pyproject.toml": "[tool\n", "a.yaml": ""},
            "pyproject.toml:1:6: not valid TOML: Expected ']' at the end of a table declaration\n",
        ),
        (
            {"a.txt": ""},
            (
                "no YAML file lies beneath this folder\n"
                "  hint: go to the folder of the training configs, or name it with -C\n"
            ),
        ),
        (
            {"mkdocs.yml": "a: 1\n", "list.yaml": "[1]\n"},
            (
                "no preset among 2 YAML files: 1 not a mapping, 1 of a site generator\n"
                "  hint: go to the folder of the training configs, or name it with -C\n"
            ),
        ),
    ],
)
def test_it_refuses_and_writes_nothing(
    tmp_path: Path, files: Mapping[str, str], expected: str
) -> None:
    write_files(tmp_path, files)
    before = contents(tmp_path)
    assert_refused(tmp_path, "init", err=expected)
    assert contents(tmp_path) == before


def test_a_folder_whose_files_another_project_guards_is_refused(tmp_path: Path) -> None:
    files = {"config-migration.toml": 'presets = ["conf/*.yaml"]\n', "conf/a.yaml": "lr: 1\n"}
    write_files(tmp_path, files)
    assert_refused(
        tmp_path,
        "init",
        "-C",
        "conf",
        err="the settings in ../config-migration.toml hold for this folder: "
        "1 of its files are presets\n  hint: a tree of its own needs a folder of its own\n",
    )
    write_files(tmp_path / "other", {"conf/b.yaml": "lr: 1\n"})
    ran = run(tmp_path, "init", "-C", "other")
    assert (ran.code, ran.err) == (
        0,
        "note: the settings in ../config-migration.toml will not hold in this folder any more\n",
    )


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    ran = _init(tmp_path, {"conf/a.yaml": "lr: 1\n"}, "--dry-run")
    assert ran.out.startswith("nothing is written yet: config-migration.toml would say: 1 preset ")
    assert contents(tmp_path).keys() == {"conf/a.yaml"}


@pytest.mark.parametrize(("answer", "code"), [("\n", 0), ("y\n", 0), ("n\n", 1), ("", 1)])
def test_at_a_terminal_it_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    write_files(tmp_path, {"conf/a.yaml": "lr: 1\n"})
    monkeypatch.setattr(sys, "stdin", _terminal(answer))
    ran = run(tmp_path, "init", stream=TerminalIO)
    assert ran.code == code
    assert "write config-migration.toml? [Y/n]" in ran.out
    assert DiskTree(tmp_path).is_file("config-migration.toml") is (code == 0)


def test_who_is_asked_is_told_of_the_next_command_once_it_makes_sense(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, {"team one/conf/a.yaml": "lr: 1\n"})
    monkeypatch.setattr(sys, "stdin", _terminal("y\n"))
    ran = run(tmp_path, "init", "-C", "team one", stream=TerminalIO)
    before, _, after = ran.out.partition("[Y/n]")
    assert "next:" not in before
    step = "next: config-migration -C 'team one' snapshot  (freezes what each preset resolves to)"
    assert after == f" wrote config-migration.toml\n{step}\n"


def test_the_commands_for_several_trees_count_from_where_the_person_is(tmp_path: Path) -> None:
    write_tree(TEAMS["two trees in a monorepo"], tmp_path / "mono repo")
    ran = run(tmp_path, "init", "-C", "mono repo")
    assert ran.code == 1
    for folder in ("language", "vision"):
        assert f"`config-migration init -C 'mono repo/packages/{folder}'`" in ran.err


def test_with_yes_it_does_not_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {"conf/a.yaml": "lr: 1\n"})
    monkeypatch.setattr(sys, "stdin", _terminal("n\n"))
    ran = run(tmp_path, "init", "--yes", stream=TerminalIO)
    assert (ran.code, "[Y/n]" in ran.out) == (0, False)


def _terminal(answer: str) -> io.StringIO:
    stream = TerminalIO(answer)
    stream.seek(0)
    return stream
