"""Finds which config another one may have been: by the same values, or by the fewest differences.

What a config is compared with, a baseline or a file, is decided elsewhere.
"""

from __future__ import annotations

import heapq
import posixpath
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from migration.errors import find_nearest
from migration.values.alignment import common_length
from migration.values.diff import Difference, diff, list_leaves

_MOST_SIBLINGS = 20
_MOST_PAIRS = 1_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A config at a path: the digest of all that counts of it, and its value on demand."""

    path: str
    digest: str
    read: Callable[[], object]


def find_moves(gone: Mapping[str, Candidate], new: Iterable[Candidate]) -> Mapping[str, str]:
    """Return each config that is gone -> the path to which it seems to have moved, if it has.

    That is the new config with the same values, else the one with the fewest differences, if more
    than half of the values are the same.
    """
    if not gone:
        return {}
    free = {each.path: each for each in new}
    found: dict[str, str] = {}
    by_digest: dict[str, list[str]] = {}
    for path, each in free.items():
        by_digest.setdefault(each.digest, []).append(path)
    for name, each in gone.items():
        same = [path for path in by_digest.get(each.digest, ()) if path in free]
        if nearest := find_nearest(each.path, same, at_least=0):
            found[name] = nearest
            del free[nearest]
    left = {name: each for name, each in gone.items() if name not in found}
    if len(left) * len(free) > _MOST_PAIRS:
        return found
    for name, each in left.items():
        if free and (alike := _find_most_alike(each, free.values())):
            found[name] = alike
            del free[alike]
    return found


def _find_most_alike(gone: Candidate, new: Iterable[Candidate]) -> str | None:
    value = gone.read()
    numbers = {each.path: len(diff(value, each.read())) for each in new}
    best = min(numbers, key=lambda path: (numbers[path], path))
    return best if 2 * numbers[best] < len([*list_leaves(value)]) else None


def choose_siblings(
    path: str, known: Mapping[str, str], list_bases: Callable[[str], Collection[str]]
) -> list[str]:
    """Return the configs in the same folder, else those of the same bases, nearest name first.

    `known` has the path of each config by its name.
    """
    folder = posixpath.dirname(path)
    near = [name for name, at in known.items() if posixpath.dirname(at) == folder]
    if not near and (bases := list_bases(path)):
        near = [name for name, at in known.items() if list_bases(at) == bases]
    return heapq.nsmallest(
        _MOST_SIBLINGS, near, key=lambda name: (-common_length(known[name], path), name)
    )


def find_nearest_sibling(
    value: object, siblings: Mapping[str, object]
) -> tuple[str, tuple[Difference, ...]] | None:
    """Return the sibling with the fewest differences from a value, and these; None without any.

    Of several, it is the first.
    """
    found = {name: diff(each, value) for name, each in siblings.items()}
    if not found:
        return None
    nearest = min(found, key=lambda name: len(found[name]))
    return nearest, found[nearest]
