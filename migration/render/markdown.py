"""Results as Markdown that pastes into a pull request: short, and collapsed where long.

What comes from elsewhere stands in code, where nothing is a link, a mention, or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from migration.parity.compare import Finding
from migration.render.differences import (
    MOST_CHANGES,
    Group,
    Places,
    entry_path,
    grouped,
    heading,
    listed,
)
from migration.render.phrases import (
    by_preset,
    diff_verdict,
    drift_verdict,
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
    next_command,
    nothing_left,
    progress_line,
    remarks,
    reopened_lines,
)
from migration.render.values import DASH, count, show_pair
from migration.text import make_visible, shorten
from migration.values.keypath import format_path

if TYPE_CHECKING:
    from migration.commands.check_parity import ParityReport
    from migration.commands.diff import DiffReport
    from migration.commands.ledger import Checklist
    from migration.gate.own_profile import ProfileReport
    from migration.gate.status import Row

# GitHub refuses a comment of more than 65,536 characters. The parts' limits add up to less, and
# leave room for the text that the report is pasted into.
_TABLE_LIMIT = 20_000
_ERROR_LIMIT = 8_000
_DRIFT_LIMIT = 4_000
_FORBIDDEN_LIMIT = 20_000
_ALLOWED_LIMIT = 8_000
_SPAN_LIMIT = 1_000
_MOST_OPEN = 20


def parity_markdown(report: ParityReport) -> str:
    """Return the verdict, the table and the differences, in less than 65,536 characters."""
    rows = worst_first(report.rows)
    header = ("| preset | files | allowed | forbidden | status |", "|---|--:|--:|--:|---|")
    errors = [_fenced(error) for error in dict.fromkeys(map(format_faults, rows)) if error]
    return _document(
        f"### {_sentence(parity_verdict(report))}",
        *_profile(report.own_profile),
        _table(header, [_row(row) for row in rows]),
        *_fitted(errors, _ERROR_LIMIT, "error"),
        *_reused(rows),
        *_newcomers(rows),
        *_drifts(report),
        *_differences(*grouped(by_preset(report))),
    )


def diff_markdown(report: DiffReport) -> str:
    """Return the verdict, both names and the differences, in less than 65,536 characters."""
    return _document(
        f"### {_sentence(diff_verdict(report, _word(report.profile)))}",
        *_profile(report.own_profile),
        f"{_code(report.left)} → {_code(report.right)}",
        *_differences(*grouped([("", report.comparison)])),
    )


def checklist_markdown(checklist: Checklist, program: str) -> str:
    """Return the checklist for a pull request, in less than 65,536 characters."""
    rows = worst_first(checklist.shown, with_records=True)
    header = (
        "| phase | status | legacy path | new path | files | allowed |",
        "|--:|---|---|---|--:|--:|",
    )
    told = [(row, " ".join(cause.splitlines())) for row, cause in causes(rows)]
    told += [(row, remark) for row in rows for remark in remarks(checklist, row)]
    explained = [f"- {_code(row.name)}: {_code(each)}" for row, each in told]
    progress = [_sentence(progress_line(checklist)), *map(_code, reopened_lines(checklist))]
    return _document(
        f"### {_sentence(checklist_verdict(checklist))}",
        *_profile(checklist.own_profile),
        _table(header, [_entry(row) for row in rows]),
        *(["\n".join(_fitted(explained, _ERROR_LIMIT, "remark"))] if explained else []),
        "  \n".join([*progress, f"Next: {_next(checklist, program)}"]),
    )


def _entry(row: Row) -> str:
    phase, status, legacy, new, *rest = checklist_cells(row)
    status = f"**{status}**" if row.needs_attention else status
    paths = (path if path == DASH else _cell(path) for path in (legacy, new))
    return f"| {' | '.join((phase, status, *paths, *rest))} |"


def _next(checklist: Checklist, program: str) -> str:
    command = next_command(checklist, program)
    return _code(command) if command else nothing_left(checklist)


def _table(header: Sequence[str], rows: Sequence[str]) -> str:
    """Return a table, collapsed where it is long."""
    table = "\n".join((*header, *_fitted(rows, _TABLE_LIMIT, "preset")))
    return table if len(rows) <= _MOST_OPEN else _collapsed(count(len(rows), "preset"), table)


def _drifts(report: ParityReport) -> list[str]:
    lines = [
        f"- {_code(drift.source)}: {drift_verdict(drift)} (in {_names(drift.configs)})"
        for drift in report.drifts
    ]
    return ["\n".join(_fitted(lines, _DRIFT_LIMIT, "changed source"))] if lines else []


def _differences(forbidden: Sequence[Group], allowed: Sequence[Group]) -> list[str]:
    parts = []
    if forbidden:
        blocks = _fitted([_block(each) for each in forbidden], _FORBIDDEN_LIMIT, "difference")
        title, body = count(len(forbidden), "forbidden difference"), "\n".join(blocks)
        is_long = len(forbidden) > _MOST_OPEN
        parts.append(_collapsed(title, body) if is_long else f"**{title}**\n\n{body}")
    if allowed:
        blocks = _fitted([_block(each) for each in allowed], _ALLOWED_LIMIT, "difference")
        title = count(len(allowed), "allowed difference")
        parts.append(_collapsed(title, "\n".join(blocks)))
    return parts


def _row(row: Row) -> str:
    preset = _cell(preset_name(row))
    status = f"**{row.status}**" if row.is_broken else row.status
    return f"| {' | '.join((preset, *figures(row), status))} |"


def _profile(profile: ProfileReport | None) -> list[str]:
    lines = [f"- {_code(line)}" for line in profile_lines(profile)]
    return ["\n".join(lines)] if lines else []


def _reused(rows: Sequence[Row]) -> list[str]:
    lines = [f"- {_code(line)}" for row in rows if (line := reuse_line(row))]
    return ["\n".join(_fitted(lines, _DRIFT_LIMIT, "remark"))] if lines else []


def _newcomers(rows: Sequence[Row]) -> list[str]:
    """Return what the presets without a baseline are like, collapsed."""
    blocks = []
    for row in rows:
        blocks += [f"- {_code(line)}" for line in newcomer_lines(row)]
        found = row.newcomer.differences if row.newcomer else ()
        for each in found[:MOST_CHANGES]:
            pair = " → ".join(_code(side) for side in show_pair(each))
            blocks.append(f"  - {_code(format_path(each.path))}: {pair}")
        if left_out := found[MOST_CHANGES:]:
            blocks.append(f"  - … and {count(len(left_out), 'more difference')}")
    if not blocks:
        return []
    title = count(sum(row.newcomer is not None for row in rows), "preset") + " without a baseline"
    return [_collapsed(title, "\n".join(_fitted(blocks, _ERROR_LIMIT, "line")))]


def _block(each: Group) -> str:
    finding = each.finding
    lines = [f"- {_code(heading(finding))}: {_pair(finding)}"]
    for change, places, hints in each.changes()[:MOST_CHANGES]:
        entry = _code(entry_path(finding, change))
        lines.append(f"  - {entry}: {_pair(change)}{_places(places)}")
        lines += [f"    - hint: {_code(hint)}" for hint in hints]
    if left_out := finding.changes[MOST_CHANGES:]:
        lines.append(f"  - … and {count(len(left_out), 'more change')}")
    if not finding.changes:
        lines[0] += _places(each.places())
    if finding.rule:
        lines.append(f"  - allowed by {_code(finding.rule)}")
    if each.configs:
        lines.append(f"  - in {_names(each.configs)}")
    lines += [f"  - hint: {_code(hint)}" for hint in each.hints()]
    return "\n".join(lines)


def _pair(finding: Finding) -> str:
    return " → ".join(_code(side) for side in show_pair(finding.difference))


def _places(places: Places) -> str:
    words = zip(("was", "now"), places, strict=True)
    told = [f"{word} {_names(side)}" for word, side in words if side]
    return f" ({', '.join(told)})" if told else ""


def _names(names: Sequence[str]) -> str:
    return listed([_code(name) for name in names])


def _cell(text: str) -> str:
    # Of a pipe behind a backslash, parsers do not agree whether it ends the cell.
    return _code(text.replace("\\|", r"\\x7c")).replace("|", "\\|")


def _word(text: str) -> str:
    return text if text.isalpha() else _code(text)


def _code(text: str) -> str:
    """Return the text as a code span, on one line, that nothing within it can end."""
    text = make_visible(shorten(text, _SPAN_LIMIT))
    fence = "`" * (_longest_run(text) + 1)
    # Of a text between blanks a code span drops one on either side.
    pad = "" if text and text == text.strip("` ") else " "
    return f"{fence}{pad}{text}{pad}{fence}"


def _fenced(text: str) -> str:
    """Return the text, in which any name is visible, as a code block that it cannot end."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}text\n{text}\n{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _collapsed(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def _fitted(blocks: Sequence[str], limit: int, noun: str) -> list[str]:
    """Return the leading blocks that fit into `limit` characters, and how many more there are."""
    fitted: list[str] = []
    for block in blocks:
        limit -= len(block) + 2
        if limit < 0:
            left_out = count(len(blocks) - len(fitted), f"more {noun}")
            return [*fitted, f"\n… and {left_out}: `--format json` has them all"]
        fitted.append(block)
    return fitted


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _document(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"
