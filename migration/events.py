"""One YAML text -> its value, in one pass over libyaml's events, for the YAML that configs are in.

That is mappings with scalar keys, lists and scalars, without anchors, tags and merge keys.
Whatever is beyond it raises, and is for `nodes`' loaders to read or to refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar, cast

import yaml
from yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent

from migration.canonical import is_native
from migration.marks import HERE, Marks, MarkTree, Origin
from migration.nodes import MAX_DEPTH, MAX_DIGITS, MAX_NODES, MERGE, VALUE

# Looked up by name, since PyYAML can be built without libyaml.
_PARSER = getattr(getattr(yaml, "cyaml", None), "CParser", None)
T = TypeVar("T")
Event: TypeAlias = Any
"""An event of libyaml, whose attributes depend on its kind."""


class UncommonError(Exception):
    """The text may be valid, and is not of the kind that is read here."""


class _PlainScalars(dict[str, Hashable]):
    """What each plain scalar is, once it was read by PyYAML's own rules.

    Those that are not native to JSON are not kept, so that each is met anew in every text.
    """

    def __init__(self) -> None:
        super().__init__()
        self._loader: Any = yaml.SafeLoader("")  # whose methods are typed in part only
        self.rare: set[Hashable] = set()

    def __missing__(self, text: str) -> Hashable:
        tag = self._loader.resolve(yaml.ScalarNode, text, (True, False))
        if tag in (MERGE, VALUE) or len(text) > MAX_DIGITS:
            raise UncommonError
        value = cast("Hashable", self._loader.construct_document(yaml.ScalarNode(tag, text)))
        if is_native(value):
            self[text] = value
        else:
            self.rare.add(value)
        return value


_SCALARS: Final = _PlainScalars()


@dataclass(frozen=True, slots=True)
class Document:
    """What a text holds, None if it holds nothing, and where, if that was asked for.

    `rare` are the plain scalars in it that are not native to JSON, None if they are not known.
    """

    value: object
    rare: frozenset[Hashable] | None = None
    marks: Marks | None = None


def read_value(text: str) -> Document:
    """Return what the text holds, without marks.

    Raises:
        UncommonError: the text is beyond what is read here, or PyYAML is without libyaml.
        Exception: whatever PyYAML raises at a text that is not valid.
    """
    next_event = _events(text)

    def value_of(event: Event, level: int) -> object:
        kind = type(event)
        if kind is ScalarEvent and event.tag is None and event.anchor is None:
            return _SCALARS[event.value] if event.implicit[0] else event.value
        if level > MAX_DEPTH or not _is_plain(event):
            raise UncommonError
        if kind is MappingStartEvent:
            mapping: dict[Hashable, object] = {}
            while type(event := next_event()) is not MappingEndEvent:
                mapping[_key(event)] = value_of(next_event(), level + 1)
            return mapping
        items: list[object] = []
        while type(event := next_event()) is not SequenceEndEvent:
            items.append(value_of(event, level + 1))
        return items

    value = _only_document(next_event, value_of)
    return Document(value, frozenset(_SCALARS.rare))


def read_marked(text: str, path: str) -> Document:
    """Return what the text holds, with marks unless it holds nothing.

    Raises:
        UncommonError: as `read_value`.
        Exception: likewise.
    """
    next_event = _events(text)

    def marked(event: Event, level: int, at: Event) -> tuple[object, Marks]:
        """Return a value and its marks, told at the event of its key if it has one."""
        mark = at.start_mark
        line, column = mark.line + 1, mark.column + 1
        kind = type(event)
        if kind is ScalarEvent and event.tag is None and event.anchor is None:
            value = _SCALARS[event.value] if event.implicit[0] else event.value
            return value, Origin(path, line, column)
        if level > MAX_DEPTH or not _is_plain(event):
            raise UncommonError
        if kind is MappingStartEvent:
            mapping: dict[Hashable, object] = {}
            marks: MarkTree = {HERE: Origin(path, line, column)}
            while type(key_event := next_event()) is not MappingEndEvent:
                key = _key(key_event)
                mapping[key], marks[key] = marked(next_event(), level + 1, key_event)
            return mapping, marks
        items: list[object] = []
        places: list[Marks] = []
        while type(event := next_event()) is not SequenceEndEvent:
            item, place = marked(event, level + 1, event)
            items.append(item)
            places.append(place)
        return items, Origin(path, line, column, tuple(places))

    found = _only_document(next_event, lambda event, level: marked(event, level, event))
    value, marks = found or (None, None)
    return Document(value, frozenset(_SCALARS.rare), marks)


def _events(text: str) -> Callable[[], Event]:
    # The most nodes that a text can have without aliases is one a character.
    if _PARSER is None or len(text) > MAX_NODES:
        raise UncommonError
    _SCALARS.rare = set()
    next_event: Callable[[], Event] = _PARSER(text).get_event
    return next_event


def _only_document(next_event: Callable[[], Event], build: Callable[[Event, int], T]) -> T | None:
    """Return what is built of the one document of a stream, None if it has none."""
    next_event()
    if isinstance(next_event(), yaml.StreamEndEvent):
        return None
    built = build(next_event(), 1)
    next_event()
    if not isinstance(next_event(), yaml.StreamEndEvent):
        raise UncommonError
    return built


def _key(event: Event) -> Hashable:
    if type(event) is ScalarEvent and event.tag is None and event.anchor is None:
        return _SCALARS[event.value] if event.implicit[0] else event.value
    raise UncommonError


def _is_plain(event: Event) -> bool:
    """Tell whether a collection begins, without an anchor or a tag."""
    is_start = isinstance(event, yaml.CollectionStartEvent)
    return is_start and event.tag is None and event.anchor is None
