"""A page of text that grows line by line: width, colour and the table are rich's part."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text


@dataclass(frozen=True, slots=True)
class Terminal:
    """How wide the output may be, in columns, and whether it may be in colour."""

    width: int = 100
    color: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell and its style."""

    text: str
    style: str = ""


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
        self._console.print(Text(text, style), soft_wrap=True)

    def gap(self) -> None:
        """Add an empty line, unless the page is empty."""
        if self._file.tell():
            self._console.print()

    def table(self, columns: Sequence[tuple[str, bool]], rows: Iterable[Sequence[Cell]]) -> None:
        """Add a table; each column has a heading, and whether it holds figures."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading, is_figure in columns:
            table.add_column(
                heading,
                justify="right" if is_figure else "left",
                no_wrap=is_figure,
                overflow="fold",
            )
        for row in rows:
            table.add_row(*(Text(cell.text, cell.style) for cell in row))
        self._console.print(table)

    def text(self) -> str:
        """Return the page, no line of it ending in blanks."""
        lines = self._file.getvalue().splitlines()
        return "".join(f"{line.rstrip()}\n" for line in lines)
