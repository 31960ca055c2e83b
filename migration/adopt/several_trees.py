"""Finds the trees of a monorepo: one file of settings would read one of them wrongly."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Sequence

from migration.adopt.inheritance_key import KeyUse
from migration.files.tree import Tree
from migration.paths import is_within
from migration.project.settings import PYPROJECT


def find_trees(tree: Tree, uses: Sequence[KeyUse]) -> tuple[str, ...]:
    """Return the folders that need settings each for itself, none where one file is enough.

    Those are trees that inherit by different keys, and trees in folders with a pyproject.toml each
    where the root has none.
    """
    groups = [use.from_file for use in uses if use.may_inherit and use.from_file]
    around = [posixpath.commonpath(map(posixpath.dirname, paths)) for paths in groups]
    if len(around) > 1 and _are_apart(around):
        return tuple(sorted(_find_top(tree, folder, around) for folder in around))
    if tree.is_file(PYPROJECT):
        return ()
    packages = {_find_package(tree, path) for paths in groups for path in paths}
    if len(packages) > 1 and "" not in packages and _are_apart(packages):
        return tuple(sorted(packages))
    return ()


def _are_apart(folders: Collection[str]) -> bool:
    """Tell whether no folder is, or lies in, another one."""
    listed = [*folders]
    return not any(
        is_within(each, other)
        for position, each in enumerate(listed)
        for number, other in enumerate(listed)
        if number != position
    )


def _find_top(tree: Tree, folder: str, folders: Collection[str]) -> str:
    """Return the folder around a tree, and around no other: one with a pyproject.toml, if any."""
    others = [each for each in folders if each != folder]
    tops = [
        each for each in _list_around(folder) if not any(is_within(other, each) for other in others)
    ]
    packages = [each for each in tops if tree.is_file(posixpath.join(each, PYPROJECT))]
    return packages[0] if packages else tops[-1]


def _find_package(tree: Tree, path: str) -> str:
    """Return the nearest folder around a file that has a pyproject.toml, "" without one."""
    folders = _list_around(posixpath.dirname(path))
    return next((each for each in folders if tree.is_file(posixpath.join(each, PYPROJECT))), "")


def _list_around(folder: str) -> Iterator[str]:
    """Yield a folder and each around it, the nearest first, without the root."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
