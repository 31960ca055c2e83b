"""`diff`: what differs between two configs, whatever each of them is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from migration.errors import Fault, MigrationError
from migration.gate.own_profile import ProfileReport, describe_profile
from migration.parity.compare import Comparison, Content, Side, compare
from migration.project.named_config import frozen_at, loader_for, read_payload
from migration.project.project import Project, open_project
from migration.project.run import current_content, frozen_side
from migration.project.state import undisturbed


@dataclass(frozen=True, slots=True)
class DiffReport:
    """The differences between two configs; a note says what could not be compared."""

    profile: str
    left: str
    right: str
    comparison: Comparison
    notes: tuple[Fault, ...]
    left_is_frozen: bool
    right_is_frozen: bool
    own_profile: ProfileReport | None = None
    """What the profile allows, if it is none that came with the toolkit."""

    @property
    def holds(self) -> bool:
        """Whether the profile allows every difference."""
        return not self.comparison.forbidden


@undisturbed
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
    notes: list[Fault] = []
    sides = [_side(project, path, notes) for path in paths]
    return DiffReport(
        profile=judge.name,
        left=paths[0],
        right=paths[1],
        comparison=compare(sides[0], sides[1], judge),
        notes=tuple(dict.fromkeys(notes)),
        left_is_frozen=sides[0].is_frozen,
        right_is_frozen=sides[1].is_frozen,
        own_profile=describe_profile(project, judge),
    )


def _side(project: Project, path: str, notes: list[Fault]) -> Side:
    """Return the config at the real path with its fusion content; a note if that is not known."""
    frozen = frozen_at(project, path)
    if frozen is None and path.startswith("/"):
        # Another checkout, say: its baselines and its fusion files are its own.
        project = open_project(Path(path).parent)
        path = project.tree.real_path(path)
        frozen = frozen_at(project, path)
    if frozen:
        return frozen_side(project, *frozen)
    if path.endswith(".json"):
        content = Content(read_payload(project, path), dict)
        if fusion_path := project.fusion_path(content.value, path):
            message = f"the content of {fusion_path} then is not known; not compared"
            notes.append(Fault(message, path))
        return Side(content)
    if loader_for(project, path) is project.fusions:
        return Side(_fusion_content(project, path, notes))
    content = current_content(project.configs, project.configs.resolve(path))
    fusion_path = project.fusion_path(content.value, path)
    if fusion_path is None:
        return Side(content)
    if not project.tree.is_file(fusion_path):
        fault = project.missing_fusion_fault(path, fusion_path)
        notes.append(replace(fault, message=f"{fault.message}; its content is not compared"))
        return Side(content, fusion_path)
    return Side(content, fusion_path, _fusion_content(project, fusion_path, notes))


def _fusion_content(project: Project, path: str, notes: list[Fault]) -> Content:
    """Return a fusion config, a note for each rule that it breaks: nothing trains from a diff.

    Lists that cannot be merged by name are compared as they are.

    Raises:
        MigrationError: the file cannot be read, or it cannot be merged at all.
    """
    fusions = project.fusions.unchecked()
    try:
        resolved = fusions.resolve(path)
    except MigrationError as error:
        content = current_content(project.configs, project.configs.resolve(path))
        notes += error.faults
        return content
    notes += fusions.faults(path)
    return current_content(fusions, resolved)
