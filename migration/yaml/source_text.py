"""Reads the keys of a YAML text as a person wrote them: spelling, comments and blank lines.

What the text means is `load`'s part, putting a new text together `draft`'s.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import TypeAlias

import yaml

from migration.yaml.load import key_of
from migration.yaml.merge_keys import MERGE, MergingConstructor
from migration.yaml.parsers import MAPPING, compose
from migration.yaml.refusals import refusing
from migration.yaml.rules import NO_RULES, YamlRules

_LINE_END = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
# With what can follow it although the value is elsewhere: an alias, or an anchor and a tag.
_COLON = re.compile(r"[ \t]*:(?=(\s*\*[-\w]+|(?:[ \t]+[&!]\S*)*))")
_COMMENT_BESIDE = re.compile(r"[ \t]*(?:,[ \t]*)?(#.*)")

Place: TypeAlias = tuple[int, int]
"""A line and a column from 1, as an `Origin` has them."""


@dataclass(frozen=True, slots=True)
class Written:
    """One key and its value as a file has them, with texts moved as if the key had column 1.

    Anchors are left out.
    """

    key: Hashable
    value: object
    place: Place
    lines: tuple[str, ...]
    """The key and its value, with the comments between them; none for a mapping in block style,
    or if the value is elsewhere, as with an alias."""
    inner: Mapping[Hashable, Written] = field(default_factory=dict)
    """The keys of a mapping."""
    name: str = ""
    """The key alone, if it is on one line with its colon."""
    is_after_blank: bool = False
    above: tuple[str, ...] = ()
    """The comment over the key; an empty line separates its paragraphs."""
    beside: str = ""
    """The comment on the line of the key, unless `lines` has it."""
    below: tuple[str, ...] = ()
    """The comment after the value that is indented like the value."""

    @property
    def comment(self) -> tuple[str, ...]:
        """The whole comment on the key: above, beside and below it."""
        return (*self.above, *((self.beside,) if self.beside else ()), *self.below)


@dataclass(frozen=True, slots=True)
class Fragment:
    """The keys of a file, in its order, and all keys at any depth by their places."""

    keys: Mapping[Hashable, Written]
    by_place: Mapping[Place, Written]

    def parted(self, inheritance_key: str) -> tuple[tuple[str, ...], Fragment]:
        """Return the comment on the file as a whole, and the fragment without it.

        That is the comment over the first key, without its last paragraph, which is on the key
        itself; the whole comment if it has one paragraph, or if the key names the bases.
        """
        first = next(iter(self.keys.values()), None)
        if first is None:
            return (), self
        end = len(first.above)
        if first.key != inheritance_key and "" in first.above:
            end = max(at for at, line in enumerate(first.above) if not line)
        header, first = first.above[:end], replace(first, above=first.above[end + 1 :])
        keys = {**self.keys, first.key: first}
        return header, Fragment(keys, {**self.by_place, first.place: first})


def read_fragment(text: str, path: str = "", rules: YamlRules = NO_RULES) -> Fragment:
    """Return the keys of a text that `load_mapping` accepts, as they are written.

    Raises:
        MigrationError: the text has changed since, and is refused.
    """
    with refusing(text, path):
        # PyYAML's own parser: libyaml's end marks are not always where a value ends.
        loader, root = compose(text, rules, is_alike=False)
        reader = _Reader(text, loader)
        if not isinstance(root, yaml.MappingNode):
            return Fragment({}, {})
        keys = reader.keys_of(root, 0, len(reader.lines), is_root=True)
        return Fragment(keys, reader.by_place)


class _Reader:
    def __init__(self, text: str, loader: MergingConstructor) -> None:
        self._text = text
        self.lines = _LINE_END.split(text)
        ends = (found.end() for found in _LINE_END.finditer(text))
        self._starts = [0, *ends]
        self._anchors = tuple(_anchors(text))
        self._loader = loader
        self._known: dict[int, dict[Hashable, Written]] = {}
        self.by_place: dict[Place, Written] = {}

    def keys_of(
        self, node: yaml.MappingNode, line: int, end: int, *, is_root: bool = False
    ) -> dict[Hashable, Written]:
        """Return the keys of a mapping, whose lines are those from `line` up to `end`."""
        if id(node) in self._known:
            return self._known[id(node)]
        keys: dict[Hashable, Written] = {}
        ends = [*(key.start_mark.line for key, _ in node.value), end][1:]
        for (key_node, value_node), next_line in zip(node.value, ends, strict=True):
            if key_node.tag == MERGE:
                continue
            mark = key_node.start_mark
            head = self.lines[line : mark.line]
            written = self._written(key_node, value_node, next_line)
            line = self._line_at(self._end_of(value_node, key_node)) + 1
            rest = self.lines[line:next_line]
            inner = _tail_length(rest, _inner_column(key_node, value_node))
            # A comment after the last key of the file is below it, however it is indented.
            tail = _tail_length(rest, -1 if is_root and next_line == end else mark.column)
            written = replace(
                written,
                is_after_blank=any(not text.strip() for text in head),
                above=_comment(head, mark.column),
                below=tuple(map(_indented, _comment(rest[inner:tail], mark.column))),
            )
            keys[written.key] = self.by_place[written.place] = written
            line += tail
        return self._known.setdefault(id(node), keys)

    def _written(self, key_node: yaml.Node, value_node: yaml.Node, end: int) -> Written:
        mark = key_node.start_mark
        inner: Mapping[Hashable, Written] = {}
        if isinstance(value_node, yaml.MappingNode) and value_node.tag == MAPPING:
            if value_node.flow_style:
                end = value_node.end_mark.line
            inner = self.keys_of(value_node, mark.line + 1, end)
        name, lines, beside = self._lifted(key_node, value_node)
        return Written(
            key_of(self._loader, key_node),
            self._loader.construct_object(value_node, deep=True),
            (mark.line + 1, mark.column + 1),
            lines,
            inner,
            name,
            beside=beside,
        )

    def _lifted(self, key: yaml.Node, value: yaml.Node) -> tuple[str, tuple[str, ...], str]:
        """Return the key alone, the lines of it and its value, and the comment beside them."""
        start, key_end = key.start_mark, key.end_mark
        colon = _COLON.match(self._text, key_end.index)
        if not colon or start.line != key_end.line:
            return "", (), ""
        name = self._without_anchors(start.index, key_end.index).lstrip()
        is_alias = value.start_mark.index < key_end.index
        if is_alias or (isinstance(value, yaml.MappingNode) and not value.flow_style):
            return name, (), self._comment_at(colon.end(1))
        end = self._end_of(value, key)
        body = self._without_anchors(colon.end(), end)
        gap = "" if body[:1].isspace() or not body else " "
        first, *rest = _LINE_END.split(f"{name}:{gap}{body}")
        beside = self._comment_at(end)
        if not rest:
            return name, (first.rstrip(),), beside
        lines = [first.rstrip(), *(_moved(line, start.column) for line in rest)]
        if beside:
            lines[-1] += f"  {beside}"
        return name, tuple(lines), ""

    def _without_anchors(self, start: int, end: int) -> str:
        """Return a part of the text, without its anchors."""
        kept = ""
        for anchor_start, anchor_end in self._anchors:
            if start <= anchor_start < end:
                kept += self._text[start:anchor_start].rstrip(" ")
                start = anchor_end
        return kept + self._text[start:end]

    def _comment_at(self, index: int) -> str:
        line = self.lines[self._line_at(index)]
        found = _COMMENT_BESIDE.match(line, index - self._starts[self._line_at(index)])
        return found[1].rstrip() if found else ""

    def _end_of(self, value: yaml.Node, key: yaml.Node) -> int:
        """Return where the text of a value ends; a block ends with its last value."""
        start, end = value.start_mark.index, value.end_mark.index
        if start < key.start_mark.index:  # an alias: the value is further up
            return key.end_mark.index
        if isinstance(value, yaml.ScalarNode):
            return start + len(self._text[start:end].rstrip())
        if not isinstance(value, yaml.CollectionNode) or value.flow_style or not value.value:
            return end
        last = value.value[-1]
        last_key, last_value = last if isinstance(value, yaml.MappingNode) else (value, last)
        return self._end_of(last_value, last_key)

    def _line_at(self, index: int) -> int:
        return bisect_right(self._starts, index) - 1


def _anchors(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each anchor begins and ends."""
    if "&" in text:
        for token in yaml.scan(text, yaml.SafeLoader):
            if isinstance(token, yaml.AnchorToken):
                yield token.start_mark.index, token.end_mark.index


