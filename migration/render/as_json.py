"""Results as JSON documents, the stable form for other programs."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from migration.phases import REMOVAL, STATUSES
from migration.render.progress import cause, format_faults, next_command
from migration.values.canonical import to_json
from migration.values.diff import MISSING, Difference
from migration.values.keypath import format_path

if TYPE_CHECKING:
    from migration.commands.check_parity import ParityReport
    from migration.commands.diff import DiffReport
    from migration.commands.ledger import Checklist
    from migration.gate.newcomers import Newcomer
    from migration.gate.own_profile import ProfileReport
    from migration.gate.status import Row
    from migration.parity.compare import Comparison, Finding


def parity_json(report: ParityReport) -> str:
    """Return the document of `check-parity --format json`."""
    summary: dict[str, int] = {**report.counts, "total": len(report.rows)}
    presets = [_row(row) for row in report.rows]
    sources = [{"path": each.source, "presets": list(each.configs)} for each in report.drifts]
    document = {"profile": report.profile, "summary": summary, "presets": presets}
    own = report.own_profile
    return _text({**document, "changed_sources": sources, "own_profile": _own_profile(own)})


def checklist_json(checklist: Checklist, program: str) -> str:
    """Return the document of `ledger --format json`."""
    found = Counter(row.status for row in checklist.rows)
    summary = {"stale": sum(row.is_stale for row in checklist.rows)}
    summary |= {status: found[status] for status in STATUSES} | {"total": len(checklist.rows)}
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
    document |= {"phases": phases, "reopened": reopened, "next": next_command(checklist, program)}
    return _text({**document, "presets": [_standing(row) for row in checklist.shown]})


def _standing(row: Row) -> dict[str, object]:
    return {
        **_head(row),
        "status": row.shown,
        "recorded": row.recorded,
        "actual": row.status,
        "files": _files(row),
        "allowed": [format_path(found.difference.path) for found in row.comparison.allowed],
        "cause": cause(row) if row.needs_attention else None,
    }


def _head(row: Row) -> dict[str, object]:
    return {"legacy": row.legacy, "target": row.target, "phase": row.phase}


def _files(row: Row) -> dict[str, object]:
    return {"legacy": row.legacy_files, "target": row.target_files}


def diff_json(report: DiffReport) -> str:
    """Return the document of `diff --format json`."""
    sides = {"left": report.left, "right": report.right}
    own = {"own_profile": _own_profile(report.own_profile)}
    return _text({"profile": report.profile, **sides, **_verdicts(report.comparison), **own})


def _row(row: Row) -> dict[str, object]:
    return {
        **_head(row),
        "status": row.status,
        "files": _files(row),
        "error": format_faults(row),
        **_verdicts(row.comparison),
        "new": _newcomer(row.newcomer) if row.newcomer else None,
        "reuse": row.reuse,
    }


def _own_profile(profile: ProfileReport | None) -> dict[str, object] | None:
    if profile is None:
        return None
    paths = {"allows": profile.allows, "forbids": profile.forbids, "unused": profile.unused}
    return {"name": profile.name, **{name: [*texts] for name, texts in paths.items()}}


def _newcomer(newcomer: Newcomer) -> dict[str, object]:
    differences = [_difference(each) for each in newcomer.differences]
    return {"advice": newcomer.advice, "nearest": newcomer.sibling, "differences": differences}


def _verdicts(comparison: Comparison) -> dict[str, object]:
    return {
        "allowed": [_finding(finding) for finding in comparison.allowed],
        "forbidden": [_finding(finding) for finding in comparison.forbidden],
    }


def _finding(finding: Finding) -> dict[str, object]:
    document: dict[str, object] = {"file": finding.file} if finding.file else {}
    document |= _difference(finding.difference)
    places = {"left_origin": finding.left_origin, "right_origin": finding.right_origin}
    within = [
        f"{format_path(change.difference.path)}: {hint}"
        for change in finding.changes
        for hint in change.hints
    ]
    return document | {"rule": finding.rule, **places, "hints": [*finding.hints, *within]}


def _difference(found: Difference) -> dict[str, object]:
    document: dict[str, object] = {
        "path": format_path(found.path),
        "keys": [to_json(key) for key in found.path],
        "kind": found.kind,
    }
    if found.left is not MISSING:
        document["left"] = to_json(found.left)
    if found.right is not MISSING:
        document["right"] = to_json(found.right)
    return document


def _text(document: dict[str, object]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
