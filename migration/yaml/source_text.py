"""Reads the keys of a YAML text as a person wrote them: spelling, comments and blank lines.

What the text means is `load`'s part, putting a new text together `draft`'s.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import TypeAlias

import yaml

from migration.yaml.comments import drop_directives, read_comment, read_tail, tail_length
from migration.yaml.lifting import Lifter
from migration.yaml.load import key_of
from migration.yaml.merge_keys import MERGE, MergingConstructor
from migration.yaml.parsers import MAPPING, compose
from migration.yaml.refusals import refusing
from migration.yaml.rules import NO_RULES, YamlRules

Place: TypeAlias = tuple[int, int]
"""A line and a column from 1, as an `Origin` has them."""


@dataclass(frozen=True, slots=True)
class Written:
    """One key and its value as a file has them, with texts moved as if the key had column 1.

    Anchors are left out, and comments for the linter.
    """

    key: Hashable
    value: object
    place: Place
    lines: tuple[str, ...]
    """The key and its value, with the comments between them; none for a mapping in block style,
    or if the value is a list or a mapping elsewhere, by an alias."""
    inner: Mapping[Hashable, Written] = field(default_factory=dict)
    """The keys of a mapping."""
    name: str = ""
    """The key alone, if it is on one line."""
    is_after_blank: bool = False
    apart: tuple[str, ...] = ()
    """The paragraphs over the key that an empty line separates from it, each with that line."""
    above: tuple[str, ...] = ()
    """The comment over the key."""
    beside: str = ""
    """The comment on the line of the key, unless `lines` has it."""
    below: tuple[str, ...] = ()
    """The comment after the value; it begins with an empty line if there is one. It is indented
    like the value, but at the end of a file it can have the column of the key."""
    node: yaml.Node | None = field(default=None, compare=False, repr=False)
    """The value with the style of its parts."""

    @property
    def has_comment(self) -> bool:
        """Whether there is any comment on the key."""
        return bool(self.apart or self.above or self.beside or self.below)


@dataclass(frozen=True, slots=True)
class Fragment:
    """The keys of a file, in its order, and all keys at any depth by their places."""

    keys: Mapping[Hashable, Written]
    by_place: Mapping[Place, Written]

    def split_header(self, inheritance_key: str) -> tuple[tuple[str, ...], Fragment]:
        """Return the comment on the file as a whole, and the fragment without it.

        That is the comment over the first key, without its last paragraph if there are several,
        which is on the key itself; or the whole comment if the key names the bases.
        """
        first = next(iter(self.keys.values()), None)
        if first is None:
            return (), self
        if first.key == inheritance_key or not first.apart:
            header, first = (*first.apart, *first.above), replace(first, apart=(), above=())
        else:
            header, first = first.apart[:-1], replace(first, apart=())
        keys = {**self.keys, first.key: first}
        return header, Fragment(keys, {**self.by_place, first.place: first})


def read_fragment(text: str, path: str = "", rules: YamlRules = NO_RULES) -> Fragment:
    """Return the keys of a text that `load_mapping` accepts, as they are written.

    Raises:
        MigrationError: the text has changed since, and is refused.
    """
    with refusing(text, path, rules):
        text = drop_directives(text)
        # PyYAML's own parser: libyaml's end marks are not always where a value ends.
        loader, root = compose(text, rules, is_alike=False)
        reader = _Reader(text, loader)
        if not isinstance(root, yaml.MappingNode):
            return Fragment({}, {})
        keys = reader.read_keys(root, 0, len(reader.lines), is_root=True)
        return Fragment(keys, reader.by_place)


class _Reader:
    def __init__(self, text: str, loader: MergingConstructor) -> None:
        self._lifter = Lifter(text)
        self.lines = self._lifter.lines
        self._loader = loader
        self._known: dict[int, dict[Hashable, Written]] = {}
        self._visited: set[int] = set()
        self.by_place: dict[Place, Written] = {}

    def read_keys(
        self, node: yaml.MappingNode, line: int, end: int, *, is_root: bool = False
    ) -> dict[Hashable, Written]:
        """Return the keys of a mapping, whose lines are those from `line` up to `end`."""
        if id(node) in self._known:
            return self._known[id(node)]
        keys: dict[Hashable, Written] = {}
        ends = [*(key.start_mark.line for key, _ in node.value), end][1:]
        for (key_node, value_node), next_line in zip(node.value, ends, strict=True):
            if key_node.tag == MERGE:
                self._visit(value_node, next_line)
                continue
            mark, column = key_node.start_mark, self._lifter.column_of(key_node)
            head = self.lines[line : mark.line]
            written = self._read_key(key_node, value_node, next_line)
            line = self._lifter.last_line_of(value_node, key_node) + 1
            rest = self.lines[line:next_line]
            inner = tail_length(rest, self._inner_column(key_node, value_node))
            # A comment after the last key of the file is below it, however it is indented.
            tail = tail_length(rest, -1 if is_root and next_line == end else column)
            over = read_comment(head, column)
            start = len(over) - [*reversed(over), ""].index("")
            written = replace(
                written,
                is_after_blank=any(not text.strip() for text in head),
                apart=over[:start],
                above=(*over[start:], *written.above),
                below=read_tail(rest[inner:tail], column),
            )
            keys[written.key] = self.by_place[written.place] = written
            line += tail
        return self._known.setdefault(id(node), keys)

    def _visit(self, node: yaml.Node, end: int) -> None:
        """Read the keys of each mapping in a value: an alias can lead to them."""
        if isinstance(node, yaml.MappingNode) and node.tag == MAPPING:
            self.read_keys(node, node.start_mark.line, end)
        elif isinstance(node, yaml.SequenceNode) and id(node) not in self._visited:
            self._visited.add(id(node))
            ends = [*(each.start_mark.line for each in node.value), end][1:]
            for each, its_end in zip(node.value, ends, strict=True):
                self._visit(each, its_end)

    def _read_key(self, key_node: yaml.Node, value_node: yaml.Node, end: int) -> Written:
        mark = key_node.start_mark
        inner: Mapping[Hashable, Written] = {}
        lifted = self._lifter.lift(key_node, value_node)
        if isinstance(value_node, yaml.MappingNode) and value_node.tag == MAPPING:
            if value_node.flow_style:
                end = value_node.end_mark.line
            inner = self.read_keys(value_node, lifted.line + 1, end)
        else:
            self._visit(value_node, end)
        beside, above = lifted.beside, lifted.between
        if above and not beside:
            beside, above = above[0], above[1:]
        return Written(
            key_of(self._loader, key_node),
            self._loader.construct_object(value_node, deep=True),
            (mark.line + 1, mark.column + 1),
            lifted.lines,
            inner,
            lifted.name,
            above=above,
            beside=beside,
            node=value_node,
        )

    def _inner_column(self, key: yaml.Node, value: yaml.Node) -> float:
        """Return the column of the last key in a value; infinity if no line below can be on it."""
        if (
            isinstance(value, yaml.MappingNode)
            and not value.flow_style
            and value.value
            and value.start_mark.index > key.start_mark.index
            and value.value[-1][0].tag != MERGE
        ):
            return self._lifter.column_of(value.value[-1][0])
        return inf
