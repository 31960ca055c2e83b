from __future__ import annotations

import copy

import pytest
from hypothesis import given

from migration.resolve.loader import ConfigLoader
from migration.values.merge import Config, fresh, merge
from tests.conftest import string_keyed_mappings, yaml_values
from tests.naive import naive_merge, shares_nothing
from tests.typed import alike


@pytest.mark.parametrize(
    ("base", "override", "merged"),
    [
        ({"x": {"a": 1}}, {"x": {"b": 2}}, {"x": {"a": 1, "b": 2}}),
        ({"x": {"a": {"b": 1, "c": 1}}}, {"x": {"a": {"b": 2}}}, {"x": {"a": {"b": 2, "c": 1}}}),
        ({"x": {"a": 1}}, {"x": {}}, {"x": {"a": 1}}),
        ({"x": [1, 2, 3]}, {"x": [4]}, {"x": [4]}),
        ({"x": [1]}, {"x": []}, {"x": []}),
        ({"x": [{"a": 1}]}, {"x": [{"b": 2}]}, {"x": [{"b": 2}]}),
        ({"x": {"a": 1}}, {"x": None}, {"x": None}),
        ({"x": [1]}, {"x": None}, {"x": None}),
        ({"x": 1}, {"x": None}, {"x": None}),
        ({"x": None}, {"x": {"a": 1}}, {"x": {"a": 1}}),
        ({"x": {"a": 1}}, {"x": 5}, {"x": 5}),
        ({"x": 5}, {"x": {"a": 1}}, {"x": {"a": 1}}),
        ({"x": {"a": 1}}, {"x": [1]}, {"x": [1]}),
        ({"x": [1]}, {"x": {"a": 1}}, {"x": {"a": 1}}),
        ({"x": {"a": 1}}, {"x": False}, {"x": False}),
        ({"x": {"a": 1}}, {"x": ""}, {"x": ""}),
        ({"x": {"a"}}, {"x": {"b"}}, {"x": {"b"}}),
        ({1: {"a": 1}}, {"1": {"b": 2}}, {1: {"a": 1}, "1": {"b": 2}}),
    ],
)
def test_a_mapping_over_a_mapping_merges_and_anything_else_replaces(
    base: Config, override: Config, merged: Config
) -> None:
    assert merge(base, override) == merged
    assert ConfigLoader.merge_configs(base, override) == merged


def test_merging_is_not_associative() -> None:
    first: Config = {"x": {"y": 1}}
    second: Config = {"x": 1}
    third: Config = {"x": {"z": 2}}
    assert merge(merge(first, second), third) == {"x": {"z": 2}}
    assert merge(first, merge(second, third)) == {"x": {"y": 1, "z": 2}}


@given(string_keyed_mappings())
def test_merging_with_nothing_changes_nothing(config: Config) -> None:
    assert alike(merge(config, {}), config)
    assert alike(merge({}, config), config)


@given(string_keyed_mappings(), string_keyed_mappings())
def test_merging_agrees_with_a_naive_model(base: Config, override: Config) -> None:
    assert alike(merge(base, override), naive_merge(base, override))


@given(string_keyed_mappings(), string_keyed_mappings())
def test_merging_leaves_its_inputs_alone_and_shares_nothing(base: Config, override: Config) -> None:
    before = copy.deepcopy((base, override))
    merged = ConfigLoader.merge_configs(base, override)
    assert (base, override) == before
    assert shares_nothing(base, override, merged)


@given(yaml_values())
def test_a_fresh_copy_is_equal_and_shares_nothing(value: object) -> None:
    repeated = [value, value]
    assert alike(fresh(repeated), repeated)
    assert shares_nothing(repeated[0], fresh(repeated))
