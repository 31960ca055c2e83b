"""Reports as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from migration.render.differences import (
    Block,
    Section,
    diff_sections,
    group_differences,
    parity_sections,
)
from migration.render.page import Cell, Page
from migration.render.phrases import (
    checklist_verdict,
    describe_drifts,
    diff_verdict,
    list_reopenings,
    next_line,
    parity_verdict,
    progress_line,
    summarize_profile,
)
from migration.render.rows import (
    checklist_cells,
    describe_newcomer,
    format_figures,
    format_preset,
    list_causes,
    list_errors,
    list_remarks,
    list_reuses,
    sort_worst_first,
)
from migration.render.terminal import Terminal
from migration.render.values import format_count, list_names
from migration.text import make_visible

if TYPE_CHECKING:
    from migration.commands.check_parity import ParityReport
    from migration.commands.diff import DiffReport
    from migration.commands.draft import Drafts
    from migration.commands.ledger import Checklist
    from migration.gate.status import Row

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
    """Return the table and the totals, then the errors, each once, and the differences."""
    page = Page(terminal)
    columns = (("preset", False), ("files", True), ("allowed", True), ("forbidden", True))
    rows = sort_worst_first(report.rows)
    page.add_table((*columns, ("status", False)), [_parity_cells(row) for row in rows])
    page.add_line(parity_verdict(report), "bold")
    page.add_lines(summarize_profile(report.own_profile), "yellow")
    if errors := list_errors(rows):
        page.add_gap()
        for error in errors:
            page.add_text(error, "red")
    if reuses := list_reuses(rows):
        page.add_gap()
        page.add_lines(reuses, "yellow")
    if newcomers := [line for row in rows for line in describe_newcomer(row)]:
        page.add_gap()
        page.add_lines(newcomers[:_MOST_NEW], "yellow")
        _add_left_out(page, len(newcomers) - _MOST_NEW, "more line")
    if report.drifts:
        page.add_gap()
        page.add_lines(describe_drifts(report.drifts), "yellow")
    _add_differences(page, parity_sections(report))
    return page.text()


def diff_text(report: DiffReport, terminal: Terminal) -> str:
    """Return the forbidden differences, then the allowed ones, then the verdict."""
    page = Page(terminal)
    _add_differences(page, diff_sections(report))
    page.add_gap()
    page.add_line(diff_verdict(report, report.profile), "bold")
    page.add_lines(summarize_profile(report.own_profile), "yellow")
    return page.text()


def checklist_text(checklist: Checklist, terminal: Terminal) -> str:
    """Return the checklist, its causes and remarks, the progress, and the next command."""
    page = Page(terminal)
    columns = (("phase", True), ("status", False), ("legacy path", False), ("new path", False))
    rows = sort_worst_first(checklist.shown, with_records=True)
    cells = [_checklist_cells(row) for row in rows]
    page.add_table((*columns, ("files", True), ("allowed", True)), cells)
    if causes := list_causes(rows):
        page.add_gap()
        for row, cause in causes:
            page.add_text(f"{make_visible(row.name)}: {cause}", "red")
    if remarks := [(row, remark) for row in rows for remark in list_remarks(checklist, row)]:
        page.add_gap()
        page.add_lines([f"{row.name}: {remark}" for row, remark in remarks])
    page.add_gap()
    page.add_line(checklist_verdict(checklist), "bold")
    page.add_lines(summarize_profile(checklist.own_profile), "yellow")
    page.add_line(progress_line(checklist))
    page.add_lines(list_reopenings(checklist))
    page.add_line(next_line(checklist), "bold")
    return page.text()


def drafts_text(drafts: Drafts, terminal: Terminal) -> str:
    """Return a line for each draft; or the differences of the presets that cannot be drafted."""
    page = Page(terminal)
    if drafts.unlike:
        number = format_count(len(drafts.unlike), "preset")
        page.add_line(f"nothing written: {number} would not resolve to the baseline", "bold red")
        _add_differences(page, group_differences(drafts.unlike))
        return page.text()
    for each in drafts.drafts:
        files = f"{each.legacy_files} → {format_count(each.target_files, 'file')}"
        page.add_line(f"drafted  {each.written or each.target}  ({files}, extends {each.base})")
    left = format_count(len(drafts.migrated), "preset")
    left = f"; {left} migrated already, and left alone" if drafts.migrated else ""
    done = format_count(len(drafts.drafts), "draft")
    if drafts.drafts:
        page.add_line(f"{done} written, with no difference from the baselines{left}", "bold")
        page.add_line(
            "read the comments: they came along as they were, some with a fragment in mind"
        )
    else:
        page.add_line(f"nothing to draft{left}", "bold")
    return page.text()


def _checklist_cells(row: Row) -> tuple[Cell, ...]:
    phase, status, *rest = checklist_cells(row)
    style = _STYLES["failed"] if row.is_broken else _STYLES.get(row.shown, "")
    return (Cell(phase), Cell(status, style), *map(Cell, rest))


def _parity_cells(row: Row) -> tuple[Cell, ...]:
    files, allowed, forbidden = format_figures(row)
    return (
        Cell(format_preset(row)),
        Cell(files),
        Cell(allowed),
        Cell(forbidden, "bold red" if row.comparison.forbidden else ""),
        Cell(row.status, _STYLES.get(row.status, "")),
    )


def _add_differences(page: Page, sections: Iterable[Section]) -> None:
    for section in sections:
        page.add_gap()
        number = format_count(len(section.groups), "difference")
        if section.verdict == "forbidden":
            page.add_line(f"forbidden: {number}" if section.is_judged else number, "bold red")
            for block in section.blocks(_MOST_FORBIDDEN):
                page.add_gap()
                _add_forbidden(page, block)
            if len(section.groups) > _MOST_FORBIDDEN:
                page.add_gap()
            _add_left_out(page, len(section.groups) - _MOST_FORBIDDEN, "more difference")
        else:
            page.add_line(f"allowed: {number}", "bold green")
            for block in section.blocks(_MOST_ALLOWED):
                _add_allowed(page, block)
            _add_left_out(page, len(section.groups) - _MOST_ALLOWED, "more difference", "  ")


def _add_forbidden(page: Page, block: Block) -> None:
    page.add_line(block.path, "bold")
    page.add_line(f"  {' → '.join(block.pair)}")
    _add_changes(page, block, "  ")
    _add_places(page, block, "  ")
    if block.configs:
        page.add_line(f"  in   {list_names(block.configs)}")
    _add_hints(page, block, "  ")


def _add_changes(page: Page, block: Block, indent: str) -> None:
    """Add what differs within a list or a text, and within a text of a list."""
    for change in block.changes:
        page.add_line(f"{indent}{change.path}  {' → '.join(change.pair)}")
        _add_changes(page, change, f"{indent}  ")
        _add_places(page, change, f"{indent}  ")
        _add_hints(page, change, f"{indent}  ")
    _add_left_out(page, block.left_out, f"more {block.unit}", indent)


def _add_allowed(page: Page, block: Block) -> None:
    where = f" in {list_names(block.configs)}" if block.configs else ""
    page.add_line(f"  {block.path}  {' → '.join(block.pair)}")
    page.add_line(f"    by {block.rule}{where}", "dim")
    _add_hints(page, block, "    ")


def _add_places(page: Page, block: Block, indent: str) -> None:
    for place in block.places:
        origin = " (legacy)" if place.is_frozen else ""
        page.add_line(f"{indent}{place.word}  {list_names(place.names)}{origin}")


def _add_hints(page: Page, block: Block, indent: str) -> None:
    page.add_lines([f"{indent}hint: {hint}" for hint in block.hints], "yellow")


def _add_left_out(page: Page, number: int, noun: str, indent: str = "") -> None:
    if number > 0:
        page.add_line(f"{indent}… and {format_count(number, noun)}; `--format json` has all")
