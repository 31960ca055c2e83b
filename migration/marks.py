"""Where each part of a YAML text stands: its *marks*, in the shape of its value.

What the text says is `documents`' part.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

import yaml

from migration.documents import key_of
from migration.keypath import KeyPath
from migration.nodes import compose

MAPPING: Final = "tag:yaml.org,2002:map"
SEQUENCE: Final = "tag:yaml.org,2002:seq"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value stands: a file, a line and column from 1, and for a list each entry's marks."""

    path: str
    line: int
    column: int
    items: tuple[Marks, ...] = ()

    def __str__(self) -> str:
        """Return `file:line`."""
        return f"{self.path}:{self.line}"


class _Here:
    """The key under which a mapping's marks keep the origin of the mapping itself."""


HERE: Final = _Here()
# The shape of the value, mapping for mapping, with an `Origin` for every leaf. Because mappings
# stay mappings, the rule that merges values merges their marks just as well.
Marks: TypeAlias = "Origin | MarkTree"
MarkTree: TypeAlias = "dict[Hashable, Marks]"


def origin_of(marks: Marks) -> Origin:
    """Return where the value that the marks belong to stands itself."""
    return marks if isinstance(marks, Origin) else cast("Origin", marks[HERE])


def nearest_origin(marks: Marks, path: KeyPath) -> Origin:
    """Return where the value at the path stands, or else the innermost value around it."""
    for key in path:
        if not isinstance(marks, dict) or key not in marks:
            break
        marks = marks[key]
    return origin_of(marks)


def load_marks(text: str, path: str) -> MarkTree:
    """Return the marks of a text that `load_mapping` accepts."""
    loader, node = compose(text)
    marks = _marks_of(loader, node, node, path) if node else None
    # A text that holds nothing, or `null`, counts as an empty mapping; where that stands is for
    # each parser to say, and no two agree.
    return marks if isinstance(marks, dict) else {HERE: Origin(path, 1, 1)}


def _marks_of(loader: yaml.SafeLoader, node: yaml.Node, at: yaml.Node, path: str) -> Marks:
    line, column = at.start_mark.line + 1, at.start_mark.column + 1
    if isinstance(node, yaml.MappingNode) and node.tag == MAPPING:
        loader.flatten_mapping(node)
        marks: MarkTree = {HERE: Origin(path, line, column)}
        for key_node, value_node in node.value:
            marks[key_of(loader, key_node)] = _marks_of(loader, value_node, key_node, path)
        return marks
    if isinstance(node, yaml.SequenceNode) and node.tag == SEQUENCE:
        items = tuple(_marks_of(loader, item, item, path) for item in node.value)
        return Origin(path, line, column, items)
    return Origin(path, line, column)
