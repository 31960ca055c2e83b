"""What `retire` would remove, and what keeps it, as a JSON document for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from migration.project.references.dependents import Dependent, Link, Naming, Unreadable
from migration.render.progress import cause

if TYPE_CHECKING:
    from migration.commands.retire import Retirement
    from migration.gate.status import Row
    from migration.project.references.dependents import Need


def retirement_json(retirement: Retirement) -> str:
    """Return the document of `retire --format json`."""
    lost = retirement.losses
    files = [{"path": path, "uncommitted": lost.reasons.get(path)} for path in retirement.files]
    document: dict[str, object] = {
        "phase": retirement.phase,
        "holds": retirement.holds,
        "dry_run": retirement.is_dry_run,
        "removed": retirement.is_removed,
        "files": files,
        "without_git": lost.without_git,
        "obstacles": [_obstacle(each) for each in retirement.obstacles],
        "mentions": [
            {"path": each.path, "line": each.line, "needs": each.needs}
            for each in retirement.mentions
        ],
        "ignores_mentions": retirement.ignores_mentions,
        "unread": [str(fault) for fault in retirement.unread],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _obstacle(obstacle: Row | Need) -> dict[str, object]:
    """Return an obstacle; `needs` are the files that it would miss, if they are known."""
    match obstacle:
        case Dependent(path, needs):
            return {"kind": "built from", "path": path, "needs": list(needs)}
        case Link(path, needed):
            return {"kind": "link", "path": path, "needs": [needed]}
        case Naming(path, key, needed, others):
            found = {"kind": "value", "path": path, "needs": list(needed), "key": key}
            return {**found, "more_presets": others}
        case Unreadable(path, fault, needed):
            return {"kind": "unreadable", "path": path, "needs": [needed], "error": str(fault)}
        case _:
            found = {"kind": "preset", "path": obstacle.target, "needs": list(obstacle.reaches)}
            return {**found, "status": obstacle.shown, "cause": cause(obstacle)}
