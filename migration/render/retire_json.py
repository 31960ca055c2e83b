"""What `retire` removes, or what prevents it, as one JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration.render.json_document import write_document
from migration.render.rows import cause_text

if TYPE_CHECKING:
    from migration.commands.retire import Retirement
    from migration.gate.status import Row
    from migration.project.references.needs import Need


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
    return write_document(document)


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
