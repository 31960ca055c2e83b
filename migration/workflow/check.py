"""`check-parity`: every preset against its baseline, and the verdicts into the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from migration.errors import Fault, MigrationError
from migration.globs import quoted
from migration.loader import Resolved
from migration.parity import Profile
from migration.phases import STATUSES, Phase, Standing, Status, is_closed, unchanged_status
from migration.records import FUSION, PRESETS, Record
from migration.workflow.changes import write_decisions
from migration.workflow.compare import Comparison, Content, Side, compare
from migration.workflow.drift import Drift, DriftSearch
from migration.workflow.newcomers import Newcomer, Newcomers
from migration.workflow.own_profile import Coverage, ProfileReport, describe_profile
from migration.workflow.project import Project
from migration.workflow.sides import current_content, frozen_side
from migration.workflow.state import State, frozen_state, undisturbed


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


@dataclass(frozen=True, slots=True)
class ParityReport:
    """One row a preset, sorted by name, and the legacy sources that changed since the freeze."""

    profile: str
    rows: tuple[Row, ...]
    drifts: tuple[Drift, ...] = ()
    warnings: tuple[Fault, ...] = ()
    """What is not as it should be in the state, and stands in the way of no verdict."""
    own_profile: ProfileReport | None = None
    """What the profile allows, if it is none that came with the toolkit."""

    @property
    def counts(self) -> Mapping[str, int]:
        """The number of rows of each status, in the order of `STATUSES`."""
        found = Counter(row.status for row in self.rows)
        return {status: found[status] for status in STATUSES}

    @property
    def holds(self) -> bool:
        """Whether no preset stands in the way."""
        return not any(row.is_broken for row in self.rows)


@undisturbed
def check_parity(
    project: Project, wanted: Collection[str] = (), *, record: bool = False
) -> ParityReport:
    """Compare each preset, or each wanted one, with its baseline under the project's profile.

    A preset that cannot be read is a row of its own; the others are still compared. With `record`
    the verdicts go into the ledger; nothing is written where it has them already.

    Raises:
        MigrationError: nothing has been frozen, a frozen file is not as it was, the ledger or the
            profile cannot be read, a wanted preset does not exist, or the verdicts cannot be
            written.
    """
    state = frozen_state(project, wanted)
    profile = project.profile()
    search = DriftSearch(state)
    coverage = None if profile.is_bundled else Coverage(profile)
    rows = assess_all(state, profile, wanted, search, coverage)
    harmful = tuple(drift for drift in search.drifts() if not drift.is_harmless)
    leftovers = state.leftover_faults() if state.is_whole else ()
    warnings = (*state.typed_faults(), *leftovers)
    unused = (
        coverage.left(project, filter(None, map(_unlike, rows)))
        if coverage and state.is_whole and not wanted
        else ()
    )
    own_profile = describe_profile(project, profile, unused)
    report = ParityReport(profile.name, rows, harmful, warnings, own_profile)
    # Last, since it reads again what others may have frozen meanwhile.
    if record:
        _record(state, rows, wanted)
    return report


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


def _unlike(row: Row) -> str | None:
    """Return the preset of a row if its baseline may have what the file in the tree has not."""
    is_like = row.status in ("verified", "pending") and not row.comparison.allowed
    return row.legacy if row.recorded and not is_like else None


def _overdue(row: Row, open_phase: Phase) -> Row:
    if not is_closed(row.phase, open_phase):
        return row
    message = f"phase {row.phase} is closed, but the preset is built from {row.reaches[0]}"
    return replace(row, is_overdue=True, error=str(Fault(message, row.target)))


def _record(state: State, rows: Collection[Row], wanted: Collection[str]) -> None:
    """Record the verdicts of presets that are, to the ledger, what they were when assessed."""
    project = state.project
    # What a stopped command has left is finished in any case.
    if not any(row.is_stale for row in rows) and not project.store.unfinished():
        return
    judged = {row.name: state.record(row.name) for row in rows if row.name in state.presets}
    try:
        with project.writing("check-parity"):
            # What others recorded meanwhile stays, and so does what they moved.
            is_current = project.store.is_current()
            now = state if is_current else frozen_state(project, wanted)
            verdicts = {
                preset: entry.with_status(status)
                for preset, status in _verdicts(judged, now, rows)
                if (entry := now.ledger.entries[preset]).with_status(status) != entry
            }
            if verdicts:
                write_decisions(now, verdicts, "check-parity")
    except MigrationError as error:
        hint = "`check-parity --no-record` compares and writes nothing"
        faults = (replace(fault, hint=fault.hint or hint) for fault in error.faults)
        raise MigrationError(*faults) from None


def _verdicts(
    judged: Mapping[str, Record], now: State, rows: Collection[Row]
) -> Iterator[tuple[str, Status]]:
    """Yield the status to record for each preset that is, now, what was judged."""
    for row in rows:
        entry = now.ledger.entries.get(row.legacy or "")
        if entry is None or entry.target != row.target or entry.status == "dropped":
            continue
        if row.legacy and now.record(row.legacy) == judged[row.legacy]:
            yield row.legacy, row.status


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
