"""Decides which presets move when a whole folder does: `map` and the advice to run it agree."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from migration.files.tree import Tree
from migration.store.ledger import Entry


@dataclass(frozen=True, slots=True)
class FolderPlaces:
    """The presets beneath a folder, each with the path that it has if the folder moves.

    `there` are those whose file is at this path.
    """

    all: Mapping[str, str]
    there: Mapping[str, str]


def find_folder_places(
    tree: Tree, entries: Mapping[str, Entry], old: str, new: str | None
) -> FolderPlaces | None:
    """Return the presets beneath a folder, and their places in the new one, or as they are.

    None if there is no preset beneath it, or the path is that of a preset.
    """
    live = {name: each.target for name, each in sorted(entries.items()) if each.status != "dropped"}
    # A preset that left the folder before is meant by its first path only if none is there now.
    places = _place_beneath(live, old, new) or _place_beneath({p: p for p in live}, old, new)
    if old in entries or not places:
        return None
    there = {preset: path for preset, path in places.items() if tree.is_file(path)}
    return FolderPlaces(places, there)


def _place_beneath(paths: Mapping[str, str], old: str, new: str | None) -> dict[str, str]:
    return {
        preset: posixpath.join(new or old, posixpath.relpath(path, old))
        for preset, path in paths.items()
        if path.startswith(f"{old}/")
    }
