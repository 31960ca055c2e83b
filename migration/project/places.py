"""Finds where the values of a config were set, and how its files write their numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from migration.project.named_config import NamedConfig
from migration.project.run import make_speller
from migration.resolve.origins import OriginIndex, file_of, find_origin
from migration.values.describe import is_number
from migration.values.diff import MISSING, value_at
from migration.values.keypath import Index, KeyPath, format_path
from migration.values.merge import Config
from migration.values.redaction import Redaction
from migration.yaml.marks import nearest_origin


@dataclass(frozen=True, slots=True)
class Place:
    """A value and its `file:line`, if known; for a frozen mapping, the `file:line` of one leaf.

    `files` counts the files that set the leaves of a mapping. `follows` names the length knob
    that the value follows; the place is then that of the knob.
    """

    path: KeyPath
    value: object
    origin: str | None
    files: int = 1
    follows: str | None = None
    written: str | None = None
    """How its file writes the value, if it is a number."""

    def redact(self, redaction: Redaction) -> Place:
        """Return the place without a value that no report may show."""
        value = redaction.redact(self.value, self.path)
        return self if value is self.value else replace(self, value=value, written=None)


@dataclass(frozen=True, slots=True)
class Following:
    """The values that follow a length knob."""

    knob: str
    values: Config

    def knob_of(self, path: KeyPath) -> str | None:
        """Return the knob that the value at a path follows, or None."""
        return None if value_at(self.values, path) is MISSING else self.knob


def list_places(
    path: KeyPath,
    value: object,
    origins: OriginIndex,
    following: Following,
    mixed: Collection[str] = (),
) -> Iterator[Place]:
    """Yield the place of each leaf at or below a path; each entry of a `mixed` list counts as one.

    A value that follows the length knob has the place of the knob.
    """
    inner: list[tuple[Hashable, object]] = []
    if isinstance(value, dict):
        inner = [*value.items()]
    elif isinstance(value, list) and format_path(path) in mixed:
        inner = [(Index(position), item) for position, item in enumerate(value)]
    for key, item in inner:
        yield from list_places((*path, key), item, origins, following, mixed)
    if not inner and path:
        knob = following.knob_of(path)
        yield Place(path, value, find_origin(origins, (knob,) if knob else path), 1, knob)


def find_mixed_lists(origins: OriginIndex) -> set[str]:
    """Return, as path texts, the lists in which an entry comes from another file than the list."""
    mixed = set()
    for text, place in origins.items():
        around, _, entry = text.partition("[")
        if entry and around in origins and file_of(place) != file_of(origins[around]):
            mixed.add(around)
    return mixed


def list_parts(
    path: KeyPath,
    items: Iterable[tuple[Hashable, object]],
    leaves: Sequence[Place],
    given: NamedConfig,
) -> Iterator[Place]:
    """Yield the place of each item of the mapping at a path, given the places of its leaves."""
    marks = given.loader.marks(given.path) if given.loader else None
    by_key: dict[KeyPath, list[Place]] = defaultdict(list)
    for leaf in leaves:
        by_key[leaf.path[: len(path) + 1]].append(leaf)
    for key, item in items:
        at = (*path, key)
        beneath = by_key[at]
        origins = [leaf.origin for leaf in beneath if leaf.origin]
        files = len({file_of(origin) for origin in origins})
        follows = next((leaf.follows for leaf in beneath if leaf.path == at), None)
        origin = next(iter(origins), None)
        if marks and isinstance(item, dict) and not all(leaf.follows for leaf in beneath):
            origin = str(nearest_origin(marks, at))
        yield Place(at, item, origin, files, follows)


def add_numbers(given: NamedConfig, places: Iterable[Place]) -> tuple[Place, ...]:
    """Return the places with how their files write the numbers, but for those of a knob."""
    read_number = make_number_reader(given)
    return tuple(
        place
        if place.follows
        else replace(place, written=read_number(place.origin, place.path, place.value))
        for place in places
    )


def make_number_reader(given: NamedConfig) -> Callable[[str | None, KeyPath, object], str | None]:
    """Return a function from a value's origin, its path, and it to how a file writes the number.

    It returns None for other values, and where that is not known. It reads each file once.
    """
    spell = make_speller(given.loader) if given.loader else None

    def read_number(origin: str | None, path: KeyPath, value: object) -> str | None:
        if spell is None or origin is None or not is_number(value):
            return None
        spelling = spell(origin, path, value)
        return spelling.text if spelling else None

    return read_number
