"""`snapshot --check`: are the baselines as frozen, and the legacy sources that still exist?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from migration.errors import MigrationError
from migration.workflow.drift import Drift, find_drifts
from migration.workflow.project import Project
from migration.workflow.state import frozen_state, undisturbed


@dataclass(frozen=True, slots=True)
class Verification:
    """What was held against the manifest, and the sources that changed."""

    folder: str
    presets: int
    fusion: int
    drifts: tuple[Drift, ...]

    @property
    def holds(self) -> bool:
        """Whether every source that still exists gives what was frozen."""
        return all(drift.is_harmless for drift in self.drifts)


@undisturbed
def verify_baselines(project: Project, wanted: Collection[str] = ()) -> Verification:
    """Hold the baselines against manifest and ledger, and the sources against their digests.

    Raises:
        MigrationError: nothing has been frozen, a frozen file is not as it was, a file is none of
            the toolkit's, the ledger cannot be read, names other presets or has a status that was
            typed in, or a wanted preset does not exist.
    """
    state = frozen_state(project)
    if faults := (*state.leftover_faults(), *state.typed_faults()):
        raise MigrationError(*faults)
    records = state.manifest.presets
    presets = state.select(wanted, records)
    fusion = {name for path in presets if (name := records[path].fusion)}
    drifts = find_drifts(state, presets)
    return Verification(project.store.folder, len(presets), len(fusion), drifts)
