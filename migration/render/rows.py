"""What every format says of one preset: its name, its figures, its errors, and their causes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from migration.render.text_changes import format_short
from migration.render.values import DASH, join_lines
from migration.text import make_visible, quote_path
from migration.values.keypath import format_path
from migration.wording import format_count, list_names

if TYPE_CHECKING:
    from migration.commands.ledger import Checklist
    from migration.errors import Fault
    from migration.gate.status import Row
    from migration.values.diff import Difference

STATUS_STYLES = {
    "verified": "green",
    "pending": "yellow",
    "stale": "bold red",
    "failed": "bold red",
    "missing": "bold red",
    "error": "bold red",
}
"""The colour and weight of each status."""
WORST_FIRST = (
    "error",
    "missing",
    "failed",
    "stale",
    "pending",
    "new",
    "verified",
    "dropped",
)
"""Every status, in the order in which a report lists them."""
_MOST_VALUES = 3


def sort_worst_first(rows: Iterable[Row], *, with_records: bool = False) -> list[Row]:
    """Return the rows, those that need attention at the top.

    With records, a row with a stale record needs attention as well.
    """

    def badness(row: Row) -> tuple[bool, int, str]:
        status = row.shown if with_records and not row.is_broken else row.status
        return not row.is_broken, WORST_FIRST.index(status), row.name

    return sorted(rows, key=badness)


def format_preset(row: Row) -> str:
    """Return the path under which people know a preset, and the new one if it moved."""
    return format_move(row.name, row.target)


def format_move(old: str, new: str) -> str:
    """Return the path of a preset, and the new one if it moved."""
    return old if old == new else f"{old} → {new}"


def format_figures(row: Row) -> tuple[str, str, str]:
    """Return a row's file counts, before and after, and how much is allowed and forbidden."""
    comparison = row.comparison
    return _format_files(row), str(len(comparison.allowed)), str(len(comparison.forbidden))


def checklist_cells(row: Row) -> tuple[str, str, str, str, str, str]:
    """Return phase, status, frozen path, new path, files and allowed differences of a row.

    A path that is missing or the same is a dash, and so is no difference, and no phase.
    """
    old = row.legacy or (row.target if row.phase is None else DASH)
    new = DASH if row.target == old else row.target
    allowed = str(len(row.comparison.allowed) or DASH)
    return str(row.phase or DASH), row.shown, old, new, _format_files(row), allowed


def _format_files(row: Row) -> str:
    """Return how many files a preset was merged from, and how many now; a dash for no before."""
    before = DASH if row.recorded is None else row.legacy_files
    after = DASH if row.status == "dropped" else row.target_files
    return " → ".join("?" if n is None else str(n) for n in (before, after))


def error_text(row: Row) -> str | None:
    """Return what is wrong with a preset, maybe on several lines, with any name made visible."""
    return "\n".join(map(str, row.faults)) or None


def cause_text(row: Row, *, is_general: bool = False) -> str:
    """Return a row's status and the reason for it, maybe on several lines, any name visible.

    The general text leaves out what only this preset has: the hops to a fault, and the preset
    that a new one is like.
    """
    reason = _reason(row, is_general=is_general)
    if not row.is_stale:
        return f"{row.status}: {reason}"
    by_hand = " (edited by hand)" if row.is_hand_edited else ""
    now = f"{row.status}: {reason}" if reason else row.status
    return f"stale: ledger says {row.recorded}{by_hand}, now {now}"


def _reason(row: Row, *, is_general: bool) -> str | None:
    if row.faults:
        faults = [*row.faults]
        if is_general:
            faults = [generalize_command(replace(each, trace=()), row.name) for each in faults]
        first, *rest = faults
        # The row has the preset's path already.
        if first.path == row.target and not first.line:
            first = replace(first, path=None)
        reason = "\n".join(map(str, (first, *rest)))
        likeness = [] if is_general else describe_sibling(row)
        return "; ".join([reason, *likeness])
    if row.status == "failed":
        paths = [format_path(found.difference.path) for found in row.comparison.forbidden]
        number = format_count(len(paths), "forbidden difference")
        return f"{number}: {make_visible(list_names(paths))}"
    if row.status == "pending":
        return make_visible(describe_legacy(row.legacy_used))
    return None


