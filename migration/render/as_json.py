"""Results as JSON documents, the stable form for other programs."""

from __future__ import annotations

import json

from migration.canonical import to_json
from migration.diff import MISSING
from migration.keypath import format_path
from migration.workflow.check import ParityReport, Row
from migration.workflow.compare import Comparison, Finding
from migration.workflow.explain import DiffReport


def parity_json(report: ParityReport) -> str:
    """Return the document of `check-parity --format json`."""
    summary: dict[str, int] = {**report.counts, "total": len(report.rows)}
    presets = [_row(row) for row in report.rows]
    return _text({"profile": report.profile, "summary": summary, "presets": presets})


def diff_json(report: DiffReport) -> str:
    """Return the document of `diff --format json`."""
    sides = {"left": report.left, "right": report.right}
    return _text({"profile": report.profile, **sides, **_verdicts(report.comparison)})


def _row(row: Row) -> dict[str, object]:
    return {
        "legacy": row.legacy,
        "target": row.target,
        "phase": row.phase,
        "status": row.status,
        "files": {"legacy": row.legacy_files, "target": row.target_files},
        "error": row.error,
        **_verdicts(row.comparison),
    }


def _verdicts(comparison: Comparison) -> dict[str, object]:
    return {
        "allowed": [_finding(finding) for finding in comparison.allowed],
        "forbidden": [_finding(finding) for finding in comparison.forbidden],
    }


def _finding(finding: Finding) -> dict[str, object]:
    found = finding.difference
    document: dict[str, object] = {"file": finding.file} if finding.file else {}
    document |= {
        "path": format_path(found.path),
        "keys": [to_json(key) for key in found.path],
        "kind": found.kind,
    }
    if found.left is not MISSING:
        document["left"] = to_json(found.left)
    if found.right is not MISSING:
        document["right"] = to_json(found.right)
    places = {"left_origin": finding.left_origin, "right_origin": finding.right_origin}
    return document | {"rule": finding.rule, **places}


def _text(document: dict[str, object]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
