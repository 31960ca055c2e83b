"""`map`: records a legacy preset's new path or its phase, or that it is dropped."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from migration.errors import Fault, MigrationError, ask_if_meant, suggest_nearest
from migration.gate.status import Row, assess_preset
from migration.paths import is_hidden, leaves_root
from migration.project.changes import write_decisions
from migration.project.project import Project
from migration.project.references.texts import Mention, find_mentions
from migration.project.state import State, frozen_state
from migration.project.state_faults import StateFault
from migration.store.ledger import Entry, clean_reason
from migration.store.records import PRESETS
from migration.text import quote_path


@dataclass(frozen=True, slots=True)
class Move:
    """A decision on a preset: its entry before and after, and its row after the decision."""

    before: Entry
    after: Entry
    row: Row
    is_mended: bool = False
    """Whether the decision replaced a record that could not be read."""
    mentions: tuple[Mention, ...] = ()
    """Where texts still name the preset's former path."""


def move_preset(
    project: Project,
    old: str,
    new: str | None = None,
    phase: int | None = None,
    *,
    reuse: str | None = None,
) -> Move:
    """Record the new path of a preset, or the phase that it belongs to, and its verdict there.

    A new path, which may be the old one, takes up a dropped preset again. `reuse` is the reason
    why the new path may be one under which another preset was frozen.

    Raises:
        MigrationError: the preset does not exist; there is no file at the new path; the file is
            to be removed, or belongs to another preset; another preset was frozen under the path
            and `reuse` is None; or the ledger cannot be read or written.
    """

    def decide(state: State, preset: str, entry: Entry) -> Entry:
        if phase:
            entry = replace(entry, phase=phase)
        if not new:
            return entry
        target = posixpath.normpath(new)
        if fault := _refuse_target(state, preset, target):
            raise MigrationError(fault)
        reason = None if reuse is None else clean_reason(reuse)
        if reason is None and state.ledger.had_other_preset(target, preset):
            raise MigrationError(_reuse_fault(preset, target))
        heir = state.ledger.map_heirs().get(preset)
        if heir and not state.ledger.entries[heir].reuse:
            # This preset had been dropped, so that the heir could take its path.
            raise MigrationError(_heir_fault(preset, heir))
        status = "pending" if entry.status == "dropped" else entry.status
        return replace(entry, target=target, status=status, reason=None, reuse=reason)

    # A new path concerns the other presets too: none of them may have it.
    return _record_decision(project, old, decide, is_alone=not new)


def drop_preset(project: Project, old: str, reason: str) -> Move:
    """Record that a preset is dropped, and why; its files count as legacy files from now on.

    Raises:
        MigrationError: the reason is empty, the preset does not exist, or the ledger cannot be
            read or written.
    """
    if not reason.strip():
        hint = "say why the preset is given up, for whoever reads the ledger"
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
        state = frozen_state(project, wanted, _excuse_mended(posixpath.normpath(old)))
        preset = _find_preset(state, old)
        before = state.ledger.entries[preset]
        entry = decide(state, preset, before)
        state = state.with_ledger(state.ledger.with_entries({preset: entry}))
        row = assess_preset(state, preset, project.profile())
        after = entry.with_status(row.status)
        is_mended = state.baselines.reading(PRESETS, preset).entry is None
        if after != before or is_mended:
            write_decisions(state, {preset: after}, "map")
    move = Move(before, after, replace(row, recorded=after.status), is_mended)
    if after.target == before.target:
        return move
    return replace(move, mentions=_find_mentions_left(project, before.target))


def _find_mentions_left(project: Project, left: str) -> tuple[Mention, ...]:
    """Return where texts name a preset's former path, or nothing if git cannot list the files."""
    with suppress(MigrationError):  # the decision is recorded already
        return find_mentions(project, left)
    return ()


def _excuse_mended(preset: str) -> Callable[[StateFault], bool]:
    """Return the test for faults that a decision on the preset repairs, or does not touch."""

    def excuses(found: StateFault) -> bool:
        # Every preset has its own record file, so a broken one does not affect the others.
        if preset not in found.presets or found.kind == "target":
            return bool(found.presets)
        # The frozen files stay unchanged, so the legacy form can still be restored and refrozen.
        if found.kind == "fusion":
            return True
        return found.kind == "decision" and found.is_salvaged

    return excuses


def _find_preset(state: State, old: str) -> str:
    path, entries = posixpath.normpath(old), state.ledger.entries
    if path in entries:
        return path
    moved = next((legacy for legacy, entry in entries.items() if entry.target == path), None)
    if moved:
        hint = ask_if_meant(moved)
    else:
        hint = suggest_nearest(path, entries, "the path under which a preset was frozen")
    raise MigrationError(Fault(f"no preset {old!r}", hint=hint))


def _reuse_fault(preset: str, target: str) -> Fault:
    message = f"the path under which another preset was frozen: who starts it would run {preset}"
    hint = "give it a new path, or `--reuse-path --reason R` if nobody starts the other by this one"
    return Fault(message, target, hint=hint)


def _heir_fault(preset: str, heir: str) -> Fault:
    message = f"{heir} has this path by now: who starts it would run that"
    old, at = quote_path(heir), quote_path(preset)
    hint = (
        "map that one elsewhere first, or say why it may keep the path: "
        f"`map --old {old} --new {at} --reuse-path --reason R`"
    )
    return Fault(message, preset, hint=hint)


def _refuse_target(state: State, preset: str, target: str) -> Fault | None:
    """Return the fault of moving the preset to the path, or None if it may move there."""
    tree, settings = state.project.tree, state.project.settings
    if leaves_root(target):
        return Fault("not a path within the project", target)
    if not tree.is_file(target):
        hint = ask_if_meant(tree.nearest(target), "write the new file first, then map to it")
        return Fault("no such file", target, hint=hint)
    if target == settings.base:
        return Fault("the base, where no preset can move", target)
    if is_hidden(target) and not settings.is_preset(target):
        return Fault("a hidden file, which is a preset only if a glob spells the dot", target)
    if settings.is_legacy(target):
        return Fault("a file that is to be removed, where no preset can move", target)
    if state.project.state_folder.holds(tree.real_path(target)):
        return Fault("a frozen file, where no preset can move", target)
    for other, entry in state.ledger.entries.items():
        if other == preset or entry.status == "dropped":
            continue
        if tree.real_path(target) == tree.real_path(entry.target):
            hint = "each preset has a file of its own: map that one elsewhere first, or drop it"
            which = f", {other}" if other != target else ""
            return Fault(f"the file of another preset{which}", target, hint=hint)
    return None
