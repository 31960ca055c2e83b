"""Finds the settings of a project as two sides have them: each may have none, or broken ones."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeAlias

from migration.errors import Fault, MigrationError
from migration.files.git_listing import Listing
from migration.files.tree import Tree
from migration.project.settings import OWN_FILE, TABLE, Settings
from migration.project.settings_search import SETTINGS_FILES, find_settings, has_settings

_NAME: Final = TABLE.encode()
"""What every pyproject.toml with settings has, however it writes the header of their table."""
TreeAt: TypeAlias = Callable[[Path], Tree]
"""Returns the tree of a folder on one side."""


def find_root(folder: Path, top: Path, tree_at: TreeAt) -> Path | None:
    """Return the nearest folder, up to `top`, that has settings, even broken ones; else None.

    `tree_at` gives the tree of a folder.
    """
    for at in (folder, *folder.parents):
        if has_settings(tree_at(at)):
            return at
        if at == top:
            break
    return None


def find_lost_root(top: Path, listing: Listing, was_at: TreeAt, is_at: TreeAt) -> Path | None:
    """Return the first folder that had settings, and has none any more; None if all have.

    `listing` is of the commit that had them.
    """
    blobs = {
        path: blob
        for path, blob in listing.blobs.items()
        if posixpath.basename(path) in SETTINGS_FILES
    }
    texts = listing.read({*blobs.values()})
    for path in sorted(blobs, key=lambda each: (each.count("/"), each)):
        at = top / posixpath.dirname(path)
        is_own = posixpath.basename(path) == OWN_FILE
        is_candidate = (is_own or _NAME in texts[blobs[path]]) and has_settings(was_at(at))
        if is_candidate and not has_settings(is_at(at)):
            return at
    return None


def read_both_settings(
    names: tuple[str, str], trees: tuple[Tree, Tree]
) -> tuple[list[Settings | None], list[Fault]]:
    """Return the settings of each side, None without any that can be read, and a note for those.

    Raises:
        MigrationError: no side has settings that can be read, and one has some that cannot.
    """
    found: list[Settings | None] = []
    errors: dict[str, MigrationError] = {}
    for name, tree in zip(names, trees, strict=True):
        try:
            found.append(find_settings(tree))
        except MigrationError as error:
            found.append(None)
            errors[name] = error
    if not any(found):
        if errors:
            raise next(iter(errors.values()))
        return found, []
    return found, [*_describe_absent(names, found, errors)]


def _describe_absent(
    names: tuple[str, str],
    found: Sequence[Settings | None],
    errors: Mapping[str, MigrationError],
) -> Iterator[Fault]:
    sides = zip(names, names[::-1], found, found[::-1], strict=True)
    for name, other, settings, held in sides:
        if settings is not None or held is None:
            continue
        hold = f"those of {name_side(other)} hold for both sides"
        if error := errors.get(name):
            fault = error.faults[0]
            yield replace(fault, message=f"{name}: {fault.message}; {hold}", hint=None)
        else:
            yield Fault(f"{name_side(name)} has no settings; {hold}", held.source)


def name_side(name: str) -> str:
    """Return the name of a side within a sentence.

    >>> name_side("work tree"), name_side("merge base 9d41f02"), name_side("v1.2 9d41f02")
    ('the work tree', 'the merge base 9d41f02', 'v1.2 9d41f02')
    """
    return f"the {name}" if name.startswith(("work tree", "merge base")) else name
