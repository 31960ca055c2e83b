"""Frozen files under the snapshots folder, each held against its record before it is used.

A baseline holds a resolved config and nothing else; its record lies in a folder beside it.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from migration.errors import Fault, MigrationError
from migration.files.atomic import place_of
from migration.files.digest import digest
from migration.files.tree import Tree
from migration.paths import is_hidden, is_plain_path
from migration.resolve.origins import OriginIndex
from migration.store.journal import JOURNAL, Change, pending
from migration.store.ledger import Entry, Progression
from migration.store.ledger_file import read_progression
from migration.store.records import (
    FUSION,
    PRESETS,
    RESTORE_OR_RESOLVE,
    FusionLink,
    Link,
    Places,
    Reading,
    Record,
    facts_bytes,
    read_places,
    read_record,
)
from migration.store.seal import RESOLVE, UPGRADE
from migration.values.canonical import canonical_bytes, read_canonical

RECORDS = {PRESETS: "records", FUSION: "fusion_records"}
"""The folder of the records that go with each folder of baselines."""
OLD_MANIFEST = "manifest.json"
OLD_ORIGINS = {PRESETS: "origins", FUSION: "fusion_origins"}
"""The file and the folders that formats 1 and 2 had instead of records."""


class ReplacedError(Exception):
    """The frozen files changed while they were being read. No user's error: the caller retries."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A config about to be frozen: its record, the frozen part of the record's text, the values."""

    record: Record
    facts: bytes
    baseline: bytes


class BaselineStore:
    """Reads and lays out the frozen files of one project."""

    def __init__(self, tree: Tree, folder: str) -> None:
        """Look in `folder` of `tree`."""
        self._tree = tree
        self._pending: Change | None = None
        self._seen = tree
        """The tree as it is once a pending change is finished."""
        self._as_of: object = None
        self._files: tuple[str, ...] | None = None
        """Every file in the folder, once they were listed."""
        self._inside: dict[str, bool] = {}
        self._readings: dict[tuple[str, str], Reading] = {}
        self._digests: dict[str, str] = {}
        """The digest of every record, and of the ledger, as they were read."""
        self.folder = folder
        self._real_folder = tree.real_path(folder)
        self.ledger_path = f"{folder}/ledger.yaml"
        self.journal_path = f"{folder}/{JOURNAL}"

    def baseline_path(self, section: str, path: str) -> str:
        """Return where the config at `path` is frozen; the section is `presets` or `fusion`."""
        return f"{self.folder}/{section}/{path}.json"

    def record_path(self, section: str, path: str) -> str:
        """Return where the record of the config at `path` is."""
        return f"{self.folder}/{RECORDS[section]}/{path}.json"

    @property
    def place(self) -> Path:
        """Where the folder is on disk; it may be gone."""
        return self._tree.root / self._real_folder

    def real_path(self, path: str) -> str:
        """Return the real path of the folder, or of a file in it that is no link."""
        return f"{self._real_folder}{path.removeprefix(self.folder)}"

    def holds(self, path: str) -> bool:
        """Tell whether the real path lies in the folder of the frozen files."""
        return path.startswith(f"{self._real_folder}/")

    def config_at(self, path: str) -> tuple[str, str] | None:
        """Return section and config of the baseline for which the real path is the place."""
        for section in (PRESETS, FUSION):
            folder = f"{self._real_folder}/{section}/"
            if path.startswith(folder) and path.endswith(".json"):
                return section, path.removeprefix(folder).removesuffix(".json")
        return None

    def is_ours(self, path: str) -> bool:
        """Tell whether the toolkit may have a file at the path, in this format or one before.

        Its real folder has to lie within the real folder of the frozen files: no link leads out.
        """
        inside = path.removeprefix(f"{self.folder}/")
        if not is_plain_path(path) or inside == path:
            return False
        folders = (*RECORDS, *RECORDS.values(), *OLD_ORIGINS.values())
        is_known = inside in ("ledger.yaml", OLD_MANIFEST) or (
            inside.startswith(tuple(f"{folder}/" for folder in folders))
            and inside.endswith(".json")
            and place_of(inside) is None
        )
        return is_known and self._is_inside(posixpath.dirname(inside))

    def _is_inside(self, folder: str) -> bool:
        """Tell whether a folder, given by its path from that of the frozen files, is no link."""
        if folder not in self._inside:
            real = posixpath.join(self._real_folder, folder) if folder else self._real_folder
            found = self._tree.real_path(posixpath.join(self.folder, folder))
            self._inside[folder] = found.rstrip("/") == real
        return self._inside[folder]

    def link_fault(self, path: str) -> Fault | None:
        """Say that the folder of a frozen file is a link to another place, if it is one."""
        if self.is_ours(path):
            return None
        folder = posixpath.dirname(path)
        link = next((at for at in self._tree.links(folder) if at != self.folder), folder)
        hint = "remove the link: frozen files lie in the folder itself"
        return Fault("a link to another folder; nothing is written through it", link, hint=hint)

    def begin(self, *, of_any_format: bool = False) -> None:
        """Read everything anew from here on.

        A change that was left unfinished counts as finished.

        Raises:
            MigrationError: what is written down of a change is none of the toolkit's, or the files
                are in the format of an earlier version and not `of_any_format`.
        """
        self._as_of = self._signature()
        self._readings, self._digests, self._inside = {}, {}, {}
        self._files = None
        self._pending = pending(self._tree, self.folder, self.is_ours)
        self._seen = self._tree
        if change := self._pending:
            self._seen = self._tree.renamed({p: change.temporary(p) for p in change.written})
        manifest = f"{self.folder}/{OLD_MANIFEST}"
        if not of_any_format and self._seen.is_file(manifest):
            raise MigrationError(self.mixed_fault() or self.format_fault())

    def unfrozen_fault(self) -> Fault:
        """Return the fault of a project in which nothing is frozen."""
        hint = "freeze the legacy presets before they are edited: `snapshot`"
        return Fault("nothing has been frozen yet", self.folder, hint=hint)

    def format_fault(self) -> Fault:
        """Return the fault of frozen files in an earlier format."""
        message = "the frozen files are in format 1 or 2, and this version reads 3"
        return Fault(message, f"{self.folder}/{OLD_MANIFEST}", hint=UPGRADE)

    def mixed_fault(self) -> Fault | None:
        """Say that files of an earlier format lie beside records, if they do, as after a merge."""
        manifest = f"{self.folder}/{OLD_MANIFEST}"
        has_records = any(map(self._named_in, RECORDS.values()))
        if not has_records or not self._seen.is_file(manifest):
            return None
        message = "frozen files of format 1 or 2 lie beside those of format 3"
        return Fault(message, manifest, hint=RESOLVE)

    def is_current(self) -> bool:
        """Tell whether no command has changed what is frozen or recorded since `begin`.

        Every command that does so replaces the ledger at the least.
        """
        return self._signature() == self._as_of

    def progression(self) -> Progression | None:
        """Return which phase is open, None if there is no ledger.

        Raises:
            MigrationError: the ledger cannot be read, or was edited.
        """
        if not self._seen.is_file(self.ledger_path):
            return None
        text = self._seen.read_text(self.ledger_path)
        self._digests[self.ledger_path] = digest(text.encode())
        return read_progression(text, self.ledger_path)

    def configs(self, section: str) -> tuple[str, ...]:
        """Return the configs that have a record, sorted."""
        # Hidden ones are somebody else's, an editor's for instance.
        return tuple(
            config
            for config in self._named_in(RECORDS[section])
            if not is_hidden(config) or self._is_record(section, config)
        )

    def baselines(self, section: str) -> tuple[str, ...]:
        """Return the configs that have a baseline, sorted; hidden ones left out."""
        return tuple(config for config in self._named_in(section) if not is_hidden(config))

    def has_record(self, section: str, path: str) -> bool:
        """Tell whether the config has a record."""
        return self._seen.is_file(self.record_path(section, path))

    def reading(self, section: str, path: str) -> Reading:
        """Return what the record of a config says, and what is wrong with it."""
        known = self._readings.get((section, path))
        if known is None:
            file = self.record_path(section, path)
            try:
                data = self._seen.read(file)
            except MigrationError as error:
                if self._seen.is_file(file):
                    return Reading(None, None, error.faults)
                message = f"the record of {path} is gone"
                return Reading(None, None, (Fault(message, file, hint=RESTORE_OR_RESOLVE),))
            self._digests[file] = digest(data)
            known = self._inward(read_record(data, section, path, file))
            self._readings[section, path] = known
        return known

    def record(self, section: str, path: str) -> Record:
        """Return what was frozen of a config.

        Raises:
            MigrationError: its record is missing or has been edited.
            ReplacedError: another command has replaced it meanwhile.
        """
        reading = self.reading(section, path)
        if reading.record is None:
            raise self._error(*reading.record_faults)
        return reading.record

    def entry(self, preset: str) -> Entry:
        """Return what was decided and recorded of a preset.

        Raises:
            MigrationError, ReplacedError: as `record`.
        """
        reading = self.reading(PRESETS, preset)
        if reading.entry is None:
            raise self._error(*reading.faults)
        return reading.entry

    def record_data(self, section: str, path: str) -> bytes:
        """Return the bytes of a record.

        Raises:
            MigrationError: it cannot be read.
        """
        return self._seen.read(self.record_path(section, path))

    def digest_read(self, path: str) -> str | None:
        """Return the digest of a record, or of the ledger, as it was read; None if it was not."""
        return self._digests.get(path)

    def digest_before(self, path: str) -> str | None:
        """Return the digest that a file has to have when it is replaced, None if it is new.

        That of a baseline is in its record.
        """
        for section in (PRESETS, FUSION):
            folder = f"{self.folder}/{section}/"
            if path.startswith(folder):
                config = path.removeprefix(folder).removesuffix(".json")
                known = self._readings.get((section, config))
                return known.record.sha256 if known and known.record else None
        return self._digests.get(path)

    def faults(self, section: str, path: str) -> Iterator[Fault]:
        """Yield what is wrong with what was frozen of a config; what was decided is left out.

        Raises:
            ReplacedError: another command has replaced a file meanwhile.
        """
        reading = self.reading(section, path)
        yield from reading.record_faults
        if reading.record:
            try:
                self._held(self.baseline_path(section, path), reading.record)
            except MigrationError as error:
                yield from error.faults

    def value(self, section: str, path: str) -> object:
        """Return the frozen value.

        Raises:
            MigrationError: the baseline is missing or has been edited.
            ReplacedError: another command has replaced it meanwhile.
        """
        file = self.baseline_path(section, path)
        return read_canonical(self._held(file, self.record(section, path)), file)

    def is_frozen_as(self, section: str, path: str, text: bytes) -> bool:
        """Tell whether the frozen value is the one of this canonical JSON.

        The baseline is read only where the digests differ.

        Raises:
            MigrationError, ReplacedError: as `value`.
        """
        record = self.record(section, path)
        # The text can be an older version's; the value is what counts.
        return digest(text) == record.sha256 or text == canonical_bytes(self.value(section, path))

    def origins(self, section: str, path: str) -> OriginIndex:
        """Return where the leaves of the frozen value stood in the legacy tree.

        A file outside the project is named by its path from the root.

        Raises:
            MigrationError, ReplacedError: as `record`.
        """
        self.record(section, path)
        data = self._seen.read(self.record_path(section, path))
        if digest(data) != self._digests[self.record_path(section, path)]:
            raise ReplacedError(path)
        return {
            text: f"{file}:{line}"
            for file, lines in read_places(data).items()
            for text, line in lines.items()
        }

    def freeze(
        self, baseline: bytes, places: Places, chain: tuple[Link, ...], fusion: FusionLink | None
    ) -> Frozen:
        """Return a value, given as its canonical JSON, with its places and its record.

        The links of the chain are those of `link`.
        """
        outward = {self.outward(file): lines for file, lines in places.items()}
        record = Record(chain, digest(baseline), fusion)
        return Frozen(record, facts_bytes(record, outward), baseline)

    def link(self, path: str, sha256: str, bases: tuple[str, ...]) -> Link:
        """Return a file of a chain as it is frozen, given by real paths."""
        return Link(self.outward(path), sha256, tuple(map(self.outward, bases)))

    def outward(self, path: str) -> str:
        """Return a real path as it is frozen: one outside the project counts from its root."""
        return os.path.relpath(path, self._tree.root) if path.startswith("/") else path

    def unfinished(self) -> str | None:
        """Return the command that was stopped within its change, None if there is none."""
        return self._pending.doing if self._pending else None

    def files_of(self, section: str, path: str) -> tuple[str, str]:
        """Return the two files of a frozen config: its baseline and its record."""
        return self.baseline_path(section, path), self.record_path(section, path)

    def folders_of(self, section: str) -> tuple[str, str]:
        """Return the two folders of a section, each with a slash at its end."""
        return f"{self.folder}/{section}/", f"{self.folder}/{RECORDS[section]}/"

    def leftovers(self, *, is_anew: bool = False) -> tuple[str, ...]:
        """Return the files in the folder that belong to no record, sorted; listed anew if asked.

        Those are what a stopped command had begun to write, or what somebody has put there; a link
        to a folder is one. What is hidden, as an editor's files are, is none.
        """
        if is_anew:
            self._files = None
        known = {self.ledger_path, *(self._pending.digests if self._pending else ())}
        presets = self.configs(PRESETS)
        records = [self.reading(PRESETS, path).record for path in presets]
        named = {record.fusion.path for record in records if record and record.fusion}
        for section, paths in ((PRESETS, presets), (FUSION, named)):
            for path in paths:
                known.update(self.files_of(section, path))
        if self._pending:
            known.update(map(self._pending.temporary, self._pending.written))
        unlisted = {self._outermost(path) for path in {*self._all_files()} - known}
        return tuple(sorted(path for path in unlisted if self._is_leftover(path, known)))

    def is_temporary(self, path: str) -> bool:
        """Tell whether the file is one that a stopped command of the toolkit has left."""
        place = place_of(path)
        return place is not None and (place == self.journal_path or self.is_ours(place))

    def _named_in(self, folder: str) -> list[str]:
        """Return the configs that have a file in a folder of the frozen files, sorted."""
        files = {*self._all_files()}
        if self._pending:
            files = (files | {*self._pending.written}) - {*self._pending.removed}
        return sorted(configs_in(f"{self.folder}/{folder}/", files))

    def _all_files(self) -> tuple[str, ...]:
        if self._files is None:
            self._files = self._tree.files(self.folder)
        return self._files

    def _is_record(self, section: str, config: str) -> bool:
        """Tell whether a hidden file is the record of a config: its baseline is there."""
        return self._seen.is_file(self.baseline_path(section, config))

    def _inward(self, reading: Reading) -> Reading:
        """Return the reading with the real paths of this machine."""
        record = reading.record
        if record is None or not any(map(_is_outside, record.chain)):
            return reading
        real_path = self._tree.real_path
        chain = tuple(
            replace(
                link,
                path=real_path(link.path),
                extends=None if link.extends is None else tuple(map(real_path, link.extends)),
            )
            if _is_outside(link)
            else link
            for link in record.chain
        )
        return replace(reading, record=replace(record, chain=chain))

    def _outermost(self, path: str) -> str:
        """Return the first link on the way to a file of the folder, the file if there is none."""
        links = (link for link in self._tree.links(path) if link.startswith(f"{self.folder}/"))
        return next(links, path)

    def _is_leftover(self, path: str, known: Collection[str]) -> bool:
        if is_hidden(path.removeprefix(f"{self.folder}/")) and not self.is_temporary(path):
            return False
        return not any(each.startswith(f"{path}/") for each in known)

    def _held(self, path: str, record: Record) -> bytes:
        """Return the bytes of a baseline, held against its record."""
        try:
            data = self._seen.read(path)
        except MigrationError:
            if self._seen.is_file(path):
                raise
            problem = "missing, but its record is there"
        else:
            if digest(data) == record.sha256:
                return data
            problem = "edited since it was frozen"
        raise self._error(Fault(problem, path, hint=RESTORE_OR_RESOLVE))

    def _error(self, *faults: Fault) -> Exception:
        """Return what to raise: faults of files that another command has replaced are none."""
        return MigrationError(*faults) if self.is_current() else ReplacedError(self.folder)

    def _signature(self) -> object:
        """Return what changes whenever a command changes what is frozen or recorded."""
        return [self._tree.signature(path) for path in (self.ledger_path, self.journal_path)]


def configs_in(folder: str, files: Iterable[str]) -> Iterator[str]:
    """Yield the configs that have a file in a folder of the frozen files, which ends with `/`."""
    for path in files:
        if path.startswith(folder) and path.endswith(".json"):
            yield path.removeprefix(folder).removesuffix(".json")


def _is_outside(link: Link) -> bool:
    return any(path.startswith("../") for path in (link.path, *(link.extends or ())))
