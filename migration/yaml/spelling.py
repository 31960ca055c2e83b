"""Finds how a text spells its numbers, and on which lines its literal blocks begin."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias, cast

import yaml

from migration.values.canonical import are_equal
from migration.values.keypath import Index, KeyPath, format_key
from migration.yaml.load import key_of
from migration.yaml.merge_keys import MERGE, MergingConstructor
from migration.yaml.parsers import compose, reads_alike
from migration.yaml.refusals import refusing
from migration.yaml.rules import YamlRules

_NUMBERS: Final = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_STRING: Final = "tag:yaml.org,2002:str"
_ODD_LINE_ENDS: Final = "\x85\u2028\u2029"
_ANCHOR = re.compile(r"&\S+\s+")
_MOST_NODES: Final = 200_000


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a file writes a value: the plain scalar of a number, or the line of a block's first."""

    text: str | None = None
    first_line: int | None = None


_Found: TypeAlias = tuple[KeyPath, object, Spelling]


def find_spelling(
    text: str, rules: YamlRules, line: int, key_path: KeyPath, value: object
) -> Spelling | None:
    """Return how a text that `load_mapping` accepts spells the value whose mark is on the line.

    None if the value is neither a plain number nor a literal block there. The key path may begin
    otherwise than in the text, as after a merge.

    Raises:
        MigrationError: the text is refused.
    """
    best: tuple[int, Spelling] | None = None
    for at, written, spelling in _spellings(text, rules).get(line, ()):
        depth = _common_end(at, key_path)
        if depth and (best is None or depth > best[0]) and are_equal(written, value):
            best = depth, spelling
    return best[1] if best else None


def _common_end(path: KeyPath, other: KeyPath) -> int:
    depth = 0
    for key, known in zip(reversed(path), reversed(other), strict=False):
        if format_key(key) != format_key(known):
            break
        depth += 1
    return depth


@lru_cache(maxsize=256)
def _spellings(text: str, rules: YamlRules) -> Mapping[int, list[_Found]]:
    """Return what is spelled out at the mark on each line."""
    found: defaultdict[int, list[_Found]] = defaultdict(list)
    with refusing(text, "", rules):
        loader, root = compose(text, rules, is_alike=reads_alike(text))
        for at, mark, node in _scalars(loader, root):
            if spelling := _spelling_of(node, text):
                value = node.value if spelling.first_line else loader.construct_object(node)
                found[mark.line + 1].append((at, value, spelling))
    return found


def _spelling_of(node: yaml.ScalarNode, text: str) -> Spelling | None:
    start = node.start_mark
    if node.tag in _NUMBERS and not node.style:
        # Otherwise there is a tag before it, without which it may be no number.
        anchor = _ANCHOR.match(text, start.index)
        begin = anchor.end() if anchor else start.index
        return Spelling(node.value) if text.startswith(node.value, begin) else None
    if node.tag == _STRING and node.style == "|" and not any(map(text.count, _ODD_LINE_ENDS)):
        # The mark is at the tag or at the bar, and both are on the line before the block.
        header = text[start.index :].split("|", 1)[0]
        return None if "\n" in header else Spelling(first_line=start.line + 2)
    return None


def _scalars(
    loader: MergingConstructor, root: yaml.Node | None
) -> Iterator[tuple[KeyPath, yaml.Mark, yaml.ScalarNode]]:
    """Yield each scalar with its path and the mark that an `Origin` has; a collection only once."""
    pending: list[tuple[KeyPath, yaml.Node, yaml.Node]] = [((), root, root)] if root else []
    visited: set[int] = set()
    for _ in range(_MOST_NODES):
        if not pending:
            return
        path, at, node = pending.pop()
        if isinstance(node, yaml.ScalarNode):
            yield path, cast("yaml.Mark", at.start_mark), node
        elif id(node) not in visited:
            visited.add(id(node))
            if isinstance(node, yaml.SequenceNode):
                pending += [((*path, Index(n)), item, item) for n, item in enumerate(node.value)]
            elif isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    inner = path if key.tag == MERGE else (*path, key_of(loader, key))
                    pending.append((inner, key, value))
