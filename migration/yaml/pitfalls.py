"""YAML that silently means something else than it looks like.

That is duplicate keys, and plain scalars that YAML 1.1 reads as another type.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import yaml

from migration.errors import Fault
from migration.values.describe import describe_value
from migration.values.keypath import Index, KeyPath
from migration.yaml.load import key_of
from migration.yaml.marks import Origin
from migration.yaml.merge_keys import MERGE, MergingConstructor, Pair
from migration.yaml.parsers import compose, reads_alike
from migration.yaml.refusals import refusing
from migration.yaml.rules import NO_RULES, YamlRules

_NUMBER = re.compile(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?")
_OCTAL = re.compile(r"[-+]?0o?[0-7_]+")
_ANCHOR = re.compile(r"&\S+\s+")
_SWITCHES: Final = ("yes", "no", "on", "off")


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
    """A plain scalar, value or key, that is not what it looks like, and what it is."""

    path: KeyPath
    origin: Origin
    written: str
    why: str


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
        for at, node in _nodes(loader, root):
            if _is_plain(node, text) and (why := describe_misreading(node.value)):
                yield Misread(at, _origin(node, path), node.value, why)


def _duplicates(text: str, path: str, rules: YamlRules) -> Iterator[Duplicate]:
    loader, root = compose(text, rules, is_alike=reads_alike(text))
    found: list[tuple[KeyPath, yaml.Node, yaml.Node, yaml.Node]] = []
    merging: list[tuple[KeyPath, list[Pair], Collection[Hashable]]] = []
    for at, node in _nodes(loader, root):
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


@lru_cache(maxsize=4096)
def describe_misreading(written: str) -> str | None:
    """Return how YAML 1.1 reads a plain scalar, None if it is what it looks like.

    >>> describe_misreading("1e-5")
    '1e-5 is a string in YAML 1.1: a float needs a dot and a signed exponent, 1.0e-5'
    >>> describe_misreading("017")
    '017 is 15 in YAML 1.1, an octal number'
    >>> describe_misreading("1:30"), describe_misreading("1.0e-5")
    ('1:30 is 90 in YAML 1.1, a number to base 60', None)
    """
    value = read_plain(written)
    match value:
        case bool() if written.lower() in _SWITCHES:
            return f"{written} is the boolean {str(value).lower()} in YAML 1.1: quote it for text"
        case int() | float() if ":" in written:
            return f"{written} is {value} in YAML 1.1, a number to base 60"
        case int() if _OCTAL.fullmatch(written) and str(value) != written.lstrip("+-0_"):
            return f"{written} is {value} in YAML 1.1, an octal number" if value else None
        case dt.date():
            return f"{written} is a date in YAML 1.1: quote it for text"
        case str() if _NUMBER.fullmatch(written) or _OCTAL.fullmatch(written):
            return f"{written} is a string in YAML 1.1{_as_number(written)}"
    return None


def read_plain(written: str) -> object:
    """Return the value of a plain scalar in YAML 1.1, None if the text is not one."""
    try:
        return yaml.safe_load(written) if written.strip() == written else None
    except (yaml.YAMLError, ValueError):
        return None


def _as_number(written: str) -> str:
    mantissa, exponent, power = written.lower().partition("e")
    if not exponent:
        return ", not a number"
    mantissa += "" if "." in mantissa else ".0"
    power = power if power.startswith(("-", "+")) else f"+{power}"
    return f": a float needs a dot and a signed exponent, {mantissa}e{power}"


def _nodes(
    loader: MergingConstructor, root: yaml.Node | None
) -> Iterator[tuple[KeyPath, yaml.Node]]:
    """Yield each node with its path, keys too, in the text's order; no node twice by an alias."""
    pending: list[tuple[KeyPath, yaml.Node]] = [((), root)] if root else []
    visited: set[int] = set()
    while pending:
        path, node = pending.pop()
        if id(node) in visited:
            continue
        visited.add(id(node))
        yield path, node
        inner: list[tuple[KeyPath, yaml.Node]] = []
        if isinstance(node, yaml.SequenceNode):
            inner = [((*path, Index(n)), item) for n, item in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            for key_node, value_node in node.value:
                at = path if key_node.tag == MERGE else (*path, key_of(loader, key_node))
                inner += [(at, key_node), (at, value_node)]
        pending += reversed(inner)


def _is_plain(node: yaml.Node, text: str) -> bool:
    """Tell whether the node is a scalar without quotes or a tag."""
    if not isinstance(node, yaml.ScalarNode) or not node.value:
        return False
    start = node.start_mark.index
    anchor = _ANCHOR.match(text, start)
    return text.startswith(node.value, anchor.end() if anchor else start)


def _origin(node: yaml.Node, path: str) -> Origin:
    return Origin(path, node.start_mark.line + 1, node.start_mark.column + 1)
