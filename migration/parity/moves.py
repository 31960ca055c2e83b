"""Finds which new config each config that is gone has become, and pairs none where that is open.

What a config is compared with, a baseline or a file, is decided elsewhere.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from migration.parity.path_ends import pair_folders, score_ends
from migration.values.diff import Difference, diff, list_leaves

_MOST_PAIRS = 1_000
_MOST_ALIKE = 10_000

Scores: TypeAlias = Mapping[tuple[str, str], int]
"""A config that is gone, and a new path -> how much speaks for it, more being better."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A config at a path: the digest of all that counts of it, and its value on demand."""

    path: str
    digest: str
    read: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Moves:
    """Each config that is gone -> the path to which it moved (`found`), or may have (`doubtful`).

    The paths of a doubtful one are equally like it, or no more like it than another config.
    """

    found: Mapping[str, str]
    doubtful: Mapping[str, tuple[str, ...]]

    def has_path(self, name: str) -> bool:
        """Tell whether there is a path for a config, be it in doubt."""
        return name in self.found or name in self.doubtful


def find_moves(
    gone: Mapping[str, Candidate],
    new: Iterable[Candidate],
    *,
    unread: Collection[str] = (),
    known: Collection[str] = (),
    measure_to_others: Callable[[Candidate], int | None] = lambda _: None,
) -> Moves:
    """Return where the configs that are gone seem to have moved.

    That is the new config with the same values, else the one at its place in a folder to which
    others moved, else the one with the fewest differences, if more than half of the values are the
    same. Of several that are equally alike none is found. `unread` are new paths without a value.
    A config whose digest is `known` is one that is there, and `measure_to_others` measures the
    distance to the nearest of those: a config has become no other that is as near to one of them.
    """
    if not gone:
        return Moves({}, {})
    free = {each.path: each for each in new}
    moves = _pair_same_values(gone, free, {*free, *unread})
    while True:
        taken = {*moves.found.values(), *(p for paths in moves.doubtful.values() for p in paths)}
        left = {name: e for name, e in gone.items() if not moves.has_path(name)}
        rest = [e for path, e in free.items() if path not in taken and e.digest not in known]
        near = _pair_near(left, rest, measure_to_others)
        found = {**moves.found, **near.found}
        if not near.found or not _are_many(left, rest):
            return Moves(found, {**moves.doubtful, **near.doubtful})
        # Without those, there may be few enough to compare each with each.
        moves = Moves(found, moves.doubtful)


def _pair_same_values(
    gone: Mapping[str, Candidate], free: Mapping[str, Candidate], paths: Collection[str]
) -> Moves:
    """Pair the configs with the same values, and those at their places in folders that moved."""
    same = _score_same_values(gone, free)
    found = pair_best(same)
    places = _score_places(gone, {*paths} - {*found.values()}, found)
    # Where values decide between some paths, a place decides among these alone.
    tied = {each for pair in _leave(same, found) for each in pair}
    found |= pair_best(
        {each: score for each, score in places.items() if each in same or not tied & {*each}}
    )
    found |= pair_best(_leave(same, found))
    return Moves(found, _list_best(_leave(same, found)))


def _pair_near(
    gone: Mapping[str, Candidate],
    new: Collection[Candidate],
    measure_to_others: Callable[[Candidate], int | None],
) -> Moves:
    """Pair the configs with the fewest differences, unless another one is as near."""
    near = _score_likeness(gone, new)
    paths = {path for _, path in near}
    others = {each.path: measure_to_others(each) for each in new if each.path in paths}
    sure = {
        (name, path): score
        for (name, path), score in near.items()
        if (distance := others[path]) is None or -score < distance
    }
    found = pair_best(sure)
    return Moves(found, _list_best(_leave(near, found)))


