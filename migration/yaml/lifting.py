"""Takes the text of a key and its value out of a file, to be written in another place.

Which keys a file has, and the comments around them, is `source_text`'s part.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

import yaml

from migration.yaml.comment_marks import LINE_END
from migration.yaml.comments import drop_markers, indent_of, move_left

# With what can follow it although the value is elsewhere: an alias, or an anchor and a tag.
_AFTER_COLON = r":(?=(\s*\*[-\w]+|(?:[ \t]+[&!]\S*)*))"
_COLON = re.compile(rf"[ \t]*{_AFTER_COLON}")
_LATER_COLON = re.compile(rf"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|[\r\n]))+[ \t]*{_AFTER_COLON}(?=\s|$)")
_EXPLICIT = re.compile(r"\?[ \t]+$")
_COMMENT_BESIDE = re.compile(r"[ \t]*(?:,[ \t]*)?(#.*)")
_LAST_LINE_END = re.compile(rf"(?:{LINE_END.pattern})\Z")
_BYTE_ORDER_MARK = "\ufeff"


class Lifted(NamedTuple):
    """What `Written` has of a key and its value.

    `between`: the comments between an explicit key and its colon.
    """

    line: int
    """The line of the colon."""
    name: str = ""
    lines: tuple[str, ...] = ()
    beside: str = ""
    between: tuple[str, ...] = ()


class Lifter:
    """Takes the parts of one text, by the positions that PyYAML gives its nodes."""

    def __init__(self, text: str) -> None:
        """Take the parts of a text that PyYAML reads."""
        self._text = text
        self.lines = LINE_END.split(text)
        ends = (found.end() for found in LINE_END.finditer(text))
        self._starts = [0, *ends]
        if text.startswith(_BYTE_ORDER_MARK):  # no column is counted for it
            self.lines[0] = self.lines[0].removeprefix(_BYTE_ORDER_MARK)
            self._starts[0] = len(_BYTE_ORDER_MARK)
        self._anchors = tuple(_anchors(text))

    def lift(self, key: yaml.Node, value: yaml.Node) -> Lifted:
        """Return a key and its value as they are written, as if the key had column 1."""
        start, key_end = key.start_mark, key.end_mark
        column = self.column_of(key)
        is_explicit = column < start.column
        colon = _COLON.match(self._text, key_end.index)
        if start.line != key_end.line or (not colon and not is_explicit):
            return Lifted(key_end.line)
        name = self._without_anchors(start.index, key_end.index).lstrip()
        between: tuple[str, ...] = ()
        if not colon:
            colon = _LATER_COLON.match(self._text, key_end.index)
            if not colon:  # an explicit key alone
                return Lifted(key_end.line, name, (f"{name}:",), self._comment_at(key_end.index))
            between = drop_markers(
                [
                    text[text.index("#") :].rstrip()
                    for text in LINE_END.split(colon[0])
                    if "#" in text
                ]
            )
        line = self._line_at(colon.end() - 1)
        is_alias = value.start_mark.index < key_end.index
        is_block = isinstance(value, yaml.CollectionNode) and not value.flow_style
        if is_alias or (isinstance(value, yaml.MappingNode) and is_block):
            lines = tuple(self._spell(f"{name}: ", value)) if is_alias else ()
            return Lifted(line, name, lines, self._comment_at(colon.end(1)), between)
        end = self._end_of(value, key)
        body = self._without_anchors(colon.end(), end)
        gap = "" if body[:1].isspace() or not body else " "
        if is_explicit and is_block and value.start_mark.line == line:
            # Behind the colon of an explicit key a list can begin on the same line.
            gap = "\n" + " " * (value.start_mark.column - len(body) + len(body.lstrip(" ")))
        first, *rest = LINE_END.split(f"{name}:{gap}{body}")
        beside = self._comment_at(end)
        if not rest:
            return Lifted(line, name, (first.rstrip(),), beside, between)
        lines = (first.rstrip(), *(move_left(text, column) for text in drop_markers(rest)))
        if beside:
            lines = (*lines[:-1], f"{lines[-1]}  {beside}")
        return Lifted(line, name, lines, "", between)

    def _spell(self, head: str, value: yaml.Node) -> Iterator[str]:
        """Yield the lines of a scalar that is elsewhere, as if the key before it had no indent."""
        if not isinstance(value, yaml.ScalarNode):
            return
        text = self._without_anchors(value.start_mark.index, self._end_of(value, value))
        first, *rest = LINE_END.split(text.lstrip())
        if value.style in ("|", ">"):
            first = first.partition("#")[0].rstrip()
        width = min((indent_of(line) for line in rest if line.strip()), default=0)
        yield (head + first).rstrip()
        for line in rest:
            yield f"  {line[width:]}" if line.strip() else ""

    def _without_anchors(self, start: int, end: int) -> str:
        """Return a part of the text, without its anchors."""
        kept = ""
        for anchor_start, anchor_end in self._anchors:
            if start <= anchor_start < end:
                kept += self._text[start:anchor_start].rstrip(" ")
                start = anchor_end
                while kept.endswith(("[", "{")) and self._text[start] in " \t":
                    start += 1
        return kept + self._text[start:end]

    def _comment_at(self, index: int) -> str:
        line = self.lines[self._line_at(index)]
        found = _COMMENT_BESIDE.match(line, index - self._starts[self._line_at(index)])
        return found[1].rstrip() if found else ""

    def column_of(self, key: yaml.Node) -> int:
        """Return the column of a key, or of the `?` before it."""
        mark = key.start_mark
        sign = _EXPLICIT.search(self.lines[mark.line][: mark.column])
        return sign.start() if sign else int(mark.column)

    def last_line_of(self, value: yaml.Node, key: yaml.Node) -> int:
        """Return the line, from 0, at which a value ends."""
        return self._line_at(self._end_of(value, key))

    def _end_of(self, value: yaml.Node, key: yaml.Node) -> int:
        """Return where the text of a value ends; a block ends with its last value."""
        start, end = value.start_mark.index, value.end_mark.index
        if start < key.start_mark.index:  # an alias: the value is further up
            return key.end_mark.index
        if isinstance(value, yaml.ScalarNode):
            text = self._text[start:end]
            if value.style in ("|", ">") and _keeps_its_end(text):
                return start + len(_LAST_LINE_END.sub("", text))
            return start + len(text.rstrip())
        if not isinstance(value, yaml.CollectionNode) or value.flow_style or not value.value:
            return end
        last = value.value[-1]
        last_key, last_value = last if isinstance(value, yaml.MappingNode) else (value, last)
        return self._end_of(last_value, last_key)

    def _line_at(self, index: int) -> int:
        return bisect_right(self._starts, index) - 1


def _anchors(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each anchor begins and ends."""
    if "&" in text:
        for token in yaml.scan(text, yaml.SafeLoader):
            if isinstance(token, yaml.AnchorToken):
                yield token.start_mark.index, token.end_mark.index


def _keeps_its_end(block: str) -> bool:
    """Tell whether the header of a block says that empty lines after it are part of it."""
    header = LINE_END.split(block)[0].partition("#")[0].split()
    return bool(header) and "+" in header[-1]
