"""`ledger --history`: what was decided, by whom and when, as git knows it.

Nothing in `snapshots/` has a clock or a name of a person; commits have both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from migration.errors import MigrationError
from migration.files.git import read_blobs
from migration.files.git_history import GitHistory, history_of
from migration.files.git_log import Commit, read_log
from migration.gate.decisions import (
    Decision,
    StateFile,
    find_decisions,
    has_decisions,
    read_state_file,
)
from migration.project.project import Project
from migration.store.folder import StateFolder

_MOST_AT_ONCE: Final = 64 * 2**20
"""The most bytes of committed files that are held at once."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What was decided in one commit; without a commit, what is not committed."""

    decisions: tuple[Decision, ...]
    commit: str | None = None
    author: str | None = None
    """None where the commit may not be the one in which it was decided."""
    day: str | None = None
    """The day of the author, as `2027-03-01`."""


@dataclass(frozen=True, slots=True)
class History:
    """What was decided, newest first."""

    moments: tuple[Moment, ...]
    has_git: bool
    is_shallow: bool
    """Whether the clone lacks what came before some commit."""
    unread: str | None = None
    """The newest commit before which the ledger had another format, or could not be read."""

    @property
    def commits(self) -> int:
        """The number of commits in which something was decided."""
        return sum(moment.commit is not None for moment in self.moments)

    @property
    def decisions(self) -> int:
        """The number of decisions."""
        return sum(len(moment.decisions) for moment in self.moments)


def read_history(project: Project) -> History:
    """Return what was decided about presets and phases, in each commit and since the last one.

    Raises:
        MigrationError: nothing has been frozen yet, git cannot tell, or a file cannot be read.
    """
    folder = project.state_folder
    git, inside = history_of(folder.place)
    log = [*read_log(git, inside)] if git else []
    if not log and not folder.tree.is_file(folder.ledger_path):
        raise MigrationError(folder.unfrozen_fault())
    committed = _read_committed(folder, git, log) if git else {}
    first = git.first_commits() if git else frozenset()
    moments = [
        Moment(_find_uncommitted(project, git, inside)),
        *(
            Moment(
                _find_in_commit(project, each, committed),
                each.id,
                # Of the first commit of a shallow clone it is not known what came before.
                None if each.id in first else each.author,
                None if each.id in first else each.day,
            )
            for each in log
        ),
    ]
    return History(
        tuple(each for each in moments if each.decisions),
        has_git=git is not None,
        is_shallow=bool(first),
        unread=next((each.id for each in log if _is_unread(folder, each, committed)), None),
    )


def _is_unread(
    folder: StateFolder, commit: Commit, committed: Mapping[tuple[str, str], StateFile]
) -> bool:
    """Tell whether a commit found a ledger that cannot be read."""
    change = commit.changes.get(folder.ledger_path.removeprefix(f"{folder.path}/"))
    before = filter(None, change.before) if change else ()
    return any(committed.get((folder.ledger_path, blob)) is None for blob in before)


def _read_committed(
    folder: StateFolder, git: GitHistory, log: Sequence[Commit]
) -> Mapping[tuple[str, str], StateFile]:
    """Return what each committed file with decisions says, by its path and the id of its blob."""
    wanted: dict[str, set[str]] = {}
    edited: set[tuple[str, str]] = set()
    for commit in log:
        for inner, change in commit.changes.items():
            path = f"{folder.path}/{inner}"
            if has_decisions(folder, path):
                blobs = {blob for blob in (*change.before, change.after) if blob}
                for blob in blobs:
                    wanted.setdefault(blob, set()).add(path)
                if any(change.before):
                    edited |= {(path, blob) for blob in blobs}
    return {
        (path, blob): read_state_file(folder, path, data, is_new=(path, blob) not in edited)
        for part in read_blobs(git.folder, wanted, _MOST_AT_ONCE)
        for blob, data in part.items()
        for path in wanted[blob]
    }


def _find_in_commit(
    project: Project, commit: Commit, committed: Mapping[tuple[str, str], StateFile]
) -> tuple[Decision, ...]:
    """Return what was decided in a commit; in a merge, what none of its parents has."""
    folder = project.state_folder

    def state_of(blobs: Iterator[tuple[str, str | None]]) -> Mapping[str, StateFile]:
        paths = ((f"{folder.path}/{inner}", blob) for inner, blob in blobs)
        return {path: committed.get((path, blob)) for path, blob in paths if blob}

    after = state_of((inner, change.after) for inner, change in commit.changes.items())
    number = max((len(change.before) for change in commit.changes.values()), default=0)
    by_parent = []
    for at in range(number):
        before = state_of((inner, each.before[at]) for inner, each in commit.changes.items())
        by_parent.append([*find_decisions(before, after, project.redaction)])
    first, *others = by_parent or [[]]
    return tuple(each for each in first if all(each in other for other in others))


def _find_uncommitted(
    project: Project, git: GitHistory | None, inside: str
) -> tuple[Decision, ...]:
    """Return what was decided since the last commit; without git, all that was decided."""
    folder = project.state_folder
    committed: Mapping[str, str] = {}
    changed: frozenset[str] = frozenset()
    if git and git.last_commit():
        tree, differing = git.tree("HEAD", inside), git.list_changed(("HEAD",))
        committed = {f"{folder.path}/{path.removeprefix(inside)}": tree[path] for path in tree}
        changed = frozenset(f"{folder.path}/{path.removeprefix(inside)}" for path in differing)
    present = {path for path in folder.tree.files(folder.path) if has_decisions(folder, path)}
    after = {
        path: read_state_file(folder, path, folder.tree.read(path), is_new=path not in committed)
        for path in present
        if path in changed or path not in committed
    }
    wanted = {
        path: blob
        for path, blob in committed.items()
        if has_decisions(folder, path) and (path in changed or path not in present)
    }
    blobs = git.blobs({*wanted.values()}) if git else {}
    before = {
        path: read_state_file(folder, path, blobs[blob], is_new=False)
        for path, blob in wanted.items()
    }
    return tuple(find_decisions(before, after, project.redaction))
