"""Reads the comments between the values of a YAML text, by its lines and their indent.

To which key a comment belongs is decided in `source_text`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

import yaml

LINE_END: Final = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_COMMENT: Final = re.compile(r"(?<!\S)#.*")
_COMMENT_LINE: Final = re.compile(r"(?:---[ \t]+)?([ \t]*#.*)")
_DIRECTIVE: Final = re.compile(r"[ \t]*#[ \t]*lint:[ \t]*ignore\b[^\r\n\x85\u2028\u2029]*")
# Stands for a line that was a directive: an empty line would set its neighbours apart.
_DROPPED: Final = "#lint:ignore"


def list_comments(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the comments in the lines of a key and its value."""
    text, at = "\n".join(lines), 0
    found: list[str] = []
    # Alone the lines need not be YAML: a quoted text can have a line that begins with `---`.
    with suppress(yaml.YAMLError):
        for start, end in _scalars(text):
            found += _COMMENT.findall(text[at:start])
            at = end
        found += _COMMENT.findall(text[at:])
    return tuple(found)


def drop_directives(text: str) -> str:
    """Return the text without its comments for the linter, each line at its old number.

    `read_comment` and `drop_markers` leave out what remains of a line that was a directive.
    """
    if not _DIRECTIVE.search(text):
        return text
    scalars = list(_scalars(text))
    starts = [start for start, _ in scalars]
    kept, at = "", 0
    for found in _DIRECTIVE.finditer(text):
        sign = text.index("#", found.start())
        nearest = bisect_right(starts, sign) - 1
        if nearest >= 0 and sign < scalars[nearest][1]:
            continue
        kept += text[at : found.start()]
        if not LINE_END.split(kept)[-1].strip("\ufeff"):
            kept += text[found.start() : sign] + _DROPPED
        at = found.end()
    return kept + text[at:]


def drop_markers(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the lines without those that were a directive."""
    return tuple(line for line in lines if line.strip() != _DROPPED)


def read_comment(lines: Sequence[str], column: int) -> tuple[str, ...]:
    """Return the comment in lines between two keys, moved to the left by a column's width.

    Empty lines separate its paragraphs; one at the end separates it from what follows.
    """
    found: list[str] = []
    for line in drop_markers(lines):
        if comment := _COMMENT_LINE.match(line):
            found.append(move_left(comment[1], column).rstrip())
        elif found and found[-1]:
            found.append("")
    return tuple(found)


def read_tail(lines: Sequence[str], column: int) -> tuple[str, ...]:
    """Return the comment after a value like `read_comment`, with the empty line before it."""
    found = list(read_comment(lines, column))
    first = next((at for at, line in enumerate(lines) if line.lstrip().startswith("#")), 0)
    if found and not found[-1]:
        found.pop()
    is_apart = any(not line.strip() for line in lines[:first])
    return ("", *found) if found and is_apart else tuple(found)


def tail_length(lines: Sequence[str], column: float) -> int:
    """Return how many lines after a value are indented by more than a column."""
    length = 0
    for count, line in enumerate(lines, 1):
        if line.strip():
            if indent_of(line) <= column:
                break
            length = count
    return length


def indent_of(line: str) -> int:
    """Return how many blanks a line begins with."""
    return len(line) - len(line.lstrip())


def move_left(line: str, width: int) -> str:
    """Return the line without its first `width` blanks, or as many as it has."""
    return line[min(width, len(line) - len(line.lstrip(" "))) :]


def _scalars(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each scalar begins and ends; a block begins after its header's line."""
    for token in yaml.scan(text, yaml.SafeLoader):
        if isinstance(token, yaml.ScalarToken):
            start = token.start_mark.index
            if token.style in ("|", ">"):  # a comment can follow the sign
                line = LINE_END.search(text, start)
                start = line.start() if line else token.end_mark.index
            yield start, token.end_mark.index
