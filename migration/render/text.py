"""Reports as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from migration.render.acceptances import describe_needs, describe_past
from migration.render.causes_text import add_causes
from migration.render.page import Cell, Page
from migration.render.paragraphs import add_paragraphs, fold_faults, fold_remarks
from migration.render.phrases import (
    count_line,
    describe_drifts,
    describe_unused_moves,
    diff_verdict,
    has_allowed,
    parity_verdict,
    summarize_profile,
)
from migration.render.rows import (
    STATUS_STYLES,
    format_figures,
    format_preset,
    list_newcomer_remarks,
    list_reuses,
    sort_worst_first,
)
from migration.render.sections import diff_sections, draft_sections, parity_sections
from migration.render.terminal import Terminal
from migration.wording import format_count

if TYPE_CHECKING:
    from migration.commands.check_parity import ParityReport
    from migration.commands.diff import DiffReport
    from migration.commands.draft.presets import Drafts
    from migration.gate.status import Row

_MOST_LINES = 90
"""How many lines the causes of a report may take, unless all are asked for."""
_MOST_REMARKS = 20


def parity_text(report: ParityReport, terminal: Terminal) -> str:
    """Return the verdict, the causes, what else blocks the gate, and how many presets are well.

    A verbose terminal gets every row, and the allowed differences; a status, its rows.
    """
    page = Page(terminal)
    page.add_line(parity_verdict(report), "bold" if report.holds else "bold red")
    page.add_lines(summarize_profile(report.own_profile), "yellow")
    rows = sort_worst_first(report.shown)
    most = None if terminal.is_verbose else _MOST_LINES
    add_causes(page, parity_sections(report), with_allowed=terminal.is_verbose, most=most)
    add_paragraphs(page, fold_faults(rows), "red")
    _add_remarks(page, list_reuses(rows))
    newcomers = fold_remarks(list_newcomer_remarks(rows))
    _add_remarks(page, [line for each in newcomers for line in each.lines])
    _add_remarks(page, describe_drifts(report.other_drifts))
    _add_remarks(page, [*describe_needs(report.accepted), *describe_past(report.accepted.past)])
    _add_remarks(page, describe_unused_moves(report.unused_moves))
    if rows and (terminal.is_verbose or report.status):
        page.add_gap()
        columns = (("preset", False), ("files", True), ("allowed", True), ("forbidden", True))
        page.add_table((*columns, ("status", False)), [_parity_cells(row) for row in rows])
    if line := count_line(report):
        hidden = " (-v shows them)" if has_allowed(report) and not terminal.is_verbose else ""
        if page.height > 1:
            page.add_gap()
        page.add_line(f"{line}{hidden}")
    return page.text()


def diff_text(report: DiffReport, terminal: Terminal) -> str:
    """Return the verdict, the forbidden differences, then the allowed ones."""
    page = Page(terminal)
    page.add_line(diff_verdict(report, report.profile), "bold" if report.holds else "bold red")
    page.add_lines(summarize_profile(report.own_profile), "yellow")
    most = None if terminal.is_verbose else _MOST_LINES
    add_causes(page, diff_sections(report), with_allowed=True, most=most)
    return page.text()


def drafts_text(drafts: Drafts, terminal: Terminal) -> str:
    """Return how many drafts were written, and each; or why presets cannot be drafted."""
    page = Page(terminal)
    if drafts.unlike:
        number = format_count(len(drafts.unlike), "preset")
        page.add_line(f"nothing written: {number} would not resolve to the baseline", "bold red")
        add_causes(
            page, draft_sections(drafts.unlike, drafts.frozen_mark), with_allowed=True, most=None
        )
        return page.text()
    left = format_count(len(drafts.migrated), "preset")
    rewritten = "migrated" if drafts.has_migration else "rewritten"
    left = f"; {left} already {rewritten}" if drafts.migrated else ""
    if not drafts.drafts:
        page.add_line(f"nothing to draft{left}", "bold")
        return page.text()
    done = format_count(len(drafts.drafts), "draft")
    page.add_line(f"{done} written, with no difference from the baselines{left}", "bold")
    for each in drafts.drafts:
        files = f"{each.legacy_files} → {format_count(each.target_files, 'file')}"
        page.add_line(f"drafted  {each.written or each.target}  ({files}, extends {each.base})")
    page.add_line("read the comments: some describe the fragment that they came from")
    return page.text()


def _parity_cells(row: Row) -> tuple[Cell, ...]:
    files, allowed, forbidden = format_figures(row)
    return (
        Cell(format_preset(row)),
        Cell(files),
        Cell(allowed),
        Cell(forbidden, "bold red" if row.comparison.forbidden else ""),
        Cell(row.status, STATUS_STYLES.get(row.status, "")),
    )


def _add_remarks(page: Page, lines: Sequence[str]) -> None:
    if lines:
        page.add_gap()
        page.add_lines(lines[:_MOST_REMARKS], "yellow")
        page.add_left_out(len(lines) - _MOST_REMARKS, "more line")
