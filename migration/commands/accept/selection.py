"""Selects differences from the baselines by id, by key and by preset."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from migration.errors import Fault, MigrationError
from migration.gate.status import Row
from migration.parity.causes import Cause, find_causes
from migration.project.acceptance import Place
from migration.project.state import State
from migration.text import quote_name
from migration.values.keypath import is_beneath, parse_path

_LISTS: Final = "`accept` lists what there is"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which differences are meant: those that have one of the ids, the key, and the presets."""

    ids: tuple[str, ...] = ()
    key: str | None = None
    presets: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is selected."""
        return not (self.ids or self.key or self.presets)


def list_forbidden(rows: Iterable[Row]) -> tuple[Cause, ...]:
    """Return the causes of forbidden differences."""
    causes = find_causes((row.name, row.comparison) for row in rows)
    return tuple(cause for cause in causes if cause.rule is None)


def select_causes(
    state: State, causes: Collection[Cause], selection: Selection
) -> tuple[Cause, ...]:
    """Return the selected causes, each with its presets that are selected.

    Raises:
        MigrationError: no cause has an id, several do, a preset does not exist, or nothing fits.
    """
    named = _find_by_ids(causes, selection.ids) if selection.ids else causes
    presets = selection.presets
    wanted = {*state.inventory.select(presets, state.presets)} if presets else None
    found = tuple(_restrict(named, selection.key, wanted))
    if not found:
        raise MigrationError(Fault("no forbidden difference is selected", hint=_LISTS))
    return found


def list_places(causes: Iterable[Cause]) -> dict[str, list[Place]]:
    """Return the place of each difference of the causes, by preset."""
    places: dict[str, list[Place]] = {}
    for cause in causes:
        for case in cause.cases:
            mine = places.setdefault(case.preset, [])
            mine += [(each.file is not None, each.difference.path) for each in case.findings]
    return places


def _restrict(
    causes: Iterable[Cause], key: str | None, wanted: Collection[str] | None
) -> Iterator[Cause]:
    path = parse_path(key) if key else ()
    for cause in causes:
        cases = tuple(
            case
            for case in cause.cases
            if (wanted is None or case.preset in wanted)
            and any(is_beneath(each.difference.path, path) for each in case.findings)
        )
        if cases:
            yield replace(cause, cases=cases)


def _find_by_ids(causes: Collection[Cause], ids: Iterable[str]) -> list[Cause]:
    faults: list[Fault] = []
    found: dict[str, Cause] = {}
    for asked in ids:
        meant = [each for each in causes if each.id.startswith(asked.lower())]
        exact = [each for each in meant if each.id == asked.lower()] or meant
        if len(exact) == 1:
            found[exact[0].id] = exact[0]
        elif exact:
            names = ", ".join(f"{each.id} ({each.path})" for each in exact)
            message = f"several differences have an id that begins with {asked}: {names}"
            faults.append(Fault(message))
        else:
            message = f"no forbidden difference has the id {quote_name(asked)}"
            hint = f"it may be gone, or have another value now; {_LISTS}"
            faults.append(Fault(message, hint=hint))
    if faults:
        raise MigrationError(*faults)
    return list(found.values())
