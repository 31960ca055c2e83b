"""Proposes where a base is to be: beside the presets, but not as one of them."""

from __future__ import annotations

import posixpath
from collections.abc import Collection

from migration.paths import is_hidden
from migration.project.project import Project

_NAMES = ("base.yaml", "common.yaml", "shared.yaml")


def propose_path(project: Project, targets: Collection[str]) -> str:
    """Return the path that `base` has, or else a free one in a folder around the presets."""
    return project.settings.base or find_free_path(project, targets)


def find_free_path(project: Project, targets: Collection[str], other: str | None = None) -> str:
    """Return a path for a base at which there is no file, in the nearest folder around the presets.

    It is another one than `other`, at which the base cannot be. One that `presets` matches is
    returned only where there is no other: until `base` names it, such a file counts as a preset.
    """
    settings = project.settings
    paths = [
        path
        for folder in _list_folders(targets)
        for name in _NAMES
        if (path := posixpath.join(folder, name)) != other
        and not project.tree.exists(path)
        and not (settings.is_legacy(path) or is_hidden(path))
    ]
    beside = [path for path in paths if not settings.is_preset(path)]
    return next(iter(beside or paths), _NAMES[0])


def find_unnamed_base(project: Project, targets: Collection[str]) -> str | None:
    """Return the path of a base that is there, though no setting names it, or None."""
    for folder in _list_folders(targets):
        path = posixpath.join(folder, _NAMES[0])
        is_other = path in targets or project.settings.is_legacy(path)
        if project.tree.is_file(path) and not is_other:
            return path
    return None


def find_common_folder(paths: Collection[str]) -> str:
    """Return the deepest folder around some paths.

    >>> find_common_folder(["configs/train/a.yaml", "configs/b.yaml"])
    'configs'
    """
    return posixpath.commonpath([posixpath.dirname(path) for path in paths])


def _list_folders(paths: Collection[str]) -> tuple[str, ...]:
    """Return the folders around all of the paths, deepest first.

    The project's root, where other programs keep their files, is one only where there is no other.
    """
    folder = find_common_folder(paths)
    parts = folder.split("/")
    return tuple("/".join(parts[:count]) for count in range(len(parts), 0, -1))
