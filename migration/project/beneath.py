"""Finds the folders beneath one that have settings: a command may have been started too high up."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from migration.errors import MigrationError
from migration.files.tree import Tree
from migration.files.walk import INSTALLED
from migration.project.settings import OWN_FILE, PYPROJECT, TABLE
from migration.project.settings_text import SettingsText

_DEEPEST: Final = 3
_MOST_FOLDERS: Final = 1_000
_MOST_NAMED: Final = 3


def suggest_folder(tree: Tree) -> str | None:
    """Return the hint that names the folders beneath the root with settings, None without any."""
    found = [f"{folder}/" for folder in _list_folders(tree) if _holds_settings(tree, folder)]
    if not found:
        return None
    *others, last = found[:_MOST_NAMED]
    more = f" or one of {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    named = f"{', '.join(others)} or {last}" if others and not more else ", ".join((*others, last))
    return f"did you mean to be in {named}{more}?"


def _list_folders(tree: Tree) -> Iterator[str]:
    """Yield the folders of the tree that people keep, the nearest first; no link is followed."""
    level, seen = [""], 0
    for _ in range(_DEEPEST):
        deeper = []
        for folder in level:
            for name in tree.names(folder):
                path = posixpath.join(folder, name)
                if name.startswith(".") or name in INSTALLED or tree.is_link(path):
                    continue
                if tree.irregular(path) != "a directory":
                    continue
                seen += 1
                if seen > _MOST_FOLDERS:
                    return
                deeper.append(path)
                yield path
        level = deeper


def _holds_settings(tree: Tree, folder: str) -> bool:
    with suppress(MigrationError):
        if tree.is_file(posixpath.join(folder, OWN_FILE)):
            return True
        path = posixpath.join(folder, PYPROJECT)
        if tree.is_file(path):
            file = SettingsText.of_file(tree.read_config(path), path)
            return file.find_header("tool", TABLE) is not None
    return False
