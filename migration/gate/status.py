"""The true status of a preset: what is in the tree, held against its baseline."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from migration.errors import Fault, MigrationError
from migration.gate.drift import DriftSearch
from migration.gate.newcomers import Newcomer, Newcomers
from migration.gate.own_profile import Coverage
from migration.parity.compare import Comparison, Content, Side, compare
from migration.parity.profile import Profile
from migration.phases import Phase, Standing, Status, is_closed, unchanged_status
from migration.project.project import Project
from migration.project.run import current_content, frozen_side
from migration.project.state import State
from migration.resolve.resolved import Resolved
from migration.store.records import FUSION, PRESETS, Record
from migration.text import quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Standing):
    """One preset's verdict. File counts are None where the chain is not known."""

    legacy_files: int | None = None
    target_files: int | None = None
    reaches: tuple[str, ...] = ()
    """The legacy files that the preset is still built from."""
    reuse: str | None = None
    """Why the preset has the path under which another one was frozen, if it has."""
    is_overdue: bool = False
    """Whether the preset is pending in a phase that is closed."""
    error: str | None = None
    newcomer: Newcomer | None = None
    comparison: Comparison = field(default_factory=Comparison)

    @property
    def is_broken(self) -> bool:
        """Whether the preset stands in the way of the gate."""
        is_new = self.status == "new" and not self.is_excused
        return self.status in ("failed", "missing", "error") or self.is_overdue or is_new

    @property
    def needs_attention(self) -> bool:
        """Whether the preset stands in the way, or the ledger says something else of it."""
        return self.is_broken or self.is_stale


def assess_all(
    state: State,
    profile: Profile,
    wanted: Collection[str] = (),
    search: DriftSearch | None = None,
    coverage: Coverage | None = None,
) -> tuple[Row, ...]:
    """Return the true standing of every preset, or of every wanted one, sorted by name.

    A search looks at each that is frozen, too, and a coverage at what each resolves to.

    Raises:
        MigrationError: a wanted preset does not exist.
    """
    presets = state.select(wanted, state.known())
    newcomers = Newcomers(state)
    rows = []
    for preset in state.project.access.follow(presets, "comparing"):
        rows.append(assess(state, preset, profile, newcomers, coverage))
        if search and preset in state.presets:
            search.look(preset)
    return tuple(rows)


def assess(
    state: State,
    preset: str,
    profile: Profile,
    newcomers: Newcomers | None = None,
    coverage: Coverage | None = None,
) -> Row:
    """Return the true standing of a preset, given by its legacy path, whatever the ledger says.

    One that was not frozen, or is gone, is held against the newcomers.
    """
    newcomers = newcomers or Newcomers(state)
    entry = state.ledger.entries.get(preset)
    if entry is None:
        return _assess_unfrozen(state, preset, newcomers)
    project, record = state.project, state.record(preset)
    is_reused = entry.status != "dropped" and state.ledger.had_path(entry.target, preset)
    row = Row(
        legacy=preset,
        target=entry.target,
        phase=state.phase_of(preset),
        status=entry.status,
        recorded=entry.status,
        is_typed=entry.sealed_as is not None,
        legacy_files=record.file_count,
        reuse=entry.reuse if is_reused else None,
    )
    if entry.status == "dropped":
        return row
    if is_reused and not entry.reuse:
        return replace(row, status="error", error=str(_reuse_fault(preset, entry.target)))
    if not project.tree.is_file(entry.target):
        problem = f"no such file; {newcomers.missing_advice(preset)}"
        return replace(row, status="missing", error=str(Fault(problem, entry.target)))
    try:
        current = _current(project, entry.target)
        if coverage:
            coverage.look_at(current.config.value)
        comparison, note = _compared(project, record, profile, preset, current)
    except MigrationError as error:
        return replace(row, status="error", error=str(error))
    reaches = state.legacy_among(current.files)
    status: Status = "failed" if comparison.forbidden else unchanged_status(reaches)
    row = replace(
        row,
        status=status,
        target_files=current.config.file_count,
        reaches=reaches,
        error=note,
        comparison=comparison,
    )
    return _overdue(row, state.ledger.phase) if status == "pending" else row


