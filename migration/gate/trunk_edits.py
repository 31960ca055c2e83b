"""Tells which differences come from a legacy file that trunk edited after the freeze."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from migration.gate.drift import Drift
from migration.parity.causes import Cause
from migration.parity.compare import Finding
from migration.resolve.origins import file_of
from migration.values.alignment import common_length
from migration.values.canonical import are_equal
from migration.values.diff import MISSING, value_at


def name_trunk_edits(
    causes: Iterable[Cause], drifts: Collection[Drift]
) -> tuple[tuple[Cause, ...], tuple[Drift, ...]]:
    """Return the causes with the edits that show in them, and the drifts that show in none.

    A drift whose edit shows in the causes of some configs only is returned for the other ones. The
    drifts of presets' own files are left out: the migrator edits those, and trunk may not have.
    """
    sources = {drift.source: drift for drift in drifts if not drift.is_preset}
    named: list[Cause] = []
    shown: dict[str, set[str]] = {source: set() for source in sources}
    for cause in causes:
        edits: dict[str, str] = {}
        for source, config, place in _find_edits(cause, sources):
            shown[source].add(config)
            # The first place where the edit sets the value now says more than the file alone.
            if edits.get(source, source) == source:
                edits[source] = place
        named.append(replace(cause, trunk_edits=tuple(edits.values())) if edits else cause)
    rest = (
        replace(drift, configs=tuple(each for each in drift.configs if each not in shown[source]))
        for source, drift in sources.items()
    )
    return tuple(named), tuple(drift for drift in rest if drift.configs)


def _find_edits(cause: Cause, sources: Mapping[str, Drift]) -> Iterator[tuple[str, str, str]]:
    """Yield each edited file, the config in which it shows, and the place to show."""
    for case in cause.cases:
        for finding in case.findings:
            config = finding.file or case.preset
            # Of a list, each entry may be from another file.
            for part in finding.changes or (finding,):
                files = {file_of(each) for each in (part.left_origin, part.right_origin) if each}
                for drift in (sources[file] for file in sorted(files) if file in sources):
                    if config in drift.configs and _shows_in(finding, part, drift, config):
                        yield drift.source, config, _name_place(part, drift.source)


def _shows_in(finding: Finding, part: Finding, drift: Drift, config: str) -> bool:
    """Tell whether a difference, or an entry of its list, certainly comes from an edit."""
    difference = finding.difference
    if finding.is_redacted:
        return False
    origin = part.left_origin or finding.left_origin
    before = origin and file_of(origin)
    if before == drift.source:
        now = value_at(drift.says, difference.path)
        return now is MISSING or not are_equal(now, difference.left)
    # The file that sets the value now had none when frozen, if one that is merged before it won.
    is_new = part.difference.left is MISSING and (part is finding or finding.file is not None)
    return is_new or before in drift.earlier.get(config, ())


def _name_place(part: Finding, source: str) -> str:
    """Return the place in the file that sets the value now, else the file alone.

    Of a text it has the first line that differs.
    """
    place, spelling, (left, right) = part.right_origin, part.right_spelling, _list_lines(part)
    if not place or file_of(place) != source:
        return source
    if not right or not spelling or not spelling.first_line:
        return place
    return f"{source}:{spelling.first_line + min(common_length(left, right), len(right) - 1)}"


def _list_lines(finding: Finding) -> tuple[list[str], list[str]]:
    """Return the lines of two texts; of other values there are none."""
    left, right = finding.difference.left, finding.difference.right
    if not isinstance(left, str) or not isinstance(right, str):
        return [], []
    return left.rstrip("\n").split("\n"), right.rstrip("\n").split("\n")
