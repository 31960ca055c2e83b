"""`map`: records a preset's new path or its phase, or that it is dropped; or those of a folder."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from migration.errors import Fault, MigrationError, ask_if_meant, ask_if_one_meant
from migration.files.nearest import find_nearest_paths
from migration.gate.status import Judge, Row, assess_preset
from migration.paths import is_wild, is_yaml
from migration.project.assignment import Assignment
from migration.project.changes import write_decisions
from migration.project.command_lines import spell_command
from migration.project.folder_move import find_folder_places
from migration.project.migration import require_migration
from migration.project.project import Project
from migration.project.references.texts import Mention, find_mentions
from migration.project.state import State, frozen_state
from migration.project.state_faults import StateFault
from migration.project.targets import Targets
from migration.store.ledger import Entry, clean_reason
from migration.store.records import PRESETS
from migration.text import quote_name, quote_path


@dataclass(frozen=True, slots=True)
class Move:
    """A decision on a preset: its entry before and after, and its row after the decision."""

    before: Entry
    after: Entry
    row: Row
    is_repaired: bool = False
    """Whether the decision replaced a record that could not be read."""
    mentions: tuple[Mention, ...] = ()
    """Where texts still name the preset's former path."""


@dataclass(frozen=True, slots=True)
class FolderMove:
    """A decision on all presets beneath a folder; `new` is None if only their phase was decided."""

    old: str
    new: str | None
    moves: tuple[Move, ...]


def move_preset(
    project: Project,
    old: str,
    new: str | None = None,
    phase: int | None = None,
    *,
    reuse: str | None = None,
) -> Move | FolderMove:
    """Record the new path of a preset, or the phase that it belongs to, and its verdict there.

    A new path, which may be the old one, takes up a dropped preset again. `reuse` is the reason
    why the new path may be one under which another preset was frozen. If `old` is a folder, this
    is recorded for every preset beneath it; each must have its file in the folder `new`.

    Raises:
        MigrationError: a phase is given, and there are none; the preset does not exist; there is
            no file at the new path; the file is to be removed, or belongs to another preset;
            another preset was frozen under the path and `reuse` is None; or the ledger cannot be
            read or written.
    """
    if phase:
        require_migration(project)
    assignment = Assignment(new, phase, None if reuse is None else clean_reason(reuse))
    if not is_yaml(old) and (moved := _move_folder(project, old, assignment)):
        return moved

    def decide(state: State, preset: str, entry: Entry) -> Entry:
        return assignment.apply(Targets(state), preset, entry)

    # A new path concerns the other presets too: none of them may have it.
    return _record_decision(project, old, decide, is_alone=not new)


def _move_folder(project: Project, old: str, assignment: Assignment) -> FolderMove | None:
    """Record a decision on every preset beneath a folder; None if there is no such folder.

    Raises:
        MigrationError: a preset has no file in the new folder, or as `move_preset`, with the
            faults of all presets; nothing is recorded then.
    """
    folder = posixpath.normpath(old)
    new = assignment.new and posixpath.normpath(assignment.new)
    with project.writing("map"):
        state = frozen_state(project)
        before = state.ledger.entries
        places = find_folder_places(project.tree, before, folder, new)
        if places is None:
            return None
        if new and not places.there:
            hint = "move their files first, then map their folder"
            message = f"no file of the {len(places.all)} presets beneath {folder} is in this folder"
            raise MigrationError(Fault(message, new, hint=hint))
        moved = {p: replace(before[p], target=path) for p, path in places.all.items()}
        targets = Targets(state.with_ledger(state.ledger.with_entries(moved)))
        after, faults = {}, list[Fault]()
        for preset, path in places.all.items():
            if new and preset not in places.there:
                faults.append(_left_fault(project, preset, before[preset].target, path))
                continue
            try:
                own = replace(assignment, new=new and path)
                after[preset] = own.apply(targets, preset, before[preset])
            except MigrationError as error:
                faults += error.faults
        if faults:
            raise MigrationError(*faults)
        state = state.with_ledger(state.ledger.with_entries(after))
        judge = Judge(project.profile())
        rows = {preset: assess_preset(state, preset, judge) for preset in after}
        after = {preset: each.with_status(rows[preset].status) for preset, each in after.items()}
        if changed := {preset: each for preset, each in after.items() if each != before[preset]}:
            write_decisions(state, changed, "map")
    moves = tuple(
        Move(before[preset], each, replace(rows[preset], recorded=each.status))
        for preset, each in after.items()
    )
    return FolderMove(folder, new, moves)


