"""What a path on the command line means: it counts from the working folder, else from the root."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from pathlib import Path

from migration.errors import Fault, MigrationError
from migration.paths import (
    RealPath,
    find_pattern_fault,
    glob_matches,
    is_wild,
    leaves_root,
)
from migration.project.project import Project
from migration.store.records import PRESETS


def anchor_paths(project: Project, words: Iterable[str], folder: Path) -> tuple[str, ...]:
    """Return each path, folder or glob as one from the project's root.

    Raises:
        MigrationError: a glob that cannot be read.
    """
    return tuple(anchor_path(project, word, folder) for word in words)


def anchor_path(project: Project, word: str, folder: Path) -> str:
    """Return a path, folder or glob as one from the project's root.

    It counts from `folder` if a file, a folder or a baseline is there, and otherwise from the root.
    A path that leaves the root stays as it is. Links to folders are followed, unless presets are
    known by the path with the link.

    Raises:
        MigrationError: a glob that cannot be read.
    """
    if reason := find_pattern_fault(word):
        raise MigrationError(Fault(f"a pattern that cannot be read, {word!r}: {reason}"))
    place = Path(folder, word)
    written = _count_from_root(project, Path(os.path.normpath(place)))
    # A link at the path itself is not followed: a preset is known by the path of the link.
    place = Path(os.path.realpath(place.parent), place.name)
    candidate = _count_from_root(project, place)
    is_linked = candidate != written or project.tree.is_link(candidate)
    if is_linked and not leaves_root(written) and _names_presets(project, written):
        return written
    if is_linked and not project.tree.is_file(candidate):
        candidate = _count_from_root(project, Path(os.path.realpath(place)))
    if not leaves_root(candidate) and (posixpath.isabs(word) or _is_there(project, candidate)):
        return candidate
    return posixpath.normpath(word)


def find_file(project: Project, word: str, folder: Path) -> RealPath:
    """Return the real path of a file: from `folder` if it is there, else from the root if it is."""
    tree = project.tree
    here, from_root = tree.real_path(word, str(folder)), tree.real_path(word)
    return from_root if tree.is_file(from_root) and not tree.exists(here) else here


def name_asked(project: Project, word: str, folder: Path, path: RealPath) -> str:
    """Return the path by which a file was asked for, from the root: a link maybe, if it is one."""
    tree = project.tree
    for start in (folder, tree.root):
        asked = _count_from_root(project, Path(start, word))
        if not leaves_root(asked) and tree.real_path(asked) == path:
            return asked
    return path


def _count_from_root(project: Project, place: Path) -> str:
    return Path(os.path.relpath(place, project.tree.root)).as_posix()


def _names_presets(project: Project, path: str) -> bool:
    """Tell whether a path, folder or glob names presets, in the tree or frozen."""
    globs = project.settings.presets
    presets = (preset for glob in globs for preset in project.matches(glob))
    return _is_frozen(project, path) or any(
        preset == path or preset.startswith(f"{path}/") or glob_matches(path, preset)
        for preset in presets
    )


def _is_frozen(project: Project, path: str) -> bool:
    tree, record = project.tree, project.state_folder.record_path(PRESETS, path)
    return tree.exists(record) or tree.exists(record.removesuffix(".json"))


def _is_there(project: Project, path: str) -> bool:
    tree, record = project.tree, project.state_folder.record_path(PRESETS, path)
    if is_wild(path) and not tree.exists(path):
        return bool(tree.glob(path) or tree.glob(record))
    return tree.exists(path) or _is_frozen(project, path)