def _assess_unfrozen(state: State, preset: str, newcomers: Newcomers) -> Row:
    row = Row(legacy=None, target=preset, phase=state.phase_of(preset), status="error")
    try:
        current = _current(state.project, preset)
    except MigrationError as error:
        return replace(row, error=str(error))
    reaches = state.legacy_among(current.files)
    row = replace(row, target_files=current.config.file_count, reaches=reaches)
    if current.missing:
        return replace(row, error=str(current.missing))
    newcomer = newcomers.look_at(preset, reaches)
    is_excused = not state.project.settings.new_gates
    return replace(
        row,
        legacy=preset if reaches else None,
        status="new",
        is_excused=is_excused,
        error=None if is_excused else str(Fault(newcomer.advice, preset)),
        newcomer=newcomer,
    )


def _reuse_fault(preset: str, target: str) -> Fault:
    message = "the path under which another preset was frozen, and nobody has said why"
    command = f"map --old {quoted(preset)} --new {quoted(target)} --reuse-path --reason R"
    return Fault(f"{message}: `{command}`, or a path of its own", target)


def _overdue(row: Row, open_phase: Phase) -> Row:
    if not is_closed(row.phase, open_phase):
        return row
    message = f"phase {row.phase} is closed, but the preset is built from {row.reaches[0]}"
    return replace(row, is_overdue=True, error=str(Fault(message, row.target)))


@dataclass(frozen=True, slots=True)
class _Current:
    """A preset in the tree, and the fusion file that it names, or the fault that it is missing."""

    config: Resolved
    fusion_path: str | None
    fusion: Resolved | None
    missing: Fault | None

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that the preset needs."""
        return (*self.config.chain, *(self.fusion.chain if self.fusion else ()))


def _current(project: Project, target: str) -> _Current:
    config = project.configs.resolve(target)
    path = project.fusion_path(config.value, target)
    if path is None:
        return _Current(config, None, None, None)
    if not project.tree.is_file(path):
        return _Current(config, path, None, project.missing_fusion_fault(target, path))
    return _Current(config, path, project.fusions.resolve(path), None)


def _compared(
    project: Project, record: Record, profile: Profile, preset: str, current: _Current
) -> tuple[Comparison, str | None]:
    """Compare with the baseline; beside the verdict, say which fusion file is missing."""
    path, fusion, fault = current.fusion_path, current.fusion, current.missing
    if fault is None and _is_as_frozen(project, preset, record, current.config, fusion):
        return Comparison(), None
    content = Content({}, dict) if fault else None
    if fusion:
        content = current_content(project.fusions, fusion)
    right = Side(current_content(project.configs, current.config), path, content)
    comparison = compare(frozen_side(project, PRESETS, preset, record), right, profile)
    if not comparison.forbidden:
        # Green would say that contents are equal which nobody has compared.
        if fault is None and (record.fusion is None) != (path is None):
            frozen = record.fusion.path if record.fusion else "none"
            problem = f"names {path or 'no file'}, but {frozen} was frozen"
            hint = "did the profile, or the setting 'fusion_key', change since?"
            fault = project.fusion_fault(current.config.path, problem, hint)
        if fault:
            raise MigrationError(fault)
    return comparison, str(fault) if fault else None


def _is_as_frozen(
    project: Project, preset: str, record: Record, resolved: Resolved, fusion: Resolved | None
) -> bool:
    """Tell by canonical bytes alone, so that a baseline is parsed only where it differs."""
    store = project.store
    if not store.is_frozen_as(PRESETS, preset, resolved.canonical()):
        return False
    if record.fusion is None or fusion is None:
        return record.fusion is None and fusion is None
    return store.is_frozen_as(FUSION, record.fusion.path, project.fusions.canonical(fusion.path))
