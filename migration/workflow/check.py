"""`check-parity`: every preset against its baseline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from migration.errors import MigrationError
from migration.loader import Resolved
from migration.manifest import FUSION, PRESETS, Manifest, Record
from migration.parity import Profile
from migration.workflow.compare import Comparison, Content, Side, compare
from migration.workflow.project import Project, frozen_or_fault, selected
from migration.workflow.sides import current_content, frozen_side

Status: TypeAlias = Literal["verified", "pending", "failed", "missing", "error", "new", "dropped"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Row:
    """One preset's verdict. File counts are None where the chain is not known."""

    legacy: str
    target: str
    phase: int
    status: Status
    legacy_files: int | None = None
    target_files: int | None = None
    error: str | None = None
    comparison: Comparison = field(default_factory=Comparison)

    @property
    def is_broken(self) -> bool:
        """Whether the preset stands in the way of the gate."""
        return self.status in ("failed", "missing", "error")


@dataclass(frozen=True, slots=True)
class ParityReport:
    """One row a preset, sorted by legacy path."""

    profile: str
    rows: tuple[Row, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """The number of rows of each status, in the order of `STATUSES`."""
        found = Counter(row.status for row in self.rows)
        return {status: found[status] for status in STATUSES}

    @property
    def holds(self) -> bool:
        """Whether no preset stands in the way."""
        return not any(row.is_broken for row in self.rows)


def check_parity(project: Project, wanted: Collection[str] = ()) -> ParityReport:
    """Compare each preset, or each wanted one, with its baseline under the project's profile.

    A preset that cannot be read is a row of its own; the others are still compared.

    Raises:
        MigrationError: nothing has been frozen, a frozen file is not as it was, or the profile or
            a wanted preset does not exist.
    """
    manifest = frozen_or_fault(project)
    profile = project.profile(project.settings.profile)
    presets = selected(wanted, project.presets(manifest))
    return ParityReport(profile.name, tuple(_row(project, manifest, profile, p) for p in presets))


def _row(project: Project, manifest: Manifest, profile: Profile, preset: str) -> Row:
    phase, record = project.phase_of(preset), manifest.presets.get(preset)
    if record is None:
        message = f"{preset}: not frozen: `snapshot` freezes it as it is now"
        return Row(preset, preset, phase, "error", error=message)
    files = record.file_count
    if not project.tree.is_file(preset):
        return Row(preset, preset, phase, "missing", files, error=f"{preset}: no such file")
    try:
        resolved = project.configs.resolve(preset)
        comparison, note = _compared(project, manifest, profile, preset, resolved)
    except MigrationError as error:
        return Row(preset, preset, phase, "error", files, error=str(error))
    return Row(
        legacy=preset,
        target=preset,
        phase=phase,
        status=_status(project, resolved, comparison),
        legacy_files=files,
        target_files=resolved.file_count,
        error=note,
        comparison=comparison,
    )


def _status(project: Project, resolved: Resolved, comparison: Comparison) -> Status:
    if comparison.forbidden:
        return "failed"
    reaches_legacy = any(project.settings.is_legacy(path) for path in resolved.chain)
    return "pending" if reaches_legacy else "verified"


def _compared(
    project: Project, manifest: Manifest, profile: Profile, preset: str, resolved: Resolved
) -> tuple[Comparison, str | None]:
    """Compare with the baseline; beside the verdict, say which fusion file is missing."""
    record = manifest.presets[preset]
    path = project.fusion_path(resolved.value, preset)
    config = current_content(project.configs, resolved)
    if path and not project.tree.is_file(path):
        fault = project.missing_fusion_fault(preset, path)
        right = Side(config, path, Content({}, dict))
    else:
        fusion = project.fusions.resolve(path) if path else None
        if _is_as_frozen(project, preset, record, resolved, fusion):
            return Comparison(), None
        fault = None
        right = Side(config, path, current_content(project.fusions, fusion) if fusion else None)
    comparison = compare(frozen_side(project, PRESETS, preset, record), right, profile)
    if not comparison.forbidden:
        # Green would say that contents are equal which nobody has compared.
        if fault is None and (record.fusion is None) != (path is None):
            problem = f"names {path or 'no file'}, but {record.fusion or 'none'} was frozen"
            hint = "did the profile, or the setting 'fusion_key', change since?"
            fault = project.fusion_fault(preset, problem, hint)
        if fault:
            raise MigrationError(fault)
    return comparison, str(fault) if fault else None


def _is_as_frozen(
    project: Project, preset: str, record: Record, resolved: Resolved, fusion: Resolved | None
) -> bool:
    """Tell by canonical bytes alone, so that a baseline is parsed only where it differs."""
    store = project.store
    if not store.is_frozen_as(PRESETS, preset, resolved.value):
        return False
    if record.fusion is None or fusion is None:
        return record.fusion is None and fusion is None
    return store.is_frozen_as(FUSION, record.fusion, fusion.value)
