"""Texts in columns: how wide each column is, and where a text is folded. `page` adds colours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from migration.render.cells import measure_width, split_columns

GAP: Final = "  "
"""The blanks between two columns."""
_READABLE: Final = 12
"""How wide a column may be at least, unless others are down to their longest parts."""
_DOTTED = re.compile(r"[^.]*\.|[^.]+")
_PARTS = re.compile(r"[^/ ]*[/ ]|[^/ ]+")
# A value, which may have anything in it, begins with a quote or a bracket if it is long.
_PLACE = re.compile(r'[^"\[({\n].*?:[0-9]+(?= \(|$)')


def arrange_rows(
    rows: Sequence[Sequence[str]], figures: Sequence[bool], room: int
) -> Iterator[list[tuple[str, ...]]]:
    """Yield the lines of each row; a line is a text a column, padded to the column's width.

    A column of figures is aligned to the right, and never folded, nor is a `file:line`. Other texts
    are folded to fit into the room, at a slash if there is one; where that is not enough, lines are
    too long.
    """
    columns = [*zip(*rows, strict=True)]
    limits = _limit_widths(columns, figures, room)
    folded = [
        [_fold_text(text, limit) for text in column]
        for column, limit in zip(columns, limits, strict=True)
    ]
    widths = [max(measure_width(line) for lines in column for line in lines) for column in folded]
    for cells in zip(*folded, strict=True):
        lines = zip_longest(*cells, fillvalue="")
        yield [tuple(map(_pad_text, texts, widths, figures)) for texts in lines]


def _limit_widths(
    columns: Sequence[Sequence[str]], figures: Sequence[bool], room: int
) -> Sequence[int]:
    """Return how wide each column may be; the widest one without figures is narrowed first.

    A column is narrowed below its longest part only when every other one is down to its own, and
    not at all beside a `file:line`, which would be too long all the same.
    """
    widths = [max(map(measure_width, column)) for column in columns]
    room -= len(GAP) * (len(columns) - 1)
    if sum(widths) <= room:
        return widths
    floors = [max(map(_longest_part, column)) for column in columns]
    readable = [
        max(floor, min(width, _READABLE)) for floor, width in zip(floors, widths, strict=True)
    ]
    foldable = [at for at, is_figure in enumerate(figures) if not is_figure and widths[at]]
    has_places = any(_split_place(text)[0] for column in columns for text in column)
    while sum(widths) > room:
        yielding = [at for at in foldable if widths[at] > readable[at]]
        yielding = yielding or [at for at in foldable if widths[at] > floors[at]]
        if not yielding and not has_places:
            yielding = foldable
        order = reversed(yielding) if has_places else yielding
        widest = max(order, key=widths.__getitem__, default=None)
        if widest is None or widths[widest] == 1:
            break
        widths[widest] -= 1
    return widths


def _pad_text(text: str, width: int, is_figure: bool) -> str:
    blank = " " * (width - measure_width(text))
    return blank + text if is_figure else text + blank


def _longest_part(text: str) -> int:
    place, rest = _split_place(text)
    return max((measure_width(part.rstrip()) for part in [place, *_PARTS.findall(rest)]), default=0)


def _split_place(text: str) -> tuple[str, str]:
    """Return the `file:line` at the beginning of a text, if there is one, and the rest.

    >>> _split_place("my configs/a.yaml:3 (legacy)"), _split_place("configs/a.yaml")
    (('my configs/a.yaml:3', ' (legacy)'), ('', 'configs/a.yaml'))
    """
    found = _PLACE.match(text)
    return (found[0], text[found.end() :]) if found else ("", text)


def _fold_text(text: str, width: int) -> list[str]:
    """Return the text in lines that end at a slash or a blank, else at a dot, if they have one.

    >>> _fold_text("configs/train/a.yaml", 14)
    ['configs/train/', 'a.yaml']
    >>> _fold_text("custom.augmentation.enabled", 20)
    ['custom.augmentation.', 'enabled']
    >>> _fold_text("configs/averylongname.yaml", 8)
    ['configs/', 'averylon', 'gname.', 'yaml']
    >>> _fold_text("configs/a.yaml:3 (legacy)", 8)
    ['configs/a.yaml:3', '(legacy)']
    """
    if measure_width(text) <= width:
        return [text]
    place, text = _split_place(text)
    if place:
        return [place, *(_fold_text(text.lstrip(), width) if text.strip() else [])]
    lines = [""]
    parts = _PARTS.findall(text)
    if any(measure_width(part.rstrip()) > width for part in parts):
        parts = [inner for part in parts for inner in _DOTTED.findall(part)]
    for part in parts:
        if lines[-1] and measure_width((lines[-1] + part).rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return [piece for line in lines for piece in split_columns(line.rstrip(), width)]
