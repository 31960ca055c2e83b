"""Frozen files under the snapshots folder, each held against the manifest before it is used.

A baseline holds a resolved config and nothing else; where its leaves stood is frozen beside it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from migration.canonical import canonical_bytes, read_canonical
from migration.digests import digest
from migration.errors import Fault, MigrationError
from migration.globs import is_hidden
from migration.journal import JOURNAL, Change, pending
from migration.manifest import (
    FUSION,
    PRESETS,
    RESTORE,
    Link,
    Manifest,
    Record,
    manifest_as_written,
    read_manifest,
)
from migration.origins import OriginIndex
from migration.staging import TEMPORARY
from migration.trees import Tree

# Apart, since a path that serves as a preset and as a fusion config has origins of either kind.
ORIGINS = {PRESETS: "origins", FUSION: "fusion_origins"}


class ReplacedError(Exception):
    """Another command has changed what is frozen, and what was read of it is out of date.

    Nobody's mistake, and no fault of a preset: who reads begins anew.
    """


@dataclass(frozen=True, slots=True)
class Frozen:
    """A config about to be frozen: its record and the two files that go with it."""

    record: Record
    baseline: bytes
    origins: bytes


def freeze(
    baseline: bytes, origins: OriginIndex, chain: tuple[Link, ...], fusion: str | None = None
) -> Frozen:
    """Return a value, given as its canonical JSON, its origins and their record."""
    places = canonical_bytes(origins, rare=())
    return Frozen(Record(chain, digest(baseline), digest(places), fusion), baseline, places)


class BaselineStore:
    """Reads and lays out the frozen files of one project."""

    def __init__(self, tree: Tree, folder: str) -> None:
        """Look in `folder` of `tree`."""
        self._tree = tree
        self._pending: Change | None = None
        self._seen = tree
        """The tree as it is once a pending change is finished."""
        self._listed: Mapping[str, str] = {}
        """The digest of every frozen file that the manifest lists, by its path."""
        self._as_of: object = None
        self.folder = folder
        self._real_folder = tree.real_path(folder)
        self.manifest_path = f"{folder}/manifest.json"
        self.ledger_path = f"{folder}/ledger.yaml"
        self.journal_path = f"{folder}/{JOURNAL}"

    def baseline_path(self, section: str, path: str) -> str:
        """Return where the config at `path` is frozen; the section is `presets` or `fusion`."""
        return f"{self.folder}/{section}/{path}.json"

    def origins_path(self, section: str, path: str) -> str:
        """Return where the origins of the config at `path` are frozen."""
        return f"{self.folder}/{ORIGINS[section]}/{path}.json"

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

    def is_current(self) -> bool:
        """Tell whether no command has changed what is frozen since the manifest was read."""
        return self._signature() == self._as_of

    def manifest(self, *, is_verified: bool = True) -> Manifest | None:
        """Return the manifest, None if there is none.

        Every frozen file was held against it then, or else is when it is read. A change that was
        left unfinished counts as finished from here on.

        Raises:
            MigrationError: the manifest cannot be read, or a frozen file is missing or has been
                edited.
        """
        self._as_of, self._listed = self._signature(), {}
        self._pending = pending(self._tree, self.folder)
        change = self._pending
        self._seen = self._tree.overlaid(change.files) if change else self._tree
        if not self._seen.is_file(self.manifest_path):
            return None
        path = self.manifest_path
        manifest = manifest_as_written(self._seen.read(path))
        if manifest is None:
            manifest = read_manifest(self._seen.read_text(path), path)
        self._listed = self.digests(manifest)
        if is_verified and (faults := tuple(self._faults())):
            raise MigrationError(*faults)
        return manifest

    def ledger_text(self) -> str | None:
        """Return the text of the ledger, None if there is none.

        Raises:
            MigrationError: it cannot be read.
        """
        has_ledger = self._seen.is_file(self.ledger_path)
        return self._seen.read_text(self.ledger_path) if has_ledger else None

    def is_listed(self, path: str) -> bool:
        """Tell whether the manifest that was read lists the file at the path."""
        return path in self._listed

    def unfinished(self) -> str | None:
        """Return the command that was stopped within its change, None if there is none."""
        return self._pending.doing if self._pending else None

    def leftovers(self) -> tuple[str, ...]:
        """Return the files in the folder that the manifest that was read does not list, sorted.

        Those are what a stopped command had begun to write, or what somebody has put there; a link
        to a folder is one. What is hidden, as an editor's files are, is none.
        """
        removed = self._pending.removed if self._pending else ()
        known = {*self._listed, self.manifest_path, self.ledger_path, *removed}
        unlisted = {self._outermost(path) for path in {*self._tree.files(self.folder)} - known}
        return tuple(sorted(path for path in unlisted if self._is_leftover(path, known)))

    def value(self, section: str, path: str) -> object:
        """Return the frozen value.

        Raises:
            MigrationError: the baseline is missing or has been edited.
            ReplacedError: another command has replaced it since the manifest was read.
        """
        file = self.baseline_path(section, path)
        return read_canonical(self._held(file), file)

    def is_frozen_as(self, section: str, path: str, text: bytes) -> bool:
        """Tell whether the frozen value is the one of this canonical JSON.

        The baseline is read only where the digests differ.

        Raises:
            MigrationError, ReplacedError: as `value`.
        """
        file = self.baseline_path(section, path)
        # The text can be an older version's; the value is what counts.
        return digest(text) == self._listed[file] or text == canonical_bytes(
            read_canonical(self._held(file), file)
        )

    def origins(self, section: str, path: str) -> OriginIndex:
        """Return where the leaves of the frozen value stood in the legacy tree.

        Raises:
            MigrationError, ReplacedError: as `value`.
        """
        file = self.origins_path(section, path)
        return cast("OriginIndex", read_canonical(self._held(file), file))

    def files(self, section: str, path: str, frozen: Frozen) -> dict[str, bytes]:
        """Return the files to write for a config; the manifest is not among them."""
        return {
            self.baseline_path(section, path): frozen.baseline,
            self.origins_path(section, path): frozen.origins,
        }

    def digests(self, manifest: Manifest) -> dict[str, str]:
        """Return the digest of every frozen file that a manifest lists, by its path."""
        digests = {}
        for section, records in ((PRESETS, manifest.presets), (FUSION, manifest.fusion)):
            for path, record in records.items():
                digests[self.baseline_path(section, path)] = record.sha256
                digests[self.origins_path(section, path)] = record.origins
        return digests

    def _outermost(self, path: str) -> str:
        """Return the first link on the way to a file of the folder, the file if there is none."""
        links = (link for link in self._tree.links(path) if link.startswith(f"{self.folder}/"))
        return next(links, path)

    def _is_leftover(self, path: str, known: Collection[str]) -> bool:
        is_temporary = posixpath.basename(path).startswith(".") and path.endswith(TEMPORARY)
        if is_hidden(path.removeprefix(f"{self.folder}/")) and not is_temporary:
            return False
        return not any(each.startswith(f"{path}/") for each in known)

    def _faults(self) -> Iterator[Fault]:
        """Yield a fault for each frozen file that is gone, or is not as it was."""
        for path in self._listed:
            try:
                self._held(path)
            except MigrationError as error:
                yield from error.faults

    def _held(self, path: str) -> bytes:
        """Return the bytes of a frozen file, held against the manifest."""
        try:
            data = self._seen.read(path)
        except MigrationError:
            if self._seen.is_file(path):
                raise
            problem = "the manifest lists this frozen file, but it is gone"
        else:
            if digest(data) == self._listed[path]:
                return data
            problem = "edited since it was frozen"
        if not self.is_current():
            raise ReplacedError(path)
        raise MigrationError(Fault(problem, path, hint=RESTORE))

    def _signature(self) -> object:
        """Return what changes whenever a command changes what is frozen or recorded."""
        paths = (self.manifest_path, self.ledger_path, self.journal_path)
        return [self._tree.signature(path) for path in paths]
