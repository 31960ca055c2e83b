"""Reads the contents of a commit's files, some ahead of when they are asked for.

Git is asked for many at once, since each call of it takes as long as a hundred files.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import Final

from migration.files.git_listing import Listing
from migration.paths import is_yaml

_LEAST_AHEAD: Final = 8
_MOST_AHEAD: Final = 512
_MOST_KEPT: Final = 32 * 2**20
"""The most bytes that are kept of what was read ahead."""


class Contents:
    """The contents of the files of one commit."""

    def __init__(self, listing: Listing) -> None:
        """Read what the commit has."""
        self._listing = listing
        self._read: dict[str, bytes] = {}
        """Contents by their ids, the one that was read longest ago first."""
        self._runs: dict[int, int] = {}
        """Where what was read ahead ends, among all configs -> how many files that were."""

    def read(self, path: str, most: int | None = None) -> bytes | None:
        """Return the content of a file, None if it has more than `most` bytes.

        The configs that follow are read ahead, the more the longer they are asked for in turn.

        Raises:
            MigrationError: git cannot tell.
        """
        blob = self._listing.blobs[path]
        if blob not in self._read:
            if most is not None and self._listing.sizes([blob])[blob] > most:
                return None
            self._read |= self._listing.read(self._choose_ahead(path, blob))
            self._forget_oldest(blob)
        data = self._read[blob]
        return data if most is None or len(data) <= most else None

    def _choose_ahead(self, path: str, blob: str) -> list[str]:
        """Return the contents to read from git now: the wanted one, and some that follow it."""
        place = bisect_left(self._configs, path)
        number = min(2 * self._runs.pop(place, _LEAST_AHEAD // 2), _MOST_AHEAD)
        self._runs[place + number] = number
        following = self._configs[place : place + number]
        ids = {self._listing.blobs[each] for each in following} - self._read.keys() - {blob}
        chosen, room = [blob], _MOST_KEPT // 4
        for each, size in self._listing.sizes(ids).items():
            if size <= room:
                chosen.append(each)
                room -= size
        return chosen

    def _forget_oldest(self, blob: str) -> None:
        """Forget what was read longest ago, but for one content, until there is room."""
        kept = sum(map(len, self._read.values()))
        while kept > _MOST_KEPT and len(self._read) > 1:
            oldest = next(each for each in self._read if each != blob)
            kept -= len(self._read.pop(oldest))

    @cached_property
    def _configs(self) -> list[str]:
        """The YAML files, in the order in which they are asked for as a rule."""
        return sorted(filter(is_yaml, self._listing.blobs))
