"""What git has had of one folder: in the commits before the last one, and in what is under way."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from migration.files.git import Git, literal


def ever_tracked(folder: Path) -> frozenset[str]:
    """Return the files in a folder that git tracks, or has ever had in a commit.

    Paths are relative to the folder, which may be gone by now. There is none where there is no git.
    Commits that are not reached from the last one are not looked into, nor is what a shallow clone
    has left behind.

    Raises:
        MigrationError: git cannot tell.
    """
    git, inside = history_of(folder)
    if git is None:
        return frozenset()
    return frozenset(path.removeprefix(inside) for path in git.ever_tracked(inside))


@dataclass(frozen=True, slots=True)
class Committed:
    """The files of a folder that were committed since one of them came; some may be gone."""

    files: frozenset[str] = frozenset()
    """Those of the last commit, and those that a commit has removed."""
    lost_in_merges: frozenset[str] = frozenset()
    """Those that a side of a merge had, and the merge does not have."""


def committed_since(folder: Path, since: str) -> Committed:
    """Return the files of a folder that were committed since the file `since` was added.

    There is none if the last commit does not have that. Paths are relative to the folder.

    Raises:
        MigrationError: git cannot tell.
    """
    git, inside = history_of(folder)
    if git is None:
        return Committed()
    found = git.committed_since(inside, since)
    return Committed(*(frozenset(path.removeprefix(inside) for path in each) for each in found))


def history_of(folder: Path) -> tuple[GitHistory | None, str]:
    """Return the history of a folder that may be gone, and what its paths in it begin with.

    Git is asked in the nearest folder that is there. None: there is no git, or no work tree.

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
    """Asks git about the past of what is in a folder."""

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
        """Return the files of a folder committed since one came, and those that merges lost."""
        head = self.commit("HEAD")
        now = {*self.tree(head, inside)} if head else set()
        if f"{inside}{since}" not in now:
            return set(), set()
        # By all lines of work: a ledger that came again may have the very text of an earlier one.
        newest = ("log", "-1", "--format=%H", "--full-history", "--topo-order", "--diff-filter=A")
        came = self.checked(self.run(*newest, "--", literal(f"{inside}{since}"))).decode().strip()
        span = f"{came}..HEAD" if came else "HEAD"
        # Of a merge, what all of its sides had, and then what any of them had.
        gone, lost = (self._removed(inside, span, *how) for how in (("-c",), ("-m", "--merges")))
        return now | gone, lost

    def _removed(self, inside: str, span: str, *how: str) -> set[str]:
        words = ("log", "-z", "--format=", "--no-renames", "--full-history", "--name-only")
        rows = self.rows(*words, "--diff-filter=D", *how, span, "--", literal(inside))
        top = self.prefix()  # Of a merge, git tells the paths from the top in any case.
        return {path.lstrip("\n").removeprefix(top) for path in rows}

    def under_way(self) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """Return the commits that are being brought in, and what they are held against.

        None: no merge, cherry-pick, revert or rebase is under way.
        """
        if theirs := self._named_in("MERGE_HEAD"):
            head = self.commit("HEAD")
            return theirs, self.partings((head, *theirs) if head else theirs)
        # A rebase that has ended leaves its head behind; one that stops for an edit has it applied.
        is_rebase = any(self._path_of(each).is_dir() for each in ("rebase-merge", "rebase-apply"))
        is_rebase = is_rebase and not self._path_of("rebase-merge/amend").is_file()
        for name in ("CHERRY_PICK_HEAD", *(("REBASE_HEAD",) if is_rebase else ())):
            if picked := self.commit(name):
                before = self.parents(picked)
                # Of a merge only git knows against which parent it is held: the index tells.
                return ((picked,), before) if len(before) == 1 else None
        reverted = self.commit("REVERT_HEAD")
        before = self.parents(reverted) if reverted else ()
        return (before, (reverted,)) if reverted and len(before) == 1 else None

    def brought_in(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each commit that a squashed merge or a stash may have brought in, and its base."""
        head, message = self.commit("HEAD"), self._path_of("SQUASH_MSG")
        if head and message.is_file():
            text = message.read_text(encoding="utf-8", errors="replace")
            if found := re.search(r"^commit ([0-9a-f]{40,})$", text, re.MULTILINE):
                yield found[1], self.partings((head, found[1]))
        for each in self.run("rev-list", "--walk-reflogs", "refs/stash").stdout.decode().split():
            yield each, self.parents(each)[:1]

    def is_shallow(self) -> bool:
        """Tell whether the repository lacks what came before some commit."""
        return self._path_of("shallow").is_file()

    def _named_in(self, name: str) -> tuple[str, ...]:
        """Return the commits that a file of the repository names, a line each."""
        path = self._path_of(name)
        return tuple(path.read_text(encoding="ascii").split()) if path.is_file() else ()

    def _path_of(self, name: str) -> Path:
        said = self.checked(self.run("rev-parse", "--git-path", name))
        return self.folder / os.fsdecode(said).removesuffix("\n")

    def partings(self, commits: Collection[str]) -> tuple[str, ...]:
        """Return the newest commits from which all of these come, several if branches crossed."""
        done = self.run("merge-base", "--octopus", "--all", *commits)
        return tuple(done.stdout.decode().split()) if not done.returncode else ()

    def parents(self, commit: str) -> tuple[str, ...]:
        """Return the commits from which a commit comes."""
        said = self.checked(self.run("rev-list", "--parents", "--max-count=1", commit))
        return tuple(said.decode().split()[1:])

    def links(self, commits: Collection[str]) -> Iterator[tuple[str, ...]]:
        """Yield each commit up to these, and its parents."""
        for line in self.checked(self.run("rev-list", "--parents", *commits)).splitlines():
            yield tuple(line.decode().split())

    def past(self, commit: str, inside: str) -> Iterator[tuple[str, ...]]:
        """Yield each commit that changed a folder, newest first, and what it comes from.

        Commits that left the folder as it was are skipped, also among those that one comes from.
        """
        words = ("rev-list", "--parents", "--full-history", "--simplify-merges", commit)
        for line in self.checked(self.run(*words, "--", literal(inside))).splitlines():
            yield tuple(line.decode().split())

    def contents_ever(self, commits: Collection[str], path: str) -> frozenset[str]:
        """Return the ids of all blobs that a file has had up to these commits."""
        words = ("log", "-z", "--full-history", "--format=", "--raw", "--no-abbrev", "--no-renames")
        rows = self.rows(*words, "-m", "--all", *commits, "--", literal(path))
        fields = [row.split() for row in rows if row.lstrip("\n").startswith(":")]
        return frozenset(blob for each in fields for blob in each[2:4] if blob.strip("0"))

    def tree(self, commit: str, inside: str) -> dict[str, str]:
        """Return the files of a commit in a folder, each with the id of its blob."""
        rows = self.rows("ls-tree", "-r", "-z", commit, *(("--", inside) if inside else ()))
        parted = (row.partition("\t") for row in rows)
        fields = ((head.split(), path) for head, _, path in parted)
        return {
            path: blob for (mode, kind, blob), path in fields if kind == "blob" and mode != "120000"
        }

    def stages(self, inside: str) -> dict[str, dict[int, str]]:
        """Return the files in conflict in a folder, with the id of each stage that they have."""
        found: dict[str, dict[int, str]] = {}
        for row in self.rows("ls-files", "--unmerged", "-z", "--", literal(inside)):
            head, _, path = row.partition("\t")
            _, blob, stage = head.split()
            found.setdefault(path, {})[int(stage)] = blob
        return found
