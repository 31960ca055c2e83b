"""Which file and line set each leaf, as a flat index: path text -> `file:line`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from migration.keypath import Index, KeyPath, format_path
from migration.marks import HERE, Marks, MarkTree, origin_of

OriginIndex: TypeAlias = Mapping[str, str]


def index_origins(marks: MarkTree) -> OriginIndex:
    """Return the place of every leaf, sorted by path text.

    Beneath a list, an entry is listed only where it stands on another line than its list.
    """
    return dict(sorted(_places((), marks, "")))


def find_origin(origins: OriginIndex, path: KeyPath) -> str | None:
    """Return where the value at the path stands.

    For an entry of a list that is the nearest place around it; for a mapping the first one in it.
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


def _places(
    path: KeyPath, marks: Marks, around: str, *, in_list: bool = False
) -> Iterator[tuple[str, str]]:
    here = str(origin_of(marks))
    is_leaf = not isinstance(marks, dict) or marks.keys() == {HERE}
    if path and here != around and (is_leaf or in_list):
        yield format_path(path), here
    if isinstance(marks, dict):
        for key, inner in marks.items():
            if key is not HERE:
                around = here if in_list else ""
                yield from _places((*path, key), inner, around, in_list=in_list)
    else:
        for position, inner in enumerate(marks.items):
            yield from _places((*path, Index(position)), inner, here, in_list=True)
