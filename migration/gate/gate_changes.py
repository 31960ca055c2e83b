"""Finds what a change does to the gate itself: to settings, profile, presets and baselines.

What is frozen is read as plain data, whatever its format; no seal is verified here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from migration.errors import MigrationError
from migration.parity.profile import Profile
from migration.project.project import Project
from migration.project.settings import Settings
from migration.project.sides import Side, Sides
from migration.store.folder import RECORDS, configs_in
from migration.store.plain_state import PlainState
from migration.store.records import FUSION, PRESETS
from migration.values.canonical import are_equal
from migration.values.canonical_reader import read_canonical
from migration.values.keypath import format_path

_DIALECT: Final[Mapping[str, str]] = {
    "inheritance_key": "inheritance.key",
    "not_inheritance": "not_inheritance",
    "merge_keys": "yaml.merge_keys",
    "fusion_key": "fusion_key",
    "allow_outside": "allow_outside",
}
"""The settings that decide what files resolve to: the field, and the setting as it is written."""
_OTHER: Final = ("presets", "exclude", "legacy", "snapshots", "profile")


@dataclass(frozen=True, slots=True)
class GateChange:
    """One thing that a change does to the gate, and the files or paths that it concerns."""

    what: str
    names: tuple[str, ...] = ()
    weakens: bool = True


def find_gate_changes(sides: Sides, gone: Collection[str]) -> tuple[GateChange, ...]:
    """Return what the change does to the gate; those changes that weaken it come first.

    `gone` are the presets of the base without a file in the tree.

    Raises:
        MigrationError: git cannot tell, or a folder cannot be listed.
    """
    found = [
        *_compare_settings(sides.base, sides.head),
        *_compare_presets(sides.base, sides.head, gone),
        *_compare_profiles(sides.base.project, sides.head.project),
        *_compare_baselines(sides),
        *_compare_decisions(sides),
    ]
    return tuple(sorted(found, key=lambda each: not each.weakens))


def _compare_settings(base: Side, head: Side) -> Iterator[GateChange]:
    if base.own_settings and not head.own_settings:
        yield GateChange(f"the {head.name} has no settings that can be read")
    before, after = base.own_settings, head.own_settings
    if before is None or after is None:
        return
    for field, name in _DIALECT.items():
        if getattr(before, field) != getattr(after, field):
            yield GateChange(_describe_setting(name, before, after, field))
    if before.new_gates and not after.new_gates:
        yield GateChange("a preset without a baseline does not hold the gate any more")
    for field in _OTHER:
        if getattr(before, field) != getattr(after, field):
            text = _describe_setting(field, before, after, field)
            yield GateChange(text, weakens=False)


def _describe_setting(name: str, before: Settings, after: Settings, field: str) -> str:
    return f"setting {name}: {_show(before, field)} → {_show(after, field)}"


def _show(settings: Settings, field: str) -> str:
    value = getattr(settings, field)
    if field == "fusion_key":
        return format_path(value)
    if value is None or value == ():
        return "not set"
    value = [*value] if isinstance(value, tuple) else value
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _compare_presets(base: Side, head: Side, gone: Collection[str]) -> Iterator[GateChange]:
    """Yield the presets that are still there, and that the settings do not take for presets."""
    lost = base.project.list_presets() - head.project.list_presets() - frozenset(gone)
    settings = head.project.settings
    excluded = sorted(filter(settings.is_excluded, lost))
    if excluded:
        yield GateChange("excluded now", tuple(excluded))
    if unmatched := sorted(lost.difference(excluded)):
        yield GateChange("no longer a preset", tuple(unmatched))


def _compare_profiles(base: Project, head: Project) -> Iterator[GateChange]:
    before = _read_profile(base)
    if before is None:
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
    folder = base.state_folder.path
    is_linked = any(each.tree.links(folder) for each in (base, head))
    is_moved = is_linked or folder != head.state_folder.path
    changed = frozenset() if is_moved else sides.list_changed(folder)
    gone: list[str] = []
    replaced: list[str] = []
    added = 0
    for section in (PRESETS, FUSION):
        before, after = (_map_baselines(each, section) for each in (base, head))
        gone += sorted(before.keys() - after.keys())
        added += len(after.keys() - before.keys())
        for config in sorted(before.keys() & after.keys()):
            is_suspect = is_moved or before[config] in changed
            if is_suspect and not _is_same_value(base, before[config], head, after[config]):
                replaced.append(config)
    if gone:
        yield GateChange("baselines are gone", tuple(gone))
    if replaced:
        yield GateChange("baselines are replaced", tuple(replaced))
    if added:
        yield GateChange(f"{added} new baselines" if added > 1 else "1 new baseline", weakens=False)


def _map_baselines(project: Project, section: str) -> dict[str, str]:
    """Return the file of each baseline, by the path of its config."""
    folder = f"{project.state_folder.path}/{section}/"
    files = project.tree.files(folder.rstrip("/"), with_hidden=False)
    return {config: f"{folder}{config}.json" for config in configs_in(folder, files)}


def _is_same_value(base: Project, before: str, head: Project, after: str) -> bool:
    one, other = base.tree.read(before), head.tree.read(after)
    if one == other:
        return True
    try:
        return are_equal(read_canonical(one, before), read_canonical(other, after))
    except MigrationError:
        return False


def _compare_decisions(sides: Sides) -> Iterator[GateChange]:
    """Yield the presets that were dropped meanwhile, and the phase that is open now."""
    base, head = (side.project.state_folder for side in (sides.base, sides.head))
    before, after = (PlainState(folder.tree, folder.path) for folder in (base, head))
    records = f"{head.path}/{RECORDS[PRESETS]}/"
    changed = {*configs_in(records, sides.list_changed(head.path)), *after.listed}
    is_dropped = {each for each in changed if after.is_dropped(each)}
    if dropped := sorted(each for each in is_dropped if not before.is_dropped(each)):
        yield GateChange("dropped in the ledger", tuple(dropped))
    phases = (before.phase, after.phase)
    if before.phase != after.phase and None not in phases:
        yield GateChange(f"phase {before.phase} → {after.phase}", weakens=False)
