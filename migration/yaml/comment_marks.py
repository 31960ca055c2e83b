"""Finds the comments of a YAML text; a `#` in a quoted text or in a block begins none."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import yaml

from migration.yaml.refusals import refusing

LINE_END = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
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
    starts = [0, *(found.end() for found in LINE_END.finditer(text))]
    comments: list[Comment] = []
    for found in _find_between(text, tokens):
        line = bisect_right(starts, found.start())
        before = text[starts[line - 1] : found.start()]
        is_alone = not before.lstrip("\ufeff").strip()
        comments.append(Comment(found[0], line, len(before) + 1, is_alone))
    content = [token for token in tokens if not isinstance(token, _NO_CONTENT)]
    return Comments(tuple(comments), content[0].start_mark.line + 1 if content else None)


def find_comments(text: str) -> Iterator[re.Match[str]]:
    """Yield each comment from its `#` to the end of its line, up to where the text is not YAML.

    Raises:
        YAMLError: the text is not YAML.
    """
    return _find_between(text, yaml.scan(text, yaml.SafeLoader))


def _find_between(text: str, tokens: Iterable[yaml.Token]) -> Iterator[re.Match[str]]:
    """Yield the comments: what is neither a token nor a blank between two of them."""
    end = 0
    for token in tokens:
        yield from _COMMENT.finditer(text, end, token.start_mark.index)
        end = max(end, token.end_mark.index)
        if isinstance(token, yaml.ScalarToken) and token.style in {"|", ">"}:
            header = _BLOCK_HEADER.match(text, token.start_mark.index)
            if header and (beside := _COMMENT.match(text, header.end())):
                yield beside
    yield from _COMMENT.finditer(text, end)
