"""The ledger, as data: the open phase, and the decisions and the status of each frozen preset.

`ledger_file` writes and reads the phase, `decisions` the entry of each preset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from migration.phases import STATUSES, Phase, Status

RECORDABLE: Final = tuple(status for status in STATUSES if status != "new")
"""The statuses of an entry. A preset without a baseline is `new` and has no entry."""


def clean_reason(reason: str) -> str:
    """Return a reason as it is recorded: stripped, and in characters that UTF-8 can write."""
    return reason.strip().encode(errors="backslashreplace").decode()


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger holds about one preset: where it moves, and the verdict recorded last.

    `map` sets `phase` to assign it, and `reason` to drop the preset. `refrozen` has the reason of
    each replacement of the baseline. `late` says why the preset was frozen from a file that had
    changed by then, `reuse` why it took the path of another preset. `status_when_sealed` is the
    status that the toolkit recorded, if the status was edited by hand since.
    """

    target: str
    status: Status
    phase: int | None = None
    reason: str | None = None
    refrozen: tuple[str, ...] = ()
    late: str | None = None
    reuse: str | None = None
    status_when_sealed: Status | None = None

    def with_status(self, status: Status) -> Entry:
        """Return the entry with a verdict of the toolkit."""
        return replace(self, status=status, status_when_sealed=None)


@dataclass(frozen=True, slots=True)
class Reopening:
    """A closed phase that `advance --reopen` opened again, and the reason."""

    phase: Phase
    reason: str


@dataclass(frozen=True, slots=True)
class Progression:
    """Which phase is open, and which closed ones were opened again."""

    phase: Phase = 0
    reopened: tuple[Reopening, ...] = ()

    def reopen(self, phase: Phase, reason: str) -> Progression:
        """Return the progression with an earlier phase open."""
        return Progression(phase, (*self.reopened, Reopening(phase, reason)))

    @property
    def was_worked_on(self) -> bool:
        """Whether phase 0 was ever closed, even if it is open again."""
        return self.phase != 0 or bool(self.reopened)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The open phase, and the entry of each frozen preset by its legacy path."""

    phase: Phase = 0
    entries: Mapping[str, Entry] = field(default_factory=dict)
    reopened: tuple[Reopening, ...] = ()

    @property
    def was_worked_on(self) -> bool:
        """Whether phase 0 was ever closed, even if it is open again."""
        return self.progression.was_worked_on

    @property
    def progression(self) -> Progression:
        """The open phase, and what was opened again."""
        return Progression(self.phase, self.reopened)

    def left_paths(self) -> frozenset[str]:
        """Return the paths that presets have left, and that no preset has now.

        A preset that moved has left its old path, a dropped one both of its paths.
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
        """Tell whether another preset, not a dropped one, was frozen at the path and moved away."""
        entry = self.entries.get(path)
        if entry is None or path == preset:
            return False
        return entry.status != "dropped" and entry.target != path

    def map_live(self) -> Mapping[str, str]:
        """Return each preset that was not dropped, with the path that it has now."""
        return {
            preset: entry.target
            for preset, entry in self.entries.items()
            if entry.status != "dropped"
        }

    def map_heirs(self) -> Mapping[str, str]:
        """Return each path of a frozen preset that another preset took, and that other preset."""
        return {
            target: preset
            for preset, target in self.map_live().items()
            if target != preset and target in self.entries
        }

    def shared_targets(self) -> Mapping[str, tuple[str, ...]]:
        """Return each path that several presets share, and those presets, without dropped ones."""
        presets: dict[str, tuple[str, ...]] = {}
        for preset, target in self.map_live().items():
            presets[target] = (*presets.get(target, ()), preset)
        return {target: names for target, names in presets.items() if len(names) > 1}

    def with_entries(self, entries: Mapping[str, Entry]) -> Ledger:
        """Return the ledger with these entries added or replaced."""
        return replace(self, entries={**self.entries, **entries})
