"""Finds what a change does to the gate itself: to settings, profile, presets and baselines.

What is frozen is read as plain data, whatever its format; no seal is verified here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from migration.errors import MigrationError
from migration.gate.acceptance_changes import compare_acceptances
from migration.gate.gate_change import GateChange
from migration.gate.preset_paths import PresetPaths
from migration.gate.settings_changes import compare_settings
from migration.gate.state_changes import compare_baselines, compare_decisions, compare_records
from migration.parity.profile import Profile
from migration.project.project import Project
from migration.project.side_settings import name_side
from migration.project.sides import Sides
from migration.values.keypath import format_path


def find_gate_changes(sides: Sides, paths: PresetPaths) -> tuple[GateChange, ...]:
    """Return what the change does to the gate; those changes that weaken it come first.

    Raises:
        MigrationError: git cannot tell, or a folder cannot be listed.
    """
    found = [
        *_compare_settings(sides),
        *_compare_presets(sides, paths),
        *_compare_profiles(sides),
        *compare_baselines(sides),
        *compare_records(sides, paths.decided),
        *compare_decisions(sides, paths.decided),
        *compare_acceptances(sides),
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
    yield from compare_settings(before, after, head.project.list_presets())


def _compare_presets(sides: Sides, paths: PresetPaths) -> Iterator[GateChange]:
    """Yield the presets, and the legacy files, that are still there and do not count as such."""
    base, head = sides.base.project, sides.head.project
    lost = {
        path
        for path in base.list_presets() - head.list_presets()
        if path not in paths.left
        and head.tree.is_file(path)
        and not any(state.is_dropped(path) for state in sides.states)
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
