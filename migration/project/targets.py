"""Tells whether a preset may have a path."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from migration.errors import Fault, ask_if_meant
from migration.paths import RealPath, is_hidden, leaves_root
from migration.project.state import State


@dataclass(frozen=True)
class Targets:
    """Checks the paths of presets against a tree, and against the paths of the other presets."""

    state: State

    def refuse(self, preset: str, target: str) -> Fault | None:
        """Return the fault of moving the preset to the path, or None if it may move there."""
        project, settings = self.state.project, self.state.project.settings
        tree = project.tree
        if leaves_root(target):
            return Fault("not a path within the project", target)
        if not tree.is_file(target):
            kind = tree.irregular(target)
            inside = posixpath.join(target, posixpath.basename(preset))
            meant = inside if tree.is_file(inside) else None if kind else tree.nearest(target)
            meant = None if meant == preset else meant
            hint = ask_if_meant(meant, "write the new file first, then map to it")
            return Fault(f"{kind}, not a file" if kind else "no such file", target, hint=hint)
        if target == settings.base:
            return Fault("a preset cannot be moved to the base file", target)
        if is_hidden(target) and not settings.is_preset(target):
            return Fault("a hidden file, which is a preset only if a glob spells the dot", target)
        if settings.is_legacy(target):
            return Fault("a preset cannot be moved to a legacy file", target)
        real = tree.real_path(target)
        if project.state_folder.holds(real):
            return Fault("a preset cannot be moved to a frozen file", target)
        owners = [each for each in self._owners.get(real, ()) if each != preset]
        if owners:
            hint = "each preset has a file of its own: map that one elsewhere first, or drop it"
            which = f", {owners[0]}" if owners[0] != target else ""
            return Fault(f"the file of another preset{which}", target, hint=hint)
        return None

    @cached_property
    def _owners(self) -> Mapping[RealPath, tuple[str, ...]]:
        """The presets that have each file, without dropped ones."""
        owners: dict[RealPath, tuple[str, ...]] = {}
        for preset, target in self.state.ledger.map_live().items():
            real = self.state.project.tree.real_path(target)
            owners[real] = (*owners.get(real, ()), preset)
        return owners
