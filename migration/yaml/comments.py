"""Reads the comments between the values of a YAML text, by its lines and their indent.

Where a text has comments is found in `comment_marks`, to which key they belong in `source_text`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import yaml

from migration.yaml.comment_marks import LINE_END, find_comments

_COMMENT_LINE: Final = re.compile(r"(?:---[ \t]+)?([ \t]*#.*)")
_DIRECTIVE: Final = re.compile(r"#[ \t]*lint:[ \t]*ignore\b", re.IGNORECASE)
# Stands for a line that was a directive: an empty line would set its neighbours apart.
_DROPPED: Final = "#lint:ignore"


def list_comments(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the comments in the lines of a key and its value."""
    found: list[str] = []
    # Alone the lines need not be YAML: a quoted text can have a line that begins with `---`.
    with suppress(yaml.YAMLError):
        found.extend(comment[0] for comment in find_comments("\n".join(lines)))
    return tuple(found)


def drop_directives(text: str) -> str:
    """Return the text without its comments for the linter, each line at its old number.

    `read_comment` and `drop_markers` leave out what remains of a line that was a directive.

    Raises:
        YAMLError: the text is not YAML.
    """
    if not _DIRECTIVE.search(text):
        return text
    kept, at = "", 0
    for comment in find_comments(text):
        if found := _DIRECTIVE.search(comment[0]):
            sign = comment.start() + found.start()
            before = text[at:sign].rstrip(" \t")
            kept += before
            if not LINE_END.split(kept)[-1].strip("\ufeff"):
                kept += text[at + len(before) : sign] + _DROPPED
            at = comment.end()
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
