"""Tells which differences come from a legacy file that trunk edited after the freeze."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from migration.gate.drift import Drift
from migration.parity.causes import Cause
from migration.resolve.origins import file_of


def name_trunk_edits(
    causes: Iterable[Cause], drifts: Collection[Drift]
) -> tuple[tuple[Cause, ...], tuple[Drift, ...]]:
    """Return the causes with the edits that show in them, and the drifts that show in none.

    A drift of which some configs have no cause still counts for those.
    """
    sources = {drift.source: drift for drift in drifts}
    named: list[Cause] = []
    shown: dict[str, set[str]] = {source: set() for source in sources}
    for cause in causes:
        edits = dict(_find_edits(cause, sources))
        for source in edits:
            shown[source].update(cause.configs)
        # Whoever migrates a preset edits its own file, which says nothing of trunk.
        told = tuple(place for source, place in edits.items() if source not in cause.presets)
        named.append(replace(cause, trunk_edits=told) if told else cause)
    rest = (
        replace(drift, configs=tuple(each for each in drift.configs if each not in shown[source]))
        for source, drift in sources.items()
    )
    return tuple(named), tuple(drift for drift in rest if drift.configs)


def _find_edits(cause: Cause, sources: Mapping[str, Drift]) -> Iterator[tuple[str, str]]:
    """Yield each edited file, and the place to show: with its line where the value is from it."""
    for place in cause.left_origins:
        if file_of(place) in sources:
            yield file_of(place), file_of(place)
    for place in cause.right_origins:
        if file_of(place) in sources:
            yield file_of(place), place
