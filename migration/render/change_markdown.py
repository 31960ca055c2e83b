"""What a change does to every preset, as Markdown for a comment on a pull request.

The first five lines say it all in short; everything else is collapsed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from migration.render.causes_markdown import lay_out_section
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
    join_parts,
    quote_code,
    quote_pair,
)
from migration.render.sections import change_sections
from migration.render.values import format_count

if TYPE_CHECKING:
    from migration.commands.compare import CompareReport
    from migration.render.differences import Block

MARKER: Final = "<!-- config-migration: compare -->"
"""The line by which a job finds the comment that it is to replace."""
_MOST_CAUSES: Final = 2
_PART_LIMIT: Final = 7_000


def change_markdown(report: CompareReport) -> str:
    """Return the marker, the verdict and the first causes, then all of it, collapsed."""
    lines = [quote_code(describe_sides(report)), *_list_first_causes(report), *_list_gate(report)]
    return join_parts(
        MARKER,
        f"### {capitalize_first(change_verdict(report))}",
        "  \n".join(lines),
        *map(lay_out_section, change_sections(report)),
        *_lay_out_unreadable(report),
        *_lay_out_moves(report),
    )


def _list_first_causes(report: CompareReport) -> Iterator[str]:
    """Yield a line for each of the first causes; the last one counts the others."""
    more = len(report.causes) - _MOST_CAUSES
    blocks = (block for section in change_sections(report) for block in section.blocks())
    for at, block in enumerate(islice(blocks, _MOST_CAUSES)):
        rest = f"; {more} more below" if more > 0 and at + 1 == _MOST_CAUSES else ""
        yield f"{_name_cause(block)}{rest}"


def _name_cause(block: Block) -> str:
    path = " → ".join(quote_code(each) for each in (block.path, block.new_path) if each)
    values = "same value" if block.new_path else quote_pair(block.pair)
    return f"{path}: {values} in {format_count(block.presets, 'preset')}, {block.kind}"


def _list_gate(report: CompareReport) -> list[str]:
    lines = list_gate_lines(report)
    more = f"; {len(lines) - 1} more below" if len(lines) > 1 else ""
    return [f"Gate: {quote_code(lines[0])}{more}"]


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
    )
    for title, items in parts:
        for body in itemize_lines(items, _PART_LIMIT, "line"):
            yield collapse_part(title, body)


def _add_likeness(likeness: str) -> str:
    return f": {quote_code(likeness)}" if likeness else ""
