"""Finds what a change does to the gate itself: to settings, profile, presets and baselines.

What is frozen is read as plain data, whatever its format; no seal is verified here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Final

from migration.errors import MigrationError
from migration.gate.preset_paths import PresetPaths
from migration.parity.profile import Profile
from migration.paths import is_within
from migration.phases import PHASES
from migration.project.project import Project
from migration.project.settings import Settings
from migration.project.side_settings import name_side
from migration.project.sides import Sides
from migration.store.folder import RECORDS, configs_in
from migration.store.plain_state import PlainState
from migration.store.records import FUSION, PRESETS
from migration.values.canonical import are_equal
from migration.values.canonical_reader import read_canonical
from migration.values.keypath import format_path

_RESOLVING: Final = (
    "inheritance_key",
    "not_inheritance",
    "merge_keys",
    "fusion_key",
    "allow_outside",
)
"""The settings that decide what files resolve to: any change may hide another."""
_RUNTIME: Final = "runtime_settings"
"""It is checked where it is written, even as an empty list."""
_HOLDING: Final = ("phase_1", "redact", "launch_settings", "length_required", "lint_select")
"""The lists of what is held to something: one entry less is weaker."""
_EXCUSING: Final = (_RUNTIME, "lint_ignore")
"""The lists of what is excused from something: one entry more is weaker."""
_BOUNDS: Final = ("max_files", "max_overlays")
"""The numbers that bound something: a larger one, or none, is weaker."""
_WRITTEN: Final[Mapping[str, str]] = {
    "inheritance_key": "inheritance.key",
    "merge_keys": "yaml.merge_keys",
    "lint_select": "lint.select",
    "lint_ignore": "lint.ignore",
    "lint_per_file": "lint.per_file_ignores",
}
"""The settings that are written otherwise than their fields."""


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
        *_compare_profiles(sides.base.project, sides.head.project),
        *_compare_baselines(sides),
        *_compare_decisions(sides),
    ]
    return tuple(sorted(found, key=lambda each: not each.weakens))


def list_decided(sides: Sides) -> frozenset[str]:
    """Return the presets about which the sides may have decided differently.

    Raises:
        MigrationError: git cannot tell.
    """
    found: set[str] = set()
    for folder in (sides.base.project.state_folder, sides.head.project.state_folder):
        records = f"{folder.path}/{RECORDS[PRESETS]}/"
        found.update(configs_in(records, sides.changed | sides.unwatched))
    return frozenset(found)


def _compare_settings(sides: Sides) -> Iterator[GateChange]:
    base, head = sides.base, sides.head
    if sides.other_root:
        yield GateChange(f"the settings are no longer those in {sides.other_root}/")
    if base.own_settings and not head.own_settings:
        yield GateChange(f"{name_side(head.name)} has no settings that can be read")
    before, after = base.own_settings, head.own_settings
    if before is None or after is None:
        return
    if before.new_gates and not after.new_gates:
        yield GateChange("a preset without a baseline does not hold the gate any more")
    for field in fields(Settings):
        name = field.name
        if name in ("source", "written"):
            continue
        shown_before, shown_after = _show(before, name), _show(after, name)
        if shown_before != shown_after:
            shown = f"{shown_before} → {shown_after}"
            text = f"setting {_WRITTEN.get(name, name)}: {shown}"
            yield GateChange(text, weakens=_is_weaker(name, before, after))


def _is_weaker(name: str, before: Settings, after: Settings) -> bool:
    """Tell whether a setting holds less than before; what globs match is compared by the files."""
    was, now = getattr(before, name), getattr(after, name)
    if name == _RUNTIME and not {name} <= before.written.keys() & after.written.keys():
        return name in before.written
    if name in _HOLDING:
        return not {*was} <= {*now}
    if name in _EXCUSING:
        return not {*now} <= {*was}
    if name in _BOUNDS:
        return was is not None and (now is None or now > was)
    if name == "lint_per_file":
        return any(not {*codes} <= {*was.get(glob, ())} for glob, codes in now.items())
    if name in ("length_key", "base"):
        return now is None
    return name in _RESOLVING


def _show(settings: Settings, field: str) -> str:
    value = getattr(settings, field)
    if value in (None, (), {}) and not (field == _RUNTIME and field in settings.written):
        return "not set"
    if field == "fusion_key":
        return format_path(value)
    if field.endswith("_settings"):
        value = [*map(format_path, value)]
    value = {**value} if isinstance(value, Mapping) else value
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _compare_presets(base: Project, head: Project, paths: PresetPaths) -> Iterator[GateChange]:
    """Yield the presets, and the legacy files, that are still there and do not count as such."""
    lost = {
        path
        for path in base.list_presets() - head.list_presets()
        if paths.pairs.get(path) == path and head.tree.is_file(path)
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
    is_suspect = _make_suspicion(sides)
    gone: list[str] = []
    replaced: list[str] = []
    added = 0
    for section in (PRESETS, FUSION):
        before, after = (_map_baselines(each, section) for each in (base, head))
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
    before, after = (PlainState(side.project.state_folder) for side in (sides.base, sides.head))
    decided = list_decided(sides) & after.list_presets()
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
