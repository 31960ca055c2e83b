"""`snapshot --upgrade`: converts frozen files of formats 1 and 2 to the present format."""

from __future__ import annotations

from dataclasses import dataclass

from migration.commands.snapshot.old_state import OldState
from migration.errors import Fault, MigrationError
from migration.project.changes import FilesRead, replace_files
from migration.project.project import Project
from migration.store.baselines import open_baselines
from migration.store.folder import OLD_MANIFEST
from migration.store.records import FUSION, PRESETS


@dataclass(frozen=True, slots=True)
class Upgrade:
    """How many configs were converted: none, if the files were in the present format already."""

    folder: str
    presets: int = 0
    fusion: int = 0
    unknown: tuple[str, ...] = ()
    """The sources that have changed since they were frozen, so that their bases are unknown."""


def upgrade_state(project: Project) -> Upgrade:
    """Convert the frozen files; every value, reason and phase stays as it is.

    Each frozen value is checked by its digest before an old file is removed.

    Raises:
        MigrationError: nothing has been frozen, an old file was edited or is gone, files of two
            formats lie side by side, or a file cannot be written. Nothing has changed then.
    """
    with project.writing("snapshot --upgrade"):
        store, tree = project.state_folder, project.tree
        if not tree.is_file(f"{store.path}/{OLD_MANIFEST}"):
            if not tree.is_file(store.ledger_path):
                raise MigrationError(store.unfrozen_fault())
            return Upgrade(store.path)
        if fault := open_baselines(store, of_any_format=True).mixed_fault():
            raise MigrationError(fault)
        read = FilesRead(tree)
        old = OldState(project, read)
        files: dict[str, bytes | None] = {}
        faults: list[Fault] = []
        for section in (PRESETS, FUSION):
            for path in old.list_configs(section):
                try:
                    files[store.record_path(section, path)] = old.record(section, path)
                except MigrationError as error:
                    faults += error.faults
        if faults:
            raise MigrationError(*faults)
        files |= dict.fromkeys(old.old_files)
        replace_files(project, "snapshot --upgrade", files, old.ledger.progression, read)
    return Upgrade(
        store.path,
        len(old.list_configs(PRESETS)),
        len(old.list_configs(FUSION)),
        tuple(sorted(old.unknown)),
    )
