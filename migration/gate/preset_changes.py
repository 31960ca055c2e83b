"""Compares presets as two sides of a project have them, and finds which came, went or moved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Final, TypeAlias

from migration.errors import Fault, MigrationError
from migration.files.digest import digest
from migration.parity.compare import Comparison, Detail, compare
from migration.parity.likeness import (
    choose_siblings,
    find_nearest_sibling,
)
from migration.parity.moves import Candidate, find_moves
from migration.parity.profile import Profile, rename_profile
from migration.parity.run import Run
from migration.project.fusion_file import fusion_fault
from migration.project.moved import move_run
from migration.project.project import Project
from migration.project.run import read_run
from migration.project.unchanged import FileChanges, Unchanged
from migration.values.diff import Difference

Faults: TypeAlias = tuple[Fault, ...]
_OTHER_KEY: Final = "the other side has another fusion_key"


@dataclass(frozen=True, slots=True)
class ComparedPreset:
    """One preset on both sides; `old_path` is the path that it has in the base."""

    path: str
    old_path: str
    comparison: Comparison = field(default_factory=Comparison)
    unchanged: Unchanged | None = None
    """Why it is unchanged, if it reads a file that changed."""
    old_faults: Faults = ()
    new_faults: Faults = ()
    was_read: bool = True
    is_read: bool = True
    """Whether it could be read, if only without its fusion config, then and now."""

    @property
    def is_renamed(self) -> bool:
        """Whether the preset has another path in the base."""
        return self.path != self.old_path

    @property
    def is_changed(self) -> bool:
        """Whether a value of it changes."""
        return bool(self.comparison.forbidden or self.comparison.allowed)

    @property
    def is_broken(self) -> bool:
        """Whether less of it can be read than in the base."""
        return _rank(self.new_faults, is_read=self.is_read) > _rank(
            self.old_faults, is_read=self.was_read
        )

    @property
    def is_compared(self) -> bool:
        """Whether both sides could be read as a whole, or a difference was found all the same."""
        return self.is_changed or not (self.old_faults or self.new_faults)


def _rank(faults: Faults, *, is_read: bool) -> int:
    """Return how little could be read: nothing of it, not all of it, or everything."""
    if not is_read:
        return 2
    return 1 if faults else 0


@dataclass(frozen=True, slots=True)
class NewPreset:
    """A preset that the base does not have, and the preset that it is most like."""

    path: str
    sibling: str | None = None
    differences: tuple[Difference, ...] = ()
    faults: Faults = ()


@dataclass(frozen=True)  # without slots, for the cached property
class PresetComparison:
    """Compares the presets of two projects, one after the other."""

    old: Project
    new: Project
    profile: Profile
    detail: Detail
    files: FileChanges

    def compare(self, old_path: str, path: str) -> ComparedPreset:
        """Compare a preset on both sides."""
        before, old_faults = self._read(self.old, old_path)
        after, new_faults = self._read(self.new, path)
        found = ComparedPreset(
            path,
            old_path,
            old_faults=old_faults,
            new_faults=new_faults,
            was_read=before is not None,
            is_read=after is not None,
        )
        if before is None or after is None or self._are_untouched(before, after):
            return found
        old_parts, new_parts = _list_canonical(self.old, before), _list_canonical(self.new, after)
        if old_parts == new_parts:
            if found.is_renamed or old_faults or new_faults:
                return found
            return replace(found, unchanged=self.files.explain(before, after))
        if old_parts[1:] == new_parts[1:]:
            before, after = replace(before, fusion=None), replace(after, fusion=None)
        after = self.files.mark_suspects(before, after)
        sides = (before.with_empty_fusion(), after.with_empty_fusion())
        comparison = compare(*sides, self._profile, self.detail)
        if not (comparison.forbidden or comparison.allowed) and not before.names_like(after):
            # The values are equal, and one side takes none of them for the name of a fusion file.
            side, run = (self.new, after) if after.fusion_path else (self.old, before)
            problem = f"names {run.fusion_path}, which cannot be compared: {_OTHER_KEY}"
            fault = fusion_fault(side, run.config.resolved.path, problem)
            return replace(found, new_faults=(*new_faults, fault))
        return replace(found, comparison=comparison.redact(self.new.redaction))

    def find_moves(self, gone: Collection[str], came: Collection[str]) -> Mapping[str, str]:
        """Return each preset of the base that is gone -> the new one that it has become, if any."""
        if not came:
            return {}
        old = {path: each for path in sorted(gone) if (each := self._describe(self.old, path))}
        new = (self._describe(self.new, path) for path in sorted(came))
        return find_moves(old, filter(None, new)).found

    def describe_new(self, path: str, known: Mapping[str, str]) -> NewPreset:
        """Describe a preset that the base does not have; `known` are those that it has."""
        run, faults = self._read(self.new, path)
        if run is None:
            return NewPreset(path, faults=faults)
        names = choose_siblings(path, known, self._list_bases)
        runs = {name: self._read(self.new, name)[0] for name in names}
        values = {name: each.config.resolved.value for name, each in runs.items() if each}
        sibling, differences = find_nearest_sibling(run.config.resolved.value, values) or (None, ())
        hidden = tuple(map(self.new.redaction.redact_difference, differences))
        return NewPreset(path, sibling, hidden, faults)

    @cached_property
    def _list_bases(self) -> Callable[[str], Collection[str]]:
        """What lists the bases of a preset, each preset's once."""
        return cache(self.new.list_bases)

    def _are_untouched(self, before: Run, after: Run) -> bool:
        """Tell whether two runs are the same since their files are."""
        return self.old.reads_like(self.new) and self.files.are_untouched(before, after)

    @cached_property
    def _profile(self) -> Profile:
        return rename_profile(self.profile, self.old.settings.moved)

    def _describe(self, project: Project, path: str) -> Candidate | None:
        run, _ = self._read(project, path)
        if run is None:
            return None
        parts = _list_canonical(project, run)
        return Candidate(path, digest(b"\0".join(parts)), lambda: run.config.resolved.value)

    def _read(self, project: Project, path: str) -> tuple[Run | None, Faults]:
        """Return the run of a preset, and why it cannot be read, or not as a whole."""
        try:
            run = read_run(project, path)
        except MigrationError as error:
            return None, error.faults
        # By the names that the base has: a change cannot excuse itself.
        moved = move_run(run, self.old.settings.moved)
        return moved, (run.missing,) if run.missing else ()


def _list_canonical(project: Project, run: Run) -> list[bytes]:
    """Return the canonical JSON of all that a run resolves to, its fusion config included."""
    config = run.config.resolved
    parts = [config.canonical() if run.moves else project.configs.canonical(config.path)]
    if run.fusion:
        parts.append(project.fusions.canonical(run.fusion.resolved.path))
    return parts
