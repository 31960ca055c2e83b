"""Holds what was accepted against the tree: which acceptances no preset needs, which are past."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from migration.parity.compare import AcceptedBefore, Comparison, Finding
from migration.parity.run import Run
from migration.project.state import State
from migration.store.acceptance import Acceptance
from migration.store.baselines import Baselines
from migration.store.records import PRESETS
from migration.values.canonical import are_equal
from migration.values.diff import MISSING, value_at


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
        """The acceptances of which some presets are gone, and that others still need."""
        return tuple(each for each in self.needs if each.gone and not each.is_unneeded)


def judge_acceptances(
    state: State, returned: Mapping[str, Collection[str]], today: str | None = None
) -> AcceptanceReport:
    """Return which acceptances are not needed by presets, and which are past their day.

    `returned` has each preset that was looked at, with the ids that `find_returned` has found.
    Without a day of today, no acceptance is past.
    """
    found: dict[str, list[str]] = {}
    for preset, ids in returned.items():
        for each in ids:
            found.setdefault(each, []).append(preset)
    needs, past, accepted = [], [], 0
    for acceptance in state.baselines.acceptances:
        gone = tuple(each for each in acceptance.presets if _is_gone(state, each))
        back = tuple(sorted({*found.get(acceptance.id, ())} - {*gone}))
        if gone or back:
            needs.append(Need(acceptance, back, gone))
        accepted += sum(not returned.keys().isdisjoint(each.presets) for each in acceptance.values)
        if today and is_past(acceptance, today):
            past.append(acceptance)
    return AcceptanceReport(tuple(needs), tuple(past), accepted)


def is_past(acceptance: Acceptance, today: str) -> bool:
    """Tell whether a value was accepted up to a day before today, a date as 2027-03-01."""
    # As texts, days are in their order.
    days = (each.grounds.until for each in acceptance.values)
    return any(day < today for day in days if day)


def find_returned(baselines: Baselines, preset: str, run: Run, expected: Run) -> Iterator[str]:
    """Yield the ids of the acceptances whose key has the frozen value again in a run.

    That of a fusion config which the preset is not expected to name counts as well.
    """
    for acceptance in baselines.acceptances.of_preset(preset):
        if acceptance.fusion is None:
            value = run.config.resolved.value
        elif run.fusion is None or expected.fusion is None:
            yield acceptance.id
            continue
        else:
            value = run.fusion.resolved.value
        if _is_same(value_at(value, acceptance.path), acceptance.left):
            yield acceptance.id


def name_acceptances(
    baselines: Baselines, preset: str, comparison: Comparison, returned: Collection[str]
) -> Comparison:
    """Return the comparison with what was accepted before at the key of each finding.

    `returned` are the ids that `find_returned` has found.
    """

    def name(finding: Finding) -> Finding:
        path, is_fusion = finding.difference.path, finding.file is not None
        found = baselines.acceptances.find(preset, path, is_fusion=is_fusion)
        if found is None:
            return finding
        file = baselines.folder.acceptance_path(found.file_name)
        return replace(finding, accepted=AcceptedBefore(found.id, file, found.id in returned))

    return comparison.change_findings(name)


def _is_gone(state: State, preset: str) -> bool:
    """Tell whether a preset was dropped, or is not frozen."""
    entry = state.ledger.entries.get(preset)
    if entry is None:
        return state.is_whole or not state.baselines.has_record(PRESETS, preset)
    return entry.status == "dropped"


def _is_same(value: object, other: object) -> bool:
    if value is MISSING or other is MISSING:
        return value is other
    return are_equal(value, other)
