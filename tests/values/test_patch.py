"""Changes that turn one value into another, held against the two values themselves."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migration.values.canonical import are_equal, canonical_bytes
from migration.values.diff import MISSING, Difference, diff
from migration.values.keypath import KeyPath, are_connected, format_path
from migration.values.merge import Config
from migration.values.patch import NotAsBeforeError, find_changes, make_changes, take_over

KEYS = st.one_of(st.sampled_from(["a", "b", "a.b"]), st.sampled_from([1, True, 1.0, None, 0]))
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-1, 1), st.sampled_from([0.0, -0.0, 1.0, "", "1"])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)
MAPPINGS = st.dictionaries(KEYS, VALUES, max_size=3)


@settings(max_examples=500, deadline=None)
@given(MAPPINGS, MAPPINGS)
def test_changes_that_were_found_give_the_other_value_and_leave_the_first_alone(
    before: Config, after: Config
) -> None:
    kept = copy.deepcopy(before)
    made = make_changes(before, find_changes(before, after))
    assert canonical_bytes(made) == canonical_bytes(after)
    assert canonical_bytes(before) == canonical_bytes(kept)


@settings(max_examples=300, deadline=None)
@given(MAPPINGS, MAPPINGS)
def test_no_two_changes_touch_the_same_part(before: Config, after: Config) -> None:
    paths = [each.path for each in find_changes(before, after)]
    for at, path in enumerate(paths):
        for other in paths[at + 1 :]:
            shorter = min(len(path), len(other))
            assert [*map(repr, path[:shorter])] != [*map(repr, other[:shorter])]


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        ({"a": {"x": 1}}, {}, [("a", "x")]),
        ({"a": {"x": 1}}, {"a": {}}, [("a",)]),
        ({"a": {"b": {"x": 1}}}, {"a": {}}, [("a",)]),
        ({"a": {"b": {"x": 1}, "c": {"y": 1}}}, {"a": {"b": {}}}, [("a", "b"), ("a", "c", "y")]),
        ({"a": {}}, {"a": {"x": 1}}, [("a", "x")]),
        ({"p": {"a": {}}}, {}, [("p", "a")]),
        ({"a": {"x": 1}}, {"a": 5}, [("a",)]),
        ({1: {"x": 1}}, {True: {"x": 1}}, [(1, "x"), (True, "x")]),
    ],
)
def test_a_mapping_that_stays_and_is_empty_is_replaced_as_a_whole(
    before: Config, after: Config, paths: list[KeyPath]
) -> None:
    changes = find_changes(before, after)
    assert [(each.path, [*map(type, each.path)]) for each in changes] == [
        (path, [*map(type, path)]) for path in paths
    ]
    assert are_equal(make_changes(before, changes), after)


@pytest.mark.parametrize(
    "value",
    [{"lr": 2}, {"lr": 1.0}, {"lr": True}, {}, {"lr": {"x": 1}}],
)
def test_a_change_is_refused_where_the_value_is_another_one(value: Config) -> None:
    with pytest.raises(NotAsBeforeError):
        make_changes(value, [Difference(("lr",), "changed", 1, 3)])


@pytest.mark.parametrize(
    ("value", "path"),
    [({"a": 1}, ("a", "x")), ({"a": {"x": None}}, ("a", "x")), ({"a": {1: 0}}, ("a", True))],
)
def test_nothing_is_added_where_something_is(value: Config, path: KeyPath) -> None:
    with pytest.raises(NotAsBeforeError):
        make_changes(value, [Difference(path, "added", MISSING, 1)])


TEXT_KEYS = st.sampled_from(["a", "b", "a.b"])
PLAIN = st.dictionaries(
    TEXT_KEYS,
    st.recursive(LEAVES, lambda inner: st.dictionaries(TEXT_KEYS, inner, max_size=3), max_leaves=8),
    max_size=3,
)


def test_a_key_is_not_taken_over_beside_one_that_python_takes_for_the_same() -> None:
    with pytest.raises(NotAsBeforeError):
        take_over({1.0: None}, {1: None}, [(1,)])


@settings(max_examples=500, deadline=None)
@given(PLAIN, PLAIN, st.data())
def test_what_is_taken_over_is_no_difference_any_more_and_all_of_it_gives_the_other_value(
    before: Config, after: Config, data: st.DataObject
) -> None:
    found = [each.path for each in diff(before, after)]
    assert are_equal(take_over(before, after, found), after)
    some = data.draw(st.sets(st.sampled_from(range(len(found))))) if found else set()
    made = take_over(before, after, [found[at] for at in some])
    left = {format_path(each.path) for each in diff(made, after)}
    # Whatever was not taken is still different, but an empty mapping may be in its place.
    assert left.isdisjoint(format_path(found[at]) for at in some)
    for at, path in enumerate(found):
        if at not in some:
            assert any(are_connected(path, each.path) for each in diff(made, after))
