"""Opens a project twice: as one revision has it, and as another one or the work tree has it."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from migration.errors import Fault
from migration.files.checkout import list_left_out
from migration.files.disk_tree import DiskTree
from migration.files.git import ignored
from migration.files.git_history import GitHistory
from migration.files.git_listing import Listing, list_commit
from migration.files.git_tree import GitTree
from migration.files.revisions import MergeBase, find_commit, find_merge_base, open_history
from migration.files.sparse_tree import SparseTree, list_sparse
from migration.files.tree_views import GraftedTree
from migration.paths import fixed_folder, is_within
from migration.project.project import (
    UNSET,
    Access,
    Project,
    open_tree,
)
from migration.project.settings import Settings
from migration.project.side_settings import (
    TreeAt,
    find_lost_root,
    find_root,
    read_both_settings,
)
from migration.resolve.shared_files import SharedFiles
from migration.store.plain_state import PlainState

_SHORT: Final = 7
_WORK_TREE: Final = "work tree"


@dataclass(frozen=True, slots=True)
class Side:
    """A project as one revision, or the work tree, has it."""

    name: str
    """What people call it, as `merge base 9d41f02`."""
    project: Project
    own_settings: Settings | None
    """Its own settings; where it has none that can be read, those of the other side hold."""


@dataclass(frozen=True)
class Sides:
    """The two sides of a comparison."""

    base: Side
    head: Side
    merge_base: MergeBase | None
    """How the base was found, unless it was named."""
    notes: tuple[Fault, ...]
    """What a reader has to know about the settings, and about files that are not here."""
    other_root: str | None
    """Where the base has its settings, if that is another folder."""
    _git: GitHistory
    _commits: Sequence[str]

    @cached_property
    def changed(self) -> frozenset[str]:
        """The files that git takes for changed or gone, or that are new in git.

        Raises:
            MigrationError: git cannot tell.
        """
        return self._git.list_changed(self._commits)

    def may_differ(self, path: str) -> bool:
        """Tell whether a frozen file of the base may have another content on the other side.

        What git takes for unchanged is, unless git does not look: at files that it is told to take
        for unchanged, behind links, in submodules.

        Raises:
            MigrationError: git cannot tell.
        """
        if self._is_state_elsewhere or path in self._named or path.startswith(self._submodules):
            return True
        folder = posixpath.dirname(path)
        if folder not in self._behind_links:
            self._behind_links[folder] = bool(self.base.project.tree.links(folder))
        return self._behind_links[folder] or self.base.project.tree.is_link(path)

    @cached_property
    def _behind_links(self) -> dict[str, bool]:
        """Each folder of the base that was asked about -> whether links lead to it."""
        return {}

    @cached_property
    def _named(self) -> frozenset[str]:
        """The files that changed, or at which git is told not to look."""
        return self.changed | self._git.overlooked()

    @cached_property
    def _is_state_elsewhere(self) -> bool:
        """Whether the frozen files are behind a link, or in another folder than before."""
        old, new = self.base.project, self.head.project
        folder = old.state_folder.path
        is_linked = any(each.tree.links(folder) for each in (old, new))
        return is_linked or folder != new.state_folder.path

    @cached_property
    def _submodules(self) -> tuple[str, ...]:
        """What the paths of files in submodules that changed begin with, around frozen files."""
        folder = self.base.project.state_folder.path
        return tuple(
            f"{path}/"
            for path in self._named
            if is_within(folder, path) or (is_within(path, folder) and not path.endswith(".json"))
        )

    def list_untracked(self, paths: Iterable[str]) -> frozenset[str]:
        """Return those of the changed files that are on disk, and that git ignores."""
        changed = [path for path in paths if path in self.changed]
        return frozenset(ignored(self._git.folder, changed) if self.merge_base else ())

    @cached_property
    def states(self) -> tuple[PlainState, PlainState]:
        """What the ledger says of presets on either side."""
        base, head = (PlainState(side.project.state_folder) for side in (self.base, self.head))
        return base, head

    def list_outside(self) -> frozenset[str]:
        """Return the files outside the repository that were read, by their real paths."""
        tree = self.base.project.tree
        return frozenset(tree.read_outside) if isinstance(tree, GitTree) else frozenset()


def open_sides(folder: Path, base: str | None, head: str | None, access: Access) -> Sides:
    """Open the project around a folder as two revisions have it, or one and the work tree.

    Without `head`, the sides are the merge base of `base` and the last commit, and the work tree.

    Raises:
        MigrationError: a revision cannot be found, or neither side has settings that can be read.
    """
    folder = Path(os.path.realpath(folder))
    git = open_history(folder)
    top = (git.folder / git.top()).resolve()
    merge_base = find_merge_base(git, base) if head is None else None
    if merge_base:
        commits = [merge_base.commit]
        old, new = _open_commit(git, commits[0], "merge base"), _open_work_tree(git, top)
    else:
        asked = (base or "", head or "")
        commits = [find_commit(git, each) for each in asked]
        old, new = map(partial(_open_commit, git), commits, asked)
    above = find_root(folder, top, old.at)
    root = find_root(folder, top, new.at) or above or folder
    trees = (old.at(root), new.at(root))
    settings, notes = read_both_settings((old.name, new.name), trees)
    used = [each or settings[0] or settings[1] or UNSET for each in settings]
    # What either side hides, no report of both shows.
    redact = tuple(dict.fromkeys(text for each in used for text in each.redact))
    moves = tuple(dict.fromkeys(move for each in used for move in each.moved))
    projects = _share_files(
        replace(
            open_tree(tree, DiskTree(root), replace(each, redact=redact), access),
            redacted_moves=moves,
        )
        for tree, each in zip(trees, used, strict=True)
    )
    base_side, head_side = (
        Side(source.name, project, own)
        for source, project, own in zip((old, new), projects, settings, strict=True)
    )
    for source, side in ((old, base_side), (new, head_side)):
        notes += source.list_notes(side.project)
    inside = GitHistory(git.program, root)
    left = above or (old.listing and find_lost_root(top, old.listing, old.at, new.at))
    other_root = os.path.relpath(left, root) if left and left != root else None
    return Sides(base_side, head_side, merge_base, tuple(notes), other_root, inside, commits)


def open_revision(project: Project, revision: str) -> Project:
    """Return a project with the files of a revision.

    Its settings, and what is frozen of it, are those of the work tree.

    Raises:
        MigrationError: there is no git, or no such revision.
    """
    git = open_history(project.tree.root)
    commit = find_commit(git, revision)
    committed = GitTree(list_commit(git, commit), project.tree.root)
    tree = GraftedTree(committed, project.state_folder.path, project.disk)
    opened = open_tree(tree, project.disk, project.settings, project.access)
    return replace(opened, state_folder=project.state_folder, revision=commit)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the files of a side are read: `at` gives them as the tree of a folder."""

    name: str
    at: TreeAt
    listing: Listing | None = None
    """What a commit has."""
    notes: tuple[Fault, ...] = ()
    absent: tuple[Fault, ...] = ()
    """The submodules that cannot be read here, from the top of the repository."""

    def list_notes(self, project: Project) -> Iterator[Fault]:
        """Yield what a reader has to know; of submodules, only those where configs may be."""
        yield from self.notes
        folders = [*map(fixed_folder, project.settings.presets)]
        for fault in self.absent:
            path = posixpath.relpath(fault.path or "", project.prefix or ".")
            if any(is_within(path, each) or is_within(each, path) for each in folders):
                message = f"{self.name}: {fault.message}; its files are left out"
                yield replace(fault, message=message, path=path)


