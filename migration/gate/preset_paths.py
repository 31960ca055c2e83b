"""Pairs the presets of two sides: which are on both, and which only one of them has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from migration.project.project import Project
from migration.store.plain_state import PlainState


@dataclass(frozen=True, slots=True)
class PresetPaths:
    """The presets of two sides: those on both, and those that only one of them has."""

    pairs: Mapping[str, str]
    """The path now -> the path in the base."""
    gone: frozenset[str]
    came: frozenset[str]


def pair_presets(old: Project, new: Project, decided: Collection[str]) -> PresetPaths:
    """Return the presets of both sides: those that the settings match, and those that moved.

    A preset that the ledger has moved is paired with itself at its former path, wherever that is.
    `decided` are the presets about which the sides have decided differently.

    Raises:
        MigrationError: a folder cannot be listed.
    """
    matched = old.list_presets() | new.list_presets()
    moved = [_map_moved(each, decided) for each in (old, new)]
    before, after = (
        # The file that a moved preset has left is no preset any more.
        {path for path in matched - (targets.keys() - {*targets.values()}) if tree.exists(path)}
        for tree, targets in zip((old.tree, new.tree), moved, strict=True)
    )
    pairs: dict[str, str] = {}
    for preset in sorted(moved[0].keys() | moved[1].keys()):
        was, now = (targets.get(preset, preset) for targets in moved)
        is_before, is_after = old.tree.exists(was), new.tree.exists(now)
        before |= {was} if is_before else set()
        after |= {now} if is_after else set()
        if is_before and is_after and now not in pairs:
            pairs[now] = was
    used = {*pairs.values()}
    pairs |= {path: path for path in before & after if path not in used and path not in pairs}
    return PresetPaths(
        pairs, frozenset(before - {*pairs.values()}), frozenset(after - pairs.keys())
    )


def _map_moved(project: Project, decided: Collection[str]) -> Mapping[str, str]:
    """Return the path of each preset that the ledger has moved; dropped ones are left out.

    The record is read of presets that are not at their own path any more, and of the decided ones.
    """
    state, settings = PlainState(project.state_folder), project.settings
    moved: dict[str, str] = {}
    for preset in state.list_presets():
        is_in_place = settings.is_preset(preset) and project.tree.is_file(preset)
        if is_in_place and preset not in decided:
            continue
        target = state.find_target(preset)
        if target != preset and not state.is_dropped(preset):
            moved[preset] = target
    return moved
