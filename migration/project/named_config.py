"""Reads the config at a path given by the user: a YAML file, a baseline, or a saved payload.

`commands/inspect.py` and `commands/diff.py` answer questions about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from migration.errors import Fault, MigrationError, ask_if_one_meant
from migration.files.contents import MARK
from migration.files.nearest import find_nearest_paths
from migration.paths import RealPath, is_wild, leaves_root
from migration.project.anchoring import find_file, name_asked
from migration.project.project import Project
from migration.resolve.effective import KNOB
from migration.resolve.fusion import is_fusion
from migration.resolve.loader import ConfigLoader
from migration.resolve.origins import OriginIndex, index_origins
from migration.store.baselines import Baselines, open_baselines
from migration.values.canonical_reader import read_canonical
from migration.values.describe import describe_type
from migration.values.merge import Config
from migration.yaml.load import NO_MAPPING


@dataclass(frozen=True, slots=True)
class NamedConfig:
    """A config: its chain, lowest precedence first, and its resolved value.

    A YAML file has the `loader` that merged it, a baseline has `frozen_origins`, and a payload
    saved elsewhere has neither.
    """

    path: str
    chain: tuple[str, ...]
    value: Config
    knob: str
    """The key of the length knob."""
    loader: ConfigLoader | None = None
    frozen_origins: OriginIndex | None = None
    frozen_mark: str | None = None
    """The word that marks its places, if it is frozen."""

    @property
    def is_frozen(self) -> bool:
        """Whether its origins are from the tree as it was frozen."""
        return self.frozen_origins is not None

    def origins(self) -> OriginIndex | None:
        """Return the origins of its leaves, None if they are not known."""
        return index_origins(self.loader.marks(self.path)) if self.loader else self.frozen_origins


def find_config(project: Project, config: str, folder: Path) -> NamedConfig:
    """Return the config at a path that counts from `folder`, or else from the root.

    Raises:
        MigrationError: the config cannot be read.
    """
    path = find_config_file(project, config, folder)
    knob = project.settings.length_key or KNOB
    if frozen := frozen_at(project, path):
        baselines, section, name = frozen
        chain = tuple(link.path for link in baselines.record(section, name).chain)
        origins = baselines.origins(section, name)
        value = cast("Config", baselines.value(section, name))
        mark = project.frozen_mark
        return NamedConfig(path, chain, value, knob, frozen_origins=origins, frozen_mark=mark)
    if path.endswith(".json"):
        return NamedConfig(path, (path,), read_payload(project, path), knob)
    loader = loader_for(project, name_asked(project, config, folder, path))
    resolved = loader.resolve(path)
    return NamedConfig(path, resolved.chain, resolved.value, knob, loader)


def find_config_file(project: Project, config: str, folder: Path) -> RealPath:
    """Return the real path of a config, which may turn out to have no file.

    Raises:
        MigrationError: there is no file, and presets may be meant.
    """
    path = find_file(project, config, folder)
    if meant := _find_presets_meant(project, path):
        raise MigrationError(Fault("no such file", path, hint=ask_if_one_meant(meant)))
    return path


def _find_presets_meant(project: Project, path: str) -> list[str]:
    """Return the presets that the path of no file may mean, unless the tree has a better one."""
    tree = project.tree
    if leaves_root(path) or is_wild(path) or tree.exists(path) or tree.nearest(path):
        return []
    globs = project.settings.presets
    return find_nearest_paths(path, {each for glob in globs for each in project.matches(glob)})


def loader_for(project: Project, path: str) -> ConfigLoader:
    """Return the loader that merges the file as the trainer does.

    A fusion config, whose lists merge by name, has a list `targets` or `sources` at its root; a
    training config has neither.

    Raises:
        MigrationError: the file cannot be read.
    """
    value = project.configs.resolve(path).value
    return project.fusions if is_fusion(value) else project.configs


def frozen_at(project: Project, path: RealPath) -> tuple[Baselines, str, str] | None:
    """Return the baselines, and section and config of the baseline at the real path, else None.

    Raises:
        MigrationError: the record has been edited, or is in the format of an earlier version.
    """
    place = project.state_folder.config_at(path)
    if place is None:
        return None
    section, config = place
    baselines = open_baselines(project.state_folder)
    if not baselines.has_record(section, config):
        return None
    baselines.record(section, config)
    return baselines, section, config


def read_payload(project: Project, path: str) -> Config:
    """Return the mapping that a canonical JSON file holds.

    Raises:
        MigrationError: the file cannot be read, or does not hold a mapping.
    """
    text = project.tree.read_text(path).removeprefix(MARK)
    value = read_canonical(text.encode(), path)
    if not isinstance(value, dict):
        raise MigrationError(Fault(f"{NO_MAPPING}, not {describe_type(value)}", path))
    return value
