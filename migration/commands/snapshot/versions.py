"""Finds the newest intact half of each config's record, seen from any point of the lineage.

Which version to take is the part of `resolve` and its resolvers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from migration.commands.snapshot.baseline_search import BaselineSearch
from migration.commands.snapshot.mixed_merges import points_after_mixed_merges
from migration.commands.snapshot.newest import Found, Outcome, Search
from migration.commands.snapshot.points import Points
from migration.files.lineage import MEETING, WORK_TREE, Lineage
from migration.project.changes import FilesRead
from migration.project.project import Project
from migration.store.folder import OLD_MANIFEST
from migration.store.ledger import Entry, Progression
from migration.store.record_file import facts_of, read_record
from migration.store.records import FUSION, PRESETS, Record

_ORIGINS: Final = b'\n  "origins": '


@dataclass(frozen=True, slots=True)
class Facts:
    """The frozen half of a record, whose seal holds."""

    record: Record
    text: bytes

    @property
    def key(self) -> object:
        """The part that makes versions differ: not every format has the bases of the files."""
        chain = tuple((link.path, link.sha256) for link in self.record.chain)
        return self.record.sha256, self.record.fusion, chain, self.text.partition(_ORIGINS)[2]


@dataclass(frozen=True, slots=True)
class Halves:
    """The two halves of one record, each None where its seal does not hold."""

    facts: Facts | None = None
    entry: Entry | None = None

    @property
    def key(self) -> object:
        """The part of both halves that makes versions differ; None if one is missing."""
        return (self.facts.key, bare(self.entry)) if self.facts and self.entry else None


class Versions:
    """The versions of each config, in the work tree and before it.

    Its methods raise a `MigrationError` if git cannot tell.
    """

    def __init__(self, project: Project, lineage: Lineage, read: FilesRead) -> None:
        """Read the work tree by `read`, and every other point by `lineage`."""
        self.store, self.lineage = project.state_folder, lineage
        self.points = Points(project, lineage, read)
        self.baselines = BaselineSearch(self.points, lineage, self.store)
        self._halves: dict[tuple[str, str], dict[str, Halves]] = {}
        self._facts: dict[tuple[str, str], Search[Facts]] = {}
        self._entries: dict[str, Search[Entry]] = {}
        self._progressions = Search(
            lineage, self.points.progression, lambda progression: progression
        )

    @cached_property
    def after_mixed_merges(self) -> frozenset[str]:
        """The points whose records may be those of one side: a merge has mixed two formats."""
        return points_after_mixed_merges(self.points, self.lineage)

    @property
    def has_old_manifest(self) -> bool:
        """Whether the work tree has the manifest of an earlier format."""
        return self.store.tree.is_file(f"{self.store.path}/{OLD_MANIFEST}")

    @cached_property
    def is_mixed(self) -> bool:
        """Whether files of two formats met, so that the work tree is not to be trusted."""
        return self.has_old_manifest or bool(self.after_mixed_merges)

    @property
    def start(self) -> str:
        """The point from which to search for what counts."""
        return MEETING if self.is_mixed else WORK_TREE

    def list_configs(self, section: str) -> tuple[str, ...]:
        """Return the configs that are frozen in the work tree or its sources, sorted.

        Without any, as after the whole folder was removed: those of the newest commits with some.
        """
        found = self.points.configs_in_work_tree(section)
        for point in self.lineage.sources:
            found |= self.points.list_configs(point, section)
        if not found:

            def read(point: str) -> set[str] | None:
                return self.points.list_configs(point, section) or None

            search = Search(self.lineage, read, frozenset)
            found = {config for each in search.all_newest(MEETING) for config in each.value}
        return tuple(sorted(found))

    def facts(self, section: str, config: str, point: str) -> Outcome[Facts]:
        """Return the newest facts of a config, seen from a point."""

        def read(at: str) -> Facts | None:
            return self.at(at, section, config).facts

        key = section, config
        if key not in self._facts:
            self._facts[key] = Search(self.lineage, read, lambda facts: facts.key)
        return self._facts[key].newest(point)

    def entry(self, preset: str, point: str) -> Outcome[Entry]:
        """Return the newest entry of a preset, seen from a point."""

        def read(at: str) -> Entry | None:
            return self.at(at, PRESETS, preset).entry

        if preset not in self._entries:
            self._entries[preset] = Search(self.lineage, read, bare)
        return self._entries[preset].newest(point)

    def fusion(self, fusion: str, sha256: str, point: str) -> Outcome[Facts]:
        """Return the newest facts of a fusion config with this digest, seen from a point."""

        def read(at: str) -> Facts | None:
            facts = self.at(at, FUSION, fusion).facts
            return facts if facts and facts.record.sha256 == sha256 else None

        # Only the values count: the sides may have frozen the same ones from different files.
        return Search(self.lineage, read, lambda facts: facts.record.sha256).newest(point)

    def progressions(self, point: str) -> list[Found[Progression]]:
        """Return which phase is open, seen from a point; several where the sides differ."""
        return self._progressions.all_newest(point)

    def key(self, preset: str, point: str) -> object:
        """Return the part of a preset that makes versions differ, seen from a point."""
        facts, entry = self.facts(PRESETS, preset, point), self.entry(preset, point)
        return (
            facts.value.key if isinstance(facts, Found) else None,
            bare(entry.value) if isinstance(entry, Found) else None,
        )

    def at(self, point: str, section: str, config: str) -> Halves:
        """Return the halves of a config's record at a point itself."""
        known = self._halves.setdefault((section, config), {})
        if point not in known:
            known[point] = self._read_halves(point, section, config)
        return known[point]

    def is_one_whole(self, preset: str, facts: Facts, entry: Entry) -> bool:
        """Tell whether facts and entry go together: a point that was read has both.

        They may be from two points if it was frozen again for the same reasons.
        """
        whole = facts.key, entry.refrozen
        return any(
            halves.facts and halves.entry and (halves.facts.key, halves.entry.refrozen) == whole
            for halves in self._halves[PRESETS, preset].values()
        )

    def last_merge(self, preset: str) -> tuple[str, ...]:
        """Return the sides of the merge since which a preset has not changed, ours first.

        That is the merge under way, or the last one. There is none if the preset was frozen or
        decided anew since.
        """
        points, later = self.lineage.sources, None
        while len(points) == 1:
            key = self.at(points[0], PRESETS, preset).key
            if later not in (None, key):
                return ()
            later = key
            points = self.lineage.parents(points[0])
        return points

    def _read_halves(self, point: str, section: str, config: str) -> Halves:
        if point in self.after_mixed_merges and point != WORK_TREE:
            return Halves()
        data = self.points.record_data(point, section, config)
        if data is None:
            return Halves()
        reading = read_record(data, section, config, self.store.record_path(section, config))
        record = reading.record
        # An uncommitted record counts only together with its baseline; else the last commit does.
        if record and point == WORK_TREE:
            record = record if self.baselines.find(section, config, record.sha256) else None
        return Halves(Facts(record, facts_of(data)) if record else None, reading.entry)


def bare(entry: Entry) -> tuple[Entry, bool]:
    """Return an entry without its status, which is computed, and whether the preset is dropped."""
    return entry.with_status("pending"), entry.status == "dropped"
