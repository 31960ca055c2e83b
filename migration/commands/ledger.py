"""`ledger`: computes every preset's status, the progress of each phase, and the next step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from migration.errors import Fault, MigrationError
from migration.gate.acceptances import AcceptanceReport, judge_acceptances
from migration.gate.newcomers import Newcomers
from migration.gate.own_profile import ProfileReport, describe_profile
from migration.gate.status import Judge, Row, assess_presets
from migration.phases import REMOVAL, STATUSES, WORKED_PHASES, Phase, find_obstacles, list_members
from migration.project.project import Project
from migration.project.state import State, frozen_state, retry_on_change
from migration.store.acceptance import Acceptance
from migration.store.ledger import Ledger
from migration.text import quote_name, quote_path
from migration.values.redaction import Redaction

SHOWN: Final = ("stale", *STATUSES)
"""The words that a row can show as its status."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the presets of phase 0, 1 or 2 are done."""

    phase: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Step:
    """The command to run next, and why."""

    command: str
    why: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """The rows of all presets, those to show (`shown`), the progress, and the next step."""

    rows: tuple[Row, ...]
    shown: tuple[Row, ...]
    ledger: Ledger
    legacy_files: tuple[str, ...]
    progress: tuple[Progress, ...]
    step: Step | None
    has_phases: bool
    """Whether `legacy` is set; without legacy files to remove there are no phases."""
    own_profile: ProfileReport | None = None
    """What the profile allows, unless it is a bundled profile."""
    acceptances: tuple[Acceptance, ...] = ()
    """What was accepted on purpose."""
    accepted: AcceptanceReport = field(default_factory=AcceptanceReport)
    """What was accepted, and is not needed any more."""
    redaction: Redaction = field(default_factory=Redaction)
    excluded: tuple[str, ...] = ()
    """The files that would be presets but for `exclude`."""

    @property
    def phase(self) -> Phase:
        """The open phase."""
        return self.ledger.phase

    @property
    def leftovers(self) -> tuple[str, ...]:
        """The legacy files that are still in the tree after the last phase was closed."""
        return self.legacy_files if self.phase == "done" else ()

    @property
    def holds(self) -> bool:
        """Whether nothing blocks the gate, no record is stale, and no legacy file is left over."""
        if self.leftovers or self.accepted.unneeded:
            return False
        return not any(row.needs_attention for row in self.rows)


@retry_on_change
def read_checklist(project: Project, status: str | None = None) -> Checklist:
    """Return the checklist; with a status, `shown` holds only the rows that have or show it.

    Raises:
        MigrationError: the status is unknown, nothing has been frozen, a frozen file was changed,
            or the ledger cannot be read.
    """
    if status and status not in SHOWN:
        raise MigrationError(
            Fault(f"unknown status {quote_name(status)}", hint=f"one of {', '.join(SHOWN)}")
        )
    state, profile = frozen_state(project), project.profile()
    rows = assess_presets(state, Judge(profile))
    return Checklist(
        rows=rows,
        shown=tuple(row for row in rows if status in (None, row.shown, row.status)),
        ledger=state.ledger,
        legacy_files=state.inventory.legacy_files,
        progress=_count_progress(rows),
        step=_next_step(state, rows),
        has_phases=bool(project.settings.legacy),
        own_profile=describe_profile(project, profile),
        acceptances=tuple(state.baselines.acceptances),
        accepted=judge_acceptances(state, rows),
        redaction=project.redaction,
        excluded=state.inventory.list_excluded(),
    )


def _count_progress(rows: tuple[Row, ...]) -> tuple[Progress, ...]:
    known = [row for row in rows if not row.is_excused]
    frozen = sum(row.recorded is not None for row in known)
    progress = [Progress(0, frozen, len(known))]
    for phase in WORKED_PHASES:
        mine = list_members(phase, rows)
        progress.append(Progress(phase, sum(row.is_settled for row in mine), len(mine)))
    return tuple(progress)


