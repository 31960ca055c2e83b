"""Reads together what is frozen and what was decided, and which presets there are."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from migration.errors import Fault, MigrationError
from migration.files.lock import is_held
from migration.project.inventory import Inventory
from migration.project.matching import no_presets_fault
from migration.project.migration import has_migration
from migration.project.project import Project
from migration.project.state_faults import (
    StateFault,
    acceptance_faults,
    fusion_faults,
    record_faults,
    target_faults,
)
from migration.store.acceptance import Acceptances
from migration.store.baselines import Baselines, StaleReadError, open_baselines
from migration.store.decisions import line_of
from migration.store.ledger import Entry, Ledger, Progression
from migration.store.leftovers import find_leftovers
from migration.store.records import PRESETS, Record
from migration.store.seal import RESOLVE

P = ParamSpec("P")
T = TypeVar("T")
_ATTEMPTS = 100  # a change takes milliseconds, and so does reading a small state again
_LEFTOVER = "a leftover: it belongs to no frozen config"


@dataclass(frozen=True, slots=True)
class State:
    """The frozen presets, the decisions about them, and the legacy files in the tree.

    For a command about a few presets, the ledger has only their entries.
    """

    project: Project
    baselines: Baselines
    ledger: Ledger
    inventory: Inventory
    is_whole: bool = True

    @property
    def presets(self) -> Collection[str]:
        """The frozen presets, by legacy path."""
        return self.ledger.entries.keys()

    @property
    def has_migration(self) -> bool:
        """Whether there is a migration, done or not; else the baselines are a gate alone."""
        return has_migration(self.project.settings, self.ledger)

    def record(self, preset: str) -> Record:
        """Return the record of a preset.

        Raises:
            StaleReadError: another command has replaced it meanwhile.
        """
        return self.baselines.record(PRESETS, preset)

    def phase_of(self, preset: str) -> int | None:
        """Return the phase in which the preset is to be migrated, None without a migration."""
        if not self.has_migration:
            return None
        entry = self.ledger.entries.get(preset)
        if entry and entry.phase:
            return entry.phase
        return 1 if preset in self.project.settings.phase_1 else 2

    def hand_edited_faults(self) -> tuple[Fault, ...]:
        """Return a fault for each status that was edited by hand in a record, with its line."""
        baselines, hint = self.baselines, "`check-parity` records the computed one"
        faults = []
        for preset, entry in self.ledger.entries.items():
            if entry.status_when_sealed:
                line = line_of("status", baselines.record_data(PRESETS, preset).decode())
                message = f"the status of {preset}, {entry.status}, was edited by hand"
                path = baselines.folder.record_path(PRESETS, preset)
                faults.append(Fault(message, path, line, hint=hint))
        return tuple(faults)

    def leftover_faults(self) -> tuple[Fault, ...]:
        """Return a fault for a change that was left unfinished, and for each file left over.

        While another command holds the lock, return none: it may be about to place these files.
        """
        folder, baselines = self.project.state_folder, self.baselines
        unfinished, found = baselines.unfinished(), find_leftovers(baselines)
        if not unfinished and not found:
            return ()
        if is_held(folder.tree.root, folder.path) or not baselines.is_current():
            return ()
        # No command held the lock just now, so a file that was there before and after is left over.
        still = find_leftovers(open_baselines(folder))
        faults = [self.leftover_fault(path) for path in still if path in found]
        if unfinished:
            message = f"`{unfinished}` was stopped before it ended"
            hint = "the next command that writes finishes its work, as `snapshot` does"
            faults.append(Fault(message, folder.journal_path, hint=hint))
        return tuple(faults)

    def with_ledger(self, ledger: Ledger) -> State:
        """Return the state with another ledger."""
        return _make_state(self.baselines, self.project, ledger, is_whole=self.is_whole)

    def with_acceptances(self, acceptances: Acceptances) -> State:
        """Return the state as it would be if just these differences were accepted."""
        baselines = self.baselines.with_acceptances(acceptances)
        return _make_state(baselines, self.project, self.ledger, is_whole=self.is_whole)

    def leftover_fault(self, path: str) -> Fault:
        """Return the fault of a file that belongs to no record."""
        folder = self.project.state_folder
        if folder.is_temporary(path):
            return Fault(_LEFTOVER, path, hint="`snapshot` removes it")
        if place := folder.config_at(self.project.tree.real_path(path)):
            message = f"a baseline without a record; it may be that of {place[1]}"
            hint = f"restore its record, {folder.record_path(*place)}; {RESOLVE}"
            return Fault(message, path, hint=hint)
        return Fault(_LEFTOVER, path, hint="move it elsewhere, or `snapshot --force` removes it")


def read_state(
    project: Project,
    wanted: Collection[str] = (),
    excuses: Callable[[StateFault], bool] = lambda _: False,
) -> State:
    """Return what is frozen and decided, which may be nothing yet.

    If the wanted presets are named by the path that they have always had, read only their files.
    No lock is needed: if another command changes the files meanwhile, they are read again. Faults
    for which `excuses` returns true are ignored.

    Raises:
        MigrationError: the ledger or a record cannot be read, or a frozen file is not as it was.
    """
    for _ in range(_ATTEMPTS):
        before = project.state_folder.signature()
        try:
            state, faults = _read_once(project, wanted)
        except (MigrationError, StaleReadError):
            if project.state_folder.signature() == before:
                raise
            continue
        if state.baselines.is_current():
            if left := [each.fault for each in faults if not excuses(each)]:
                raise MigrationError(*left)
            return state
    raise _keeps_changing(project)


def retry_on_change(
    work: Callable[Concatenate[Project, P], T],
) -> Callable[Concatenate[Project, P], T]:
    """Make a function start again if another command replaces a frozen file before it is read."""

    @wraps(work)
    def repeated(project: Project, /, *args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(_ATTEMPTS):
            with suppress(StaleReadError):
                return work(project, *args, **kwargs)
        raise _keeps_changing(project)

    return repeated


def frozen_state(
    project: Project,
    wanted: Collection[str] = (),
    excuses: Callable[[StateFault], bool] = lambda _: False,
) -> State:
    """Return the state as `read_state` does, but require that something is frozen.

    Raises:
        MigrationError: nothing has been frozen yet, or as `read_state`.
    """
    state = read_state(project, wanted, excuses)
    if not state.presets:
        unset = None if project.settings.source else no_presets_fault(project)
        raise MigrationError(unset or project.state_folder.unfrozen_fault())
    return state


def _read_once(project: Project, wanted: Collection[str]) -> tuple[State, Collection[StateFault]]:
    folder = project.state_folder
    baselines = open_baselines(folder)
    few = tuple(dict.fromkeys(map(posixpath.normpath, wanted)))
    is_few = bool(few) and all(_is_in_place(baselines, preset) for preset in few)
    presets = few if is_few else baselines.list_configs(PRESETS)
    progression = baselines.progression()
    if progression is None and presets:
        hint = f"restore it from version control; {RESOLVE}"
        fault = Fault("no such file, but there are records", folder.ledger_path, hint=hint)
        raise MigrationError(fault)
    progression = progression or Progression()
    faults: list[StateFault] = []
    if progression.phase and not presets:
        hint = f"restore them from version control; {RESOLVE}"
        message = f"phase {progression.phase} is open, but no record is there"
        faults.append(StateFault("record", (), Fault(message, folder.ledger_path, hint=hint)))
    entries: dict[str, Entry] = {}
    for preset in presets:
        reading = baselines.reading(PRESETS, preset)
        if entry := reading.entry or reading.salvaged:
            entries[preset] = entry
        is_salvaged = reading.salvaged is not None
        faults += [
            StateFault("decision", (preset,), each, is_salvaged) for each in reading.entry_faults
        ]
        faults += [
            StateFault("file", (preset,), each) for each in baselines.faults(PRESETS, preset)
        ]
    if not is_few:
        faults += record_faults(project, baselines)
    ledger = Ledger(progression.phase, entries, progression.reopened)
    faults += target_faults(folder, ledger)
    faults += acceptance_faults(baselines)
    faults += fusion_faults(baselines, ledger, is_whole=not is_few)
    return _make_state(baselines, project, ledger, is_whole=not is_few), faults


def _is_in_place(baselines: Baselines, preset: str) -> bool:
    """Tell whether the path of the preset can mean only this preset."""
    if not baselines.has_record(PRESETS, preset):
        return False
    entry = baselines.reading(PRESETS, preset).entry
    if entry is None or entry.target != preset or entry.status == "dropped":
        return False
    # If its file is gone, the other presets tell where it may have gone.
    return baselines.folder.tree.is_file(preset)


def _make_state(baselines: Baselines, project: Project, ledger: Ledger, *, is_whole: bool) -> State:
    inventory = Inventory(project, baselines, ledger, is_whole=is_whole)
    return State(project, baselines, ledger, inventory, is_whole)


def _keeps_changing(project: Project) -> MigrationError:
    hint = "wait for the other command to end"
    return MigrationError(
        Fault("keeps changing while it is read", project.state_folder.path, hint=hint)
    )
