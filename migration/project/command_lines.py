"""Spells the commands of messages as a person can paste them in the folder where the person is."""

from __future__ import annotations

import os
import posixpath
from contextlib import suppress

from migration.errors import MigrationError
from migration.project.anchoring import anchor_path
from migration.project.project import Caller, Project
from migration.text import PROGRAM, quote_path


def spell_command(project: Project, words: str, *paths: str) -> str:
    """Return a command about some paths that count from the project's root, and are in its words.

    It has the option `-C` if the person gave it, or if another file is at such a path from there.
    """
    where = _find_place(project, project.caller, paths) if project.caller else ""
    return spell_command_in(where, words)


def spell_command_in(folder: str, words: str) -> str:
    """Return a command that works in a folder, which is empty for the current one."""
    return f"{PROGRAM} -C {quote_path(folder)} {words}" if folder else f"{PROGRAM} {words}"


def _find_place(project: Project, caller: Caller, paths: tuple[str, ...]) -> str:
    """Return the folder to work in, from the current one; empty if that is it."""
    root = os.path.realpath(project.disk.root)
    folder = os.path.realpath(caller.folder)
    if folder == root or all(_counts_from_root(project, path, caller) for path in paths):
        return caller.directory
    return posixpath.join(caller.directory, os.path.relpath(root, folder))


def _counts_from_root(project: Project, path: str, caller: Caller) -> bool:
    with suppress(MigrationError):
        return anchor_path(project, path, caller.folder) == path
    return True
