"""What changed within a list: no change is lost, and the changes lead from left to right."""

from __future__ import annotations

import time
from collections.abc import Hashable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.values.canonical import canonical_bytes
from migration.values.diff import MISSING, Difference, diff, value_at
from migration.values.keypath import Index, KeyPath, format_key, format_path
from migration.values.list_diff import list_changes
from tests.conftest import near_values

Shown = tuple[str, str, object, object]


def apply_changes(left: object, changes: Sequence[tuple[KeyPath, KeyPath, Difference]]) -> object:
    """Return what the changes turn a value into; each has its paths from the value on."""
    for at, own, found in changes:
        if not at and not own:
            return found.right
    if isinstance(left, list):
        return _apply_to_list(left, changes)
    if not changes:
        return left
    assert isinstance(left, dict)
    beneath: dict[str, list[tuple[KeyPath, KeyPath, Difference]]] = {}
    keys: dict[str, Hashable] = {format_key(key): key for key in left}
    values = {format_key(key): value for key, value in left.items()}
    for at, own, found in changes:
        keys.setdefault(format_key(own[0]), own[0])
        beneath.setdefault(format_key(own[0]), []).append((at[1:], own[1:], found))
    result = {}
    for text, key in keys.items():
        value = apply_changes(values.get(text, {}), beneath.get(text, []))
        if value is not MISSING and prune(value) != {}:
            result[key] = value
    return result


