"""Loads one YAML text: its value, exactly as `yaml.safe_load` reads it, and its marks.

`fast_entries` and `fast_events` read common texts fast; `parsers` chooses the parser for the
others. What several files make together is `resolve`'s part.
"""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import suppress
from functools import partial
from typing import Final, cast

import yaml

from migration.errors import Fault, MigrationError
from migration.files.contents import marker_fault
from migration.values.describe import describe_type, describe_value
from migration.yaml.broken import conflict_in_values
from migration.yaml.fast_entries import read_entries
from migration.yaml.fast_events import Loaded, UnsupportedByFastPathError, read_marked, read_value
from migration.yaml.marks import HERE, Marks, MarkTree, Origin
from migration.yaml.merge_keys import STRING, VALUE, Conflict, MergingConstructor
from migration.yaml.parsers import MAPPING, REFUSALS, SEQUENCE, compose, reads_alike
from migration.yaml.refusals import RefusedError, refusing
from migration.yaml.rules import NO_RULES, YamlRules

_WHICH_COUNTS: Final = (
    'say in the settings which your trainer takes, yaml.merge_keys = "first" or "last", '
    "or write the key itself"
)
NO_MAPPING: Final = "the root must be a mapping"
"""How the message begins about a text that can be read, and is no mapping."""
_MARKER: Final = "<" * 7
_LAST_COUNTS: Final = (
    "write the key itself; any yaml.merge_keys in the settings lets the last '<<' count"
)


def load_mapping(text: str, path: str, rules: YamlRules = NO_RULES) -> dict[Hashable, object]:
    """Return the mapping that the text holds, `{}` if it holds nothing.

    Raises:
        MigrationError: the YAML is broken, its root is not a mapping, or it exceeds the limits:
            it nests deeper than `MAX_DEPTH` levels, has more than `MAX_NODES` keys and values with
            aliases and merge keys written out, or has a collection that contains itself; or its
            value depends on `merge_keys`, which the rules do not set.
    """
    return cast("dict[Hashable, object]", load_document(text, path, rules).value)


def load_document(
    text: str, path: str, rules: YamlRules = NO_RULES, *, is_marked: bool = False
) -> Loaded:
    """Return what the text holds, always a mapping; with its marks, in one pass if possible.

    Raises:
        MigrationError: as `load_mapping`.
    """
    document = _load(text, path, rules, is_marked=is_marked)
    if _MARKER in text and (line := conflict_in_values(text)):
        raise MigrationError(marker_fault(path, line))
    value = {} if document.value is None else document.value
    if not isinstance(value, dict):
        message = f"{NO_MAPPING}, not {describe_type(value)}"
        raise MigrationError(Fault(message, path, 1))
    marks = document.marks
    if is_marked and not isinstance(marks, dict):
        marks = load_marks(text, path, rules)
    return Loaded(value, document.non_native, marks)


def load_marks(text: str, path: str, rules: YamlRules = NO_RULES) -> MarkTree:
    """Return the marks of a text that `load_mapping` accepts.

    Raises:
        MigrationError: the text has changed since, and is refused.
    """
    with refusing(text, path, rules):
        loader, node = compose(text, rules, is_alike=reads_alike(text))
        marks = _marks_of(loader, node, node, path) if node else None
    # A text that holds nothing, or `null`, counts as an empty mapping. The parsers do not agree on
    # its position, so that it is always the first line.
    return marks if isinstance(marks, dict) else {HERE: Origin(path, 1, 1)}


def key_of(loader: MergingConstructor, node: yaml.Node) -> Hashable:
    """Return the key of a mapping's key node, which is not `<<`.

    Raises:
        yaml.YAMLError: it cannot be a key.
    """
    if node.tag == VALUE:  # the key `=`, a string to PyYAML only where it flattens
        node.tag = STRING
    key = loader.construct_object(node, deep=True)
    if not isinstance(key, Hashable):
        raise RefusedError("not valid YAML: found unhashable key", node.start_mark)
    return key


def _load(text: str, path: str, rules: YamlRules, *, is_marked: bool) -> Loaded:
    is_alike = reads_alike(text)
    if is_alike:
        for read in (partial(read_marked, path=path),) if is_marked else (read_entries, read_value):
            # Other YAML is read or refused below; any other error is a bug of the fast path.
            with suppress(UnsupportedByFastPathError, *REFUSALS):
                return read(text)
    with refusing(text, path, rules):
        try:
            return _built(path, *compose(text, rules, is_alike=is_alike))
        except yaml.YAMLError:  # PyYAML's own parser gives the position
            return _built(path, *compose(text, rules, is_alike=False))


def _built(path: str, loader: MergingConstructor, node: yaml.Node | None) -> Loaded:
    value = None if node is None else loader.construct_document(node)
    if loader.conflicts and loader.rules.merge_keys is None:
        raise MigrationError(*(_conflict_fault(each, path) for each in loader.conflicts))
    return Loaded(value)


def _conflict_fault(found: Conflict, path: str) -> Fault:
    line, column = found.at.line + 1, found.at.column + 1
    hint = _WHICH_COUNTS if found.is_choice else _LAST_COUNTS
    return Fault(f"{describe_value(found.key)} {found.message}", path, line, column, hint)


def _marks_of(loader: MergingConstructor, node: yaml.Node, at: yaml.Node, path: str) -> Marks:
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
