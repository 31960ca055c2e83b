"""Tells which differences come from a legacy file that trunk edited after the freeze."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from migration.gate.drift import Drift
from migration.parity.causes import Cause
from migration.parity.compare import Finding
from migration.resolve.origins import file_of
from migration.values.canonical import are_equal
from migration.values.diff import MISSING, value_at


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
        edits: dict[str, str] = {}
        for source, config, place in _find_edits(cause, sources):
            shown[source].add(config)
            # The place where the edit sets the value now says more than the file alone.
            edits[source] = max(edits.get(source, ""), place, key=len)
        # Whoever migrates a preset edits its own file, which says nothing of trunk.
        told = tuple(place for source, place in edits.items() if source not in cause.presets)
        named.append(replace(cause, trunk_edits=told) if told else cause)
    rest = (
        replace(drift, configs=tuple(each for each in drift.configs if each not in shown[source]))
        for source, drift in sources.items()
    )
    return tuple(named), tuple(drift for drift in rest if drift.configs)


def _find_edits(cause: Cause, sources: Mapping[str, Drift]) -> Iterator[tuple[str, str, str]]:
    """Yield each edited file, the config in which it shows, and the place to show.

    That is with its line where the value is from it now.
    """
    for case in cause.cases:
        for finding in case.findings:
            config = finding.file or case.preset
            sides = (
                (finding.left_origin, _is_other_value_now),
                (finding.right_origin, _is_newly_set),
            )
            for place, shows_in in sides:
                drift = sources.get(file_of(place)) if place else None
                if drift and config in drift.configs and shows_in(finding, drift, config):
                    yield drift.source, config, _name_place(finding, drift.source)


def _name_place(finding: Finding, source: str) -> str:
    """Return the place in the file that sets the value now, else the file alone.

    That is the first entry of a list, or the first line of a text, that differs.
    """
    places = [*(change.right_origin for change in finding.changes), finding.right_origin]
    place = next((place for place in places if place and file_of(place) == source), source)
    spelling, left, right = finding.right_spelling, *_list_lines(finding)
    if place != finding.right_origin or not right or not spelling or not spelling.first_line:
        return place
    pairs = zip(left, right, strict=False)
    alike = next((n for n, (one, other) in enumerate(pairs) if one != other), len(left))
    return f"{source}:{spelling.first_line + min(alike, len(right) - 1)}"


def _list_lines(finding: Finding) -> tuple[list[str], list[str]]:
    """Return the lines of two texts; of other values there are none."""
    left, right = finding.difference.left, finding.difference.right
    if not isinstance(left, str) or not isinstance(right, str):
        return [], []
    return left.rstrip("\n").split("\n"), right.rstrip("\n").split("\n")


def _is_other_value_now(finding: Finding, drift: Drift, _config: str) -> bool:
    """Tell whether the source that had the value when frozen has another one now, or none."""
    now = value_at(drift.says, finding.difference.path)
    return now is MISSING or not are_equal(now, finding.difference.left)


def _is_newly_set(finding: Finding, drift: Drift, config: str) -> bool:
    """Tell whether the source that has the value now certainly had none when frozen, or another.

    It had none if a file that is merged before it won, since it would have won itself.
    """
    if finding.difference.left is MISSING:
        return True
    before = finding.left_origin and file_of(finding.left_origin)
    if before == drift.source:
        return _is_other_value_now(finding, drift, config)
    return before in drift.earlier.get(config, ())
