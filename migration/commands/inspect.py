"""`inspect`: shows what a config resolves to, where leaves were set, and one key's history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from migration.errors import Fault, MigrationError
from migration.project.missing_key import missing_key_fault
from migration.project.named_config import NamedConfig, find_config
from migration.project.places import (
    Following,
    Place,
    add_numbers,
    find_mixed_lists,
    list_parts,
    list_places,
    make_number_reader,
)
from migration.project.project import Project
from migration.project.state import retry_on_change
from migration.resolve.effective import derived_limits
from migration.resolve.history import HistoryStep, trace_history
from migration.resolve.origins import OriginIndex, file_of, find_origin
from migration.values.diff import MISSING, value_at
from migration.values.keypath import KeyPath, format_path, parse_path
from migration.values.merge import Config, merge
from migration.values.redaction import Redaction


@dataclass(frozen=True, slots=True)
class Inspection:
    """A config's chain, lowest precedence first, and what it resolves to."""

    path: str
    chain: tuple[str, ...]
    value: Config

    def redact(self, redaction: Redaction) -> Inspection:
        """Return the same without the values that no report may show."""
        return replace(self, value=cast("Config", redaction.redact(self.value)))


@dataclass(frozen=True, slots=True)
class OriginList:
    """A config's chain, and the place of every leaf, sorted by path text."""

    path: str
    chain: tuple[str, ...]
    places: tuple[Place, ...]
    frozen_mark: str | None
    """The word that marks the places of a baseline."""

    def redact(self, redaction: Redaction) -> OriginList:
        """Return the same without the values that no report may show."""
        return replace(self, places=tuple(place.redact(redaction) for place in self.places))


@dataclass(frozen=True, slots=True)
class History:
    """How a value was set: the steps, or for a baseline the one place that is known."""

    path: KeyPath
    value: object
    steps: tuple[HistoryStep, ...] = ()
    origin: str | None = None

    def redact(self, redaction: Redaction) -> History:
        """Return the same without the values that no report may show."""
        steps = tuple(step.redact(redaction, self.path) for step in self.steps)
        return replace(self, value=redaction.redact(self.value, self.path), steps=steps)


@dataclass(frozen=True, slots=True)
class Trace:
    """The value at one key path, and where it comes from.

    A mapping has `parts`, one per key, and `standing`: how many of its final leaves each file
    set. `knob` is the history of the length knob if the value follows it.
    """

    config: str
    history: History
    parts: tuple[Place, ...]
    standing: Mapping[str, int]
    knob: History | None
    frozen_mark: str | None
    """The word that marks the places of a baseline."""
    has_origins: bool

    @property
    def value(self) -> object:
        """The value itself."""
        return self.history.value

    def redact(self, redaction: Redaction) -> Trace:
        """Return the same without the values that no report may show."""
        return replace(
            self,
            history=self.history.redact(redaction),
            parts=tuple(part.redact(redaction) for part in self.parts),
            knob=self.knob and self.knob.redact(redaction),
        )


@retry_on_change
def inspect_config(
    project: Project, config: str, folder: Path, *, is_effective: bool = False
) -> Inspection:
    """Return what a YAML file or a baseline resolves to; with `is_effective`, what a run sees.

    `config` is relative to `folder`.

    Raises:
        MigrationError: the config cannot be read.
    """
    given = find_config(project, config, folder)
    value, _ = _apply_length_knob(given, is_effective=is_effective)
    return Inspection(given.path, given.chain, value)


@retry_on_change
def list_origins(
    project: Project, config: str, folder: Path, *, is_effective: bool = False
) -> OriginList:
    """Return where every leaf of a config was set; the arguments are those of `inspect_config`.

    A list counts as a leaf unless several files set its entries, as in a fusion config.

    Raises:
        MigrationError: the config cannot be read, or is a saved payload, which has no origins.
    """
    given = find_config(project, config, folder)
    value, following = _apply_length_knob(given, is_effective=is_effective)
    origins = given.origins()
    if origins is None:
        message = "a payload that was saved does not know where its values were set"
        hint = "give the YAML file, or the baseline that `snapshot` froze"
        raise MigrationError(Fault(message, given.path, hint=hint))
    places = list_places((), value, origins, following, find_mixed_lists(origins))
    ordered = sorted(places, key=lambda place: format_path(place.path))
    listed = add_numbers(given, ordered)
    return OriginList(given.path, given.chain, listed, given.frozen_mark)


@retry_on_change
def trace_key(
    project: Project, config: str, key: str, folder: Path, *, is_effective: bool = False
) -> Trace:
    """Return where the value at a key path comes from; other arguments as for `inspect_config`.

    Raises:
        MigrationError: `key` is not a key path, the config cannot be read, or it has no such key.
    """
    key_path = parse_path(key)
    given = find_config(project, config, folder)
    value, following = _apply_length_knob(given, is_effective=is_effective)
    origins = given.origins()
    history = _trace_history(given, key_path, value, origins)
    if not _has_key(value, key_path):
        raise MigrationError(missing_key_fault(given, key_path, value, history.steps, origins))
    leaves = [*list_places(key_path, history.value, origins or {}, following)]
    follows = following.knob_of(key_path) is not None
    parts = history.value.items() if isinstance(history.value, dict) else None
    return Trace(
        config=given.path,
        history=history,
        parts=add_numbers(given, list_parts(key_path, parts, leaves, given)) if parts else (),
        standing=Counter(
            file_of(leaf.origin) for leaf in leaves if leaf.origin and not leaf.follows
        ),
        knob=_trace_history(given, (given.knob,), value, origins)
        if follows and parts is None
        else None,
        frozen_mark=given.frozen_mark,
        has_origins=origins is not None,
    )


def _apply_length_knob(given: NamedConfig, *, is_effective: bool) -> tuple[Config, Following]:
    """Return the value to inspect, and the values in it that follow the length knob."""
    values = derived_limits(given.value, given.path, given.knob) if is_effective else {}
    return merge(given.value, values), Following(given.knob, values)


def _trace_history(
    given: NamedConfig, key_path: KeyPath, value: object, origins: OriginIndex | None
) -> History:
    steps = trace_history(given.loader, given.path, key_path) if given.loader else ()
    read_number = make_number_reader(given)
    steps = tuple(
        replace(step, written=read_number(str(step.origin), step.path, step.value))
        for step in steps
    )
    origin = find_origin(origins, key_path) if given.is_frozen and origins else None
    return History(key_path, value_at(value, key_path), steps, origin)


def _has_key(value: object, path: KeyPath) -> bool:
    """Tell whether the path exists. Keys are compared by text: to Python, 1 equals 1.0 and true."""
    for depth, key in enumerate(path):
        if isinstance(value, dict):
            texts = {format_path((known,)) for known in value}
            if format_path(path[depth : depth + 1]) not in texts:
                return False
        value = value_at(value, (key,))
    return value is not MISSING
