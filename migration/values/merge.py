"""Merges two mappings by the one merge rule. `resolve` decides which mappings to merge."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeAlias

Config: TypeAlias = dict[Hashable, object]


def merge(base: Mapping[Hashable, object], override: Mapping[Hashable, object]) -> Config:
    """Return `override` merged over `base`.

    A mapping over a mapping merges key by key. Anything else replaces the inherited value: a list
    as a whole, `null` too, a scalar a mapping, and a mapping a scalar. Parts are shared, not
    copied.
    """
    merged = dict(base)
    for key, value in override.items():
        inherited = merged.get(key)
        if isinstance(inherited, dict) and isinstance(value, dict):
            merged[key] = merge(inherited, value)
        else:
            merged[key] = value
    return merged


def fresh(value: object) -> object:
    """Return a copy that shares no mutable part with the value, and none within itself."""
    if isinstance(value, dict):
        return {key: fresh(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(fresh(item) for item in value)
    return set(value) if isinstance(value, set) else value
