"""Reads the frozen files at a point of the lineage, in the format that they have there."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import partial

from migration.commands.snapshot.old_state import OldState
from migration.errors import MigrationError
from migration.files.digest import as_lf
from migration.files.lineage import WORK_TREE, Lineage
from migration.paths import is_hidden
from migration.project.changes import FilesRead
from migration.project.project import Project
from migration.store.folder import OLD_MANIFEST, configs_in
from migration.store.ledger import Progression
from migration.store.ledger_file import read_progression
from migration.store.records import PRESETS


class Points:
    """The frozen files of the work tree, and of each point in its past; they may be in any state.

    Every method but `in_work_tree` raises a `MigrationError` if git cannot tell.
    """

    def __init__(self, project: Project, lineage: Lineage, read: FilesRead) -> None:
        """Read the work tree by `read`, and every other point by `lineage`."""
        self._project, self._lineage, self._read = project, lineage, read
        self._store = project.state_folder
        self._listed = frozenset(project.tree.files(self._store.path))
        self._old: dict[str, OldState | None] = {}

    def in_work_tree(self, path: str) -> bytes | None:
        """Return the bytes of a file of the work tree, with the line ends of frozen files."""
        data = self._read(path)
        return None if data is None else as_lf(data)

    def data(self, point: str, path: str) -> bytes | None:
        """Return the bytes of a file at a point, None if it is not there."""
        return self._read(path) if point == WORK_TREE else self._lineage.read(point, path)

    def record_data(self, point: str, section: str, config: str) -> bytes | None:
        """Return the record of a config at a point in the present format, None without one."""
        if not self.is_old(point):
            return self.data(point, self._store.record_path(section, config))
        try:
            old = self._old_state(point)
            return old.record(section, config) if old else None
        except MigrationError:
            return None

    def progression(self, point: str) -> Progression | None:
        """Return which phase is open at a point, None if its ledger cannot be read."""
        path = self._store.ledger_path
        if self.is_old(point):
            old = self._old_state(point)
            return old.ledger.progression if old else None
        data = self.data(point, path)
        try:
            return None if data is None else read_progression(data.decode(errors="replace"), path)
        except MigrationError:
            return None

    def list_configs(self, point: str, section: str) -> set[str]:
        """Return the configs that are frozen at a point, at least in part."""
        if old := self._old_state(point):
            return {*old.list_configs(section)}
        return self._named_in(section, self._paths(point))

    def configs_in_work_tree(self, section: str) -> set[str]:
        """Return the configs that have files in the present format in the work tree."""
        return self._named_in(section, self._listed)

    def is_old(self, point: str) -> bool:
        """Tell whether a point has files of an earlier format, even beside present ones."""
        return self.data(point, f"{self._store.path}/{OLD_MANIFEST}") is not None

    def is_known(self, path: str) -> bool:
        """Tell whether the file is in the work tree, and a source of it has the same bytes."""
        data = self.in_work_tree(path)
        if data is None:
            return False
        sides = (self._lineage.read(point, path) for point in self._lineage.sources)
        return any(side is not None and as_lf(side) == data for side in sides)

    def _paths(self, point: str) -> Iterable[str]:
        return self._listed if point == WORK_TREE else self._lineage.paths(point)

    def _named_in(self, section: str, paths: Iterable[str]) -> set[str]:
        store = self._store
        paths = frozenset(path for path in paths if store.is_ours(path))
        found = {c for folder in store.folders_of(section) for c in configs_in(folder, paths)}
        # A hidden file is the toolkit's only if both files of its config are there.
        return {
            config
            for config in found
            if not is_hidden(config) or paths.issuperset(store.files_of(section, config))
        }

    def _old_state(self, point: str) -> OldState | None:
        """Return the frozen files of a point if they are in an earlier format alone, and whole."""
        if point not in self._old:
            self._old[point] = None
            records = self._store.folders_of(PRESETS)[1]
            is_pure = not any(path.startswith(records) for path in self._paths(point))
            if self.is_old(point) and is_pure:
                with suppress(MigrationError):
                    self._old[point] = OldState(self._project, partial(self.data, point))
        return self._old[point]
