"""What text, Markdown and JSON all say of a checklist: causes, progress, and the next command."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from migration.phases import Phase, is_closed
from migration.render.differences import listed
from migration.render.phrases import files_figure, sibling_lines
from migration.render.values import DASH, count, one_line
from migration.text import make_visible
from migration.values.keypath import format_path

if TYPE_CHECKING:
    from migration.commands.ledger import Checklist
    from migration.gate.status import Row


def checklist_cells(row: Row) -> tuple[str, str, str, str, str, str]:
    """Return phase, status, legacy path, new path, files and allowed differences of a row.

    A dash stands for a path that there is none of, or that is the same, and for no difference.
    """
    new = DASH if row.target == row.legacy else row.target
    allowed = str(len(row.comparison.allowed) or DASH)
    return str(row.phase), row.shown, row.legacy or DASH, new, files_figure(row), allowed


def causes(rows: Iterable[Row]) -> list[tuple[Row, str]]:
    """Return each row that is in the way or stale, and why it is in that state."""
    return [(row, cause(row)) for row in rows if row.needs_attention]


def cause(row: Row) -> str:
    """Return a row's status and the reason for it, which may be several lines, any name visible."""
    reason = _reason(row)
    if not row.is_stale:
        return f"{row.status}: {reason}"
    recorded = f"{row.recorded} was typed in" if row.is_typed else f"recorded {row.recorded}"
    return f"stale: {recorded}, in truth {row.status}{f': {reason}' if reason else ''}"


def format_faults(row: Row) -> str | None:
    """Return the faults of a row with their places, None if it has none."""
    return "\n".join(map(str, row.faults)) or None


def _reason(row: Row) -> str | None:
    if row.faults:
        first, *rest = row.faults
        # The row has the preset's path already.
        first = first if first.line or first.path != row.target else replace(first, path=None)
        reason = "\n".join(map(str, (first, *rest)))
        return "; ".join([reason, *map(make_visible, sibling_lines(row))])
    if row.status == "failed":
        paths = [format_path(found.difference.path) for found in row.comparison.forbidden]
        return f"{count(len(paths), 'forbidden difference')}: {make_visible(listed(paths))}"
    if row.status == "pending":
        return make_visible(built_from(row.reaches))
    return None


def built_from(legacy_files: Sequence[str]) -> str:
    """Return the first of the legacy files that a config is built from, and how many more."""
    rest = len(legacy_files) - 1
    more = f" and {count(rest, 'more legacy file')}" if rest else ""
    return f"built from {legacy_files[0]}{more}"


def remarks(checklist: Checklist, row: Row) -> list[str]:
    """Return what was decided of a preset: allowed differences, a drop, a replaced baseline."""
    lines = []
    by_rule: dict[str, list[str]] = {}
    for finding in row.comparison.allowed:
        path = format_path(finding.difference.path)
        by_rule.setdefault(finding.rule or "", []).append(path)
    lines += [f"allowed by {rule}: {listed(paths)}" for rule, paths in by_rule.items()]
    if row.recorded and row.legacy:
        entry = checklist.ledger.entries[row.legacy]
        lines += [f"dropped: {one_line(entry.reason or '')}"] if row.status == "dropped" else []
        lines += [f"refrozen: {one_line(reason)}" for reason in entry.refrozen]
        lines += [f"frozen late: {one_line(entry.late)}"] if entry.late else []
        lines += [f"took over the path: {one_line(entry.reuse)}"] if entry.reuse else []
    return lines


def progress_line(checklist: Checklist) -> str:
    """Return each phase's state, and how far it is."""
    figures = [f"{each.done}/{each.total}" for each in checklist.progress]
    figures[0] += " frozen"
    figures.append(count(len(checklist.legacy_files), "legacy file"))
    parts = [
        f"{phase} {_state(phase, checklist.phase)} ({figure})"
        for phase, figure in enumerate(figures)
    ]
    return f"phases: {' · '.join(parts)}"


def reopened_lines(checklist: Checklist) -> list[str]:
    """Return a line for each time that a closed phase was opened again."""
    return [
        f"phase {each.phase} was opened again: {one_line(each.reason)}"
        for each in checklist.ledger.reopened
    ]


def next_line(checklist: Checklist, program: str) -> str:
    """Return the one command that comes next, as it can be pasted, and why."""
    command = next_command(checklist, program)
    if checklist.step is None or command is None:
        return f"next: {nothing_left(checklist)}"
    return f"next: {command}  ({checklist.step.why})"


def nothing_left(checklist: Checklist) -> str:
    """Return what is said where no command comes next."""
    return "nothing, the migration is done" if checklist.has_phases else "nothing"


def next_command(checklist: Checklist, program: str) -> str | None:
    """Return the one command that comes next, None if the migration is done."""
    return f"{program} {checklist.step.command}" if checklist.step else None


def checklist_verdict(checklist: Checklist) -> str:
    """Return whether the ledger can be believed, and which phase is open."""
    broken = sum(row.is_broken for row in checklist.rows)
    stale = sum(row.is_stale for row in checklist.rows)
    parts = []
    if broken:
        parts.append(f"{count(broken, 'preset')} in the way")
    if stale:
        parts.append(f"{count(stale, 'stale record')}")
    if checklist.leftovers:
        parts.append(f"{count(len(checklist.leftovers), 'legacy file')} back in the tree")
    phase = (
        "the migration is done" if checklist.phase == "done" else f"phase {checklist.phase} is open"
    )
    state = f"does not hold: {', '.join(parts)}" if parts else "holds"
    return f"ledger {state}; {phase}; {count(len(checklist.rows), 'preset')}"


def _state(phase: int, open_phase: Phase) -> str:
    if phase == open_phase:
        return "open"
    return "closed" if is_closed(phase, open_phase) else "to come"
