"""Marks: the position of each part of a YAML text, in the shape of its value.

`load` reads them, with the value or without.
"""

from __future__ import annotations

from collections.abc import Hashable, Sized
from typing import Final, NamedTuple, TypeAlias, TypeGuard, cast

from migration.values.keypath import Index, KeyPath


class Origin(NamedTuple):
    """The position of a value: file, line and column from 1; for a list also each entry's marks."""

    # A tuple, since every value has one and a dataclass takes twice as long to make.
    path: str
    line: int
    column: int
    items: tuple[Marks, ...] = ()

    def __str__(self) -> str:
        """Return `file:line`."""
        return f"{self.path}:{self.line}"


class _Here:
    """The type of the key under which a mapping's marks have the origin of the mapping itself."""


HERE: Final = _Here()
# Marks have the shape of the value, mapping for mapping, with an `Origin` for every leaf, so that
# the rule that merges values merges their marks as well.
Marks: TypeAlias = "Origin | MarkTree"
MarkTree: TypeAlias = "dict[Hashable, Marks]"


def origin_of(marks: Marks) -> Origin:
    """Return the origin of the value that has these marks."""
    return marks if isinstance(marks, Origin) else cast("Origin", marks[HERE])


def nearest_origin(marks: Marks, path: KeyPath) -> Origin:
    """Return the origin of the value at the path, or else of the innermost value around it."""
    for key in path:
        if isinstance(marks, dict) and key in marks:
            marks = marks[key]
        elif isinstance(marks, Origin) and _is_position(key, marks.items):
            marks = marks.items[key.position]
        else:
            break
    return origin_of(marks)


def _is_position(key: Hashable, items: Sized) -> TypeGuard[Index]:
    return isinstance(key, Index) and key.position < len(items)
