"""Looks for baselines in the work tree and in git, by their digests."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass

from migration.commands.snapshot.points import Points
from migration.errors import MigrationError
from migration.files.contents import conflict_line
from migration.files.digest import as_lf, digest
from migration.files.lineage import WORK_TREE, Lineage
from migration.project.state_faults import past_readings
from migration.store.folder import StateFolder
from migration.store.records import PRESETS
from migration.values.canonical import canonical_bytes
from migration.values.canonical_reader import read_canonical


@dataclass(frozen=True, slots=True)
class FoundBaseline:
    """The bytes of a baseline, and the name in messages of the point where they were found."""

    data: bytes
    label: str


class BaselineSearch:
    """The baselines that any point has; its methods raise a `MigrationError` if git cannot tell."""

    def __init__(self, points: Points, lineage: Lineage, store: StateFolder) -> None:
        """Look at `points` first, then at all that git has ever had."""
        self._points, self._lineage, self._store = points, lineage, store
        self._ever: dict[str, Mapping[str, bytes]] = {}
        """Path of a baseline -> digest -> bytes, of all that git has ever had."""

    def find(
        self, section: str, config: str, sha256: str, point: str = WORK_TREE
    ) -> FoundBaseline | None:
        """Return the baseline with a digest, wherever it is; None if git has never had it.

        The work tree and the point of its record are searched first.
        """
        path = self._store.baseline_path(section, config)
        for at in dict.fromkeys((WORK_TREE, point, *self._lineage.sources)):
            data = self._points.data(at, path)
            if data is not None and digest(data) == sha256:
                return FoundBaseline(as_lf(data), self._lineage.label(at))
        if path not in self._ever:
            ever = self._lineage.contents_ever(path)
            self._ever[path] = {digest(data): as_lf(data) for data in ever}
        data = self._ever[path].get(sha256)
        return None if data is None else FoundBaseline(data, "another commit")

    def has_newer(self, preset: str, sha256: str, newer: Collection[str]) -> bool:
        """Tell whether one of the `newer` points has a baseline that no record in git was about.

        The user may have frozen it. Baselines that git itself has mixed do not count: where both
        sides have different ones, or the record has markers of a conflict.
        """
        baseline_path, record_path = self._store.files_of(PRESETS, preset)
        sides = {self._lineage.read(side, baseline_path) for side in self._lineage.sides}
        found = set()
        for point in newer:
            data = self._points.data(point, baseline_path)
            record = (self._points.data(point, record_path) or b"").decode(errors="replace")
            is_mixed = bool(conflict_line(record)) or (point == WORK_TREE and len(sides) > 1)
            if data is not None and not is_mixed and digest(data) != sha256:
                with suppress(MigrationError):
                    found.add(digest(canonical_bytes(read_canonical(data, baseline_path))))
        found.discard(sha256)
        return bool(found) and not found <= self._ever_recorded(preset)

    def _ever_recorded(self, preset: str) -> set[str]:
        """Return the digests of the baselines that a record in git has ever been about."""
        readings = past_readings(self._store, self._lineage, preset)
        return {reading.record.sha256 for reading in readings if reading.record}
