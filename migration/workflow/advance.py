"""`advance`: close the open phase, if its gate holds."""

from __future__ import annotations

from dataclasses import dataclass

from migration.phases import REMOVAL, Phase, next_phase, obstacles
from migration.workflow.changes import write_decisions
from migration.workflow.check import Row, assess_all
from migration.workflow.listing import require_whole_checkout, surroundings
from migration.workflow.project import Project
from migration.workflow.state import frozen_state


@dataclass(frozen=True, slots=True)
class Advance:
    """The phase that was open and the one that is open now, the same if an obstacle is left.

    An obstacle is a preset, or else a text.
    """

    before: Phase
    after: Phase
    obstacles: tuple[Row | str, ...] = ()


def advance_phase(project: Project) -> Advance:
    """Close the open phase if its gate holds; `done` stays done, if that is still true.

    The verdicts that it rests on are recorded along with it; if the phase stays open, nothing is.

    Raises:
        MigrationError: nothing has been frozen, a frozen file is not as it was, the ledger
            cannot be read or written, or a sparse checkout leaves out a legacy file.
    """
    with project.writing("advance"):
        state = frozen_state(project)
        phase = state.ledger.phase
        if phase in (REMOVAL, "done"):
            require_whole_checkout(state, surroundings(project, state.legacy_files))
        rows = assess_all(state, project.profile())
        left = obstacles(phase, rows, state.legacy_files)
        if left or phase == "done":
            return Advance(phase, phase, left)
        entries = state.ledger.entries
        verdicts = {
            row.name: entries[row.name].with_status(row.status)
            for row in rows
            if row.name in entries and row.is_stale
        }
        write_decisions(state, verdicts, "advance", next_phase(phase))
    return Advance(phase, next_phase(phase))
