"""Asks git for the history of one folder: its commits, and a merge or rebase under way."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from migration.files.git import Git, literal

_REFERENCES: Final = (
    "refs/{}",
    "refs/tags/{}",
    "refs/heads/{}",
    "refs/remotes/{}",
    "refs/remotes/{}/HEAD",
)
"""Where git looks up a name, in this order, after its own folder. See `git help revisions`."""
_END_OF_NAME: Final = re.compile(r"[~^:]|@\{")
"""What may follow a name in a revision."""


def ever_tracked(folder: Path) -> frozenset[str]:
    """Return the files in a folder that git tracks, or that any commit up to the last one had.

    Paths are relative to the folder, which may be gone by now. There are none where there is no
    git. A shallow clone lacks the files of the commits that it has left out.

    Raises:
        MigrationError: git cannot tell.
    """
    git, inside = history_of(folder)
    if git is None:
        return frozenset()
    return frozenset(path.removeprefix(inside) for path in git.ever_tracked(inside))


@dataclass(frozen=True, slots=True)
class Committed:
    """The files of a folder that were committed since a given one was added; some may be gone."""

    files: frozenset[str] = frozenset()
    """The files of the last commit, and those that a commit has removed."""
    lost_in_merges: frozenset[str] = frozenset()
    """The files that a side of a merge had, and the merge does not have."""


def committed_since(folder: Path, since: str) -> Committed:
    """Return the files of a folder that were committed since the file `since` was added.

    There are none if the last commit does not have `since`. Paths are relative to the folder.

    Raises:
        MigrationError: git cannot tell.
    """
    git, inside = history_of(folder)
    if git is None:
        return Committed()
    files, lost = (
        frozenset(path.removeprefix(inside) for path in paths)
        for paths in git.committed_since(inside, since)
    )
    return Committed(files, lost)


def history_of(folder: Path) -> tuple[GitHistory | None, str]:
    """Return the history of a folder that may be gone, and the prefix of the folder's paths in it.

    Git is asked in the nearest folder that exists. None: there is no git, or no work tree.

    Raises:
        MigrationError: git cannot tell.
    """
    at = next(each for each in (folder, *folder.parents) if each.is_dir())
    inside = folder.relative_to(at).as_posix()
    program = shutil.which("git")
    git = GitHistory(program, at) if program else None
    found = git if git and git.has_work_tree() else None
    return found, "" if inside == "." else f"{inside}/"


class GitHistory(Git):
    """Asks git about the past of a folder; its methods raise as those of `Git` do."""

    def ever_tracked(self, inside: str) -> frozenset[str]:
        """Return the files in a folder that are tracked, or were added by any commit."""
        where = ("--", literal(inside))
        tracked = self.rows("ls-files", "-z", *where)
        if self.commit("HEAD") is None:
            return frozenset(tracked)
        words = ("log", "-z", "--full-history", "--format=", "--name-only", "--relative")
        added = self.rows(*words, "--no-renames", "--diff-filter=A", "-m", *where)
        return frozenset((*tracked, *(path.lstrip("\n") for path in added)))

    def committed_since(self, inside: str, since: str) -> tuple[set[str], set[str]]:
        """Return the files of a folder committed since `since` came, and those that merges lost."""
        head = self.commit("HEAD")
        now = {*self.tree(head, inside)} if head else set()
        if f"{inside}{since}" not in now:
            return set(), set()
        # In the full history: a file that was added again may have the very text of an earlier one.
        newest = ("log", "-1", "--format=%H", "--full-history", "--topo-order", "--diff-filter=A")
        came = self.checked(self.run(*newest, "--", literal(f"{inside}{since}"))).decode().strip()
        span = f"{came}..HEAD" if came else "HEAD"
        removed = self._removed(inside, span, "-c")  # of a merge: what all of its sides had
        lost = self._removed(inside, span, "-m", "--merges")  # what any of its sides had
        return now | removed, lost

    def _removed(self, inside: str, span: str, *how: str) -> set[str]:
        words = ("log", "-z", "--format=", "--no-renames", "--full-history", "--name-only")
        rows = self.rows(*words, "--diff-filter=D", *how, span, "--", literal(inside))
        top = self.prefix()  # for a merge, git's paths count from the top in any case
        return {path.lstrip("\n").removeprefix(top) for path in rows}

    def under_way(self) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """Return the commits that are being brought in, and those that they are compared with.

        None: no merge, cherry-pick, revert or rebase is under way.
        """
        if theirs := self._named_in("MERGE_HEAD"):
            head = self.commit("HEAD")
            return theirs, self.partings((head, *theirs) if head else theirs)
        picked = self.commit("CHERRY_PICK_HEAD")
        if picked is None and self._is_rebasing():
            picked = self.commit("REBASE_HEAD")
        if picked:
            before = self.parents(picked)
            # Of a merge only git knows which parent counts: the index shows that.
            return ((picked,), before) if len(before) == 1 else None
        reverted = self.commit("REVERT_HEAD")
        before = self.parents(reverted) if reverted else ()
        return (before, (reverted,)) if reverted and len(before) == 1 else None

    def _is_rebasing(self) -> bool:
        # A finished rebase leaves its head behind; one that stops for an edit has applied it.
        is_begun = any(self._path_of(name).is_dir() for name in ("rebase-merge", "rebase-apply"))
        return is_begun and not self._path_of("rebase-merge/amend").is_file()

    def brought_in(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each commit that a squashed merge or a stash may have brought in, and its base."""
        head, message = self.commit("HEAD"), self._path_of("SQUASH_MSG")
        if head and message.is_file():
            text = message.read_text(encoding="utf-8", errors="replace")
            if found := re.search(r"^commit ([0-9a-f]{40,})$", text, re.MULTILINE):
                yield found[1], self.partings((head, found[1]))
        stashes = self.run("rev-list", "--walk-reflogs", "refs/stash").stdout.decode().split()
        for commit in stashes:
            yield commit, self.parents(commit)[:1]

    def is_shallow(self) -> bool:
        """Tell whether the repository lacks what came before some commit."""
        return bool(self.first_commits())

    def first_commits(self) -> frozenset[str]:
        """Return the commits whose parents the repository lacks."""
        return frozenset(self._named_in("shallow"))

    def _named_in(self, name: str) -> tuple[str, ...]:
        """Return the commits that a file of the repository names, one on each line."""
        path = self._path_of(name)
        return tuple(path.read_text(encoding="ascii").split()) if path.is_file() else ()

    def _path_of(self, name: str) -> Path:
        answer = self.checked(self.run("rev-parse", "--git-path", name))
        return self.folder / os.fsdecode(answer).removesuffix("\n")

    def partings(self, commits: Collection[str]) -> tuple[str, ...]:
        """Return the newest common ancestors of commits, several if branches crossed."""
        done = self.run("merge-base", "--octopus", "--all", *commits)
        return tuple(done.stdout.decode().split()) if not done.returncode else ()

    def merge_base(self, commit: str) -> str | None:
        """Return the newest common ancestor of a commit and the last one, None without one."""
        done = self.run("merge-base", commit, "HEAD")
        return done.stdout.decode().split()[0] if not done.returncode else None

    def count_commits(self, span: str) -> int:
        """Return how many commits a span has, as `A..B`."""
        return int(self.checked(self.run("rev-list", "--count", span)))

    def branch(self) -> str:
        """Return the name of the branch that is checked out, empty if there is none."""
        return self.run("symbolic-ref", "--quiet", "--short", "HEAD").stdout.decode().strip()

    def remotes(self) -> list[str]:
        """Return the names of the remotes."""
        return self.checked(self.run("remote")).decode(errors="replace").split()

    def branch_of_remote(self, remote: str) -> str | None:
        """Return the default branch of a remote, as `origin/main`, None if it is not known."""
        head = f"refs/remotes/{remote}/HEAD"
        return self.run("symbolic-ref", "--quiet", "--short", head).stdout.decode().strip() or None

    def list_meanings(self, revision: str) -> list[str]:
        """Return the references that a revision may mean if they differ, none if it is clear.

        Git takes the first of them. It warns, but only on its own error output.
        """
        name = _END_OF_NAME.split(revision, maxsplit=1)[0]
        places = [place.format(name) for place in _REFERENCES]
        # Of an annotated tag, the commit counts.
        how = "--format=%(refname)%00%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)"
        answer = self.checked(self.run("for-each-ref", f"{how}%(end)", *places)) if name else b""
        rows = (row.split("\0") for row in os.fsdecode(answer).splitlines())
        commits = {place: commit for place, commit in rows if place in places}
        return sorted(commits, key=places.index) if len({*commits.values()}) > 1 else []

    def is_object(self, name: str) -> bool:
        """Tell whether anything has the name, even if it is no commit."""
        return not self.run("rev-parse", "--verify", "--quiet", name).returncode

    def names_of_revisions(self) -> list[str]:
        """Return the branches and tags that are known here."""
        words = ("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes")
        return self.checked(self.run(*words, "refs/tags")).decode(errors="replace").split()

    def parents(self, commit: str) -> tuple[str, ...]:
        """Return the parents of a commit."""
        answer = self.checked(self.run("rev-list", "--parents", "--max-count=1", commit))
        return tuple(answer.decode().split()[1:])

    def links(self, commits: Collection[str]) -> Iterator[tuple[str, ...]]:
        """Yield each commit up to these, and its parents."""
        for line in self.checked(self.run("rev-list", "--parents", *commits)).splitlines():
            yield tuple(line.decode().split())

    def past(self, commits: Collection[str], inside: str) -> Iterator[tuple[str, ...]]:
        """Yield each commit up to these that changed a folder, newest first, and its parents.

        Commits that did not change the folder are skipped, also among the parents.
        """
        words = ("rev-list", "--parents", "--full-history", "--simplify-merges", *commits)
        for line in self.checked(self.run(*words, "--", literal(inside))).splitlines():
            yield tuple(line.decode().split())

    def contents_ever(self, commits: Collection[str], path: str) -> frozenset[str]:
        """Return the ids of all blobs that a file has had up to these commits."""
        words = ("log", "-z", "--full-history", "--format=", "--raw", "--no-abbrev", "--no-renames")
        rows = self.rows(*words, "-m", "--all", *commits, "--", literal(path))
        changes = [row.split() for row in rows if row.lstrip("\n").startswith(":")]
        return frozenset(blob for fields in changes for blob in fields[2:4] if blob.strip("0"))

    def tree(self, commit: str, inside: str) -> dict[str, str]:
        """Return the files of a commit in a folder, each with the id of its blob."""
        rows = self.rows("ls-tree", "-r", "-z", commit, *(("--", inside) if inside else ()))
        found = {}
        for row in rows:
            head, _, path = row.partition("\t")
            mode, kind, blob = head.split()
            if kind == "blob" and mode != "120000":  # a link
                found[path] = blob
        return found

    def list_indexed(self, inside: str) -> frozenset[str]:
        """Return the files in a folder that git has in the index."""
        return frozenset(self.rows("ls-files", "-z", "--", literal(inside)))

    def stages(self, inside: str) -> dict[str, dict[int, str]]:
        """Return the files in conflict in a folder: path -> stage -> id of its blob."""
        found: dict[str, dict[int, str]] = {}
        for row in self.rows("ls-files", "--unmerged", "-z", "--", literal(inside)):
            head, _, path = row.partition("\t")
            _, blob, stage = head.split()
            found.setdefault(path, {})[int(stage)] = blob
        return found
