"""Takes acceptances back, and finds those that are past their day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from migration.errors import Fault, MigrationError
from migration.gate.acceptances import AcceptanceReport, Need, judge_acceptances
from migration.gate.status import Judge, Row, assess_presets, list_good_verdicts
from migration.project.changes import list_acceptance_changes, write_decisions
from migration.project.project import Project
from migration.project.state import State, frozen_state, retry_on_change
from migration.project.state_faults import StateFault
from migration.store.acceptance import Acceptance, Acceptances, trim_presets
from migration.text import quote_name

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Dropped:
    """The acceptances that were taken back, with the presets that they lost."""

    needs: tuple[Need, ...]
    rows: tuple[Row, ...]
    """Those presets as they are afterwards, without any that are gone."""
    is_dry_run: bool


@dataclass(frozen=True, slots=True)
class DateCheck:
    """How many acceptances there are, and those that are past their day."""

    today: str
    total: int
    past: tuple[Acceptance, ...]

    @property
    def holds(self) -> bool:
        """Whether no acceptance is past its day."""
        return not self.past


def drop_acceptances(
    project: Project, ids: Collection[str], presets: Collection[str] = (), *, dry_run: bool = False
) -> Dropped:
    """Take acceptances back: for the presets given, else for those that need them no more.

    Without either, for all presets. An acceptance is removed once it has no preset left.

    Raises:
        MigrationError: nothing was accepted under an id, or for a preset; a frozen file was
            changed, or nothing can be written.
    """
    if dry_run:
        return _drop(project, ids, presets, dry_run=True)
    with project.writing("accept --drop"):
        return _drop(project, ids, presets, dry_run=False)


@retry_on_change
def check_dates(project: Project, today: str) -> DateCheck:
    """Return the acceptances that are past their day; `today` is a date, as 2027-03-01.

    Raises:
        MigrationError: nothing has been frozen, or a frozen file was changed.
    """
    state = frozen_state(project)
    past = judge_acceptances(state, (), today).past
    return DateCheck(today, len(state.baselines.acceptances.by_name), past)


@retry_on_change
def _drop(
    project: Project, ids: Collection[str], presets: Collection[str], *, dry_run: bool
) -> Dropped:
    # Of two acceptances that disagree, one is dropped here.
    state = frozen_state(project, excuses=_is_overlap)
    chosen = {each.id: each for each in (_find_acceptance(state, asked) for asked in ids)}
    judge = Judge(project.profile(), "forbidden")
    needs = _choose_needs(state, judge, chosen.values(), presets)
    left = {each.id: each for each in state.baselines.acceptances}
    for need in needs:
        del left[need.acceptance.id]
        if trimmed := trim_presets(need.acceptance, need.unneeding):
            left[trimmed.id] = trimmed
    acceptances = Acceptances(left.values())
    lost = _list_frozen(state, {preset for need in needs for preset in need.unneeding})
    rows = assess_presets(state.with_acceptances(acceptances), judge, lost) if lost else ()
    if not dry_run:
        changes = dict(list_acceptance_changes(state.baselines, acceptances))
        verdicts = list_good_verdicts(state, rows)
        write_decisions(state, verdicts, "accept --drop", acceptances=changes)
    return Dropped(needs, rows, dry_run)


def _choose_needs(
    state: State, judge: Judge, chosen: Collection[Acceptance], presets: Collection[str]
) -> tuple[Need, ...]:
    """Return the chosen acceptances, each with the presets that it is to lose."""
    concerned = {preset for each in chosen for preset in each.presets}
    if presets:
        named = {*state.inventory.select(presets, concerned)}
        needs = tuple(
            Need(each, tuple(preset for preset in each.presets if preset in named))
            for each in chosen
        )
        if empty := [each.acceptance for each in needs if not each.returned]:
            message = "was accepted for none of these presets"
            raise MigrationError(*(Fault(f"{each.name} {message}") for each in empty))
        return needs
    live = _list_frozen(state, concerned)
    rows = assess_presets(state, judge, live) if live else ()
    report = judge_acceptances(state, rows)
    return tuple(_choose_need(each, report) for each in chosen)


def _choose_need(acceptance: Acceptance, report: AcceptanceReport) -> Need:
    need = next((each for each in report.needs if each.acceptance.id == acceptance.id), None)
    return need or Need(acceptance, acceptance.presets)


def _list_frozen(state: State, presets: Collection[str]) -> list[str]:
    return sorted(preset for preset in presets if preset in state.presets)


def _find_acceptance(state: State, asked: str) -> Acceptance:
    known: list[Acceptance] = [*state.baselines.acceptances]
    name = asked.rpartition("/")[2].removesuffix(".yaml").lower()
    found = [
        each
        for each in known
        if each.id.startswith(name) or each.file_name.lower() == f"{name}.yaml"
    ]
    if len(found) == 1:
        (one,) = found
        return one
    if found:
        names = ", ".join(f"{each.id} ({each.name})" for each in found)
        raise MigrationError(Fault(f"several acceptances have an id that begins so: {names}"))
    names = ", ".join(f"{each.id} ({each.name})" for each in known[:_MOST_NAMED])
    hint = f"there is {names}" if names else "nothing was accepted at all"
    raise MigrationError(Fault(f"nothing was accepted under {quote_name(asked)}", hint=hint))


def _is_overlap(found: StateFault) -> bool:
    return found.kind == "acceptance" and bool(found.presets)
