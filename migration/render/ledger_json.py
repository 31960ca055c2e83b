"""The checklist of `ledger` as one JSON document."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from migration.phases import REMOVAL, STATUSES
from migration.render.json_document import describe_files, describe_paths, write_document
from migration.render.phrases import next_command
from migration.render.rows import cause_text, group_allowed
from migration.values.canonical import to_json
from migration.values.diff import MISSING
from migration.values.keypath import format_path

if TYPE_CHECKING:
    from migration.commands.ledger import Checklist
    from migration.gate.status import Row
    from migration.store.acceptance import Acceptance
    from migration.values.redaction import Redaction


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
        "phase": checklist.phase if checklist.has_phases else None,
        "holds": checklist.holds,
        "summary": summary,
    }
    reopened = [{"phase": e.phase, "reason": e.reason} for e in checklist.ledger.reopened]
    document |= {"phases": phases if checklist.has_phases else [], "reopened": reopened}
    document["next"] = next_command(checklist)
    document["accepted"] = [
        describe_acceptance(each, checklist.redaction) for each in checklist.acceptances
    ]
    unneeded = [each.acceptance.id for each in checklist.accepted.unneeded]
    document["unneeded_acceptances"] = unneeded
    document["excluded"] = [*checklist.excluded]
    presets = [_checklist_row(checklist, row) for row in checklist.shown]
    return write_document({**document, "presets": presets})


def describe_acceptance(acceptance: Acceptance, redaction: Redaction) -> dict[str, object]:
    """Return an acceptance with its values, except those that no report may show."""

    def show(name: str, value: object) -> dict[str, object]:
        shown = redaction.redact(value, acceptance.path)
        return {} if value is MISSING else {name: to_json(shown)}

    return {
        "id": acceptance.id,
        "key": acceptance.name,
        "kind": acceptance.kind,
        **show("old", acceptance.left),
        "values": [
            {
                **show("new", each.value),
                "presets": [*each.presets],
                "reason": each.grounds.reason,
                "until": each.grounds.until,
                "changes_training": each.grounds.changes_training,
                "former": [
                    {**show("new", former.value), "reason": former.reason}
                    for former in each.grounds.former
                ],
            }
            for each in acceptance.values
        ],
    }


def _checklist_row(checklist: Checklist, row: Row) -> dict[str, object]:
    entry = checklist.ledger.entries.get(row.legacy or "")
    return {
        **describe_paths(row),
        "status": row.shown,
        "recorded": row.recorded,
        "actual": row.status,
        "files": describe_files(row),
        "allowed": [format_path(found.difference.path) for found in row.comparison.allowed],
        "allowed_by": group_allowed(row),
        "cause": cause_text(row) if row.needs_attention else None,
        "dropped": entry.reason if entry and row.status == "dropped" else None,
        "refrozen": [*entry.refrozen] if entry else [],
        "frozen_late": entry.late if entry else None,
        "reuse": entry.reuse if entry else None,
    }
