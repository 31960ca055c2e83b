"""`inspect` and `diff`: what one config resolves to, and what differs between two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from migration.canonical import read_canonical
from migration.documents import kind_of
from migration.effective import effective
from migration.errors import Fault, MigrationError
from migration.fusion import SECTIONS
from migration.loader import Config, ConfigLoader
from migration.manifest import PRESETS, Record
from migration.workflow.compare import Comparison, Content, Side, compare
from migration.workflow.project import Project, open_project
from migration.workflow.sides import current_content, frozen_side


@dataclass(frozen=True, slots=True)
class Inspection:
    """A config's chain, lowest precedence first, and what it resolves to."""

    path: str
    chain: tuple[str, ...]
    value: Config


@dataclass(frozen=True, slots=True)
class DiffReport:
    """The differences between two configs; a note says what could not be compared."""

    profile: str
    left: str
    right: str
    comparison: Comparison
    notes: tuple[str, ...]
    left_is_frozen: bool
    right_is_frozen: bool

    @property
    def holds(self) -> bool:
        """Whether the profile allows every difference."""
        return not self.comparison.forbidden


def inspect_config(
    project: Project, config: str, folder: Path, *, is_effective: bool = False
) -> Inspection:
    """Return what a YAML file or a baseline resolves to, or with `is_effective` what a run sees.

    `config` counts from `folder`.

    Raises:
        MigrationError: the config cannot be read.
    """
    path = project.tree.real_path(config, str(folder))
    if frozen := _frozen(project, path):
        _, _, record = frozen
        chain = tuple(link.path for link in record.chain)
        value = _mapping(project, path)
    elif path.endswith(".json"):
        chain, value = (path,), _mapping(project, path)
    else:
        resolved = _loader_for(project, path).resolve(path)
        chain, value = resolved.chain, resolved.value
    return Inspection(path, chain, effective(value, path) if is_effective else value)


def diff_configs(
    project: Project, left: str, right: str, folder: Path, profile: str | None = None
) -> DiffReport:
    """Return how two configs differ after `extends`; either may be a YAML file or a baseline.

    `left`, `right` and the path of a profile count from `folder`; without a profile the
    project's own judges.

    Raises:
        MigrationError: a config or the profile cannot be read.
    """
    judge = project.profile(profile, str(folder))
    paths = [project.tree.real_path(given, str(folder)) for given in (left, right)]
    notes: list[str] = []
    sides = [_side(project, path, notes) for path in paths]
    return DiffReport(
        profile=judge.name,
        left=paths[0],
        right=paths[1],
        comparison=compare(sides[0], sides[1], judge),
        notes=tuple(notes),
        left_is_frozen=sides[0].is_frozen,
        right_is_frozen=sides[1].is_frozen,
    )


def _side(project: Project, path: str, notes: list[str]) -> Side:
    """Return the config at the real path with its fusion content; a note if that is not known."""
    frozen = _frozen(project, path)
    if frozen is None and path.startswith("/"):
        # Another checkout, say: its baselines and its fusion files are its own.
        project = open_project(Path(path).parent)
        path = project.tree.real_path(path)
        frozen = _frozen(project, path)
    if frozen:
        return frozen_side(project, *frozen)
    if path.endswith(".json"):
        content = Content(_mapping(project, path), dict)
        if fusion_path := project.fusion_path(content.value, path):
            notes.append(f"{path}: the content of {fusion_path} then is not known; not compared")
        return Side(content)
    loader = _loader_for(project, path)
    content = current_content(loader, loader.resolve(path))
    fusion_path = project.fusion_path(content.value, path)
    if fusion_path is None:
        return Side(content)
    if not project.tree.is_file(fusion_path):
        fault = project.missing_fusion_fault(path, fusion_path)
        notes.append(str(replace(fault, message=f"{fault.message}; its content is not compared")))
        return Side(content, fusion_path)
    fusion = current_content(project.fusions, project.fusions.resolve(fusion_path))
    return Side(content, fusion_path, fusion)


def _loader_for(project: Project, path: str) -> ConfigLoader:
    """Return the loader that merges the file as the trainer does.

    A fusion config, whose lists merge by name, is known by a list `targets` or `sources` at its
    root, where no training config has one.
    """
    value = project.configs.resolve(path).value
    is_fusion = any(isinstance(value.get(section), list) for section in SECTIONS)
    return project.fusions if is_fusion else project.configs


def _frozen(project: Project, path: str) -> tuple[str, str, Record] | None:
    """Return section, config and record of the baseline that stands at the real path."""
    place = project.store.config_at(path)
    if place is None:
        return None
    section, config = place
    manifest = project.store.manifest()
    record = (manifest.presets if section == PRESETS else manifest.fusion).get(config)
    return (section, config, record) if record else None


def _mapping(project: Project, path: str) -> Config:
    value = read_canonical(project.tree.read(path), path)
    if not isinstance(value, dict):
        raise MigrationError(Fault(f"the root must be a mapping, not {kind_of(value)}", path))
    return value
