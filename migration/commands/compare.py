"""`compare`: shows what a change does to every preset, between two revisions of the project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final, TypeAlias

from migration.errors import Fault, MigrationError
from migration.files.digest import digest
from migration.gate.gate_changes import GateChange, find_gate_changes
from migration.parity.causes import Cause, find_causes
from migration.parity.compare import Comparison, Detail, compare
from migration.parity.likeness import (
    Candidate,
    choose_siblings,
    find_moves,
    find_nearest_sibling,
)
from migration.parity.profile import Profile
from migration.parity.run import Run
from migration.project.matching import no_presets_fault
from migration.project.project import Access, Project
from migration.project.run import read_run
from migration.project.sides import Sides, open_sides
from migration.project.unchanged import FileChanges, Unchanged
from migration.store.plain_state import PlainState
from migration.values.diff import Difference
from migration.values.redaction import Redaction, make_redaction

_Faults: TypeAlias = tuple[Fault, ...]
_ALONE: Final = Access()


@dataclass(frozen=True, slots=True)
class ComparedPreset:
    """One preset on both sides; `old_path` is the path that it has in the base."""

    path: str
    old_path: str
    comparison: Comparison = field(default_factory=Comparison)
    unchanged: Unchanged | None = None
    """Why it is unchanged, if it reads a file that changed."""
    old_faults: _Faults = ()
    new_faults: _Faults = ()

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
        """Whether it can be read in the base, and not any more."""
        return bool(self.new_faults) and not self.old_faults


@dataclass(frozen=True, slots=True)
class NewPreset:
    """A preset that the base does not have, and the preset that it is most like."""

    path: str
    sibling: str | None = None
    differences: tuple[Difference, ...] = ()
    faults: _Faults = ()


@dataclass(frozen=True)
class CompareReport:
    """What a change does to every preset, and to the gate."""

    sides: Sides
    profile: str
    presets: tuple[ComparedPreset, ...]
    """Every preset that both sides have, sorted by path."""
    new: tuple[NewPreset, ...] = ()
    removed: tuple[str, ...] = ()
    gate: tuple[GateChange, ...] = ()
    notes: _Faults = ()
    prefix: str = ""
    """The path of the project's folder from the top of its repository."""

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """The causes of all differences, those of a training run first."""
        return find_causes((each.path, each.comparison) for each in self.presets)

    @property
    def changed(self) -> tuple[ComparedPreset, ...]:
        """The presets of which a value changes."""
        return tuple(each for each in self.presets if each.is_changed)

    @property
    def renamed(self) -> tuple[ComparedPreset, ...]:
        """The presets that have another path in the base."""
        return tuple(each for each in self.presets if each.is_renamed)

    @property
    def unreadable(self) -> tuple[ComparedPreset, ...]:
        """The presets that cannot be read on one side or both."""
        return tuple(each for each in self.presets if each.old_faults or each.new_faults)

    @property
    def broken(self) -> tuple[str, ...]:
        """The presets that the change leaves unreadable, new ones included."""
        old = (each.path for each in self.presets if each.is_broken)
        return tuple(sorted((*old, *(each.path for each in self.new if each.faults))))

    @property
    def unchanged(self) -> Mapping[Unchanged, int]:
        """How many presets read a changed file and do not change, by the reason for it."""
        reasons = Counter(each.unchanged for each in self.presets if each.unchanged)
        return dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0])))

    @property
    def holds(self) -> bool:
        """Whether the gate is as strong as before, and every preset can still be read."""
        return not self.broken and not any(each.weakens for each in self.gate)


def compare_revisions(
    folder: Path,
    base: str | None = None,
    head: str | None = None,
    *,
    access: Access = _ALONE,
    detail: Detail = "all",
) -> CompareReport:
    """Compare the presets around a folder in two revisions, or in one and the work tree.

    Without `head`, compare the merge base of `base` and the last commit with the work tree; without
    `base`, take the default branch of the repository that the branch goes to. The profile of the
    base judges. A preset that cannot be read is reported; the others are compared.

    Raises:
        MigrationError: a revision cannot be found, neither side has settings that can be read, no
            preset is on either side, or git cannot tell.
    """
    sides = open_sides(folder, base, head, access)
    profile, notes = _choose_profile(sides)
    old, new = (side.project for side in (sides.base, sides.head))
    presets = old.list_presets() | new.list_presets()
    if not presets:
        raise MigrationError(_nothing_fault(sides))
    before, after = ({path for path in presets if each.tree.is_file(path)} for each in (old, new))
    redaction = make_redaction((*old.settings.redact, *new.settings.redact))
    pair = _Pair(old, new, profile, detail, FileChanges(old, new), redaction)
    kept = before & after
    moves = pair.find_moves(before - kept, after - kept)
    pairs = {path: path for path in kept} | {now: was for was, now in moves.items()}
    compared = tuple(
        pair.compare(pairs[path], path) for path in access.follow(sorted(pairs), "comparing")
    )
    gone = before - kept - moves.keys()
    came = after - kept - set(moves.values())
    return CompareReport(
        sides,
        profile.name,
        compared,
        new=tuple(pair.describe_new(path, after - came) for path in sorted(came)),
        removed=tuple(sorted(gone)),
        gate=find_gate_changes(sides, before - kept),
        notes=(*sides.notes, *notes),
        prefix=new.prefix,
    )


