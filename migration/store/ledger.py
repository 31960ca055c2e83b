"""The ledger: the open phase, and what was decided and recorded of each frozen preset.

Its texts are `ledger_file`'s and `records`' part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from migration.phases import STATUSES, Phase, Status

RECORDABLE: Final = tuple(status for status in STATUSES if status != "new")
"""A preset without a baseline has no entry, so that its status is never recorded."""


def clean_reason(reason: str) -> str:
    """Return a reason as it is recorded: stripped, and in characters that UTF-8 can write."""
    return reason.strip().encode(errors="backslashreplace").decode()


@dataclass(frozen=True, slots=True)
class Entry:
    """One preset: where it moves, and the verdict recorded last.

    `phase` is set if it was assigned, `reason` if the preset was dropped; `refrozen` has the reason
    of each time its baseline was replaced. `late` says why it was frozen from a file that had
    changed by then, `reuse` why it has taken the path of another preset. `sealed_as` is set if the
    status was typed in: to the one with which the entry was sealed.
    """

    target: str
    status: Status
    phase: int | None = None
    reason: str | None = None
    refrozen: tuple[str, ...] = ()
    late: str | None = None
    reuse: str | None = None
    sealed_as: Status | None = None

    def with_status(self, status: Status) -> Entry:
        """Return the entry with a verdict that was found."""
        return replace(self, status=status, sealed_as=None)


@dataclass(frozen=True, slots=True)
class Reopening:
    """A phase that was opened again after it had been closed, and why."""

    phase: Phase
    reason: str


@dataclass(frozen=True, slots=True)
class Progression:
    """Which phase is open, and how it came that closed ones were opened again."""

    phase: Phase = 0
    reopened: tuple[Reopening, ...] = ()

    def reopen(self, phase: Phase, reason: str) -> Progression:
        """Return the progression with an earlier phase open."""
        return Progression(phase, (*self.reopened, Reopening(phase, reason)))


@dataclass(frozen=True, slots=True)
class Ledger:
    """The open phase, and an entry for each frozen preset by its legacy path."""

    phase: Phase = 0
    entries: Mapping[str, Entry] = field(default_factory=dict)
    reopened: tuple[Reopening, ...] = ()

    @property
    def was_worked_on(self) -> bool:
        """Whether phase 0 was closed at some time, be it open again."""
        return self.phase != 0 or bool(self.reopened)

    @property
    def progression(self) -> Progression:
        """The open phase, and what was opened again."""
        return Progression(self.phase, self.reopened)

    def left_paths(self) -> frozenset[str]:
        """Return the paths at which a preset was, and none is any more.

        Those are the old paths of presets that moved, and all paths of those that were dropped.
        """
        left: set[str] = set()
        live: set[str] = set()
        for legacy, entry in self.entries.items():
            if entry.status == "dropped":
                left |= {legacy, entry.target}
            else:
                left.add(legacy)
                live.add(entry.target)
        return frozenset(left - live)

    def had_other_preset(self, path: str, preset: str) -> bool:
        """Tell whether another preset, not dropped, was frozen at the path and has left it."""
        entry = self.entries.get(path)
        if entry is None or path == preset:
            return False
        return entry.status != "dropped" and entry.target != path

    def map_heirs(self) -> Mapping[str, str]:
        """Return each path under which a preset was frozen that another one has, and that one."""
        return {
            entry.target: preset
            for preset, entry in self.entries.items()
            if entry.status != "dropped" and entry.target != preset and entry.target in self.entries
        }

    def shared_targets(self) -> Mapping[str, tuple[str, ...]]:
        """Return each path that several presets have, which were not dropped, and their names."""
        presets: dict[str, tuple[str, ...]] = {}
        for preset, entry in self.entries.items():
            if entry.status != "dropped":
                presets[entry.target] = (*presets.get(entry.target, ()), preset)
        return {target: names for target, names in presets.items() if len(names) > 1}

    def with_entries(self, entries: Mapping[str, Entry]) -> Ledger:
        """Return the ledger with these entries added or replaced."""
        return replace(self, entries={**self.entries, **entries})
