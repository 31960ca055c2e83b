"""What the commands that change something say when they are through."""

from __future__ import annotations

from collections.abc import Mapping

from migration.ledger import Refreeze
from migration.render.progress import cause
from migration.render.values import count
from migration.render.verdicts import drift_lines
from migration.workflow.advance import Advance
from migration.workflow.check import Row
from migration.workflow.freeze import Frost
from migration.workflow.move import Move
from migration.workflow.verify import Verification


def frost_text(frost: Frost) -> str:
    """Return what was frozen, a line a preset."""
    new = [
        f"new     {path}  (never had a legacy form: `--preset` freezes it)" for path in frost.new
    ]
    if not frost.presets:
        kept = f"{count(frost.kept, 'preset')} already frozen in {frost.folder}/"
        return "\n".join((*new, f"nothing to freeze: {kept}")) + "\n"
    lines = [f"frozen  {path}  ({count(files, 'file')})" for path, files in frost.presets.items()]
    done = f"{count(len(frost.presets), 'preset')} and {count(len(frost.fusion), 'fusion config')}"
    kept = f"; {frost.kept} frozen before and left as they are" if frost.kept else ""
    return "\n".join((*lines, *new, f"{done} frozen in {frost.folder}/{kept}")) + "\n"


def refreeze_text(exceptions: Mapping[str, Refreeze]) -> str:
    """Return which baselines were replaced, and why."""
    if not exceptions:
        return "nothing to refreeze: each preset resolves to its baseline\n"
    lines = [
        f"refrozen  {preset}  {entry.before[:12]} → {entry.after[:12]}"
        for preset, entry in exceptions.items()
    ]
    reason = next(iter(exceptions.values())).reason
    return "\n".join((*lines, f"reason: {reason}")) + "\n"


def verification_text(verification: Verification) -> str:
    """Return whether the baselines and their sources are as frozen, and which source is not."""
    lines = drift_lines(verification.drifts)
    presets, fusion = verification.presets, verification.fusion
    frozen = f"{count(presets, 'baseline')} and {count(fusion, 'fusion config')} are as frozen"
    if not lines:
        sources = "legacy sources unchanged"
    elif verification.holds:
        sources = "the changed sources above still give what was frozen"
    else:
        sources = "sources changed, see above"
    return "\n".join((*lines, f"{frozen} in {verification.folder}/; {sources}")) + "\n"


def move_text(move: Move) -> str:
    """Return what was decided of a preset, and where that leaves it."""
    row, entry = move.row, move.after
    if entry == move.before:
        return (
            f"nothing to change: {row.name} is {row.status} at {entry.target}, phase {row.phase}\n"
        )
    if row.status == "dropped":
        return f"dropped  {row.name}\nreason: {entry.reason}\n"
    head = f"mapped  {row.name} → {row.target}, phase {row.phase}: "
    return f"{head}{cause(row) if row.is_broken or row.reaches else row.status}\n"


def advance_text(advance: Advance) -> str:
    """Return which phase closed, or what is missing for it, preset by preset."""
    if advance.obstacles:
        lines = [f"  {_obstacle(each)}" for each in advance.obstacles]
        head = f"phase {advance.before} stays open, {count(len(advance.obstacles), 'obstacle')}:"
        if any(isinstance(each, Row) and each.is_stale for each in advance.obstacles):
            lines.append("`check-parity` records the true verdicts")
        return "\n".join((head, *lines)) + "\n"
    if advance.before == "done":
        return "nothing to close: the migration is done\n"
    after = "the migration is done" if advance.after == "done" else f"phase {advance.after} is open"
    return f"phase {advance.before} is closed; {after}\n"


def _obstacle(obstacle: Row | str) -> str:
    return obstacle if isinstance(obstacle, str) else f"{obstacle.name}: {cause(obstacle)}"
