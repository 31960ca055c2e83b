"""Reads the frozen files as they are at one moment, and checks each against its record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import replace
from functools import cached_property

from migration.errors import Fault, MigrationError
from migration.files.contents import pointer_fault
from migration.files.digest import digest
from migration.files.tree import Tree
from migration.files.tree_views import RenamedTree
from migration.paths import is_hidden
from migration.resolve.origins import OriginIndex
from migration.store.acceptance import Acceptances
from migration.store.acceptance_files import AcceptanceFiles, read_acceptances
from migration.store.folder import OLD_MANIFEST, RECORDS, StateFolder, configs_in
from migration.store.journal import pending
from migration.store.ledger import Entry, Progression
from migration.store.ledger_file import read_progression
from migration.store.record_file import read_places, read_record
from migration.store.records import (
    FUSION,
    PRESETS,
    RESTORE_OR_RESOLVE,
    Link,
    Reading,
    Record,
)
from migration.store.seal import RESOLVE
from migration.values.canonical import canonical_bytes
from migration.values.canonical_reader import read_canonical


class StaleReadError(Exception):
    """The frozen files changed while they were being read. Not a user error: the caller retries."""


def open_baselines(folder: StateFolder, *, of_any_format: bool = False) -> Baselines:
    """Return the frozen files as they are now.

    Raises:
        MigrationError: the journal names files that the toolkit does not write, or the files are in
            the format of an earlier version and `of_any_format` is false.
    """
    opened = Baselines(folder)
    if not of_any_format and opened.has_old_manifest():
        raise MigrationError(opened.mixed_fault() or folder.format_fault())
    return opened


class Baselines:
    """The frozen files of one project at one moment; records are kept as they were first read.

    A change that a command has left unfinished counts as finished.
    """

    def __init__(self, folder: StateFolder) -> None:
        """Start with the files that are in the folder now."""
        self.folder, self._tree = folder, folder.tree
        self._signature = folder.signature()
        self.pending = pending(self._tree, folder.path, folder.is_ours)
        """The change that a command has left unfinished, if there is one."""
        self._seen: Tree = self._tree
        """The tree as it is once a pending change is finished."""
        if change := self.pending:
            self._seen = RenamedTree(self._tree, {p: change.temporary(p) for p in change.written})
        self._files: tuple[str, ...] | None = None
        """Every file in the folder, None until they are listed."""
        self._readings: dict[tuple[str, str], Reading] = {}
        self._digests: dict[str, str] = {}
        """The digest of every record and acceptance, and of the ledger, as they were read."""

    def is_current(self) -> bool:
        """Tell whether no command has changed what is frozen or recorded since they were opened.

        Every command that does so replaces at least the ledger.
        """
        return self.folder.signature() == self._signature

    def has_old_manifest(self) -> bool:
        """Tell whether there is a manifest, as formats 1 and 2 have it."""
        return self._seen.is_file(f"{self.folder.path}/{OLD_MANIFEST}")

    def mixed_fault(self) -> Fault | None:
        """Return a fault if files of an earlier format lie beside records, as after a merge."""
        manifest = f"{self.folder.path}/{OLD_MANIFEST}"
        has_records = any(map(self._named_in, RECORDS.values()))
        if not has_records or not self.has_old_manifest():
            return None
        message = "frozen files of format 1 or 2 lie beside those of format 3"
        return Fault(message, manifest, hint=RESOLVE)

    def progression(self) -> Progression | None:
        """Return which phase is open, None if there is no ledger.

        Raises:
            MigrationError: the ledger cannot be read, or was edited.
        """
        if not self._seen.is_file(self.folder.ledger_path):
            return None
        text = self._seen.read_text(self.folder.ledger_path)
        self._digests[self.folder.ledger_path] = digest(text.encode())
        return read_progression(text, self.folder.ledger_path)

    def list_configs(self, section: str) -> tuple[str, ...]:
        """Return the configs that have a record, sorted."""
        # Hidden files come from other programs, such as editors.
        return tuple(
            config
            for config in self._named_in(RECORDS[section])
            if not is_hidden(config) or self._is_record(section, config)
        )

    def list_baselines(self, section: str) -> tuple[str, ...]:
        """Return the configs that have a baseline, sorted, without hidden ones."""
        return tuple(config for config in self._named_in(section) if not is_hidden(config))

    def has_record(self, section: str, path: str) -> bool:
        """Tell whether the config has a record."""
        return self._seen.is_file(self.folder.record_path(section, path))

    def reading(self, section: str, path: str) -> Reading:
        """Return what the record of a config says, and what is wrong with it."""
        known = self._readings.get((section, path))
        if known is None:
            file = self.folder.record_path(section, path)
            try:
                data = self._seen.read(file)
            except MigrationError as error:
                if self._seen.is_file(file):
                    return Reading(None, None, error.faults)
                message = f"the record of {path} is gone"
                return Reading(None, None, (Fault(message, file, hint=RESTORE_OR_RESOLVE),))
            self._digests[file] = digest(data)
            known = read_record(data, section, path, file)
            if known.record:
                known = replace(known, record=self.folder.inward(known.record))
            self._readings[section, path] = known
        return known

    def record(self, section: str, path: str) -> Record:
        """Return the record of a config.

        Raises:
            MigrationError: its record is missing or has been edited.
            StaleReadError: another command has replaced it meanwhile.
        """
        reading = self.reading(section, path)
        if reading.record is None:
            raise self._error(*reading.record_faults)
        return reading.record

    def links(self, preset: str) -> tuple[Link, ...]:
        """Return the files from which a preset and its fusion config were frozen.

        Raises:
            MigrationError, StaleReadError: as `record`.
        """
        record = self.record(PRESETS, preset)
        if record.fusion is None:
            return record.chain
        return (*record.chain, *self.record(FUSION, record.fusion.path).chain)

    def entry(self, preset: str) -> Entry:
        """Return the decisions and the recorded status of a preset.

        Raises:
            MigrationError, StaleReadError: as `record`.
        """
        reading = self.reading(PRESETS, preset)
        if reading.entry is None:
            raise self._error(*reading.faults)
        return reading.entry

    def list_acceptance_files(self) -> list[str]:
        """Return the files of the acceptances, sorted."""
        files = self._after_change(self.folder.list_acceptances())
        return sorted(path for path in files if self.folder.is_acceptance(path))

    def acceptance_faults(self) -> Iterator[Fault]:
        """Yield the faults of each file of an acceptance that cannot be read, or was edited.

        Raises:
            StaleReadError: another command has replaced a file meanwhile.
        """
        faults = self._acceptance_files.faults
        if faults and not self.is_current():
            raise StaleReadError(self.folder.path)
        for each in faults.values():
            yield from each

    @cached_property
    def acceptances(self) -> Acceptances:
        """What was accepted on purpose, without files that have a fault."""
        return self._acceptance_files.acceptances

    def with_acceptances(self, acceptances: Acceptances) -> Baselines:
        """Return the same frozen files with other acceptances, which need not be written."""
        other = copy(self)
        other.acceptances = acceptances
        return other

    @cached_property
    def _acceptance_files(self) -> AcceptanceFiles:
        read = read_acceptances(self._seen, self.list_acceptance_files())
        self._digests |= read.digests
        return read

    def record_data(self, section: str, path: str) -> bytes:
        """Return the bytes of a record.

        Raises:
            MigrationError: the record cannot be read.
        """
        return self._seen.read(self.folder.record_path(section, path))

    def digest_read(self, path: str) -> str | None:
        """Return the digest of a record or the ledger as it was read, None if it was not read."""
        return self._digests.get(path)

    def digest_before(self, path: str) -> str | None:
        """Return the digest that a file must have when it is replaced, None if it is new.

        The digest of a baseline is taken from its record.
        """
        for section in (PRESETS, FUSION):
            folder = f"{self.folder.path}/{section}/"
            if path.startswith(folder):
                config = path.removeprefix(folder).removesuffix(".json")
                known = self._readings.get((section, config))
                return known.record.sha256 if known and known.record else None
        return self._digests.get(path)

    def faults(self, section: str, path: str) -> Iterator[Fault]:
        """Yield the faults of what was frozen of a config; leave out those of its decisions.

        Raises:
            StaleReadError: another command has replaced a file meanwhile.
        """
        reading = self.reading(section, path)
        yield from reading.record_faults
        if reading.record:
            try:
                self._read_baseline(self.folder.baseline_path(section, path), reading.record)
            except MigrationError as error:
                yield from error.faults

    def value(self, section: str, path: str) -> object:
        """Return the frozen value.

        Raises:
            MigrationError: the baseline is missing or has been edited.
            StaleReadError: another command has replaced it meanwhile.
        """
        file = self.folder.baseline_path(section, path)
        return read_canonical(self._read_baseline(file, self.record(section, path)), file)

    def is_frozen_as(self, section: str, path: str, text: bytes) -> bool:
        """Tell whether the frozen value is the one in this canonical JSON.

        The baseline is read only if the digests differ.

        Raises:
            MigrationError, StaleReadError: as `value`.
        """
        record = self.record(section, path)
        # An older version may have written another text, but only the value counts.
        return digest(text) == record.sha256 or text == canonical_bytes(self.value(section, path))

    def origins(self, section: str, path: str) -> OriginIndex:
        """Return the origins of the frozen value's leaves in the legacy tree.

        A file outside the project is named by its path from the root.

        Raises:
            MigrationError, StaleReadError: as `record`.
        """
        self.record(section, path)
        data = self._seen.read(self.folder.record_path(section, path))
        if digest(data) != self._digests[self.folder.record_path(section, path)]:
            raise StaleReadError(path)
        return {
            text: f"{file}:{line}"
            for file, lines in read_places(data).items()
            for text, line in lines.items()
        }

    def unfinished(self) -> str | None:
        """Return the command that was stopped during its change, None if there is none."""
        return self.pending.doing if self.pending else None

    def list_files(self) -> tuple[str, ...]:
        """Return every file in the folder as it was when first asked for, sorted."""
        if self._files is None:
            self._files = self._tree.files(self.folder.path)
        return self._files

    def _named_in(self, folder: str) -> list[str]:
        """Return the configs that have a file in a folder of the frozen files, sorted."""
        files = self._after_change(self.list_files())
        return sorted(configs_in(f"{self.folder.path}/{folder}/", files))

    def _after_change(self, files: Iterable[str]) -> set[str]:
        """Return the files of the folder as they are once a pending change is finished."""
        if self.pending is None:
            return {*files}
        return ({*files} | {*self.pending.written}) - {*self.pending.removed}

    def _is_record(self, section: str, config: str) -> bool:
        """Tell whether a hidden file is the record of a config: whether its baseline exists."""
        return self._seen.is_file(self.folder.baseline_path(section, config))

    def _read_baseline(self, path: str, record: Record) -> bytes:
        """Return the bytes of a baseline, after checking them against its record."""
        try:
            data = self._seen.read(path)
        except MigrationError:
            if self._seen.is_file(path):
                raise
            problem = "missing, but its record is there"
        else:
            if digest(data) == record.sha256:
                return data
            if fault := pointer_fault(data.decode(errors="replace"), path):
                raise self._error(fault)
            problem = "edited since it was frozen"
        raise self._error(Fault(problem, path, hint=RESTORE_OR_RESOLVE))

    def _error(self, *faults: Fault) -> Exception:
        """Return an error with the faults, or `StaleReadError` if the files changed meanwhile."""
        return MigrationError(*faults) if self.is_current() else StaleReadError(self.folder.path)
