"""Lets the loaders of two trees read a file once that has the same content in both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from migration.files.digest import as_lf, blob_id
from migration.resolve.resolved import SourceFile

_MOST_KEPT: Final = 256


def _nothing_known(_path: str) -> str | None:
    return None


class SharedFiles:
    """What files say, by the id that git has for their content.

    Loaders may share it that have the same inheritance key and the same rules for YAML. They read
    the same files at about the same time, so that few need be kept.
    """

    def __init__(self, known_id: Callable[[str], str | None] = _nothing_known) -> None:
        """Take a function from a real path to the id that the other tree has for its content."""
        self._known_id = known_id
        self._files: dict[str, SourceFile] = {}

    def find(self, blob: str | None) -> SourceFile | None:
        """Return what a file of this content says, if one was read lately."""
        return self._files.get(blob) if blob else None

    def keep(self, file: SourceFile) -> None:
        """Keep what a file says, and forget what was kept longest ago."""
        if file.blob is None:
            return
        self._files[file.blob] = file
        if len(self._files) > _MOST_KEPT:
            del self._files[next(iter(self._files))]

    def identify(self, path: str, data: bytes) -> str:
        """Return the id that git has for the content of a file that was read from the disk.

        If the other tree has it with LF for CRLF, the work tree was written so by git: it is the
        same content.
        """
        known = self._known_id(path)
        own = blob_id(data, len(known) if known else 0)
        if known is None or own == known or b"\r\n" not in data:
            return own
        # Where a CR is left, git has not written it: then both sides have line ends of their own.
        plain = as_lf(data)
        return known if b"\r" not in plain and blob_id(plain, len(known)) == known else own
