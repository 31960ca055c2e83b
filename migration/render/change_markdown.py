"""What a change does to every preset, as Markdown for a comment on a pull request.

The first five lines say it all in short; everything else is collapsed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from migration.render.causes_markdown import lay_out_section, list_first_causes
from migration.render.change_phrases import (
    change_verdict,
    describe_sides,
    describe_unchanged,
    list_gate_lines,
    list_new,
    list_removed,
    list_renamed,
    list_unreadable,
)
from migration.render.markup import (
    capitalize_first,
    collapse_part,
    fence_code,
    fit_blocks,
    itemize_lines,
    join_lines_hard,
    join_parts,
    mark_comment,
    quote_code,
)
from migration.render.sections import change_sections
from migration.wording import format_count

if TYPE_CHECKING:
    from migration.commands.compare import CompareReport

_PART_LIMIT: Final = 3_900
"""There are nine parts at most, besides those of the causes: together below GitHub's limit."""


def change_markdown(report: CompareReport) -> str:
    """Return the marker, the verdict and the first causes, then all of it, collapsed."""
    causes = list_first_causes(change_sections(report), len(report.causes))
    lines = [quote_code(describe_sides(report)), *causes, _name_gate(report)]
    return join_parts(
        mark_comment("compare"),
        f"### {capitalize_first(change_verdict(report))}",
        join_lines_hard(lines),
        *map(lay_out_section, change_sections(report)),
        *_lay_out_unreadable(report),
        *_lay_out_moves(report),
    )


def _name_gate(report: CompareReport) -> str:
    lines = list_gate_lines(report)
    more = f"; {len(lines) - 1} more below" if len(lines) > 1 else ""
    return f"Gate: {quote_code(lines[0])}{more}"


def _lay_out_unreadable(report: CompareReport) -> Iterator[str]:
    for title, paragraphs in list_unreadable(report):
        errors = [fence_code("\n".join(each.lines)) for each in paragraphs]
        body = "\n\n".join(fit_blocks(errors, _PART_LIMIT, "message"))
        yield collapse_part(capitalize_first(title), body)


def _lay_out_moves(report: CompareReport) -> Iterator[str]:
    """Yield the presets that came, went or moved, those that do not change, and the gate."""
    new = [f"{quote_code(path)}{_add_likeness(likeness)}" for path, likeness in list_new(report)]
    removed, renamed = (map(quote_code, names(report)) for names in (list_removed, list_renamed))
    unchanged = describe_unchanged(report)
    parts = (
        (format_count(len(report.new), "new preset"), new),
        (format_count(len(report.removed), "removed preset"), [*removed]),
        (format_count(len(report.renamed), "renamed preset"), [*renamed]),
        ("Presets that do not change", [quote_code(unchanged)] if unchanged else []),
        ("The gate", [quote_code(line) for line in list_gate_lines(report) if report.gate]),
        (format_count(len(report.notes), "note"), [quote_code(str(note)) for note in report.notes]),
    )
    for title, items in parts:
        for body in itemize_lines(items, _PART_LIMIT, "line"):
            yield collapse_part(title, body)


def _add_likeness(likeness: str) -> str:
    return f": {quote_code(likeness)}" if likeness else ""
