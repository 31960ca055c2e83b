"""Selects presets by their paths, by folders around them, and by globs."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping

from migration.errors import Fault, MigrationError, ask_if_one_meant
from migration.files.nearest import find_nearest_paths
from migration.files.tree import Tree
from migration.paths import glob_matches, is_wild


def select_presets(
    tree: Tree, wanted: Iterable[str], names: Mapping[str, str], lister: str
) -> tuple[str, ...]:
    """Return the wanted presets, sorted; none if none is wanted.

    A preset is wanted by a path that names it, by a folder around it, or by a glob. `lister` says
    where a user finds the presets.

    Raises:
        MigrationError: a path names no preset, or a folder or glob has none.
    """
    chosen: set[str] = set()
    faults: list[Fault] = []
    for path in map(posixpath.normpath, wanted):
        found = {names[path]} if path in names else _find_beneath(path, names)
        chosen |= found
        if not found:
            faults.append(_unknown_preset_fault(tree, path, names, lister))
    if faults:
        raise MigrationError(*faults)
    return tuple(sorted(chosen))


def _find_beneath(path: str, names: Mapping[str, str]) -> set[str]:
    """Return the presets that a glob matches, or that lie in a folder."""
    if is_wild(path):
        return {preset for name, preset in names.items() if glob_matches(path, name)}
    folder = "" if path == "." else f"{path}/"
    return {preset for name, preset in names.items() if name.startswith(folder)}


def _unknown_preset_fault(tree: Tree, path: str, names: Collection[str], lister: str) -> Fault:
    """Return the fault of a path that is no preset's, or of a folder or glob without one."""
    if is_wild(path):
        deeper = f"**/{path}"
        lacks_folders = any(glob_matches(deeper, name) for name in names)
        hint = f"a glob has to match the whole path: '{deeper}' finds presets"
        return Fault(f"no preset matches '{path}'", hint=hint if lacks_folders else lister)
    # What is there is no slip for what is elsewhere.
    meant = [] if tree.exists(path) else find_nearest_paths(path, names)
    return Fault(f"no preset '{path}'", hint=ask_if_one_meant(meant) if meant else lister)
