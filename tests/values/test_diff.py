"""One difference a leaf, none of them lost, none of them made up."""

from __future__ import annotations

import datetime as dt

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migration.values.canonical import canonical_bytes
from migration.values.diff import MISSING, Difference, diff, value_at
from migration.values.keypath import format_path, parse_path
from tests.conftest import near_values, string_keyed_mappings, yaml_values

NAN = float("nan")
Shown = tuple[str, str, object, object]
SWAPPED = {"added": "removed", "removed": "added", "changed": "changed", "type": "type"}


def shown(left: object, right: object) -> list[Shown]:
    """Return the differences with their path as text, which tells 1, 1.0 and true apart."""
    return [
        (format_path(found.path), found.kind, found.left, found.right)
        for found in diff(left, right)
    ]


pairs = st.one_of(
    st.tuples(yaml_values(), yaml_values()),
    st.tuples(near_values(), near_values()),
    st.tuples(string_keyed_mappings(), string_keyed_mappings()),
)


@given(yaml_values())
def test_nothing_differs_from_itself(value: object) -> None:
    assert diff(value, value) == ()


@given(pairs)
def test_nothing_differs_exactly_if_the_canonical_json_is_equal(
    pair: tuple[object, object],
) -> None:
    left, right = pair
    assert (diff(left, right) == ()) == (canonical_bytes(left) == canonical_bytes(right))


@given(pairs)
def test_swapping_sides_swaps_left_and_right(pair: tuple[object, object]) -> None:
    left, right = pair
    assert shown(right, left) == [
        (path, SWAPPED[kind], theirs, ours) for path, kind, ours, theirs in shown(left, right)
    ]


@given(pairs)
def test_differences_are_sorted_and_have_a_path_each(pair: tuple[object, object]) -> None:
    paths = [path for path, *_ in shown(*pair)]
    assert paths == sorted(set(paths))


@given(pairs)
def test_each_side_of_a_difference_is_what_stands_at_its_path(pair: tuple[object, object]) -> None:
    for found in diff(*pair):
        for config, value in zip(pair, (found.left, found.right), strict=True):
            at = config
            for key in found.path:
                at = at.get(key, MISSING) if isinstance(at, dict) else MISSING
            assert at is value


def test_keys_that_differ_only_in_how_a_character_is_split_are_told_apart() -> None:
    halves, whole = "\ud83d\ude00\ud800", "\U0001f600\ud800"
    assert len(diff({halves: 1}, {whole: 1})) == 2


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        (
            {},
            {"model": {"dtype": "bf16", "rope": {"base": 1, "scale": 2}}},
            [
                ("model.dtype", "added", MISSING, "bf16"),
                ("model.rope.base", "added", MISSING, 1),
                ("model.rope.scale", "added", MISSING, 2),
            ],
        ),
        ({"a": {"b": {"c": 1}}}, {}, [("a.b.c", "removed", 1, MISSING)]),
        ({"a": {"b": 1, "c": 1}}, {"a": {"b": 1}}, [("a.c", "removed", 1, MISSING)]),
        ({}, {"a": {}}, [("a", "added", MISSING, {})]),
        ({"a": {"b": {}}}, {}, [("a.b", "removed", {}, MISSING)]),
        ({"a": {}}, {"a": {"b": 1}}, [("a.b", "added", MISSING, 1)]),
        ({}, {"a": [{"b": 1}]}, [("a", "added", MISSING, [{"b": 1}])]),
        ({"a": []}, {}, [("a", "removed", [], MISSING)]),
        ({"a": [1, 2]}, {"a": [1, 3]}, [("a", "changed", [1, 2], [1, 3])]),
        ({"a": [1, 2]}, {"a": [2, 1]}, [("a", "changed", [1, 2], [2, 1])]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, [("a", "changed", [{"b": 1}], [{"b": 2}])]),
        ({"a": {"b": 1}}, {"a": 1}, [("a", "type", {"b": 1}, 1)]),
        ({"a": None}, {"a": {"b": 1}}, [("a", "type", None, {"b": 1})]),
        ({"a": {}}, {"a": []}, [("a", "type", {}, [])]),
        ({"a": {}}, {"a": None}, [("a", "type", {}, None)]),
        ({"a": []}, {"a": None}, [("a", "type", [], None)]),
        ({"a": None}, {}, [("a", "removed", None, MISSING)]),
        ({}, {"a": None}, [("a", "added", MISSING, None)]),
        ({"a": "x"}, {"a": "y"}, [("a", "changed", "x", "y")]),
        ({"a": 1, "b": {"c": 2}}, {"b": {"c": 2}, "a": 1}, []),
        ({"b": 1, "a": 1}, {}, [("a", "removed", 1, MISSING), ("b", "removed", 1, MISSING)]),
        (1, 2, [("", "changed", 1, 2)]),
        ({}, [], [("", "type", {}, [])]),
    ],
)
def test_there_is_one_difference_a_leaf(left: object, right: object, found: list[Shown]) -> None:
    assert shown(left, right) == found


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        (1, 2, "changed"),
        (1, 1.0, "type"),
        (1, True, "type"),
        (0, False, "type"),
        (1.0, True, "type"),
        (1, "1", "type"),
        (1.0, "1.0", "type"),
        (True, "true", "type"),
        (None, "null", "type"),
        (None, False, "type"),
        (None, "", "type"),
        (0.0, -0.0, "changed"),
        (0, -0.0, "type"),
        (NAN, 1.0, "changed"),
        (NAN, "nan", "type"),
        (float("inf"), float("-inf"), "changed"),
        (0.1, 0.1 + 2**-56, "changed"),
        (2**64, 2**64 + 1, "changed"),
        (2**53 + 1, float(2**53), "type"),
        ("a", "a ", "changed"),
        ("é", "e\u0301", "changed"),
        ("a", b"a", "type"),
        ([], {}, "type"),
        ([1], [1.0], "changed"),
        ([1], [True], "changed"),
        ([1, 2], (1, 2), "type"),
        ({1}, {True}, "changed"),
        ({"a"}, {"a": None}, "type"),
        (dt.date(2024, 1, 1), "2024-01-01", "type"),
        (dt.date(2024, 1, 1), dt.datetime(2024, 1, 1), "type"),  # noqa: DTZ001
        (
            dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC),
            dt.datetime(2024, 1, 1, 13, tzinfo=dt.timezone(dt.timedelta(hours=1))),
            "changed",
        ),
        (
            dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
            dt.datetime(2024, 1, 1),  # noqa: DTZ001
            "changed",
        ),
    ],
)
def test_values_are_told_apart_by_type(left: object, right: object, kind: str) -> None:
    assert shown({"a": left}, {"a": right}) == [("a", kind, left, right)]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (NAN, float("nan")),
        ([float("nan")], [-float("nan")]),
        ({"a", "b"}, {"b", "a"}),
        ({1: "a", "b": {2: 3, 4: 5}}, {"b": {4: 5, 2: 3}, 1: "a"}),
    ],
)
def test_values_that_a_run_cannot_tell_apart_are_equal(left: object, right: object) -> None:
    assert diff({"a": left}, {"a": right}) == ()