def _next_step(state: State, rows: tuple[Row, ...]) -> Step | None:
    """Return the next step: first repair, then close the phase, then record, then migrate."""
    phase = state.ledger.phase
    if missing := [row for row in rows if row.status == "missing"]:
        return _move_step(missing, Newcomers(state).moves)
    if any(row.status == "new" and not row.is_excused for row in rows):
        return Step("snapshot", "freezes what is not frozen yet")
    if broken := next((row for row in rows if row.is_broken and not row.is_overdue), None):
        return Step(f"check-parity --preset {quote_path(broken.name)}", "shows what is wrong")
    if overdue := [row for row in rows if row.is_overdue]:
        return _draft_step(state, rows, overdue)
    has_phases = bool(state.project.settings.legacy)
    is_free = not has_phases or not find_obstacles(phase, rows, state.inventory.legacy_files)
    if is_free and has_phases and phase != "done":
        return Step("advance", f"closes phase {phase}")
    if any(row.is_stale for row in rows):
        return Step("check-parity", "updates the recorded statuses")
    if is_free:
        return None
    if phase in (REMOVAL, "done"):
        return Step("retire", "removes the legacy files; --dry-run lists them")
    if open_rows := [row for row in rows if row.status == "pending" and row.phase == phase]:
        return _draft_step(state, rows, open_rows)
    first = min(list_members(2, rows), key=_rank_by_need(state, rows))
    command = f"map --old {quote_path(first.name)} --phase 1"
    return Step(command, "gives phase 1 its first preset")


def _move_step(missing: Sequence[Row], moves: Mapping[str, str]) -> Step:
    """Return the step for presets that are gone: a map of one, or of the folder they were in."""
    first = missing[0]
    moved_to = moves.get(first.name)
    if moved_to is None:
        command = f"map --old {quote_path(first.name)} --new PATH"
    else:
        old, new = _part_common_end(first.target, moved_to)
        together = [
            row
            for row in missing
            if row.target.startswith(f"{old}/")
            and moves.get(row.name) == f"{new}/{row.target.removeprefix(f'{old}/')}"
        ]
        if not old or not new or len(together) == 1:
            old, new = first.name, moved_to
        command = f"map --old {quote_path(old)} --new {quote_path(new)}"
    what = "their files" if len(missing) > 1 else "its file"
    who = "the presets" if len(missing) > 1 else "the preset"
    return Step(command, f"records where {who} went; or put {what} back")


def _part_common_end(old: str, new: str) -> tuple[str, str]:
    """Return two paths without the names that they both end with.

    >>> _part_common_end("configs/runs/sft/a.yaml", "configs/presets/sft/a.yaml")
    ('configs/runs', 'configs/presets')
    """
    olds, news = old.split("/"), new.split("/")
    while olds and news and olds[-1] == news[-1]:
        olds.pop()
        news.pop()
    return "/".join(olds), "/".join(news)


def _draft_step(state: State, rows: Sequence[Row], among: Sequence[Row]) -> Step:
    """Return the step for the next preset to migrate; presets that others extend come first."""
    from migration.draft.plan import Planner

    path = min(among, key=_rank_by_need(state, rows)).name
    planner = Planner(state)
    command = f"draft --preset {quote_path(path)}"
    if parent := planner.legacy_parent(path):
        command += f" --overlay-of {quote_path(parent)}"
    elif not planner.has_base:
        return Step("draft --base", "what all presets have in common; --out writes it")
    return Step(command, "its shallow form; --out writes it")


def _rank_by_need(state: State, rows: Sequence[Row]) -> Callable[[Row], tuple[bool, int, int]]:
    """Return the key that sorts presets by how many presets to migrate they are built from."""
    configs = state.project.configs
    pending = [row for row in rows if row.status == "pending"]
    chains = {row.name: configs.resolve(row.target).chain for row in pending}
    waiting_for = {chain[-1] for chain in chains.values()}
    order = {path: at for at, path in enumerate(state.project.settings.phase_1)}

    def rank(row: Row) -> tuple[bool, int, int]:
        chain = chains.get(row.name, ())
        return not chain, len(waiting_for.intersection(chain)), order.get(row.name, len(order))

    return rank
