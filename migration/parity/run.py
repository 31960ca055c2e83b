"""What is compared: a preset's config and fusion config, each with its origins on demand."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from migration.errors import Fault
from migration.paths import RealPath
from migration.resolve.resolved import Resolved
from migration.values.keypath import KeyPath
from migration.values.moves import Move

if TYPE_CHECKING:
    from migration.parity.evidence import Evidence
    from migration.yaml.spelling import Spelling


def _no_place(_path: KeyPath) -> str | None:
    return None


def _no_evidence(_suspects: Collection[str] | None) -> Evidence | None:
    return None


def _no_spelling(_place: str, _path: KeyPath, _value: object) -> Spelling | None:
    return None


def _as_is(place: str) -> str:
    return place


@dataclass(frozen=True)
class TracedConfig:
    """A resolved config, with functions that find its places and its evidence on demand.

    A payload that was saved elsewhere has neither, and a baseline has no evidence. Most configs are
    as they were frozen, and are asked for neither.
    """

    resolved: Resolved
    find_place: Callable[[KeyPath], str | None] = _no_place
    """Finds the `file:line` that set the value at a path."""
    find_evidence: Callable[[Collection[str] | None], Evidence | None] = _no_evidence
    find_spelling: Callable[[str, KeyPath, object], Spelling | None] = _no_spelling
    """Finds how a value is written, given its place, its path and itself."""
    name_place: Callable[[str], str] = _as_is
    """Turns a place, or the name of a file, into the one to show."""
    suspects: Collection[str] | None = None
    """The files that may explain a difference, None for all of them."""

    def find_shown_place(self, path: KeyPath) -> str | None:
        """Return the `file:line` that set the value at a path, as it is to be shown."""
        place = self.find_place(path)
        return place and self.name_place(place)

    @cached_property
    def evidence(self) -> Evidence | None:
        """What the files can tell about a difference, None if they are not in the tree."""
        return self.find_evidence(self.suspects)


@dataclass(frozen=True, slots=True)
class Run:
    """What a preset gives to a training run: its config, and the fusion file that it names.

    `fusion` is None if the config names no file, or if the file is `missing` or not known.
    """

    config: TracedConfig
    fusion_path: RealPath | None = None
    fusion: TracedConfig | None = None
    missing: Fault | None = None
    is_frozen: bool = False
    moves: tuple[Move, ...] = ()
    """The keys of the config that have their new names here."""

    def names_like(self, other: Run) -> bool:
        """Tell whether both runs name a fusion file, or none does."""
        return (self.fusion_path is None) == (other.fusion_path is None)

    def with_empty_fusion(self) -> Run:
        """Return the run with an empty fusion config for a missing one: all its values are gone."""
        if self.missing is None or self.fusion_path is None:
            return self
        return replace(self, fusion=TracedConfig(Resolved(self.fusion_path, {}, ())))

    @property
    def files(self) -> tuple[RealPath, ...]:
        """Every file that is merged for the run, those of the fusion config at the end."""
        fusion = self.fusion.resolved.chain if self.fusion else ()
        return (*self.config.resolved.chain, *fusion)
