"""Reads all files in `accepted/` of one tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from migration.errors import Fault, MigrationError
from migration.files.digest import digest
from migration.files.tree import Tree
from migration.store.acceptance import Acceptances
from migration.store.acceptance_file import read_acceptance


class AcceptanceFiles(NamedTuple):
    """What was accepted, the digest of each file that was read, and the faults of each other."""

    acceptances: Acceptances
    digests: Mapping[str, str]
    faults: Mapping[str, tuple[Fault, ...]]


def read_acceptances(tree: Tree, paths: Iterable[str]) -> AcceptanceFiles:
    """Read the acceptances at these paths; one with a fault accepts nothing."""
    found = []
    digests: dict[str, str] = {}
    faults: dict[str, tuple[Fault, ...]] = {}
    for path in paths:
        try:
            data = tree.read(path)
            digests[path] = digest(data)
            found.append(read_acceptance(data, path))
        except MigrationError as error:
            faults[path] = error.faults
    return AcceptanceFiles(Acceptances(found), digests, faults)
