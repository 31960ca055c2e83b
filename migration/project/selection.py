"""Selects presets by their paths, by folders around them, and by globs."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping

from migration.errors import Fault, MigrationError, ask_if_one_meant
from migration.files.nearest import find_nearest_paths
from migration.files.tree import Tree
from migration.paths import glob_matches, is_wild
from migration.project.project import Project


def select_in_tree(project: Project, wanted: Iterable[str]) -> tuple[str, ...]:
    """Return the presets of the tree that are wanted, sorted, or all of them if none is.

    Raises:
        MigrationError: a path is no preset's, or a folder or glob has none.
    """
    presets = project.list_presets()
    names = {preset: preset for preset in presets}
    chosen: set[str] = set()
    faults: list[Fault] = []
    for path in map(posixpath.normpath, wanted):
        found = {path} if path in names else find_beneath(path, names)
        chosen |= found
        if not found:
            faults.append(unknown_preset_fault(project.tree, path, names))
    if faults:
        raise MigrationError(*faults)
    return tuple(sorted(chosen or presets))


def find_beneath(path: str, names: Mapping[str, str]) -> set[str]:
    """Return the presets that a glob matches, or that lie in a folder."""
    if is_wild(path):
        return {preset for name, preset in names.items() if glob_matches(path, name)}
    folder = "" if path == "." else f"{path}/"
    return {preset for name, preset in names.items() if name.startswith(folder)}


def unknown_preset_fault(tree: Tree, path: str, names: Collection[str]) -> Fault:
    """Return the fault of a path that is no preset's, or of a folder or glob without one."""
    hint = "`ledger` lists the presets"
    if is_wild(path):
        return Fault(f"no preset matches '{path}'", hint=hint)
    # What is there is no slip for what is elsewhere.
    meant = [] if tree.exists(path) else find_nearest_paths(path, names)
    return Fault(f"no preset '{path}'", hint=ask_if_one_meant(meant) if meant else hint)
