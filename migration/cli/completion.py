"""What a shell completes: choices, the codes of the layout rules, the presets of the project."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from click.shell_completion import CompletionItem

from migration.cli.console import find_folder
from migration.cli.declaration import Values
from migration.errors import MigrationError


def complete_value(
    values: Values | None, incomplete: str, directory: str | None
) -> list[CompletionItem]:
    """Return the values that begin with what was typed; none where they cannot be listed."""
    if values is None:
        return []
    if values.known in ("files", "folders"):
        kind = "file" if values.known == "files" else "dir"
        return [CompletionItem(incomplete, type=kind)]
    known: list[str] = [*values.choices]
    if values.known in ("codes", "code lists"):
        from migration.lint.catalog import RULES

        head, comma, _ = incomplete.rpartition("," if values.known == "code lists" else "\0")
        known = [f"{head}{comma}{rule.code}" for rule in RULES]
    elif values.known == "revisions":
        from migration.files.revisions import open_history

        try:
            known = open_history(find_folder(directory)).names_of_revisions()
        except MigrationError:
            return []
    elif values.known == "presets":
        try:
            known = [*_list_presets(find_folder(directory), incomplete)]
        except MigrationError:
            # A shell has no place for an error: the command itself will say what is wrong.
            return []
    return [CompletionItem(each) for each in known if each.startswith(incomplete)]


def _list_presets(folder: Path, incomplete: str) -> Iterator[str]:
    """Yield each preset as it is typed: from the folder if it lies there, else from the root."""
    from migration.project.project import open_project
    from migration.project.state import read_state

    project = open_project(folder)
    state = read_state(project, excuses=lambda _: True)
    for preset in sorted(state.inventory.list_known()):
        here = os.path.relpath(project.tree.root / preset, folder)
        yield here if here.startswith(incomplete) and not here.startswith("..") else preset
