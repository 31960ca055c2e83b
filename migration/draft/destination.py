"""Checks where drafts may be written. `commands/draft/` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from migration.errors import Fault, MigrationError
from migration.paths import RealPath
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
    if not faults and not to.force:
        faults = [Fault("is there already", path) for path in places.values() if tree.is_file(path)]
        faults[-1:] = [replace(fault, hint="--force replaces it") for fault in faults[-1:]]
    if faults:
        raise MigrationError(*faults)
    return places


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
    if project.state_folder.holds(place):
        return "a draft cannot be written among the frozen files"
    if place in presets:
        return f"is the preset {presets[place]}"
    return "is a legacy file of other presets" if state.inventory.is_legacy(place) else None
