"""Finds what a change does to the gate itself: to settings, profile, presets and baselines.

What is frozen is read as plain data, whatever its format; no seal is verified here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from migration.errors import MigrationError
from migration.gate.preset_paths import PresetPaths, list_decided
from migration.gate.settings_changes import compare_settings
from migration.parity.profile import Profile
from migration.paths import is_within
from migration.phases import PHASES
from migration.project.project import Project
from migration.project.side_settings import name_side
from migration.project.sides import Sides
from migration.store.folder import configs_in
from migration.store.records import FUSION, PRESETS
from migration.values.canonical import are_equal
from migration.values.canonical_reader import read_canonical
from migration.values.keypath import format_path


@dataclass(frozen=True, slots=True)
class GateChange:
    """One thing that a change does to the gate, and the files or paths that it concerns."""

    what: str
    names: tuple[str, ...] = ()
    weakens: bool = True


def find_gate_changes(sides: Sides, paths: PresetPaths) -> tuple[GateChange, ...]:
    """Return what the change does to the gate; those changes that weaken it come first.

    Raises:
        MigrationError: git cannot tell, or a folder cannot be listed.
    """
    found = [
        *_compare_settings(sides),
        *_compare_presets(sides.base.project, sides.head.project, paths),
        *_compare_profiles(sides),
        *_compare_baselines(sides),
        *_compare_decisions(sides),
    ]
    return tuple(sorted(found, key=lambda each: not each.weakens))


def _compare_settings(sides: Sides) -> Iterator[GateChange]:
    base, head = sides.base, sides.head
    if sides.other_root:
        yield GateChange(f"the settings are no longer those in {sides.other_root}/")
    if base.own_settings and not head.own_settings:
        yield GateChange(f"{name_side(head.name)} has no settings that can be read")
    elif head.own_settings and not base.own_settings:
        text = f"{name_side(base.name)} has no settings that can be read"
        yield GateChange(text, weakens=False)
    before, after = base.own_settings, head.own_settings
    if before is None or after is None:
        return
    if before.new_gates and not after.new_gates:
        yield GateChange("a preset without a baseline does not hold the gate any more")
    presets = head.project.list_presets()
    for found in compare_settings(before, after, presets):
        yield GateChange(found.text, weakens=found.weakens)


def _compare_presets(base: Project, head: Project, paths: PresetPaths) -> Iterator[GateChange]:
    """Yield the presets, and the legacy files, that are still there and do not count as such."""
    lost = {
        path
        for path in base.list_presets() - head.list_presets()
        if path not in paths.left and head.tree.is_file(path)
    }
    excluded = sorted(filter(head.settings.is_excluded, lost))
    if excluded:
        yield GateChange("excluded now", tuple(excluded))
    if unmatched := sorted(lost.difference(excluded)):
        yield GateChange("no longer a preset", tuple(unmatched))
    legacy = {path for glob in base.settings.legacy for path in base.matches(glob)}
    kept = sorted(
        path for path in legacy if not head.settings.is_legacy(path) and head.tree.is_file(path)
    )
    if kept:
        yield GateChange("no longer a legacy file", tuple(kept))


def _compare_profiles(sides: Sides) -> Iterator[GateChange]:
    base, head = sides.base.project, sides.head.project
    before = _read_profile(base)
    if before is None:
        text = f"the profile of {name_side(sides.base.name)} cannot be read"
        yield GateChange(text, weakens=False)
        return
    try:
        after = head.profile()
    except MigrationError as error:
        yield GateChange(f"the profile cannot be read: {error.faults[0].message}")
        return
    if added := after.beyond(before):
        paths = tuple(f"{format_path(path)} ({rule.id})" for rule, path in added)
        yield GateChange("the profile allows more", paths)
    if dropped := before.beyond(after):
        paths = tuple(f"{format_path(path)} ({rule.id})" for rule, path in dropped)
        yield GateChange("the profile allows less", paths, weakens=False)


def _read_profile(project: Project) -> Profile | None:
    with suppress(MigrationError):
        return project.profile()
    return None


def _compare_baselines(sides: Sides) -> Iterator[GateChange]:
    base, head = sides.base.project, sides.head.project
    is_suspect = _make_suspicion(sides)
    gone: list[str] = []
    replaced: list[str] = []
    added = 0
    for section in (PRESETS, FUSION):
        before, after = (_map_baselines(each, section) for each in (base, head))
        untracked = sides.list_untracked(after.values())
        after = {config: path for config, path in after.items() if path not in untracked}
        gone += sorted(before.keys() - after.keys())
        added += len(after.keys() - before.keys())
        replaced += [
            config
            for config in sorted(before.keys() & after.keys())
            if is_suspect(before[config])
            and not _is_same_value(base, before[config], head, after[config])
        ]
    if gone:
        yield GateChange("baselines are gone", tuple(gone))
    if replaced:
        yield GateChange("baselines are replaced", tuple(replaced))
    if added:
        yield GateChange(f"{added} new baselines" if added > 1 else "1 new baseline", weakens=False)


def _make_suspicion(sides: Sides) -> Callable[[str], bool]:
    """Return a function that tells whether a baseline of the base may have another value now.

    What git takes for unchanged is, unless git does not look: at files that it is told to take for
    unchanged, behind links, in submodules.
    """
    base, head = sides.base.project, sides.head.project
    folder = base.state_folder.path
    is_linked = any(each.tree.links(folder) for each in (base, head))
    if is_linked or folder != head.state_folder.path:
        return lambda _: True
    named = sides.changed | sides.unwatched
    submodules = tuple(
        f"{path}/"
        for path in named
        if is_within(folder, path) or (is_within(path, folder) and not path.endswith(".json"))
    )

    def is_suspect(path: str) -> bool:
        return path in named or path.startswith(submodules) or base.tree.is_link(path)

    return is_suspect


def _map_baselines(project: Project, section: str) -> dict[str, str]:
    """Return the file of each baseline, by the path of its config."""
    store = project.state_folder
    folder = store.folders_of(section)[0]
    files = project.tree.files(folder.rstrip("/"))
    return {config: store.baseline_path(section, config) for config in configs_in(folder, files)}


def _is_same_value(base: Project, before: str, head: Project, after: str) -> bool:
    one, other = base.tree.read(before), head.tree.read(after)
    if one == other:
        return True
    try:
        return are_equal(read_canonical(one, before), read_canonical(other, after))
    except MigrationError:
        return False


def _compare_decisions(sides: Sides) -> Iterator[GateChange]:
    """Yield the presets that were dropped or put off meanwhile, and the phase that is open now."""
    before, after = sides.states
    if before.phase is not None and after.phase is None:
        yield GateChange("the ledger is gone, or cannot be read")
    store = sides.head.project.state_folder
    lost = before.presets - after.presets
    # Where the baseline is gone as well, that is said already.
    if alone := [each for each in lost if store.tree.is_file(store.baseline_path(PRESETS, each))]:
        yield GateChange("records of presets are gone", tuple(sorted(alone)))
    decided = list_decided(sides) & after.presets
    dropped = {each for each in decided if after.is_dropped(each) and not before.is_dropped(each)}
    if dropped:
        yield GateChange("dropped in the ledger", tuple(sorted(dropped)))
    first = sides.base.project.settings.phase_1
    later = {
        each
        for each in decided
        if _is_later(before.find_phase(each) or (1 if each in first else 2), after.find_phase(each))
    }
    if later:
        yield GateChange("put off to a later phase", tuple(sorted(later)))
    phases = (before.phase, after.phase)
    if before.phase != after.phase and None not in phases:
        yield GateChange(f"phase {before.phase} → {after.phase}", weakens=_is_later(*phases[::-1]))


def _is_later(before: object, after: object) -> bool:
    """Tell whether a phase comes after another one."""
    order: list[object] = [*PHASES]
    return {before, after} <= {*order} and order.index(after) > order.index(before)
