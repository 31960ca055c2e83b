"""The inverse of merging: the least that has to be written over a base to get a config."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

from migration.values.canonical import are_equal
from migration.values.diff import MISSING
from migration.values.keypath import KeyPath
from migration.values.merge import Config


def find_overlay(base: Mapping[Hashable, object], wanted: Mapping[Hashable, object]) -> Config:
    """Return the least that has to be merged over `base` for `wanted`, in the order of `wanted`.

    It does that exactly if there are no `lost_keys`.
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
    """Yield each key that `base` has and `wanted` lacks: nothing merged over it takes it away."""
    for key, inherited in base.items():
        value = wanted.get(key, MISSING)
        if value is MISSING:
            yield (*at, key)
        elif isinstance(inherited, dict) and isinstance(value, dict):
            yield from list_lost_keys(inherited, value, (*at, key))