def _open_commit(git: GitHistory, commit: str, asked: str) -> _Source:
    short = commit[:_SHORT]
    name = short if commit.startswith(asked) else f"{asked} {short}"
    listing = list_commit(git, commit)
    absent = tuple(listing.absent_faults())
    return _Source(name, partial(GitTree, listing), listing, absent=absent)


def _open_work_tree(git: GitHistory, top: Path) -> _Source:
    """Return the work tree, with what a sparse checkout leaves out, which is in the index.

    Raises:
        MigrationError: git cannot tell.
    """
    above = git.at(top)
    left_out = list_left_out(above)
    if not left_out:
        return _Source(_WORK_TREE, DiskTree)
    many = len(left_out) > 1
    what = f"{len(left_out)} files, which are" if many else "1 file, which is"
    note = Fault(f"the checkout leaves out {what} read from git")
    return _Source(_WORK_TREE, partial(SparseTree, *list_sparse(above, left_out)), notes=(note,))


def _share_files(projects: Iterator[Project]) -> tuple[Project, Project]:
    """Return the projects with loaders that read what is the same on both sides once."""
    base, head = projects
    one = SharedFiles(base.tree.blob)
    other = one if base.reads_like(head) else SharedFiles(base.tree.blob)
    return _sharing(base, one), _sharing(head, other)


def _sharing(project: Project, files: SharedFiles) -> Project:
    configs, fusions = (each.sharing(files) for each in (project.configs, project.fusions))
    return replace(project, configs=configs, fusions=fusions)
