"""YAML that silently means something else than it looks like.

That is duplicate keys, and plain scalars that YAML 1.1 reads as another value than a person does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass

import yaml

from migration.errors import Fault
from migration.values.describe import describe_value
from migration.values.keypath import Index, KeyPath
from migration.yaml.load import key_of
from migration.yaml.marks import Origin
from migration.yaml.merge_keys import MERGE, MergingConstructor, Pair
from migration.yaml.numbers import may_be_number
from migration.yaml.parsers import compose, reads_alike
from migration.yaml.plain import describe_misreading
from migration.yaml.refusals import refusing
from migration.yaml.rules import NO_RULES, YamlRules

_ANCHOR = re.compile(r"&\S+\s+")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A key that its mapping has twice: both positions, and the value that is dropped."""

    path: KeyPath
    origin: Origin
    dropped: Origin
    dropped_value: object
    merged: tuple[Duplicate, ...] = ()
    """For a `<<`: each key whose value differs from that of an earlier `<<`."""


@dataclass(frozen=True, slots=True)
class Misread:
    """A plain scalar, value or key, that is not what it looks like, and what it is.

    `why` is empty for a text that is what it looks like unless it replaces a number.
    """

    path: KeyPath
    origin: Origin
    written: str
    why: str
    is_key: bool = False


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
    with refusing(text, path):
        yield from _duplicates(text, path, rules)


def find_misreadings(text: str, path: str, rules: YamlRules = NO_RULES) -> Iterator[Misread]:
    """Yield each plain scalar of an accepted text that YAML 1.1 reads as another type.

    Raises:
        MigrationError: as `duplicates`.
    """
    with refusing(text, path):
        loader, root = compose(text, rules, is_alike=reads_alike(text))
        for at, node, is_key in _nodes(loader, root):
            if not _is_plain(node, text):
                continue
            why = describe_misreading(node.value, is_key=is_key)
            if why or may_be_number(node.value):
                yield Misread(at, _origin(node, path), node.value, why or "", is_key)


def _duplicates(text: str, path: str, rules: YamlRules) -> Iterator[Duplicate]:
    loader, root = compose(text, rules, is_alike=reads_alike(text))
    found: list[tuple[KeyPath, yaml.Node, yaml.Node, yaml.Node]] = []
    merging: list[tuple[KeyPath, list[Pair], Collection[Hashable]]] = []
    for at, node, _ in _nodes(loader, root):
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
        yield Duplicate(at, _origin(again, path), _origin(first, path), dropped)
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
                lost.append(Duplicate((*at, key), _origin(again, path), _origin(first, path), said))
        values = {each.path[-1]: each.dropped_value for each in lost}
        places = _origin(key_node, path), _origin(before, path)
        yield Duplicate((*at, "<<"), *places, values, tuple(lost))
        given |= found
        before = key_node


def _nodes(
    loader: MergingConstructor, root: yaml.Node | None
) -> Iterator[tuple[KeyPath, yaml.Node, bool]]:
    """Yield each node with its path, and whether it is a key, in the text's order.

    No node is yielded twice because of an alias.
    """
    pending: list[tuple[KeyPath, yaml.Node, bool]] = [((), root, False)] if root else []
    visited: set[int] = set()
    while pending:
        path, node, is_key = pending.pop()
        if id(node) in visited:
            continue
        visited.add(id(node))
        yield path, node, is_key
        inner: list[tuple[KeyPath, yaml.Node, bool]] = []
        if isinstance(node, yaml.SequenceNode):
            inner = [((*path, Index(n)), item, False) for n, item in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            for key_node, value_node in node.value:
                at = path if key_node.tag == MERGE else (*path, key_of(loader, key_node))
                inner += [(at, key_node, True), (at, value_node, False)]
        pending += reversed(inner)


def _is_plain(node: yaml.Node, text: str) -> bool:
    """Tell whether the node is a scalar without quotes or a tag."""
    # libyaml gives a plain scalar the style '', PyYAML's own parser gives it none.
    if not isinstance(node, yaml.ScalarNode) or node.style or not node.value:
        return False
    start = node.start_mark.index
    anchor = _ANCHOR.match(text, start)
    return not text.startswith("!", anchor.end() if anchor else start)


def _origin(node: yaml.Node, path: str) -> Origin:
    return Origin(path, node.start_mark.line + 1, node.start_mark.column + 1)
