"""Reads the contents of a commit's files, some ahead of when they are asked for.

Git is asked for many at once, since each call of it takes as long as a hundred files.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Final

from migration.errors import Fault, MigrationError
from migration.files.git_listing import Listing
from migration.paths import is_yaml

_LEAST_AHEAD: Final = 8
_MOST_AHEAD: Final = 512
_MOST_RUNS: Final = 32
_MOST_KEPT: Final = 32 * 2**20
"""The most bytes that are kept of what was read ahead."""


class CommitUnreadableError(Exception):
    """Git cannot give the content of a file, as in a partial clone without its origin.

    It is no fault of a config: nothing can be said of the commit at all.
    """

    def __init__(self, fault: Fault) -> None:
        """Store the fault, which names the file."""
        super().__init__(str(fault))
        self.fault = fault


@contextmanager
def reporting_unreadable_commits() -> Iterator[None]:
    """Turn a failure of git into an error of the command.

    Raises:
        MigrationError: git could not give a content.
    """
    try:
        yield
    except CommitUnreadableError as error:
        raise MigrationError(error.fault) from None


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
            CommitUnreadableError: git cannot give it.
        """
        blob = self._listing.blobs[path]
        if blob not in self._read:
            ahead = self._choose_ahead(path, blob)
            try:
                sizes = self._listing.sizes({blob, *ahead})
                if most is not None and sizes.get(blob, 0) > most:
                    return None
                self._read |= self._listing.read(_fit(sizes, blob))
            except MigrationError as error:
                message = f"{error.faults[0].message}, the content of this file"
                raise CommitUnreadableError(Fault(message, path)) from None
            self._forget_oldest(blob)
        data = self._read[blob]
        return data if most is None or len(data) <= most else None

    def _choose_ahead(self, path: str, blob: str) -> set[str]:
        """Return the contents of some files that follow the wanted one."""
        place = bisect_left(self._configs, path)
        # The file may be a little behind the end: not every config is asked for.
        ends = [end for end, count in self._runs.items() if end <= place < end + count]
        last = self._runs.pop(max(ends)) if ends else _LEAST_AHEAD // 2
        number = min(2 * last, _MOST_AHEAD)
        self._runs[place + number] = number
        if len(self._runs) > _MOST_RUNS:
            del self._runs[next(iter(self._runs))]
        following = self._configs[place : place + number]
        return {self._listing.blobs[each] for each in following} - self._read.keys() - {blob}

    def _forget_oldest(self, blob: str) -> None:
        """Forget what was read longest ago, but for one content, until there is room."""
        kept = sum(map(len, self._read.values()))
        while kept > _MOST_KEPT and len(self._read) > 1:
            oldest = next(each for each in self._read if each != blob)
            kept -= len(self._read.pop(oldest))

    @cached_property
    def _configs(self) -> list[str]:
        """The YAML and JSON files, in the order in which they are asked for as a rule."""
        return sorted(path for path in self._listing.blobs if is_yaml(path) or _is_json(path))


def _is_json(path: str) -> bool:
    return path.endswith(".json")


def _fit(sizes: Mapping[str, int], wanted: str) -> list[str]:
    """Return the wanted content, and as many others as there is room for."""
    chosen, room = [wanted], _MOST_KEPT // 4
    for blob, size in sizes.items():
        if blob != wanted and size <= room:
            chosen.append(blob)
            room -= size
    return chosen
