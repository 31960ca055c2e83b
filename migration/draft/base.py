"""Finds the values that all presets have in common, and those that almost all of them have."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from migration.draft.base_scope import BaseScope
from migration.values.canonical import canonical_bytes
from migration.values.keypath import KeyPath, format_path
from migration.values.merge import Config

_MOST_OF = (2, 3)
"""The share of the presets that must agree on a value for it to be almost in common."""


@dataclass(frozen=True, slots=True)
class Common:
    """The values that belong into a base, and those that settings leave to the presets.

    `left`: the path of each of the latter, with the setting that says so.
    """

    values: Config
    left: tuple[tuple[KeyPath, str], ...]


@dataclass(frozen=True, slots=True)
class NearValue:
    """A value that most presets have, and the presets that have none there, or another one."""

    path: KeyPath
    value: object
    count: int
    without: tuple[str, ...]
    others: tuple[str, ...]


class SharedValues:
    """Counts which presets have which value at each key: each config is read once."""

    def __init__(self) -> None:
        """Start without presets."""
        self._presets: list[str] = []
        self._root = _Key(None)

    def add(self, preset: str, config: Config) -> None:
        """Count the values of a preset."""
        self._root.add(config, len(self._presets))
        self._presets.append(preset)

    def find_common(self, scope: BaseScope) -> Common:
        """Return what all presets have: the same key with an equal value, types included.

        A list is one value, and so is an empty mapping: a base has it only if all presets do.
        """
        values: Config = {}
        left: list[tuple[KeyPath, str]] = []
        for path, found in self._walk(self._root):
            if len(found.presets) < len(self._presets):
                continue
            if setting := scope.find_setting(path):
                left.append((path, setting))
                continue
            section = values
            for key in path[:-1]:
                section = cast("Config", section.setdefault(key, {}))
            section[path[-1]] = found.value
        return Common(values, tuple(left))

    def find_near(self, scope: BaseScope) -> tuple[NearValue, ...]:
        """Return the values that two thirds of the presets have, but not all; most presets first.

        Where settings leave a key to the presets, they do not count.
        """
        part, whole = _MOST_OF
        near = [
            self._describe(path, found)
            for path, found in self._walk(self._root)
            if len(self._presets) > len(found.presets) >= len(self._presets) * part / whole
            and not scope.find_setting(path)
        ]
        return tuple(sorted(near, key=lambda each: (-each.count, format_path(each.path))))

    def _walk(self, at: _Key, path: KeyPath = ()) -> Iterator[tuple[KeyPath, _Found]]:
        """Yield each value that any preset has, with its path, in the order of the presets."""
        for inner in at.inner.values():
            for found in inner.found.values():
                yield (*path, inner.key), found
            yield from self._walk(inner, (*path, inner.key))

    def _describe(self, path: KeyPath, found: _Found) -> NearValue:
        key = self._root
        for name in path:
            key = key.inner[_identify_key(name)]
        set_here = key.list_presets()
        rest = set(range(len(self._presets))).difference(found.presets)
        others, without = sorted(rest & set_here), sorted(rest - set_here)
        return NearValue(
            path,
            found.value,
            len(found.presets),
            tuple(self._presets[number] for number in without),
            tuple(self._presets[number] for number in others),
        )


@dataclass(slots=True)
class _Found:
    """A value, and the numbers of the presets that have it at one key."""

    value: object
    presets: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Key:
    """A key: what any preset has beneath it, and what any has as its value."""

    key: Hashable
    inner: dict[Hashable, _Key] = field(default_factory=dict)
    found: dict[Hashable, _Found] = field(default_factory=dict)

    def add(self, mapping: Mapping[Hashable, object], preset: int) -> None:
        for key, value in mapping.items():
            if key != key:  # noqa: PLR0124 - a NaN, over which no overlay can write
                continue
            name = _identify_key(key)
            inner = self.inner.get(name)
            if inner is None:
                inner = self.inner[name] = _Key(key)
            if isinstance(value, dict) and value:
                inner.add(value, preset)
            else:
                identity = _identify_value(value)
                found = inner.found.get(identity)
                if found is None:
                    found = inner.found[identity] = _Found(value)
                found.presets.append(preset)

    def list_presets(self) -> set[int]:
        """Return the presets that have the key."""
        own = (number for found in self.found.values() for number in found.presets)
        return set(own).union(*(inner.list_presets() for inner in self.inner.values()))


def _identify_key(key: Hashable) -> Hashable:
    """Return what is equal only for the same key: for Python, 1, 1.0 and true are one."""
    return key if type(key) is str else canonical_bytes(key)


def _identify_value(value: object) -> Hashable:
    """Return what is equal only for equal values; it is canonical JSON, or as good, and faster."""
    if value is None or isinstance(value, str | int):
        return type(value), value
    return (float, repr(value)) if type(value) is float else canonical_bytes(value)
