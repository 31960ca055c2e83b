"""`advance`: closes the open phase if its gate holds, or reopens a closed phase."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from migration.errors import Fault, MigrationError
from migration.gate.acceptances import judge_acceptances
from migration.gate.status import Judge, Row, assess_presets
from migration.phases import PHASES, REMOVAL, Phase, find_obstacles, next_phase
from migration.project.changes import write_decisions
from migration.project.exclusion import Exclusion, exclude_presets
from migration.project.migration import require_migration
from migration.project.project import Project
from migration.project.state import frozen_state
from migration.project.surroundings import list_whole_surroundings
from migration.store.ledger import clean_reason


@dataclass(frozen=True, slots=True)
class Advance:
    """The open phase before and after the command; they are equal if obstacles remain.

    An obstacle is the row of a preset, or a text.
    """

    before: Phase
    after: Phase
    obstacles: tuple[Row | str, ...] = ()
    exclusion: Exclusion | None = None
    """The setting that excludes the presets that can be neither read nor frozen, if there are any.
    """


def advance_phase(project: Project, *, force: bool = False) -> Advance:
    """Close the open phase if its gate holds. If the phase is `done`, only look for obstacles.

    The new phase is recorded together with the verdicts that the gate used; if the phase stays
    open, nothing is written. With `force`, continue without git where git cannot tell whether
    all legacy files are in the work tree.

    Raises:
        MigrationError: no `legacy` is set, a glob of the settings matches nothing, nothing has
            been frozen, a frozen file was changed, the ledger cannot be read or written, git
            cannot tell, or a sparse checkout leaves out a legacy file.
    """
    require_migration(project)
    with project.writing("advance"):
        state = frozen_state(project)
        phase = state.ledger.phase
        if faults := tuple(state.inventory.find_unmatched_globs()):
            raise MigrationError(*faults)
        if phase in (REMOVAL, "done"):
            list_whole_surroundings(state, force=force)
        rows = assess_presets(state, Judge(project.profile()))
        left = find_obstacles(phase, rows, state.inventory.legacy_files)
        accepted = judge_acceptances(state, rows)
        left += tuple(each.advice for each in accepted.unneeded)
        if left or phase == "done":
            return Advance(phase, phase, left, _exclude_unread(project, left))
        entries = state.ledger.entries
        verdicts = {
            row.name: entries[row.name].with_status(row.status)
            for row in rows
            if row.name in entries and row.is_stale
        }
        progression = replace(state.ledger.progression, phase=next_phase(phase))
        write_decisions(state, verdicts, "advance", progression)
    return Advance(phase, next_phase(phase))


def _exclude_unread(project: Project, obstacles: Iterable[Row | str]) -> Exclusion | None:
    rows = (each for each in obstacles if isinstance(each, Row))
    unread = [row.name for row in rows if row.status == "error" and row.recorded is None]
    return exclude_presets(project.settings, unread) if unread else None


def reopen_phase(project: Project, phase: Phase, reason: str) -> Advance:
    """Reopen a closed phase, and record the reason in the ledger; nothing else changes.

    Raises:
        MigrationError: the reason is empty, the phase is not closed, or the ledger cannot be
            read or written.
    """
    if not reason.strip():
        hint = "give the reason for reopening the phase; the ledger keeps it"
        raise MigrationError(Fault("--reopen needs a --reason", hint=hint))
    require_migration(project)
    with project.writing("advance --reopen"):
        state = frozen_state(project)
        before = state.ledger.phase
        if PHASES.index(phase) >= PHASES.index(before):
            problem = "is open" if phase == before else f"is not closed: phase {before} is open"
            raise MigrationError(
                Fault(f"phase {phase} {problem}", project.state_folder.ledger_path)
            )
        progression = state.ledger.progression.reopen(phase, clean_reason(reason))
        write_decisions(state, {}, "advance --reopen", progression)
    return Advance(before, phase)
