"""One YAML text -> its value, exactly as `yaml.safe_load` reads it, and its marks.

How it is read quickly is `events`' part, which parser has the last word `nodes`', and what several
texts make together `loader`'s.
"""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import suppress
from functools import partial
from typing import Final, cast

import yaml

from migration.entries import read_entries
from migration.errors import Fault, MigrationError
from migration.events import Document, read_marked, read_value
from migration.marks import HERE, Marks, MarkTree, Origin
from migration.nodes import (
    MAPPING,
    SEQUENCE,
    VALUE,
    BeyondBoundsError,
    PlainLoader,
    compose,
    fast_loader,
    most_depth,
    reads_alike,
    refuse_excess,
)

_STRING: Final = "tag:yaml.org,2002:str"


def load_mapping(text: str, path: str) -> dict[Hashable, object]:
    """Return the mapping that the text holds, `{}` if it holds nothing.

    Raises:
        MigrationError: broken YAML, a root that is not a mapping, or more than is read: nesting
            beyond `MAX_DEPTH` levels, more than `MAX_NODES` keys and values with aliases and
            merge keys written out, or a collection that contains itself.
    """
    return cast("dict[Hashable, object]", load_document(text, path).value)


def load_document(text: str, path: str, *, is_marked: bool = False) -> Document:
    """Return what the text holds, always a mapping; with its marks, in one pass where that can be.

    Raises:
        MigrationError: as `load_mapping`.
    """
    document = _load(text, path, is_marked=is_marked)
    value = {} if document.value is None else document.value
    if not isinstance(value, dict):
        message = f"the root must be a mapping, not {kind_of(value)}"
        raise MigrationError(Fault(message, path, 1))
    marks = document.marks
    if is_marked and not isinstance(marks, dict):
        marks = load_marks(text, path)
    return Document(value, document.rare, marks)


def load_marks(text: str, path: str) -> MarkTree:
    """Return the marks of a text that `load_mapping` accepts."""
    loader, node = compose(text)
    marks = _marks_of(loader, node, node, path) if node else None
    # A text that holds nothing, or `null`, counts as an empty mapping; where that stands is for
    # each parser to say, and no two agree.
    return marks if isinstance(marks, dict) else {HERE: Origin(path, 1, 1)}


def key_of(loader: yaml.SafeLoader, node: yaml.Node) -> Hashable:
    """Return the key that a mapping's key node stands for; not for the key `<<`."""
    if node.tag == VALUE:  # the key `=`, a string to PyYAML only where it flattens
        node.tag = _STRING
    return cast("Hashable", loader.construct_object(node, deep=True))


def kind_of(value: object) -> str:
    """Return the name of a value's type in YAML's terms, with an article."""
    names = {dict: "a mapping", list: "a list", type(None): "null", bool: "a boolean"}
    names |= {str: "a string", int: "an integer", float: "a float"}
    return names.get(type(value), f"a {type(value).__name__}")


def shown(value: object) -> str:
    """Return the value as an error shows it."""
    try:
        return repr(value)
    except ValueError:  # Python writes no integer of more than 4,300 digits in decimal
        return "an integer of very many digits"


def _load(text: str, path: str, *, is_marked: bool) -> Document:
    is_alike = reads_alike(text)
    if is_alike:
        for read in (partial(read_marked, path=path),) if is_marked else (read_entries, read_value):
            with suppress(Exception):  # what is beyond it is read below, or refused
                return read(text)
    return Document(_load_by_nodes(text, path, is_alike=is_alike))


def _load_by_nodes(text: str, path: str, *, is_alike: bool) -> object:
    depth = most_depth(text)
    if is_alike:
        try:
            return _value(fast_loader(text, depth), text, depth)
        except BeyondBoundsError as error:
            raise MigrationError(_marked_fault(error, path)) from None
        except Exception:  # noqa: BLE001, S110 - the plain loader below gives the verdict
            pass
    try:
        loader = PlainLoader(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        message = f"the character U+{ord(text[error.position]):04X} is not allowed in YAML"
        raise MigrationError(Fault(message, path, line, column)) from None
    try:
        return _value(loader, text, depth)
    except yaml.MarkedYAMLError as error:
        raise MigrationError(_marked_fault(error, path)) from None
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        # PyYAML passes on whatever `int`, `datetime`, `chr` and their like raise.
        raise MigrationError(_raised_fault(loader, path, error)) from None


def _value(loader: yaml.SafeLoader, text: str, depth: int) -> object:
    node = loader.get_single_node()
    if node is None:
        return None
    refuse_excess(node, text, depth)
    return loader.construct_document(node)


def _marked_fault(error: yaml.MarkedYAMLError, path: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    message = ", ".join(part for part in (error.context, error.problem) if part)
    if not isinstance(error, BeyondBoundsError):
        message = f"not valid YAML: {message}"
    return Fault(message, path, mark.line + 1, mark.column + 1) if mark else Fault(message, path)


def _raised_fault(loader: PlainLoader, path: str, error: Exception) -> Fault:
    """Return the fault of what raised in the middle of the text, or at one of its values."""
    if loader.at is None:
        place, message = loader.get_mark(), f"not valid YAML: {error}"
    else:
        place, kind = loader.at.start_mark, loader.at.tag.rpartition(":")[2]
        message = f"not a valid {kind}: {error}"
    return Fault(message, path, place.line + 1, place.column + 1)


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
