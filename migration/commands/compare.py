"""`compare`: shows what a change does to every preset, between two revisions of the project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from migration.errors import Fault, MigrationError
from migration.files.git_contents import reporting_unreadable_commits
from migration.gate.acceptances import is_past
from migration.gate.gate_change import GateChange
from migration.gate.gate_changes import find_gate_changes
from migration.gate.preset_changes import ComparedPreset, Faults, NewPreset, PresetComparison
from migration.gate.preset_paths import pair_presets
from migration.parity.causes import Cause, find_causes
from migration.parity.compare import Detail
from migration.parity.profile import Profile
from migration.project.matching import no_presets_fault
from migration.project.project import Access, Project
from migration.project.side_settings import name_side
from migration.project.sides import Sides, open_sides
from migration.project.unchanged import FileChanges, Unchanged

_ALONE: Final = Access()


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
    notes: Faults = ()
    prefix: str = ""
    """The path of the project's folder from the top of its repository."""

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """The causes of all differences, those of a training run first."""
        return find_causes((each.path, each.comparison) for each in self.presets)

    @property
    def changed(self) -> tuple[ComparedPreset, ...]:
        """The presets with a changed value."""
        return tuple(each for each in self.presets if each.is_changed)

    @property
    def renamed(self) -> tuple[ComparedPreset, ...]:
        """The presets that have another path in the base."""
        return tuple(each for each in self.presets if each.is_renamed)

    @property
    def compared(self) -> int:
        """How many presets of both sides could be compared."""
        return sum(each.is_compared for each in self.presets)

    @property
    def not_compared(self) -> int:
        """How many could not, though the change has not broken them."""
        return sum(not (each.is_compared or each.is_broken) for each in self.presets)

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


@reporting_unreadable_commits()
def compare_revisions(  # noqa: PLR0913 - each is a question of its own
    folder: Path,
    base: str | None = None,
    head: str | None = None,
    *,
    access: Access = _ALONE,
    detail: Detail = "all",
    today: str | None = None,
) -> CompareReport:
    """Compare the presets around a folder in two revisions, or in one and the work tree.

    Without `head`, compare the merge base of `base` and the last commit with the work tree; without
    `base`, take the default branch of the repository that the branch goes to. The profile of the
    base judges. `today` is a date, as 2027-03-01: what was accepted up to a day before it is noted.
    A preset that cannot be read is reported; the others are compared.

    Raises:
        MigrationError: a revision cannot be found, neither side has settings that can be read, no
            preset is on either side, or git cannot tell.
    """
    sides = open_sides(folder, base, head, access)
    profile, notes = _choose_profile(sides)
    old, new = (side.project for side in (sides.base, sides.head))
    paths = pair_presets(sides)
    if not (paths.pairs or paths.gone or paths.came):
        raise MigrationError(_nothing_fault(sides))
    pair = PresetComparison(old, new, profile, detail, FileChanges(old, new))
    moves = pair.find_moves(paths.gone, paths.came)
    pairs = sorted({*_drop_repeated(paths.pairs, old), *((now, was) for was, now in moves.items())})
    compared = tuple(pair.compare(was, now) for now, was in access.follow(pairs, "comparing"))
    came = paths.came - {*moves.values()}
    known = {now: now for now, _ in pairs}
    return CompareReport(
        sides,
        profile.name,
        compared,
        new=tuple(pair.describe_new(path, known) for path in sorted(came)),
        removed=tuple(sorted(paths.gone - moves.keys())),
        gate=find_gate_changes(sides, paths),
        notes=(*sides.notes, *notes, *_note_outside(sides), *_note_past(sides, today)),
        prefix=new.prefix,
    )


def _drop_repeated(pairs: Collection[tuple[str, str]], old: Project) -> Iterator[tuple[str, str]]:
    """Yield the pairs, without that of a path with itself where another pair says as much.

    That is where a preset comes back to a file that it had left as it was.
    """
    came = {now: was for now, was in pairs if now != was}
    for now, was in pairs:
        if not (now == was and now in came and _are_same(old, now, came[now])):
            yield now, was


def _are_same(project: Project, path: str, other: str) -> bool:
    """Tell whether two presets can be read, and have the same values."""
    with suppress(MigrationError):
        first, second = (project.configs.resolve(each) for each in (path, other))
        return first.canonical() == second.canonical()
    return False


def _note_outside(sides: Sides) -> Iterator[Fault]:
    """Yield a note for each file outside the repository, which no revision has."""
    for path in sorted(sides.list_outside()):
        message = "outside the repository; both sides have it as it is now"
        yield Fault(message, sides.head.project.state_folder.outward(path))


def _note_past(sides: Sides, today: str | None) -> Iterator[Fault]:
    """Yield a note for each acceptance of the other side that is past its day."""
    if today is None:
        return
    for each in sides.states[1].acceptances:
        if is_past(each, today):
            path = sides.head.project.state_folder.acceptance_path(each.file_name)
            yield Fault(f"{each.name} was accepted until {each.until}", path)


def _nothing_fault(sides: Sides) -> Fault:
    project = sides.head.project
    if not project.settings.presets:
        return no_presets_fault(project)
    message = "'presets' matches no file on either side"
    return Fault(message, project.settings.source, project.settings.written.get("presets"))


def _choose_profile(sides: Sides) -> tuple[Profile, Faults]:
    """Return the profile of the base; if it cannot be read, that of the other side, and a note.

    Raises:
        MigrationError: neither can be read.
    """
    try:
        return sides.base.project.profile(), ()
    except MigrationError as error:
        fault = error.faults[0]
    message = f"{sides.base.name}: {fault.message}; that of {name_side(sides.head.name)} judges"
    return sides.head.project.profile(), (replace(fault, message=message, hint=None),)
