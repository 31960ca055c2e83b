"""What each side of a merge has of the frozen files, as far as its seals hold.

Which side to take is `resolve`'s part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from migration.digests import as_lf, digest
from migration.errors import MigrationError
from migration.git import Meeting
from migration.ledger import Entry, Progression
from migration.ledger_file import read_progression
from migration.records import Record, facts_of, read_record
from migration.workflow.project import Project

WORK_TREE: Final = "the work tree"
LAST_COMMIT: Final = "the last commit"
OURS, THEIRS, BASE = "ours", "theirs", "base"


@dataclass(frozen=True, slots=True)
class Version:
    """What one side has of a config: its frozen part, proved by a baseline, and its decisions."""

    record: Record | None = None
    facts: bytes = b""
    baseline: bytes = b""
    entry: Entry | None = None


class Versions:
    """The frozen files of the work tree and of the sides of a merge, each side by its name."""

    def __init__(self, project: Project, met: Meeting) -> None:
        """Look at the project's work tree, and at what met in it."""
        self._project = project
        self._met = met
        self._sides = {OURS: met.ours, THEIRS: met.theirs, BASE: met.base, LAST_COMMIT: met.head}

    def configs(self, section: str) -> list[str]:
        """Return the configs of which the work tree or a side has a record or a baseline."""
        store = self._project.store
        sides = (self._project.tree.files(store.folder), *self._sides.values())
        found = set()
        for path in {path for side in sides for path in side}:
            for folder in store.folders_of(section):
                if path.startswith(folder) and path.endswith(".json") and store.is_ours(path):
                    found.add(path.removeprefix(folder).removesuffix(".json"))
        return sorted(found)

    def of(self, section: str, config: str) -> dict[str, Version]:
        """Return what each side has of a config."""
        files = self._project.store.files_of(section, config)
        return versions_in(
            section, config, files, {WORK_TREE: read_files(self._project, *files), **self._sides}
        )

    def progressions(self) -> dict[str, Progression]:
        """Return which phase is open on each side, where it can be believed."""
        path = self._project.store.ledger_path
        sides = {WORK_TREE: read_files(self._project, path), **self._sides}
        found = {name: _progression(side, path) for name, side in sides.items()}
        return {name: each for name, each in found.items() if each is not None}

    def pick(self, found: Mapping[str, object]) -> str | None:
        """Return which side to take: the work tree, or else the one that has changed something.

        None if nobody can tell: no side has anything, or both have changed it, and differ.
        """
        if WORK_TREE in found:
            return WORK_TREE
        if not self._met.is_under_way and LAST_COMMIT in found:
            return LAST_COMMIT
        ours, theirs, base = (found.get(side) for side in (OURS, THEIRS, BASE))
        if ours is None or theirs is None:
            return OURS if ours is not None else THEIRS if theirs is not None else None
        if ours in (theirs, base):
            return THEIRS if ours != theirs else OURS
        return OURS if theirs == base else None


def versions_in(
    section: str, config: str, files: tuple[str, str], sides: Mapping[str, Mapping[str, bytes]]
) -> dict[str, Version]:
    """Return what each side has of a config, where its seals hold; a side maps files to bytes.

    `files` are the config's baseline and record. A baseline is proved by its digest, whichever side
    it comes from.
    """
    baseline_path, record_path = files
    texts = (side[baseline_path] for side in sides.values() if baseline_path in side)
    baselines = {digest(text): as_lf(text) for text in texts}
    versions = {}
    for name, side in sides.items():
        if record_path not in side:
            continue
        reading = read_record(side[record_path], section, config, record_path)
        record = reading.record
        if record and record.sha256 in baselines:
            facts, baseline = facts_of(side[record_path]), baselines[record.sha256]
            versions[name] = Version(record, facts, baseline, reading.entry)
        elif reading.entry:
            versions[name] = Version(entry=reading.entry)
    return versions


def read_files(project: Project, *paths: str) -> Mapping[str, bytes]:
    """Return the bytes of those files that are in the work tree."""
    tree = project.tree
    return {path: tree.read(path) for path in paths if tree.is_file(path)}


def _progression(side: Mapping[str, bytes], path: str) -> Progression | None:
    if path not in side:
        return None
    try:
        return read_progression(side[path].decode(errors="replace"), path)
    except MigrationError:
        return None
