"""One difference a leaf, none of them lost, none of them made up."""

from __future__ import annotations

import datetime as dt

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migration.values.canonical import canonical_bytes
from migration.values.diff import MISSING, Difference, diff, list_changes, value_at
from migration.values.keypath import format_path, parse_path
from tests.conftest import string_keyed_mappings, yaml_values

NAN = float("nan")
Shown = tuple[str, str, object, object]
SWAPPED = {"added": "removed", "removed": "added", "changed": "changed", "type": "type"}


def shown(left: object, right: object) -> list[Shown]:
    """Return the differences with their path as text, which tells 1, 1.0 and true apart."""
    return [
        (format_path(found.path), found.kind, found.left, found.right)
        for found in diff(left, right)
    ]


def shown_entries(left: object, right: object) -> list[tuple[str, Shown]]:
    """Return what changed within the list `x`, each beneath the text of its left path."""
    (difference,) = diff({"x": left}, {"x": right})
    return [
        (format_path(at), (format_path(found.path), found.kind, found.left, found.right))
        for at, found in list_changes(difference)
    ]


def near_values() -> st.SearchStrategy[object]:
    """Values that Python or a careless text takes for one another."""
    zones = [dt.UTC, dt.timezone(dt.timedelta(hours=1))]
    scalars = st.sampled_from(
        [0, False, 0.0, -0.0, "0", "false", None, "null", 1, True, 1.0, "1", NAN, "nan", 2**64]
        + ["", b"", dt.date(2024, 1, 1), dt.datetime(2024, 1, 1), "2024-01-01"]  # noqa: DTZ001
        + [dt.datetime(2024, 1, 1, hour, tzinfo=zone) for hour, zone in enumerate(zones)]
    )
    keys = st.sampled_from([1, True, 1.0, "1", "true", None, "null", "a", "a.b", "$yaml"])
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=6,
    )


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
    ("left", "right", "found"),
    [
        ([1, 2, 3], [1, 9, 3], [("x[1]", ("x[1]", "changed", 2, 9))]),
        ([1, 2], [1, 2.0], [("x[1]", ("x[1]", "type", 2, 2.0))]),
        ([1, 2], [1, True], [("x[1]", ("x[1]", "type", 2, True))]),
        ([], [1], [("x[0]", ("x[0]", "added", MISSING, 1))]),
        ([1], [], [("x[0]", ("x[0]", "removed", 1, MISSING))]),
        (["a", "b", "c"], ["a", "new", "b", "c"], [("x[1]", ("x[1]", "added", MISSING, "new"))]),
        (["a", "b", "c"], ["a", "c"], [("x[1]", ("x[1]", "removed", "b", MISSING))]),
        (["a", "b"], ["new", "a", "b"], [("x[0]", ("x[0]", "added", MISSING, "new"))]),
        (["a", "a"], ["a", "a", "a"], [("x[2]", ("x[2]", "added", MISSING, "a"))]),
        (
            [{"n": 1, "p": 0.1}, {"n": 2, "p": 0.2}],
            [{"n": 1, "p": 0.1}, {"n": 2, "p": 0.3}],
            [("x[1].p", ("x[1].p", "changed", 0.2, 0.3))],
        ),
        (
            [{"n": 1}],
            [{"n": 1, "deep": {"a": 1, "b": 2}}],
            [
                ("x[0].deep.a", ("x[0].deep.a", "added", MISSING, 1)),
                ("x[0].deep.b", ("x[0].deep.b", "added", MISSING, 2)),
            ],
        ),
        ([{"n": 1}], [5], [("x[0]", ("x[0]", "type", {"n": 1}, 5))]),
        ([None], [{}], [("x[0]", ("x[0]", "type", None, {}))]),
        ([[1, 2], [3]], [[1, 2], [4]], [("x[1][0]", ("x[1][0]", "changed", 3, 4))]),
        ([[1]], [[1, 2]], [("x[0][1]", ("x[0][1]", "added", MISSING, 2))]),
        (
            [{"ops": [{"p": [1, 2]}]}],
            [{"ops": [{"p": [1, 3]}]}],
            [("x[0].ops[0].p[1]", ("x[0].ops[0].p[1]", "changed", 2, 3))],
        ),
    ],
)
def test_what_changed_within_a_list_is_shown(
    left: object, right: object, found: list[tuple[str, Shown]]
) -> None:
    assert shown_entries(left, right) == found


def test_an_entry_that_moved_has_a_path_on_each_side() -> None:
    left = ["a", {"n": 1, "p": [1, 2]}, "z"]
    right = ["new", "a", {"n": 1, "p": [1, 3]}, "z"]
    assert shown_entries(left, right) == [
        ("x[0]", ("x[0]", "added", MISSING, "new")),
        ("x[1].p[1]", ("x[2].p[1]", "changed", 2, 3)),
    ]


