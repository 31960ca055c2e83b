"""Reads the frozen files of formats 1 and 2, as records of the present format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias, cast

from migration.errors import Fault, MigrationError
from migration.files.digest import digest
from migration.project.project import Project
from migration.resolve.loader import ConfigLoader
from migration.resolve.origins import OriginIndex
from migration.store.folder import OLD_MANIFEST, OLD_ORIGINS
from migration.store.frozen_part import facts_bytes
from migration.store.old_formats import OldRecord, read_old_ledger, read_old_manifest
from migration.store.record_file import read_record, record_bytes
from migration.store.records import FUSION, PRESETS, RESTORE, FusionLink, Link, Places, Record
from migration.values.canonical_reader import read_canonical

Read: TypeAlias = Callable[[str], bytes | None]
"""Returns the bytes of a file of the project, None if there is none."""


class OldState:
    """Frozen files in format 1 or 2, as they were at one time."""

    def __init__(self, project: Project, read: Read) -> None:
        """Read manifest and ledger.

        Raises:
            MigrationError: they cannot be read, or were edited.
        """
        self._project, self._read = project, read
        self.manifest_path = f"{project.state_folder.path}/{OLD_MANIFEST}"
        self._manifest = read_old_manifest(self._text(self.manifest_path), self.manifest_path)
        ledger_path = project.state_folder.ledger_path
        self.ledger = read_old_ledger(self._text(ledger_path), ledger_path)
        self._sections = {PRESETS: self._manifest.presets, FUSION: self._manifest.fusion}
        self.unknown: set[str] = set()
        """The sources that have changed since they were frozen, so that their bases are unknown."""

    def list_configs(self, section: str) -> tuple[str, ...]:
        """Return the configs that were frozen."""
        decided = self.ledger.entries if section == PRESETS else ()
        return tuple(dict.fromkeys((*self._sections[section], *decided)))

    @property
    def old_files(self) -> list[str]:
        """The manifest and the origins, which the present format does not have."""
        origins = [
            self._origins_path(section, path)
            for section, records in self._sections.items()
            for path in records
        ]
        return [self.manifest_path, *origins]

    def record(self, section: str, path: str) -> bytes:
        """Return the record of a frozen config in the present format.

        Raises:
            MigrationError: one of its files is not as it was frozen, or it was not frozen.
        """
        old = self._sections[section].get(path)
        entry = self.ledger.entries.get(path) if section == PRESETS else None
        if old is None or (section == PRESETS and entry is None):
            raise MigrationError(self._half_fault(path))
        if faults := tuple(self._faults_of(section, path, old)):
            raise MigrationError(*faults)
        named = self._manifest.fusion[old.fusion].sha256 if old.fusion else ""
        fusion = FusionLink(old.fusion, named) if old.fusion else None
        record = Record(self._chain(section, old), old.sha256, fusion)
        data = record_bytes(section, path, facts_bytes(record, self._places(section, path)), entry)
        # The record replaces the old files, so it has to be readable.
        file = self._project.state_folder.record_path(section, path)
        if faults := read_record(data, section, path, file).faults:
            raise MigrationError(*faults)
        return data

    def _text(self, path: str) -> str:
        data = self._read(path)
        if data is None:
            raise MigrationError(Fault("no such file", path, hint=RESTORE))
        return data.decode(errors="replace")

    def _half_fault(self, preset: str) -> Fault:
        hint = "restore manifest and ledger from version control, both in the same state"
        message = f"manifest and ledger do not both have {preset}"
        return Fault(message, self._project.state_folder.ledger_path, hint=hint)

    def _faults_of(self, section: str, path: str, record: OldRecord) -> Iterator[Fault]:
        store = self._project.state_folder
        yield from self._file_faults(store.baseline_path(section, path), record.sha256)
        yield from self._file_faults(self._origins_path(section, path), record.origins)
        if record.fusion and record.fusion not in self._manifest.fusion:
            message = f"{path} names {record.fusion}, which has no record"
            hint = "restore manifest and ledger from version control, both in the same state"
            yield Fault(message, store.path, hint=hint)

    def _file_faults(self, path: str, sha256: str) -> Iterator[Fault]:
        data = self._read(path)
        if data is None:
            yield Fault("the manifest lists this frozen file, but it is gone", path, hint=RESTORE)
        elif digest(data) != sha256:
            yield Fault("edited since it was frozen", path, hint=RESTORE)

    def _origins_path(self, section: str, path: str) -> str:
        return f"{self._project.state_folder.path}/{OLD_ORIGINS[section]}/{path}.json"

    def _chain(self, section: str, old: OldRecord) -> tuple[Link, ...]:
        project = self._project
        loader = project.configs if section == PRESETS else project.fusions
        return tuple(
            Link(project.state_folder.outward(file), sha256, self._extends(loader, file, sha256))
            for file, sha256 in old.chain
        )

    def _extends(self, loader: ConfigLoader, file: str, sha256: str) -> tuple[str, ...] | None:
        """Return the bases that a source had when it was frozen; None if it has changed since."""
        tree = self._project.tree
        if tree.is_file(file) and digest(tree.read(file)) == sha256:
            return tuple(map(self._project.state_folder.outward, loader.bases(file)))
        self.unknown.add(file)
        return None

    def _places(self, section: str, path: str) -> Places:
        file = self._origins_path(section, path)
        origins = cast("OriginIndex", read_canonical(self._read(file) or b"", file))
        places: dict[str, dict[str, int]] = {}
        for text, place in origins.items():
            source, _, line = place.rpartition(":")
            places.setdefault(self._project.state_folder.outward(source), {})[text] = int(line)
        return places
