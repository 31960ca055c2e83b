"""Writes settings as TOML with a comment on each, for either settings file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from migration.project.settings import OWN_FILE, TABLE
from migration.text import make_visible, quote_toml, quote_toml_list, shorten

_COLUMN: Final = 44
"""Where comments begin, if what they are about is short enough."""
_LONGEST_COMMENT: Final = 160


class Entry(NamedTuple):
    """One entry of a list, and what is said of it."""

    value: str
    comment: str = ""


class Line(NamedTuple):
    """One setting; `table` is the table within the settings that it belongs to.

    One that `is_off` is written as a comment.
    """

    name: str
    value: str | bool | tuple[Entry, ...]
    comment: str = ""
    table: str = ""
    is_off: bool = False


def write_table(lines: Sequence[Line], source: str) -> str:
    """Return the settings as the text of a settings file, or of its part in a pyproject.toml."""
    is_own = source == OWN_FILE
    written = [] if is_own else [f"[tool.{TABLE}]"]
    written += [text for line in lines if not line.table for text in _write(line)]
    for table in dict.fromkeys(line.table for line in lines if line.table):
        written += ["", f"[{table}]" if is_own else f"[tool.{TABLE}.{table}]"]
        written += [text for line in lines if line.table == table for text in _write(line)]
    return "".join(f"{text}\n" for text in written)


def _write(line: Line) -> Iterator[str]:
    for text in _write_setting(line):
        yield f"# {text}" if line.is_off else text


def _write_setting(line: Line) -> Iterator[str]:
    if isinstance(line.value, bool | str):
        value = quote_toml(line.value) if isinstance(line.value, str) else str(line.value).lower()
        yield _comment(f"{line.name} = {value}", line.comment)
        return
    text = f"{line.name} = {quote_toml_list(entry.value for entry in line.value)}"
    if len(text) <= _COLUMN and (
        len(line.value) == 1 or not any(each.comment for each in line.value)
    ):
        yield _comment(text, _find_comment(line))
        return
    yield _comment(f"{line.name} = [", line.comment)
    for entry in line.value:
        yield _comment(f"  {quote_toml(entry.value)},", entry.comment)
    yield "]"


def _find_comment(line: Line) -> str:
    """Return what is said of a setting on one line: of its one entry, or else of all."""
    comments = [entry.comment for entry in line.value] if isinstance(line.value, tuple) else []
    return comments[0] if len(comments) == 1 and comments[0] else line.comment


def _comment(text: str, comment: str) -> str:
    if not comment:
        return text
    return f"{text:<{_COLUMN}}  # {shorten(make_visible(comment), _LONGEST_COMMENT)}"
