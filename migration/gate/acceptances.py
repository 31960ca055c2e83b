"""Holds what was accepted against the tree: which acceptances no preset needs, which are past."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from migration.gate.status import Row
from migration.project.state import State
from migration.store.acceptance import Acceptance
from migration.store.records import PRESETS


@dataclass(frozen=True, slots=True)
class Need:
    """One acceptance, and those of its presets that need it no more.

    `returned` have the value of their baseline again; `gone` were dropped, or are not frozen.
    """

    acceptance: Acceptance
    returned: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def unneeding(self) -> frozenset[str]:
        """The presets that need the acceptance no more."""
        return frozenset((*self.returned, *self.gone))

    @property
    def is_unneeded(self) -> bool:
        """Whether no preset needs the acceptance any more."""
        return self.unneeding.issuperset(self.acceptance.presets)

    @property
    def name(self) -> str:
        """The id of the acceptance, and its key."""
        return f"[{self.acceptance.id}] {self.acceptance.name}"

    @property
    def advice(self) -> str:
        """What to do about an acceptance that no preset needs."""
        why = "the frozen value is back" if self.returned else "its presets are gone"
        command = f"`accept --drop {self.acceptance.id}`"
        return f"no preset needs what was accepted, {self.name} ({why}): {command}"


@dataclass(frozen=True)
class AcceptanceReport:
    """What the gate has to say of acceptances: those that some presets need no more."""

    needs: tuple[Need, ...] = ()
    past: tuple[Acceptance, ...] = ()
    """The acceptances with a value that was meant up to a day that is past."""
    accepted: int = 0
    """How many values the presets that were looked at may have instead of frozen ones."""

    @cached_property
    def unneeded(self) -> tuple[Need, ...]:
        """The acceptances that no preset needs any more; they block the gate."""
        return tuple(each for each in self.needs if each.is_unneeded)

    @cached_property
    def trimmable(self) -> tuple[Need, ...]:
        """The acceptances that some of their presets need no more, since these are gone."""
        return tuple(each for each in self.needs if each.gone and not each.is_unneeded)


def judge_acceptances(
    state: State, rows: Collection[Row], today: str | None = None
) -> AcceptanceReport:
    """Return which acceptances are not needed by presets, and which are past their day.

    `rows` are the presets that were looked at. Without a day of today, no acceptance is past.
    """
    found: dict[str, list[str]] = {}
    for row in rows:
        for each in row.returned:
            found.setdefault(each, []).append(row.name)
    names = {row.name for row in rows}
    needs, past, accepted = [], [], 0
    for acceptance in state.baselines.acceptances:
        gone = tuple(each for each in acceptance.presets if _is_gone(state, each))
        back = tuple(sorted({*found.get(acceptance.id, ())} - {*gone}))
        if gone or back:
            needs.append(Need(acceptance, back, gone))
        accepted += sum(not names.isdisjoint(each.presets) for each in acceptance.values)
        if today and is_past(acceptance, today):
            past.append(acceptance)
    return AcceptanceReport(tuple(needs), tuple(past), accepted)


def is_past(acceptance: Acceptance, today: str) -> bool:
    """Tell whether a value was accepted up to a day before today, a date as 2027-03-01."""
    # As texts, days are in their order.
    return acceptance.until is not None and acceptance.until < today


def _is_gone(state: State, preset: str) -> bool:
    """Tell whether a preset was dropped, or is not frozen."""
    entry = state.ledger.entries.get(preset)
    if entry is None:
        return state.is_whole or not state.baselines.has_record(PRESETS, preset)
    return entry.status == "dropped"
