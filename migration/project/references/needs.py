"""What needs or names a file that is to go, as data."""

from __future__ import annotations

from dataclasses import dataclass

from migration.errors import Fault
from migration.project.references.texts import (
    Mention,
)


@dataclass(frozen=True, slots=True)
class Dependent:
    """A config that needs files to be removed: no preset, or a preset that has them by a link."""

    path: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link that would be broken."""

    path: str
    needs: str


@dataclass(frozen=True, slots=True)
class Naming:
    """A preset with a value that is the path of files, or of folders, to be removed."""

    path: str
    key: str
    needs: tuple[str, ...]
    others: int
    """How many more presets have the same value at the same place."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A YAML file that cannot be read, and whose text has the name of a file to be removed."""

    path: str
    fault: Fault
    needs: str


Need = Dependent | Link | Naming | Unreadable


@dataclass(frozen=True, slots=True)
class Needs:
    """What `find_needs` found, sorted by path."""

    needs: tuple[Need, ...] = ()
    mentions: tuple[Mention, ...] = ()
    unread: tuple[Fault, ...] = ()
    """Why some files could not be searched, if nothing else is known about them."""
