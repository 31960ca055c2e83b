"""Finds what a change does to what is frozen, and to what the ledger has decided.

It is read as plain data, whatever its format; no seal is verified here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from migration.errors import MigrationError
from migration.gate.gate_change import GateChange
from migration.phases import PHASES, Phase
from migration.project.project import Project
from migration.project.settings import Settings
from migration.project.sides import Sides
from migration.store.folder import configs_in
from migration.store.plain_state import PlainState
from migration.store.records import FUSION, PRESETS
from migration.values.canonical import are_equal
from migration.values.canonical_reader import read_canonical
from migration.values.patch import NotAsBeforeError, make_changes

_BASELINES, _RECORDS = 0, 1
"""The places of the two folders of a section."""


def compare_baselines(sides: Sides) -> Iterator[GateChange]:
    """Yield the baselines that are gone, that have another value, and how many are new.

    Raises:
        MigrationError: git cannot tell, or a folder cannot be listed.
    """
    base, head = sides.base.project, sides.head.project
    gone: list[str] = []
    replaced: list[str] = []
    folded: list[str] = []
    added = 0
    for section in (PRESETS, FUSION):
        before = _map_files(base, section, _BASELINES)
        after = _map_tracked(sides, section, _BASELINES)
        gone += sorted(before.keys() - after.keys())
        added += len(after.keys() - before.keys())
        for config in sorted(before.keys() & after.keys()):
            if not sides.may_differ(before[config]) or _is_same_value(
                base, before[config], head, after[config]
            ):
                continue
            is_folded = section == PRESETS and _is_same_expected(
                sides, config, before[config], after[config]
            )
            (folded if is_folded else replaced).append(config)
    if gone:
        yield GateChange("baselines are gone", tuple(gone))
    if replaced:
        yield GateChange("baselines are replaced", tuple(replaced))
    if folded:
        what = "what was accepted is in the baselines now"
        yield GateChange(what, tuple(folded), weakens=False)
    if added:
        yield GateChange(f"{added} new baselines" if added > 1 else "1 new baseline", weakens=False)


def compare_records(sides: Sides, decided: Collection[str]) -> Iterator[GateChange]:
    """Yield the ledger if it is gone, and records that are gone, or that cannot be read any more.

    A record counts as gone if its baseline is there. `decided` are the presets about which the
    sides may have decided differently.

    Raises:
        MigrationError: git cannot tell, or a folder cannot be listed.
    """
    before, after = sides.states
    ledger = sides.head.project.state_folder.ledger_path
    is_lost = after.phase is None or bool(sides.list_untracked([ledger]))
    if before.phase is not None and is_lost:
        yield GateChange("the ledger is gone, or cannot be read")
    fusions = _map_files(sides.base.project, FUSION, _RECORDS)
    lost = {
        *(before.presets - {*after.old_presets, *_map_tracked(sides, PRESETS, _RECORDS)}),
        *(fusions.keys() - _map_tracked(sides, FUSION, _RECORDS).keys()),
    }
    kept = {
        config
        for section in (PRESETS, FUSION)
        for config in _map_tracked(sides, section, _BASELINES)
    }
    if alone := lost & kept:
        yield GateChange("records are gone", tuple(sorted(alone)))
    unread = {
        *(each for each in sorted(decided) if before.has_record(each) > after.has_record(each)),
        *(
            each
            for each, path in fusions.items()
            if sides.may_differ(path)
            and before.has_fusion_record(each) > after.has_fusion_record(each)
        ),
    }
    if broken := unread - lost:
        yield GateChange("records cannot be read", tuple(sorted(broken)))


def compare_decisions(sides: Sides, decided: Collection[str]) -> Iterator[GateChange]:
    """Yield the presets that were dropped or put off meanwhile, and the phase that is open now.

    `decided` are the presets about which the sides may have decided differently.
    """
    before, after = sides.states
    known = sorted(after.presets.intersection(decided))
    dropped = {each for each in known if after.is_dropped(each) and not before.is_dropped(each)}
    if dropped:
        yield GateChange("dropped in the ledger", tuple(sorted(dropped)))
    first, second = (side.project.settings for side in (sides.base, sides.head))
    later = {
        each
        for each in (*known, *first.phase_1)
        if _is_later(_find_phase(before, first, each), _find_phase(after, second, each))
    }
    # When the migration is done, the phases of presets mean nothing any more.
    if later and not before.phase == after.phase == "done":
        yield GateChange("put off to a later phase", tuple(sorted(later)))
    if before.phase is not None and after.phase not in (None, before.phase):
        is_back = _is_later(after.phase, before.phase)
        yield GateChange(f"phase {before.phase} → {after.phase}", weakens=is_back)


def _map_files(project: Project, section: str, at: int) -> Mapping[str, str]:
    """Return the file of each baseline, or of each record, by the path of its config."""
    folder = project.state_folder.folders_of(section)[at]
    files = project.tree.files(folder.rstrip("/"))
    return {config: f"{folder}{config}.json" for config in configs_in(folder, files)}


def _map_tracked(sides: Sides, section: str, at: int) -> Mapping[str, str]:
    """Return the files as `_map_files` does now, without those that git has come to ignore."""
    found = _map_files(sides.head.project, section, at)
    untracked = sides.list_untracked(found.values())
    return {config: path for config, path in found.items() if path not in untracked}


def _is_same_value(base: Project, before: str, head: Project, after: str) -> bool:
    try:
        one, other = base.tree.read(before), head.tree.read(after)
        if one == other:
            return True
        return are_equal(read_canonical(one, before), read_canonical(other, after))
    except MigrationError:
        return False


def _is_same_expected(sides: Sides, preset: str, before: str, after: str) -> bool:
    """Tell whether a preset is still expected to have the same values, though not by its baseline.

    That is so once what was accepted is folded into the baselines.
    """
    expected = []
    for side, state, path in zip(
        (sides.base, sides.head), sides.states, (before, after), strict=True
    ):
        own = [
            each.change for each in state.acceptances.list_changes(preset) if each.fusion is None
        ]
        try:
            value = read_canonical(side.project.tree.read(path), path)
            expected.append(make_changes(value, own))
        except (MigrationError, NotAsBeforeError):
            return False
    return are_equal(*expected)


def _find_phase(state: PlainState, settings: Settings, preset: str) -> Phase:
    """Return the phase in which a preset is to be migrated."""
    return state.find_phase(preset) or (1 if preset in settings.phase_1 else 2)


def _is_later(before: Phase, after: Phase) -> bool:
    """Tell whether a phase comes after another one."""
    return PHASES.index(after) > PHASES.index(before)
