"""Computes where the frozen files of a project are, and what is frozen of a config.

A baseline holds a resolved config and nothing else; its record lies in a folder beside it.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from migration.errors import Fault
from migration.files.atomic import place_of
from migration.files.digest import digest
from migration.files.tree import Tree
from migration.paths import RealPath, is_plain_path
from migration.store.frozen_part import facts_bytes
from migration.store.journal import JOURNAL
from migration.store.records import FUSION, PRESETS, FusionLink, Link, Places, Record
from migration.store.seal import UPGRADE

RECORDS = {PRESETS: "records", FUSION: "fusion_records"}
"""The folder of the records that go with each folder of baselines."""
ACCEPTED = "accepted"
"""The folder with a file for each acceptance."""
OLD_MANIFEST = "manifest.json"
OLD_ORIGINS = {PRESETS: "origins", FUSION: "fusion_origins"}
"""The file and the folders that formats 1 and 2 had instead of records."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A config about to be frozen: its record, the frozen part of the record's text, the values."""

    record: Record
    facts: bytes
    baseline: bytes


class StateFolder:
    """The folder of the frozen files, given by its path in the project's tree; reads no file."""

    def __init__(self, tree: Tree, path: str) -> None:
        """Take the folder at `path` in `tree`."""
        self.tree, self.path = tree, path
        self.ledger_path = f"{path}/ledger.yaml"
        self.journal_path = f"{path}/{JOURNAL}"
        self._real_folder = tree.real_path(path)

    def baseline_path(self, section: str, path: str) -> str:
        """Return where the config at `path` is frozen; the section is `presets` or `fusion`."""
        return f"{self.path}/{section}/{path}.json"

    def record_path(self, section: str, path: str) -> str:
        """Return where the record of the config at `path` is."""
        return f"{self.path}/{RECORDS[section]}/{path}.json"

    @property
    def place(self) -> Path:
        """Where the folder is on disk; it may be gone."""
        return self.tree.root / self._real_folder

    def real_path(self, path: str) -> str:
        """Return the real path of the folder, or of a file in it that is not a link."""
        return f"{self._real_folder}{path.removeprefix(self.path)}"

    def holds(self, path: RealPath) -> bool:
        """Tell whether the real path lies in the folder of the frozen files."""
        return path.startswith(f"{self._real_folder}/")

    def config_at(self, path: RealPath) -> tuple[str, str] | None:
        """Return section and config of the baseline that belongs at the real path, else None."""
        for section in (PRESETS, FUSION):
            folder = f"{self._real_folder}/{section}/"
            if path.startswith(folder) and path.endswith(".json"):
                return section, path.removeprefix(folder).removesuffix(".json")
        return None

    def is_ours(self, path: str) -> bool:
        """Tell whether the toolkit may have a file at the path, in this or an earlier format.

        The file's real folder must lie within the real folder of the frozen files: no link leads
        out.
        """
        inside = path.removeprefix(f"{self.path}/")
        if not is_plain_path(path) or inside == path:
            return False
        folders = (*RECORDS, *RECORDS.values(), *OLD_ORIGINS.values())
        is_frozen = inside.startswith(tuple(f"{folder}/" for folder in folders)) and (
            inside.endswith(".json") and place_of(inside) is None
        )
        is_known = inside in ("ledger.yaml", OLD_MANIFEST) or self.is_acceptance(path) or is_frozen
        return is_known and self._is_inside(posixpath.dirname(inside))

    def is_acceptance(self, path: str) -> bool:
        """Tell whether the path is one that the file of an acceptance may have."""
        folder, _, name = path.rpartition("/")
        is_shown = name.endswith(".yaml") and not name.startswith(".") and place_of(name) is None
        return folder == f"{self.path}/{ACCEPTED}" and is_shown

    def list_acceptances(self) -> list[str]:
        """Return the files of acceptances that are on disk."""
        files = self.tree.files(f"{self.path}/{ACCEPTED}")
        return [path for path in files if self.is_acceptance(path)]

    def acceptance_path(self, name: str) -> str:
        """Return where the acceptance with this file name is."""
        return f"{self.path}/{ACCEPTED}/{name}"

    def _is_inside(self, folder: str) -> bool:
        """Tell whether a folder, given relative to that of the frozen files, is not a link."""
        real = posixpath.join(self._real_folder, folder) if folder else self._real_folder
        return self.tree.real_path(posixpath.join(self.path, folder)).rstrip("/") == real

    def link_fault(self, path: str) -> Fault | None:
        """Return a fault if the folder of a frozen file is a link to another place, else None."""
        if self.is_ours(path):
            return None
        folder = posixpath.dirname(path)
        link = next((at for at in self.tree.links(folder) if at != self.path), folder)
        hint = "remove the link: frozen files lie in the folder itself"
        return Fault("a link to another folder; nothing is written through it", link, hint=hint)

    def signature(self) -> object:
        """Return a value that changes whenever a command changes what is frozen or recorded.

        Every command that does so replaces at least the ledger.
        """
        return [self.tree.signature(path) for path in (self.ledger_path, self.journal_path)]

    def unfrozen_fault(self) -> Fault:
        """Return the fault of a project in which nothing is frozen."""
        hint = "freeze the presets before they are edited: `snapshot`"
        return Fault("nothing has been frozen yet", self.path, hint=hint)

    def format_fault(self) -> Fault:
        """Return the fault of frozen files in an earlier format."""
        message = "the frozen files are in format 1 or 2, and this version reads 3"
        return Fault(message, f"{self.path}/{OLD_MANIFEST}", hint=UPGRADE)

    def freeze(
        self, baseline: bytes, places: Places, chain: tuple[Link, ...], fusion: FusionLink | None
    ) -> Frozen:
        """Return what is frozen of a config; `baseline` is the canonical JSON of its value.

        `link` makes the links of the chain.
        """
        outward = {self.outward(file): lines for file, lines in places.items()}
        record = Record(chain, digest(baseline), fusion)
        return Frozen(record, facts_bytes(record, outward), baseline)

    def link(self, path: str, sha256: str, bases: tuple[str, ...]) -> Link:
        """Return a file of a chain as it is frozen; the paths given are real paths."""
        return Link(self.outward(path), sha256, tuple(map(self.outward, bases)))

    def outward(self, path: str) -> str:
        """Return a real path as it is frozen: relative to the project's root, even outside it."""
        return os.path.relpath(path, self.tree.root) if path.startswith("/") else path

    def inward(self, record: Record) -> Record:
        """Return a record with the real paths, on this machine, of what is outside the project."""
        if not any(map(_is_outside, record.chain)):
            return record
        chain = tuple(self._inward_link(link) for link in record.chain)
        return replace(record, chain=chain)

    def _inward_link(self, link: Link) -> Link:
        if not _is_outside(link):
            return link
        real_path, bases = self.tree.real_path, link.extends
        extends = None if bases is None else tuple(map(real_path, bases))
        return replace(link, path=real_path(link.path), extends=extends)

    def files_of(self, section: str, path: str) -> tuple[str, str]:
        """Return the two files of a frozen config: its baseline and its record."""
        return self.baseline_path(section, path), self.record_path(section, path)

    def folders_of(self, section: str) -> tuple[str, str]:
        """Return the two folders of a section, each with a slash at its end."""
        return f"{self.path}/{section}/", f"{self.path}/{RECORDS[section]}/"

    def is_temporary(self, path: str) -> bool:
        """Tell whether the file is a temporary one that a stopped command of the toolkit left."""
        place = place_of(path)
        return place is not None and (place == self.journal_path or self.is_ours(place))

    def outermost(self, path: str) -> str:
        """Return the first link on the way to a file of the folder; without links, the file."""
        links = (link for link in self.tree.links(path) if link.startswith(f"{self.path}/"))
        return next(links, path)


def configs_in(folder: str, files: Iterable[str]) -> Iterator[str]:
    """Yield the configs that have a file in a folder of frozen files; `folder` ends with `/`."""
    for path in files:
        if path.startswith(folder) and path.endswith(".json"):
            yield path.removeprefix(folder).removesuffix(".json")


def _is_outside(link: Link) -> bool:
    return any(path.startswith("../") for path in (link.path, *(link.extends or ())))
