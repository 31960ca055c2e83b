"""The checklist of `ledger` as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migration.render.page import Cell, Page
from migration.render.paragraphs import add_paragraphs, fold_causes, fold_remarks
from migration.render.phrases import (
    checklist_verdict,
    list_acceptances,
    list_progress,
    name_columns,
    next_line,
    summarize_profile,
)
from migration.render.rows import STATUS_STYLES, checklist_cells, list_remarks, sort_worst_first
from migration.render.terminal import Terminal
from migration.text import make_visible

if TYPE_CHECKING:
    from migration.commands.ledger import Checklist
    from migration.gate.status import Row


_NUMBERS: Final = ("phase", "files", "allowed")


def checklist_text(checklist: Checklist, terminal: Terminal) -> str:
    """Return the verdict, why presets block the gate, the checklist, and the next command."""
    page = Page(terminal)
    page.add_line(checklist_verdict(checklist), "bold" if checklist.holds else "bold red")
    page.add_lines(summarize_profile(checklist.own_profile), "yellow")
    rows = sort_worst_first(checklist.shown, with_records=True)
    add_paragraphs(page, fold_causes(row for row in rows if row.needs_attention), "red")
    columns = tuple((name, name in _NUMBERS) for name in name_columns(checklist))
    # The first cell is that of the phase.
    cells = [_checklist_cells(row)[-len(columns) :] for row in rows]
    page.add_gap()
    page.add_table(columns, cells)
    remarks = [
        (row.name, make_visible(each)) for row in rows for each in list_remarks(checklist, row)
    ]
    add_paragraphs(page, fold_remarks(remarks))
    page.add_gap()
    page.add_lines(list_progress(checklist))
    page.add_lines(list_acceptances(checklist))
    page.add_line(next_line(checklist), "bold")
    return page.text()


def _checklist_cells(row: Row) -> tuple[Cell, ...]:
    phase, status, *rest = checklist_cells(row)
    style = STATUS_STYLES["failed"] if row.is_broken else STATUS_STYLES.get(row.shown, "")
    return (Cell(phase), Cell(status, style), *map(Cell, rest))
