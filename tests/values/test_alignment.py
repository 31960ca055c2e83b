from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.values.alignment import align_tokens, gaps_between


@given(st.lists(st.integers(0, 6), max_size=12), st.lists(st.integers(0, 6), max_size=12))
def test_pairs_are_equal_and_increase_on_both_sides(left: list[int], right: list[int]) -> None:
    pairs = align_tokens(left, right)
    assert all(left[i] == right[j] for i, j in pairs)
    assert all(i < k and j < n for (i, j), (k, n) in pairwise(pairs))


@given(st.lists(st.integers(0, 3), max_size=10))
def test_equal_sequences_are_paired_whole(tokens: list[int]) -> None:
    assert align_tokens(tokens, tokens) == [(n, n) for n in range(len(tokens))]


@given(st.permutations(range(9)), st.permutations(range(9)))
def test_tokens_that_stand_once_are_paired_as_often_as_possible(
    left: list[int], right: list[int]
) -> None:
    longest = [[0] * 10 for _ in range(10)]
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            before = longest[i][j] + 1 if a == b else 0
            longest[i + 1][j + 1] = max(before, longest[i][j + 1], longest[i + 1][j])
    # Equal ends are always part of a longest run.
    assert len(align_tokens(left, right)) == longest[9][9]


@pytest.mark.parametrize(
    ("left", "right", "number"),
    [
        ("abab", "baba", 3),
        ("aab", "abb", 2),
        ("", "a", 0),
        ("xay", "ybx", 1),
        ("ab" * 2_000, "ba" * 2_000, 3_999),
    ],
)
def test_repeated_tokens_are_paired_in_order(left: str, right: str, number: int) -> None:
    assert len(align_tokens(left, right)) == number


def test_the_search_for_a_shortest_edit_gives_way_to_counting() -> None:
    left, right = [n * n % 97 for n in range(9_000)], [n * n * n % 97 for n in range(9_000)]
    pairs = align_tokens(left, right)
    assert len(pairs) > 97
    assert all(left[i] == right[j] for i, j in pairs)


def test_gaps_that_are_empty_on_both_sides_are_left_out() -> None:
    assert gaps_between([(0, 0), (1, 1)], (0, 2, 0, 3)) == [(2, 2, 2, 3)]
