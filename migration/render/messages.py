"""What the commands that change something say when they are through."""

from __future__ import annotations

from collections.abc import Mapping

from migration.ledger import Refreeze
from migration.phases import REMOVAL
from migration.render.progress import cause
from migration.render.values import count, one_line
from migration.render.verdicts import drift_lines, preset_name
from migration.workflow.advance import Advance
from migration.workflow.check import Row
from migration.workflow.freeze import Frost
from migration.workflow.move import Move
from migration.workflow.verify import Verification

_MISFIT = (
    "note: none of them is built from a legacy file, so that there is nothing to migrate; "
    "does the setting 'legacy' fit?\n"
)


def frost_text(frost: Frost) -> str:
    """Return what was frozen, a line a preset."""
    note = _MISFIT if frost.is_all_shallow and frost.presets else ""
    new = [
        f"new     {path}  (never had a legacy form: `--preset` freezes it)" for path in frost.new
    ]
    if not frost.presets:
        kept = f"{count(frost.kept, 'preset')} already frozen in {frost.folder}/"
        return "\n".join((*new, f"nothing to freeze: {kept}")) + "\n"
    lines = [f"frozen  {path}  ({count(files, 'file')})" for path, files in frost.presets.items()]
    done = f"{count(len(frost.presets), 'preset')} and {count(len(frost.fusion), 'fusion config')}"
    kept = f"; {frost.kept} frozen before and left as they are" if frost.kept else ""
    return "\n".join((*lines, *new, f"{done} frozen in {frost.folder}/{kept}")) + f"\n{note}"


def refreeze_text(exceptions: Mapping[str, Refreeze]) -> str:
    """Return which baselines were replaced, and why."""
    if not exceptions:
        return "nothing to refreeze: each preset resolves to its baseline\n"
    lines = [
        f"refrozen  {preset}  {entry.before[:12]} → {entry.after[:12]}"
        for preset, entry in exceptions.items()
    ]
    reason = one_line(next(iter(exceptions.values())).reason)
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
    if row.status == "dropped" and move.before.status != "dropped":
        return f"dropped  {row.name}\nreason: {one_line(entry.reason or '')}\n"
    state = cause(row) if row.is_broken or row.reaches else row.status
    return f"mapped  {preset_name(row)}, phase {row.phase}: {state}\n"


def advance_text(advance: Advance) -> str:
    """Return which phase closed, or what is missing for it, preset by preset."""
    if advance.obstacles:
        lines = [f"  {_obstacle(each)}" for each in advance.obstacles]
        is_done = advance.before == "done"
        state = "done no longer holds" if is_done else f"phase {advance.before} stays open"
        head = f"{state}, {count(len(advance.obstacles), 'obstacle')}:"
        if any(isinstance(each, Row) and each.is_stale for each in advance.obstacles):
            lines.append("`check-parity` records the true verdicts")
        is_removing = advance.before in (REMOVAL, "done")
        if is_removing and any(isinstance(each, str) for each in advance.obstacles):
            lines.append("`ledger` prints the command that removes legacy files")
        return "\n".join((head, *lines)) + "\n"
    if advance.before == "done":
        return "nothing to close: the migration is done\n"
    after = "the migration is done" if advance.after == "done" else f"phase {advance.after} is open"
    return f"phase {advance.before} is closed; {after}\n"


def _obstacle(obstacle: Row | str) -> str:
    return obstacle if isinstance(obstacle, str) else f"{obstacle.name}: {cause(obstacle)}"
