"""Finds the commits that a comparison of revisions is about."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from migration.errors import Fault, MigrationError, find_nearest
from migration.files.git import is_installed
from migration.files.git_history import GitHistory, history_of

_USUAL_BRANCHES: Final = ("main", "master")
_USUAL_REMOTES: Final = ("upstream", "origin")
_ALL_COMMITS: Final = (
    "`git fetch --unshallow` fetches all commits; in a GitHub job, `fetch-depth: 0`"
)


@dataclass(frozen=True, slots=True)
class MergeBase:
    """The newest commit that a revision and the last commit have in common."""

    commit: str
    revision: str
    """The revision, as people call it."""
    ahead: int
    """How many commits the revision has that the last commit does not have."""


def open_history(folder: Path) -> GitHistory:
    """Return the history of the repository around a folder.

    Raises:
        MigrationError: there is no git, no repository, or no commit in it.
    """
    if not is_installed():
        raise MigrationError(Fault("git is not installed", hint="revisions are read from git"))
    git, _ = history_of(folder)
    if git is None:
        hint = "revisions are read from git: run it in the work tree of a repository"
        raise MigrationError(Fault("this folder is in no work tree of git", hint=hint))
    if git.commit("HEAD") is None:
        raise MigrationError(Fault("the repository has no commit yet", hint="make a first commit"))
    return git


def find_commit(git: GitHistory, revision: str) -> str:
    """Return the id of the commit of a revision.

    Raises:
        MigrationError: there is no such commit here.
    """
    if meanings := git.list_meanings(revision):
        message = f"'{revision}' may be {' or '.join(meanings)}, which differ"
        raise MigrationError(Fault(message, hint=f"say which, as {meanings[-1]}"))
    if commit := git.commit(revision):
        return commit
    raise MigrationError(_unknown_fault(git, revision))


def find_merge_base(git: GitHistory, revision: str | None) -> MergeBase:
    """Return the merge base of a revision and the last commit.

    Without a revision, take the default branch of the repository that the branch goes to.

    Raises:
        MigrationError: there is no such revision, or no commit in common.
    """
    revision = revision or _find_default_branch(git)
    commit = find_commit(git, revision)
    base = git.merge_base(commit)
    if base is None:
        if git.is_shallow():
            message = f"no common commit with {revision} in this shallow clone"
            raise MigrationError(Fault(message, hint=_ALL_COMMITS))
        hint = f"`compare {revision} HEAD` compares the two as they are"
        raise MigrationError(Fault(f"no common commit with {revision}", hint=hint))
    return MergeBase(base, revision, git.count_commits(f"{base}..{commit}"))


def _find_default_branch(git: GitHistory) -> str:
    for name in _list_default_branches(git):
        if git.commit(name):
            return name
    message = "no default branch is known to compare with"
    is_shallow = git.is_shallow()
    hint = _ALL_COMMITS if is_shallow else "name a revision, as `compare main` or `compare HEAD~1`"
    raise MigrationError(Fault(message, hint=hint))


def _list_default_branches(git: GitHistory) -> Iterator[str]:
    """Yield the names that the default branch may have: those of remotes, then those here."""
    remotes = git.remotes()
    own = git.setting(f"branch.{git.branch()}.remote")
    ranked = [name for name in (_USUAL_REMOTES[0], own, _USUAL_REMOTES[1]) if name in remotes]
    for remote in dict.fromkeys((*ranked, *remotes)):
        if head := git.branch_of_remote(remote):
            yield head
        yield from (f"{remote}/{name}" for name in _USUAL_BRANCHES)
    yield from _USUAL_BRANCHES


def _unknown_fault(git: GitHistory, revision: str) -> Fault:
    message = f"no revision '{revision}' in this repository"
    for dots in ("...", ".."):
        left, found, right = revision.partition(dots)
        if found and left and right:
            base = right if left == "HEAD" else left
            what = f"compare {base}" if dots == "..." else f"compare {left} {right}"
            return Fault(message, hint=f"name one commit, or run `{what}`")
    if os.path.lexists(git.folder / revision):
        return Fault(f"{message}; it is a path", hint="`diff` compares two files")
    if git.is_object(revision):
        return Fault(f"'{revision}' is no commit", hint="name a commit, a branch or a tag")
    known = git.names_of_revisions()
    near = find_nearest(revision, known)
    with_remote = [name for name in known if name.endswith(f"/{revision}")]
    if with_remote or near:
        return Fault(message, hint=f"did you mean {(*with_remote, near)[0]}?")
    hint = "`git fetch` fetches what others have pushed"
    return Fault(message, hint=_ALL_COMMITS if git.is_shallow() else hint)
