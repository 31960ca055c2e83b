"""Computes the true status of a preset: compares the preset in the tree with its baseline."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from migration.errors import Fault, MigrationError
from migration.gate.accepted_findings import find_returned, name_acceptances
from migration.gate.coverage import Coverage
from migration.gate.drift import DriftSearch
from migration.gate.newcomers import Newcomer, Newcomers
from migration.parity.compare import Comparison, Detail, compare
from migration.parity.profile import Profile, rename_profile
from migration.parity.run import Run
from migration.phases import Phase, Standing, Status, is_closed, judge_unchanged
from migration.project.expected import is_as_expected
from migration.project.fusion_file import fusion_fault
from migration.project.run import read_compared_runs, read_run
from migration.project.state import State
from migration.store.ledger import Entry
from migration.text import quote_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Standing):
    """One preset's verdict. File counts are None if the chain is not known."""

    legacy_files: int | None = None
    target_files: int | None = None
    legacy_used: tuple[str, ...] = ()
    """The legacy files that the preset is still built from."""
    reuse: str | None = None
    """Why the preset has a path under which another one was frozen, if it has such a path."""
    is_overdue: bool = False
    """Whether the preset is pending in a phase that is closed."""
    faults: tuple[Fault, ...] = ()
    """Why the preset has its status, unless the comparison shows it."""
    newcomer: Newcomer | None = None
    comparison: Comparison = field(default_factory=Comparison)
    returned: tuple[str, ...] = ()
    """The ids of acceptances for the preset whose key has the frozen value again."""

    @property
    def is_broken(self) -> bool:
        """Whether the preset blocks the gate."""
        is_new = self.status == "new" and not self.is_excused
        return self.status in ("failed", "missing", "error") or self.is_overdue or is_new

    @property
    def needs_attention(self) -> bool:
        """Whether the preset blocks the gate, or the recorded status is stale."""
        return self.is_broken or self.is_stale


@dataclass(frozen=True, slots=True)
class Judge:
    """By which profile a preset is judged, and how much is found out about each difference.

    Each of `coverages` looks at each resolved config.
    """

    profile: Profile
    detail: Detail = "paths"
    coverages: tuple[Coverage[Any], ...] = ()


def assess_presets(
    state: State,
    judge: Judge,
    wanted: Collection[str] = (),
    search: DriftSearch | None = None,
) -> tuple[Row, ...]:
    """Return the true standing of every preset, or of every wanted one, sorted by name.

    If given, `search` looks for changed sources of each frozen preset.

    Raises:
        MigrationError: a wanted preset does not exist.
    """
    presets = state.inventory.select(wanted, state.inventory.list_known())
    newcomers = Newcomers(state)
    rows = []
    for preset in state.project.access.follow(presets, "comparing"):
        rows.append(assess_preset(state, preset, judge, newcomers))
        if search and preset in state.presets:
            search.look(preset)
    return tuple(rows)


def list_good_verdicts(state: State, rows: Collection[Row]) -> dict[str, Entry]:
    """Return the entry to record for each preset that no longer has the verdict recorded.

    One that does not hold is left to `check-parity`, which records it where that is wanted.
    """
    entries = state.ledger.entries
    return {
        row.name: entry.with_status(row.status)
        for row in rows
        if row.status in ("verified", "pending")
        and (entry := entries.get(row.name))
        and entry.with_status(row.status) != entry
    }


def assess_preset(
    state: State,
    preset: str,
    judge: Judge,
    newcomers: Newcomers | None = None,
) -> Row:
    """Return the true standing of a preset, given by its legacy path; do not trust the ledger.

    A preset that was not frozen, or is gone, is compared with the newcomers.
    """
    newcomers = newcomers or Newcomers(state)
    entry = state.ledger.entries.get(preset)
    if entry is None:
        return _assess_unfrozen(state, preset, newcomers)
    project, record = state.project, state.record(preset)
    is_reused = entry.status != "dropped" and state.ledger.had_other_preset(entry.target, preset)
    row = Row(
        legacy=preset,
        target=entry.target,
        phase=state.phase_of(preset),
        status=entry.status,
        recorded=entry.status,
        is_hand_edited=entry.status_when_sealed is not None,
        legacy_files=record.file_count,
        reuse=entry.reuse if is_reused else None,
    )
    if entry.status == "dropped":
        return row
    if is_reused and not entry.reuse:
        return replace(row, status="error", faults=(_reuse_fault(preset, entry.target),))
    if not project.tree.is_file(entry.target):
        problem = f"no such file; {newcomers.advise_missing(preset)}"
        return replace(row, status="missing", faults=(Fault(problem, entry.target),))
    try:
        run = read_run(project, entry.target)
        for each in judge.coverages:
            each.look_at(run.config.resolved.value)
        _refuse_frozen(state, run)
        difference = _compare_with_baseline(state, preset, run, judge)
    except MigrationError as error:
        return replace(row, status="error", faults=error.faults)
    legacy_used = state.inventory.list_legacy_among(run.files)
    is_failed = bool(difference.comparison.forbidden)
    status: Status = "failed" if is_failed else judge_unchanged(legacy_used)
    row = replace(
        row,
        status=status,
        target_files=run.config.resolved.file_count,
        legacy_used=legacy_used,
        faults=difference.faults,
        comparison=difference.comparison,
        returned=difference.returned,
    )
    return _mark_overdue(row, state.ledger.phase) if status == "pending" else row


