"""Defines the statuses, the phases, and the rule that decides whether a phase may close."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, TypeVar, get_args

Status: TypeAlias = Literal["verified", "pending", "failed", "missing", "error", "new", "dropped"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
Phase: TypeAlias = Literal[0, 1, 2, 3, "done"]
PHASES: Final[tuple[Phase, ...]] = get_args(Phase)
"""In order: freeze, a minimal set, all others, remove the legacy files; `done`: none is open."""

WORKED_PHASES: Final = (1, 2)
"""The phases to which a preset can belong."""
REMOVAL: Final = 3
"""The phase in which `retire` removes the legacy files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One preset in the migration: its computed status, and the recorded one, if there is one.

    `legacy` is None for a preset that never had a legacy form.
    """

    legacy: str | None
    target: str
    phase: int | None
    """None in a project without a migration."""
    status: Status
    recorded: Status | None = None
    is_excused: bool = False
    """Whether the preset has no baseline, and the settings require none."""
    is_hand_edited: bool = False
    """Whether the recorded status was edited by hand."""

    @property
    def name(self) -> str:
        """The path that identifies the preset: the old path if it has one, else the new one."""
        return self.legacy or self.target

    @property
    def is_stale(self) -> bool:
        """Whether the recorded status differs from the computed one, or was edited by hand."""
        return self.is_hand_edited or (self.recorded is not None and self.recorded != self.status)

    @property
    def is_settled(self) -> bool:
        """Whether the preset is migrated or dropped."""
        return self.status in ("verified", "dropped")

    @property
    def shown(self) -> str:
        """The status that reports show: `stale` if `is_stale`, else the computed one."""
        return "stale" if self.is_stale else self.status


S = TypeVar("S", bound=Standing)


def judge_unchanged(legacy_used: Collection[str]) -> Status:
    """Return the status of a preset that equals its baseline, given the legacy files it needs."""
    return "pending" if legacy_used else "verified"


def is_closed(phase: int, open_phase: Phase) -> bool:
    """Tell whether a phase is closed, given the open phase."""
    return phase < PHASES.index(open_phase)


def next_phase(phase: Phase) -> Phase:
    """Return the phase that opens when this one closes.

    >>> next_phase(0), next_phase(3), next_phase("done")
    (1, 'done', 'done')
    """
    return PHASES[min(PHASES.index(phase) + 1, len(PHASES) - 1)]


def list_members(phase: Phase, standings: Collection[S]) -> tuple[S, ...]:
    """Return the presets of a phase; a preset with status `new` belongs to none."""
    return tuple(each for each in standings if each.phase == phase and each.status != "new")


def find_obstacles(
    phase: Phase, standings: Collection[S], legacy_files: Collection[str]
) -> tuple[S | str, ...]:
    """Return the presets that keep the phase open, and a text for every other obstacle."""
    return tuple(_list_obstacles(phase, standings, legacy_files))


def _list_obstacles(
    phase: Phase, standings: Collection[S], legacy_files: Collection[str]
) -> Iterator[S | str]:
    needed = [each for each in standings if not each.is_excused]
    if phase == 0:
        yield from (each for each in needed if each.recorded is None)
        return
    if phase == 1:
        needed = [each for each in needed if each.phase == 1]
        if not list_members(1, needed):
            yield "no preset belongs to phase 1: `map --old PRESET --phase 1` names one"
    yield from (each for each in needed if not each.is_settled)
    if phase in (REMOVAL, "done"):
        yield from (f"{path}: a legacy file, still there" for path in legacy_files)
