"""Reads what the work tree and the sides of a merge have accepted, and for what baselines."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple, cast

from migration.commands.snapshot.choices import Choice
from migration.commands.snapshot.merge_accepted import have_overlap, spell
from migration.commands.snapshot.newest import Found, Parted, Search
from migration.commands.snapshot.resolve_presets import of_side
from migration.commands.snapshot.versions import Versions
from migration.errors import MigrationError
from migration.files.digest import as_lf
from migration.files.lineage import BASE, MEETING, WORK_TREE
from migration.paths import RealPath
from migration.project.expected import Expected, change_expected
from migration.project.project import Project
from migration.store.acceptance import Acceptance, Acceptances, AcceptedChange
from migration.store.acceptance_file import acceptance_text, read_acceptance
from migration.store.baselines import Baselines
from migration.store.records import FUSION, PRESETS, FusionLink
from migration.values.canonical_reader import read_canonical
from migration.values.merge import Config
from migration.values.patch import NotAsBeforeError


class _Files(NamedTuple):
    """What was accepted at a point, and the files there that cannot be read."""

    acceptances: Acceptances
    unread: frozenset[str]


@dataclass(frozen=True, slots=True)
class Side:
    """What one side has of a preset: its baselines, what is accepted, and so what is expected."""

    key: object
    """The part that makes versions differ: the digests, and what is accepted."""
    accepted: tuple[AcceptedChange, ...]
    expected: Expected


class AcceptedSides:
    """The acceptances of the work tree and of every point before it.

    Its methods raise a `MigrationError` if git cannot tell.
    """

    def __init__(self, project: Project, versions: Versions, baselines: Baselines) -> None:
        """Search `versions`, and take the files of the work tree from `baselines`."""
        self._project, self._versions, self._baselines = project, versions, baselines
        self._store, self._lineage = versions.store, versions.lineage
        self._files: dict[str, _Files] = {}
        self._named: dict[str, frozenset[str]] = {}

    @property
    def unread(self) -> frozenset[str]:
        """The files of the work tree that cannot be read."""
        return self._read_at(WORK_TREE).unread

    @cached_property
    def open_files(self) -> frozenset[str]:
        """The files that cannot be read, that one side of a merge deleted, or that a merge lost."""
        deleted = filter(self._store.is_acceptance, self._lineage.deleted_by_one)
        return self.unread.union(deleted, self._lost)

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

    def list_named(self, path: str) -> frozenset[str]:
        """Return the presets that the intact versions of a file name."""
        if path not in self._named:
            search = Search(self._lineage, partial(self._read, path), acceptance_text)
            found = [each.value for each in search.all_newest(MEETING)]
            points = (WORK_TREE, *((BASE,) if self._lineage.sides else ()))
            found += filter(None, (self._read(path, point) for point in points))
            self._named[path] = frozenset(preset for each in found for preset in each.presets)
        return self._named[path]

    def find_sides(self, preset: str, choice: Choice | None) -> tuple[Side | None, list[Side]]:
        """Return the common ancestor of a preset, if it counts, and the sides to be merged.

        There is no side where what the work tree has is to stay.
        """
        search = Search(self._lineage, partial(self._read_side, preset), lambda side: side.key)
        outcome = search.newest(WORK_TREE)
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

    def _read_side(self, preset: str, point: str) -> Side | None:
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
        if facts is None or any(preset in self.list_named(path) for path in broken):
            return None
        record, accepted = facts.record, files.acceptances.list_changes(preset)
        return self.find_side(preset, record.sha256, record.fusion, accepted, point)

    def find_side(
        self,
        preset: str,
        sha256: str,
        link: FusionLink | None,
        accepted: tuple[AcceptedChange, ...] = (),
        point: str = WORK_TREE,
    ) -> Side | None:
        """Return what a point expects of a preset, given the digests of its baselines.

        None: git has never had one of these, or what is accepted does not fit them.
        """
        frozen = self._read_baselines(preset, sha256, link, point)
        expected = frozen and self.change(preset, frozen, accepted)
        key = sha256, link, tuple(sorted(map(spell, accepted)))
        return Side(key, accepted, expected) if expected else None

    def change(
        self, preset: str, frozen: Expected, changes: Sequence[AcceptedChange]
    ) -> Expected | None:
        """Return baselines with changes made in them, None if they do not fit, or overlap."""
        path = self._store.baseline_path(PRESETS, preset)
        # One after the other, changes of one key may seem to fit.
        if have_overlap(changes):
            return None
        with suppress(NotAsBeforeError, MigrationError):
            return change_expected(self._project, path, frozen, changes)
        return None

    def _read_baselines(
        self, preset: str, sha256: str, link: FusionLink | None, point: str
    ) -> Expected | None:
        """Return the baselines with these digests, None if git has never had one."""
        config = self._read_baseline(PRESETS, preset, sha256, point)
        if config is None or link is None:
            return None if config is None else Expected(config)
        fusion = self._read_baseline(FUSION, link.path, link.sha256, point)
        return None if fusion is None else Expected(config, RealPath(link.path), fusion)

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
