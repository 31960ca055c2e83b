"""What `check-parity` and `diff` find as one JSON document: causes, and each difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from migration.render.json_document import describe_files, describe_paths, write_document
from migration.render.rows import error_text
from migration.values.canonical import to_json
from migration.values.diff import MISSING, Difference
from migration.values.keypath import format_path

if TYPE_CHECKING:
    from migration.commands.check_parity import ParityReport
    from migration.commands.diff import DiffReport
    from migration.gate.newcomers import Newcomer
    from migration.gate.own_profile import ProfileReport
    from migration.gate.status import Row
    from migration.parity.causes import Cause
    from migration.parity.compare import Comparison, Finding

CauseIds: TypeAlias = Mapping[tuple[str, str | None, str], str]
"""The id of the cause of each difference, by preset, fusion file and path."""


def parity_json(report: ParityReport) -> str:
    """Return the document of `check-parity --format json`."""
    summary: dict[str, int] = {**report.counts, "total": len(report.rows)}
    causes = report.causes
    ids = index_causes(causes)
    presets = [_parity_row(row, ids) for row in report.shown]
    sources = [{"path": each.source, "presets": list(each.configs)} for each in report.drifts]
    document: dict[str, object] = {"profile": report.profile, "summary": summary}
    document["presets"] = presets
    own = _profile(report.own_profile)
    document |= {"changed_sources": sources, "own_profile": own}
    document |= {
        "unneeded_acceptances": [each.acceptance.id for each in report.accepted.unneeded],
        "past_acceptances": [each.id for each in report.accepted.past],
        "unused_moves": [*map(str, report.unused_moves)],
        "excluded": [*report.excluded],
    }
    return write_document({**document, "causes": [describe_cause(cause) for cause in causes]})


def diff_json(report: DiffReport) -> str:
    """Return the document of `diff --format json`."""
    sides = {"left": report.left, "right": report.right}
    own = {"own_profile": _profile(report.own_profile)}
    causes = report.causes
    verdicts = describe_verdicts("", report.comparison, index_causes(causes))
    document = {"profile": report.profile, **sides, **verdicts, **own}
    return write_document({**document, "causes": [describe_cause(cause) for cause in causes]})


def _parity_row(row: Row, ids: CauseIds) -> dict[str, object]:
    return {
        **describe_paths(row),
        "status": row.status,
        "files": describe_files(row),
        "error": error_text(row),
        **describe_verdicts(row.name, row.comparison, ids),
        "new": _newcomer(row.newcomer) if row.newcomer else None,
        "reuse": row.reuse,
    }


def _profile(profile: ProfileReport | None) -> dict[str, object] | None:
    if profile is None:
        return None
    paths = {"allows": profile.allows, "forbids": profile.forbids, "unused": profile.unused}
    return {"name": profile.name, **{name: [*texts] for name, texts in paths.items()}}


def _newcomer(newcomer: Newcomer) -> dict[str, object]:
    differences = [describe_difference(each) for each in newcomer.differences]
    return {"advice": newcomer.advice, "nearest": newcomer.sibling, "differences": differences}


def index_causes(causes: Iterable[Cause]) -> CauseIds:
    """Return the id of the cause of each difference, by preset, fusion file and path."""
    return {
        (case.preset, finding.file, format_path(finding.difference.path)): cause.id
        for cause in causes
        for case in cause.cases
        for finding in case.findings
    }


def describe_cause(cause: Cause) -> dict[str, object]:
    """Return a cause; its origins are those of most of its presets."""
    document: dict[str, object] = {"id": cause.id, "path": cause.path, "kind": cause.kind}
    if cause.new_path:
        document["new_path"] = cause.new_path
    if cause.left is not MISSING:
        document["left"] = to_json(cause.left)
    if cause.right is not MISSING:
        document["right"] = to_json(cause.right)
    return {
        **document,
        "left_origin": next(iter(cause.left_origins), None),
        "right_origin": next(iter(cause.right_origins), None),
        "rule": cause.rule,
        "presets": [case.preset for case in cause.cases if case.preset],
        "hints": [*cause.hints],
        "trunk_edits": [*cause.trunk_edits],
        "accepted": [
            {"id": each.id, "file": each.file, "returned": each.is_returned}
            for each in cause.accepted
        ],
    }


def describe_verdicts(preset: str, comparison: Comparison, ids: CauseIds) -> dict[str, object]:
    """Return the allowed and the forbidden differences of a preset."""

    def describe(finding: Finding) -> dict[str, object]:
        key = (preset, finding.file, format_path(finding.difference.path))
        return {**_finding(finding), "cause": ids[key]}

    return {
        "allowed": [describe(finding) for finding in comparison.allowed],
        "forbidden": [describe(finding) for finding in comparison.forbidden],
    }


def _finding(finding: Finding) -> dict[str, object]:
    document: dict[str, object] = {"file": finding.file} if finding.file else {}
    document |= describe_difference(finding.difference)
    places = {"left_origin": finding.left_origin, "right_origin": finding.right_origin}
    within = [
        f"{format_path(change.path)}: {hint}" for change in finding.changes for hint in change.hints
    ]
    document |= {"rule": finding.rule, **places, "hints": [*finding.hints, *within]}
    difference = finding.difference
    if isinstance(difference.left, list) and isinstance(difference.right, list):
        document["changes"] = [_change(change) for change in finding.changes]
    return document


def _change(change: Finding) -> dict[str, object]:
    """Return a change within a list; its paths differ on the two sides where entries moved."""
    found = change.difference
    return {
        "path": format_path(change.path),
        "left_path": None if found.left is MISSING else format_path(change.path),
        "right_path": None if found.right is MISSING else format_path(found.path),
        **_sides(found),
        "left_origin": change.left_origin,
        "right_origin": change.right_origin,
        "hints": [*change.hints],
    }


def describe_difference(difference: Difference) -> dict[str, object]:
    """Return a difference, with its path as text and as keys."""
    document: dict[str, object] = {
        "path": format_path(difference.path),
        "keys": [to_json(key) for key in difference.path],
    }
    return document | _sides(difference)


def _sides(difference: Difference) -> dict[str, object]:
    document: dict[str, object] = {"kind": difference.kind}
    if difference.left is not MISSING:
        document["left"] = to_json(difference.left)
    if difference.right is not MISSING:
        document["right"] = to_json(difference.right)
    return document
