"""Reads which commits changed the files of one folder, who made them and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from migration.files.git import literal
from migration.files.git_history import GitHistory

_NO_BLOB: Final = "0"
"""What the id of a file consists of that is not there."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit did to one file; an id is None where the file is not there."""

    before: tuple[str | None, ...]
    """The id of its blob in each parent of the commit."""
    after: str | None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, its author, the author's day as in `2027-03-01`, and the files that it changed.

    A merge has only the files that differ from those of each parent.
    """

    id: str
    author: str
    day: str
    changes: Mapping[str, Change]


def read_log(git: GitHistory, inside: str) -> Iterator[Commit]:
    """Yield each commit up to the last one that changed a folder, newest first.

    `inside` is the folder's path from that of `git`, empty or ending in `/`; the paths of files
    count from the folder.

    Raises:
        MigrationError: git cannot tell.
    """
    if git.last_commit() is None:
        return
    how = ("-z", "--full-history", "--no-show-signature", "--encoding=UTF-8", "--relative")
    what = ("-c", "--root", "--raw", "--no-abbrev", "--no-renames", "--format=%H%n%aN%n%as")
    rows = iter(git.rows("log", *how, *what, "--", literal(inside)))
    top = git.prefix()
    head: list[str] = []
    changes: dict[str, Change] = {}
    for row in rows:
        text = row.lstrip("\n")
        if not text.startswith(":"):
            if head:
                yield _commit(head, changes)
            head, changes = text.split("\n"), {}
            continue
        # Of a merge, git's paths count from the top in any case.
        path = next(rows)
        if text.startswith("::"):
            path = path.removeprefix(top)
        changes[path.removeprefix(inside)] = _read_change(text)
    if head:
        yield _commit(head, changes)


def _commit(head: list[str], changes: Mapping[str, Change]) -> Commit:
    commit, author, day = head
    return Commit(commit, author, day, changes)


def _read_change(text: str) -> Change:
    """Return the change of a line as `:MODE MODE BLOB BLOB M`; a merge has more of each."""
    parents = len(text) - len(text.lstrip(":"))
    fields = text.split()
    blobs = [each if each.strip(_NO_BLOB) else None for each in fields[parents + 1 : -1]]
    return Change(tuple(blobs[:parents]), blobs[parents])
