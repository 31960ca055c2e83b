"""Results as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from migration.render.differences import (
    MOST_CHANGES,
    Group,
    Places,
    entry_path,
    grouped,
    heading,
    listed,
)
from migration.render.page import Cell, Page
from migration.render.phrases import (
    by_preset,
    diff_verdict,
    drift_lines,
    figures,
    newcomer_lines,
    parity_verdict,
    preset_name,
    profile_lines,
    reuse_line,
    worst_first,
)
from migration.render.progress import (
    causes,
    checklist_cells,
    checklist_verdict,
    format_faults,
    next_line,
    progress_line,
    remarks,
    reopened_lines,
)
from migration.render.terminal import Terminal
from migration.render.values import count, show_pair
from migration.text import make_visible

if TYPE_CHECKING:
    from migration.commands.check_parity import ParityReport
    from migration.commands.diff import DiffReport
    from migration.commands.draft import Drafts
    from migration.commands.ledger import Checklist
    from migration.gate.status import Row
    from migration.parity.compare import Finding

_STYLES = {
    "verified": "green",
    "pending": "yellow",
    "stale": "bold red",
    "failed": "bold red",
    "missing": "bold red",
    "error": "bold red",
}
_MOST_FORBIDDEN = 500
_MOST_ALLOWED = 12
_MOST_NEW = 100


def parity_text(report: ParityReport, terminal: Terminal) -> str:
    """Return the table, the totals, and beneath them whatever is wrong, each fault once."""
    page = Page(terminal)
    columns = (("preset", False), ("files", True), ("allowed", True), ("forbidden", True))
    rows = worst_first(report.rows)
    page.table((*columns, ("status", False)), [_cells(row) for row in rows])
    page.line(parity_verdict(report), "bold")
    for line in profile_lines(report.own_profile):
        page.line(line, "yellow")
    if errors := list(dict.fromkeys(filter(None, map(format_faults, rows)))):
        page.gap()
        for error in errors:
            page.lines(error, "red")
    if reused := [told for row in rows if (told := reuse_line(row))]:
        page.gap()
        for told in reused:
            page.line(told, "yellow")
    if lines := [line for row in rows for line in newcomer_lines(row)]:
        page.gap()
        for line in lines[:_MOST_NEW]:
            page.line(line, "yellow")
        if left_out := lines[_MOST_NEW:]:
            page.line(f"… and {count(len(left_out), 'more line')}; `--format json` has all")
    if report.drifts:
        page.gap()
        for line in drift_lines(report.drifts):
            page.line(line, "yellow")
    forbidden, allowed = grouped(by_preset(report))
    _add_forbidden(page, forbidden, ("legacy", None))
    _add_allowed(page, allowed)
    return page.text()


def diff_text(report: DiffReport, terminal: Terminal) -> str:
    """Return the forbidden differences, then the allowed ones, then the verdict."""
    page = Page(terminal)
    marks = tuple(
        "legacy" if side else None for side in (report.left_is_frozen, report.right_is_frozen)
    )
    forbidden, allowed = grouped([("", report.comparison)])
    _add_forbidden(page, forbidden, marks)
    _add_allowed(page, allowed)
    page.gap()
    page.line(diff_verdict(report, report.profile), "bold")
    for line in profile_lines(report.own_profile):
        page.line(line, "yellow")
    return page.text()


def checklist_text(checklist: Checklist, terminal: Terminal, program: str) -> str:
    """Return the checklist, what needs explaining in it, the progress, and the next command."""
    page = Page(terminal)
    columns = (("phase", True), ("status", False), ("legacy path", False), ("new path", False))
    rows = worst_first(checklist.shown, with_records=True)
    page.table((*columns, ("files", True), ("allowed", True)), [_entry(row) for row in rows])
    if explained := causes(rows):
        page.gap()
        for row, cause in explained:
            page.lines(f"{make_visible(row.name)}: {cause}", "red")
    if remarked := [(row, remark) for row in rows for remark in remarks(checklist, row)]:
        page.gap()
        for row, remark in remarked:
            page.line(f"{row.name}: {remark}")
    page.gap()
    page.line(checklist_verdict(checklist), "bold")
    for line in profile_lines(checklist.own_profile):
        page.line(line, "yellow")
    page.line(progress_line(checklist))
    for line in reopened_lines(checklist):
        page.line(line)
    page.line(next_line(checklist, program), "bold")
    return page.text()


def drafts_text(drafts: Drafts, terminal: Terminal) -> str:
    """Return what was drafted, a line a preset; or how the presets differ that cannot be."""
    page = Page(terminal)
    if drafts.unlike:
        number = count(len(drafts.unlike), "preset")
        page.line(f"nothing written: {number} would not resolve to the baseline", "bold red")
        forbidden, _ = grouped(drafts.unlike)
        _add_forbidden(page, forbidden, ("legacy", None))
        return page.text()
    for each in drafts.drafts:
        files = f"{each.legacy_files} → {count(each.target_files, 'file')}"
        page.line(f"drafted  {each.written or each.target}  ({files}, extends {each.base})")
    left = count(len(drafts.migrated), "preset")
    left = f"; {left} migrated already, and left alone" if drafts.migrated else ""
    done = count(len(drafts.drafts), "draft")
    if drafts.drafts:
        page.line(f"{done} written, with no difference from the baselines{left}", "bold")
        page.line("read the comments: they came along as they were, some with a fragment in mind")
    else:
        page.line(f"nothing to draft{left}", "bold")
    return page.text()


def _entry(row: Row) -> tuple[Cell, ...]:
    phase, status, *rest = checklist_cells(row)
    style = _STYLES["failed"] if row.is_broken else _STYLES.get(row.shown, "")
    return (Cell(phase), Cell(status, style), *map(Cell, rest))


def _cells(row: Row) -> tuple[Cell, ...]:
    files, allowed, forbidden = figures(row)
    return (
        Cell(preset_name(row)),
        Cell(files),
        Cell(allowed),
        Cell(forbidden, "bold red" if row.comparison.forbidden else ""),
        Cell(row.status, _STYLES.get(row.status, "")),
    )


def _add_forbidden(page: Page, groups: Sequence[Group], marks: Sequence[str | None]) -> None:
    if not groups:
        return
    page.gap()
    page.line(f"forbidden: {count(len(groups), 'difference')}", "bold red")
    for each in groups[:_MOST_FORBIDDEN]:
        page.gap()
        page.line(heading(each.finding), "bold")
        page.line(f"  {_pair(each.finding)}")
        for change, places, hints in each.changes()[:MOST_CHANGES]:
            page.line(f"  {entry_path(each.finding, change)}  {_pair(change)}")
            _add_places(page, places, marks, "    ")
            _add_hints(page, hints, "    ")
        if left_out := each.finding.changes[MOST_CHANGES:]:
            page.line(f"  … and {count(len(left_out), 'more change')}; `--format json` has all")
        if not each.finding.changes:
            _add_places(page, each.places(), marks, "  ")
        if each.configs:
            page.line(f"  in   {listed(each.configs)}")
        _add_hints(page, each.hints(), "  ")
    if rest := groups[_MOST_FORBIDDEN:]:
        page.gap()
        page.line(f"… and {count(len(rest), 'more difference')}; `--format json` has all")


def _add_hints(page: Page, hints: Sequence[str], indent: str) -> None:
    for hint in hints:
        page.line(f"{indent}hint: {hint}", "yellow")


def _add_places(page: Page, places: Places, marks: Sequence[str | None], indent: str) -> None:
    for word, side, mark in zip(("was", "now"), places, marks, strict=True):
        if side:
            page.line(f"{indent}{word}  {listed(side)}{f' ({mark})' if mark else ''}")


def _add_allowed(page: Page, groups: Sequence[Group]) -> None:
    if not groups:
        return
    page.gap()
    page.line(f"allowed: {count(len(groups), 'difference')}", "bold green")
    for each in groups[:_MOST_ALLOWED]:
        where = f" in {listed(each.configs)}" if each.configs else ""
        page.line(f"  {heading(each.finding)}  {_pair(each.finding)}")
        page.line(f"    by {each.finding.rule}{where}", "dim")
        _add_hints(page, each.hints(), "    ")
    if left_out := groups[_MOST_ALLOWED:]:
        page.line(f"  … and {count(len(left_out), 'more difference')}; `--format json` has all")


def _pair(finding: Finding) -> str:
    return " → ".join(show_pair(finding.difference))
