"""`snapshot --upgrade`: frozen files of formats 1 and 2 become those of the present format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from migration.baselines import OLD_MANIFEST, OLD_ORIGINS
from migration.canonical import read_canonical
from migration.digests import digest
from migration.errors import Fault, MigrationError
from migration.ledger import Ledger
from migration.loader import ConfigLoader
from migration.old_formats import OldManifest, OldRecord, read_old_ledger, read_old_manifest
from migration.origins import OriginIndex
from migration.records import (
    FUSION,
    PRESETS,
    RESTORE,
    FusionLink,
    Link,
    Record,
    facts_bytes,
    read_record,
    record_bytes,
)
from migration.workflow.changes import replace_files
from migration.workflow.project import Project


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What was converted; nothing, if the frozen files were in the present format already."""

    folder: str
    presets: int = 0
    fusion: int = 0
    unknown: tuple[str, ...] = ()
    """The sources of which nobody knows any more what they extended."""


def upgrade_state(project: Project) -> Upgrade:
    """Convert the frozen files; every value, reason and phase stays what it is.

    Each frozen value is proved by its digest before an old file goes.

    Raises:
        MigrationError: nothing has been frozen, an old file was edited or is gone, or something
            cannot be written. Nothing has changed then.
    """
    with project.writing("snapshot --upgrade"):
        store, tree = project.store, project.tree
        manifest_path = f"{store.folder}/{OLD_MANIFEST}"
        if not tree.is_file(manifest_path):
            if not tree.is_file(store.ledger_path):
                hint = "freeze the legacy presets before they are edited: `snapshot`"
                raise MigrationError(Fault("nothing has been frozen yet", store.folder, hint=hint))
            return Upgrade(store.folder)
        manifest = read_old_manifest(tree.read_text(manifest_path), manifest_path)
        ledger = read_old_ledger(tree.read_text(store.ledger_path), store.ledger_path)
        converter = _Converter(project, manifest, ledger)
        if faults := tuple(converter.faults()):
            raise MigrationError(*faults)
        files: dict[str, bytes | None] = {**converter.files()}
        files |= dict.fromkeys((manifest_path, *converter.old_files))
        replace_files(project, "snapshot --upgrade", files, ledger.progression)
    return Upgrade(
        store.folder, len(manifest.presets), len(manifest.fusion), tuple(sorted(converter.unknown))
    )


class _Converter:
    """Converts the records of one project, and remembers of which sources too little is known."""

    def __init__(self, project: Project, manifest: OldManifest, ledger: Ledger) -> None:
        self._project, self._manifest, self._ledger = project, manifest, ledger
        self._sections = {PRESETS: manifest.presets, FUSION: manifest.fusion}
        self.unknown: set[str] = set()

    @property
    def old_files(self) -> list[str]:
        """The files with the origins, which the new records hold."""
        return [
            self._origins_path(section, path)
            for section, records in self._sections.items()
            for path in records
        ]

    def faults(self) -> Iterator[Fault]:
        """Yield what is not as it was frozen."""
        store, manifest, ledger = self._project.store, self._manifest, self._ledger
        hint = "restore manifest and ledger from version control, both in the same state"
        for preset in manifest.presets.keys() ^ ledger.entries.keys():
            message = f"manifest and ledger do not both have {preset}"
            yield Fault(message, store.ledger_path, hint=hint)
        for section, records in self._sections.items():
            for path, record in records.items():
                yield from self._file_faults(store.baseline_path(section, path), record.sha256)
                yield from self._file_faults(self._origins_path(section, path), record.origins)
                if record.fusion and record.fusion not in manifest.fusion:
                    message = f"{path} names {record.fusion}, which has no record"
                    yield Fault(message, store.folder, hint=hint)

    def files(self) -> dict[str, bytes]:
        """Return the new records."""
        store, files = self._project.store, {}
        for section, records in self._sections.items():
            for path, old in records.items():
                named = self._manifest.fusion[old.fusion].sha256 if old.fusion else ""
                fusion = FusionLink(old.fusion, named) if old.fusion else None
                record = Record(self._chain(section, old), old.sha256, fusion)
                facts = facts_bytes(record, self._places(section, path))
                entry = self._ledger.entries[path] if section == PRESETS else None
                file = store.record_path(section, path)
                files[file] = record_bytes(section, path, facts, entry)
                # Before an old file goes, the new one has to be one that can be read.
                if faults := read_record(files[file], section, path, file).faults:
                    raise MigrationError(*faults)
        return files

    def _file_faults(self, path: str, sha256: str) -> Iterator[Fault]:
        tree = self._project.tree
        if not tree.is_file(path):
            yield Fault("the manifest lists this frozen file, but it is gone", path, hint=RESTORE)
        elif digest(tree.read(path)) != sha256:
            yield Fault("edited since it was frozen", path, hint=RESTORE)

    def _origins_path(self, section: str, path: str) -> str:
        return f"{self._project.store.folder}/{OLD_ORIGINS[section]}/{path}.json"

    def _chain(self, section: str, old: OldRecord) -> tuple[Link, ...]:
        project = self._project
        loader = project.configs if section == PRESETS else project.fusions
        return tuple(
            Link(project.store.outward(file), sha256, self._extends(loader, file, sha256))
            for file, sha256 in old.chain
        )

    def _extends(self, loader: ConfigLoader, file: str, sha256: str) -> tuple[str, ...] | None:
        """Return what a source extended when it was frozen: it says so, if it is as it was then."""
        tree = self._project.tree
        if tree.is_file(file) and digest(tree.read(file)) == sha256:
            return tuple(map(self._project.store.outward, loader.bases(file)))
        self.unknown.add(file)
        return None

    def _places(self, section: str, path: str) -> Mapping[str, Mapping[str, int]]:
        file = self._origins_path(section, path)
        origins = cast("OriginIndex", read_canonical(self._project.tree.read(file), file))
        places: dict[str, dict[str, int]] = {}
        for text, place in origins.items():
            source, _, line = place.rpartition(":")
            places.setdefault(self._project.store.outward(source), {})[text] = int(line)
        return places
