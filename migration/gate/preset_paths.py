"""Pairs the presets of two sides: which are on both, and which only one of them has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from migration.project.project import Project
from migration.project.sides import Sides
from migration.store.folder import RECORDS, configs_in
from migration.store.plain_state import PlainState
from migration.store.records import PRESETS


@dataclass(frozen=True, slots=True)
class PresetPaths:
    """The presets of two sides: those on both, and those that only one of them has."""

    pairs: frozenset[tuple[str, str]]
    """The path now, and the path in the base."""
    gone: frozenset[str]
    came: frozenset[str]
    left: frozenset[str]
    """The paths that presets have left, now or before."""


def pair_presets(sides: Sides) -> PresetPaths:
    """Return the presets of both sides: those that the settings match, and those that moved.

    A preset that the ledger has moved is paired with itself at its former path, wherever that is. A
    file that it has left behind is still compared with itself: a run may start from it.

    Raises:
        MigrationError: git cannot tell, or a folder cannot be listed.
    """
    old, new = sides.base.project, sides.head.project
    matched = old.list_presets() | new.list_presets()
    asked = {*list_decided(sides)}
    for project, state in zip((old, new), sides.states, strict=True):
        asked.update(_list_away(project, state))
    moved = [_map_moved(state, asked) for state in sides.states]
    before, after = ({*filter(tree.exists, matched)} for tree in (old.tree, new.tree))
    ledger_pairs: set[tuple[str, str]] = set()
    for preset in sorted(moved[0].keys() | moved[1].keys()):
        was, now = (targets.get(preset, preset) for targets in moved)
        is_before, is_after = old.tree.exists(was), new.tree.exists(now)
        before |= {was} if is_before else set()
        after |= {now} if is_after else set()
        if is_before and is_after:
            ledger_pairs.add((now, was))
    taken, left = ({pair[at] for pair in ledger_pairs if pair[0] != pair[1]} for at in (0, 1))
    # Where presets changed places, each is compared with what it was.
    in_place = {(path, path) for path in before & after if path not in taken & left}
    pairs = frozenset(ledger_pairs | in_place)
    left_before = moved[0].keys() - {*moved[0].values()}
    return PresetPaths(
        pairs,
        gone=frozenset(before - left_before - {was for _, was in pairs}),
        came=frozenset(after - {now for now, _ in pairs}),
        left=frozenset(left | left_before),
    )


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


def _list_away(project: Project, state: PlainState) -> Iterator[str]:
    """Yield the presets that the ledger knows, and that are no presets at their own path."""
    for preset in state.presets:
        if not (project.settings.is_preset(preset) and project.tree.is_file(preset)):
            yield preset


def _map_moved(state: PlainState, presets: Collection[str]) -> Mapping[str, str]:
    """Return the path of each of the presets that the ledger has moved, and not dropped."""
    moved: dict[str, str] = {}
    for preset in sorted(state.presets.intersection(presets)):
        target = state.find_target(preset)
        if target != preset and not state.is_dropped(preset):
            moved[preset] = target
    return moved
