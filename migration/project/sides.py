"""Opens a project twice: as one revision has it, and as another one or the work tree has it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from migration.errors import Fault, MigrationError
from migration.files.checkout import list_left_out
from migration.files.disk_tree import DiskTree
from migration.files.git_history import GitHistory
from migration.files.git_listing import list_commit
from migration.files.git_tree import GitTree
from migration.files.revisions import MergeBase, find_commit, find_merge_base, open_history
from migration.files.tree_views import CompletedTree, GraftedTree
from migration.project.project import (
    UNSET,
    Access,
    Project,
    open_tree,
)
from migration.project.settings import Settings
from migration.project.side_settings import TreeAt, find_root, read_both_settings
from migration.resolve.shared_files import SharedFiles

_SHORT: Final = 7


@dataclass(frozen=True, slots=True)
class Side:
    """A project as one revision, or the work tree, has it."""

    name: str
    """What people call it, as `merge base 9d41f02`."""
    project: Project
    own_settings: Settings | None
    """Its own settings; where it has none that can be read, those of the other side hold."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The two sides of a comparison."""

    base: Side
    head: Side
    merge_base: MergeBase | None
    """How the base was found, unless it was named."""
    notes: tuple[Fault, ...]
    """What a reader has to know about the settings, and about files that are not here."""
    _list_changed: Callable[[str], frozenset[str]]

    def list_changed(self, folder: str) -> frozenset[str]:
        """Return the files in a folder that git takes for changed or gone, or that are new in git.

        Raises:
            MigrationError: git cannot tell.
        """
        return self._list_changed(folder)


def open_sides(folder: Path, base: str | None, head: str | None, access: Access) -> Sides:
    """Open the project around a folder as two revisions have it, or one and the work tree.

    Without `head`, the sides are the merge base of `base` and the last commit, and the work tree.

    Raises:
        MigrationError: a revision cannot be found, or neither side has settings that can be read.
    """
    folder = Path(os.path.realpath(folder))
    git = open_history(folder)
    merge_base = find_merge_base(git, base) if head is None else None
    if merge_base:
        commits = [merge_base.commit]
        old, new = _open_commit(git, commits[0], "merge base"), _Source("work tree", DiskTree)
    else:
        asked = (base or "", head or "")
        commits = [find_commit(git, each) for each in asked]
        old, new = map(partial(_open_commit, git), commits, asked)
    top = (git.folder / git.top()).resolve()
    root = find_root(folder, top, [new.at, old.at])
    if merge_base:
        new = _complete_work_tree(git, new, root)
    trees = (old.at(root), new.at(root))
    settings, notes = read_both_settings((old.name, new.name), trees)
    projects = _share_files(
        open_tree(tree, DiskTree(root), each or settings[0] or settings[1] or UNSET, access)
        for tree, each in zip(trees, settings, strict=True)
    )
    base_side, head_side = (
        Side(source.name, project, own)
        for source, project, own in zip((old, new), projects, settings, strict=True)
    )
    list_changed = partial(git.at(root).list_changed, commits)
    notes = [*notes, *old.notes, *new.notes]
    return Sides(base_side, head_side, merge_base, tuple(notes), list_changed)


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
    notes: tuple[Fault, ...] = ()


def _open_commit(git: GitHistory, commit: str, asked: str) -> _Source:
    short = commit[:_SHORT]
    name = short if commit.startswith(asked) else f"{asked} {short}"
    listing = list_commit(git, commit)
    notes = (
        replace(fault, message=f"{name}: {fault.message}; what is in it is left out")
        for folder in listing.absent
        if (fault := listing.absent_fault(folder, folder))
    )
    return _Source(name, partial(GitTree, listing), tuple(notes))


def _complete_work_tree(git: GitHistory, source: _Source, root: Path) -> _Source:
    """Return the work tree with what a sparse checkout leaves out, which is in the index.

    Raises:
        MigrationError: the checkout leaves out links.
    """
    inside = git.at(root)
    left_out = list_left_out(inside)
    if not left_out:
        return source
    if links := sorted(path for path, file in left_out.items() if file.is_link):
        hint = "`git sparse-checkout disable` brings all files back"
        raise MigrationError(Fault("the sparse checkout leaves out a link", links[0], hint=hint))
    contents = inside.blobs({file.blob for file in left_out.values()})
    files = {path: contents[file.blob] for path, file in left_out.items()}
    message = f"the checkout is sparse: {len(files)} files that it leaves out are read from git"
    return _Source(source.name, lambda at: CompletedTree(DiskTree(at), files), (Fault(message),))


def _share_files(projects: Iterator[Project]) -> tuple[Project, Project]:
    """Return the projects with loaders that read what is the same on both sides once."""
    base, head = projects
    one = SharedFiles(base.tree.blob)
    other = one if base.reads_like(head) else SharedFiles(base.tree.blob)
    return _sharing(base, one), _sharing(head, other)


def _sharing(project: Project, files: SharedFiles) -> Project:
    configs, fusions = (each.sharing(files) for each in (project.configs, project.fusions))
    return replace(project, configs=configs, fusions=fusions)
