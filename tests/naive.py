"""The merge rule as anyone would first write it, and a check for shared mutable parts."""

from __future__ import annotations

from collections.abc import Iterator


def naive_merge(base: object, override: object) -> object:
    if not isinstance(base, dict) or not isinstance(override, dict):
        return override
    kept = {key: item for key, item in base.items() if key not in override}
    return kept | {
        key: naive_merge(base[key], item) if key in base else item for key, item in override.items()
    }


def containers(value: object) -> Iterator[object]:
    """Give every mutable part of a value, the value included."""
    if isinstance(value, dict | list | set):
        yield value
    if isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from containers(item)


def shares_nothing(*values: object) -> bool:
    parts = [id(part) for value in values for part in containers(value)]
    return len(parts) == len(set(parts))
