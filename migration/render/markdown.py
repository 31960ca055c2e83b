"""Reports as Markdown to paste into a pull request: short, and collapsed where long.

Every text from elsewhere is put into code by `markup`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from migration.render.acceptances import describe_needs, describe_past
from migration.render.causes_markdown import lay_out_section, list_first_causes
from migration.render.differences import MOST_CHANGES
from migration.render.markup import (
    MOST_OPEN,
    capitalize_first,
    collapse_part,
    fence_code,
    fit_blocks,
    itemize_lines,
    join_lines_hard,
    join_parts,
    mark_comment,
    quote_cell,
    quote_code,
    quote_names,
    quote_pair,
    quote_unless_word,
)
from migration.render.paragraphs import Paragraph, fold_causes, fold_faults, fold_remarks
from migration.render.phrases import (
    checklist_verdict,
    count_line,
    describe_drifts,
    describe_unused_moves,
    diff_verdict,
    list_acceptances,
    list_progress,
    name_columns,
    next_command,
    nothing_next,
    parity_verdict,
    summarize_profile,
)
from migration.render.rows import (
    checklist_cells,
    describe_newcomer,
    format_figures,
    format_preset,
    list_remarks,
    list_reuses,
    sort_worst_first,
)
from migration.render.sections import Section, diff_sections, parity_sections
from migration.render.text_changes import format_short
from migration.render.values import DASH
from migration.values.keypath import format_path
from migration.wording import format_count

if TYPE_CHECKING:
    from migration.commands.check_parity import ParityReport
    from migration.commands.diff import DiffReport
    from migration.commands.ledger import Checklist
    from migration.gate.drift import Drift
    from migration.gate.own_profile import ProfileReport
    from migration.gate.status import Row

# GitHub refuses a comment of more than 65,536 characters. The parts' limits, those of the causes
# included, add up to less, and leave room for the text that the report is pasted into.
_TABLE_LIMIT = 14_000
_ERROR_LIMIT = 7_000
_NEW_LIMIT = 5_000
_REMARK_LIMIT = 3_000
_MOST_FIRST = 2


def parity_markdown(report: ParityReport) -> str:
    """Return the verdict and the first causes, then all of it, collapsed.

    It has less than 65,536 characters, and five lines before the first part that is collapsed.
    """
    rows = sort_worst_first(report.shown)
    header = ("| preset | files | allowed | forbidden | status |", "|---|--:|--:|--:|---|")
    errors = fold_faults(rows)
    sections = list(parity_sections(report))
    remarks = [
        *map(quote_code, [*summarize_profile(report.own_profile), *list_reuses(rows)]),
        *map(_lay_out_drift, report.other_drifts),
        *map(quote_code, describe_needs(report.accepted)),
        *map(quote_code, describe_past(report.accepted.past)),
        *map(quote_code, describe_unused_moves(report.unused_moves)),
    ]
    return join_parts(
        mark_comment("check-parity"),
        f"### {capitalize_first(parity_verdict(report))}",
        *_lay_out_first_lines(report, sections, errors),
        *(lay_out_section(each) for each in sections if each.verdict == "forbidden"),
        *_collapse_list("message", [fence_code("\n".join(each.lines)) for each in errors]),
        *_collapse_list("remark", itemize_lines(remarks, _REMARK_LIMIT, "remark"), len(remarks)),
        *_lay_out_newcomers(rows),
        _collapse_rows(header, [_parity_row(row) for row in rows]),
        *(lay_out_section(each) for each in sections if each.verdict == "allowed"),
    )


def _lay_out_first_lines(
    report: ParityReport, sections: Sequence[Section], errors: Sequence[Paragraph]
) -> list[str]:
    """Return up to four lines: the first causes, else the first errors, the profile, the counts."""
    forbidden = [section for section in sections if section.verdict == "forbidden"]
    number = sum(len(section.causes) for section in forbidden)
    lines = [*list_first_causes(forbidden, number)]
    if room := _MOST_FIRST - len(lines):
        lines += [quote_code(" ".join(each.text.splitlines())) for each in errors[:room]]
    if report.own_profile:
        lines.append(f"The profile is the project's own, {quote_code(report.own_profile.name)}")
    lines += filter(None, [capitalize_first(count_line(report))])
    return [join_lines_hard(lines)] if lines else []


def diff_markdown(report: DiffReport) -> str:
    """Return the verdict, both names and the differences, in less than 65,536 characters."""
    return join_parts(
        f"### {capitalize_first(diff_verdict(report, quote_unless_word(report.profile)))}",
        *_lay_out_profile(report.own_profile),
        f"{quote_code(report.left)} → {quote_code(report.right)}",
        *map(lay_out_section, diff_sections(report)),
    )


def checklist_markdown(checklist: Checklist) -> str:
    """Return the checklist for a pull request, in less than 65,536 characters."""
    rows = sort_worst_first(checklist.shown, with_records=True)
    columns = name_columns(checklist)
    header = (
        f"| {' | '.join(columns)} |",
        "|--:|---|---|---|--:|--:|" if checklist.has_phases else "|---|---|---|--:|--:|",
    )
    remarks = [(row.name, remark) for row in rows for remark in list_remarks(checklist, row)]
    paragraphs = fold_causes(row for row in rows if row.needs_attention) + fold_remarks(remarks)
    items = [_lay_out_paragraph(each) for each in paragraphs]
    first, *reopenings = list_progress(checklist) or [""]
    progress = [*filter(None, [capitalize_first(first)]), *map(quote_code, reopenings)]
    accepted = [*map(quote_code, list_acceptances(checklist))]
    return join_parts(
        f"### {capitalize_first(checklist_verdict(checklist))}",
        *_lay_out_profile(checklist.own_profile),
        _lay_out_table(header, [_checklist_row(row, len(columns)) for row in rows]),
        *itemize_lines(items, _ERROR_LIMIT, "remark"),
        *itemize_lines(accepted, _REMARK_LIMIT, "acceptance"),
        "  \n".join([*progress, f"Next: {_next_step(checklist)}"]),
    )


def _lay_out_paragraph(paragraph: Paragraph) -> str:
    text = " ".join(paragraph.text.splitlines())
    if len(paragraph.presets) == 1:
        return quote_code(text)
    return f"{quote_code(text)} (in {quote_names(paragraph.presets)})"


def _checklist_row(row: Row, columns: int) -> str:
    """Return a row of the table; without phases it has no column for them."""
    phase, status, legacy, new, *rest = checklist_cells(row)
    status = f"**{status}**" if row.needs_attention else status
    paths = (path if path == DASH else quote_cell(path) for path in (legacy, new))
    return f"| {' | '.join((phase, status, *paths, *rest)[-columns:])} |"


def _next_step(checklist: Checklist) -> str:
    command = next_command(checklist)
    return quote_code(command) if command else nothing_next(checklist)


def _lay_out_table(header: Sequence[str], rows: Sequence[str]) -> str:
    """Return a table, collapsed where it is long."""
    table = "\n".join((*header, *fit_blocks(rows, _TABLE_LIMIT, "preset")))
    title = format_count(len(rows), "preset")
    return table if len(rows) <= MOST_OPEN else collapse_part(title, table)


def _collapse_rows(header: Sequence[str], rows: Sequence[str]) -> str:
    """Return a table that is collapsed."""
    table = "\n".join((*header, *fit_blocks(rows, _TABLE_LIMIT, "preset")))
    return collapse_part(format_count(len(rows), "preset"), table)


def _collapse_list(noun: str, blocks: Sequence[str], number: int | None = None) -> list[str]:
    """Return blocks that are collapsed under their number, nothing if there are none."""
    if not blocks:
        return []
    body = "\n\n".join(fit_blocks(blocks, _ERROR_LIMIT, noun))
    return [collapse_part(format_count(len(blocks) if number is None else number, noun), body)]


def _parity_row(row: Row) -> str:
    preset = quote_cell(format_preset(row))
    status = f"**{row.status}**" if row.is_broken else row.status
    return f"| {' | '.join((preset, *format_figures(row), status))} |"


def _lay_out_profile(profile: ProfileReport | None) -> list[str]:
    lines = [f"- {quote_code(line)}" for line in summarize_profile(profile)]
    return ["\n".join(lines)] if lines else []


def _lay_out_drift(drift: Drift) -> str:
    edit, configs = describe_drifts([drift])
    return f"{quote_code(edit)} ({quote_code(configs.strip())})"


def _lay_out_newcomers(rows: Sequence[Row]) -> list[str]:
    """Return what the presets without a baseline are like, collapsed."""
    lines = []
    for row in rows:
        lines += [f"- {quote_code(line)}" for line in describe_newcomer(row)]
        differences = row.newcomer.differences if row.newcomer else ()
        for each in differences[:MOST_CHANGES]:
            lines.append(
                f"  - {quote_code(format_path(each.path))}: {quote_pair(format_short(each))}"
            )
        if left_out := differences[MOST_CHANGES:]:
            lines.append(f"  - … and {format_count(len(left_out), 'more difference')}")
    if not lines:
        return []
    presets = format_count(sum(row.newcomer is not None for row in rows), "preset")
    body = "\n".join(fit_blocks(lines, _NEW_LIMIT, "line"))
    return [collapse_part(f"{presets} without a baseline", body)]
