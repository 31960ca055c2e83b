"""`diff`: compares two configs: YAML files, baselines or saved payloads."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from migration.errors import Fault, MigrationError
from migration.gate.own_profile import ProfileReport, describe_profile
from migration.parity.causes import Cause, find_causes
from migration.parity.compare import Comparison, compare
from migration.parity.run import Run, TracedConfig
from migration.paths import RealPath
from migration.project.anchoring import name_asked
from migration.project.fusion_file import find_fusion_path, missing_fusion_fault
from migration.project.named_config import (
    find_config_file,
    frozen_at,
    loader_for,
    read_payload,
)
from migration.project.project import Project, open_project
from migration.project.run import read_frozen_run, rename_places, trace_config
from migration.project.state import retry_on_change
from migration.resolve.resolved import Resolved


@dataclass(frozen=True, slots=True)
class DiffReport:
    """The differences between two configs, and a note for each part that was not compared."""

    profile: str
    left: str
    right: str
    comparison: Comparison
    notes: tuple[Fault, ...]
    left_mark: str | None
    """The word that marks the places of a baseline on the left, None for a file."""
    right_mark: str | None
    own_profile: ProfileReport | None = None
    """What the profile allows, unless it is a bundled profile."""
    is_judged: bool = True
    """Whether somebody has named a profile, on the command line or in the settings."""

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The differences, those of a renamed key as one."""
        return find_causes([("", self.comparison)])

    @property
    def holds(self) -> bool:
        """Whether the profile allows every difference."""
        return not self.comparison.forbidden


@retry_on_change
def diff_configs(
    project: Project, left: str, right: str, folder: Path, profile: str | None = None
) -> DiffReport:
    """Return the differences between two resolved configs; either may be a file or a baseline.

    `left`, `right` and the path of a profile count from `folder`, or else from the root.
    Without `profile`, the project's profile judges.

    Raises:
        MigrationError: a config or the profile cannot be read.
    """
    judge = project.profile(profile, str(folder))
    paths = [find_config_file(project, given, folder) for given in (left, right)]
    (left_run, left_notes), (right_run, right_notes) = (
        _read_side(project, given, path, folder)
        for given, path in zip((left, right), paths, strict=True)
    )
    return DiffReport(
        profile=judge.name,
        left=paths[0],
        right=paths[1],
        comparison=compare(left_run, right_run, judge).redact(project.redaction),
        notes=tuple(dict.fromkeys((*left_notes, *right_notes))),
        left_mark=project.frozen_mark if left_run.is_frozen else None,
        right_mark=project.frozen_mark if right_run.is_frozen else None,
        own_profile=describe_profile(project, judge),
        is_judged=profile is not None or "profile" in project.settings.written,
    )


def _read_side(
    project: Project, given: str, path: RealPath, folder: Path
) -> tuple[Run, tuple[Fault, ...]]:
    """Return the config at the real path as a run, and a note for each part that is unknown.

    The places of a config of another project, as in another checkout, are named from `folder`.
    """
    if not path.startswith("/") or frozen_at(project, path):
        return _read_run(project, path, name_asked(project, given, folder, path))
    other = open_project(Path(path).parent)
    if other.tree.root == project.tree.root:
        return _read_run(project, path)
    name_place = partial(_name_from, folder, Path(other.tree.root))
    run, notes = _read_run(other, other.tree.real_path(path))
    fusion = run.fusion and rename_places(run.fusion, name_place)
    named = replace(run, config=rename_places(run.config, name_place), fusion=fusion)
    return named, tuple(replace(note, path=note.path and name_place(note.path)) for note in notes)


def _name_from(folder: Path, root: Path, place: str) -> str:
    """Return a place in the project at `root`, as seen from the folder."""
    return os.path.relpath(root / place, folder)


def _read_run(
    project: Project, path: RealPath, asked: str | None = None
) -> tuple[Run, tuple[Fault, ...]]:
    frozen = frozen_at(project, path)
    if frozen:
        return read_frozen_run(*frozen), ()
    if path.endswith(".json"):
        return _read_payload(project, path)
    if loader_for(project, asked or path) is project.fusions:
        fusion, notes = _read_fusion(project, path)
        return Run(fusion), notes
    config = trace_config(project.configs, project.configs.resolve(path))
    named = find_fusion_path(project, config.resolved.value, path)
    if named is None:
        return Run(config), ()
    if not project.tree.is_file(named):
        fault = missing_fusion_fault(project, path, named)
        note = replace(fault, message=f"{fault.message}; its content is not compared")
        return Run(config, named, missing=fault), (note,)
    fusion, notes = _read_fusion(project, named)
    return Run(config, named, fusion), notes


def _read_payload(project: Project, path: RealPath) -> tuple[Run, tuple[Fault, ...]]:
    """Return a payload that was saved elsewhere, with a note if it names a fusion file."""
    value = read_payload(project, path)
    run = Run(TracedConfig(Resolved(path, value, (path,))))
    named = find_fusion_path(project, value, path)
    message = f"the content of {named} then is not known; not compared"
    return run, (Fault(message, path),) if named else ()


def _read_fusion(project: Project, path: str) -> tuple[TracedConfig, tuple[Fault, ...]]:
    """Return a fusion config, and a note for each rule that it breaks.

    A broken rule is not an error here, since nothing trains from a diff. Lists that cannot be
    merged by name are compared as plain lists.

    Raises:
        MigrationError: the file cannot be read, or cannot be merged at all.
    """
    fusions = project.fusions
    try:
        resolved = fusions.resolve_file(path)
    except MigrationError as error:
        plain = trace_config(project.configs, project.configs.resolve(path))
        return plain, error.faults
    return trace_config(fusions, resolved), tuple(fusions.faults(path))
