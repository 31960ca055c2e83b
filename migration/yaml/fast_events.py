"""The speed path: reads the YAML that configs are written in, in one pass over libyaml's events.

That is mappings with scalar keys, lists and scalars, without anchors, tags and merge keys. For
anything else it raises, and the loaders of `parsers` read the text or refuse it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

import yaml
from yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent

from migration.values.canonical import is_native
from migration.yaml.marks import HERE, Marks, MarkTree, Origin
from migration.yaml.merge_keys import MERGE, VALUE
from migration.yaml.parsers import MAX_DEPTH, MAX_DIGITS, MAX_NODES, PlainLoader

# Looked up by name, since PyYAML can be built without libyaml.
_PARSER = getattr(getattr(yaml, "cyaml", None), "CParser", None)
Event: TypeAlias = Any
"""An event of libyaml, whose attributes depend on its kind."""


class UnsupportedByFastPathError(Exception):
    """The text may be valid YAML, but has something that the fast path does not read."""


_MOST_SCALARS: Final = 100_000
_MOST_CHARACTERS: Final = 4_000_000


class _PlainScalars(dict[str, Hashable]):
    """The value of each plain scalar that was read, by PyYAML's own rules.

    Non-native ones are kept apart: a lookup of one always misses, and so is noted for its text.
    """

    def __init__(self) -> None:
        super().__init__()
        self._loader: Any = PlainLoader("")  # whose methods are typed in part only
        self._known_non_native: dict[str, Hashable] = {}
        self._characters = 0
        self.non_native: set[Hashable] = set()
        """Those of the text that is read now."""

    def __missing__(self, text: str) -> Hashable:
        if text in self._known_non_native:
            self.non_native.add(self._known_non_native[text])
            return self._known_non_native[text]
        tag = self._loader.resolve(yaml.ScalarNode, text, (True, False))
        if tag in (MERGE, VALUE) or len(text) > MAX_DIGITS:
            raise UnsupportedByFastPathError
        value = cast("Hashable", self._loader.construct_document(yaml.ScalarNode(tag, text)))
        self._make_room(len(text))
        if is_native(value):
            self[text] = value
        else:
            self._known_non_native[text] = value
            self.non_native.add(value)
        return value

    def _make_room(self, length: int) -> None:
        """Forget all scalars if they are too many or too long together."""
        self._characters += length
        count = len(self) + len(self._known_non_native)
        if count >= _MOST_SCALARS or self._characters > _MOST_CHARACTERS:
            self.clear()
            self._known_non_native.clear()
            self._characters = length


_SCALARS: Final = _PlainScalars()


def plain_scalar(text: str) -> Hashable:
    """Return the value of a plain scalar."""
    return _SCALARS[text]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The value that a text holds, None if it holds nothing, and its marks if they were asked for.

    `non_native` is what `canonical_bytes` takes.
    """

    value: object
    non_native: frozenset[Hashable] | None = None
    marks: Marks | None = None


def read_value(text: str, level: int = 1) -> Loaded:
    """Return what the text holds, without marks; its place in a file is nested `level` deep.

    Raises:
        UnsupportedByFastPathError: as the class says, or PyYAML was built without libyaml.
        yaml.YAMLError: the text is not valid.
        UnicodeError: likewise.
    """
    next_event = _events(text)
    event = _first(next_event)
    value = None if event is None else _value_of(event, level, next_event)
    _require_end(next_event, event)
    return Loaded(value, frozenset(_SCALARS.non_native))


def read_marked(text: str, path: str) -> Loaded:
    """Return what the text holds, with marks unless it holds nothing.

    Raises:
        UnsupportedByFastPathError: as `read_value`.
        yaml.YAMLError: likewise.
        UnicodeError: likewise.
    """
    next_event = _events(text)
    event = _first(next_event)
    value, marks = (None, None) if event is None else _marked(event, 1, event, next_event, path)
    _require_end(next_event, event)
    return Loaded(value, frozenset(_SCALARS.non_native), marks)


# Functions of their own rather than within one another: those would be cycles, which keep the
# parser and the text of every file that was read.
def _value_of(event: Event, level: int, next_event: Callable[[], Event]) -> object:
    kind = type(event)
    if kind is ScalarEvent and event.tag is None and event.anchor is None:
        return _SCALARS[event.value] if event.implicit[0] else event.value
    if level > MAX_DEPTH or not _is_plain(event):
        raise UnsupportedByFastPathError
    if kind is MappingStartEvent:
        mapping: dict[Hashable, object] = {}
        while type(event := next_event()) is not MappingEndEvent:
            key = _key(event)
            event = next_event()
            # As above, without the call: most values are scalars.
            if type(event) is ScalarEvent and event.tag is None and event.anchor is None:
                mapping[key] = _SCALARS[event.value] if event.implicit[0] else event.value
            else:
                mapping[key] = _value_of(event, level + 1, next_event)
        return mapping
    items: list[object] = []
    while type(event := next_event()) is not SequenceEndEvent:
        items.append(_value_of(event, level + 1, next_event))
    return items


def _marked(
    event: Event, level: int, at: Event, next_event: Callable[[], Event], path: str
) -> tuple[object, Marks]:
    """Return the value of an event and its marks; `at` is the event of its key, if it has one."""
    mark = at.start_mark
    line, column = mark.line + 1, mark.column + 1
    kind = type(event)
    if kind is ScalarEvent and event.tag is None and event.anchor is None:
        value = _SCALARS[event.value] if event.implicit[0] else event.value
        return value, Origin(path, line, column)
    if level > MAX_DEPTH or not _is_plain(event):
        raise UnsupportedByFastPathError
    if kind is MappingStartEvent:
        mapping: dict[Hashable, object] = {}
        marks: MarkTree = {HERE: Origin(path, line, column)}
        while type(at := next_event()) is not MappingEndEvent:
            key = _key(at)
            mapping[key], marks[key] = _marked(next_event(), level + 1, at, next_event, path)
        return mapping, marks
    items: list[object] = []
    places: list[Marks] = []
    while type(event := next_event()) is not SequenceEndEvent:
        item, place = _marked(event, level + 1, event, next_event, path)
        items.append(item)
        places.append(place)
    return items, Origin(path, line, column, tuple(places))


def _events(text: str) -> Callable[[], Event]:
    # Without aliases a text has at most one node a character.
    if _PARSER is None or len(text) > MAX_NODES:
        raise UnsupportedByFastPathError
    _SCALARS.non_native = set()
    next_event: Callable[[], Event] = _PARSER(text).get_event
    return next_event


def _first(next_event: Callable[[], Event]) -> Event | None:
    """Return the first event of a stream's first document, None if there is no document."""
    next_event()
    return None if isinstance(next_event(), yaml.StreamEndEvent) else next_event()


def _require_end(next_event: Callable[[], Event], first: Event | None) -> None:
    """Refuse a second document, after the first one was read."""
    if first is not None:
        next_event()
        if not isinstance(next_event(), yaml.StreamEndEvent):
            raise UnsupportedByFastPathError


def _key(event: Event) -> Hashable:
    if type(event) is ScalarEvent and event.tag is None and event.anchor is None:
        return _SCALARS[event.value] if event.implicit[0] else event.value
    raise UnsupportedByFastPathError


def _is_plain(event: Event) -> bool:
    """Tell whether a collection begins, without an anchor or a tag."""
    is_start = isinstance(event, yaml.CollectionStartEvent)
    return is_start and event.tag is None and event.anchor is None
