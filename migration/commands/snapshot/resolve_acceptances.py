"""Decides what is accepted after a merge: what each side expects of a preset is merged by keys."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from typing import Final, NamedTuple, TypeAlias, cast

from migration.commands.snapshot.choices import Choices
from migration.commands.snapshot.findings import Findings
from migration.commands.snapshot.newest import Found, Parted, Search
from migration.commands.snapshot.questions import Question
from migration.commands.snapshot.resolve_presets import Whole, of_side
from migration.commands.snapshot.versions import Versions
from migration.errors import MigrationError
from migration.files.digest import as_lf
from migration.files.lineage import BASE, MEETING, WORK_TREE, side_names
from migration.gate.takes import describe_values
from migration.paths import RealPath
from migration.project.acceptance import list_changes_to
from migration.project.changes import list_acceptance_changes
from migration.project.expected import Expected, change_expected
from migration.project.project import Project
from migration.store.acceptance import (
    Acceptance,
    Acceptances,
    AcceptedChange,
    Grounds,
    group_changes,
)
from migration.store.acceptance_file import acceptance_text, read_acceptance
from migration.store.baselines import Baselines
from migration.store.records import FUSION, PRESETS, FusionLink
from migration.values.canonical_reader import read_canonical
from migration.values.diff import side_text
from migration.values.keypath import are_connected, format_path
from migration.values.merge import Config
from migration.values.patch import NotAsBeforeError

_REASON: Final = "frozen with this before a merge brought another content"

_Key: TypeAlias = tuple[str | None, str]
"""A fusion config, None for the config of the preset itself, and the text of a path in it."""
_Changes: TypeAlias = Mapping[_Key, AcceptedChange]


class _Files(NamedTuple):
    """What was accepted at a point, and the files there that cannot be read."""

    acceptances: Acceptances
    unread: frozenset[str]


class _Side(NamedTuple):
    """What a point has of one preset: the digests of its baselines, and what is accepted for it."""

    point: str
    sha256: str
    link: FusionLink | None
    accepted: tuple[AcceptedChange, ...] = ()

    @property
    def key(self) -> object:
        """The part that makes versions differ."""
        return self.sha256, self.link, tuple(sorted(map(_spell, self.accepted)))


class AcceptanceResolver:
    """Finds the files of acceptances to write and to remove, or the questions left to the user.

    A file that can be read, is deleted by no side and fits the baselines stays as it is.
    """

    def __init__(
        self, project: Project, versions: Versions, baselines: Baselines, findings: Findings
    ) -> None:
        """Search `versions`, take the work tree from `baselines`, and add to `findings`."""
        self._project, self._versions, self._baselines = project, versions, baselines
        self._findings, self._store, self._lineage = findings, versions.store, versions.lineage
        self._files: dict[str, _Files] = {}
        self._named: dict[str, frozenset[str]] = {}

    def resolve(
        self, wholes: Mapping[str, Whole], links: Mapping[str, FusionLink], choices: Choices
    ) -> None:
        """Resolve what is accepted, once all records are decided.

        `links` has the presets for which another content of their fusion config is taken than they
        were frozen with.
        """
        if not self._findings.are_decided:
            return
        accepted = {**self._baselines.acceptances.by_preset}
        broken = {preset for path in self._open_files for preset in self._list_named(path)}
        broken |= {
            each for each in accepted.keys() & wholes.keys() if self._is_misfit(each, wholes)
        }
        broken |= self._findings.folded_apart
        chosen = {preset for preset in wholes if _is_chosen(choices, preset)}
        for preset in sorted((broken | chosen | links.keys()) & wholes.keys()):
            record, _ = wholes[preset]
            base, sides = (
                None,
                [_Side(WORK_TREE, record.sha256, record.fusion, accepted.get(preset, ()))],
            )
            if preset in broken | chosen:
                base, sides = self._find_sides(preset, choices)
            taken = _Side(WORK_TREE, record.sha256, links.get(preset, record.fusion))
            merged = self._merge(preset, taken, base, sides) if sides else None
            if merged is not None:
                accepted[preset] = merged
            elif preset in broken and not sides:
                message = f"no side has what is accepted for {preset} together with its baseline"
                self._findings.add_fault(message, self._store.record_path(PRESETS, preset))
        if self._findings.are_decided:
            self._write(group_changes(accepted))

    def _write(self, after: Acceptances) -> None:
        """Add the files that differ from those of the work tree."""
        files = dict(list_acceptance_changes(self._baselines, after))
        for path in sorted(self._read_at(WORK_TREE).unread - files.keys()):
            if self._list_named(path):
                files[path] = None
            else:
                message = "no side has this acceptance as the toolkit wrote it"
                self._findings.add_fault(message, path)
        self._findings.files |= files
        self._findings.accepted |= {path: text is not None for path, text in files.items()}

    @cached_property
    def _open_files(self) -> frozenset[str]:
        """The files that cannot be read, that one side of a merge deleted, or that a merge lost."""
        deleted = filter(self._store.is_acceptance, self._lineage.deleted_by_one)
        return self._read_at(WORK_TREE).unread.union(deleted, self._lost)

    @cached_property
    def _lost(self) -> frozenset[str]:
        """The files that a merge lost."""
        return frozenset(self._find_lost())

    def _find_lost(self) -> Iterator[str]:
        """Yield the files that a side of a merge has changed, and that the merge does not have.

        Git may take the file of one acceptance for another one's, under a new name.
        """
        sides = self._lineage.merged_sides()
        if not sides:
            return
        base = self._lineage.parting(sides)
        data = self._versions.points.data
        kept = self._lineage.indexed or frozenset(self._lineage.paths(self._lineage.sources[0]))
        for path in sorted({path for side in sides for path in self._lineage.paths(side)} - kept):
            if self._store.is_acceptance(path) and data(WORK_TREE, path) is None:
                was = data(base, path) if base else None
                if any(data(side, path) not in (None, was) for side in sides):
                    yield path

    def _list_named(self, path: str) -> frozenset[str]:
        """Return the presets that the intact versions of a file name."""
        if path not in self._named:
            search = Search(self._lineage, partial(self._read, path), acceptance_text)
            found = [each.value for each in search.all_newest(MEETING)]
            points = (WORK_TREE, *((BASE,) if self._lineage.sides else ()))
            found += filter(None, (self._read(path, point) for point in points))
            self._named[path] = frozenset(preset for each in found for preset in each.presets)
        return self._named[path]

    def _is_misfit(self, preset: str, wholes: Mapping[str, Whole]) -> bool:
        """Tell whether the baseline that counts lacks the values for which others are accepted."""
        record, _ = wholes[preset]
        accepted = self._baselines.acceptances.list_changes(preset)
        side = _Side(WORK_TREE, record.sha256, record.fusion, accepted)
        return self._expect(preset, side) is None

    def _find_sides(self, preset: str, choices: Choices) -> tuple[_Side | None, list[_Side]]:
        """Return the common ancestor of a preset, if it counts, and the sides to be merged.

        There is no side where what the work tree has is to stay.
        """
        search = Search(self._lineage, partial(self._read_side, preset), lambda side: side.key)
        outcome = search.newest(WORK_TREE)
        choice = choices.of(preset)
        points = outcome.points if isinstance(outcome, Parted) else ()
        if choice and (points or choice.is_exact):
            points = of_side(points or self._versions.last_merge(preset), choice.side)
            return None, [each.value for point in points[:1] for each in search.all_newest(point)]
        if isinstance(outcome, Found):
            return None, [outcome.value]
        parting = self._lineage.parting(points) if points else None
        before = search.newest(parting) if parting else None
        sides = [each.value for point in points for each in search.all_newest(point)]
        return before.value if isinstance(before, Found) else None, sides

    def _read_side(self, preset: str, point: str) -> _Side | None:
        """Return what a point has of a preset; None if it does not fit together, or is not known.

        What the work tree has is what has to be decided.
        """
        if point in (WORK_TREE, MEETING):
            return None
        files = self._read_at(point)
        facts = self._versions.at(point, PRESETS, preset).facts
        broken = files.unread
        if point in self._lineage.sources and not self._lineage.sides:
            broken |= self._lost  # the last commit is the merge that has lost them
        if facts is None or any(preset in self._list_named(path) for path in broken):
            return None
        record = facts.record
        accepted = files.acceptances.list_changes(preset)
        side = _Side(point, record.sha256, record.fusion, accepted)
        return side if self._expect(preset, side) else None

    def _merge(
        self, preset: str, taken: _Side, base: _Side | None, sides: Sequence[_Side]
    ) -> tuple[AcceptedChange, ...] | None:
        """Return what is to be accepted for a preset, against the baselines that are taken.

        None: that is left to the user, or the baselines are not known.
        """
        frozen = self._freeze(preset, taken)
        if frozen is None:
            return None
        before = self._list_changes(preset, base, frozen) if base else {}
        changes = [self._list_changes(preset, side, frozen) for side in sides]
        merged = _merge_changes(before, changes)
        # What counts for each key may not fit together.
        if merged is not None and self._change(preset, frozen, merged):
            return tuple(merged)
        names = side_names(len(sides))
        told = {name: self._tell(before, each) for name, each in zip(names, changes, strict=True)}
        self._findings.questions.append(Question(preset, told))
        return None

    def _list_changes(self, preset: str, side: _Side, frozen: Expected) -> _Changes:
        """Return what leads from baselines to what a side expects of a preset."""
        expected = cast("Expected", self._expect(preset, side))  # a side that does not fit is none
        label = frozen.fusion_path or expected.fusion_path
        grounds = {_key_of(each): each.grounds for each in side.accepted}
        found = {}
        for fusion, change in list_changes_to(frozen, expected.config, expected.fusion, label):
            key = fusion, format_path(change.path)
            found[key] = AcceptedChange(fusion, change, grounds.get(key, Grounds(_REASON)))
        return found

    def _expect(self, preset: str, side: _Side) -> Expected | None:
        """Return what a side expects of a preset, None if what it accepts does not fit."""
        frozen = self._freeze(preset, side)
        return frozen and self._change(preset, frozen, side.accepted)

    def _change(
        self, preset: str, frozen: Expected, changes: Collection[AcceptedChange]
    ) -> Expected | None:
        """Return baselines with changes made in them, None if they do not fit, or overlap."""
        path = self._store.baseline_path(PRESETS, preset)
        # One after the other, changes of one key may seem to fit.
        if _have_overlap([*changes]):
            return None
        with suppress(NotAsBeforeError, MigrationError):
            return change_expected(self._project, path, frozen, changes)
        return None

    def _freeze(self, preset: str, side: _Side) -> Expected | None:
        """Return the baselines with the digests of a side, None if git has never had one."""
        config = self._read_baseline(PRESETS, preset, side.sha256, side.point)
        if config is None or side.link is None:
            return None if config is None else Expected(config)
        path, sha256 = side.link.path, side.link.sha256
        fusion = self._read_baseline(FUSION, path, sha256, side.point)
        return None if fusion is None else Expected(config, RealPath(path), fusion)

    def _read_baseline(self, section: str, config: str, sha256: str, point: str) -> Config | None:
        found = self._versions.baselines.find(section, config, sha256, point)
        path = self._store.baseline_path(section, config)
        return cast("Config", read_canonical(found.data, path)) if found else None

    def _read_at(self, point: str) -> _Files:
        """Read all files of acceptances at a point."""
        if point not in self._files:
            if point == WORK_TREE:
                paths: Collection[str] = self._baselines.list_acceptance_files()
            else:
                paths = [*filter(self._store.is_acceptance, self._lineage.paths(point))]
            read = {path: self._read(path, point) for path in paths}
            found = Acceptances(each for each in read.values() if each)
            unread = frozenset(path for path, each in read.items() if each is None)
            self._files[point] = _Files(found, unread)
        return self._files[point]

    def _read(self, path: str, point: str) -> Acceptance | None:
        """Return the acceptance in a file at a point, None if it is not there, or not intact."""
        data = None if point == MEETING else self._versions.points.data(point, path)
        if data is not None:
            with suppress(MigrationError):
                return read_acceptance(as_lf(data), path)
        return None

    def _tell(self, before: _Changes, side: _Changes) -> str:
        """Return in few words what a side did with what is accepted for a preset."""
        parts = []
        for key in sorted({*before, *side}, key=str):
            one, other = before.get(key), side.get(key)
            if other and (one is None or _spell(one) != _spell(other)):
                change = self._project.redaction.redact_difference(other.change)
                values = describe_values(change)
                parts.append(f"{key[1]} {values} ({other.grounds.reason})")
            elif one and other is None:
                parts.append(f"{key[1]} not accepted any more")
        return f"accepted: {'; '.join(parts)}" if parts else "as before"


def _is_chosen(choices: Choices, preset: str) -> bool:
    choice = choices.of(preset)
    return choice is not None and choice.is_exact


def _merge_changes(before: _Changes, sides: Sequence[_Changes]) -> list[AcceptedChange] | None:
    """Return what the sides of a merge accept together, None if they contradict each other.

    A side that has changed a key counts; of equal values with several reasons, always the same one.
    """
    merged: list[AcceptedChange] = []
    for key in sorted({key for side in (before, *sides) for key in side}, key=str):
        was = before.get(key)
        found = [side.get(key) for side in sides]
        # A side that gave a value other grounds alone does not contradict another value.
        changed = (
            [each for each in found if _spell_value(each) != _spell_value(was)]
            or [each for each in found if _spell(each) != _spell(was)]
            or [was]
        )
        if len({_spell_value(each) for each in changed}) > 1:
            return None
        if kept := [each for each in changed if each]:
            first = min(kept, key=_spell)
            merged.append(replace(first, grounds=_join_grounds([each.grounds for each in kept])))
    return merged


def _join_grounds(several: Sequence[Grounds]) -> Grounds:
    """Return the grounds of a value that sides have accepted for several reasons.

    One reason stays, always the same one; no day is lost, and nothing that was said of training.
    """
    days = [each.until for each in several if each.until]
    former = {(side_text(e.value), e.reason): e for each in several for e in each.former}
    return Grounds(
        min(each.reason for each in several),
        min(days, default=None),
        any(each.changes_training for each in several),
        tuple(former[key] for key in sorted(former)),
    )


def _have_overlap(changes: Sequence[AcceptedChange]) -> bool:
    """Tell whether two of the changes are about one key, or one lies within the other."""
    return any(
        one.fusion == other.fusion and are_connected(one.change.path, other.change.path)
        for at, one in enumerate(changes)
        for other in changes[:at]
    )


def _key_of(accepted: AcceptedChange) -> _Key:
    return accepted.fusion, format_path(accepted.change.path)


def _spell_value(accepted: AcceptedChange | None) -> str | None:
    return side_text(accepted.change.right) if accepted else None


def _spell(accepted: AcceptedChange | None) -> str:
    """Return a text that tells an accepted change apart from any other."""
    if accepted is None:
        return ""
    change = accepted.change
    sides = (side_text(change.left), side_text(change.right))
    return "\0".join((*map(str, _key_of(accepted)), change.kind, *sides, str(accepted.grounds)))
