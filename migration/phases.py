"""The statuses of presets, the phases of a migration, and the rule by which a phase may close."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, TypeVar, get_args

Status: TypeAlias = Literal["verified", "pending", "failed", "missing", "error", "new", "dropped"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
Phase: TypeAlias = Literal[0, 1, 2, 3, "done"]
PHASES: Final[tuple[Phase, ...]] = get_args(Phase)
"""In order: freeze, a minimal set, all others, remove the legacy files; at the end none is open."""

WORKED_PHASES: Final = (1, 2)
"""The phases to which a preset can belong."""
REMOVAL: Final = 3
"""The phase in which `retire` removes the legacy files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One preset in the migration: its true status, and the recorded one, if the ledger has one.

    `legacy` is None for a preset that never had a legacy form.
    """

    legacy: str | None
    target: str
    phase: int
    status: Status
    recorded: Status | None = None
    is_excused: bool = False
    """Whether the preset has no baseline, and the settings do not ask for one."""
    is_hand_edited: bool = False
    """Whether the recorded status was edited by hand."""

    @property
    def name(self) -> str:
        """The path by which people know the preset: the old one, if it has one."""
        return self.legacy or self.target

    @property
    def is_stale(self) -> bool:
        """Whether the recorded status is not the true one, or was edited by hand."""
        return self.is_hand_edited or (self.recorded is not None and self.recorded != self.status)

    @property
    def is_settled(self) -> bool:
        """Whether the preset is migrated or dropped."""
        return self.status in ("verified", "dropped")

    @property
    def shown(self) -> str:
        """The status as reports show it: `stale` if the recorded one is not the true one."""
        return "stale" if self.is_stale else self.status


S = TypeVar("S", bound=Standing)


def judge_unchanged(reaches: Collection[str]) -> Status:
    """Return the status of a preset that equals its baseline, by the legacy files that it needs."""
    return "pending" if reaches else "verified"


def is_closed(phase: int, open_phase: Phase) -> bool:
    """Tell whether a phase is closed while another one is open."""
    return phase < PHASES.index(open_phase)


def next_phase(phase: Phase) -> Phase:
    """Return the phase that opens when this one closes.

    >>> next_phase(0), next_phase(3), next_phase("done")
    (1, 'done', 'done')
    """
    return PHASES[min(PHASES.index(phase) + 1, len(PHASES) - 1)]


def list_members(phase: Phase, standings: Collection[S]) -> tuple[S, ...]:
    """Return the presets that belong to a phase; a preset without a baseline belongs to none."""
    return tuple(each for each in standings if each.phase == phase and each.status != "new")


def find_obstacles(
    phase: Phase, standings: Collection[S], legacy_files: Collection[str]
) -> tuple[S | str, ...]:
    """Return the presets that keep the phase open, and texts for all other obstacles."""
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
