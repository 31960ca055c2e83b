"""Compares two texts for a reader: by lines, or a long line by the places in which it differs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from migration.glyphs import tell_apart
from migration.render.literals import write_literal
from migration.render.values import ABSENT, cut_text, format_pair
from migration.values.alignment import align_tokens, common_length, gaps_between
from migration.values.diff import MISSING, Difference
from migration.values.keypath import Index, KeyPath
from migration.values.list_diff import list_changes
from migration.wording import format_count

_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_]+|.", re.DOTALL)
_LONGEST_SHOWN: Final = 60
"""A text up to this length is shown whole, and need not be taken apart."""
_LONGEST_LINE: Final = 100
_NEAR: Final = 8
"""Places with fewer characters between them are shown as one."""

_Place: TypeAlias = tuple[int, int, int, int]
Unit: TypeAlias = Literal["line", "place"]


@dataclass(frozen=True, slots=True)
class TextChange:
    """One line, or one place in a line, that differs; the lines count from 0 within the text."""

    label: str
    pair: tuple[str, str]
    left_line: int | None = None
    right_line: int | None = None


@dataclass(frozen=True, slots=True)
class TextComparison:
    """What differs between two texts, in their order, and what to say of the texts as a whole."""

    pair: tuple[str, str]
    changes: tuple[TextChange, ...]
    unit: Unit


def compare_texts(difference: Difference) -> TextComparison | None:
    """Return how two texts differ, None unless they have several lines or differing places."""
    left, right = difference.left, difference.right
    if not isinstance(left, str) or not isinstance(right, str):
        return None
    lefts, rights = _LINE.findall(left), _LINE.findall(right)
    longest = max(map(len, map(write_literal, (left, right))))
    if max(len(lefts), len(rights)) > 1:
        changes = tuple(_compare_lines(lefts, rights))
        heads = tuple(_describe_size(len(lines), "line") for lines in (lefts, rights))
        if longest <= _LONGEST_SHOWN:
            heads = tuple(f"{write_literal(text)} (str)" for text in (left, right))
        return TextComparison(tell_apart(*heads), changes, "line")
    if longest <= _LONGEST_SHOWN:
        return None
    places = [*_find_places(left, right)]
    if len(places) < 2:  # noqa: PLR2004
        return None
    pair = _describe_size(len(left), "character"), _describe_size(len(right), "character")
    return TextComparison(pair, tuple(_show_places(left, right, places)), "place")


def format_short(difference: Difference) -> tuple[str, str]:
    """Return both values on one line; of two texts the first change and the number of others."""
    left, right = format_pair(difference)
    texts = compare_texts(difference)
    if texts and (more := len(texts.changes) - 1):
        right = f"{right} and {format_count(more, f'more {texts.unit}')}"
    return left, right


def _describe_size(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'} (str)"


def _compare_lines(left: Sequence[str], right: Sequence[str]) -> Iterator[TextChange]:
    for at, found in list_changes(Difference((), "changed", [*left], [*right])):
        old = None if found.left is MISSING else _position(at)
        new = None if found.right is MISSING else _position(found.path)
        number = new if old is None else old
        yield TextChange(f"line {(number or 0) + 1}", _show_lines(found), old, new)


def _position(path: KeyPath) -> int | None:
    return path[0].position if isinstance(path[0], Index) else None


def _show_lines(found: Difference) -> tuple[str, str]:
    """Return both lines, with their line ends only if they differ in these."""
    left, right = (None if side is MISSING else str(side) for side in (found.left, found.right))
    if left is None or right is None or (left[-1:] == "\n") == (right[-1:] == "\n"):
        left, right = (side and side.removesuffix("\n") for side in (left, right))
    if left is None or right is None:
        return tuple(_show_line(side) for side in (left, right))  # type: ignore[return-value] # two
    begin = max(0, common_length(left, right) - _LONGEST_LINE // 3)
    if max(len(left), len(right)) <= _LONGEST_LINE:
        begin = 0
    return tell_apart(_show_line(left, begin), _show_line(right, begin))


def _show_line(line: str | None, begin: int = 0) -> str:
    return ABSENT if line is None else write_literal(cut_text(line, begin, _LONGEST_LINE))


def _find_places(left: str, right: str) -> Iterator[_Place]:
    """Yield the ranges of characters that differ, those near one another as one."""
    lefts, rights = _TOKEN.findall(left), _TOKEN.findall(right)
    left_begins, right_begins = _list_begins(lefts), _list_begins(rights)
    equal = align_tokens(lefts, rights)
    place: _Place | None = None
    for i1, i2, j1, j2 in gaps_between(equal, (0, len(lefts), 0, len(rights))):
        found = left_begins[i1], left_begins[i2], right_begins[j1], right_begins[j2]
        if place and found[0] - place[1] < _NEAR:
            place = place[0], found[1], place[2], found[3]
            continue
        if place:
            yield place
        place = found
    if place:
        yield place


def _list_begins(tokens: Sequence[str]) -> list[int]:
    begins = [0]
    for token in tokens:
        begins.append(begins[-1] + len(token))
    return begins


def _show_places(left: str, right: str, places: Sequence[_Place]) -> Iterator[TextChange]:
    for i1, i2, j1, j2 in places:
        # Both sides begin with the same characters, so that the eye finds the first other one.
        alike = common_length(left[i1:i2], right[j1:j2])
        begin = max(0, i1 - _LONGEST_SHOWN // 3)
        own = max(0, j1 - (i1 - begin))
        room = min(max(i2 - i1, j2 - j1) + 2 * (_LONGEST_SHOWN // 3), _LONGEST_SHOWN)
        pair = tell_apart(
            write_literal(cut_text(left, begin, room)), write_literal(cut_text(right, own, room))
        )
        yield TextChange(f"character {i1 + alike + 1}", pair)
