"""Finds the config that another one is most like: the neighbour with the fewest differences."""

from __future__ import annotations

import heapq
import posixpath
from collections.abc import Callable, Collection, Mapping

from migration.values.alignment import common_length
from migration.values.diff import Difference, diff

_MOST_SIBLINGS = 20


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
