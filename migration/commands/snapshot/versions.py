"""What the work tree, the sides of a merge and the past have of the frozen files, where seals hold.

Which of it to take is `resolve`'s part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

from migration.commands.snapshot.newest import Found, Outcome, Search
from migration.commands.snapshot.old_state import OldState
from migration.errors import MigrationError
from migration.files.digest import as_lf, digest
from migration.files.lineage import MEETING, WORK_TREE, Lineage
from migration.paths import is_hidden
from migration.project.changes import FilesRead
from migration.project.project import Project
from migration.project.state_faults import past_readings
from migration.store.folder import OLD_MANIFEST, configs_in
from migration.store.ledger import Entry, Progression
from migration.store.ledger_file import read_progression
from migration.store.record_file import facts_of, read_record
from migration.store.records import FUSION, PRESETS, Record
from migration.store.seal import conflict_line
from migration.values.canonical import canonical_bytes, read_canonical

# The ledger has had an entry a preset, indented beneath one key; today no line is indented.
_OLD_LEDGER = re.compile(r"^(?:format: [12]\r?$|presets:| )", re.MULTILINE)
_ORIGINS: Final = b'\n  "origins": '


@dataclass(frozen=True, slots=True)
class Facts:
    """What was frozen of a config, as its record has it under a seal."""

    record: Record
    text: bytes

    @property
    def key(self) -> object:
        """What counts of it: what the files extended is not known of all formats."""
        chain = tuple((link.path, link.sha256) for link in self.record.chain)
        return self.record.sha256, self.record.fusion, chain, self.text.partition(_ORIGINS)[2]


@dataclass(frozen=True, slots=True)
class Halves:
    """What one record holds, each half None where its seal does not hold."""

    facts: Facts | None = None
    entry: Entry | None = None

    @property
    def key(self) -> object:
        """What counts of both halves; None if one is missing."""
        return (self.facts.key, bare(self.entry)) if self.facts and self.entry else None


@dataclass(frozen=True, slots=True)
class Baseline:
    """The bytes of a baseline, and what messages call the point where they were found."""

    data: bytes
    label: str


class Versions:
    """What each point has of each config: the work tree, and what it comes from."""

    def __init__(self, project: Project, lineage: Lineage, read: FilesRead) -> None:
        """Read the work tree by `read`, and all else by `lineage`."""
        self._project, self._lineage, self._read = project, lineage, read
        self._halves: dict[tuple[str, str], dict[str, Halves]] = {}
        self._facts: dict[tuple[str, str], Search[Facts]] = {}
        self._entries: dict[str, Search[Entry]] = {}
        self._progressions = Search(lineage, self._progression_at, lambda each: each)
        self._old: dict[str, OldState | None] = {}
        self._ever: dict[str, Mapping[str, bytes]] = {}
        self._listed = frozenset(project.tree.files(project.state_folder.path))

    @cached_property
    def after_mixed_merges(self) -> frozenset[str]:
        """The merges of two formats that lost the ledger, and all points after them.

        Git could not merge a decision of the earlier format with a record, so that the records
        there may be those of one side.
        """
        before: dict[str, tuple[str, ...]] = {}
        waiting = [WORK_TREE]
        while waiting:
            point = waiting.pop()
            if point not in before and not self._progression_at(point):
                before[point] = self._lineage.parents(point)
                waiting += before[point]
        met = {p for p, sides in before.items() if len(sides) > 1 and any(map(self._is_old, sides))}
        while later := {p for p in before.keys() - met if not met.isdisjoint(before[p])}:
            met |= later
        return frozenset(met)

    def has_half_a_merge(self) -> bool:
        """Tell whether the ledger has markers of a merge of two formats, and git has no such merge.

        So it is after a squash: git does not have the other side.
        """
        path = self._project.state_folder.ledger_path
        points: tuple[str, ...] = (WORK_TREE,)
        while len(points) == 1 and not self._progression_at(points[0]):
            text = (self._data(points[0], path) or b"").decode(errors="replace")
            if conflict_line(text) and _OLD_LEDGER.search(text):
                return True
            points = self._lineage.parents(points[0])
        return False

    def list_configs(self, section: str) -> tuple[str, ...]:
        """Return the configs that are frozen in the work tree or where it comes from, sorted.

        Where there is none at all, as after the whole folder was removed: those of the newest
        commits that had some.
        """
        found = self._named_in(section, self._listed)
        for point in self._lineage.sources:
            found |= self._configs_at(point, section)
        search = Search(self._lineage, lambda at: self._configs_at(at, section) or None, frozenset)
        if not found:
            found = {config for each in search.all_newest(MEETING) for config in each.value}
        return tuple(sorted(found))

    def facts(self, section: str, config: str, point: str) -> Outcome[Facts]:
        """Return the newest facts of a config, seen from a point."""

        def read(at: str) -> Facts | None:
            return self.at(at, section, config).facts

        key = section, config
        if key not in self._facts:
            self._facts[key] = Search(self._lineage, read, lambda facts: facts.key)
        return self._facts[key].newest(point)

    def entry(self, preset: str, point: str) -> Outcome[Entry]:
        """Return the newest entry of a preset, seen from a point."""

        def read(at: str) -> Entry | None:
            return self.at(at, PRESETS, preset).entry

        if preset not in self._entries:
            self._entries[preset] = Search(self._lineage, read, bare)
        return self._entries[preset].newest(point)

    def fusion(self, fusion: str, sha256: str, point: str) -> Outcome[Facts]:
        """Return the newest facts of a fusion config with this digest, seen from a point."""

        def read(at: str) -> Facts | None:
            facts = self.at(at, FUSION, fusion).facts
            return facts if facts and facts.record.sha256 == sha256 else None

        # The values count; both sides may have frozen them from other files.
        return Search(self._lineage, read, lambda facts: facts.record.sha256).newest(point)

    def progressions(self, point: str) -> list[Found[Progression]]:
        """Return which phase is open, seen from a point: one, or those of sides that differ."""
        return self._progressions.all_newest(point)

    def key(self, preset: str, point: str) -> object:
        """Return what counts of a preset, seen from a point."""
        facts, entry = self.facts(PRESETS, preset, point), self.entry(preset, point)
        return (
            facts.value.key if isinstance(facts, Found) else None,
            bare(entry.value) if isinstance(entry, Found) else None,
        )

    def at(self, point: str, section: str, config: str) -> Halves:
        """Return what a point has of a config."""
        known = self._halves.setdefault((section, config), {})
        if point not in known:
            known[point] = self._halves_at(point, section, config)
        return known[point]

    def is_one_whole(self, preset: str, facts: Facts, entry: Entry) -> bool:
        """Tell whether facts and entry go together: some point that was looked at has both.

        They may be from two points as long as it was frozen again for the same reasons.
        """
        whole = facts.key, entry.refrozen
        return any(
            each.facts and each.entry and (each.facts.key, each.entry.refrozen) == whole
            for each in self._halves[PRESETS, preset].values()
        )

    def baseline(
        self, section: str, config: str, sha256: str, point: str = WORK_TREE
    ) -> Baseline | None:
        """Return the baseline of a digest, wherever it is; None if git has never had it.

        It is looked for in the work tree and at the point of its record first.
        """
        path = self._project.state_folder.baseline_path(section, config)
        for at in dict.fromkeys((WORK_TREE, point, *self._lineage.sources)):
            data = self._data(at, path)
            if data is not None and digest(data) == sha256:
                return Baseline(as_lf(data), self._lineage.label(at))
        if path not in self._ever:
            ever = self._lineage.contents_ever(path)
            self._ever[path] = {digest(data): as_lf(data) for data in ever}
        data = self._ever[path].get(sha256)
        return None if data is None else Baseline(data, "another commit")

    def is_known(self, path: str) -> bool:
        """Tell whether the file is in the work tree, and git has it as it is there."""
        data = self.in_work_tree(path)
        sides = (self._lineage.read(point, path) for point in self._lineage.sources)
        return data is not None and any(each is not None and as_lf(each) == data for each in sides)

    def has_newer_baseline(self, preset: str, found: Found[Facts]) -> bool:
        """Tell whether a newer point has a baseline that no record in git was ever about.

        Somebody may have frozen it. What git itself has mixed, where both sides have a baseline of
        their own or its markers are in the record, does not count.
        """
        baseline_path, record_path = self._project.state_folder.files_of(PRESETS, preset)
        sides = {self._lineage.read(side, baseline_path) for side in self._lineage.sides}
        known, newer = found.value.record.sha256, set()
        for point in found.passed:
            data = self._data(point, baseline_path)
            record = (self._data(point, record_path) or b"").decode(errors="replace")
            is_mixed = bool(conflict_line(record)) or (point == WORK_TREE and len(sides) > 1)
            if data is not None and not is_mixed and digest(data) != known:
                with suppress(MigrationError):
                    newer.add(digest(canonical_bytes(read_canonical(data, baseline_path))))
        newer.discard(known)
        return bool(newer) and not newer <= self._ever_recorded(preset)

    def _ever_recorded(self, preset: str) -> set[str]:
        """Return the digests of the baselines of which git has ever had a record."""
        readings = past_readings(self._project.state_folder, self._lineage, preset)
        return {each.record.sha256 for each in readings if each.record}

    def last_merge(self, preset: str) -> tuple[str, ...]:
        """Return the sides of the merge since which nobody has changed a preset, ours first.

        That is what is under way, or the last merge; none, if there is none, or the preset was
        frozen again or decided anew since.
        """
        points, later = self._lineage.sources, None
        while len(points) == 1:
            key = self.at(points[0], PRESETS, preset).key
            if later not in (None, key):
                return ()
            later = key
            points = self._lineage.parents(points[0])
        return points

    def in_work_tree(self, path: str) -> bytes | None:
        """Return the bytes of a file of the work tree, its lines ended as they are frozen."""
        data = self._read(path)
        return None if data is None else as_lf(data)

    def _data(self, point: str, path: str) -> bytes | None:
        """Return the bytes of a file at a point."""
        return self._read(path) if point == WORK_TREE else self._lineage.read(point, path)

    def _configs_at(self, point: str, section: str) -> set[str]:
        if old := self._old_at(point):
            return {*old.list_configs(section)}
        return self._named_in(section, self._lineage.paths(point))

    def _named_in(self, section: str, paths: Iterable[str]) -> set[str]:
        store = self._project.state_folder
        paths = frozenset(path for path in paths if store.is_ours(path))
        found = {c for folder in store.folders_of(section) for c in configs_in(folder, paths)}
        # Hidden files are somebody else's, unless both of a config are there.
        return {
            config
            for config in found
            if not is_hidden(config) or paths.issuperset(store.files_of(section, config))
        }

    def _halves_at(self, point: str, section: str, config: str) -> Halves:
        if point in self.after_mixed_merges and point != WORK_TREE:
            return Halves()
        file = self._project.state_folder.record_path(section, config)
        data = self._record_at(point, section, config, file)
        if data is None:
            return Halves()
        reading = read_record(data, section, config, file)
        record = reading.record
        # What nobody has committed counts as far as it is whole; else the last commit does.
        if record and point == WORK_TREE and not self.baseline(section, config, record.sha256):
            record = None
        return Halves(Facts(record, facts_of(data)) if record else None, reading.entry)

    def _record_at(self, point: str, section: str, config: str, file: str) -> bytes | None:
        if not self._is_old(point):
            return self._data(point, file)
        try:
            old = self._old_at(point)
            return old.record(section, config) if old else None
        except MigrationError:
            return None

    def _old_at(self, point: str) -> OldState | None:
        """Return the frozen files of a point where those are in an earlier format, and whole."""
        if point not in self._old:
            self._old[point] = None
            records = self._project.state_folder.folders_of(PRESETS)[1]
            paths = self._listed if point == WORK_TREE else self._lineage.paths(point)
            is_pure = not any(path.startswith(records) for path in paths)
            if self._is_old(point) and is_pure:
                with suppress(MigrationError):
                    self._old[point] = OldState(self._project, partial(self._data, point))
        return self._old[point]

    def _is_old(self, point: str) -> bool:
        """Tell whether a point has files of an earlier format, be it among those of this one."""
        return self._data(point, f"{self._project.state_folder.path}/{OLD_MANIFEST}") is not None

    def _progression_at(self, point: str) -> Progression | None:
        path = self._project.state_folder.ledger_path
        if self._is_old(point):
            old = self._old_at(point)
            return old.ledger.progression if old else None
        data = self._data(point, path)
        try:
            return None if data is None else read_progression(data.decode(errors="replace"), path)
        except MigrationError:
            return None


def bare(entry: Entry) -> tuple[Entry, bool]:
    """Return what counts of an entry: its status is computed, unless the preset was dropped."""
    return entry.with_status("pending"), entry.status == "dropped"
