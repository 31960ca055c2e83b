"""Reports as JSON documents, the stable form for other programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from migration.phases import REMOVAL, STATUSES
from migration.render.phrases import next_command
from migration.render.rows import cause_text, error_text
from migration.values.canonical import to_json
from migration.values.diff import MISSING, Difference
from migration.values.keypath import format_path

if TYPE_CHECKING:
    from migration.commands.check_parity import ParityReport
    from migration.commands.diff import DiffReport
    from migration.commands.ledger import Checklist
    from migration.commands.lint import LintReport
    from migration.commands.retire import Retirement
    from migration.gate.newcomers import Newcomer
    from migration.gate.own_profile import ProfileReport
    from migration.gate.status import Row
    from migration.parity.causes import Cause
    from migration.parity.compare import Comparison, Finding
    from migration.project.references.needs import Need

_CauseIds: TypeAlias = Mapping[tuple[str, str | None, str], str]


def parity_json(report: ParityReport) -> str:
    """Return the document of `check-parity --format json`."""
    summary: dict[str, int] = {**report.counts, "total": len(report.rows)}
    ids = _index_causes(report.causes)
    presets = [_parity_row(row, ids) for row in report.shown]
    sources = [{"path": each.source, "presets": list(each.configs)} for each in report.drifts]
    document: dict[str, object] = {"profile": report.profile, "summary": summary}
    document["presets"] = presets
    own = _profile(report.own_profile)
    document |= {"changed_sources": sources, "own_profile": own}
    return _text({**document, "causes": [_cause(cause) for cause in report.causes]})


def checklist_json(checklist: Checklist) -> str:
    """Return the document of `ledger --format json`."""
    counts = Counter(row.status for row in checklist.rows)
    summary = {"stale": sum(row.is_stale for row in checklist.rows)}
    summary |= {status: counts[status] for status in STATUSES} | {"total": len(checklist.rows)}
    phases = [
        {"phase": each.phase, "done": each.done, "total": each.total} for each in checklist.progress
    ]
    phases.append({"phase": REMOVAL, "legacy_files": len(checklist.legacy_files)})
    document: dict[str, object] = {
        "phase": checklist.phase,
        "holds": checklist.holds,
        "summary": summary,
    }
    reopened = [{"phase": e.phase, "reason": e.reason} for e in checklist.ledger.reopened]
    document |= {"phases": phases, "reopened": reopened, "next": next_command(checklist)}
    presets = [_checklist_row(checklist, row) for row in checklist.shown]
    return _text({**document, "presets": presets})


def _checklist_row(checklist: Checklist, row: Row) -> dict[str, object]:
    entry = checklist.ledger.entries.get(row.legacy or "")
    return {
        **_preset_paths(row),
        "status": row.shown,
        "recorded": row.recorded,
        "actual": row.status,
        "files": _file_counts(row),
        "allowed": [format_path(found.difference.path) for found in row.comparison.allowed],
        "allowed_by": _group_by_rule(row),
        "cause": cause_text(row) if row.needs_attention else None,
        "dropped": entry.reason if entry and row.status == "dropped" else None,
        "refrozen": [*entry.refrozen] if entry else [],
        "frozen_late": entry.late if entry else None,
        "reuse": entry.reuse if entry else None,
    }


def _group_by_rule(row: Row) -> dict[str, list[str]]:
    """Return the paths of the allowed differences by the rule that allows them."""
    by_rule: dict[str, list[str]] = {}
    for found in row.comparison.allowed:
        by_rule.setdefault(found.rule or "", []).append(format_path(found.difference.path))
    return by_rule


def _preset_paths(row: Row) -> dict[str, object]:
    return {"legacy": row.legacy, "target": row.target, "phase": row.phase}


def _file_counts(row: Row) -> dict[str, object]:
    return {"legacy": row.legacy_files, "target": row.target_files}


def diff_json(report: DiffReport) -> str:
    """Return the document of `diff --format json`."""
    sides = {"left": report.left, "right": report.right}
    own = {"own_profile": _profile(report.own_profile)}
    verdicts = _verdicts("", report.comparison, _index_causes(report.causes))
    causes = [_cause(cause) for cause in report.causes]
    return _text({"profile": report.profile, **sides, **verdicts, **own, "causes": causes})


def retirement_json(retirement: Retirement) -> str:
    """Return the document of `retire --format json`."""
    losses = retirement.losses
    files = [{"path": path, "uncommitted": losses.reasons.get(path)} for path in retirement.files]
    document: dict[str, object] = {
        "phase": retirement.phase,
        "holds": retirement.holds,
        "dry_run": retirement.is_dry_run,
        "removed": retirement.is_removed,
        "files": files,
        "without_git": losses.without_git,
        "obstacles": [_obstacle(each) for each in retirement.obstacles],
        "mentions": [
            {"path": each.path, "line": each.line, "needs": each.needs}
            for each in retirement.mentions
        ],
        "ignores_mentions": retirement.ignores_mentions,
        "unread": [str(fault) for fault in retirement.unread],
    }
    return _text(document)


def _obstacle(obstacle: Row | Need) -> dict[str, object]:
    """Return an obstacle to `retire`; `needs` are the legacy files that it needs, if known."""
    from migration.project.references.needs import Dependent, Link, Naming, Unreadable

    match obstacle:
        case Dependent(path, needs):
            return {"kind": "built from", "path": path, "needs": list(needs)}
        case Link(path, needed):
            return {"kind": "link", "path": path, "needs": [needed]}
        case Naming(path, key, needed, others):
            document = {"kind": "value", "path": path, "needs": list(needed), "key": key}
            return {**document, "more_presets": others}
        case Unreadable(path, fault, needed):
            return {"kind": "unreadable", "path": path, "needs": [needed], "error": str(fault)}
        case _:
            needs = obstacle.legacy_used
            document = {"kind": "preset", "path": obstacle.target, "needs": list(needs)}
            return {**document, "status": obstacle.shown, "cause": cause_text(obstacle)}


def lint_json(report: LintReport) -> str:
    """Return the document of `lint --format json`."""
    summary = {"error": report.count("error"), "warning": report.count("warning")}
    findings = [
        {
            "code": found.rule.code,
            "severity": found.rule.severity,
            "file": found.origin.path,
            "line": found.origin.line,
            "column": found.origin.column,
            "message": found.message,
            "rule": found.rule.title,
        }
        for found in report.findings
    ]
    summary |= {"files": report.files, "ignored": report.ignored}
    return _text({"summary": summary, "rules": report.rules, "findings": findings})


def _parity_row(row: Row, ids: _CauseIds) -> dict[str, object]:
    return {
        **_preset_paths(row),
        "status": row.status,
        "files": _file_counts(row),
        "error": error_text(row),
        **_verdicts(row.name, row.comparison, ids),
        "new": _newcomer(row.newcomer) if row.newcomer else None,
        "reuse": row.reuse,
    }


def _profile(profile: ProfileReport | None) -> dict[str, object] | None:
    if profile is None:
        return None
    paths = {"allows": profile.allows, "forbids": profile.forbids, "unused": profile.unused}
    return {"name": profile.name, **{name: [*texts] for name, texts in paths.items()}}


def _newcomer(newcomer: Newcomer) -> dict[str, object]:
    differences = [_difference(each) for each in newcomer.differences]
    return {"advice": newcomer.advice, "nearest": newcomer.sibling, "differences": differences}


def _index_causes(causes: Iterable[Cause]) -> _CauseIds:
    """Return the id of the cause of each difference, by preset, fusion file and path."""
    return {
        (case.preset, finding.file, format_path(finding.difference.path)): cause.id
        for cause in causes
        for case in cause.cases
        for finding in case.findings
    }


def _cause(cause: Cause) -> dict[str, object]:
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
    }


def _verdicts(preset: str, comparison: Comparison, ids: _CauseIds) -> dict[str, object]:
    def describe(finding: Finding) -> dict[str, object]:
        key = (preset, finding.file, format_path(finding.difference.path))
        return {**_finding(finding), "cause": ids[key]}

    return {
        "allowed": [describe(finding) for finding in comparison.allowed],
        "forbidden": [describe(finding) for finding in comparison.forbidden],
    }


def _finding(finding: Finding) -> dict[str, object]:
    document: dict[str, object] = {"file": finding.file} if finding.file else {}
    document |= _difference(finding.difference)
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


def _difference(difference: Difference) -> dict[str, object]:
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


def _text(document: dict[str, object]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
