"""`ledger`: computes every preset's status, the progress of each phase, and the next step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from migration.errors import Fault, MigrationError
from migration.gate.acceptances import AcceptanceReport, judge_acceptances
from migration.gate.gone_presets import GonePresets
from migration.gate.own_profile import ProfileReport, describe_profile
from migration.gate.status import Judge, Row, assess_presets
from migration.phases import REMOVAL, STATUSES, WORKED_PHASES, Phase, find_obstacles, list_members
from migration.project.command_lines import spell_command
from migration.project.project import Project
from migration.project.state import State, frozen_state, retry_on_change
from migration.store.acceptance import Acceptance
from migration.store.ledger import Ledger
from migration.text import make_visible, quote_name, quote_path
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
    """The command to run next, as it can be pasted, and why."""

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
    """Whether there is a migration; otherwise there are no phases."""
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
    def is_done(self) -> bool:
        """Whether there was a migration, and it is done."""
        return self.has_phases and self.phase == "done"

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
    accepted = judge_acceptances(state, rows)
    return Checklist(
        rows=rows,
        shown=tuple(row for row in rows if status in (None, row.shown, row.status)),
        ledger=state.ledger,
        legacy_files=state.inventory.legacy_files,
        progress=_count_progress(rows),
        step=_next_step(state, rows, accepted),
        has_phases=state.has_migration,
        own_profile=describe_profile(project, profile),
        acceptances=tuple(state.baselines.acceptances),
        accepted=accepted,
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


def _next_step(state: State, rows: tuple[Row, ...], accepted: AcceptanceReport) -> Step | None:
    """Return the next step: first repair, then close the phase, then record, then migrate."""
    if step := _repair_step(state, rows):
        return step
    if unneeded := accepted.unneeded:
        words = f"accept --drop {unneeded[0].acceptance.id}"
        return _step(state, words, "takes back what no preset needs any more")
    if not state.has_migration:
        return _record_step(state, rows) or _freeze_step(state, rows)
    phase = state.ledger.phase
    if overdue := [row for row in rows if row.is_overdue]:
        return _draft_step(state, rows, overdue)
    has_phases = bool(state.project.settings.legacy)
    is_free = not has_phases or not find_obstacles(phase, rows, state.inventory.legacy_files)
    if is_free and has_phases and phase != "done":
        return _step(state, "advance", f"closes phase {phase}")
    if step := _record_step(state, rows):
        return step
    if is_free:
        return None
    if phase in (REMOVAL, "done"):
        return _step(state, "retire", "removes the legacy files; --dry-run lists them")
    if open_rows := [row for row in rows if row.status == "pending" and row.phase == phase]:
        return _draft_step(state, rows, open_rows)
    first = min(list_members(2, rows), key=_rank_by_need(state, rows)).name
    words = f"map --old {quote_path(first)} --phase 1"
    return _step(state, words, "gives phase 1 its first preset", first)


def _step(state: State, words: str, why: str, *paths: str) -> Step:
    """Return the step of a command; `paths` are those in its words."""
    return Step(spell_command(state.project, words, *paths), why)


def _repair_step(state: State, rows: tuple[Row, ...]) -> Step | None:
    """Return the step for presets that are gone, not frozen, or not as expected."""
    if missing := [row.name for row in rows if row.status == "missing"]:
        return _move_step(state, missing)
    if any(row.status == "new" and not row.is_excused for row in rows):
        return _step(state, "snapshot", "freezes what is not frozen yet")
    broken = [row for row in rows if row.is_broken and not row.is_overdue]
    if not broken:
        return None
    if not state.has_migration and all(row.status == "failed" for row in broken):
        why = "lists what differs, for you to take over with a reason or to undo"
        return _step(state, "accept", why)
    first = broken[0].name
    words = f"check-parity --preset {quote_path(first)}"
    return _step(state, words, "shows what is wrong", first)


def _record_step(state: State, rows: tuple[Row, ...]) -> Step | None:
    if any(row.is_stale for row in rows):
        return _step(state, "check-parity", "updates the recorded statuses")
    return None


def _freeze_step(state: State, rows: tuple[Row, ...]) -> Step | None:
    """Return the step for presets that need no baseline, unless the settings say that they do."""
    if state.project.settings.new is None and any(row.status == "new" for row in rows):
        return _step(state, "snapshot", "freezes what is not frozen yet")
    return None


def _move_step(state: State, missing: Sequence[str]) -> Step:
    """Return the step for presets that are gone: a map of one, or of the folder they were in."""
    gone = GonePresets(state)
    what = "their files" if len(missing) > 1 else "its file"
    first = gone.commands[0] if gone.commands else None
    if first is None or first.others:
        preset = first.others[0] if first else missing[0]
        who = "the preset" if len(missing) == 1 else make_visible(preset)
        why = f"records where {who} went, `--drop --reason R` that it was given up"
        return _step(state, f"map {quote_path(preset)} PATH", f"{why}; or put {what} back", preset)
    if first.is_of_folder:
        who = f"{len(first.presets)} presets"
    else:
        who = "the preset" if len(missing) == 1 else make_visible(first.old)
    return Step(first.line, f"records where {who} went; or put {what} back")


def _draft_step(state: State, rows: Sequence[Row], among: Sequence[Row]) -> Step:
    """Return the step for the next preset to migrate; presets that others extend come first."""
    from migration.draft.plan import Planner

    path = min(among, key=_rank_by_need(state, rows)).name
    planner = Planner(state)
    words, paths = f"draft --preset {quote_path(path)}", [path]
    parent = None
    with suppress(MigrationError):  # of a file that cannot be read, the step itself says so
        parent = planner.legacy_parent(path)
    if parent:
        words, paths = f"{words} --overlay-of {quote_path(parent)}", [path, parent]
    elif not planner.has_base:
        return _step(state, "draft --base", "what all presets have in common; --out writes it")
    return _step(state, words, "its shallow form; --out writes it", *paths)


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
