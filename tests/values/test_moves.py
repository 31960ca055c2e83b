"""Renamed keys: no two configs become one by a move, but those that differ in the names alone."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from migration.values.canonical import are_equal
from migration.values.keypath import KeyPath
from migration.values.merge import Config
from migration.values.moves import Move, find_clashes, find_due, move_keys, rename_path

KEYS = st.sampled_from(["a", "b", "c"])
VALUES: st.SearchStrategy[object] = st.recursive(
    st.sampled_from([None, 1, True, "x", []]),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
CONFIGS = st.dictionaries(KEYS, VALUES, max_size=3)
PATHS = st.lists(KEYS, min_size=1, max_size=3).map(tuple)
MOVES = st.lists(st.builds(Move, PATHS, PATHS), max_size=2).filter(
    lambda moves: not [*find_clashes(moves)]
)


@settings(max_examples=1000, deadline=None)
@given(CONFIGS, MOVES)
def test_a_move_back_gives_the_config_again(config: Config, moves: list[Move]) -> None:
    kept = copy.deepcopy(config)
    back = config
    for move in moves:
        due = find_due(back, [move])
        moved = move_keys(back, due)
        assert are_equal(move_keys(moved, [each.reverse for each in due]), back)
        back = moved
    assert are_equal(move_keys(config, moves), back)
    assert are_equal(config, kept)


@settings(max_examples=1000, deadline=None)
@given(CONFIGS, CONFIGS, MOVES)
def test_configs_with_the_same_names_become_one_only_if_they_are_one(
    one: Config, other: Config, moves: list[Move]
) -> None:
    if find_due(one, moves) == find_due(other, moves):
        same = are_equal(move_keys(one, moves), move_keys(other, moves))
        assert same == are_equal(one, other)


def test_a_path_is_renamed_with_all_beneath_it() -> None:
    move = Move(("a", "x"), ("c", "y"))
    renamed: dict[KeyPath, KeyPath] = {
        ("a", "x"): ("c", "y"),
        ("a", "x", "z"): ("c", "y", "z"),
        ("a",): ("a",),
        ("a", "xx"): ("a", "xx"),
    }
    assert {path: rename_path(path, [move]) for path in renamed} == renamed
