"""Finds the legacy files of a project, on demand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from migration.project.migration import has_migration
from migration.project.project import Project
from migration.store.baselines import Baselines
from migration.store.ledger import Ledger
from migration.store.records import PRESETS


class LegacyFiles:
    """The legacy files in the tree: those that globs match, and those that presets have left.

    A project without `legacy` has none: no migration removes what presets have left.
    """

    def __init__(
        self, project: Project, baselines: Baselines, ledger: Ledger, *, is_whole: bool
    ) -> None:
        """Search the project; unless `is_whole`, the ledger has the entries of a few presets."""
        self._project = project
        self._baselines = baselines
        self._ledger = ledger
        self._is_whole = is_whole

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The legacy files, sorted."""
        if not has_migration(self._project.settings, self._ledger):
            return ()
        left = {path for path in self._left if self._project.tree.is_file(path)}
        return tuple(sorted({*self._matched, *left}))

    @cached_property
    def places(self) -> Mapping[str, str]:
        """The real path of each file that a glob matches -> the path that the glob matches."""
        # Links are followed only here: at a path that a preset has left, there may be a link to
        # the preset's new path.
        return {real: path for path, real in self._matched.items()}

    def is_left(self, path: str) -> bool:
        """Tell whether a preset was once at the path, and none is there now.

        For a command about a few presets, only the path's own record is read if that is enough.
        """
        if not has_migration(self._project.settings, self._ledger):
            return False
        return path in self._left if self._is_whole or self._is_doubtful(path) else False

    def _is_doubtful(self, path: str) -> bool:
        """Tell whether the record of another preset may decide whether the path was left."""
        if any(entry.target == path for entry in self._ledger.entries.values()):
            return False
        if self._baselines.has_record(PRESETS, path):
            entry = self._baselines.reading(PRESETS, path).entry
            return entry is None or entry.target != path or entry.status == "dropped"
        # Some preset may have moved to a new file, and been dropped there.
        settings = self._project.settings
        is_known = path == settings.base or path in self._frozen_from
        return not is_known and not settings.is_legacy(path)

    @cached_property
    def _frozen_from(self) -> frozenset[str]:
        """The files that the few presets were built from when they were frozen."""
        links = map(self._baselines.links, self._ledger.entries)
        return frozenset(link.path for chain in links for link in chain)

    @cached_property
    def _matched(self) -> Mapping[str, str]:
        """Each file that a glob matches -> its real path."""
        project = self._project
        globs = project.settings.legacy
        paths = sorted({path for glob in globs for path in project.matches(glob)})
        return {path: project.tree.real_path(path) for path in paths}

    @cached_property
    def _left(self) -> frozenset[str]:
        if self._is_whole:
            return self._ledger.left_paths()
        readings = {
            each: self._baselines.reading(PRESETS, each)
            for each in self._baselines.list_configs(PRESETS)
        }
        entries = {each: reading.entry for each, reading in readings.items()}
        known = {each: entry for each, entry in entries.items() if entry}
        return Ledger(0, {**known, **self._ledger.entries}).left_paths()
