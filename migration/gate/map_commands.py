"""Plans the `map` commands that record where presets went: one for a folder that moved."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from migration.parity.path_ends import pair_folders
from migration.project.command_lines import spell_command
from migration.project.folder_move import find_folder_places
from migration.project.project import Project
from migration.store.ledger import Entry
from migration.text import quote_path


@dataclass(frozen=True, slots=True)
class MapCommand:
    """A `map` command (`line`), and the presets whose new paths it records.

    The `others` are presets of the folder that are gone too: `map` has to know of them first.
    """

    line: str
    old: str
    new: str
    presets: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def is_of_folder(self) -> bool:
        """Whether the command maps all presets of a folder that moved."""
        return self.old not in self.presets


def plan_map_commands(
    project: Project, entries: Mapping[str, Entry], moves: Mapping[str, str]
) -> tuple[MapCommand, ...]:
    """Return the commands that record these moves and no others, to be run in this order.

    `moves` has the new path of each preset. A folder is named where that maps exactly its presets.
    """
    return tuple(_plan(project, {**entries}, {**moves}))


def _plan(
    project: Project, entries: dict[str, Entry], left: dict[str, str]
) -> Iterator[MapCommand]:
    for old, new in _list_folders(entries, left):
        places = find_folder_places(project.tree, entries, old, new)
        moved = places.there if places else {}
        if len(moved) < 2 or any(left.get(preset) != path for preset, path in moved.items()):  # noqa: PLR2004
            continue
        others = [preset for preset in places.all if preset not in moved] if places else []
        is_whole = not any(project.tree.is_file(entries[preset].target) for preset in others)
        if not is_whole or len(others) > len(moved):
            continue
        # One that went elsewhere is no longer in the folder once that is recorded.
        for preset in others:
            if preset in left:
                yield _map_preset(project, preset, left[preset])
                entries[preset] = replace(entries[preset], target=left.pop(preset))
        others = [preset for preset in others if entries[preset].target.startswith(f"{old}/")]
        line = _spell(project, old, new)
        yield MapCommand(line, old, new, tuple(moved), tuple(others))
        for preset in moved:
            entries[preset] = replace(entries[preset], target=left.pop(preset))
    for preset, path in left.items():
        yield _map_preset(project, preset, path)


def _map_preset(project: Project, preset: str, path: str) -> MapCommand:
    return MapCommand(_spell(project, preset, path), preset, path, (preset,))


def _spell(project: Project, old: str, new: str) -> str:
    return spell_command(project, f"map {quote_path(old)} {quote_path(new)}", old, new)


def _list_folders(entries: Mapping[str, Entry], moves: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the folders that may have moved: those of most presets first, then the outermost."""
    numbers: dict[tuple[str, str], int] = {}
    for preset, path in moves.items():
        for pair in pair_folders(entries[preset].target, path):
            numbers[pair] = numbers.get(pair, 0) + 1
    found = [pair for pair, number in numbers.items() if number > 1]
    return sorted(found, key=lambda pair: (-numbers[pair], pair[0].count(posixpath.sep), pair))
