"""Accepts differences from the baselines, or lists those that could be accepted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from migration.commands.accept.selection import (
    Selection,
    list_forbidden,
    list_places,
    select_causes,
)
from migration.errors import Fault, MigrationError
from migration.gate.status import Judge, Row, assess_presets, list_good_verdicts
from migration.parity.causes import Cause
from migration.project.acceptance import Place, accept_places
from migration.project.changes import list_acceptance_changes, write_decisions
from migration.project.project import Project
from migration.project.run import read_run
from migration.project.state import State, frozen_state, retry_on_change
from migration.store.acceptance import Acceptance, Acceptances, Grounds, group_changes
from migration.store.ledger import clean_reason

_UNDER_WAY: Final = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted, or would be in a dry run, and in what these presets still differ."""

    taken: tuple[Cause, ...]
    remaining: tuple[Cause, ...]
    """The forbidden differences that presets of the taken causes still have."""
    files: Mapping[str, bool]
    """The files of acceptances: whether each was written, or else removed."""
    reason: str
    is_dry_run: bool
    frozen_mark: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The forbidden differences that could be accepted, and what was accepted before."""

    causes: tuple[Cause, ...]
    presets: tuple[str, ...]
    acceptances: tuple[Acceptance, ...]
    frozen_mark: str


@retry_on_change
def offer_differences(project: Project) -> Offer:
    """Return the forbidden differences that could be accepted; write nothing.

    Raises:
        MigrationError: nothing has been frozen, or a frozen file was changed.
    """
    state = frozen_state(project)
    rows = assess_presets(state, Judge(project.profile(), "forbidden"))
    return Offer(
        list_forbidden(rows),
        tuple(row.name for row in rows),
        tuple(state.baselines.acceptances),
        project.frozen_mark,
    )


def accept_differences(
    project: Project, selection: Selection, grounds: Grounds, *, dry_run: bool = False
) -> Accepted:
    """Accept the selected differences from the baselines, in each preset that has them now.

    Raises:
        MigrationError: there is no reason; nothing has the id, or fits the selection; a preset was
            migrated already while the migration is under way, unless the grounds say that training
            changes; a frozen file was changed, or nothing can be written.
    """
    grounds = replace(grounds, reason=clean_reason(grounds.reason))
    if not grounds.reason and not dry_run:
        hint = "say why the new value is right; the acceptance keeps it"
        raise MigrationError(Fault("accept needs a --reason", hint=hint))
    if dry_run:
        return _accept(project, selection, grounds, dry_run=True)
    with project.writing("accept"):
        return _accept(project, selection, grounds, dry_run=False)


@retry_on_change
def _accept(project: Project, selection: Selection, grounds: Grounds, *, dry_run: bool) -> Accepted:
    # An id belongs to a cause in any preset; without one, only the wanted presets are read.
    wanted = () if selection.ids else selection.presets
    state = frozen_state(project, wanted)
    judge = Judge(project.profile(), "forbidden")
    rows = {row.name: row for row in assess_presets(state, judge, wanted)}
    taken = select_causes(state, list_forbidden(rows.values()), selection)
    places = list_places(taken)
    migrated = _find_migrated(state, [rows[preset] for preset in places])
    if migrated and not grounds.changes_training:
        raise MigrationError(_migrated_fault(migrated))
    acceptances = _with_accepted(state, places, grounds, {row.name for row in migrated})
    after = state.with_acceptances(acceptances)
    now = assess_presets(after, judge, sorted(places))
    changes = dict(list_acceptance_changes(state.baselines, acceptances))
    if not dry_run:
        write_decisions(state, list_good_verdicts(state, now), "accept", acceptances=changes)
    return Accepted(
        taken,
        list_forbidden(now),
        {path: text is not None for path, text in changes.items()},
        grounds.reason,
        dry_run,
        project.frozen_mark,
    )


def _with_accepted(
    state: State,
    places: Mapping[str, Collection[Place]],
    grounds: Grounds,
    migrated: Collection[str],
) -> Acceptances:
    """Return all acceptances, with the differences at these places of presets among them."""
    known = state.baselines.acceptances
    changes = {**known.by_preset}
    faults: list[Fault] = []
    for preset, mine in places.items():
        own = replace(grounds, changes_training=preset in migrated)
        try:
            run = read_run(state.project, state.ledger.entries[preset].target)
            changes[preset] = accept_places(state, preset, run, mine, own)
        except MigrationError as error:
            faults += error.faults
    if faults:
        raise MigrationError(*faults)
    return group_changes(changes)


def _find_migrated(state: State, rows: Iterable[Row]) -> list[Row]:
    """Return the presets that left their legacy files while the migration is under way."""
    if not state.ledger.was_worked_on or state.ledger.phase not in _UNDER_WAY:
        return []
    return [row for row in rows if not row.legacy_used]


def _migrated_fault(migrated: Collection[Row]) -> Fault:
    first, *others = migrated
    who = f"this preset and {len(others)} more have" if others else "this preset has"
    message = (
        f"{who} left the legacy files: the difference may be a mistake of the migration, "
        "and accepting it would change training"
    )
    hint = "correct the preset; if training is to change, `--changes-training`"
    return Fault(message, first.target, hint=hint)
