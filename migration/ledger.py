"""`ledger.yaml`: what was decided on purpose, kept for ever. So far: baselines replaced.

Nothing is read from the disk here; the text comes in and goes out.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import cast

import yaml

from migration.documents import load_mapping
from migration.errors import Fault, MigrationError

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Refreeze:
    """A baseline replaced on purpose: the preset, why, and both digests.

    The fusion digests are set where the content of the preset's fusion config changed.
    """

    preset: str
    reason: str
    before: str
    after: str
    fusion_before: str | None = None
    fusion_after: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The decisions, oldest first."""

    exceptions: tuple[Refreeze, ...] = ()


def read_ledger(text: str, path: str) -> Ledger:
    """Return the ledger that the text holds.

    Raises:
        MigrationError: not YAML, another format number, or an entry that is not one.
    """
    document = load_mapping(text, path)
    if (number := document.get("format")) != FORMAT or type(number) is not int:
        message = f"format {number!r} is not the one that this version reads"
        raise MigrationError(Fault(f"{message}, {FORMAT}", path))
    entries = document.get("exceptions", [])
    if document.keys() - {"format", "exceptions"} or not isinstance(entries, list):
        raise MigrationError(Fault("a ledger has 'format' and 'exceptions', a list", path))
    return Ledger(tuple(_refreeze(entry, path) for entry in entries))


def ledger_text(ledger: Ledger) -> str:
    """Return the ledger's text: deterministic, and read back to the same ledger."""
    exceptions = [
        {name: value for name, value in asdict(entry).items() if value is not None}
        for entry in ledger.exceptions
    ]
    document = {"format": FORMAT, "exceptions": exceptions}
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)


def _refreeze(entry: object, path: str) -> Refreeze:
    names = {spec.name for spec in fields(Refreeze)}
    required = names - {"fusion_before", "fusion_after"}
    if not isinstance(entry, dict) or not required <= entry.keys() <= names:
        message = f"an exception needs {', '.join(sorted(required))}: {entry!r}"
        raise MigrationError(Fault(message, path))
    if not all(isinstance(value, str) for value in entry.values()):
        raise MigrationError(Fault(f"an exception has strings only: {entry!r}", path))
    return Refreeze(**cast("dict[str, str]", entry))
