"""Lists the files that people keep around the tree, and finds what git has of them."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from migration.errors import Fault, MigrationError
from migration.files.checkout import Checkout, LeftOut, checkout
from migration.files.git import is_installed, uncommitted
from migration.files.tree import Tree
from migration.files.walk import ENVIRONMENT, INSTALLED, files_of_people
from migration.paths import fixed_folder, glob_matches, is_within
from migration.project.inventory import list_tree_folders
from migration.project.project import Project
from migration.project.state import State
from migration.text import quote_path

MOST_LOOKED_INTO: Final = 32 * 2**20
"""The most bytes that a text may have to be searched for names."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The files that people keep in a project and around it; all paths count from its root."""

    files: tuple[str, ...]
    """The files in the project's folder; paths elsewhere in its work tree begin with `..`."""
    top: str
    """The folder of the work tree; `.` if that is the project's, or if there is no git."""
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)
    """The files that the next commit would have, but the work tree does not."""
    unfilled: tuple[str, ...] = ()
    """The folders of submodules that are not checked out."""


def list_surroundings(
    project: Project, paths: Collection[str], *, asks_git: bool = True
) -> Surroundings:
    """Return the files that git tracks or would add in the work tree; without git, those on disk.

    Repositories within the work tree are searched only if they are part of the tree or hold one of
    the paths. Virtual environments and installed packages are left out.

    Raises:
        MigrationError: git cannot tell.
    """
    tree = project.tree
    if not asks_git:
        return Surroundings(files_of_people(tree.root), ".")
    own = checkout(tree.root)
    inner: dict[str, Checkout] = {}
    waiting = [*(own.repositories if own else ()), *_list_repositories(tree, paths)]
    folders = list_tree_folders(project)
    while waiting:
        folder = waiting.pop()
        is_part = any(is_within(folder, each) or is_within(each, folder) for each in folders)
        if folder in inner or not (is_part or any(is_within(path, folder) for path in paths)):
            continue
        if own and tree.real_path(folder) == tree.real_path(own.top):
            continue  # its files are listed already
        if tree.exists(f"{folder}/.git") and (found := checkout(tree.root / folder)):
            inner[folder] = _seen_from_root(found, folder)
            waiting += inner[folder].repositories
    checkouts = [*([own] if own else ()), *inner.values()]
    files = {path for each in checkouts for path in each.files}
    # If the work tree around the project ignores it, git lists none of the project's files.
    if own is None or all(path.startswith("../") for path in own.files):
        files.update(files_of_people(tree.root))
    known = {folder for each in checkouts for folder in each.repositories}
    return Surroundings(
        files=tuple(sorted(_of_people(files))),
        top=own.top if own else ".",
        left_out={path: found for each in checkouts for path, found in each.left_out.items()},
        unfilled=tuple(sorted(folder for folder in known if not tree.exists(f"{folder}/.git"))),
    )


def list_whole_surroundings(state: State, *, force: bool) -> Surroundings:
    """Return the files around the legacy files, and check that all legacy files are on disk.

    With `force`, do without git if it cannot tell.

    Raises:
        MigrationError: git cannot tell, a sparse checkout leaves out a legacy file, or a submodule
            that is not checked out may hold some.
    """
    try:
        around = list_surroundings(state.project, state.inventory.legacy_files)
    except MigrationError as error:
        if not force:
            raise add_force_hint(error) from None
        return list_surroundings(state.project, (), asks_git=False)
    _require_whole_checkout(state, around)
    return around


def add_force_hint(error: MigrationError) -> MigrationError:
    """Return an error of git with a hint on how to do without git."""
    hint = "repair the repository, or use `--force` to skip this check"
    return MigrationError(*(replace(fault, hint=hint) for fault in error.faults))


def _require_whole_checkout(state: State, around: Surroundings) -> None:
    faults = [
        _left_out_fault(path, left_out)
        for path, left_out in sorted(around.left_out.items())
        if state.project.settings.is_legacy(path) or state.inventory.was_left(path)
    ]
    if faults:
        raise MigrationError(*_hinted_once(faults))
    globs = state.project.settings.legacy
    for folder in around.unfilled:
        if any(_may_match_in(glob, folder) for glob in globs):
            hint = f"`git submodule update --init {folder}` brings them"
            message = "a submodule that is not checked out, where legacy files may be"
            raise MigrationError(Fault(message, folder, hint=hint))


