"""Keys by which other trainers inherit are refused, wherever one is met."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from migration.errors import MigrationError
from migration.resolve.loader import ConfigLoader
from tests.conftest import ConfigTree, write_files
from tests.layouts import change_settings
from tests.ledgers import MIX, OPTIM, A, ok
from tests.running import contents, edit, run

NAMES = (
    *("_BASE_", "_base_", "__base__", "__include__", "_include_", "include", "includes", "INCLUDE"),
    *("defaults", "Defaults", "extend", "Extends", "EXTENDS", "_extends_", "inherits", "INHERIT"),
    *("Inherit", "inherit_from", "_INHERIT_"),
)


def refusal(tree: ConfigTree, files: dict[str, str], path: str = "runs/a.yaml") -> str:
    with pytest.raises(MigrationError) as error:
        ConfigLoader(tree(files)).resolve(path)
    return str(error.value)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "value", ["nowhere", "[nowhere]", "[{a: 1}, nowhere]", "[{model: bert}]", "[1]", "[[a]]"]
)
def test_a_known_name_is_refused_whatever_it_names(
    config_tree: ConfigTree, name: str, value: str
) -> None:
    told = refusal(config_tree, {"runs/a.yaml": f"rate: 1\n{name}: {value}\n"})
    assert told == (
        f"runs/a.yaml:2:1: '{name}' inherits in other trainers, and is only a value here: "
        "'extends' names the bases\n"
        f'  hint: if files inherit by it: inheritance.key = "{name}"; '
        f'if it inherits nothing: not_inheritance = ["{name}"]'
    )


@pytest.mark.parametrize("value", ["true", "null", "{a: 1}", "7", "[]", "''"])
def test_what_names_nothing_inherits_nothing(config_tree: ConfigTree, value: str) -> None:
    ConfigLoader(config_tree({"a.yaml": f"include: {value}\n"})).resolve("a.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "custom: {include: ../parts/x.yaml, _BASE_: x}\n",
        "base: qwen\nbases: [a]\nparent: x\nincluded: x\n",
        "1: include\ninclude dirs: x\n",
        "notes: ../parts/x.txt\nmodel: ../parts/gone.yaml\ndata: ../parts/names.yaml\n",
        "itself: a.yaml\n",
    ],
)
def test_innocent_keys_are_values(config_tree: ConfigTree, text: str) -> None:
    files = {"runs/a.yaml": text, "parts/x.yaml": "a: 1\n", "parts/x.txt": "a: 1\n"}
    tree = config_tree({**files, "parts/names.yaml": "[cat, dog]\n"})
    ConfigLoader(tree).resolve("runs/a.yaml")


@pytest.mark.parametrize(
    "value",
    [
        "../parts/x.yaml",
        "./../parts/x.yaml",
        "parts/x.yaml",
        "[nowhere.yaml, ../parts/x.yaml]",
        "../parts/X.YML",
        "../parts/broken.yaml",
        "../parts/empty.yaml",
    ],
)
def test_a_key_that_names_a_file_to_merge_is_refused(config_tree: ConfigTree, value: str) -> None:
    parts = {"parts/x.yaml": "a: 1\n", "parts/X.YML": "a: 1\n", "parts/broken.yaml": "a: [\n"}
    files = {"runs/a.yaml": f"parent: {value}\n", **parts, "parts/empty.yaml": ""}
    told = refusal(config_tree, files)
    assert told.startswith("runs/a.yaml:1:1: 'parent' names a YAML file, ")
    assert told.endswith('if it inherits nothing: not_inheritance = ["parent"]')


def test_every_file_of_a_chain_is_looked_at_and_every_key_of_a_file_named(
    config_tree: ConfigTree,
) -> None:
    told = refusal(
        config_tree,
        {
            "runs/a.yaml": "extends: ../parts/x.yaml\n",
            "parts/x.yaml": "_BASE_: y.yaml\nincludes: [z]\n",
        },
    )
    assert [line for line in told.splitlines() if "hint" not in line] == [
        (
            "parts/x.yaml:1:1: '_BASE_' inherits in other trainers, and is only a value here: "
            "'extends' names the bases"
        ),
        "  from runs/a.yaml:1: extends ../parts/x.yaml",
        (
            "parts/x.yaml:2:1: 'includes' inherits in other trainers, and is only a value here: "
            "'extends' names the bases"
        ),
        "  from runs/a.yaml:1: extends ../parts/x.yaml",
    ]


def test_nothing_is_frozen_and_nothing_green_where_a_key_inherits(small_project: Path) -> None:
    edit(small_project / A, "extends:", "_BASE_:")
    before = contents(small_project)
    ran = run(small_project, "snapshot")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"{A}:1:1: '_BASE_' inherits in other trainers")
    assert contents(small_project) == before
    assert run(small_project, "inspect", "--config", A).code == 1


def test_a_key_that_came_after_the_freeze_is_an_error_of_its_preset(frozen_project: Path) -> None:
    for path in (OPTIM, MIX):
        text = (frozen_project / path).read_text()
        (frozen_project / path).write_text(f"{text}include: more.yaml\n")
        ran = run(frozen_project, "check-parity", "--format", "json")
        report = json.loads(ran.out)
        assert (ran.code, report["summary"]["error"]) == (2, 2)
        assert f"{path}:" in report["presets"][0]["error"]
        (frozen_project / path).write_text(text)
    assert run(frozen_project, "check-parity").code == 0


def test_a_permitted_key_is_a_value_and_frozen(small_project: Path) -> None:
    texts = {
        A: "include: [x]\ninherit: no\nother: configs/base.yaml\n",
        "configs/base.yaml": "{}\n",
    }
    write_files(small_project, texts)
    change_settings(small_project, not_inheritance=["include", "inherit"])
    ran = run(small_project, "snapshot")
    assert 'not_inheritance = ["include", "inherit", "other"]' in ran.err
    change_settings(small_project, not_inheritance=["include", "inherit", "other"])
    ok(small_project, "snapshot")
    frozen = json.loads((small_project / f"snapshots/presets/{A}.json").read_text())
    assert frozen == {"include": ["x"], "inherit": False, "other": "configs/base.yaml"}
    assert run(small_project, "draft", "--preset", A).code == 0


def test_a_key_that_names_presets_or_the_fusion_file_is_a_value(small_project: Path) -> None:
    write_files(small_project, {A: f"teacher: configs/train/b.yaml\nmix: {MIX}\n"})
    write_files(small_project, {"configs/train/b.yaml": "seed: 1\n"})
    change_settings(small_project, fusion_key="mix")
    ok(small_project, "snapshot")
    assert (small_project / f"snapshots/fusion/{MIX}.json").exists()


def test_a_project_inherits_by_the_key_that_it_says(small_project: Path) -> None:
    for path in (A, "configs/train/b.yaml"):
        edit(small_project / path, "extends:", "_BASE_:")
    write_files(small_project, {MIX: "_BASE_: base.yaml\nsources: []\n"})
    write_files(small_project, {"configs/fusion/base.yaml": "targets: [{name: t}]\n"})
    change_settings(small_project, inheritance={"key": "_BASE_"})
    assert ok(small_project, "snapshot").startswith(
        "2 presets and 1 fusion config frozen in snapshots/\n"
        f"frozen  {A}  (3 files)\nfrozen  configs/train/b.yaml  (4 files)\n"
    )
    frozen = json.loads((small_project / f"snapshots/presets/{A}.json").read_text())
    assert frozen["optim"] == {"lr": 0.0001}
    assert "_BASE_" not in frozen
    drafted = ok(small_project, "draft", "--preset", A)
    assert drafted.startswith("_BASE_:\n  - ../base.yaml\n")
    edit(small_project / OPTIM, "1.0e-4", "2.0e-4")
    assert run(small_project, "check-parity").code == 2
    assert run(small_project, "snapshot", "--check").code == 2
    edit(small_project / OPTIM, "optim:", "# a comment\noptim:")
    edit(small_project / OPTIM, "2.0e-4", "1.0e-4")
    assert run(small_project, "check-parity").code == 0
    edit(small_project / OPTIM, "optim:", "_BASE_: 3\noptim:")
    told = run(small_project, "inspect", "--config", A).err
    assert told.startswith(f"{OPTIM}:2:1: '_BASE_' must be a path or a list of paths")


def test_the_usual_key_is_another_ones_where_the_project_says_so(small_project: Path) -> None:
    change_settings(small_project, inheritance={"key": "_BASE_"})
    told = run(small_project, "snapshot").err
    assert f"{A}:1:1: 'extends' inherits in other trainers" in told
    assert "'_BASE_' names the bases" in told
