"""Finds the comments of a YAML text; a `#` in a quoted text or in a block begins none."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from migration.yaml.refusals import refusing

_LINE_END = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_COMMENT = re.compile(r"#[^\0\r\n\x85\u2028\u2029]*")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*")
_NO_CONTENT = (
    yaml.StreamStartToken,
    yaml.StreamEndToken,
    yaml.DirectiveToken,
    yaml.DocumentStartToken,
)


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment from its `#` to the end of the line; line and column count from 1."""

    text: str
    line: int
    column: int
    is_alone: bool
    """Whether nothing is before it on its line."""


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments of a text in their order, and the line of its first key or value."""

    comments: tuple[Comment, ...]
    first_line: int | None


def read_comments(text: str, path: str) -> Comments:
    """Return the comments of a text that is accepted as YAML.

    Raises:
        MigrationError: the text has changed since, and is refused.
    """
    if "#" not in text:
        return Comments((), None)
    with refusing(text, path):
        tokens = list(yaml.scan(text, yaml.SafeLoader))
    starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
    comments: list[Comment] = []
    for start in _find_starts(text, tokens):
        line = bisect_right(starts, start)
        before = text[starts[line - 1] : start].lstrip("\ufeff")
        found = _COMMENT.match(text, start)
        comments.append(
            Comment(
                found[0] if found else "",
                line,
                start - starts[line - 1] + 1,
                is_alone=not before.strip(),
            )
        )
    content = [token for token in tokens if not isinstance(token, _NO_CONTENT)]
    return Comments(tuple(comments), content[0].start_mark.line + 1 if content else None)


def _find_starts(text: str, tokens: list[yaml.Token]) -> Iterator[int]:
    """Yield where each comment begins: what is neither a token nor a blank between two of them."""
    end = 0
    for token in tokens:
        yield from _find_in_gap(text, end, token.start_mark.index)
        end = max(end, token.end_mark.index)
        if isinstance(token, yaml.ScalarToken) and token.style in {"|", ">"}:
            header = _BLOCK_HEADER.match(text, token.start_mark.index)
            if header and text.startswith("#", header.end()):
                yield header.end()
    yield from _find_in_gap(text, end, len(text))


def _find_in_gap(text: str, start: int, end: int) -> Iterator[int]:
    return (found.start() for found in _COMMENT.finditer(text, start, end))
