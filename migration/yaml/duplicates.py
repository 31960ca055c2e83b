"""Finds keys that a mapping has twice; PyYAML keeps the last value of each without a word."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass

import yaml

from migration.errors import Fault
from migration.values.describe import describe_value
from migration.values.keypath import KeyPath
from migration.yaml.load import key_of
from migration.yaml.marks import Origin
from migration.yaml.merge_keys import MERGE, MergingConstructor, Pair
from migration.yaml.nodes import place_of, walk_nodes
from migration.yaml.parsers import compose, reads_alike
from migration.yaml.refusals import refusing
from migration.yaml.rules import NO_RULES, YamlRules


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A key that its mapping has twice: both positions, and the value that is dropped."""

    path: KeyPath
    origin: Origin
    dropped: Origin
    dropped_value: object
    merged: tuple[Duplicate, ...] = ()
    """For a `<<`: each key whose value differs from that of an earlier `<<`."""


def duplicate_faults(text: str, path: str, hint: str) -> Iterator[Fault]:
    """Yield a fault for each key that its mapping already has."""
    for found in find_duplicates(text, path):
        at, message = found.origin, f"duplicate key {describe_value(found.path[-1])}"
        yield Fault(message, at.path, at.line, at.column, hint)


def find_duplicates(text: str, path: str, rules: YamlRules = NO_RULES) -> Iterator[Duplicate]:
    """Yield each key that its mapping already has, in a text that `load_mapping` accepts.

    PyYAML silently keeps the last value. A key merged by `<<` is no duplicate, a second `<<` is.

    Raises:
        MigrationError: the text has changed since, and is refused.
    """
    with refusing(text, path, rules):
        yield from _duplicates(text, path, rules)


def _duplicates(text: str, path: str, rules: YamlRules) -> Iterator[Duplicate]:
    loader, root = compose(text, rules, is_alike=reads_alike(text))
    found: list[tuple[KeyPath, yaml.Node, yaml.Node, yaml.Node]] = []
    merging: list[tuple[KeyPath, list[Pair], Collection[Hashable]]] = []
    for at, node, _ in walk_nodes(loader, root):
        if not isinstance(node, yaml.MappingNode):
            continue
        seen: dict[Hashable, Pair] = {}
        merges: list[Pair] = []
        for key_node, value_node in node.value:
            if key_node.tag == MERGE:
                merges.append((key_node, value_node))
                continue
            key = key_of(loader, key_node)
            if key in seen:
                found.append(((*at, key), key_node, *seen[key]))
            seen[key] = key_node, value_node
        if len(merges) > 1:
            merging.append((at, merges, seen.keys()))
    # After the walk, since building a value moves merged keys in among the keys of its mapping.
    for at, again, first, value in found:
        dropped = loader.construct_object(value, deep=True)
        yield Duplicate(at, place_of(again, path), place_of(first, path), dropped)
    for at, merges, own in merging:
        yield from _merged_again(loader, at, merges, own, path)


def _merged_again(
    loader: MergingConstructor,
    at: KeyPath,
    merges: Sequence[Pair],
    own: Collection[Hashable],
    path: str,
) -> Iterator[Duplicate]:
    """Yield each `<<` of a mapping but the first, with the values that it overrides."""
    (before, value), *others = merges
    given = loader.merged_by(value)
    for key_node, value_node in others:
        lost: list[Duplicate] = []
        found = loader.merged_by(value_node)
        for key in [key for key in given if key in found and key not in own]:
            (first, dropped), (again, kept) = given[key], found[key]
            if not loader.are_alike(dropped, kept):
                said = loader.construct_object(dropped, deep=True)
                lost.append(
                    Duplicate((*at, key), place_of(again, path), place_of(first, path), said)
                )
        values = {each.path[-1]: each.dropped_value for each in lost}
        places = place_of(key_node, path), place_of(before, path)
        yield Duplicate((*at, "<<"), *places, values, tuple(lost))
        given |= found
        before = key_node
