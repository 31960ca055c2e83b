"""Explains differences within lists: entries that moved, and mappings in the place of lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence

from migration.values.diff import MISSING, Difference, diff
from migration.values.keypath import Index, KeyPath, format_key, format_path
from migration.values.list_diff import entry_token
from migration.values.pairing import name_of

_MOST_PATHS = 3


def mapping_hint(difference: Difference) -> str | None:
    """Return that integers are keys, if one side is a mapping with such keys and one a list."""
    left, right = difference.left, difference.right
    if isinstance(left, list) and isinstance(right, dict):
        mapping, verb = right, "a mapping replaces the list; {key} is a key here, not an entry"
    elif isinstance(left, dict) and isinstance(right, list):
        mapping, verb = left, "a list replaces the mapping, in which {key} was a key, not an entry"
    else:
        return None
    first = next((key for key in mapping if type(key) is int), None)
    return None if first is None else verb.format(key=f"`{format_key(first)}`")


def moved_entry_hints(changes: Sequence[Difference]) -> Mapping[tuple[str, KeyPath], str]:
    """Return where each removed entry of a list is now, and where each added one was before.

    The entry must be the only one that is equal, or else the only one with its name; the keys are
    the kind and the path of a change.
    """
    gone, new = (
        [each for each in changes if each.kind == kind and isinstance(each.path[-1], Index)]
        for kind in ("removed", "added")
    )
    hints: dict[tuple[str, KeyPath], str] = {}
    for identify in (_identify_whole, _identify_name):
        olds = _find_unique(gone, identify, hints, "removed")
        news = _find_unique(new, identify, hints, "added")
        for identity, old in olds.items():
            if now := news.get(identity):
                what = _compare_moved(old.left, now.right)
                hints["removed", old.path] = f"moved to {format_path(now.path)}, {what}"
                hints["added", now.path] = f"moved from {format_path(old.path)}, {what}"
    return hints


def _find_unique(
    found: Iterable[Difference],
    identify: Callable[[Difference], Hashable],
    known: Collection[tuple[str, KeyPath]],
    kind: str,
) -> Mapping[Hashable, Difference]:
    """Return the entries that are not known to have moved, by an identity that no other has."""
    by_identity: dict[Hashable, list[Difference]] = defaultdict(list)
    for each in found:
        if (kind, each.path) not in known and (identity := identify(each)) is not None:
            by_identity[identity].append(each)
    return {identity: each[0] for identity, each in by_identity.items() if len(each) == 1}


def _identify_whole(found: Difference) -> Hashable:
    return found.path[:-1], entry_token(_entry_of(found))


def _identify_name(found: Difference) -> Hashable:
    name = name_of(_entry_of(found))
    return None if name is None else (found.path[:-1], type(name), name)


def _entry_of(found: Difference) -> object:
    return found.right if found.left is MISSING else found.left


def _compare_moved(left: object, right: object) -> str:
    """Return in which keys an entry that moved differs."""
    paths = [format_path(each.path) for each in diff(left, right)]
    if not paths:
        return "its value is the same"
    more = " and others" if len(paths) > _MOST_PATHS else ""
    return f"with other values: {', '.join(paths[:_MOST_PATHS])}{more}"
