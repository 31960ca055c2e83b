"""`diff`: compares two configs: YAML files, baselines or saved payloads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from migration.errors import Fault, MigrationError
from migration.gate.own_profile import ProfileReport, describe_profile
from migration.parity.compare import Comparison, Run, TracedConfig, compare
from migration.paths import RealPath
from migration.project.anchoring import find_file
from migration.project.named_config import frozen_at, loader_for, read_payload
from migration.project.project import Project, open_project
from migration.project.run import (
    find_fusion_path,
    missing_fusion_fault,
    read_frozen_run,
    trace_config,
)
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
    left_is_frozen: bool
    right_is_frozen: bool
    own_profile: ProfileReport | None = None
    """What the profile allows, unless it is a bundled profile."""

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
    paths = [find_file(project, given, folder) for given in (left, right)]
    (left_run, left_notes), (right_run, right_notes) = (_read_side(project, path) for path in paths)
    return DiffReport(
        profile=judge.name,
        left=paths[0],
        right=paths[1],
        comparison=compare(left_run, right_run, judge),
        notes=tuple(dict.fromkeys((*left_notes, *right_notes))),
        left_is_frozen=left_run.is_frozen,
        right_is_frozen=right_run.is_frozen,
        own_profile=describe_profile(project, judge),
    )


def _read_side(project: Project, path: RealPath) -> tuple[Run, tuple[Fault, ...]]:
    """Return the config at the real path as a run, and a note for each part that is unknown."""
    frozen = frozen_at(project, path)
    if frozen is None and path.startswith("/"):
        # Outside this project, as in another checkout: use the project that the file belongs to.
        project = open_project(Path(path).parent)
        path = project.tree.real_path(path)
        frozen = frozen_at(project, path)
    if frozen:
        return read_frozen_run(*frozen), ()
    if path.endswith(".json"):
        return _read_payload(project, path)
    if loader_for(project, path) is project.fusions:
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
