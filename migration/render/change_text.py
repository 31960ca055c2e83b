"""What a change does to every preset, as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from migration.render.causes_text import add_causes
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
from migration.render.page import Page
from migration.render.paragraphs import add_paragraphs
from migration.render.sections import change_sections
from migration.render.terminal import Terminal

if TYPE_CHECKING:
    from migration.commands.compare import CompareReport

_MOST_LINES: Final = 90
_MOST_ENTRIES: Final = 20
_WIDTH: Final = 80
_INDENT: Final = 9
"""The width of the words in front of what happens to presets."""


def change_text(report: CompareReport, terminal: Terminal) -> str:
    """Return the verdict, the causes, then which presets came and went, and the gate."""
    page = Page(terminal)
    page.add_line(change_verdict(report), "bold" if report.holds else "bold red")
    page.add_line(describe_sides(report), "dim")
    most = None if terminal.is_verbose else _MOST_LINES
    add_causes(page, change_sections(report), with_allowed=True, most=most)
    for title, paragraphs in list_unreadable(report):
        add_paragraphs(page, paragraphs, "red", title=f"{title}:")
    page.add_gap()
    is_folded = not terminal.is_verbose
    entries: list[tuple[str, Sequence[tuple[str, str]]]] = [
        ("new", list_new(report, is_folded=is_folded)),
        ("removed", [(path, "") for path in list_removed(report, is_folded=is_folded)]),
        ("renamed", [(line, "") for line in list_renamed(report, is_folded=is_folded)]),
    ]
    for word, found in entries:
        shown = found[:_MOST_ENTRIES] if is_folded else found
        for text, remark in shown:
            _add_entry(page, word, text)
            _add_wrapped(page, "", remark)
        page.add_left_out(len(found) - len(shown), "more line", " " * _INDENT)
    if same := describe_unchanged(report):
        _add_wrapped(page, "same", same)
    gate = list_gate_lines(report, is_folded=is_folded)
    shown_gate = gate[:_MOST_ENTRIES] if is_folded else gate
    for line in shown_gate:
        _add_entry(page, "gate", line)
    page.add_left_out(len(gate) - len(shown_gate), "more line", " " * _INDENT)
    return page.text()


def _add_entry(page: Page, word: str, text: str) -> None:
    page.add_line(f"{word:<{_INDENT}}{text}")


def _add_wrapped(page: Page, word: str, text: str) -> None:
    lines = textwrap.wrap(text, _WIDTH - _INDENT, break_long_words=False, break_on_hyphens=False)
    for at, line in enumerate(lines):
        _add_entry(page, "" if at else word, line)
