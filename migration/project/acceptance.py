"""Turns differences from the expected config of a preset into what is accepted for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TypeAlias, cast

from migration.errors import Fault, MigrationError
from migration.parity.run import Run
from migration.project.expected import Expected, apply_changes, read_baseline
from migration.project.fusion_file import find_fusion_path
from migration.project.state import State
from migration.store.acceptance import AcceptedChange, Former, Grounds
from migration.values.diff import Difference, side_text
from migration.values.keypath import KeyPath, are_connected, format_path
from migration.values.merge import Config
from migration.values.moves import find_due, move_keys
from migration.values.patch import NotAsBeforeError, find_changes, take_over

Place: TypeAlias = tuple[bool, KeyPath]
"""Whether a key is in the fusion config of a preset, and its path."""


def accept_places(
    state: State, preset: str, run: Run, places: Collection[Place], grounds: Grounds
) -> tuple[AcceptedChange, ...]:
    """Return all that is accepted for a preset once its differences at these places are as well.

    What was accepted before, and stays as it is, keeps its grounds.

    Raises:
        MigrationError: a baseline is missing or was edited, or a difference cannot be accepted
            without another one.
    """
    project, baselines = state.project, state.baselines
    frozen, known = read_baseline(baselines, preset), baselines.acceptances.list_changes(preset)
    expected = apply_changes(project, baselines, preset, frozen, known)
    moves = project.settings.moved
    # Places have the new names of keys, as reports do, and acceptances those of the baseline.
    before = move_keys(expected.config, moves)
    after = move_keys(run.config.resolved.value, moves)
    back = [move.reverse for move in find_due(frozen.config, moves)]
    config = move_keys(_take(preset, before, after, _paths(places, False)), back)
    path = baselines.folder.baseline_path("presets", preset)
    named = find_fusion_path(project, config, path)
    fusion = None
    if named is not None:
        after = run.fusion.resolved.value if run.fusion else {}
        fusion = _take(preset, expected.fusion or {}, after, _paths(places, True))
    label = frozen.fusion_path or named
    changes = tuple(
        AcceptedChange(each_label, change, _find_grounds(known, each_label, change, grounds))
        for each_label, change in list_changes_to(frozen, config, fusion, label)
    )
    made = apply_changes(project, baselines, preset, frozen, changes)
    if not made.is_same(Expected(config, named, fusion)):
        raise MigrationError(Fault("cannot be accepted as it is", preset))
    return changes


def _paths(places: Iterable[Place], is_fusion: bool) -> list[KeyPath]:
    return [path for in_fusion, path in places if in_fusion == is_fusion]


def _take(preset: str, before: Config, after: object, paths: Collection[KeyPath]) -> Config:
    try:
        return cast("Config", take_over(before, after, paths))
    except NotAsBeforeError as error:
        name = format_path(error.change.path)
        message = f"{name} cannot be accepted without the key that it replaces"
        hint = "accept both at once"
        raise MigrationError(Fault(message, preset, hint=hint)) from None


def list_changes_to(
    frozen: Expected, config: Config, fusion: Config | None, label: str | None
) -> Iterator[tuple[str | None, Difference]]:
    """Yield what leads from baselines to expected configs, each change with its fusion config.

    `label` is the fusion config of the baselines, or else of the expected configs.
    """
    yield from ((None, change) for change in find_changes(frozen.config, config))
    if fusion is not None:
        yield from ((label, change) for change in find_changes(frozen.fusion or {}, fusion))


def _find_grounds(
    known: Iterable[AcceptedChange], fusion: str | None, change: Difference, new: Grounds
) -> Grounds:
    """Return the grounds of a change: those that it has, else new ones, after the former values."""
    former: dict[tuple[str, str], Former] = {}
    for each in known:
        if each.fusion != fusion or not are_connected(each.change.path, change.path):
            continue
        is_at_same = format_path(each.change.path) == format_path(change.path)
        if is_at_same and side_text(each.change.right) == side_text(change.right):
            return each.grounds
        for one in (*each.grounds.former, Former(each.change.right, each.grounds.reason)):
            former[side_text(one.value), one.reason] = one
    return Grounds(new.reason, new.until, new.changes_training, tuple(former.values()))
