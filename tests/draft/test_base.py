from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migration.draft.base import SharedValues
from migration.draft.base_place import find_common_folder
from migration.draft.base_scope import BaseScope, make_scope
from migration.draft.base_text import BaseSources
from migration.errors import MigrationError
from migration.files.disk_tree import DiskTree
from migration.files.tree import Tree
from migration.project.settings import Settings
from migration.resolve.loader import ConfigLoader
from migration.values.diff import list_leaves
from migration.values.keypath import format_path, parse_path
from migration.values.merge import Config, merge
from migration.values.overlay import find_overlay, list_lost_keys
from migration.yaml.source_text import Fragment, read_fragment
from tests.conftest import ConfigTree, near_values, string_keyed_mappings, write_files
from tests.draft.odd_trees import OddTree
from tests.typed import alike

ANYTHING = BaseScope({})
NAN = float("nan")


def share(configs: Sequence[Config]) -> SharedValues:
    shared = SharedValues()
    for number, config in enumerate(configs):
        shared.add(f"{number}.yaml", config)
    return shared


def common(*configs: Config, scope: BaseScope = ANYTHING) -> Config:
    return share(configs).find_common(scope).values


@pytest.mark.parametrize(
    ("configs", "expected"),
    [
        ([{}, {}], {}),
        ([{"a": 1, "b": 2}], {"a": 1, "b": 2}),
        ([{"a": 1, "b": 2}, {"b": 2, "a": 1}], {"a": 1, "b": 2}),
        # A key that one of them lacks could not be taken away again.
        ([{"a": 1}, {"a": 1}, {}], {}),
        ([{"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}], {"a": {"b": 1}}),
        ([{"a": {"b": 1}}, {"a": {"c": 1}}], {}),
        # A null is a value.
        ([{"a": None}, {"a": None}], {"a": None}),
        ([{"a": None}, {"a": 1}], {}),
        ([{"a": None}, {}], {}),
        # A mapping over something else replaces it, and the reverse.
        ([{"a": {"b": 1}}, {"a": 1}], {}),
        ([{"a": {"b": 1}}, {"a": None}], {}),
        ([{"a": {"b": 1}}, {"a": [1]}], {}),
        # An empty mapping is one value, and no mapping with keys is equal to it.
        ([{"a": {}}, {"a": {}}], {"a": {}}),
        ([{"a": {}}, {"a": {"b": 1}}], {}),
        ([{"a": {"b": {}}}, {"a": {"b": {}, "c": 1}}], {"a": {"b": {}}}),
        # Lists are values.
        ([{"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}], {"a": [1, {"b": 2}]}),
        ([{"a": [1, 2]}, {"a": [2, 1]}], {}),
        ([{"a": []}, {"a": None}], {}),
        # Types count, of values and of keys.
        ([{"a": 1}, {"a": 1.0}], {}),
        ([{"a": 1}, {"a": True}], {}),
        ([{"a": 0.0}, {"a": -0.0}], {}),
        ([{"a": "1"}, {"a": 1}], {}),
        ([{1: "x"}, {True: "x"}], {}),
        ([{1: "x"}, {1.0: "x"}], {}),
        ([{"1": "x"}, {1: "x"}], {}),
        ([{1: "x"}, {1: "x"}], {1: "x"}),
        ([{True: {None: 1}}, {True: {None: 1}}], {True: {None: 1}}),
        ([{"a": NAN}, {"a": float("nan")}], {"a": NAN}),
        # For Python a NaN is equal to no key, so that what one file says is beside the other.
        ([{NAN: 1}, {NAN: 1}], {}),
    ],
)
def test_what_all_presets_have_is_in_common(configs: list[Config], expected: Config) -> None:
    assert alike(common(*configs), expected)
    assert alike(common(*reversed(configs)), expected)


def test_settings_leave_keys_to_the_presets() -> None:
    scope = BaseScope({("run", "name"): "launch_settings", ("len",): "length_key"})
    config: Config = {"run": {"name": {"x": 1}, "bf16": True}, "len": 8, "name": "y"}
    found = share([config, config]).find_common(scope)
    assert found.values == {"run": {"bf16": True}, "name": "y"}
    assert found.left == ((("run", "name", "x"), "launch_settings"), (("len",), "length_key"))


def test_only_runtime_settings_are_in_the_base_where_they_are_set() -> None:
    scope = BaseScope({("model", "path"): "launch_settings"}, [("model",), ("a", "b")])
    config: Config = {"model": {"path": "x", "dtype": "y"}, "a": {"b": [1], "c": 2}, "d": {}}
    found = share([config, config]).find_common(scope)
    assert found.values == {"model": {"dtype": "y"}, "a": {"b": [1]}}
    assert [(format_path(path), setting) for path, setting in found.left] == [
        ("model.path", "launch_settings"),
        ("a.c", "runtime_settings"),
        ("d", "runtime_settings"),
    ]


def test_a_value_over_a_runtime_setting_is_none_itself() -> None:
    scope = BaseScope({}, [("template", "x")])
    for value in (None, {}, 3, {"y": 1}):
        assert common({"template": value}, {"template": value}, scope=scope) == {}


def test_the_scope_follows_the_settings() -> None:
    settings = Settings(launch_settings=(("run", "dir"),), length_key="tokens")
    left = make_scope(settings)
    for path, setting in {
        "run.dir.x": "launch_settings",
        "run": None,
        "custom.fusion_config": "fusion_key",
        "tokens": "length_key",
        "model.max_model_len": "length_key",
        "template.max_length": "length_key",
        "rlhf.vllm_max_model_len": "length_key",
        "template.truncation_strategy": None,
        "model": None,
    }.items():
        assert left.find_setting(parse_path(path)) == setting
    assert make_scope(Settings()).find_setting(("model", "max_model_len")) is None
    nothing = make_scope(Settings(written={"runtime_settings": 3}))
    assert nothing.find_setting(("a",)) == "runtime_settings"


def test_near_values_name_who_lacks_them_and_who_has_others() -> None:
    near = share(
        [
            {"a": 1, "b": None, "c": 3},
            {"a": 1, "b": None, "c": {"d": 4}},
            {"a": 1, "b": None, "c": 3},
            {"a": 2, "b": None, "c": 3},
            {"b": {"x": {}}, "c": 3},
        ]
    ).find_near(ANYTHING)
    assert [(each.path, each.value, each.count, each.without, each.others) for each in near] == [
        (("b",), None, 4, (), ("4.yaml",)),
        (("c",), 3, 4, (), ("1.yaml",)),
    ]
    near = share([{"a": 1}, {"a": 1}, {}]).find_near(ANYTHING)
    assert [(each.count, each.without, each.others) for each in near] == [(2, ("2.yaml",), ())]
    assert share([{"a": 1}, {"a": 2}]).find_near(ANYTHING) == ()
    config: Config = {"a": 1}
    assert share([config, config, {}]).find_near(BaseScope({("a",): "length_key"})) == ()


@given(st.lists(st.dictionaries(st.sampled_from("abc"), near_values()), min_size=1, max_size=4))
def test_every_preset_can_be_written_over_what_is_in_common(configs: list[Config]) -> None:
    base = common(*configs)
    for config in configs:
        assert not any(list_lost_keys(base, config))
        assert alike(merge(base, find_overlay(base, config)), config)


@given(st.lists(string_keyed_mappings(), min_size=1, max_size=4))
def test_nothing_that_all_presets_have_is_left_out(configs: list[Config]) -> None:
    everywhere = set.intersection(
        *({(path, repr(value)) for path, value in list_leaves(each) if path} for each in configs)
    )
    base = common(*configs)
    assert {(path, repr(value)) for path, value in list_leaves(base) if path} == everywhere


@pytest.mark.parametrize(
    ("paths", "folder"),
    [
        (["configs/train/a.yaml"], "configs/train"),
        (["configs/train/a.yaml", "configs/training/b.yaml"], "configs"),
        (["a.yaml", "configs/b.yaml"], ""),
    ],
)
def test_the_folder_around_the_presets_is_found(paths: list[str], folder: str) -> None:
    assert find_common_folder(paths) == folder


# The text


def write_base(tree: Tree, *presets: str) -> str:
    """Return the text of the base of some presets."""
    loader = ConfigLoader(tree)
    shared, sources = SharedValues(), BaseSources(loader)
    for preset in presets:
        resolved = loader.resolve(preset)
        shared.add(preset, resolved.value)
        sources.add(resolved.chain)

    def read(path: str) -> Fragment:
        return read_fragment(tree.read_config(path), path)

    return sources.write(shared.find_common(ANYTHING).values, read)


def test_a_base_has_the_text_and_the_comments_of_the_file_that_most_presets_share(
    config_tree: ConfigTree,
) -> None:
    tree = config_tree(
        {
            "optim.yaml": (
                "# Licence.\n\n# How fast.\noptim:\n  lr: 1.0e-4  # warm\n  eps: 1e-08\n\n"
                "seed: 017\n"
            ),
            "data.yaml": "data: {workers: 4, path: x}\n",
            "a.yaml": "# On a.\nextends: [optim.yaml, data.yaml]\nname: a\ndata: {path: y}\n",
            "b.yaml": "# On b.\nextends: optim.yaml\nname: b\ndata: {workers: 4}  # as all\n",
            "c.yaml": "extends: [optim.yaml, data.yaml]\nname: c\noptim: {eps: 3}\n",
        }
    )
    assert write_base(tree, "a.yaml", "b.yaml", "c.yaml") == (
        "optim:\n  lr: 1.0e-4  # warm\n\nseed: 017\n\ndata:\n  workers: 4\n"
    )
    assert write_base(tree, "a.yaml", "b.yaml") == (
        "# Licence.\n\n# How fast.\noptim:\n  lr: 1.0e-4  # warm\n  eps: 1e-08\n\nseed: 017\n"
        "data: {workers: 4}  # as all\n"
    )


def test_the_comment_at_the_top_of_a_preset_is_left_out(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "a.yaml": "# The run of May.\n\n# How fast.\nlr: 1\nname: a\n",
            "b.yaml": "# The run of June.\n\n# So fast.\nlr: 1  # really\nname: b\n",
        }
    )
    assert write_base(tree, "a.yaml", "b.yaml") == "# So fast.\nlr: 1  # really\n"
    assert write_base(tree, "b.yaml", "a.yaml") == "# How fast.\nlr: 1\n"


def test_a_base_of_nothing_is_an_empty_mapping(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "a: 1\n", "b.yaml": "b: 1\n"})
    assert write_base(tree, "a.yaml", "b.yaml") == "{}\n"


def check_base_of_odd_tree(seed: int) -> None:
    """Check that the base of an odd tree says what its presets have in common."""
    files = OddTree(seed).files
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), files)
        tree = DiskTree(Path(folder))
        loader = ConfigLoader(tree)
        for presets in (("a.yaml", "b.yaml"), ("base.yaml", "a.yaml"), ("b.yaml",)):
            with suppress(MigrationError):  # not all that is thrown together is YAML
                expected = common(*(loader.resolve(each).value for each in presets))
                assert alike(_load(write_base(tree, *presets)), expected), seed


@pytest.mark.parametrize("seed", range(60))
def test_the_base_of_an_odd_tree_says_what_is_in_common(seed: int) -> None:
    check_base_of_odd_tree(seed)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(1_000, 1_600, 100))
def test_the_base_of_many_odd_trees_says_what_is_in_common(seed: int) -> None:
    for each in range(seed, seed + 100):
        check_base_of_odd_tree(each)


def _load(text: str) -> Mapping[object, object]:
    return cast("Mapping[object, object]", yaml.safe_load(text))
