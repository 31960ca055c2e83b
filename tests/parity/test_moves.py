"""Which new config each config that is gone has become, and where that is open."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from migration.parity.moves import Candidate, Moves, find_moves

LARGE = {"lr": 1, "seed": 2, "name": "a", "steps": 3, "bs": 4}


def describe(path: str, value: object) -> Candidate:
    return Candidate(path, json.dumps(value, sort_keys=True), lambda: value)


def search(gone: Mapping[str, object], new: Mapping[str, object], **more: int) -> Moves:
    """Search for some configs that are known by their paths; `more` is how near others are."""
    return find_moves(
        {path: describe(path, value) for path, value in gone.items()},
        [describe(path, value) for path, value in new.items()],
        measure_to_others=lambda each: more.get(each.path),
    )


@pytest.mark.parametrize(
    ("gone", "new", "found"),
    [
        (["r/a"], ["r/b"], {"r/a": "r/b"}),
        (["r/a"], ["r/b", "s/a"], {"r/a": "s/a"}),
        (["r/a.yaml"], ["r/b.yaml", "r/a.yml"], {"r/a.yaml": "r/a.yml"}),
        (["r/a", "r/b"], ["s/b", "s/c"], {"r/b": "s/b", "r/a": "s/c"}),
        (
            ["r/x/a", "r/y/a"],
            ["s/y/a", "s/x/a"],
            {"r/x/a": "s/x/a", "r/y/a": "s/y/a"},
        ),
    ],
)
def test_configs_with_the_same_values_are_paired_by_their_names(
    gone: list[str], new: list[str], found: dict[str, str]
) -> None:
    moves = search(dict.fromkeys(gone, LARGE), dict.fromkeys(new, LARGE))
    assert moves == Moves(found, {})


@pytest.mark.parametrize(
    ("gone", "new"),
    [
        (["r/a"], ["r/b", "r/c"]),
        (["r/a"], ["s/a", "t/a"]),
        (["r/a", "r/b"], ["r/c"]),
        (["r/a", "r/b"], ["r/c", "r/d"]),
        (["r/a", "s/a"], ["t/a"]),
    ],
)
def test_configs_that_are_equally_alike_are_not_paired(gone: list[str], new: list[str]) -> None:
    moves = search(dict.fromkeys(gone, LARGE), dict.fromkeys(new, LARGE))
    assert moves == Moves({}, dict.fromkeys(gone, tuple(new)))


def test_the_folder_to_which_others_moved_decides_between_configs_with_the_same_values() -> None:
    gone = {"r/a": LARGE, "r/b": {"b": 1}, "r/c": {"c": 1}}
    new = {"s/a": LARGE, "t/a": LARGE, "s/b": {"b": 1}, "s/c": {"changed": True}}
    found = {"r/a": "s/a", "r/b": "s/b", "r/c": "s/c"}
    assert search(gone, new) == Moves(found, {})


def test_a_folder_does_not_outweigh_values() -> None:
    gone = {"r/a": LARGE, "r/b": {"b": 1}}
    new = {"s/a": {"other": 1}, "t/x": LARGE, "t/y": LARGE, "s/b": {"b": 1}}
    assert search(gone, new) == Moves({"r/b": "s/b"}, {"r/a": ("t/x", "t/y")})


def test_two_folders_that_become_one_give_no_path_to_two_presets() -> None:
    gone = {"r/a": {"r": 1}, "s/a": {"s": 1}, "r/x": {"x": 1}, "s/x": {"x": 2}}
    new = {"t/a": {"r": 1}, "t/x": {"x": 3}}
    moves = search(gone, new)
    assert moves.found == {"r/a": "t/a", "r/x": "t/x"}
    gone = {"r/a": {"r": 1}, "s/b": {"s": 1}, "r/x": {"x": 1}, "s/x": {"x": 2}}
    new = {"t/a": {"r": 1}, "t/b": {"s": 1}, "t/x": {"x": 3}}
    assert search(gone, new).found == {"r/a": "t/a", "s/b": "t/b"}


@pytest.mark.parametrize(
    ("changes", "found", "doubtful"),
    [
        ({"r/b": {"lr": 9}}, {"r/a": "r/b"}, {}),
        ({"r/b": {"lr": 9}, "r/c": {"lr": 9, "bs": 9}}, {"r/a": "r/b"}, {}),
        ({"r/b": {"lr": 9}, "r/c": {"bs": 9}}, {}, {"r/a": ("r/b", "r/c")}),
        ({"r/b": {"lr": 9, "seed": 9, "bs": 9}}, {}, {}),
    ],
)
def test_of_changed_configs_the_one_with_the_fewest_differences_is_found(
    changes: dict[str, dict[str, int]],
    found: dict[str, str],
    doubtful: dict[str, tuple[str, ...]],
) -> None:
    new = {path: {**LARGE, **change} for path, change in changes.items()}
    assert search({"r/a": LARGE}, new) == Moves(found, doubtful)


@pytest.mark.parametrize(("distance", "is_found"), [(2, True), (1, False), (0, False)])
def test_a_changed_config_that_is_as_near_to_one_that_is_there_is_in_doubt(
    distance: int, *, is_found: bool
) -> None:
    moves = search({"r/a": LARGE}, {"r/b": {**LARGE, "lr": 9}}, **{"r/b": distance})
    found, doubtful = ({"r/a": "r/b"}, {}) if is_found else ({}, {"r/a": ("r/b",)})
    assert moves == Moves(found, doubtful)


def test_the_copy_of_a_config_that_is_there_is_no_changed_form_of_another_one() -> None:
    changed = {**LARGE, "lr": 9}
    known = {describe("r/c", changed).digest}
    gone, new = {"r/a": describe("r/a", LARGE)}, [describe("r/b", changed)]
    assert find_moves(gone, new, known=known) == Moves({}, {})


def test_thousands_of_configs_with_the_same_values_are_paired_by_name() -> None:
    gone = {f"r/{n}": LARGE for n in range(2_000)}
    new = {f"s/{n}": LARGE for n in range(2_000)}
    assert search(gone, new).found == {path: f"s{path[1:]}" for path in gone}


def test_of_very_many_changed_configs_those_of_the_same_name_are_compared() -> None:
    gone = {f"r/{n}": {**LARGE, "name": n} for n in range(100)}
    new = {f"s/{n}": {**LARGE, "name": n, "bs": 5} for n in range(100)}
    assert search(gone, new) == Moves({path: f"s{path[1:]}" for path in gone}, {})
    new["s/other"] = new.pop("s/7")
    found = {path: f"s{path[1:]}" for path in gone} | {"r/7": "s/other"}
    assert search(gone, new) == Moves(found, {})