def test_a_shift_within_a_shifted_entry_counts_on_both_sides() -> None:
    left = ["gone", "a", {"p": ["x", 1]}, "z"]
    right = ["a", {"p": ["new", "x", 2]}, "z"]
    assert shown_entries(left, right) == [
        ("x[0]", ("x[0]", "removed", "gone", MISSING)),
        ("x[2].p[0]", ("x[1].p[0]", "added", MISSING, "new")),
        ("x[2].p[1]", ("x[1].p[2]", "changed", 1, 2)),
    ]


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        (
            ["a", "b"],
            ["b", "a"],
            [
                ("x[0]", ("x[0]", "changed", "a", "b")),
                ("x[1]", ("x[1]", "changed", "b", "a")),
            ],
        ),
        (
            ["a", "b", "c"],
            ["c", "a", "b"],
            [
                ("x[0]", ("x[0]", "added", MISSING, "c")),
                ("x[2]", ("x[2]", "removed", "c", MISSING)),
            ],
        ),
    ],
)
def test_the_same_entries_in_another_order_differ(
    left: object, right: object, found: list[tuple[str, Shown]]
) -> None:
    assert shown_entries(left, right) == found


def test_an_entry_inserted_among_many_like_it_moves_none() -> None:
    left = ["same"] * 300
    right = ["same"] * 150 + ["new"] + ["same"] * 150
    assert shown_entries(left, right) == [("x[150]", ("x[150]", "added", MISSING, "new"))]


@pytest.mark.parametrize(
    "difference",
    [
        Difference(("x",), "type", [1], 1),
        Difference(("x",), "type", None, [1]),
        Difference(("x",), "added", MISSING, [1]),
        Difference(("x",), "removed", [1], MISSING),
        Difference(("x",), "changed", 1, 2),
    ],
)
def test_only_two_lists_have_changes_within(difference: Difference) -> None:
    assert list_changes(difference) == ()


@given(st.lists(near_values(), max_size=4), st.lists(near_values(), max_size=4))
def test_two_lists_have_changes_within_exactly_if_they_differ(
    left: list[object], right: list[object]
) -> None:
    changes = list_changes(Difference((), "changed", left, right))
    assert (changes == ()) == (canonical_bytes(left) == canonical_bytes(right))
    for _, found in changes:
        ends = [side for side in (found.left, found.right) if side is not MISSING]
        assert len(ends) == 1 or canonical_bytes(ends[0]) != canonical_bytes(ends[1])


@given(st.lists(near_values(), max_size=4), st.lists(near_values(), max_size=4))
def test_a_change_within_a_list_leads_to_its_values(
    left: list[object], right: list[object]
) -> None:
    for left_path, found in list_changes(Difference((), "changed", left, right)):
        if found.left is not MISSING:
            assert value_at(left, left_path) is found.left
        if found.right is not MISSING:
            assert value_at(right, found.path) is found.right


@pytest.mark.parametrize(
    ("path", "expected"),
    [("x", {"y": [1, {"z": 2}]}), ("x.y[1].z", 2), ("x.y[2]", MISSING), ("x.y.z", MISSING)],
)
def test_the_value_at_a_path(path: str, expected: object) -> None:
    assert value_at({"x": {"y": [1, {"z": 2}]}}, parse_path(path)) == expected


def test_insertions_among_many_like_entries_are_told_as_such() -> None:
    left: list[object] = ["same"] * 1000
    right = [*left[:100], "new", *left[:800], "newer", *left[:100]]
    assert [at for at, _ in shown_entries(left, right)] == ["x[100]", "x[901]"]


def test_deep_lists_are_compared_once_a_level() -> None:
    # If every level were compared twice, this would not end.
    left: list[object] = [1]
    right: list[object] = [2]
    for _ in range(60):
        left, right = [left], [right]
    assert shown_entries(left, right) == [
        (f"x{'[0]' * 61}", (f"x{'[0]' * 61}", "changed", 1, 2)),
    ]


def test_a_very_long_list_that_changed_everywhere_is_compared_place_by_place() -> None:
    left: list[object] = list(range(20_000))
    right = [n if n % 2 else n + 200_000 for n in range(20_000)]
    found = shown_entries(left, right)
    assert len(found) == 10_000
    assert found[1] == ("x[2]", ("x[2]", "changed", 2, 200_002))


def test_one_stretch_that_came_or_went_in_a_very_long_list_is_told_as_such() -> None:
    left: list[object] = list(range(10_000))
    found = [(at, kind) for at, (_, kind, _, _) in shown_entries(left, left[:10] + left[12:])]
    assert found == [("x[10]", "removed"), ("x[11]", "removed")]
