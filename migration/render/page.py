"""A page of text that grows line by line, in the columns and the colours of its terminal.

Whatever stands in a line or a cell is made visible here, so that only the page colours anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from migration.render.table import GAP, arranged
from migration.render.terminal import Styled, Terminal
from migration.text import make_visible, shorten


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell, or a part of a line, and its style: colour and weight, as `bold red`."""

    text: str
    style: str = ""


_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}


class Page:
    """Collects text; the same input gives the same page whatever the environment says."""

    def __init__(self, terminal: Terminal) -> None:
        """Start an empty page for the terminal."""
        self._terminal = terminal
        self._lines: list[str] = []

    def line(self, text: str, style: str = "") -> None:
        """Add a line, as long as it is: a terminal wraps it, a pipe keeps it whole."""
        self.spans(Cell(text, style))

    def lines(self, text: str, style: str = "") -> None:
        """Add a text of several lines, in which any name is visible already."""
        for line in text.split("\n"):
            self.line(line, style)

    def spans(self, *parts: Cell) -> None:
        """Add a line of several parts, each in its style, as long as it is."""
        self._lines.append("".join(self._styled(_shown(part.text), part.style) for part in parts))

    def gap(self) -> None:
        """Add an empty line, unless the page is empty."""
        if self._lines:
            self._lines.append("")

    def table(
        self, columns: Sequence[tuple[str, bool]], rows: Iterable[Sequence[Cell]], indent: int = 0
    ) -> None:
        """Add a table; each column has a heading, and whether it holds figures.

        Without a heading there is no line of them. What is too wide for the terminal is folded.
        """
        headings = [Cell(heading, "bold") for heading, _ in columns]
        has_headings = any(heading.text for heading in headings)
        cells = [headings, *rows] if has_headings else [*rows]
        texts = [[_shown(cell.text) for cell in row] for row in cells]
        figures = [is_figure for _, is_figure in columns]
        lines_by_row = arranged(texts, figures, self._terminal.width - indent)
        for row, lines in zip(cells, lines_by_row, strict=True):
            for line in lines:
                parts = (
                    self._styled(text, cell.style) for text, cell in zip(line, row, strict=True)
                )
                self._lines.append(" " * indent + GAP.join(parts))

    def text(self) -> Styled:
        """Return the page, no line of it ending in blanks."""
        return Styled("".join(f"{line.rstrip()}\n" for line in self._lines))

    def _styled(self, text: str, style: str) -> str:
        """Return the text in colour, if the terminal takes any; blanks around it have none."""
        core = text.strip(" ")
        if not (self._terminal.color and style and core):
            return text
        codes = ";".join(_CODES[word] for word in style.split())
        return text.replace(core, f"\x1b[{codes}m{core}\x1b[0m", 1)


def plain_text(lines: Iterable[str]) -> str:
    """Return the lines as one text; a line end within one does not make it two."""
    return "".join(f"{_shown(line)}\n" for line in lines)


def _shown(text: str) -> str:
    return make_visible(shorten(text))