def test_two_keys_that_cannot_be_told_apart_are_never_called_equal() -> None:
    left = yaml.safe_load("a: {!!float nan: 1, !!float nan: 2}")
    right = yaml.safe_load("a: {!!float nan: 7, !!float nan: 2}")
    assert [found.path for found in diff(left, right)] == [("a",)]


def test_equal_parts_of_two_documents_do_not_differ() -> None:
    text = "name: some text\ncount: 100000\nlr: 0.0001\nops: [{p: 0.5}]\nday: 2024-01-31\nseed: "
    assert shown(yaml.safe_load(f"{text}1"), yaml.safe_load(f"{text}2")) == [
        ("seed", "changed", 1, 2)
    ]


@pytest.mark.parametrize(
    ("left", "right", "removed", "added"),
    [
        (1, True, "1", "true"),
        (0, False, "0", "false"),
        (1, 1.0, "1", "(1.0)"),
        (True, 1.0, "true", "(1.0)"),
        (1, "1", "1", '"1"'),
        (True, "true", "true", '"true"'),
        (None, "null", "null", '"null"'),
        (0.0, -0.0, "(0.0)", "(-0.0)"),
        ("1.0", 1.0, '"1.0"', "(1.0)"),
        (
            dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC),
            dt.datetime(2024, 1, 1, 13, tzinfo=dt.timezone(dt.timedelta(hours=1))),
            "(datetime 2024-01-01T12:00:00+00:00)",
            "(datetime 2024-01-01T13:00:00+01:00)",
        ),
    ],
)
def test_keys_are_told_apart_by_type(left: str, right: str, removed: str, added: str) -> None:
    found = shown({"x": {left: "same"}}, {"x": {right: "same"}})
    assert sorted(found) == sorted(
        [
            (f"x.{removed}", "removed", "same", MISSING),
            (f"x.{added}", "added", MISSING, "same"),
        ]
    )


def test_a_key_with_a_dot_is_not_two_keys() -> None:
    left = {"training.run_name": "a"}
    right = {"training": {"run_name": "a"}}
    assert diff(left, right) == (
        Difference(("training.run_name",), "removed", "a", MISSING),
        Difference(("training", "run_name"), "added", MISSING, "a"),
    )


def test_a_key_that_looks_like_a_list_entry_is_not_one() -> None:
    assert shown({"a[0]": 1}, {"a": [1]}) == [
        ('"a[0]"', "removed", 1, MISSING),
        ("a", "added", MISSING, [1]),
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("x", {"y": [1, {"z": 2}]}), ("x.y[1].z", 2), ("x.y[2]", MISSING), ("x.y.z", MISSING)],
)
def test_the_value_at_a_path(path: str, expected: object) -> None:
    assert value_at({"x": {"y": [1, {"z": 2}]}}, parse_path(path)) == expected