def _comment(lines: Sequence[str], column: int) -> tuple[str, ...]:
    """Return the comment in the lines between two keys, moved to the left by a column's width."""
    found: list[str] = []
    for line in lines:
        if line.lstrip().startswith("#"):
            found.append(_moved(line, column).rstrip())
        elif found and found[-1]:
            found.append("")
    return tuple(found)


def _inner_column(key: yaml.Node, value: yaml.Node) -> float:
    """Return the column of the last key in a value; infinity if no line below can belong to it."""
    if (
        isinstance(value, yaml.MappingNode)
        and not value.flow_style
        and value.value
        and value.start_mark.index > key.start_mark.index
        and value.value[-1][0].tag != MERGE
    ):
        return float(value.value[-1][0].start_mark.column)
    return inf


def _indented(line: str) -> str:
    return line if not line or line[0].isspace() else f"  {line}"


def _tail_length(lines: Sequence[str], column: float) -> int:
    """Return how many lines after a value are indented by more than a column."""
    length = 0
    for count, line in enumerate(lines, 1):
        if line.strip():
            if len(line) - len(line.lstrip()) <= column:
                break
            length = count
    return length


def _moved(line: str, width: int) -> str:
    """Return the line without its first `width` blanks, or as many as it has."""
    return line[min(width, len(line) - len(line.lstrip(" "))) :]
