"""Pairs the presets of two sides: which are on both, and which only one of them has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from migration.project.sides import Sides
from migration.store.plain_state import PlainState
from migration.store.records import PRESETS


@dataclass(frozen=True, slots=True)
class PresetPaths:
    """The presets of two sides: those on both, and those that only one of them has."""

    pairs: frozenset[tuple[str, str]]
    """The path now, and the path in the base."""
    gone: frozenset[str]
    """The paths that only the base has a preset at."""
    came: frozenset[str]
    """The paths that only the other side has one at."""
    left: frozenset[str]
    """The paths that presets have left, now or before."""
    decided: frozenset[str]
    """The presets about which the sides may have decided differently."""


def pair_presets(sides: Sides) -> PresetPaths:
    """Return the presets of both sides: those that the settings match, and those that moved.

    A preset that the ledger has moved is paired with itself at its former path, wherever that is. A
    file that it has left behind is still compared with itself: a run may start from it.

    Raises:
        MigrationError: git cannot tell, or a folder cannot be listed.
    """
    old, new = sides.base.project, sides.head.project
    matched = old.list_presets() | new.list_presets()
    state_before, state_after = sides.states
    decided = _list_decided(sides)
    moved_before = _map_moved(state_before, state_before.list_moved())
    moved = (moved_before, _map_moved(state_after, decided | moved_before.keys()))
    before, after = ({*filter(tree.exists, matched)} for tree in (old.tree, new.tree))
    ledger_pairs: set[tuple[str, str]] = set()
    for preset in sorted(moved[0].keys() | moved[1].keys()):
        was = moved[0].get(preset, preset)
        # A preset that is dropped stays where it was.
        now = moved[1].get(preset, was if state_after.is_dropped(preset) else preset)
        is_before, is_after = old.tree.exists(was), new.tree.exists(now)
        before |= {was} if is_before else set()
        after |= {now} if is_after else set()
        if is_before and is_after:
            ledger_pairs.add((now, was))
    moves = [(now, was) for now, was in ledger_pairs if now != was]
    new_places, old_places = ({pair[at] for pair in moves} for at in (0, 1))
    # Where presets changed places, each is compared with what it was.
    in_place = {(path, path) for path in before & after if path not in new_places & old_places}
    pairs = frozenset(ledger_pairs | in_place)
    vacated = moved_before.keys() - {*moved_before.values()}
    return PresetPaths(
        pairs,
        gone=frozenset(before - after - {was for _, was in pairs}),
        came=frozenset(after - {now for now, _ in pairs}),
        left=frozenset(old_places | vacated),
        decided=decided,
    )


def _list_decided(sides: Sides) -> frozenset[str]:
    """Return the presets about which the sides may have decided differently.

    Raises:
        MigrationError: git cannot tell.
    """
    before, after = sides.states
    known = before.presets | after.presets
    if before.old_presets or after.old_presets:
        return known
    record_path = sides.base.project.state_folder.record_path
    both = before.presets & after.presets
    return frozenset(
        preset
        for preset in known
        if preset not in both or sides.may_differ(record_path(PRESETS, preset))
    )


def _map_moved(state: PlainState, presets: Iterable[str]) -> Mapping[str, str]:
    """Return the path of each of the presets that the ledger has moved, and not dropped."""
    moved: dict[str, str] = {}
    for preset in sorted(state.presets.intersection(presets)):
        target = state.find_target(preset)
        if target != preset and not state.is_dropped(preset):
            moved[preset] = target
    return moved
