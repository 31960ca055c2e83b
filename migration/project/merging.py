"""Tells how a preset is merged from a file: by which way, and what is left of its values."""

from __future__ import annotations

from dataclasses import dataclass

from migration.paths import RealPath
from migration.resolve.loader import ConfigLoader
from migration.resolve.setter import find_setting_file
from migration.values.diff import MISSING, list_leaves, value_at
from migration.values.keypath import format_path


@dataclass(frozen=True, slots=True)
class Merging:
    """A preset that is merged from a file: the way to it, and what it keeps of its values."""

    preset: str
    through: tuple[str, ...]
    """The files on the shortest way from the preset to the file, without these two."""
    kept: tuple[str, ...]
    """The paths of the values of the file that the preset has from it."""
    overridden: tuple[tuple[str, str | None], ...] = ()
    """The paths of the others, each with the file that sets it instead, if one does."""


def find_merging(loader: ConfigLoader, preset: str, start: RealPath, file: RealPath) -> Merging:
    """Return how the config that begins at `start` is merged from a file of its chain.

    Raises:
        MigrationError: a file cannot be read.
    """
    through = _find_way(loader, start, file) if start != file else ()
    return Merging(preset, through, *_part_values(loader, start, file))


def _find_way(loader: ConfigLoader, start: RealPath, file: RealPath) -> tuple[str, ...]:
    """Return the files on the shortest way from one file to another that it extends, without both.

    Raises:
        MigrationError: a file cannot be read.
    """
    ways: dict[RealPath, tuple[str, ...]] = {start: ()}
    waiting = [start]
    for at in waiting:
        for base in loader.bases(at):
            if base not in ways:
                ways[base] = () if at == start else (*ways[at], at)
                waiting.append(base)
    return ways[file]


def _part_values(
    loader: ConfigLoader, start: RealPath, file: RealPath
) -> tuple[tuple[str, ...], tuple[tuple[str, str | None], ...]]:
    """Return the paths of a file's own values that stand in a config, and those that do not.

    An entry of a list that merges by name goes by its name.

    Raises:
        MigrationError: a file cannot be read.
    """
    value = loader.merging.shape(loader.resolve_file(start).value)
    kept: list[str] = []
    overridden: list[tuple[str, str | None]] = []
    for path, _ in list_leaves(loader.layer(file).body):
        is_there = value_at(value, path) is not MISSING
        setter = find_setting_file(loader, start, path) if is_there else None
        if setter == file:
            kept.append(format_path(path))
        else:
            overridden.append((format_path(path), setter))
    return tuple(kept), tuple(overridden)
