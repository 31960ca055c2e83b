"""Indexes which file and line set each leaf: path text -> `file:line`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from migration.values.keypath import Index, KeyPath, format_key, format_path
from migration.yaml.marks import HERE, Marks, MarkTree, Origin, origin_of

OriginIndex: TypeAlias = Mapping[str, str]
Places: TypeAlias = dict[str, dict[str, int]]
_MOST_KNOWN = 1024


class OriginIndexer:
    """Indexes the marks of one config after another; a mapping that many share is walked once."""

    def __init__(self) -> None:
        """Start without any known mapping."""
        self._known: dict[tuple[int, str], tuple[MarkTree, Places]] = {}
        """The places in a mapping, by its id, which lasts since the mapping is kept beside them."""

    def places(self, marks: MarkTree) -> Mapping[str, Mapping[str, int]]:
        """Return the line of each leaf: file -> path text -> line, in no order.

        What is in a list is indexed only where it has another line than the value around it.
        """
        return self._in_mapping(marks, "")

    def _in_mapping(self, marks: MarkTree, before: str) -> Places:
        """Return the places in a mapping whose path texts all begin with `before`."""
        if found := self._known.get((id(marks), before)):
            return found[1]
        places: Places = {}
        for key, inner in marks.items():
            if key is HERE:
                continue
            text = before + format_key(key)
            if isinstance(inner, Origin):
                _put(places, text, inner)
                if inner.items:
                    _put_list(places, text, inner, inner)
            elif len(inner) == 1:
                _put(places, text, origin_of(inner))
            else:
                for file, lines in self._in_mapping(inner, f"{text}.").items():
                    places.setdefault(file, {}).update(lines)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[id(marks), before] = marks, places
        return places


def index_origins(marks: MarkTree) -> OriginIndex:
    """Return the place of every leaf of one config, sorted by path text."""
    return dict(
        sorted(
            (text, f"{file}:{line}")
            for file, lines in OriginIndexer().places(marks).items()
            for text, line in lines.items()
        )
    )


def find_origin(origins: OriginIndex, path: KeyPath) -> str | None:
    """Return the place of the value at the path, None if it is not known.

    An entry of a list has the nearest place around it, a mapping the first place in it.
    """
    text = format_path(path)
    if text in origins:
        return origins[text]
    if any(isinstance(key, Index) for key in path):
        return find_origin(origins, path[:-1])
    beneath = (place for key, place in origins.items() if key.startswith(f"{text}."))
    return min(beneath, key=_file_and_line, default=None)


def file_of(place: str) -> str:
    """Return the file of a `file:line`."""
    return place.rpartition(":")[0]


def _file_and_line(place: str) -> tuple[str, int]:
    file, _, line = place.rpartition(":")
    return file, int(line)


def _put(places: Places, text: str, origin: Origin) -> None:
    lines = places.get(origin.path)
    if lines is None:
        lines = places[origin.path] = {}
    lines[text] = origin.line


def _put_list(places: Places, before: str, marks: Marks, around: Origin) -> None:
    """Add the places of what is in a list, or in an entry of one."""
    for text, inner in _parts(before, marks):
        origin = origin_of(inner)
        if origin.line != around.line or origin.path != around.path:
            _put(places, text, origin)
        if inner is not origin or origin.items:
            _put_list(places, text, inner, origin)


def _parts(before: str, marks: Marks) -> Iterator[tuple[str, Marks]]:
    """Yield the path text and the marks of each part of a list or of a mapping in one."""
    if isinstance(marks, Origin):
        for position, inner in enumerate(marks.items):
            yield f"{before}[{position}]", inner
    else:
        for key, inner in marks.items():
            if key is not HERE:
                yield f"{before}.{format_key(key)}", inner