def pair_best(scores: Scores) -> dict[str, str]:
    """Return the pairs whose two sides choose each other: each is the only best one for the other.

    Once a pair is found, the rest choose again.

    >>> pair_best({("a", "x"): 2, ("a", "y"): 1, ("b", "x"): 1, ("b", "y"): 1})
    {'a': 'x', 'b': 'y'}
    >>> pair_best({("a", "x"): 1, ("a", "y"): 1, ("b", "x"): 1, ("b", "y"): 1})
    {}
    """
    found: dict[str, str] = {}
    while True:
        paths = _list_best(scores)
        names = _list_best({(path, name): score for (name, path), score in scores.items()})
        pairs = {
            name: best[0]
            for name, best in paths.items()
            if len(best) == 1 and names[best[0]] == (name,)
        }
        if not pairs:
            return found
        found |= pairs
        scores = _leave(scores, pairs)


def _list_best(scores: Scores) -> dict[str, tuple[str, ...]]:
    """Return each first part -> the second ones with its highest score."""
    best: dict[str, int] = {}
    for (first, _), score in scores.items():
        best[first] = max(score, best.get(first, score))
    found: dict[str, tuple[str, ...]] = {}
    for (first, second), score in scores.items():
        if score == best[first]:
            found[first] = (*found.get(first, ()), second)
    return found


def _leave(scores: Scores, found: Mapping[str, str]) -> Scores:
    taken = {*found.values()}
    return {
        (name, path): score
        for (name, path), score in scores.items()
        if name not in found and path not in taken
    }


def _score_same_values(gone: Mapping[str, Candidate], new: Mapping[str, Candidate]) -> Scores:
    """Score the pairs with the same values by how many names both paths end with."""
    alike: dict[str, tuple[list[str], list[str]]] = {}
    for name, each in gone.items():
        alike.setdefault(each.digest, ([], []))[0].append(name)
    for path, each in new.items():
        if each.digest in alike:
            alike[each.digest][1].append(path)
    return {
        (name, path): score_ends(gone[name].path, path)
        for names, paths in alike.values()
        for name, path in _list_pairs(gone, names, paths)
    }


def _list_pairs(
    gone: Mapping[str, Candidate], names: list[str], paths: list[str]
) -> Iterator[tuple[str, str]]:
    """Yield the pairs of some names and paths, of very many those of one file name alone."""
    if len(names) * len(paths) <= _MOST_ALIKE:
        yield from ((name, path) for name in names for path in paths)
        return
    by_name = _group_by_name(paths)
    for name in names:
        yield from ((name, path) for path in by_name.get(posixpath.basename(gone[name].path), ()))


def _are_many(gone: Collection[str], new: Collection[Candidate]) -> bool:
    return len(gone) * len(new) > _MOST_PAIRS


def _group_by_name(paths: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Return each file name -> the paths that have it."""
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(posixpath.basename(path), []).append(path)
    return found


def _score_places(
    gone: Mapping[str, Candidate], free: Collection[str], found: Mapping[str, str]
) -> Scores:
    """Score the new paths that are a config's place in a folder to which others moved."""
    folders = Counter(
        pair for name, to in found.items() for pair in pair_folders(gone[name].path, to)
    )
    left = {name: each.path for name, each in gone.items() if name not in found}
    scores: dict[tuple[str, str], int] = {}
    for (old, new), number in folders.items():
        for name, path in left.items():
            place = posixpath.join(new, path.removeprefix(f"{old}/"))
            if path.startswith(f"{old}/") and place in free:
                scores[name, place] = max(number, scores.get((name, place), 0))
    return scores


def measure_distance(differences: Iterable[Difference]) -> int:
    """Return how unlike two values are: a key that only one of them has counts twice."""
    return sum(2 if each.kind in ("added", "removed") else 1 for each in differences)


def _score_likeness(gone: Mapping[str, Candidate], new: Collection[Candidate]) -> Scores:
    """Score by distance each pair that has more than half of its values in common."""
    values = {each.path: each.read() for each in new} if gone else {}
    is_many = _are_many(gone, new)
    by_name = _group_by_name(values)
    scores = {}
    for name, each in gone.items():
        value = each.read()
        size = len([*list_leaves(value)])
        # Of very many, those of the same file name alone are compared.
        for path in by_name.get(posixpath.basename(each.path), ()) if is_many else values:
            differences = diff(value, values[path])
            if 2 * len(differences) < size:
                scores[name, path] = -measure_distance(differences)
    return scores
