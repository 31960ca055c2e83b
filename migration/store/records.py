"""Holds, as data, what a record says about one frozen config.

`record_file` writes and reads its text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from migration.errors import Fault
from migration.paths import RealPath
from migration.store.ledger import Entry

PRESETS, FUSION = "presets", "fusion"
RESTORE: Final = "restore it from version control; a baseline stays as it was frozen"
RESTORE_OR_RESOLVE: Final = f"{RESTORE}; after a merge, `snapshot --resolve`"

Places: TypeAlias = Mapping[str, Mapping[str, int]]
"""The lines that set the values: source file -> path text -> line."""


@dataclass(frozen=True, slots=True)
class Link:
    """One file of a chain as it was when frozen, and the files that it extended.

    `extends` is None if unknown: format 2 did not keep it.
    """

    path: str
    sha256: str
    extends: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class FusionLink:
    """The fusion config that a preset names, and the digest of the baseline that goes with it."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Record:
    """What was frozen of one config, apart from its values and their places."""

    chain: tuple[Link, ...]
    sha256: str
    """The digest of the baseline."""
    fusion: FusionLink | None = None

    @property
    def files(self) -> tuple[RealPath, ...]:
        """The files of the chain, by their real paths, which `Baselines` has put into the links."""
        return tuple(RealPath(link.path) for link in self.chain)

    @property
    def file_count(self) -> int:
        """The number of different files in the chain."""
        return len({link.path for link in self.chain})


@dataclass(frozen=True, slots=True)
class Reading:
    """What the text of a record holds; a part with a fault is None.

    The record of a fusion config has no entry: nothing is decided about it.
    """

    record: Record | None
    entry: Entry | None
    record_faults: tuple[Fault, ...] = ()
    entry_faults: tuple[Fault, ...] = ()
    salvaged: Entry | None = None
    """The valid fields of an entry with a fault; `map` decides the others anew."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults of both parts."""
        return (*self.record_faults, *self.entry_faults)
