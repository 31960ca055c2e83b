"""Finds the lines of settings in the text of pyproject.toml, since tomllib keeps none."""

from __future__ import annotations

import re

from migration.project.settings import TABLE


def find_line(key: str, text: str, *tables: str) -> int | None:
    """Return the line of a key in the toolkit's table, or in `tables` within it; None if unknown.

    A key in a table of the second level, as a glob with its rules, is a quoted one.
    """
    if len(tables) > 1:
        around = find_line(tables[-1], text, *tables[:-1])
        start = sum(map(len, text.splitlines(keepends=True)[: (around or 1) - 1]))
        found = re.compile(rf"[\"']{re.escape(key)}[\"']\s*=").search(text, start)
        return _count_lines(text, found.start()) if found else around
    name = rf"[\"']?{re.escape(key)}[\"']?\s*"
    for way in _spell_ways(name, *tables):
        if found := re.search(rf"^\s*{way}", text, re.MULTILINE):
            return _count_lines(text, found.end())
    return None


def find_entry_line(name: str, position: int, text: str) -> int | None:
    """Return the line of an entry of an array of tables; that of the array if it is written so."""
    header = rf"^\s*\[\[\s*tool\s*\.\s*[\"']?{TABLE}[\"']?\s*\.\s*[\"']?{name}[\"']?\s*\]\]"
    found = [*re.finditer(header, text, re.MULTILINE)]
    return _count_lines(text, found[position].end()) if found else find_line(name, text)


def parse_toml_error(message: str) -> tuple[str, int | None, int | None]:
    """Split the message of tomllib's error into its text, its line and its column."""
    found = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", message, re.DOTALL)
    if found is None:
        return message, None, None
    return found[1], int(found[2]), int(found[3])


def _spell_ways(name: str, inner: str | None = None) -> tuple[str, ...]:
    """Return a pattern for each way to write the key, in the table or in one within it."""
    header = rf"\[{{1,2}}\s*tool\s*\.\s*[\"']?{TABLE}[\"']?\s*"
    if inner is None:
        return rf"{header}\](?s:.*?)^\s*{name}[.=]", rf"{header}\.\s*{name}\]"
    within = rf"[\"']?{inner}[\"']?\s*"
    return (
        rf"{header}\.\s*{within}\](?s:(?!^[ \t]*\[).)*?^\s*{name}=",
        rf"{header}\.\s*{within}\.\s*{name}\]",
        rf"{within}[.=].*{name}[.=]",
        rf"{within}=",
    )


def _count_lines(text: str, end: int) -> int:
    return text.count("\n", 0, end) + 1
