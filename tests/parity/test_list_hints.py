from __future__ import annotations

import pytest

from migration.parity.list_hints import mapping_hint, moved_entry_hints
from migration.values.diff import MISSING, Difference, diff
from migration.values.keypath import format_path
from migration.values.list_diff import list_changes


def hints(left: list[object], right: list[object]) -> dict[str, str]:
    (found,) = diff({"x": left}, {"x": right})
    changes = [change for _, change in list_changes(found)]
    moved = moved_entry_hints(changes)
    return {f"{kind} {format_path(path)}": hint for (kind, path), hint in moved.items()}


def test_an_entry_that_moved_says_so_on_both_sides() -> None:
    assert hints(["a", "b", "c", "d"], ["b", "c", "d", "a"]) == {
        "removed x[0]": "moved to x[3], its value is the same",
        "added x[3]": "moved from x[0], its value is the same",
    }


def test_an_entry_that_moved_and_changed_says_in_what() -> None:
    flip, crop, cut = ({"name": name, "p": 1} for name in ("flip", "crop", "cut"))
    assert hints([flip, crop, cut], [crop, cut, {"name": "flip", "p": 2}]) == {
        "removed x[0]": "moved to x[2], with other values: p",
        "added x[2]": "moved from x[0], with other values: p",
    }


def test_entries_of_a_list_within_a_list_are_found_there() -> None:
    left: list[object] = [{"name": "n", "ops": ["a", "b", "c", "d"]}]
    right: list[object] = [{"name": "n", "ops": ["b", "c", "d", "a"]}]
    assert hints(left, right)["removed x[0].ops[0]"].startswith("moved to x[0].ops[3]")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (["a", "b"], ["b", "c"]),
        (["a", "a", "b", "c"], ["b", "c", "a", "d", "a"]),
        ([{"name": "n"}, 1, 2], [1, 2, {"name": "m"}]),
        ([{"p": 1}, 1, 2], [1, 2, {"p": 2}]),
    ],
)
def test_an_entry_that_may_be_another_one_has_not_moved(
    left: list[object], right: list[object]
) -> None:
    assert hints(left, right) == {}


@pytest.mark.parametrize(
    ("left", "right", "hint"),
    [
        ([1], {0: 2}, "a mapping replaces the list; `0` is a key here, not an entry"),
        ([], {"a": 1, 3: 2}, "a mapping replaces the list; `3` is a key here, not an entry"),
        ({1: 2}, [1], "a list replaces the mapping, in which `1` was a key, not an entry"),
        ([1], {"0": 2}, None),
        ([1], {True: 2}, None),
        ([1], {1.0: 2}, None),
        ([1], {}, None),
        ({0: 1}, {0: 2}, None),
        (None, {0: 2}, None),
        (MISSING, {0: 2}, None),
        ("a", {0: 2}, None),
        ([1], [2], None),
    ],
)
def test_integers_that_are_keys_and_no_entries(
    left: object, right: object, hint: str | None
) -> None:
    assert mapping_hint(Difference(("x",), "type", left, right)) == hint
