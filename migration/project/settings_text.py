"""Reads the text of a settings file, and finds the line of each setting, as tomllib does not."""

from __future__ import annotations

import posixpath
import re
import tomllib
from dataclasses import dataclass
from typing import Final

from migration.errors import Fault, MigrationError
from migration.files.contents import MARK, conflict_line, marker_fault
from migration.project.settings import OWN_FILE, TABLE

_OWN_TABLE: Final = rf"tool\s*\.\s*[\"']?{TABLE}[\"']?\s*"
"""The pattern of the table that a pyproject.toml has."""


@dataclass(frozen=True, slots=True)
class SettingsText:
    """A settings file. In `config-migration.toml` the settings are at its root, else in a table."""

    text: str
    """Without a byte order mark."""
    source: str
    """Its path, for messages."""

    @classmethod
    def of_file(cls, text: str, source: str) -> SettingsText:
        """Return the settings file with this text."""
        # Some editors write a byte order mark, which tomllib does not take.
        return cls(text.removeprefix(MARK), source)

    @property
    def is_own(self) -> bool:
        """Whether the whole file is the toolkit's."""
        return posixpath.basename(self.source) == OWN_FILE

    def read_document(self) -> dict[str, object]:
        """Return the whole document.

        Raises:
            MigrationError: it is not TOML.
        """
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            if marked := conflict_line(self.text):
                raise MigrationError(marker_fault(self.source, marked)) from None
            message, line, column = _parse_error(str(error))
            fault = Fault(f"not valid TOML: {message}", self.source, line, column)
            raise MigrationError(fault) from None
        except (ValueError, RecursionError) as error:
            raise MigrationError(Fault(f"not valid TOML: {error}", self.source)) from None

    def find_line(self, key: str, *tables: str) -> int | None:
        """Return the line of a key, or of one in `tables` within the table; None if unknown.

        A key in a table of the second level, as a glob with its rules, is a quoted one.
        """
        if len(tables) > 1:
            around = self.find_line(tables[-1], *tables[:-1])
            start = sum(map(len, self.text.splitlines(keepends=True)[: (around or 1) - 1]))
            found = re.compile(rf"[\"']{re.escape(key)}[\"']\s*=").search(self.text, start)
            return self._count_lines(found.start()) if found else around
        name = rf"[\"']?{re.escape(key)}[\"']?\s*"
        for way in self._spell_ways(name, *tables):
            if found := re.search(way, self.text, re.MULTILINE):
                return self._count_lines(found.end())
        return None

    def find_entry_line(self, name: str, position: int) -> int | None:
        """Return the line of an entry of an array of tables; else that of the array."""
        header = rf"^\s*\[\[\s*{self._outer}[\"']?{name}[\"']?\s*\]\]"
        found = [*re.finditer(header, self.text, re.MULTILINE)]
        return self._count_lines(found[position].end()) if found else self.find_line(name)

    def find_header(self, *names: str) -> int | None:
        """Return the line of the first header of a table of the document, or of one within it."""
        parts = r"\s*\.\s*".join(rf"[\"']?{re.escape(name)}[\"']?" for name in names)
        found = re.search(rf"^[ \t]*\[{{1,2}}\s*{parts}\s*[\].]", self.text, re.MULTILINE)
        return self._count_lines(found.start()) if found else None

    @property
    def _outer(self) -> str:
        """The pattern of what the header of a table within the settings begins with."""
        return "" if self.is_own else rf"{_OWN_TABLE}\.\s*"

    def _spell_ways(self, name: str, inner: str | None = None) -> tuple[str, ...]:
        """Return a pattern for each way to write the key, in the table or in one within it."""
        outer = rf"^\s*\[{{1,2}}\s*{self._outer}"
        if inner is None:
            header = rf"^\s*\[{{1,2}}\s*{_OWN_TABLE}\](?s:.*?)"
            start = r"\A(?s:(?!^[ \t]*\[).)*?" if self.is_own else header
            return rf"{start}^\s*{name}[.=]", rf"{outer}{name}\]"
        within = rf"[\"']?{inner}[\"']?\s*"
        return (
            rf"{outer}{within}\](?s:(?!^[ \t]*\[).)*?^\s*{name}=",
            rf"{outer}{within}\.\s*{name}\]",
            rf"^\s*{within}[.=].*{name}[.=]",
            rf"^\s*{within}=",
        )

    def _count_lines(self, end: int) -> int:
        return self.text.count("\n", 0, end) + 1


def _parse_error(message: str) -> tuple[str, int | None, int | None]:
    """Split the message of tomllib's error into its text, its line and its column."""
    found = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", message, re.DOTALL)
    if found is None:
        return message, None, None
    return found[1], int(found[2]), int(found[3])
