"""Merging and `extends` as anyone would first write them, and a check for shared mutable parts."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import cast

import yaml

SECTIONS = ("targets", "sources")
Read = Callable[[str], Mapping[object, object]]
"""What the file at a path says; the path is relative to where the first one is."""


def naive_merge(base: object, override: object) -> object:
    if not isinstance(base, dict) or not isinstance(override, dict):
        return override
    kept = {key: item for key, item in base.items() if key not in override}
    return kept | {
        key: naive_merge(base[key], item) if key in base else item for key, item in override.items()
    }


def naive_resolve(read: Read, path: str) -> dict[object, object]:
    """Return what the file resolves to; a cycle is a `RecursionError`."""
    merged: object = {}
    for layer in (*(naive_resolve(read, base) for base in bases_of(read, path)), own(read, path)):
        merged = naive_merge(merged, layer)
    return cast("dict[object, object]", merged)


def naive_fusion(read: Read, path: str) -> dict[object, object]:
    """Return what the fusion file resolves to, its two lists merged by name; null says nothing."""
    merged: dict[object, object] = {}
    for layer in (*(naive_fusion(read, base) for base in bases_of(read, path)), own(read, path)):
        said = {
            key: value for key, value in layer.items() if key not in SECTIONS or value is not None
        }
        sections = {key: _by_name(merged.get(key), said[key]) for key in SECTIONS if key in said}
        merged = cast("dict[object, object]", naive_merge(merged, said)) | sections
    return merged


def bases_of(read: Read, path: str) -> list[str]:
    """Return the paths that the file extends."""
    extends = cast("str | list[str] | None", read(path).get("extends")) or []
    written = [extends] if isinstance(extends, str) else extends
    return [posixpath.normpath(posixpath.join(posixpath.dirname(path), base)) for base in written]


def own(read: Read, path: str) -> dict[object, object]:
    """Return what the file itself says, `extends` left out."""
    return {key: value for key, value in read(path).items() if key != "extends"}


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


def _by_name(base: object, override: object) -> object:
    if not override:
        return []
    entries = {_name(entry): entry for entry in cast("list[dict[str, object]]", base or [])}
    for entry in cast("list[dict[str, object]]", override):
        name = _name(entry)
        entries[name] = cast("dict[str, object]", naive_merge(entries.get(name, {}), entry))
    return list(entries.values())


def _name(entry: Mapping[str, object]) -> object:
    name = entry.get("name")
    return entry["dataset"] if name is None else name


def naive_load(text: str, merge_keys: str) -> object:
    """Return what the text says, with each `<<` merged by the rule that is named.

    Of the mappings of one `<<` the first or the last counts, of two `<<` the last, and what a
    mapping says itself over all of them.
    """

    class Loader(yaml.SafeLoader):
        def flatten_mapping(self, node: yaml.MappingNode) -> None:
            merged: list[object] = []
            own: list[object] = []
            for key, value in node.value:
                if key.tag != "tag:yaml.org,2002:merge":
                    own.append((key, value))
                    continue
                many = [*value.value] if isinstance(value, yaml.SequenceNode) else [value]
                for each in many if merge_keys == "last" else reversed(many):
                    self.flatten_mapping(each)
                    merged += each.value
            node.value = merged + own
            super().flatten_mapping(node)  # for the key `=`

    return yaml.load(text, Loader)  # noqa: S506 - a safe one
