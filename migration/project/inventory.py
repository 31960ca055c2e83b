"""Sorts the files of a project into presets, legacy files, and YAML that is neither."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping

from migration.errors import Fault, MigrationError
from migration.paths import RealPath, fixed_folder, is_hidden, is_yaml
from migration.project.legacy import LegacyFiles
from migration.project.matching import Matching
from migration.project.migration import has_migration
from migration.project.project import Project
from migration.project.selection import select_presets
from migration.store.baselines import Baselines
from migration.store.ledger import Ledger

_LISTER = "`ledger` lists the presets"


class Inventory:
    """Sorts the files of a project by its settings and its ledger, on demand.

    If `is_whole` is false, the command is about a few presets, and the ledger has no others.
    """

    def __init__(
        self, project: Project, baselines: Baselines, ledger: Ledger, *, is_whole: bool
    ) -> None:
        """Prepare to search the project's tree."""
        self._project, self._ledger, self._is_whole = project, ledger, is_whole
        self._legacy = LegacyFiles(project, baselines, ledger, is_whole=is_whole)
        self._matching = Matching(project, baselines, ledger)

    # Presets

    def list_unfrozen(self) -> tuple[str, ...]:
        """Return the presets in the tree that have no baseline, sorted.

        Raises:
            MigrationError: `presets` is not set, one of its globs matches nothing, or a file
                matches `legacy` as well.
        """
        entries = self._ledger.entries
        targets = {entry.target for entry in entries.values()}
        return tuple(sorted(self._matching.presets() - entries.keys() - targets))

    def list_excluded(self) -> tuple[str, ...]:
        """Return the files in the tree that would be presets but for `exclude`, sorted."""
        return tuple(sorted(self._matching.excluded()))

    def list_known(self) -> Collection[str]:
        """Return the presets that are frozen or in the tree; for a command about a few, only those.

        Raises:
            MigrationError: as `list_unfrozen`.
        """
        frozen = self._ledger.entries.keys()
        return {*self.list_unfrozen(), *frozen} if self._is_whole else frozen

    def map_live(self) -> Mapping[str, str]:
        """Return the path of each preset that was not dropped, with the name it is known by.

        The name of a frozen preset is its legacy path, that of a new preset its path.

        Raises:
            MigrationError: as `list_unfrozen`.
        """
        live = {target: preset for preset, target in self._ledger.map_live().items()}
        return live | {path: path for path in self.list_unfrozen()}

    def select(self, wanted: Iterable[str], among: Collection[str]) -> tuple[str, ...]:
        """Return the wanted presets, sorted, or all of `among` if none is wanted.

        A preset is wanted by its path, by a folder around it, or by a glob.

        Raises:
            MigrationError: a path is not that of a preset in `among`, or a folder or glob has none.
        """
        names = self._name_paths(among)
        chosen = select_presets(self._project.tree, wanted, names, _LISTER)
        return chosen or tuple(sorted(among))

    def select_one(self, wanted: str, among: Collection[str]) -> str:
        """Return the one preset that a path, a folder or a glob matches.

        Raises:
            MigrationError: it matches none, or several.
        """
        first, *others = self.select([wanted], among)
        if others:
            number = len(others) + 1
            hint = f"name one of them, as {first}"
            raise MigrationError(Fault(f"{wanted} matches {number} presets", hint=hint))
        return first

    def _name_paths(self, presets: Collection[str]) -> Mapping[str, str]:
        """Return each path that names a preset, with the preset.

        The old path of a preset names it, and so does its new path unless that is the old path of
        another preset. A dropped preset is named only by a path that no other preset has taken.
        """
        live: dict[str, str] = {}
        dropped: dict[str, str] = {}
        for preset in sorted(presets):
            entry = self._ledger.entries.get(preset)
            names = dropped if entry and entry.status == "dropped" else live
            if entry:
                names.setdefault(entry.target, preset)
            names[preset] = preset
        return dropped | live

    # Legacy files

    @property
    def legacy_files(self) -> tuple[str, ...]:
        """The legacy files in the tree, sorted."""
        return self._legacy.files

    def is_legacy(self, path: RealPath) -> bool:
        """Tell whether no config may be built from the file at the real path after the migration.

        Frozen files count as well: a config built from a baseline would be compared with itself.
        Without a migration no file does, and `find_frozen_among` finds those.
        """
        project = self._project
        return has_migration(project.settings, self._ledger) and (
            path in self._legacy.places
            or project.settings.is_legacy(path)
            or project.state_folder.holds(path)
            or self.was_left(path)
        )

    def find_frozen_among(self, chain: Iterable[RealPath]) -> RealPath | None:
        """Return the first frozen file of a chain, unless it counts as a legacy file."""
        if has_migration(self._project.settings, self._ledger):
            return None
        return next(filter(self._project.state_folder.holds, chain), None)

    def was_left(self, path: str) -> bool:
        """Tell whether a preset was once at the path, and none is there now."""
        return self._legacy.is_left(path)

    def list_legacy_among(self, chain: Iterable[RealPath]) -> tuple[str, ...]:
        """Return the legacy files of a chain, each once.

        If a link at a legacy path leads to a file, that file counts under the path of the link.
        """
        places = self._legacy.places
        return tuple(
            places.get(file, file) for file in dict.fromkeys(chain) if self.is_legacy(file)
        )

    # All files

    def list_yaml_files(self) -> tuple[str, ...]:
        """Return the YAML files of the tree and the legacy files, sorted.

        Left out are frozen files, and hidden files unless they are legacy files. The tree is the
        folder of the base and those of the globs, but never the project's root, where other
        programs keep their files.
        """
        project = self._project
        folders = list_tree_folders(project) - {""}
        listed = {path for folder in folders for path in project.tree.files(folder)}
        wanted = {path for path in listed if is_yaml(path) and not is_hidden(path)}
        files = sorted({*wanted, *self.legacy_files})
        return tuple(path for path in files if not project.is_frozen_file(path))

    def find_unmatched_globs(self) -> Iterator[Fault]:
        """Yield a fault for each glob that matches no file, except those of `presets`."""
        return self._matching.find_unmatched()


def list_tree_folders(project: Project) -> set[str]:
    """Return the folder of the base, and those that `presets` and `legacy` search."""
    settings = project.settings
    globs = (*settings.presets, *settings.legacy)
    return {posixpath.dirname(settings.base or ""), *map(fixed_folder, globs)}