def generalize_command(fault: Fault, preset: str) -> Fault:
    """Return a fault in which a command about the preset names no particular one."""
    named = f" map {quote_path(preset)} "
    return replace(fault, message=fault.message.replace(named, " map PRESET "))


def describe_legacy(legacy_files: Sequence[str]) -> str:
    """Return the first of the legacy files that a config is built from, and how many more."""
    rest = len(legacy_files) - 1
    more = f" and {format_count(rest, 'more legacy file')}" if rest else ""
    return f"built from {legacy_files[0]}{more}"


def group_allowed(row: Row) -> dict[str, list[str]]:
    """Return the paths of the allowed differences by the rule that allows them."""
    by_rule: dict[str, list[str]] = {}
    for found in row.comparison.allowed:
        by_rule.setdefault(found.rule or "", []).append(format_path(found.difference.path))
    return by_rule


def list_remarks(checklist: Checklist, row: Row) -> list[str]:
    """Return what was decided about a preset: allowed differences, a drop, a replaced baseline."""
    by_rule = group_allowed(row)
    lines = [f"allowed by {rule}: {list_names(paths)}" for rule, paths in by_rule.items()]
    if row.recorded and row.legacy:
        entry = checklist.ledger.entries[row.legacy]
        if row.status == "dropped":
            lines.append(f"dropped: {join_lines(entry.reason or '')}")
        lines += [f"refrozen: {join_lines(reason)}" for reason in entry.refrozen]
        if entry.late:
            lines.append(f"frozen late: {join_lines(entry.late)}")
        if entry.reuse:
            lines.append(f"path reused: {join_lines(entry.reuse)}")
    return lines


def list_reuses(rows: Iterable[Row]) -> list[str]:
    """Return a line for each preset at a path under which another preset was frozen."""
    return [
        f"{row.name}: has the path under which {row.target} was frozen: {join_lines(row.reuse)}"
        for row in rows
        if row.reuse is not None
    ]


def describe_newcomer(row: Row) -> list[str]:
    """Return a preset without a baseline: what it is like, and what to do about it.

    The advice is here only where the settings excuse the preset; otherwise it is its error.
    """
    return [f"{row.target}: {line}" for line in _list_newcomer_lines(row)]


def list_newcomer_remarks(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """Return what `describe_newcomer` does of some rows, each line with the preset's path."""
    return [(row.target, line) for row in rows for line in _list_newcomer_lines(row)]


def _list_newcomer_lines(row: Row) -> list[str]:
    if row.newcomer is None:
        return []
    advice = [row.newcomer.advice] if row.is_excused else []
    return [*advice, *describe_sibling(row)]


def describe_sibling(row: Row) -> list[str]:
    """Return the frozen preset that a new one is most like, and the differences between them.

    If it seems to be that preset, and has its values, the advice says enough.
    """
    newcomer = row.newcomer
    if newcomer is None or newcomer.sibling is None:
        return []
    if newcomer.has_moved and not newcomer.differences:
        return []
    return [describe_likeness(newcomer.sibling, newcomer.differences)]


def describe_likeness(sibling: str, differences: Sequence[Difference]) -> str:
    """Return on one line how a preset differs from its sibling, with the first few values."""
    if not differences:
        return make_visible(f"the same as {sibling}")
    shown = [
        f"{format_path(each.path)} {' → '.join(format_short(each))}"
        for each in differences[:_MOST_VALUES]
    ]
    more = ", …" if differences[_MOST_VALUES:] else ""
    number = format_count(len(differences), "value")
    return make_visible(f"as {sibling} but for {number}: {', '.join(shown)}{more}")