def _left_out_fault(path: str, left_out: LeftOut) -> Fault:
    if left_out.is_assumed:
        message = (
            "a legacy file that git tracks; it is gone from the work tree, but marked as unchanged"
        )
        at = quote_path(path)
        hint = f"`git update-index --no-assume-unchanged {at}`, then `git checkout -- {at}`"
        return Fault(message, path, hint=f"{hint}, in its repository")
    message = "a legacy file that git tracks, but the sparse checkout leaves out"
    return Fault(message, path, hint="`git sparse-checkout disable` brings it back")


def _hinted_once(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return the faults, each hint only on the last fault that has it, where it is seen."""
    hinted = {fault.hint: fault for fault in faults}
    return tuple(f if hinted[f.hint] is f else replace(f, hint=None) for f in faults)


@dataclass(frozen=True, slots=True)
class Losses:
    """The files that git could not bring back once they are removed."""

    reasons: Mapping[str, str] = field(default_factory=dict)
    """Each file that is not as in the last commit -> why."""
    without_git: str | None = None
    """Why some of the files are not under git, None if all are."""

    def __bool__(self) -> bool:
        """Tell whether anything would be lost."""
        return bool(self.reasons or self.without_git)


def find_losses(project: Project, paths: Collection[str]) -> Losses:
    """Return what git could not bring back; ask each file's own repository.

    Raises:
        MigrationError: git cannot tell.
    """
    tree = project.tree
    by_folder: dict[str, list[str]] = {}
    for path in paths:
        by_folder.setdefault(_find_repository(tree, path), []).append(path)
    reasons: dict[str, str] = {}
    without_git = None
    for folder, files in by_folder.items():
        inner = {posixpath.relpath(path, folder) if folder else path: path for path in files}
        found = uncommitted(tree.root / folder, inner)
        if found is None:
            without_git = "it is in no git work tree" if is_installed() else "git is not installed"
        else:
            own = f" of {folder}, a repository of its own" if folder else ""
            reasons |= {inner[path]: f"{reason}{own}" for path, reason in found.items()}
    return Losses({path: reasons[path] for path in paths if path in reasons}, without_git)


def _list_repositories(tree: Tree, paths: Iterable[str]) -> set[str]:
    return {_find_repository(tree, path) for path in paths} - {""}


def _find_repository(tree: Tree, path: str) -> str:
    """Return the innermost folder on the way to a path that is a repository, "" without one."""
    folder = posixpath.dirname(path)
    while folder.strip("/") and not tree.exists(f"{folder}/.git"):
        folder = posixpath.dirname(folder)
    return folder.rstrip("/")


def _seen_from_root(found: Checkout, folder: str) -> Checkout:
    """Return a repository within the project with every path relative to the project's root."""

    def placed(path: str) -> str | None:
        # Paths outside the folder belong to the repository around it.
        return None if path.startswith("../") else posixpath.join(folder, path)

    return replace(
        found,
        files=tuple(filter(None, map(placed, found.files))),
        repositories=tuple(filter(None, map(placed, found.repositories))),
        left_out={at: each for path, each in found.left_out.items() if (at := placed(path))},
    )


def _of_people(paths: Collection[str]) -> Iterator[str]:
    """Yield the files that are neither in a virtual environment nor in an installed package."""
    parted = (path.rpartition(f"/{mark}") for path in paths for mark in ENVIRONMENT)
    environments = {folder for folder, mark, rest in parted if mark and rest[:1] in {"", "/"}}
    for path in paths:
        folders = path.split("/")[:-1]
        if INSTALLED.isdisjoint(folders) and not any(is_within(path, e) for e in environments):
            yield path


def _may_match_in(glob: str, folder: str) -> bool:
    """Tell whether a glob can match a file in a folder whose files are not known."""
    fixed = fixed_folder(glob)
    if not fixed:  # then it might be any folder
        return False
    inside = glob.rpartition("/")[2].replace("*", "x")
    return is_within(fixed, folder) or glob_matches(glob, f"{folder}/{inside}")
