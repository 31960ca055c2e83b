"""Sets up the projects to mutate: their texts, their presets, and what was frozen of each."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from campaigns.mutation import synthetic
from campaigns.mutation.resolving import Config, Texts, config_of
from campaigns.mutation.verdict import Outcome, outcome, outcome_of_change
from migration.commands.snapshot.freeze import freeze_presets
from migration.project.project import Project, open_project
from migration.store.baselines import open_baselines
from migration.store.records import PRESETS
from tests.conftest import LEGACY, ROOT, write_files


@dataclass(frozen=True)
class Subject:
    """A frozen project on disk, in a folder of its own.

    `before`: the texts from which it was frozen; the migrated tree has other texts today.
    """

    name: str
    folder: Path
    before: Texts = field(repr=False)
    is_done: bool = False
    """Whether the last phase is closed, so that nothing may be built from a legacy file."""

    @cached_property
    def project(self) -> Project:
        return open_project(self.folder)

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The text of every config by path."""
        return _texts(self.folder)

    @cached_property
    def frozen(self) -> Mapping[str, Config]:
        """What was frozen of each preset, by the naive model."""
        # A preset that only the migrated tree has was frozen from that tree.
        return {
            path: config_of(self.before if path in self.before else self.texts, path)
            for path in self.presets
        }

    @cached_property
    def today(self) -> Mapping[str, Config]:
        """What each preset resolves to without a mutation."""
        return {path: config_of(self.texts, path) for path in self.presets}

    @cached_property
    def presets(self) -> tuple[str, ...]:
        return tuple(open_baselines(self.project.state_folder).list_configs(PRESETS))

    @cached_property
    def untouched(self) -> Mapping[str, Outcome]:
        """The verdict that each preset deserves without a mutation."""
        return {path: self.deserved({}, path) for path in self.presets}

    @cached_property
    def fusion_paths(self) -> Mapping[str, str]:
        """The fusion file of each preset that names one."""
        return {path: each.fusion_path for path, each in self.today.items() if each.fusion_path}

    def reaching(self, files: Iterable[str]) -> tuple[str, ...]:
        """Return the presets that are built from one of the files."""
        changed = set(files)
        return tuple(path for path in self.presets if changed & set(self.today[path].chain))

    def deserved(self, edits: Texts, preset: str) -> Outcome:
        """Return the verdict that the preset deserves after the edits."""
        return outcome(self.frozen[preset], {**self.texts, **edits}, preset, self.is_done)

    def change_of(self, edits: Texts, preset: str) -> Outcome:
        """Return what the edits change in the preset."""
        return outcome_of_change(self.today[preset], {**self.texts, **edits}, preset)


@dataclass(frozen=True)
class Subjects:
    """All subjects, set up once per process."""

    real: Subject
    """The migrated tree of this repository, with its baselines."""
    legacy: Subject
    """The tree before the migration, where a preset is merged from up to 17 files."""
    synthetic: Subject


def set_up(folder: Path) -> Subjects:
    """Copy or write the subjects into the folder, and freeze them."""
    for name in ("configs", "snapshots"):
        shutil.copytree(ROOT / name, folder / "real" / name)
    shutil.copy(ROOT / "pyproject.toml", folder / "real")
    shutil.copytree(LEGACY, folder / "legacy")
    write_files(folder / "synthetic", synthetic.files())
    for name in ("legacy", "synthetic"):
        freeze_presets(open_project(folder / name))
    legacy = _texts(folder / "legacy")
    return Subjects(
        Subject("real", folder / "real", legacy, is_done=True),
        Subject("legacy", folder / "legacy", legacy),
        Subject("synthetic", folder / "synthetic", _texts(folder / "synthetic")),
    )


def _texts(folder: Path) -> Mapping[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in sorted((folder / "configs").rglob("*.yaml"))
    }
