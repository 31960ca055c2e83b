"""Finds which entries of two lists are the same entry with other content.

Entries that are equal are `alignment`'s part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

from migration.values.alignment import Pair, common_length, gaps_between, longest_increasing
from migration.values.canonical import compact_text
from migration.values.diff import list_leaves
from migration.values.keypath import format_path

_Range: TypeAlias = tuple[int, int, int, int]

_MOST_CELLS: Final = 2_500
"""How many pairs of one run are weighed one by one."""
_MOST_CELLS_OF_ALL: Final = 20_000
_ANY_PAIR: Final = 1e-6
"""The weight of two entries that are at most in the same place."""
_SAME_PLACE: Final = 1e-9


def name_of(entry: object) -> str | int | None:
    """Return the name of an entry: its `name`, else its `dataset`.

    >>> name_of({"name": "flip", "p": 0.5}), name_of({"dataset": "coco"}), name_of(["flip"])
    ('flip', 'coco', None)
    """
    if not isinstance(entry, dict):
        return None
    name = entry.get("name")
    if name is None:
        name = entry.get("dataset")
    return name if type(name) in (str, int) else None


def pair_entries(
    left: Sequence[object], right: Sequence[object], equal: Sequence[Pair]
) -> list[Pair]:
    """Return the pairs of entries that differ, in order, given those that are equal.

    Between two equal entries, entries are paired by name, else by how much they have in common,
    else by place. A name counts if each list has it once; such an entry is paired with no other.
    """
    pairing = _Pairing(left, right, _names_once(left) & _names_once(right))
    whole = (0, len(left), 0, len(right))
    return sorted(pair for gap in gaps_between(equal, whole) for pair in pairing.pair_gap(gap))


@dataclass(slots=True)
class _Pairing:
    """Pairs the entries of one run after another; of many, few are weighed one by one."""

    left: Sequence[object]
    right: Sequence[object]
    names: frozenset[Hashable]
    """The names that each list has once."""
    cells: int = 0

    def pair_gap(self, gap: _Range) -> Iterator[Pair]:
        """Yield the pairs within a range in which no entries are equal."""
        i1, i2, j1, j2 = gap
        if i1 == i2 or j1 == j2:
            return
        lefts = {_token(self.left[i]): i for i in range(i1, i2)}
        rights = {_token(self.right[j]): j for j in range(j1, j2)}
        common = (name for name in lefts if name in rights and name in self.names)
        named = longest_increasing((lefts[name], rights[name]) for name in common)
        yield from named
        for inner in gaps_between(named, gap):
            yield from self._pair_alike(inner)

    def _pair_alike(self, gap: _Range) -> Iterator[Pair]:
        """Yield the pairs of entries by what they have in common, else by place."""
        i1, i2, j1, j2 = gap
        lefts = [i for i in range(i1, i2) if _token(self.left[i]) not in self.names]
        rights = [j for j in range(j1, j2) if _token(self.right[j]) not in self.names]
        left = [_Entry(self.left[i]) for i in lefts]
        right = [_Entry(self.right[j]) for j in rights]
        cells = len(lefts) * len(rights)
        if cells <= 1:
            found = [(0, 0)] * cells
        elif cells <= _MOST_CELLS and self.cells + cells <= _MOST_CELLS_OF_ALL:
            self.cells += cells
            found = _pair_by_weight(left, right)
        else:
            found = _pair_by_rare_parts(left, right)
        yield from ((lefts[i], rights[j]) for i, j in found)


def _token(entry: object) -> Hashable:
    name = name_of(entry)
    return None if name is None else (type(name), name)


def _names_once(entries: Sequence[object]) -> frozenset[Hashable]:
    counts = Counter(map(_token, entries))
    return frozenset(name for name, count in counts.items() if name and count == 1)


@dataclass(frozen=True)
class _Entry:
    """An entry, with its parts: the leaves of a mapping, or the entries of a list."""

    value: object

    @cached_property
    def parts(self) -> Mapping[Hashable, int]:
        """How often the entry has each part, at any depth of mappings."""
        if isinstance(self.value, dict):
            leaves = list_leaves(self.value)
            return Counter((format_path(path), compact_text(leaf)) for path, leaf in leaves)
        if isinstance(self.value, list):
            return Counter(map(compact_text, self.value))
        return {}

    @cached_property
    def paths(self) -> frozenset[Hashable]:
        """The paths of the leaves of a mapping."""
        return frozenset(part[0] for part in self.parts if isinstance(part, tuple))

    def weigh(self, other: _Entry) -> float:
        """Return how much two entries have in common, from nothing to 1."""
        if type(self.value) is not type(other.value):
            return 0.0
        if isinstance(self.value, str) and isinstance(other.value, str):
            return _weigh_texts(self.value, other.value)
        most = max(sum(self.parts.values()), sum(other.parts.values()), 1)
        alike = sum(min(count, other.parts.get(part, 0)) for part, count in self.parts.items())
        return (alike + len(self.paths & other.paths) / 4) / (most * 5 / 4)


def _weigh_texts(left: str, right: str) -> float:
    """Return which part of the longer text is equal at the beginning and at the end."""
    ends = common_length(left, right) + common_length(left[::-1], right[::-1])
    alike = min(ends, len(left), len(right)) / max(len(left), len(right), 1)
    return alike if alike >= 0.5 else 0.0  # noqa: PLR2004


def _pair_by_weight(left: Sequence[_Entry], right: Sequence[_Entry]) -> list[Pair]:
    """Return the pairs, increasing on both sides, that weigh the most together."""
    # Squared, so that one good pair counts more than two poor ones.
    weights = [
        [
            a.weigh(b) ** 2 + _ANY_PAIR + (_SAME_PLACE if i == j else 0.0)
            for j, b in enumerate(right)
        ]
        for i, a in enumerate(left)
    ]
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    """The most that the entries from i and j on can weigh."""
    for i in range(len(left))[::-1]:
        for j in range(len(right))[::-1]:
            paired = weights[i][j] + best[i + 1][j + 1]
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs: list[Pair] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if best[i][j] == weights[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _pair_by_rare_parts(left: Sequence[_Entry], right: Sequence[_Entry]) -> list[Pair]:
    """Return the pairs with the most parts that both sides have once, then those by place."""
    left_owners, right_owners = _owners(left), _owners(right)
    votes: list[Counter[int]] = [Counter() for _ in left]
    for part, i in left_owners.items():
        if part in right_owners:
            votes[i][right_owners[part]] += 1
    elected = ((i, each.most_common(1)[0][0]) for i, each in enumerate(votes) if each)
    pairs = longest_increasing(elected)
    for i1, i2, j1, j2 in gaps_between(pairs, (0, len(left), 0, len(right))):
        pairs += zip(range(i1, i2), range(j1, j2), strict=False)
    return pairs


def _owners(entries: Sequence[_Entry]) -> Mapping[Hashable, int]:
    """Return the entry of each part that only one entry has."""
    counts: Counter[Hashable] = Counter()
    for entry in entries:
        counts.update({*entry.parts})
    return {part: n for n, entry in enumerate(entries) for part in entry.parts if counts[part] == 1}