def _left_fault(project: Project, preset: str, target: str, place: str) -> Fault:
    """Return the fault of a preset that is not in the new folder, as the others are."""
    if project.tree.is_file(target):
        hint = f"{target} is still there: move it too, or map the others one by one"
    else:
        went = spell_command(project, f"map {quote_path(preset)} PATH", preset)
        drop = spell_command(project, f"map {quote_path(preset)} --drop --reason R", preset)
        hint = f"first record where it went: `{went}`; or that it was given up: `{drop}`"
    return Fault(f"no such file, so {preset} did not move with its folder", place, hint=hint)


def drop_preset(project: Project, old: str, reason: str) -> Move:
    """Record that a preset is dropped, and why; its files count as legacy files from now on.

    Raises:
        MigrationError: the reason is empty, the preset does not exist, or the ledger cannot be
            read or written.
    """
    if not reason.strip():
        hint = "give the reason for dropping the preset; the ledger keeps it"
        raise MigrationError(Fault("--drop needs a --reason", hint=hint))

    def decide(_state: State, _preset: str, entry: Entry) -> Entry:
        return replace(entry, status="dropped", reason=clean_reason(reason))

    return _record_decision(project, old, decide, is_alone=True)


def _record_decision(
    project: Project, old: str, decide: Callable[[State, str, Entry], Entry], *, is_alone: bool
) -> Move:
    """Record a decision on a preset; `is_alone`: the decision depends on no other preset."""
    with project.writing("map"):
        wanted = [old] if is_alone else []
        state = frozen_state(project, wanted, _excuse_repaired(posixpath.normpath(old)))
        preset = _find_preset(state, old)
        before = state.ledger.entries[preset]
        entry = decide(state, preset, before)
        state = state.with_ledger(state.ledger.with_entries({preset: entry}))
        row = assess_preset(state, preset, Judge(project.profile()))
        after = entry.with_status(row.status)
        is_repaired = state.baselines.reading(PRESETS, preset).entry is None
        if after != before or is_repaired:
            write_decisions(state, {preset: after}, "map")
    move = Move(before, after, replace(row, recorded=after.status), is_repaired)
    if after.target == before.target:
        return move
    return replace(move, mentions=_find_mentions_left(project, before.target))


def _find_mentions_left(project: Project, left: str) -> tuple[Mention, ...]:
    """Return where texts name a preset's former path, or nothing if git cannot list the files."""
    with suppress(MigrationError):  # the decision is recorded already
        return find_mentions(project, left)
    return ()


def _excuse_repaired(preset: str) -> Callable[[StateFault], bool]:
    """Return the test for faults that a decision on the preset repairs, or does not touch."""

    def excuses(found: StateFault) -> bool:
        # Every preset has its own record file, so a broken one does not affect the others.
        if preset not in found.presets or found.kind == "target":
            return bool(found.presets)
        # The frozen files stay unchanged, so the legacy form can still be restored.
        if found.kind == "fusion":
            return True
        return found.kind == "decision" and found.is_salvaged

    return excuses


def _find_preset(state: State, old: str) -> str:
    path, entries = posixpath.normpath(old), state.ledger.entries
    if path in entries:
        return path
    moved = next((legacy for legacy, entry in entries.items() if entry.target == path), None)
    beneath = [each for each in sorted(entries) if each.startswith(f"{path}/")]
    if beneath or is_wild(path):
        one = f"name one preset, as {beneath[0]}" if beneath else None
        hint: str | None = one or "a glob names no preset here"
    elif moved:
        hint = ask_if_meant(moved)
    else:
        meant = [] if state.project.tree.exists(path) else find_nearest_paths(path, entries)
        hint = ask_if_one_meant(meant) if meant else "the path under which a preset was frozen"
    raise MigrationError(Fault(f"no preset {quote_name(old)}", hint=hint))
