"""The files of a project: which are presets, which are legacy files, and which YAML is neither."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping

from migration.errors import Fault, MigrationError, suggest_nearest
from migration.paths import RealPath, fixed_folder, is_hidden, is_yaml
from migration.project.legacy import LegacyFiles
from migration.project.matching import Matching
from migration.project.project import Project
from migration.store.baselines import Baselines
from migration.store.ledger import Ledger


class Inventory:
    """Sorts the files of a project by its settings and its ledger, when somebody asks.

    Where `is_whole` is false, the command is about a few presets, and the ledger has no others.
    """

    def __init__(
        self, project: Project, baselines: Baselines, ledger: Ledger, *, is_whole: bool
    ) -> None:
        """Look into the project's tree."""
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

    def list_known(self) -> Collection[str]:
        """Return the presets that are frozen or in the tree; of a few, those alone.

        Raises:
            MigrationError: as `list_unfrozen`.
        """
        frozen = self._ledger.entries.keys()
        return {*self.list_unfrozen(), *frozen} if self._is_whole else frozen

    def map_live(self) -> Mapping[str, str]:
        """Return the path of each preset that is to run, with the name under which it is known.

        That is the legacy path of a frozen preset that was not dropped, and the path of a new one.

        Raises:
            MigrationError: as `list_unfrozen`.
        """
        entries = self._ledger.entries.items()
        live = {entry.target: preset for preset, entry in entries if entry.status != "dropped"}
        return live | {path: path for path in self.list_unfrozen()}

    def select(self, wanted: Iterable[str], among: Collection[str]) -> tuple[str, ...]:
        """Return the wanted presets, sorted, or all of `among` if none is named.

        Raises:
            MigrationError: a wanted one is not among them.
        """
        names = self._name_paths(among)
        chosen: set[str] = set()
        faults: list[Fault] = []
        for path in map(posixpath.normpath, wanted):
            if path in names:
                chosen.add(names[path])
            else:
                hint = suggest_nearest(path, sorted(names), "a preset's path from the root")
                faults.append(Fault(f"no preset {path!r}", hint=hint))
        if faults:
            raise MigrationError(*faults)
        return tuple(sorted(chosen or among))

    def _name_paths(self, presets: Collection[str]) -> Mapping[str, str]:
        """Return each path that names a preset, with the preset.

        A preset is named by its old path, or by its new one unless that is the old path of another;
        a dropped one only by a path that no other preset has taken over.
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
        """What the migration is to remove, as far as it is in the tree, sorted."""
        return self._legacy.files

    def is_legacy(self, path: RealPath) -> bool:
        """Tell whether nothing may be built from the file at the real path when all is done.

        A baseline is as good as legacy: what is built from it would be compared with itself.
        """
        project = self._project
        return (
            path in self._legacy.places
            or project.settings.is_legacy(path)
            or project.state_folder.holds(path)
            or self.was_left(path)
        )

    def was_left(self, path: str) -> bool:
        """Tell whether a preset was at the path, and none is any more."""
        return self._legacy.is_left(path)

    def list_legacy_among(self, chain: Iterable[RealPath]) -> tuple[str, ...]:
        """Return the legacy files of a chain, each once.

        A file to which a link at a legacy place leads is as legacy as the link, and has its name.
        """
        places = self._legacy.places
        return tuple(
            places.get(file, file) for file in dict.fromkeys(chain) if self.is_legacy(file)
        )

    # All files

    def list_yaml_files(self) -> tuple[str, ...]:
        """Return the YAML files of the tree and the legacy files, sorted.

        Hidden ones are left out, and baselines. The tree is the folder of the base and those of the
        globs; never the project's own folder, in which other programs keep their files.
        """
        project = self._project
        folders = list_tree_folders(project) - {""}
        listed = {path for folder in folders for path in project.tree.files(folder)}
        wanted = {path for path in listed if is_yaml(path) and not is_hidden(path)}
        files = sorted({*wanted, *self.legacy_files})
        return tuple(path for path in files if not project.is_frozen_file(path))

    def find_unmatched_globs(self) -> Iterator[Fault]:
        """Yield a fault for each glob, those of `presets` aside, that matches no file."""
        return self._matching.find_unmatched()


def list_tree_folders(project: Project) -> set[str]:
    """Return the folder of the base, and those in which the globs of the settings look."""
    settings = project.settings
    globs = (*settings.presets, *settings.legacy)
    return {posixpath.dirname(settings.base or ""), *map(fixed_folder, globs)}