def prune(value: object) -> object:
    """Return the value without mappings that are empty, since leaves alone are compared."""
    if isinstance(value, list):
        return [prune(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    pruned = {key: prune(item) for key, item in value.items()}
    return {key: item for key, item in pruned.items() if item != {}}


def _apply_to_list(
    left: list[object], changes: Sequence[tuple[KeyPath, KeyPath, Difference]]
) -> list[object]:
    removed: set[int] = set()
    placed: dict[int, object] = {}
    within: dict[tuple[int, int], list[tuple[KeyPath, KeyPath, Difference]]] = {}
    for at, own, found in changes:
        old, new = at[0], own[0]
        assert isinstance(old, Index)
        assert isinstance(new, Index)
        if len(own) == 1 and found.left is MISSING:
            placed[new.position] = found.right
        elif len(own) == 1 and found.right is MISSING:
            removed.add(old.position)
        else:
            within.setdefault((old.position, new.position), []).append((at[1:], own[1:], found))
    for (i, j), inner in within.items():
        removed.add(i)
        placed[j] = apply_changes(left[i], inner)
    kept = (entry for i, entry in enumerate(left) if i not in removed)
    length = len(left) - len(removed) + len(placed)
    return [placed[j] if j in placed else next(kept) for j in range(length)]


def shown_entries(left: object, right: object) -> list[tuple[str, Shown]]:
    """Return what changed within the list `x`, each beneath the text of its left path."""
    (difference,) = diff({"x": left}, {"x": right})
    return [
        (format_path(at), (format_path(found.path), found.kind, found.left, found.right))
        for at, found in list_changes(difference)
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


def entries() -> st.SearchStrategy[object]:
    """Generate entries as people write them, with few names and few values."""
    values = st.sampled_from([0, 1, 0.5, "x", None, [1], [1, 2]])
    named = st.fixed_dictionaries(
        {}, optional={"name": st.sampled_from("abc"), "p": values, "q": values}
    )
    return named | st.sampled_from(["a", "ab", 1, 1.0, True]) | st.lists(named, max_size=3)


@given(st.data())
def test_the_changes_turn_the_left_list_into_the_right_one(data: st.DataObject) -> None:
    entry = data.draw(st.sampled_from([near_values(), entries()]))
    left, right = (data.draw(st.lists(entry, max_size=7)) for _ in range(2))
    changes = list_changes(Difference((), "changed", left, right))
    applied = apply_changes(left, [(at, found.path, found) for at, found in changes])
    assert canonical_bytes(prune(applied)) == canonical_bytes(prune(right))


@given(st.data())
def test_a_shuffled_list_with_edits_is_led_to_by_its_changes(data: st.DataObject) -> None:
    left = data.draw(st.lists(entries(), max_size=8))
    right = data.draw(st.permutations(left))
    right = [
        *right[: data.draw(st.integers(0, len(right)))],
        *data.draw(st.lists(entries(), max_size=2)),
    ]
    changes = list_changes(Difference((), "changed", left, right))
    applied = apply_changes(left, [(at, found.path, found) for at, found in changes])
    assert canonical_bytes(prune(applied)) == canonical_bytes(prune(right))
    assert bool(changes) == (canonical_bytes(left) != canonical_bytes(right))


FLIP, CROP, ROTATE = ({"name": name, "p": 0.5} for name in ("flip", "crop", "rotate"))


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        pytest.param(
            [FLIP, {"name": "crop", "p": 0.1}, ROTATE],
            [{"name": "crop", "p": 0.3}, ROTATE],
            [
                ("x[0]", ("x[0]", "removed", FLIP, MISSING)),
                ("x[1].p", ("x[0].p", "changed", 0.1, 0.3)),
            ],
            id="by name",
        ),
        pytest.param(
            [{"dataset": "a", "r": 1}, {"dataset": "b", "r": 1}],
            [{"dataset": "b", "r": 2}],
            [
                ("x[0]", ("x[0]", "removed", {"dataset": "a", "r": 1}, MISSING)),
                ("x[1].r", ("x[0].r", "changed", 1, 2)),
            ],
            id="by dataset",
        ),
        pytest.param(
            [{"type": "flip", "p": 1, "q": 1}, {"type": "crop", "p": 2, "q": 2}],
            [{"type": "crop", "p": 2, "q": 3}],
            [
                ("x[0]", ("x[0]", "removed", {"type": "flip", "p": 1, "q": 1}, MISSING)),
                ("x[1].q", ("x[0].q", "changed", 2, 3)),
            ],
            id="by what they have in common",
        ),
        pytest.param(
            [{"flip": {"p": 1}}, {"crop": {"p": 2}}],
            [{"crop": {"p": 3}}],
            [
                ("x[0]", ("x[0]", "removed", {"flip": {"p": 1}}, MISSING)),
                ("x[1].crop.p", ("x[0].crop.p", "changed", 2, 3)),
            ],
            id="by their keys",
        ),
        pytest.param(
            [["a", 1, 2, 3], ["b", 4, 5, 6]],
            [["b", 4, 5, 7]],
            [
                ("x[0]", ("x[0]", "removed", ["a", 1, 2, 3], MISSING)),
                ("x[1][3]", ("x[0][3]", "changed", 6, 7)),
            ],
            id="lists by their entries",
        ),
        pytest.param(
            ["data/train/a.json", "data/train/b.json"],
            ["data/train/b.jsonl"],
            [
                ("x[0]", ("x[0]", "removed", "data/train/a.json", MISSING)),
                ("x[1]", ("x[0]", "changed", "data/train/b.json", "data/train/b.jsonl")),
            ],
            id="texts by their ends",
        ),
        pytest.param(
            [{"name": "s", "n": 1, "p": 1}, {"name": "s", "n": 2, "p": 2}],
            [{"name": "s", "n": 2, "p": 3}],
            [
                ("x[0]", ("x[0]", "removed", {"name": "s", "n": 1, "p": 1}, MISSING)),
                ("x[1].p", ("x[0].p", "changed", 2, 3)),
            ],
            id="not by a name that many have",
        ),
        pytest.param(
            [FLIP], [CROP], [("x[0].name", ("x[0].name", "changed", "flip", "crop"))], id="by place"
        ),
    ],
)
def test_entries_that_differ_are_paired(
    left: object, right: object, found: list[tuple[str, Shown]]
) -> None:
    assert shown_entries(left, right) == found


def test_an_entry_that_moved_and_changed_is_paired_with_no_other_name() -> None:
    left = [FLIP, CROP]
    right = [{"name": "crop", "p": 0.7}, {"name": "flip", "p": 0.9}]
    kinds = [(at, kind) for at, (_, kind, _, _) in shown_entries(left, right)]
    assert ("x[0].name", "changed") not in kinds
    assert sorted(kind for _, kind in kinds) == ["added", "changed", "removed"]


def test_mappings_that_changed_places_are_removed_and_added() -> None:
    found = [(at, kind) for at, (_, kind, _, _) in shown_entries([FLIP, CROP], [CROP, FLIP])]
    assert sorted(kind for _, kind in found) == ["added", "removed"]


def test_a_long_list_that_is_shifted_by_one_has_two_changes() -> None:
    left: list[object] = [f"img_{n}" for n in range(50_000)]
    found = shown_entries(left, [*left[1:], "img_new"])
    assert [(at, kind) for at, (_, kind, _, _) in found] == [
        ("x[0]", "removed"),
        ("x[49999]", "added"),
    ]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([f"a{n}" for n in range(20_000)], [f"a{n}" for n in range(20_000)][::-1]),
        ([n % 2 for n in range(20_000)], [n % 3 for n in range(20_000)]),
        (["s"] * 20_000, ["s", "t"] * 10_000),
        ([{"k": n % 9} for n in range(9_000)], [{"k": n % 7} for n in range(9_000)]),
        ([{"k": n, "p": n} for n in range(9_000)], [{"k": n, "p": 0} for n in range(5, 9_000)]),
    ],
    ids=["reversed", "repeated numbers", "one entry repeated", "repeated mappings", "all changed"],
)
def test_long_lists_are_compared_in_bounded_time(left: list[object], right: list[object]) -> None:
    begin = time.perf_counter()
    assert list_changes(Difference((), "changed", left, right))
    assert time.perf_counter() - begin < 5  # a fraction of a second; the old way took hours


def test_many_entries_that_all_changed_are_followed_when_one_is_gone() -> None:
    left: list[object] = [{"k": n, "p": n} for n in range(1_000)]
    right: list[object] = [{"k": n, "p": -1} for n in range(1, 1_000)]
    found = shown_entries(left, right)
    assert found[:2] == [
        ("x[0]", ("x[0]", "removed", {"k": 0, "p": 0}, MISSING)),
        ("x[1].p", ("x[0].p", "changed", 1, -1)),
    ]
    assert len(found) == 1_000
