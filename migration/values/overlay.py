"""Inverts the merge: finds the smallest overlay that turns a base into a config."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

from migration.values.canonical import are_equal
from migration.values.diff import MISSING
from migration.values.keypath import KeyPath
from migration.values.merge import Config


def find_overlay(base: Mapping[Hashable, object], wanted: Mapping[Hashable, object]) -> Config:
    """Return the smallest mapping that, merged over `base`, gives `wanted`; in its key order.

    The merge gives `wanted` if and only if `list_lost_keys` yields nothing.
    """
    least: Config = {}
    for key, value in wanted.items():
        inherited = base.get(key, MISSING)
        if isinstance(inherited, dict) and isinstance(value, dict):
            if inner := find_overlay(inherited, value):
                least[key] = inner
        elif inherited is MISSING or not are_equal(inherited, value):
            least[key] = value
    return least


def list_lost_keys(
    base: Mapping[Hashable, object], wanted: Mapping[Hashable, object], at: KeyPath = ()
) -> Iterator[KeyPath]:
    """Yield each key that `base` has and `wanted` lacks; no merge can remove such a key."""
    for key, inherited in base.items():
        value = wanted.get(key, MISSING)
        if value is MISSING:
            yield (*at, key)
        elif isinstance(inherited, dict) and isinstance(value, dict):
            yield from list_lost_keys(inherited, value, (*at, key))
