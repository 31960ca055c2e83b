"""Reads one folder in git, from the parents of the work tree back to the first commit.

A *point* is the id of a commit, the name of a side of a merge under way, or one of the two points
from which every search begins: the work tree, and what met in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from sys import intern
from typing import Final

from migration.files.git_history import GitHistory, history_of

OURS: Final = "ours"
THEIRS: Final = "theirs"
BASE: Final = "base"
WORK_TREE: Final = "the work tree"
MEETING: Final = "what met in the work tree"
"""A point without files: its parents are the sides of what is under way, or the last commit."""
_OURS_STAGE, _THEIRS_STAGE, _BASE_STAGE = 2, 3, 1


def read_lineage(folder: Path, name: str) -> Lineage | None:
    """Return the lineage of a folder, None without git; paths begin with `name` for the folder.

    The folder may be gone by now.

    Raises:
        MigrationError: git cannot tell.
    """
    git, inside = history_of(folder)
    return Lineage(git, inside, name) if git else None


class Lineage:
    """The points that lead to a work tree, as far as they changed one folder."""

    def __init__(self, git: GitHistory, inside: str, name: str) -> None:
        """Ask `git` about the files that begin with `inside`, and name them `name/...`."""
        self._git, self._inside, self._name = git, inside, name
        self._unneeded: Collection[str] | None = None
        self._commits: dict[str, str] = {}
        """The commit of each side."""
        self._staged: dict[str, dict[str, str | None]] = {}
        """The files that a side has in the index: path -> blob, None for a removed one."""
        self._trees: dict[str, Mapping[str, str]] = {}
        """The files of each point that was looked at: path -> blob."""
        self._blobs: dict[str, bytes] = {}
        self._merges: set[str] = set()
        """The merges whose parents are the real ones, not the simplified ones."""
        self._head = git.commit("HEAD")
        self.is_shallow = git.is_shallow()
        """Whether the clone lacks what came before some commit."""
        self._bases: tuple[str, ...] = ()
        """The common ancestors of the sides; several where branches have crossed."""
        self._links: dict[str, tuple[str, ...]] = {}
        self.deleted_by_one: frozenset[str] = frozenset()
        """The files in conflict that one side has deleted: git leaves the other's version there."""
        self.indexed: frozenset[str] = frozenset()
        """The files of the folder that git has in the index while something is under way."""
        self.sides = self._find_sides()
        """The sides of the merge or rebase under way, ours first; none without one."""
        self.sources = self.sides or ((self._head,) if self._head else ())
        """The parents of the work tree: the sides, or the last commit."""
        self._parents: dict[str, tuple[str, ...]] = {
            WORK_TREE: (MEETING,),
            MEETING: self.sources,
        }
        if len(self._bases) > 1:
            self._crossing(BASE, self._bases)

    def paths(self, point: str) -> Collection[str]:
        """Return the files of the folder at a point.

        Raises:
            MigrationError: git cannot tell.
        """
        return self._tree(point).keys()

    def read(self, point: str, path: str) -> bytes | None:
        """Return the bytes of a file at a point, None if it is not there.

        Raises:
            MigrationError: git cannot tell.
        """
        blob = self._tree(point).get(path)
        if blob is not None and blob not in self._blobs:
            needed = {blob}
            if self._unneeded is not None:
                items = self._tree(point).items()
                needed |= {each for file, each in items if file not in self._unneeded}
            self._blobs |= self._git.blobs(needed - self._blobs.keys())
        return self._blobs[blob] if blob else None

    def merged_sides(self) -> tuple[str, ...]:
        """Return the sides of what is under way, or of the last commit if that is a merge.

        Raises:
            MigrationError: git cannot tell.
        """
        if self.sides or not self._head:
            return self.sides
        parents = self.parents(self._head)
        return parents if len(parents) > 1 else ()

    def read_ahead(self, unneeded: Collection[str]) -> None:
        """Prefetch: read all files of a point in one go, except the unneeded ones."""
        self._unneeded = unneeded

    def _tree(self, point: str) -> Mapping[str, str]:
        if point == MEETING:
            return {}
        if point not in self._trees:
            tree = self._git.tree(self._commit(point), self._inside)
            blobs = {**tree, **self._staged.get(point, {})}
            named = ((intern(self._named(path)), blob) for path, blob in blobs.items() if blob)
            self._trees[point] = {path: intern(blob) for path, blob in named}
        return self._trees[point]

    def parents(self, point: str) -> tuple[str, ...]:
        """Return the parents of a point, ours first; a merge has several.

        Raises:
            MigrationError: git cannot tell.
        """
        if point not in self._parents:
            # The parent of a commit that did not change the folder is the newest one that did.
            self._parents.setdefault(point, self._newest_before(self._commit(point)))
        if len(self._parents[point]) > 1 and point not in (MEETING, *self._merges):
            # The real parents: git leaves out those that did not change the folder.
            self._parents[point] = self._links.get(point) or self._git.parents(point)
            self._merges.add(point)
        return self._parents[point]

    def _newest_before(self, commit: str) -> tuple[str, ...]:
        """Return the newest commit, from this one back, that changed the folder."""
        if not self._links:
            commits = [self._commit(point) for point in self.sources]
            self._links = {row[0]: row[1:] for row in self._git.links(commits)}
            # Of all sides at once: a commit that is then not known has not changed the folder.
            self._read_past(commits)
        at = commit
        while at not in self._parents:
            before = self._links.get(at, ("", ""))
            if len(before) != 1:
                return self._read_past([commit])
            (at,) = before
        return (at,)

    def _read_past(self, commits: Collection[str]) -> tuple[str, ...]:
        """Read the commits up to these that changed the folder; return the newest, if any."""
        rows = [*self._git.past(commits, self._inside)]
        for row in rows:
            self._parents.setdefault(row[0], row[1:])
        return rows[0][:1] if rows else ()

    def parting(self, points: tuple[str, ...]) -> str | None:
        """Return the common ancestor of points, None if they have none.

        Raises:
            MigrationError: git cannot tell.
        """
        if points == self.sides:
            return BASE if self._bases else None
        bases = self._git.partings([self._commit(point) for point in points])
        if len(bases) > 1:
            return self._crossing(f"base of {' '.join(points)}", bases)
        return bases[0] if bases else None

    def _crossing(self, point: str, bases: tuple[str, ...]) -> str:
        """Add a common ancestor of branches that merged each other: a merge without files."""
        self._parents[point] = bases
        self._trees[point] = {}
        self._merges.add(point)
        return point

    def contents_ever(self, path: str) -> Iterator[bytes]:
        """Yield the contents that a file has ever had, up to the parents of the work tree.

        Raises:
            MigrationError: git cannot tell.
        """
        commits = [self._commit(point) for point in self.sources]
        if commits:
            inside = f"{self._inside}{path.removeprefix(f'{self._name}/')}"
            yield from self._git.blobs(self._git.contents_ever(commits, inside)).values()

    def commit(self, point: str) -> str:
        """Return the id of the commit of a point, shortened for messages."""
        return self._commit(point)[:12]

    def label(self, point: str) -> str:
        """Return the name of a point in messages."""
        if point == WORK_TREE or point in self._commits:
            return point
        return "the last commit" if point == self._head else f"commit {self.commit(point)}"

    def _brought_in_by_index(
        self, stages: dict[str, dict[int, str]]
    ) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """Return what a squashed merge or a stash brought into the index, and its base."""
        for commit, before in self._git.brought_in():
            tree = self._git.tree(commit, self._inside)
            if all(tree.get(path) == blobs.get(_THEIRS_STAGE) for path, blobs in stages.items()):
                return (commit,), before
        return None

    def _commit(self, point: str) -> str:
        return self._commits.get(point, point)

    def _named(self, path: str) -> str:
        return f"{self._name}/{path.removeprefix(self._inside)}"

    def _find_sides(self) -> tuple[str, ...]:
        head, found = self._head, self._git.under_way()
        stages = self._git.stages(self._inside)
        if head is None or not (found or stages):
            return ()
        # The index has both sides of a file in conflict, which `git stash pop` leaves, too.
        known = found or self._brought_in_by_index(stages)
        theirs, self._bases = known or ((head,), (head,))
        names = side_names(len(theirs) + 1)
        self._commits = dict(zip(names, (head, *theirs), strict=True))
        if len(self._bases) == 1:
            self._commits[BASE] = self._bases[0]
        self.indexed = frozenset(map(self._named, self._git.list_indexed(self._inside)))
        self.deleted_by_one = frozenset(
            self._named(path)
            for path, blobs in stages.items()
            if not {_OURS_STAGE, _THEIRS_STAGE} <= blobs.keys()
        )
        # Where a commit is known, its tree counts: the index may have its files under other names.
        for path, blobs in ({} if known else stages).items():
            for point, stage in ((OURS, _OURS_STAGE), (THEIRS, _THEIRS_STAGE), (BASE, _BASE_STAGE)):
                self._staged.setdefault(point, {})[path] = blobs.get(stage)
        return names


def side_names(count: int) -> tuple[str, ...]:
    """Return the names of the sides of a merge in messages, ours first."""
    return (OURS, THEIRS, *(f"{THEIRS} {number}" for number in range(2, count)))[:count]
