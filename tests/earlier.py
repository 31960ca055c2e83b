"""Replaces baselines as an earlier version did: records and merges of that time are still read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from migration.commands.snapshot.freezing import resolve_targets
from migration.phases import judge_unchanged
from migration.project.changes import commit_changes
from migration.project.project import open_project
from migration.project.state import frozen_state
from migration.store.ledger import Entry
from migration.store.records import FUSION, PRESETS, Record


def refreeze(folder: Path, reason: str, *presets: str) -> None:
    """Replace the baselines of presets that changed, and the fusion configs that they name.

    The record of each keeps the reason. A fusion config that no preset names any more goes.
    """
    project = open_project(folder)
    files: dict[str, bytes] = {}
    with project.writing("snapshot"), project.disk.write_beside({}) as pending:
        state = frozen_state(project, excuses=lambda found: found.kind == "fusion")
        entries = state.ledger.entries
        before = {preset: state.record(preset) for preset in state.presets}

        def decide(preset: str, record: Record, legacy: tuple[str, ...]) -> Entry:
            entry = entries[preset].with_status(judge_unchanged(legacy))
            if _same(before[preset], record):
                return entry
            return replace(entry, refrozen=(*entry.refrozen, reason))

        targets = {preset: entries[preset].target for preset in presets}
        freezing = resolve_targets(
            state, targets, decide, files.__setitem__, lambda _fusion, sha256: sha256
        )
        assert not freezing.left_out
        store = project.state_folder
        now = {**before, **freezing.presets}
        changed = [
            path
            for preset, record in freezing.presets.items()
            if not _same(before[preset], record)
            for path in store.files_of(PRESETS, preset)
        ]
        fusions, named = (
            {r.fusion.path for r in each.values() if r.fusion} for each in (before, now)
        )
        for fusion, record in freezing.fusion.items():
            is_there = state.baselines.has_record(FUSION, fusion)
            if not is_there or state.baselines.record(FUSION, fusion).sha256 != record.sha256:
                changed += store.files_of(FUSION, fusion)
        assert changed
        for path in changed:
            pending.add(path, files[path])
        digests: dict[str, str | None] = {path: freezing.digests[path] for path in changed}
        for fusion in fusions - named:
            digests |= dict.fromkeys(store.files_of(FUSION, fusion))
        commit_changes(state, pending, "snapshot", digests)


def _same(before: Record, after: Record) -> bool:
    fusions = [record.fusion.sha256 if record.fusion else None for record in (before, after)]
    return before.sha256 == after.sha256 and fusions[0] == fusions[1]
