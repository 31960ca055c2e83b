"""The checklist of `ledger` as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration.render.page import Cell, Page
from migration.render.paragraphs import add_paragraphs, fold_causes, fold_remarks
from migration.render.phrases import (
    checklist_verdict,
    list_acceptances,
    list_reopenings,
    next_line,
    progress_line,
    summarize_profile,
)
from migration.render.rows import STATUS_STYLES, checklist_cells, list_remarks, sort_worst_first
from migration.render.terminal import Terminal
from migration.text import make_visible

if TYPE_CHECKING:
    from migration.commands.ledger import Checklist
    from migration.gate.status import Row


def checklist_text(checklist: Checklist, terminal: Terminal) -> str:
    """Return the verdict, why presets block the gate, the checklist, and the next command."""
    page = Page(terminal)
    page.add_line(checklist_verdict(checklist), "bold" if checklist.holds else "bold red")
    page.add_lines(summarize_profile(checklist.own_profile), "yellow")
    rows = sort_worst_first(checklist.shown, with_records=True)
    add_paragraphs(page, fold_causes(row for row in rows if row.needs_attention), "red")
    columns = (("phase", True), ("status", False), ("legacy path", False), ("new path", False))
    cells = [_checklist_cells(row) for row in rows]
    page.add_gap()
    page.add_table((*columns, ("files", True), ("allowed", True)), cells)
    remarks = [
        (row.name, make_visible(each)) for row in rows for each in list_remarks(checklist, row)
    ]
    add_paragraphs(page, fold_remarks(remarks))
    page.add_gap()
    page.add_line(progress_line(checklist))
    page.add_lines(list_reopenings(checklist))
    page.add_lines(list_acceptances(checklist))
    page.add_line(next_line(checklist), "bold")
    return page.text()


def _checklist_cells(row: Row) -> tuple[Cell, ...]:
    phase, status, *rest = checklist_cells(row)
    style = STATUS_STYLES["failed"] if row.is_broken else STATUS_STYLES.get(row.shown, "")
    return (Cell(phase), Cell(status, style), *map(Cell, rest))
