from __future__ import annotations

import pytest

from migration.parity.renames import Rename, find_renames
from migration.values.diff import MISSING, diff
from migration.values.keypath import format_path


def moves(left: object, right: object) -> dict[str, str]:
    differences = diff(left, right)
    renames = find_renames(left, right, differences)
    hints = {}
    for found in differences:
        path = format_path(found.path)
        if path in renames:
            hints[path] = renames[path].hint_at(found.path, is_gone=found.right is MISSING)
    return hints


def test_a_key_that_moved_says_so_on_both_sides() -> None:
    left = {"training": {"lr": 0.1, "seed": 3}}
    right = {"training": {"seed": 3}, "optim": {"lr": 0.1}}
    assert moves(left, right) == {
        "training.lr": "moved to optim.lr, its value is the same",
        "optim.lr": "moved from training.lr, its value is the same",
    }


def test_a_key_that_was_renamed_says_so_on_both_sides() -> None:
    assert moves({"a": {"run": "dense-stage2"}}, {"a": {"name": "dense-stage2"}}) == {
        "a.run": "renamed to a.name, its value is the same",
        "a.name": "renamed from a.run, its value is the same",
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("layer_1", "layer_10"),
        ("step1", "step12"),
        ("scale_1_5", "scale_15"),
        (1, 10),
        (1.5, "15"),
        ("\u5b66\u4e60\u7387", "\u6279\u91cf"),
        ("gr\u00f6\u00dfe", "gr\u00fc\u00dfe"),
        ("+", "-"),
        ("*.weight", "weight"),
    ],
)
def test_a_number_shows_no_rename_between_keys_that_only_begin_alike(
    old: object, new: object
) -> None:
    assert moves({"a": {old: 512}}, {"a": {new: 512}}) == {}


@pytest.mark.parametrize("value", [[0.9, 0.95], ["q_proj"] * 2, ["model.layers.0"]])
def test_a_list_that_came_under_another_key_was_renamed(value: object) -> None:
    assert moves({"a": {"betas": value}}, {"a": {"beta": value}}) == {
        "a.betas": "renamed to a.beta, its value is the same",
        "a.beta": "renamed from a.betas, its value is the same",
    }


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        (1, True, "a.1", "a.true"),
        (True, 1.0, "a.true", "a.(1.0)"),
        (1, "1", "a.1", 'a."1"'),
        (0, False, "a.0", "a.false"),
        (True, "true", "a.true", 'a."true"'),
        ("no", False, "a.no", "a.false"),
    ],
)
@pytest.mark.parametrize("value", ["x", 8, True])
def test_a_key_that_only_changed_its_type_was_renamed(
    old: object, new: object, before: str, after: str, value: object
) -> None:
    assert moves({"a": {old: value}}, {"a": {new: value}}) == {
        before: f"renamed to {after}, its value is the same",
        after: f"renamed from {before}, its value is the same",
    }


def test_sections_whose_keys_are_equal_to_python_are_not_one() -> None:
    text = "a text of some length"
    assert moves({1: {"x": text}}, {True: {"y": text}}) == {}
    assert moves({1: {"x": text}}, {True: {"x": text}}) == {
        "1.x": "moved to true.x, its value is the same",
        "true.x": "moved from 1.x, its value is the same",
    }


def test_a_section_that_was_renamed_takes_common_values_along() -> None:
    left = {"vllm": {"on": True, "log": True, "mode": {"x": None}}}
    right = {"engine": {"on": True, "log": True, "mode": {"x": None}}}
    told = moves(left, right)
    assert told["vllm.on"] == "moved to engine.on, its value is the same"
    assert told["engine.mode.x"] == "moved from vllm.mode.x, its value is the same"
    assert len(told) == 6


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"a": {"lr": 0.1}}, {"b": {"lr": 0.2}}),
        ({"a": {"lr": 1}}, {"b": {"lr": 1.0}}),
        ({"a": {"lr": 0.1}}, {"b": {"rate": 0.1}}),
        ({"a": {"lr": 0.1}}, {"b": {"lr": 0.1}, "c": {"lr": 0.1}}),
        ({"a": {"lr": 0.1}, "b": {"lr": 0.1}}, {"c": {"lr": 0.1}}),
        ({"a": {"x": 0.1}}, {"a": {"y": 0.1, "z": 0.1}}),
        ({"a": {"dump": True}}, {"a": {"packing": True}}),
        ({"a": {"enabled": True}}, {"b": {"enabled": True}}),
        ({"a": {"x": None}}, {"a": {"y": None}}),
        ({"a": {"x": []}}, {"a": {"y": []}}),
        ({"a": {"x": 4}}, {"a": {"y": 4}}),
        ({"a": {"weight_decay": 0.1}}, {"a": {"warmup_ratio": 0.1}}),
        ({"a": {"steps": 10000}}, {"a": {"warmup": 10000}}),
        ({"a": {"x": "adamw"}}, {"a": {"y": "adamw"}}),
        ({"a": {"x": "bfloat16"}}, {"a": {"y": "bfloat16"}}),
        ({"a": {"x": [1]}}, {"a": {"y": [1]}}),
        ({"a": {"x": ["bf16"]}}, {"a": {"y": ["bf16"]}}),
        ({"a": {"1": 0.1}}, {"a": {2: 0.1}}),
        ({"a": {"lr": 0.1}}, {"a": {"lr": 0.2}, "b": {"lr": 0.1}}),
        ({"a": {"train_size": 8}}, {"a": {"eval_size": 8}}),
        ({"a": {"beta1": 0.9}}, {"a": {"beta2": 0.9}}),
        ({"a": {"x": {"y": 1}}}, {"a": {"x": {"z": 1}}}),
    ],
)
def test_what_only_looks_like_a_move_gets_no_hint(left: object, right: object) -> None:
    assert moves(left, right) == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [("max_len", "max_length"), ("lora_r", "lora_rank"), ("lr", "learning_rate"), ("bs", "bS")],
)
def test_a_number_under_another_spelling_of_its_key_was_renamed(old: str, new: str) -> None:
    assert moves({"a": {old: 4096}}, {"a": {new: 4096}}) == {
        f"a.{old}": f"renamed to a.{new}, its value is the same",
        f"a.{new}": f"renamed from a.{old}, its value is the same",
    }


def test_a_section_that_was_renamed_is_one_rename() -> None:
    left = {"a": {"optim": {"lr": 0.1, "wd": {"rate": 0.2}}}}
    right = {"a": {"optimizer": {"lr": 0.1, "wd": {"rate": 0.2}}}}
    found = find_renames(left, right, diff(left, right))
    whole = Rename(("a", "optim"), ("a", "optimizer"), left["a"]["optim"])
    assert {*found} == {"a.optim.lr", "a.optim.wd.rate", "a.optimizer.lr", "a.optimizer.wd.rate"}
    assert [*found.values()] == [whole] * 4
    assert whole.is_renamed


def test_a_section_of_which_a_value_changed_is_no_rename_but_its_leaves_moved() -> None:
    left = {"optim": {"lr": 0.1, "wd": 0.2, "eps": 1}}
    right = {"optimizer": {"lr": 0.1, "wd": 0.2, "eps": 2}}
    found = find_renames(left, right, diff(left, right))
    assert {path: format_path(each.new) for path, each in found.items()} == {
        "optim.lr": "optimizer.lr",
        "optimizer.lr": "optimizer.lr",
        "optim.wd": "optimizer.wd",
        "optimizer.wd": "optimizer.wd",
    }
    assert not any(each.is_renamed for each in found.values())
