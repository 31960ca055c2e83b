"""Walks the nodes of one YAML text, each with its path."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from migration.values.keypath import Index, KeyPath
from migration.yaml.load import key_of
from migration.yaml.marks import Origin
from migration.yaml.merge_keys import MERGE, MergingConstructor


def walk_nodes(
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


def place_of(node: yaml.Node, path: str) -> Origin:
    """Return where a node of the text at the path begins."""
    return Origin(path, node.start_mark.line + 1, node.start_mark.column + 1)