def _assess_unfrozen(state: State, preset: str, newcomers: Newcomers) -> Row:
    row = Row(legacy=None, target=preset, phase=state.phase_of(preset), status="error")
    try:
        run = read_run(state.project, preset)
        _refuse_frozen(state, run)
    except MigrationError as error:
        return replace(row, faults=error.faults)
    legacy_used = state.inventory.list_legacy_among(run.files)
    row = replace(row, target_files=run.config.resolved.file_count, legacy_used=legacy_used)
    if run.missing:
        return replace(row, faults=(run.missing,))
    newcomer = newcomers.look_at(preset, legacy_used)
    is_excused = not state.project.settings.new_gates
    return replace(
        row,
        legacy=preset if legacy_used else None,
        status="new",
        is_excused=is_excused,
        faults=() if is_excused else (Fault(newcomer.advice, preset),),
        newcomer=newcomer,
    )


def _refuse_frozen(state: State, run: Run) -> None:
    """Check that a preset is not compared with itself.

    Raises:
        MigrationError: it is built from a frozen file.
    """
    if frozen := state.inventory.find_frozen_among(run.files):
        message = f"built from {frozen}, a frozen file: it would be compared with itself"
        raise MigrationError(Fault(message, run.config.resolved.path))


def _reuse_fault(preset: str, target: str) -> Fault:
    message = (
        "another preset was frozen under this path, and the ledger has no reason for its reuse"
    )
    command = f"map --old {quote_path(preset)} --new {quote_path(target)} --reuse-path --reason R"
    return Fault(f"{message}: `{command}` gives one; or map this preset to another path", target)


def _mark_overdue(row: Row, open_phase: Phase) -> Row:
    if row.phase is None or not is_closed(row.phase, open_phase):
        return row
    message = f"phase {row.phase} is closed, but the preset is built from {row.legacy_used[0]}"
    return replace(row, is_overdue=True, faults=(Fault(message, row.target),))


@dataclass(frozen=True, slots=True)
class _Difference:
    """How a preset differs from what is expected, and the fault of a missing fusion file."""

    comparison: Comparison = field(default_factory=Comparison)
    faults: tuple[Fault, ...] = ()
    returned: tuple[str, ...] = ()


def _compare_with_baseline(state: State, preset: str, run: Run, judge: Judge) -> _Difference:
    """Return how a run differs from its baseline and from what was accepted since.

    Raises:
        MigrationError: no difference is forbidden, but the fusion configs were not compared; or an
            acceptance does not fit the baseline.
    """
    project, baselines = state.project, state.baselines
    if is_as_expected(project, baselines, run, preset):
        fusions = [each.id for each in baselines.acceptances.list_naming(preset) if each.fusion]
        return _Difference(returned=() if run.fusion else tuple(fusions))
    expected, run = read_compared_runs(project, baselines, preset, run)
    fault = run.missing
    profile = rename_profile(judge.profile, project.settings.moved)
    comparison = compare(expected, run.with_empty_fusion(), profile, judge.detail)
    comparison = comparison.redact(project.redaction)
    if not comparison.forbidden:
        # A green verdict would mean that the fusion configs are equal, but they were not compared.
        if fault is None and not expected.names_like(run):
            named = run.fusion_path or "no file"
            problem = f"names {named}, but {expected.fusion_path or 'none'} was frozen"
            hint = "did the profile, or the setting 'fusion_key', change since?"
            fault = fusion_fault(project, run.config.resolved.path, problem, hint)
        if fault:
            raise MigrationError(fault)
    returned = tuple(find_returned(baselines, preset, run, expected))
    comparison = name_acceptances(baselines, preset, comparison, expected, returned)
    return _Difference(comparison, (fault,) if fault else (), returned)
