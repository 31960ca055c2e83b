"""`snapshot --check`: compares the frozen files with their records, and the legacy sources too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from migration.errors import MigrationError
from migration.files.git import ignored
from migration.gate.drift import Drift, find_drifts
from migration.project.project import Project
from migration.project.state import frozen_state, retry_on_change
from migration.project.state_faults import gone_faults
from migration.store.records import PRESETS


@dataclass(frozen=True, slots=True)
class Verification:
    """How many configs agree with their records, and the sources that changed."""

    folder: str
    presets: int
    fusion: int
    drifts: tuple[Drift, ...]
    ignored: Mapping[str, str]
    """The frozen files that git ignores, each with the pattern that does so."""
    has_legacy: bool
    """Whether `legacy` is set; without it, no source was looked at."""
    unfrozen: int = 0
    """How many presets have no baseline, unless the command is about some presets."""

    @property
    def holds(self) -> bool:
        """Whether every source that still exists gives the frozen values."""
        return all(drift.is_harmless for drift in self.drifts)


@retry_on_change
def verify_baselines(project: Project, wanted: Collection[str] = ()) -> Verification:
    """Compare the baselines with their records, and the sources with their digests.

    Raises:
        MigrationError: nothing has been frozen, a frozen file is gone or not as it was, a file in
            the folder is not the toolkit's, git tracks the journal, the ledger cannot be read, a
            status was edited by hand, or a wanted preset does not exist.
    """
    if fault := project.tracked_journal_fault():
        raise MigrationError(fault)
    state = frozen_state(project, wanted)
    lost = (*state.leftover_faults(), *gone_faults(state.baselines)) if state.is_whole else ()
    if faults := (*lost, *state.hand_edited_faults()):
        raise MigrationError(*faults)
    presets = state.inventory.select(wanted, state.presets)
    records = [state.record(path) for path in presets]
    fusion = {record.fusion.path for record in records if record.fusion}
    files = [file for path in presets for file in project.state_folder.files_of(PRESETS, path)]
    return Verification(
        folder=project.state_folder.path,
        presets=len(presets),
        fusion=len(fusion),
        drifts=find_drifts(state, presets),
        ignored=ignored(project.tree.root, [*files, project.state_folder.ledger_path]),
        has_legacy=bool(project.settings.legacy),
        unfrozen=len(state.inventory.list_unfrozen()) if state.is_whole else 0,
    )
