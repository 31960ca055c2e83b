"""The one length knob and the limits that follow it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias, cast

import pytest
import yaml

from migration.commands.inspect import inspect_config
from migration.errors import MigrationError
from migration.files.disk_tree import DiskTree
from migration.project.project import open_project
from migration.resolve.effective import derived_limits
from migration.resolve.loader import ConfigLoader
from migration.values.merge import Config, merge
from tests.conftest import LEGACY, ROOT
from tests.running import run
from tests.typed import alike

Effective: TypeAlias = Callable[[Config], Config]
PATH = "configs/train/a.yaml"
FOLLOWED = {
    "model": {"max_model_len": 100},
    "template": {"max_length": 100, "truncation_strategy": "raise"},
}


def presets(root: Path) -> list[str]:
    settings = open_project(root).settings
    return [path for path in DiskTree(root).files("configs") if settings.is_preset(path)]


@pytest.fixture
def effective(tmp_path: Path) -> Effective:
    """Return what a run sees of a resolved config, as `inspect --effective` shows it."""

    def inspect(resolved: Config) -> Config:
        (tmp_path / PATH).parent.mkdir(parents=True)
        (tmp_path / PATH).write_text(yaml.safe_dump(resolved, sort_keys=False))
        return inspect_config(open_project(tmp_path), PATH, tmp_path, is_effective=True).value

    return inspect


def refusal(effective: Effective, resolved: Config) -> str:
    with pytest.raises(MigrationError) as error:
        effective(resolved)
    return str(error.value)


@pytest.mark.parametrize(
    "resolved",
    [
        {},
        {"global_max_length": None},
        {"model": {"max_model_len": 5}, "rlhf": {"rlhf_type": "grpo"}},
        {"model": "not a mapping, which nothing needs it to be"},
        {"training": {"global_max_length": 100}},
    ],
)
def test_without_the_knob_nothing_changes(effective: Effective, resolved: Config) -> None:
    assert effective(resolved) == resolved


def test_the_knob_stays_and_sets_the_limits(effective: Effective) -> None:
    assert effective({"global_max_length": 100}) == {
        "global_max_length": 100,
        **FOLLOWED,
    }


def test_the_knob_wins_over_what_was_set_and_keeps_the_rest(effective: Effective) -> None:
    resolved: Config = {
        "global_max_length": 100,
        "model": {"max_model_len": 5, "dtype": "bfloat16"},
        "template": {"max_length": None, "truncation_strategy": "left", "name": "qwen"},
        "training": {"seed": 1},
    }
    assert effective(resolved) == {
        "global_max_length": 100,
        "model": {"max_model_len": 100, "dtype": "bfloat16"},
        "template": {"max_length": 100, "truncation_strategy": "raise", "name": "qwen"},
        "training": {"seed": 1},
    }


def test_a_section_that_is_null_is_as_one_that_is_absent(effective: Effective) -> None:
    resolved: Config = {"global_max_length": 100, "model": None, "template": None, "rlhf": None}
    assert effective(resolved) == {"global_max_length": 100, "rlhf": None, **FOLLOWED}


@pytest.mark.parametrize(
    ("rlhf", "expected"),
    [
        ({"rlhf_type": "grpo"}, {"rlhf_type": "grpo", "vllm_max_model_len": 100}),
        (
            {"rlhf_type": "grpo", "vllm_max_model_len": None},
            {"rlhf_type": "grpo", "vllm_max_model_len": 100},
        ),
        (
            {"rlhf_type": "gkd", "beta": 0.5},
            {"rlhf_type": "gkd", "beta": 0.5, "vllm_max_model_len": 100},
        ),
        (
            {"rlhf_type": "grpo", "vllm_max_model_len": 7},
            {"rlhf_type": "grpo", "vllm_max_model_len": 7},
        ),
        (
            {"rlhf_type": "grpo", "vllm_max_model_len": 0},
            {"rlhf_type": "grpo", "vllm_max_model_len": 0},
        ),
        ({"rlhf_type": None}, {"rlhf_type": None}),
        (
            {"rlhf_type": None, "vllm_max_model_len": None},
            {"rlhf_type": None, "vllm_max_model_len": None},
        ),
        ({"vllm_max_model_len": 7}, {"vllm_max_model_len": 7}),
        ({"vllm_max_model_len": None}, {"vllm_max_model_len": None}),
        ({"beta": 0.5}, {"beta": 0.5}),
        ({}, {}),
    ],
)
def test_the_vllm_limit_follows_where_a_type_is_set_and_it_is_not(
    effective: Effective, rlhf: Config, expected: Config
) -> None:
    assert effective({"global_max_length": 100, "rlhf": rlhf}) == {
        "global_max_length": 100,
        "rlhf": expected,
        **FOLLOWED,
    }


@pytest.mark.parametrize("rlhf", ["rlhf_type: grpo, ", ""])
@pytest.mark.parametrize("limit", ["vllm_max_model_len: 7", "vllm_max_model_len: null", ""])
def test_what_a_run_sees_of_a_file_is_passed_on_likewise(
    tmp_path: Path, rlhf: str, limit: str
) -> None:
    text = f"global_max_length: 100\nrlhf: {{{rlhf}{limit}}}\n"
    (tmp_path / "a.yaml").write_text(text)
    ran = run(tmp_path, "inspect", "--config", "a.yaml", "--effective", "--payload-only")
    written = yaml.safe_load(text)["rlhf"]
    follows = "rlhf_type" in written and written.get("vllm_max_model_len") is None
    assert json.loads(ran.out) == {
        "global_max_length": 100,
        "rlhf": {**written, "vllm_max_model_len": 100} if follows else written,
        **FOLLOWED,
    }


@pytest.mark.parametrize(
    ("root", "path"), [(tree, path) for tree in (LEGACY, ROOT) for path in presets(tree)]
)
def test_every_preset_of_both_trees_is_passed_on_as_the_request_says(root: Path, path: str) -> None:
    resolved = ConfigLoader(DiskTree(root)).load_yaml_with_extends(path)
    expected: dict[str, Any] = copy.deepcopy(cast("dict[str, Any]", resolved))
    if length := expected.get("global_max_length"):
        expected["model"]["max_model_len"] = length
        expected["template"] |= {"max_length": length, "truncation_strategy": "raise"}
        rlhf = expected.get("rlhf", {})
        if rlhf.get("rlhf_type") and rlhf.get("vllm_max_model_len") is None:
            rlhf["vllm_max_model_len"] = length
    seen = inspect_config(open_project(root), path, root, is_effective=True)
    assert alike(seen.value, expected)


@pytest.mark.parametrize(
    ("knob", "shown"),
    [
        (True, "a boolean"),
        (False, "a boolean"),
        ("12000", "a string"),
        ("", "a string"),
        (0, "zero or less"),
        (-1, "zero or less"),
        (12000.0, "a float"),
        (0.0, "a float"),
        ([12000], "a list"),
        ({}, "a mapping"),
    ],
)
def test_a_knob_that_is_no_positive_integer_is_refused(
    effective: Effective, knob: object, shown: str
) -> None:
    assert refusal(effective, {"global_max_length": knob}) == (
        f"configs/train/a.yaml: global_max_length must be a positive integer, not {shown}"
    )


@pytest.mark.parametrize("name", ["model", "template", "rlhf"])
@pytest.mark.parametrize(
    ("section", "kind"),
    [("x", "a string"), ([], "a list"), (False, "a boolean"), (0, "an integer")],
)
def test_a_section_that_is_no_mapping_is_refused(
    effective: Effective, name: str, section: object, kind: str
) -> None:
    assert refusal(effective, {"global_max_length": 100, name: section}) == (
        f"configs/train/a.yaml: {name} must be a mapping for global_max_length to reach it, "
        f"not {kind}"
    )


def test_every_section_that_is_no_mapping_is_told(effective: Effective) -> None:
    assert refusal(effective, {"global_max_length": 100, "template": [], "model": 5}) == (
        "configs/train/a.yaml: model must be a mapping for global_max_length to reach it, "
        "not an integer\n"
        "configs/train/a.yaml: template must be a mapping for global_max_length to reach it, "
        "not a list"
    )


def test_the_resolved_config_is_left_alone() -> None:
    resolved: Config = {
        "global_max_length": 100,
        "model": {"dtype": "bfloat16"},
        "template": {"max_length": 5},
        "rlhf": {"rlhf_type": "grpo"},
    }
    before = copy.deepcopy(resolved)
    merge(resolved, derived_limits(resolved, "a.yaml"))
    assert resolved == before
