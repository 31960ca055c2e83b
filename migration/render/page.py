"""A page of text that grows line by line, in the columns and the colours of its terminal.

It makes every line and cell visible, so that no text from elsewhere can colour anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from migration.render.table import GAP, arrange_rows
from migration.render.terminal import Styled, Terminal
from migration.text import make_visible, shorten
from migration.wording import format_count


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell, or a part of a line, and its style: colour and weight, as `bold red`."""

    text: str
    style: str = ""


_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}


class Page:
    """Collects text; what it returns depends on its input and its terminal alone."""

    def __init__(self, terminal: Terminal) -> None:
        """Start an empty page for the terminal."""
        self._terminal = terminal
        self._lines: list[str] = []

    def add_line(self, text: str, style: str = "") -> None:
        """Add a line of any length: a terminal wraps it, a pipe keeps it whole."""
        self.add_spans(Cell(text, style))

    def add_lines(self, lines: Iterable[str], style: str = "") -> None:
        """Add several lines of one style."""
        for line in lines:
            self.add_line(line, style)

    @property
    def height(self) -> int:
        """The number of lines."""
        return len(self._lines)

    def add_spans(self, *parts: Cell) -> None:
        """Add a line of several parts, each in its own style."""
        self._lines.append(
            "".join(self._style_text(_make_visible(part.text), part.style) for part in parts)
        )

    def add_gap(self) -> None:
        """Add an empty line, unless the page is empty."""
        if self._lines:
            self._lines.append("")

    def add_left_out(self, number: int, noun: str, indent: str = "") -> None:
        """Add how many things more there are than those shown, if there are any."""
        if number > 0:
            self.add_line(f"{indent}… and {format_count(number, noun)}; `--format json` has all")

    def add_table(
        self, columns: Sequence[tuple[str, bool]], rows: Iterable[Sequence[Cell]], indent: int = 0
    ) -> None:
        """Add a table; each column is its heading, and whether it holds figures.

        Without any heading there is no line of them. Texts too wide for the terminal are folded.
        """
        headings = [Cell(heading, "bold") for heading, _ in columns]
        has_headings = any(heading.text for heading in headings)
        cells = [headings, *rows] if has_headings else [*rows]
        texts = [[_make_visible(cell.text) for cell in row] for row in cells]
        figures = [is_figure for _, is_figure in columns]
        lines_by_row = arrange_rows(texts, figures, self._terminal.width - indent)
        for row, lines in zip(cells, lines_by_row, strict=True):
            for line in lines:
                parts = (
                    self._style_text(text, cell.style) for text, cell in zip(line, row, strict=True)
                )
                self._lines.append(" " * indent + GAP.join(parts))

    def text(self) -> Styled:
        """Return the page; no line ends in blanks."""
        return Styled("".join(f"{line.rstrip()}\n" for line in self._lines))

    def _style_text(self, text: str, style: str) -> str:
        """Return the text in colour, if the terminal takes any; blanks around it stay plain."""
        core = text.strip(" ")
        if not (self._terminal.color and style and core):
            return text
        codes = ";".join(_CODES[word] for word in style.split())
        return text.replace(core, f"\x1b[{codes}m{core}\x1b[0m", 1)


def plain_text(lines: Iterable[str]) -> str:
    """Return the lines as one text; a line end within a line is escaped."""
    return "".join(f"{_make_visible(line)}\n" for line in lines)


def _make_visible(text: str) -> str:
    return make_visible(shorten(text))
