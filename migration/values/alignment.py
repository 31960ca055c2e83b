"""Aligns two sequences of tokens: finds which token on the left is which one on the right.

Both sides keep their order. The time is near n log n for any input, repeated tokens included.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import Final, TypeAlias

Pair: TypeAlias = tuple[int, int]
"""A position on the left, and one on the right."""
_Range: TypeAlias = tuple[int, int, int, int]

_MOST_LEVELS: Final = 20
_MOST_STEPS: Final = 300_000
"""How many steps the search for a shortest edit may take, over all parts of one alignment."""


def align_tokens(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[Pair]:
    """Return pairs of positions with equal tokens, increasing on both sides.

    Equal ends are paired first, then the tokens that both sides have once, and then, between
    these, the other tokens by a shortest edit. If that takes too long, the nth token of a kind is
    paired with the nth one.

    >>> align_tokens("abxcd", "axbd")
    [(0, 0), (2, 1), (4, 3)]
    """
    pairs: list[Pair] = []
    steps = _MOST_STEPS
    pending: list[tuple[int, _Range]] = [(0, (0, len(left), 0, len(right)))]
    while pending:
        level, (i1, i2, j1, j2) = pending.pop()
        while i1 < i2 and j1 < j2 and left[i1] == right[j1]:
            pairs.append((i1, j1))
            i1, j1 = i1 + 1, j1 + 1
        while i1 < i2 and j1 < j2 and left[i2 - 1] == right[j2 - 1]:
            i2, j2 = i2 - 1, j2 - 1
            pairs.append((i2, j2))
        part = (i1, i2, j1, j2)
        anchors = _pair_unique(left, right, part) if level < _MOST_LEVELS else []
        if anchors:
            pairs += anchors
            pending += [(level + 1, gap) for gap in gaps_between(anchors, part)]
        else:
            found, steps = _pair_repeated(left, right, part, steps)
            pairs += found
    return sorted(pairs)


def common_length(left: Sequence[object], right: Sequence[object]) -> int:
    """Return how many characters, or entries, two sequences have in common at their beginning.

    >>> common_length("abxcd", "abyd")
    2
    """
    pairs = enumerate(zip(left, right, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(left), len(right)))


def gaps_between(pairs: Iterable[Pair], part: tuple[int, int, int, int]) -> list[_Range]:
    """Return the ranges before, between and after the pairs that are not empty on both sides.

    >>> gaps_between([(1, 1), (4, 2)], (0, 5, 0, 4))
    [(0, 1, 0, 1), (2, 4, 2, 2), (5, 5, 3, 4)]
    """
    i1, i_end, j1, j_end = part
    gaps = []
    for i2, j2 in (*pairs, (i_end, j_end)):
        if i1 < i2 or j1 < j2:
            gaps.append((i1, i2, j1, j2))
        i1, j1 = i2 + 1, j2 + 1
    return gaps


def longest_increasing(pairs: Iterable[Pair]) -> list[Pair]:
    """Return the longest run of pairs that increases on both sides; the left increases already.

    >>> longest_increasing([(0, 3), (1, 0), (2, 1), (3, 2)])
    [(1, 0), (2, 1), (3, 2)]
    """
    ends: list[int] = []
    """The lowest right position at which a run of each length ends."""
    last: list[int] = []
    """The number of the pair there."""
    known: list[tuple[Pair, int | None]] = []
    """Each pair, and the number of the pair before it in its run."""
    for number, pair in enumerate(pairs):
        length = bisect_left(ends, pair[1])
        known.append((pair, last[length - 1] if length else None))
        if length == len(ends):
            ends.append(pair[1])
            last.append(number)
        else:
            ends[length], last[length] = pair[1], number
    run: list[Pair] = []
    at = last[-1] if last else None
    while at is not None:
        pair, at = known[at]
        run.append(pair)
    return run[::-1]


def _pair_unique(left: Sequence[Hashable], right: Sequence[Hashable], part: _Range) -> list[Pair]:
    """Return the pairs of tokens that each side has once within the part."""
    i1, i2, j1, j2 = part
    lefts, rights = Counter(left[i1:i2]), Counter(right[j1:j2])
    places = {right[j]: j for j in range(j1, j2) if rights[right[j]] == 1}
    once = [
        (i, places[left[i]]) for i in range(i1, i2) if lefts[left[i]] == 1 and left[i] in places
    ]
    return longest_increasing(once)


def _pair_repeated(
    left: Sequence[Hashable], right: Sequence[Hashable], part: _Range, steps: int
) -> tuple[list[Pair], int]:
    """Pair tokens that repeat on at least one side; return the pairs, and the steps left."""
    i1, i2, j1, j2 = part
    shared = {*left[i1:i2]} & {*right[j1:j2]}
    lefts = [i for i in range(i1, i2) if left[i] in shared]
    rights = [j for j in range(j1, j2) if right[j] in shared]
    if not shared:
        return [], steps
    tokens = [left[i] for i in lefts], [right[j] for j in rights]
    found, steps = _shortest_edit(*tokens, steps)
    if found is None:
        found = _pair_by_count(*tokens)
    return [(lefts[i], rights[j]) for i, j in found], steps


def _pair_by_count(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[Pair]:
    """Return the nth token of each kind on the left with the nth one on the right, in order."""
    places: dict[Hashable, list[int]] = defaultdict(list)
    for j in range(len(right))[::-1]:
        places[right[j]].append(j)
    pairs = ((i, places[token].pop()) for i, token in enumerate(left) if places[token])
    return longest_increasing(pairs)


def _shortest_edit(
    left: Sequence[Hashable], right: Sequence[Hashable], steps: int
) -> tuple[list[Pair] | None, int]:
    """Return the pairs that a shortest edit keeps (Myers), None if it takes too many steps."""
    reach = {1: 0}
    """How far on the left each diagonal has come; diagonals are left minus right."""
    trace: list[dict[int, int]] = []
    for edits in range(len(left) + len(right) + 1):
        trace.append({**reach})
        steps -= len(reach)
        for diagonal in range(-edits, edits + 1, 2):
            is_down = diagonal == -edits or (
                diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]
            )
            i = reach[diagonal + 1] if is_down else reach[diagonal - 1] + 1
            j = begin = i - diagonal
            while i < len(left) and j < len(right) and left[i] == right[j]:
                i, j = i + 1, j + 1
            reach[diagonal] = i
            steps -= 1 + j - begin
            if i >= len(left) and j >= len(right):
                return _read_back(trace, len(left), len(right)), steps
        if steps < 0:
            return None, 0
    return None, 0


def _read_back(trace: Sequence[dict[int, int]], i: int, j: int) -> list[Pair]:
    """Return the pairs on the way that the search took to the end."""
    pairs: list[Pair] = []
    for edits in range(len(trace))[::-1]:
        reach, diagonal = trace[edits], i - j
        is_down = diagonal == -edits or (
            diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]
        )
        before = diagonal + 1 if is_down else diagonal - 1
        i_before = reach[before]
        j_before = i_before - before
        while i > i_before and j > j_before:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        i, j = i_before, j_before
    return pairs[::-1]
