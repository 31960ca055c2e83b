"""What a path on the command line means: it counts from the working folder, else from the root."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from pathlib import Path

from migration.errors import Fault, MigrationError
from migration.paths import RealPath, find_pattern_fault, is_wild, leaves_root
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
    A path that leaves the root stays as it is.

    Raises:
        MigrationError: a glob that cannot be read.
    """
    if reason := find_pattern_fault(word):
        raise MigrationError(Fault(f"a pattern that cannot be read, {word!r}: {reason}"))
    place = Path(folder, word)
    # A link at the path itself is not followed: a preset is known by the path of the link.
    place = Path(os.path.realpath(place.parent), place.name)
    candidate = Path(os.path.relpath(place, project.tree.root)).as_posix()
    if not leaves_root(candidate) and (posixpath.isabs(word) or _is_there(project, candidate)):
        return candidate
    return posixpath.normpath(word)


def find_file(project: Project, word: str, folder: Path) -> RealPath:
    """Return the real path of a file: from `folder` if it is there, else from the root if it is."""
    tree = project.tree
    here, from_root = tree.real_path(word, str(folder)), tree.real_path(word)
    return from_root if tree.is_file(from_root) and not tree.exists(here) else here


def _is_there(project: Project, path: str) -> bool:
    tree, record = project.tree, project.state_folder.record_path(PRESETS, path)
    if is_wild(path) and not tree.exists(path):
        return bool(tree.glob(path) or tree.glob(record))
    return any(map(tree.exists, (path, record, record.removesuffix(".json"))))
