"""Where each part of a YAML text stands: its *marks*, in the shape of its value.

They are read by `documents`, with the value or without.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final, NamedTuple, TypeAlias, cast

from migration.values.keypath import KeyPath


class Origin(NamedTuple):
    """Where a value stands: a file, a line and column from 1, and for a list each entry's marks."""

    # A tuple, which is made in half the time of a dataclass: there is one for every value.
    path: str
    line: int
    column: int
    items: tuple[Marks, ...] = ()

    def __str__(self) -> str:
        """Return `file:line`."""
        return f"{self.path}:{self.line}"


class _Here:
    """The key under which a mapping's marks keep the origin of the mapping itself."""


HERE: Final = _Here()
# The shape of the value, mapping for mapping, with an `Origin` for every leaf. Because mappings
# stay mappings, the rule that merges values merges their marks just as well.
Marks: TypeAlias = "Origin | MarkTree"
MarkTree: TypeAlias = "dict[Hashable, Marks]"


def origin_of(marks: Marks) -> Origin:
    """Return where the value that the marks belong to stands itself."""
    return marks if isinstance(marks, Origin) else cast("Origin", marks[HERE])


def nearest_origin(marks: Marks, path: KeyPath) -> Origin:
    """Return where the value at the path stands, or else the innermost value around it."""
    for key in path:
        if not isinstance(marks, dict) or key not in marks:
            break
        marks = marks[key]
    return origin_of(marks)
