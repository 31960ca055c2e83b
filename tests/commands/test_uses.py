from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import write_files
from tests.running import commit_all, git, needs_git, run

TABLE = '[tool.config-migration]\npresets = ["configs/train/**/*.yaml"]\n'
FILES = {
    "pyproject.toml": TABLE,
    "configs/optim.yaml": "optim: {lr: 1.0e-4, eps: 1.0e-8}\nlog: {every: 10}\n",
    "configs/mid.yaml": "extends: optim.yaml\nlog: {every: 20}\n",
    "configs/mix.yaml": "targets:\n- {name: a, ratio: 1.0, x: 1}\n",
    "configs/mix2.yaml": "extends: mix.yaml\ntargets:\n- {name: a, ratio: 2.0}\n",
    "configs/ds.json": "{}\n",
    "configs/train/a.yaml": "extends: ../optim.yaml\nname: a\n",
    "configs/train/b.yaml": "extends: ../optim.yaml\noptim: {eps: 1.0e-5}\n",
    "configs/train/c.yaml": "extends: ../mid.yaml\ncustom: {fusion_config: configs/mix2.yaml}\n",
    "configs/train/d.yaml": "extends: c.yaml\ndeepspeed: configs/ds.json\n",
    "README.md": "# About\n\nSee configs/optim.yaml for the rates.\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_files(tmp_path, FILES)
    return tmp_path


def uses(folder: Path, *words: str) -> dict[str, Any]:
    ran = run(folder, "uses", *words, "--format", "json")
    assert (ran.code, ran.err) == (0, ""), ran
    (found,) = json.loads(ran.out)["files"]
    assert isinstance(found, dict)
    return found


def merged(folder: Path, *words: str) -> dict[str, Any]:
    return {each.pop("preset"): each for each in uses(folder, *words)["merged_by"]}


def test_each_preset_that_merges_a_file_has_the_way_and_what_stands(project: Path) -> None:
    every = ["optim.lr", "optim.eps", "log.every"]
    by_mid = [{"path": "log.every", "file": "configs/mid.yaml"}]
    by_own = [{"path": "optim.eps", "file": "configs/train/b.yaml"}]
    assert merged(project, "configs/optim.yaml") == {
        "configs/train/a.yaml": {"through": [], "kept": every, "overridden": []},
        "configs/train/b.yaml": {
            "through": [], "kept": ["optim.lr", "log.every"], "overridden": by_own,
        },
        "configs/train/c.yaml": {
            "through": ["configs/mid.yaml"], "kept": every[:2], "overridden": by_mid,
        },
        "configs/train/d.yaml": {
            "through": ["configs/train/c.yaml", "configs/mid.yaml"],
            "kept": every[:2],
            "overridden": by_mid,
        },
    }  # fmt: skip


def test_a_fusion_file_is_merged_by_the_presets_that_name_it(project: Path) -> None:
    found = merged(project, "configs/mix.yaml")
    assert found.keys() == {"configs/train/c.yaml", "configs/train/d.yaml"}
    assert found["configs/train/c.yaml"] == {
        "through": ["configs/mix2.yaml"],
        "kept": ["targets.a.x"],
        "overridden": [
            {"path": "targets.a.name", "file": "configs/mix2.yaml"},
            {"path": "targets.a.ratio", "file": "configs/mix2.yaml"},
        ],
    }
    found = uses(project, "configs/mix2.yaml")
    assert [each["preset"] for each in found["named_by"]] == [
        "configs/train/c.yaml", "configs/train/d.yaml",
    ]  # fmt: skip
    assert found["named_by"][1] == {
        "preset": "configs/train/d.yaml",
        "key": "custom.fusion_config",
        "origin": "configs/train/c.yaml:2",
    }


def test_a_file_that_a_value_names_is_used(project: Path) -> None:
    found = uses(project, "configs/ds.json")
    assert found["merged_by"] == []
    assert found["named_by"] == [
        {"preset": "configs/train/d.yaml", "key": "deepspeed", "origin": "configs/train/d.yaml:2"}
    ]
    assert found["mentioned_in"] == []


def test_other_texts_that_mention_the_file_have_their_lines(project: Path) -> None:
    assert uses(project, "configs/optim.yaml")["mentioned_in"] == [{"path": "README.md", "line": 3}]


@needs_git
def test_a_file_that_git_ignores_mentions_nothing(project: Path) -> None:
    git(project, "init", "-q")
    write_files(project, {".gitignore": "*.log\n", "a.log": "configs/optim.yaml\n"})
    commit_all(project)
    assert uses(project, "configs/optim.yaml")["mentioned_in"] == [{"path": "README.md", "line": 3}]


def test_a_preset_does_not_use_itself(project: Path) -> None:
    assert [*merged(project, "configs/train/c.yaml")] == ["configs/train/d.yaml"]
    ran = run(project, "uses", "configs/train/d.yaml")
    assert ran.out == (
        "configs/train/d.yaml: it is a preset, no other preset merges or names it, "
        "and no other file mentions it\n"
    )


def test_paths_count_from_the_folder_and_globs_name_several(project: Path) -> None:
    assert uses(project / "configs", "optim.yaml")["path"] == "configs/optim.yaml"
    ran = run(project, "uses", "configs/m*.yaml", "--format", "json")
    paths = [each["path"] for each in json.loads(ran.out)["files"]]
    assert paths == ["configs/mid.yaml", "configs/mix.yaml", "configs/mix2.yaml"]
    ran = run(project, "uses", "configs/train", "--format", "json")
    assert len(json.loads(ran.out)["files"]) == 4


def test_presets_that_cannot_be_read_are_named_beside_the_result(project: Path) -> None:
    write_files(project, {"configs/train/e.yaml": "extends: nope.yaml\n"})
    ran = run(project, "uses", "configs/optim.yaml")
    assert ran.code == 0
    assert "4 of 5 presets merge it, 1 other file mentions it; 1 cannot be read\n" in ran.out
    assert "warning: configs/train/e.yaml:1:1: unknown base 'nope.yaml'" in ran.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["configs/optm.yaml"], "configs/optm.yaml: no such file\n  hint: did you mean"),
        (["configs/x*.yaml"], "configs/x*.yaml: no file matches"),
        ([], "--file must be given, as in `config-migration uses configs/base.yaml`"),
    ],
)
def test_a_file_that_is_not_there_is_refused(project: Path, words: list[str], message: str) -> None:
    ran = run(project, "uses", *words)
    assert ran.code == 1
    assert ran.err.startswith(message)


