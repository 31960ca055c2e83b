"""Checks where drafts, and a base for them, may be written. `commands/draft/` writes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from migration.errors import Fault, MigrationError
from migration.files.tree import Tree
from migration.paths import RealPath, is_yaml
from migration.project.state import State


@dataclass(frozen=True, slots=True)
class DraftTarget:
    """A path to write to, relative to a folder; `force` allows replacing an existing file."""

    path: str
    folder: Path
    force: bool = False


def find_output_paths(
    state: State, paths: Mapping[str, str], to: DraftTarget
) -> dict[str, RealPath]:
    """Return the real path to which each preset's draft is to be written.

    Raises:
        MigrationError: the project needs the file at a path, or one exists without `force`.
    """
    tree = state.project.tree
    presets = {tree.real_path(p): name for p, name in state.inventory.map_live().items()}
    places = {preset: tree.real_path(path, str(to.folder)) for preset, path in paths.items()}
    faults = [
        Fault(refusal, place)
        for preset, place in places.items()
        if (refusal := _refuse_path(state, preset, place, presets))
    ]
    if faults := faults or _list_present(tree, places.values(), to):
        raise MigrationError(*faults)
    return places


def find_base_place(state: State, to: DraftTarget) -> RealPath:
    """Return the real path to which a base is to be written.

    Raises:
        MigrationError: as `find_output_paths`.
    """
    project = state.project
    tree = project.tree
    place = tree.real_path(to.path, str(to.folder))
    presets = {tree.real_path(path): name for path, name in state.inventory.map_live().items()}
    refusal = _refuse_place(state, place, presets)
    if place == tree.real_path(project.settings.source):
        refusal = "the base cannot replace the settings file"
    elif state.inventory.is_legacy(place) and not project.state_folder.holds(place):
        refusal = "is among the legacy files, which the migration removes; the base stays"
    elif not is_yaml(place):
        refusal = "a base is a YAML file, and its name has to end in .yaml"
    if refusal:
        raise MigrationError(Fault(refusal, place))
    if faults := _list_present(tree, [place], to):
        raise MigrationError(*faults)
    return place


def _list_present(tree: Tree, places: Collection[RealPath], to: DraftTarget) -> list[Fault]:
    """Return a fault for each place at which a file is that may not be replaced."""
    present = [] if to.force else [path for path in places if tree.is_file(path)]
    faults = [Fault("is there already", path) for path in present]
    faults[-1:] = [replace(fault, hint="--force replaces it") for fault in faults[-1:]]
    return faults


def _refuse_path(
    state: State, preset: str, place: RealPath, presets: Mapping[RealPath, str]
) -> str | None:
    """Return why the draft may not be written to the real path even with `force`, or None."""
    project = state.project
    real_path = project.tree.real_path
    if place in map(real_path, (preset, state.ledger.entries[preset].target)):
        return None
    if place in map(real_path, (project.settings.base or "", project.settings.source)):
        return "a draft cannot replace the base or the settings file"
    return _refuse_place(state, place, presets)


def _refuse_place(state: State, place: RealPath, presets: Mapping[RealPath, str]) -> str | None:
    """Return why neither a draft nor a base may be written to the real path, or None."""
    project = state.project
    if project.state_folder.holds(place):
        return "a draft cannot be written among the frozen files"
    if place in presets:
        return f"is the preset {presets[place]}"
    return "is a legacy file of other presets" if state.inventory.is_legacy(place) else None
