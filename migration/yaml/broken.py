"""Finds what makes a YAML text invalid, where PyYAML's own message points elsewhere.

That is a conflict marker of git, a template that was not rendered, a character that only looks like
a blank, or a quote or a bracket that is not closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, cast

import yaml

from migration.errors import Fault
from migration.files.contents import MARK, conflict_lines, marker_fault
from migration.text import shorten
from migration.yaml.invisible import blank_invisible, find_invisible

_RENDER: Final = "render the template first, or put the value in quotes if it is meant as text"
_BEGIN, _MIDDLE, _END = "<" * 7, "=" * 7, ">" * 7
# `{{a: 1}}` is rather a mapping in braces too many.
_TEMPLATE = re.compile(r"""\{\{(?!\s*["'\w-]+\s*:\s)[^{}]*\}\}|\{%.*?%\}|\{#.*?#\}""", re.DOTALL)
_LINE_END: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_LONGEST_TEMPLATE: Final = 60
_OPENING: Final = {"]": "[", "}": "{"}


def explain_refusal(text: str, path: str, error: yaml.MarkedYAMLError) -> Fault | None:
    """Return the fault that says why PyYAML refuses a text, None if its own message says it."""
    marks = [mark for mark in (error.problem_mark, error.context_mark) if mark]
    lines = [mark.line + 1 for mark in marks]
    if line := _broken_merge(text, lines):
        return marker_fault(path, line)
    if found := _template_at(text, [mark.index for mark in marks]):
        line, column = _place(text, found.start())
        what = shorten(" ".join(found[0].split()), _LONGEST_TEMPLATE)
        return Fault(f"a template, which is not YAML: {what}", path, line, column, _RENDER)
    is_parsed = isinstance(error, yaml.constructor.ConstructorError)
    if is_parsed:
        return None
    return _find_no_blank(text, path, lines) or _unclosed(text, path, error)


def conflict_in_values(text: str) -> int | None:
    """Return the line of a conflict marker that YAML reads as a part of a plain key or value.

    In brackets such a text is valid YAML. A marker in a quoted text may be meant.
    """
    lines, marked = text.split("\n"), [*conflict_lines(text)]
    kinds = [lines[number - 1].removeprefix(MARK)[:7] for number in marked]
    order = iter(kinds)
    if not all(kind in order for kind in (_BEGIN, _MIDDLE, _END)):
        return None
    plain = [
        (start.line + 1, end.line + 1)
        for token in _tokens(text)
        if isinstance(token, yaml.ScalarToken) and token.plain
        for start, end in [_extent(token)]
    ]
    return next((n for n in marked if any(start <= n <= end for start, end in plain)), None)


def _broken_merge(text: str, lines: list[int]) -> int | None:
    """Return the line of the first conflict marker, if one of them can be what is refused."""
    marked = [*conflict_lines(text)]
    if not marked:
        return None
    written = text.split("\n")
    if any(written[n - 1].removeprefix(MARK)[:7] != _MIDDLE for n in marked):
        return marked[0]
    # A line of equals signs may also be in a quoted text.
    return next((n for n in marked if any(n <= line <= n + 1 for line in lines)), None)


def _template_at(text: str, places: list[int]) -> re.Match[str] | None:
    """Return the template that is at one of the places, or that ends right before it."""
    if "{{" not in text and "{%" not in text and "{#" not in text:
        return None
    for found in _TEMPLATE.finditer(text):
        for place in places:
            if found.start() <= place < found.end():
                return found
            if found.end() <= place and not text[found.end() : place].strip():
                return found
    return None


def _find_no_blank(text: str, path: str, lines: list[int]) -> Fault | None:
    """Return the fault of a character that only looks like a blank, if with blanks all is valid."""
    text = text.removeprefix(MARK)
    written = dict(enumerate(_LINE_END.split(text), 1))
    near = ((n, find_invisible(written.get(n, ""))) for at in lines for n in (at - 1, at))
    number, found = next(((n, found) for n, found in near if found), (0, None))
    if found is None:
        return None
    try:
        yaml.compose(blank_invisible(text), yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        return None
    return Fault(f"not valid YAML: {found[1]}", path, number, found[0] + 1)


def _unclosed(text: str, path: str, error: yaml.MarkedYAMLError) -> Fault | None:
    """Return the fault of a quote or a bracket that opens before the error, and does not close."""
    mark, start = error.problem_mark, error.context_mark
    if mark is None:
        return None
    if start and error.context == "while scanning a quoted scalar":
        return _fault_at(start, path, f"the quote {text[start.index]} is not closed")
    open_brackets: list[yaml.Mark] = []
    token: yaml.Token | None = None
    for token in _tokens(text):
        start, end = _extent(token)
        match token:
            case yaml.ScalarToken(style="'" | '"' as quote):
                is_before = end.index <= mark.index and not text[end.index : mark.index].strip()
                if is_before and start.line < end.line == mark.line:
                    return _fault_at(start, path, f"the quote {quote} ends on line {end.line + 1}")
            case yaml.FlowSequenceStartToken() | yaml.FlowMappingStartToken():
                open_brackets.append(start)
            case yaml.FlowSequenceEndToken() | yaml.FlowMappingEndToken():
                opening = _OPENING[text[start.index]]
                around = [text[each.index] for each in open_brackets[-2:]]
                if around[-1:] != [opening]:
                    is_left_open = around[:1] == [opening]
                    return _open_bracket(text, open_brackets[-1], path) if is_left_open else None
                open_brackets.pop()
    # If the scanner stopped before the end, what it has not seen may close the bracket.
    is_whole = isinstance(token, yaml.StreamEndToken)
    if is_whole and open_brackets and open_brackets[0].index < mark.index:
        return _open_bracket(text, open_brackets[0], path)
    return None


def _open_bracket(text: str, mark: yaml.Mark, path: str) -> Fault:
    return _fault_at(mark, path, f"the bracket {text[mark.index]} is not closed")


def _fault_at(mark: yaml.Mark, path: str, problem: str) -> Fault:
    return Fault(f"not valid YAML: {problem}", path, mark.line + 1, mark.column + 1)


def _tokens(text: str) -> Iterator[yaml.Token]:
    """Yield the tokens of a text, up to the first place where the scanner refuses it."""
    with suppress(yaml.YAMLError, ValueError, OverflowError):
        yield from yaml.scan(text, yaml.SafeLoader)


def _extent(token: yaml.Token) -> tuple[yaml.Mark, yaml.Mark]:
    return cast("yaml.Mark", token.start_mark), cast("yaml.Mark", token.end_mark)


def _place(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)
