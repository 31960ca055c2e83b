"""Finds out whether the formats of the frozen files keep `snapshot --resolve` from its work."""

from __future__ import annotations

from migration.commands.snapshot.mixed_merges import has_half_a_merge
from migration.commands.snapshot.old_state import OldState
from migration.commands.snapshot.versions import Versions
from migration.errors import Fault, MigrationError
from migration.project.changes import FilesRead
from migration.project.project import Project
from migration.store.baselines import Baselines
from migration.store.folder import OLD_MANIFEST
from migration.store.records import FUSION, PRESETS


def find_format_fault(
    project: Project, baselines: Baselines, versions: Versions, read: FilesRead
) -> Fault | None:
    """Return the fault of files in an earlier format that no merge explains, None without one.

    Raises:
        MigrationError: git cannot tell.
    """
    store, lineage = versions.store, versions.lineage
    manifest = f"{store.path}/{OLD_MANIFEST}"
    if versions.has_old_manifest:
        if not any(manifest in lineage.paths(point) for point in lineage.sources):
            hint = "move it elsewhere: no merge has brought it"
            return Fault("git does not have this file", manifest, hint=hint)
        if not lineage.sides and _is_readable(project, baselines, read):
            return store.format_fault()
    if not versions.is_mixed and has_half_a_merge(versions.points, lineage, store.ledger_path):
        message = "a merge of two formats has left its markers, and git has one side of it alone"
        hint = "undo the commit that has them, and merge the branch itself"
        return Fault(message, store.ledger_path, hint=hint)
    return None


def _is_readable(project: Project, baselines: Baselines, read: FilesRead) -> bool:
    """Tell whether the frozen files are in an earlier format alone, and can be read."""
    if baselines.mixed_fault():
        return False
    try:
        old = OldState(project, read)
        for section in (PRESETS, FUSION):
            for path in old.list_configs(section):
                old.record(section, path)
    except MigrationError:
        return False
    return True
