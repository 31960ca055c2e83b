"""A project opened for work: its tree, its settings, and the readers that go with them."""

from __future__ import annotations

import difflib
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from migration.baselines import BaselineStore
from migration.documents import Marks, origin_of, shown
from migration.errors import Fault, MigrationError, did_you_mean
from migration.fusion import FusionConfig
from migration.globs import glob_matches
from migration.keypath import format_path
from migration.ledger import Ledger, read_ledger
from migration.loader import ConfigLoader
from migration.manifest import Manifest
from migration.parity import Profile, read_profile
from migration.settings import Settings, read_settings
from migration.trees import BUNDLED, Tree

_SETTINGS_FILE = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Project:
    """One project, for the length of one command."""

    tree: Tree
    settings: Settings
    configs: ConfigLoader
    fusions: FusionConfig
    store: BaselineStore

    def presets(self, manifest: Manifest) -> tuple[str, ...]:
        """Return the presets that are in the tree or frozen, sorted.

        Raises:
            MigrationError: a glob, or a path in `phase_1`, that the settings spell out matches
                none of them.
        """
        settings = self.settings
        matches = {
            glob: {*self.tree.glob(glob), *(p for p in manifest.presets if glob_matches(glob, p))}
            for glob in settings.presets
        }
        presets = {path for paths in matches.values() for path in paths if settings.is_preset(path)}
        presets |= manifest.presets.keys()
        faults = [self._unmatched("presets", glob) for glob, paths in matches.items() if not paths]
        faults += [self._unmatched("phase_1", p) for p in settings.phase_1 if p not in presets]
        if written := [fault for fault in faults if fault is not None]:
            raise MigrationError(*written)
        return tuple(sorted(presets))

    def phase_of(self, preset: str) -> int:
        """Return the phase in which the preset is to be migrated."""
        return 1 if preset in self.settings.phase_1 else 2

    def ledger(self) -> Ledger:
        """Return the ledger, an empty one if there is none yet."""
        path = self.ledger_path
        return read_ledger(self.tree.read_text(path), path) if self.tree.is_file(path) else Ledger()

    @property
    def ledger_path(self) -> str:
        """Where the ledger stands."""
        return f"{self.store.folder}/ledger.yaml"

    def fusion_path(self, resolved: object, config: str) -> str | None:
        """Return the fusion file that a resolved config names, None if it names none.

        Raises:
            MigrationError: the value is not a path, or it leads outside the project.
        """
        named = resolved
        for key in self.settings.fusion_key:
            named = named.get(key) if isinstance(named, dict) else None
        if named is None:
            return None
        if not isinstance(named, str) or not named:
            raise MigrationError(self.fusion_fault(config, f"must be a path, not {shown(named)}"))
        path = self.tree.real_path(named)
        if path.startswith("/"):
            message = f"leads outside the project: {named!r}"
            raise MigrationError(self.fusion_fault(config, message))
        return path

    def missing_fusion_fault(self, config: str, path: str) -> Fault:
        """Return the fault of naming a fusion file that does not exist."""
        hint = did_you_mean(self.tree.nearest(path))
        return self.fusion_fault(config, f"names {path!r}, which is missing", hint)

    def fusion_fault(self, config: str, problem: str, hint: str | None = None) -> Fault:
        """Return a fault of the setting that names a config's fusion file, with its place."""
        message = f"{format_path(self.settings.fusion_key)} {problem}"
        if config.endswith(".json"):
            return Fault(message, config, hint=hint)
        mark: Marks = self.configs.marks(config)
        for key in self.settings.fusion_key:
            mark = mark.get(key, mark) if isinstance(mark, dict) else mark
        origin = origin_of(mark)
        return Fault(message, origin.path, origin.line, origin.column, hint)

    def profile(self, name: str, folder: str = "") -> Profile:
        """Return the bundled profile of that name, or the one in the file at that path.

        A relative path counts from `folder`.

        Raises:
            MigrationError: there is neither, or it is not a profile.
        """
        bundled = Tree(BUNDLED)
        if "/" not in name and bundled.is_file(f"{name}.yaml"):
            return read_profile(bundled.read_text(f"{name}.yaml"), name, f"{name}.yaml")
        path = self.tree.real_path(name, folder)
        if not self.tree.is_file(path):
            names = ", ".join(path.removesuffix(".yaml") for path in bundled.files(""))
            hint = f"bundled: {names}; otherwise the path of a profile"
            raise MigrationError(Fault(f"unknown profile {name!r}", hint=hint))
        return read_profile(self.tree.read_text(path), name, path)

    def _unmatched(self, setting: str, glob: str) -> Fault | None:
        if setting not in self.settings.written:
            return None
        line = self.settings.written[setting]
        message = f"{setting!r} has {glob!r}, which matches no preset"
        return Fault(message, self.settings.source, line)


def open_project(start: Path) -> Project:
    """Open the project around a folder.

    That is the nearest folder upward whose pyproject.toml has a `[tool.config-migration]` table,
    else the folder itself with the default settings.

    Raises:
        MigrationError: the settings cannot be read.
    """
    for folder in (start, *start.parents):
        tree = Tree(folder)
        if tree.is_file(_SETTINGS_FILE):
            settings = read_settings(tree.read_text(_SETTINGS_FILE), _SETTINGS_FILE)
            if settings is not None:
                return _opened(tree, settings)
    return _opened(Tree(start), Settings())


def selected(wanted: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """Return the wanted presets, sorted, or all that are known if none is named.

    Raises:
        MigrationError: a wanted one is not known.
    """
    known = sorted(known)
    paths = [posixpath.normpath(path) for path in wanted]
    faults = []
    for path in paths:
        if path not in known:
            close = next(iter(difflib.get_close_matches(path, known, n=1)), None)
            hint = did_you_mean(close, "a preset's path from the root")
            faults.append(Fault(f"no preset {path!r}", hint=hint))
    if faults:
        raise MigrationError(*faults)
    return tuple(sorted(set(paths))) if paths else tuple(known)


def frozen_or_fault(project: Project) -> Manifest:
    """Return the verified manifest.

    Raises:
        MigrationError: nothing has been frozen yet, or a frozen file is not as it was.
    """
    manifest = project.store.manifest()
    if not manifest.presets:
        hint = "freeze the legacy presets before they are edited: `snapshot`"
        raise MigrationError(Fault("nothing has been frozen yet", project.store.folder, hint=hint))
    return manifest


def _opened(tree: Tree, settings: Settings) -> Project:
    return Project(
        tree=tree,
        settings=settings,
        configs=ConfigLoader(tree, allow_outside=settings.allow_outside),
        fusions=FusionConfig(tree, allow_outside=settings.allow_outside),
        store=BaselineStore(tree, settings.snapshots),
    )
