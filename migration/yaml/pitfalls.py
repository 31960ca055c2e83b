"""Finds the plain scalars that YAML 1.1 reads as another value than a person does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from migration.values.keypath import KeyPath
from migration.yaml.marks import Origin
from migration.yaml.nodes import place_of, walk_nodes
from migration.yaml.numbers import may_be_number
from migration.yaml.parsers import compose, reads_alike
from migration.yaml.plain import describe_misreading
from migration.yaml.refusals import refusing
from migration.yaml.rules import NO_RULES, YamlRules

_ANCHOR = re.compile(r"&\S+\s+")


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


def find_misreadings(text: str, path: str, rules: YamlRules = NO_RULES) -> Iterator[Misread]:
    """Yield each plain scalar of an accepted text that YAML 1.1 reads as another type.

    Raises:
        MigrationError: the text has changed since, and is refused.
    """
    with refusing(text, path, rules):
        loader, root = compose(text, rules, is_alike=reads_alike(text))
        for at, node, is_key in walk_nodes(loader, root):
            if not _is_plain(node, text):
                continue
            why = describe_misreading(node.value, is_key=is_key)
            if why or may_be_number(node.value):
                yield Misread(at, place_of(node, path), node.value, why or "", is_key)


def _is_plain(node: yaml.Node, text: str) -> bool:
    """Tell whether the node is a scalar without quotes or a tag."""
    # libyaml gives a plain scalar the style '', PyYAML's own parser gives it none.
    if not isinstance(node, yaml.ScalarNode) or node.style or not node.value:
        return False
    start = node.start_mark.index
    anchor = _ANCHOR.match(text, start)
    return not text.startswith("!", anchor.end() if anchor else start)