def _nothing_fault(sides: Sides) -> Fault:
    project = sides.head.project
    if not project.settings.presets:
        return no_presets_fault(project)
    message = "'presets' matches no file on either side"
    return Fault(message, project.settings.source, project.settings.written.get("presets"))


def _choose_profile(sides: Sides) -> tuple[Profile, _Faults]:
    """Return the profile of the base; if it cannot be read, that of the other side, and a note.

    Raises:
        MigrationError: neither can be read.
    """
    try:
        return sides.base.project.profile(), ()
    except MigrationError as error:
        fault = error.faults[0]
    message = f"{sides.base.name}: {fault.message}; the profile of the {sides.head.name} judges"
    return sides.head.project.profile(), (replace(fault, message=message, hint=None),)


@dataclass(frozen=True, slots=True)
class _Pair:
    """The two projects, and how their presets are compared."""

    old: Project
    new: Project
    profile: Profile
    detail: Detail
    files: FileChanges
    redaction: Redaction
    """What either side hides."""

    def compare(self, old_path: str, path: str) -> ComparedPreset:
        """Compare a preset on both sides."""
        before, old_faults = _read(self.old, old_path)
        after, new_faults = _read(self.new, path)
        found = ComparedPreset(path, old_path, old_faults=old_faults, new_faults=new_faults)
        if before is None or after is None or self._are_untouched(before, after):
            return found
        old_parts, new_parts = _list_canonical(self.old, before), _list_canonical(self.new, after)
        if old_parts == new_parts:
            if found.is_renamed or old_faults or new_faults:
                return found
            return replace(found, unchanged=self.files.explain(before, after))
        if old_parts[1:] == new_parts[1:]:
            before, after = replace(before, fusion=None), replace(after, fusion=None)
        after = self.files.suspect(before, after)
        sides = (before.with_empty_fusion(), after.with_empty_fusion())
        comparison = compare(*sides, self.profile, self.detail)
        return replace(found, comparison=comparison.redact(self.redaction))

    def find_moves(self, gone: Collection[str], came: Collection[str]) -> Mapping[str, str]:
        """Return each preset of the base that is gone -> the new one that it has become, if any.

        What the ledger says counts first, then what the presets resolve to.
        """
        folder = self.new.state_folder
        decisions = PlainState(folder.tree, folder.path)
        moves: dict[str, str] = {}
        for path in gone if came else ():
            if (target := decisions.find_target(path)) and target in came:
                moves[path] = target
        left, free = {*gone} - moves.keys(), {*came} - {*moves.values()}
        old = {path: each for path in sorted(left) if (each := _describe(self.old, path))}
        new = (_describe(self.new, path) for path in sorted(free))
        return moves | {**find_moves(old, filter(None, new))}

    def describe_new(self, path: str, known: Collection[str]) -> NewPreset:
        """Describe a preset that the base does not have; `known` are those that it has."""
        run, faults = _read(self.new, path)
        if run is None:
            return NewPreset(path, faults=faults)
        names = choose_siblings(path, {each: each for each in known}, self._list_bases)
        runs = {name: _read(self.new, name)[0] for name in names}
        values = {name: each.config.resolved.value for name, each in runs.items() if each}
        sibling, differences = find_nearest_sibling(run.config.resolved.value, values) or (None, ())
        hidden = tuple(map(self.redaction.redact_difference, differences))
        return NewPreset(path, sibling, hidden, faults)

    def _are_untouched(self, before: Run, after: Run) -> bool:
        """Tell whether two runs are the same since their files are."""
        return self.old.reads_like(self.new) and self.files.are_untouched(before, after)

    def _list_bases(self, path: str) -> Collection[str]:
        with suppress(MigrationError):
            return self.new.configs.bases(self.new.tree.real_path(path))
        return ()


def _read(project: Project, path: str) -> tuple[Run | None, _Faults]:
    """Return the run of a preset, and why it cannot be read, or not as a whole."""
    try:
        run = read_run(project, path)
    except MigrationError as error:
        return None, error.faults
    return run, (run.missing,) if run.missing else ()


def _describe(project: Project, path: str) -> Candidate | None:
    run, _ = _read(project, path)
    if run is None:
        return None
    parts = _list_canonical(project, run)
    return Candidate(path, digest(b"\0".join(parts)), lambda: run.config.resolved.value)


def _list_canonical(project: Project, run: Run) -> list[bytes]:
    """Return the canonical JSON of all that a run resolves to, its fusion config included."""
    parts = [project.configs.canonical(run.config.resolved.path)]
    if run.fusion:
        parts.append(project.fusions.canonical(run.fusion.resolved.path))
    return parts