def test_the_text_folds_presets_with_the_same_way_and_values(project: Path) -> None:
    more = {f"configs/train/m{n}.yaml": "extends: ../optim.yaml\n" for n in range(6)}
    write_files(project, more)
    lines = run(project, "uses", "configs/optim.yaml").out.splitlines()
    assert lines[:5] == [
        "configs/optim.yaml: 10 of 10 presets merge it, 1 other file mentions it",
        "",
        "merged by 7 presets, directly",
        "  in    configs/train/ (7 of 10)",
        "  has   all 3 values",
    ]
    assert "  lost  optim.eps (set in the preset)" in lines
    assert lines[-2:] == ["mentioned in", "  README.md:3"]


def test_a_file_that_has_two_names_is_used_under_both(project: Path) -> None:
    (project / "configs/alias.yaml").symlink_to("optim.yaml")
    ran = run(project, "uses", "configs/optim.yaml", "configs/alias.yaml", "--format", "json")
    found = {each["path"]: len(each["merged_by"]) for each in json.loads(ran.out)["files"]}
    assert found == {"configs/optim.yaml": 4, "configs/alias.yaml": 4}


def test_a_preset_that_is_a_link_to_the_file_is_named(project: Path) -> None:
    (project / "configs/train/l.yaml").symlink_to("../optim.yaml")
    (project / "configs/train/m.yaml").symlink_to("d.yaml")
    found = uses(project, "configs/optim.yaml")
    assert (found["is_preset"], found["same_file"]) == (False, ["configs/train/l.yaml"])
    found = uses(project, "configs/train/m.yaml")
    assert (found["is_preset"], found["same_file"]) == (True, ["configs/train/d.yaml"])
    ran = run(project, "uses", "configs/train/d.yaml").out
    assert ran.splitlines()[0] == (
        "configs/train/d.yaml: it is a preset, 1 preset is the same file, "
        "no other preset merges or names it, and no other file mentions it"
    )
    assert ran.splitlines()[-2:] == ["the same file, by a link", "  configs/train/m.yaml"]


@needs_git
@pytest.mark.parametrize("is_repository", [True, False])
def test_a_file_outside_the_project_is_known_by_any_path(
    tmp_path: Path, is_repository: bool
) -> None:
    files = {
        "p/pyproject.toml": TABLE + "allow_outside = true\n",
        "p/configs/train/a.yaml": "extends: ../../../ext/b.yaml\n",
        "p/configs/train/b.yaml": "b: 1\n",
        "ext/b.yaml": "b: 1\n",
    }
    write_files(tmp_path, files)
    git(tmp_path if is_repository else tmp_path / "p", "init", "-q")
    for path in ("../ext/b.yaml", f"{tmp_path}/ext/b.yaml"):
        ran = run(tmp_path / "p", "uses", path)
        assert ran.code == 0
        assert ran.out.startswith(f"{path}: 1 of 2 presets merges it\n")
        assert "mentioned" not in ran.out


def test_the_root_stands_for_all_files_by_their_paths(project: Path) -> None:
    for words, folder in (["."], project), (["./"], project), ([".."], project / "configs"):
        ran = run(folder, "uses", *words, "--format", "json")
        found = {each["path"]: each for each in json.loads(ran.out)["files"]}
        assert found["configs/optim.yaml"] == uses(project, "configs/optim.yaml")
        assert found["configs/train/d.yaml"] == uses(project, "configs/train/d.yaml")
        assert not any(path.startswith(".") for path in found)


def test_a_file_outside_the_project_that_lies_between_is_named_from_its_root(
    tmp_path: Path,
) -> None:
    files = {
        "p/pyproject.toml": TABLE + "allow_outside = true\n",
        "p/configs/train/a.yaml": "extends: ../../../ext/mid.yaml\n",
        "ext/mid.yaml": "extends: b.yaml\nc: 2\n",
        "ext/b.yaml": "b: 1\nc: 1\n",
    }
    write_files(tmp_path, files)
    assert uses(tmp_path / "p", "../ext/b.yaml")["merged_by"] == [
        {
            "preset": "configs/train/a.yaml",
            "through": ["../ext/mid.yaml"],
            "kept": ["b"],
            "overridden": [{"path": "c", "file": "../ext/mid.yaml"}],
        }
    ]
