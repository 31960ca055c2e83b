"""Tells whether a file is missing since its submodule is not checked out; git is not asked."""

from __future__ import annotations

from pathlib import Path


def find_empty_submodule(place: str) -> Path | None:
    """Return the folder of the submodule around a missing file, if it is not checked out."""
    around = next(each for each in Path(place).parents if each.exists())
    if not around.is_dir() or any(around.iterdir()):
        return None
    for top in around.parents:
        listed = top / ".gitmodules"
        if listed.is_file():
            path = around.relative_to(top).as_posix()
            pairs = (
                line.partition("=") for line in listed.read_text("utf-8", "replace").split("\n")
            )
            is_listed = any(key.strip() == "path" and path == at.strip() for key, _, at in pairs)
            return around if is_listed else None
    return None
