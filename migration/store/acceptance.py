"""What was accepted on purpose, as data: a key, its frozen value, and the values accepted instead.

`acceptance_file` writes and reads the text of one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Final

from migration.values.diff import Difference, Kind, side_text
from migration.values.keypath import KeyPath, are_connected, format_path

_ID_LENGTH: Final = 8
_LONGEST_NAME: Final = 60
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Former:
    """A value that was accepted before the present one, and why; `MISSING` for a removed key."""

    value: object
    reason: str


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a value was accepted: the reason, the day up to which it is meant, what it replaced.

    `until` is a date as in `2027-03-01`. With `changes_training`, it was accepted for presets that
    were migrated already, while the migration was under way.
    """

    reason: str
    until: str | None = None
    changes_training: bool = False
    former: tuple[Former, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptedValue:
    """A value that some presets may have instead of the frozen one; `MISSING` for a removed key."""

    value: object
    presets: tuple[str, ...]
    grounds: Grounds


@dataclass(frozen=True)
class Acceptance:
    """One key with one frozen value, and what was accepted instead; it has a file of its own.

    `left` is the value of the baselines, `MISSING` for a new key. `fusion` is the fusion config in
    which the key is, None for the config of the presets.
    """

    fusion: str | None
    path: KeyPath
    kind: Kind
    left: object
    values: tuple[AcceptedValue, ...]

    @cached_property
    def id(self) -> str:
        """The beginning of a digest of key, kind and frozen value, and of nothing else."""
        parts = (self.fusion or "", format_path(self.path), self.kind, side_text(self.left))
        text = "\0".join(parts)
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_ID_LENGTH]

    @property
    def name(self) -> str:
        """The key, after the fusion config that it is in."""
        inside = f"{self.fusion}: " if self.fusion else ""
        return f"{inside}{format_path(self.path)}"

    @property
    def file_name(self) -> str:
        """The name of its file: the key, then the id."""
        key = _UNSAFE.sub("_", format_path(self.path))[:_LONGEST_NAME].strip(".-_") or "key"
        return f"{key}-{self.id}.yaml"

    @property
    def until(self) -> str | None:
        """The first day up to which a value is meant, None if none has such a day."""
        return min((day for each in self.values if (day := each.grounds.until)), default=None)

    @property
    def presets(self) -> tuple[str, ...]:
        """The presets that may have another value than the frozen one, sorted."""
        return tuple(sorted(preset for each in self.values for preset in each.presets))


@dataclass(frozen=True, slots=True)
class AcceptedChange:
    """One accepted change as it concerns one preset; `fusion` as in `Acceptance`."""

    fusion: str | None
    change: Difference
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two acceptances that disagree on a key of one preset."""

    preset: str
    first: Acceptance
    second: Acceptance


class Acceptances:
    """All acceptances of a project, by file name."""

    def __init__(self, acceptances: Iterable[Acceptance] = ()) -> None:
        """Take the acceptances."""
        self.by_name: Mapping[str, Acceptance] = {
            each.file_name: each for each in sorted(acceptances, key=lambda each: each.file_name)
        }

    def __iter__(self) -> Iterator[Acceptance]:
        """Yield the acceptances, sorted by file name."""
        return iter(self.by_name.values())

    def list_changes(self, preset: str) -> tuple[AcceptedChange, ...]:
        """Return what was accepted for a preset."""
        return self.by_preset.get(preset, ())

    def list_naming(self, preset: str) -> tuple[Acceptance, ...]:
        """Return the acceptances that name a preset, sorted by file name."""
        return tuple(each for each, _ in self._sources.get(preset, ()))

    def find(self, preset: str, path: KeyPath, *, is_fusion: bool) -> Acceptance | None:
        """Return the acceptance for a preset at a path, beneath it or above it.

        With `is_fusion` the path is one in the fusion config of the preset.
        """
        return next(
            (
                each
                for each in self.list_naming(preset)
                if (each.fusion is not None) == is_fusion and are_connected(each.path, path)
            ),
            None,
        )

    @property
    def presets(self) -> frozenset[str]:
        """Every preset for which something was accepted."""
        return frozenset(self._sources)

    def find_overlaps(self) -> Iterator[Overlap]:
        """Yield the acceptances that are about the same key of the same preset."""
        for preset, sources in sorted(self._sources.items()):
            for at, (one, _) in enumerate(sources):
                for other, _ in sources[at + 1 :]:
                    if one.fusion == other.fusion and are_connected(one.path, other.path):
                        yield Overlap(preset, one, other)

    @cached_property
    def _sources(self) -> Mapping[str, list[tuple[Acceptance, AcceptedValue]]]:
        found = defaultdict(list)
        for acceptance in self:
            for value in acceptance.values:
                for preset in value.presets:
                    found[preset].append((acceptance, value))
        return dict(found)

    @cached_property
    def by_preset(self) -> Mapping[str, tuple[AcceptedChange, ...]]:
        """What was accepted for each preset."""
        return {
            preset: tuple(
                AcceptedChange(each.fusion, _change_of(each, value), value.grounds)
                for each, value in sources
            )
            for preset, sources in self._sources.items()
        }


def group_changes(changes: Mapping[str, Iterable[AcceptedChange]]) -> Acceptances:
    """Return the acceptances of all presets, given what was accepted for each preset."""
    found: dict[tuple[str, str, Kind, str], dict[str, list[tuple[str, AcceptedChange]]]] = {}
    for preset in sorted(changes):
        for each in changes[preset]:
            change = each.change
            key = (each.fusion or "", format_path(change.path), change.kind, side_text(change.left))
            of_values = found.setdefault(key, defaultdict(list))
            of_values[f"{side_text(change.right)}\0{each.grounds}"].append((preset, each))
    return Acceptances(_join(of_values) for of_values in found.values())


def _join(of_values: Mapping[str, list[tuple[str, AcceptedChange]]]) -> Acceptance:
    """Return the acceptance of changes that have key and frozen value in common."""
    values = []
    for _, alike in sorted(of_values.items()):
        first = alike[0][1]
        presets = tuple(sorted(preset for preset, _ in alike))
        values.append(AcceptedValue(first.change.right, presets, first.grounds))
    (_, one), *_ = next(iter(of_values.values()))
    change = one.change
    return Acceptance(one.fusion, change.path, change.kind, change.left, tuple(values))


def _change_of(acceptance: Acceptance, value: AcceptedValue) -> Difference:
    return Difference(acceptance.path, acceptance.kind, acceptance.left, value.value)


def trim_presets(acceptance: Acceptance, presets: frozenset[str]) -> Acceptance | None:
    """Return an acceptance without these presets, None if no preset is left."""
    values = tuple(
        replace(each, presets=left)
        for each in acceptance.values
        if (left := tuple(preset for preset in each.presets if preset not in presets))
    )
    return replace(acceptance, values=values) if values else None
