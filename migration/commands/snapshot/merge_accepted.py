"""Merges what the sides of a merge accept for one preset, key by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from migration.store.acceptance import AcceptedChange, Grounds
from migration.values.diff import side_text
from migration.values.keypath import are_connected, format_path

Key: TypeAlias = tuple[str | None, str]
"""A fusion config, None for the config of the preset itself, and the text of a path in it."""
Changes: TypeAlias = Mapping[Key, AcceptedChange]


def merge_changes(before: Changes, sides: Sequence[Changes]) -> list[AcceptedChange] | None:
    """Return what the sides of a merge accept together, None if they contradict each other.

    A side that has changed a key counts; of equal values with several reasons, always the same one.
    """
    merged: list[AcceptedChange] = []
    for key in sorted({key for side in (before, *sides) for key in side}, key=str):
        was = before.get(key)
        found = [side.get(key) for side in sides]
        # A side that gave a value other grounds alone does not contradict another value.
        changed = (
            [each for each in found if _spell_value(each) != _spell_value(was)]
            or [each for each in found if spell(each) != spell(was)]
            or [was]
        )
        if len({_spell_value(each) for each in changed}) > 1:
            return None
        if kept := [each for each in changed if each]:
            first = min(kept, key=spell)
            merged.append(replace(first, grounds=_join_grounds([each.grounds for each in kept])))
    return merged


def _join_grounds(several: Sequence[Grounds]) -> Grounds:
    """Return the grounds of a value that sides have accepted for several reasons.

    One reason stays, always the same one; no day is lost, and nothing that was said of training.
    """
    days = [each.until for each in several if each.until]
    former = {(side_text(e.value), e.reason): e for each in several for e in each.former}
    return Grounds(
        min(each.reason for each in several),
        min(days, default=None),
        any(each.changes_training for each in several),
        tuple(former[key] for key in sorted(former)),
    )


def have_overlap(changes: Sequence[AcceptedChange]) -> bool:
    """Tell whether two of the changes are about one key, or one lies within the other."""
    return any(
        one.fusion == other.fusion and are_connected(one.change.path, other.change.path)
        for at, one in enumerate(changes)
        for other in changes[:at]
    )


def key_of(accepted: AcceptedChange) -> Key:
    """Return what an accepted change is about."""
    return accepted.fusion, format_path(accepted.change.path)


def spell(accepted: AcceptedChange | None) -> str:
    """Return a text that tells an accepted change apart from any other."""
    if accepted is None:
        return ""
    change = accepted.change
    sides = (side_text(change.left), side_text(change.right))
    return "\0".join((*map(str, key_of(accepted)), change.kind, *sides, str(accepted.grounds)))


def _spell_value(accepted: AcceptedChange | None) -> str | None:
    return side_text(accepted.change.right) if accepted else None
