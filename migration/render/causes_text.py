"""Lays out the causes of a report for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from migration.render.cells import measure_width
from migration.render.differences import Block
from migration.render.page import Cell, Page
from migration.render.sections import Section
from migration.wording import format_count

_MOST_PLACES = 2
_WIDTH = 80
"""Of the lines that are made up of parts; a terminal wraps what is longer."""


def add_causes(
    page: Page, sections: Iterable[Section], *, with_allowed: bool, most: int | None
) -> None:
    """Add the forbidden differences, and the allowed ones if wanted, cause by cause.

    `most` bounds the lines of each part; a cause is never cut.
    """
    for section in sections:
        if section.verdict == "allowed":
            if not with_allowed:
                continue
            if not section.is_change:
                page.add_gap()
                number = format_count(len(section.causes), "difference")
                page.add_line(f"allowed: {number}", "bold green")
        begun = page.height
        for shown, block in enumerate(section.blocks()):
            if most is not None and page.height - begun > most:
                page.add_gap()
                page.add_left_out(len(section.causes) - shown, "more cause")
                break
            page.add_gap()
            _add_block(page, block)


def _add_block(page: Page, block: Block) -> None:
    presets = [format_count(block.presets, "preset")] if block.where else []
    _add_heading(page, f"[{block.id}] ", block.name, " · ".join([*presets, block.kind]))
    page.add_line(f"  {block.values}")
    _add_changes(page, block, "  ")
    _add_places(page, block, "  ")
    if block.where:
        _add_flowing(page, "  in   ", block.where.split(", "))
    page.add_lines([f"  {note}" for note in block.notes], "yellow")
    if block.rule:
        page.add_line(f"  allowed by {block.rule}", "dim")
    _add_hints(page, block, "  ")


def _add_heading(page: Page, label: str, path: str, remark: str) -> None:
    """Add the first line of a cause; the remark is at its end, or below where it has no room."""
    room = _WIDTH - measure_width(f"{label}{path}")
    if room > len(remark):
        page.add_spans(Cell(label), Cell(path, "bold"), Cell(f"{remark:>{room}}", "dim"))
    else:
        page.add_spans(Cell(label), Cell(path, "bold"))
        page.add_line(f"  {remark}", "dim")


def _add_changes(page: Page, block: Block, indent: str) -> None:
    """Add what differs within a list or a text, and within a text of a list."""
    for change in block.changes:
        page.add_line(f"{indent}{change.path}  {' → '.join(change.pair)}")
        _add_changes(page, change, f"{indent}  ")
        _add_places(page, change, f"{indent}  ")
        _add_hints(page, change, f"{indent}  ")
    page.add_left_out(block.left_out, f"more {block.unit}", indent)


def _add_places(page: Page, block: Block, indent: str) -> None:
    """Add where the values were set; of many places, that of most presets."""
    for place in block.places:
        origin = f"  ({place.mark})" if place.mark else ""
        names = place.names
        if len(names) > _MOST_PLACES:
            names = (f"{names[0]} and {len(names) - 1} more places",)
        for at, name in enumerate(names):
            word = place.word if at == 0 else "   "
            page.add_line(f"{indent}{word}  {name}{origin}")


def _add_flowing(page: Page, label: str, items: Sequence[str]) -> None:
    """Add items after a label, as many on a line as there is room for; none is folded."""
    line = label
    for at, item in enumerate(items):
        part = f"{item}," if at + 1 < len(items) else item
        if line.strip() not in ("", label.strip()) and len(line) + len(part) > _WIDTH:
            page.add_line(line.rstrip())
            line = " " * len(label)
        line += f"{part} "
    page.add_line(line.rstrip())


def _add_hints(page: Page, block: Block, indent: str) -> None:
    page.add_lines([f"{indent}hint: {hint}" for hint in block.hints], "yellow")
