"""A page of text that grows line by line: width, colour and the table are rich's part.

Whatever stands in a line or a cell is made visible here, so that only the page colours anything.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from migration.visible import shortened, visible


@dataclass(frozen=True, slots=True)
class Terminal:
    """How wide the output may be, in columns, and whether it may be in colour."""

    width: int = 100
    color: bool = False


class Styled(str):
    """Text that is all visible but for the colours of a page, which are meant."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell, or a part of a line, and its style."""

    text: str
    style: str = ""


_GAP = 2
_DOTTED = re.compile(r"[^.]*\.|[^.]+")
_PARTS = re.compile(r"[^/ ]*[/ ]|[^/ ]+")
_NARROWEST = 8


class Page:
    """Collects text; the same input gives the same page whatever the environment says."""

    def __init__(self, terminal: Terminal) -> None:
        """Start an empty page for the terminal."""
        self._file = io.StringIO()
        self._console = Console(
            file=self._file,
            width=terminal.width,
            force_terminal=terminal.color,
            color_system="standard" if terminal.color else None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
            _environ={},
        )

    def line(self, text: str, style: str = "") -> None:
        """Add a line, as long as it is: a terminal wraps it, a pipe keeps it whole."""
        self.spans(Cell(text, style))

    def lines(self, text: str, style: str = "") -> None:
        """Add a text of several lines, in which any name is visible already."""
        for line in text.split("\n"):
            self.line(line, style)

    def spans(self, *parts: Cell) -> None:
        """Add a line of several parts, each in its style, as long as it is."""
        text = Text.assemble(*((_shown(part.text), part.style) for part in parts))
        self._console.print(text, soft_wrap=True)

    def gap(self) -> None:
        """Add an empty line, unless the page is empty."""
        if self._file.tell():
            self._console.print()

    def table(
        self, columns: Sequence[tuple[str, bool]], rows: Iterable[Sequence[Cell]], indent: int = 0
    ) -> None:
        """Add a table; each column has a heading, and whether it holds figures.

        Without a heading there is no line of them. What is too wide for the terminal is folded, at
        a slash if there is one.
        """
        rows = [[Cell(_shown(cell.text), cell.style) for cell in row] for row in rows]
        widths = self._widths(columns, rows, indent)
        has_headings = any(heading for heading, _ in columns)
        table = Table(box=None, pad_edge=False, header_style="bold", show_header=has_headings)
        for heading, is_figure in columns:
            table.add_column(
                heading,
                justify="right" if is_figure else "left",
                no_wrap=is_figure,
                overflow="fold",
            )
        for row in rows:
            cells = zip(row, widths, strict=True)
            table.add_row(*(Text(_folded(cell.text, width), cell.style) for cell, width in cells))
        self._console.print(Padding(table, (0, 0, 0, indent)))

    def _widths(
        self, columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[Cell]], indent: int
    ) -> list[int]:
        """Return the width of each column; the widest that holds no figures gives way first.

        As long as another can, none gives way beyond where its texts fold well.
        """
        headings = [heading for heading, _ in columns]
        texts = [*zip(headings, *([cell.text for cell in row] for row in rows), strict=True)]
        widths = [max(map(cell_len, column)) for column in texts]
        floors = [max(map(_longest_part, column)) for column in texts]
        foldable = [at for at, (_, is_figure) in enumerate(columns) if not is_figure]
        room = self._console.width - indent - _GAP * (len(columns) - 1)
        while sum(widths) > room:
            yielding = [at for at in foldable if widths[at] > floors[at]] or foldable
            widest = max(yielding, key=widths.__getitem__)
            if widths[widest] <= _NARROWEST:
                break
            widths[widest] -= 1
        return widths

    def text(self) -> Styled:
        """Return the page, no line of it ending in blanks."""
        lines = self._file.getvalue().splitlines()
        return Styled("".join(f"{line.rstrip()}\n" for line in lines))


def plain_text(lines: Iterable[str]) -> str:
    """Return the lines as one text; a line end within one does not make it two."""
    return "".join(f"{_shown(line)}\n" for line in lines)


def _shown(text: str) -> str:
    return visible(shortened(text))


def _longest_part(text: str) -> int:
    return max((cell_len(part.rstrip()) for part in _PARTS.findall(text)), default=0)


def _folded(text: str, width: int) -> str:
    """Return the text in lines that end at a slash or a blank, else at a dot, if they have one.

    >>> _folded("configs/train/a.yaml", 14).split()
    ['configs/train/', 'a.yaml']
    >>> _folded("custom.augmentation.enabled", 20).split()
    ['custom.augmentation.', 'enabled']
    """
    lines = [""]
    parts = _PARTS.findall(text)
    if any(cell_len(part.rstrip()) > width for part in parts):
        parts = [inner for part in parts for inner in _DOTTED.findall(part)]
    for part in parts:
        if lines[-1] and cell_len((lines[-1] + part).rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)
