"""Finds the settings of a folder, and what was looked at where there are none."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from migration.errors import Fault, MigrationError
from migration.files.disk_tree import DiskTree
from migration.files.tree import Tree
from migration.project.settings import OWN_FILE, PYPROJECT, TABLE, Settings
from migration.project.settings_file import read_settings
from migration.project.settings_text import SettingsText

SETTINGS_FILES: Final = (PYPROJECT, OWN_FILE)
"""The files that may have settings, in the order in which they are looked at."""
_OTHER_NAME: Final = re.compile(
    r"\.?config[-_.]?migrations?\.(?:toml|ya?ml|cfg|ini|json)", re.IGNORECASE
)


def find_settings(tree: Tree) -> Settings | None:
    """Return the settings at the root of a tree, None if there are none.

    Raises:
        MigrationError: they cannot be read, or both files have some.
    """
    found = [each for name in SETTINGS_FILES if (each := _read_one(tree, name))]
    if len(found) > 1:
        message = f"{PYPROJECT} has settings, too, in [tool.{TABLE}]"
        hint = "keep one of the two: which of them holds would be a guess"
        raise MigrationError(Fault(message, OWN_FILE, hint=hint))
    return found[0] if found else None


def _read_one(tree: Tree, name: str) -> Settings | None:
    if tree.is_file(name):
        return read_settings(tree.read_config(name), name)
    if name == OWN_FILE and (tree.irregular(name) or tree.is_link(name)):
        kind = tree.irregular(name) or "a link that leads nowhere"
        raise MigrationError(Fault(f"{kind}, where the settings file has to be", name))
    return None


def find_settings_line(tree: Tree, settings: Settings) -> int | None:
    """Return the line of the table of the settings; None for a file that is all settings.

    Raises:
        MigrationError: the file cannot be read any more.
    """
    if settings.source != PYPROJECT:
        return None
    file = SettingsText.of_file(tree.read_config(PYPROJECT), PYPROJECT)
    return file.find_header("tool", TABLE)


def has_settings(tree: Tree) -> bool:
    """Tell whether a folder has settings, even broken ones."""
    try:
        return find_settings(tree) is not None
    except MigrationError:
        return True


def list_looked_at(root: Path) -> list[str]:
    """Return the pyproject.toml files in a folder and above it, as seen from the folder."""
    files = [folder / PYPROJECT for folder in (root, *root.parents)]
    return [os.path.relpath(path, root) for path in files if path.is_file()]


def find_near_misses(root: Path) -> Iterator[Fault]:
    """Yield what looks like settings in a folder and above it, and is not read as such."""
    for folder in (root, *root.parents):
        tree, prefix = DiskTree(folder), os.path.relpath(folder, root)
        for fault in _find_near_misses_in(tree):
            path = posixpath.normpath(posixpath.join(prefix, fault.path or ""))
            yield Fault(fault.message, path, fault.line, hint=fault.hint)


def _find_near_misses_in(tree: Tree) -> Iterator[Fault]:
    for name in tree.names(""):
        if _OTHER_NAME.fullmatch(name) and name != OWN_FILE and tree.is_file(name):
            message = "this file is not read: settings have another place"
            yield Fault(message, name, hint=f"rename it: `mv {name} {OWN_FILE}`")
    with suppress(MigrationError):
        if tree.is_file(PYPROJECT):
            yield from _find_near_tables(tree.read_config(PYPROJECT))


def _find_near_tables(text: str) -> Iterator[Fault]:
    """Yield a fault for each table of a pyproject.toml whose name is nearly the right one."""
    file = SettingsText.of_file(text, PYPROJECT)
    with suppress(MigrationError):
        document = file.read_document()
        for outer, tables in (((), document), (("tool",), document.get("tool"))):
            for name, table in tables.items() if isinstance(tables, dict) else ():
                names = (*outer, name)
                is_right = names == ("tool", TABLE)
                if isinstance(table, dict) and _is_near(name) and not is_right:
                    message = f"[{'.'.join(names)}] is not read: the table is [tool.{TABLE}]"
                    yield Fault(message, PYPROJECT, file.find_header(*names))


def _is_near(name: str) -> bool:
    bare = re.sub(r"[^a-z]", "", name.casefold())
    return bare in {"configmigration", "configmigrations", "configmigrationtoolkit"}
