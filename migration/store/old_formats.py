"""Reads the manifest and the ledger of formats 1 and 2, only for `snapshot --upgrade`.

Format 1 had no seals. Nothing writes these formats any more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from migration.errors import Fault, MigrationError
from migration.phases import PHASES, Phase, Status
from migration.store.decisions import entry_faults
from migration.store.frozen_part import chain_path, plain_path, words_of
from migration.store.ledger import Entry, Ledger
from migration.store.seal import FORMAT, SEAL, conflict_fault, seal
from migration.values.canonical_reader import unique
from migration.yaml.duplicates import duplicate_faults
from migration.yaml.load import load_mapping

FORMATS = (1, 2)
_UNREADABLE = "restore it from version control, then run `snapshot --upgrade` again"


@dataclass(frozen=True, slots=True)
class OldRecord:
    """What the manifest held about one frozen config."""

    chain: tuple[tuple[str, str], ...]
    """The path and the digest of each file."""
    sha256: str
    origins: str
    """The digest of the file with the origins."""
    fusion: str | None = None


@dataclass(frozen=True, slots=True)
class OldManifest:
    """The frozen presets and the fusion configs that they name, by legacy path."""

    presets: Mapping[str, OldRecord]
    fusion: Mapping[str, OldRecord]


def read_old_manifest(text: str, path: str) -> OldManifest:
    """Return the manifest that the text holds.

    Raises:
        MigrationError: the text is not a manifest, or a record in it was edited.
    """
    if fault := conflict_fault(text, path):
        raise MigrationError(fault)
    try:
        document = json.loads(text, object_pairs_hook=unique)
        is_sealed = _has_seals(document["format"], path)
        broken = [
            Fault(f"the record of {config} was edited", path, hint=_UNREADABLE)
            for section in ("presets", "fusion")
            for config, fields in document[section].items()
            if is_sealed and fields.pop(SEAL, None) != seal([section, config], fields)
        ]
        if broken:
            raise MigrationError(*broken)
        if not is_sealed:
            _refuse_seals(document["presets"], document["fusion"])
        presets, fusion = (_records(document[name]) for name in ("presets", "fusion"))
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise MigrationError(
            Fault(f"not a manifest: {words_of(error)}", path, hint=_UNREADABLE)
        ) from None
    return OldManifest(presets, fusion)


def read_old_ledger(text: str, path: str) -> Ledger:
    """Return the ledger that the text holds, with the reason of each refreeze but not its digests.

    A status that was edited by hand stays marked as such.

    Raises:
        MigrationError: the text is not a ledger, or a decision in it was edited.
    """
    if fault := conflict_fault(text, path):
        raise MigrationError(fault)
    document = cast("Mapping[str, Any]", load_mapping(text, path))
    if faults := tuple(duplicate_faults(text, path, _UNREADABLE)):
        raise MigrationError(*faults)
    try:
        is_sealed = _has_seals(document["format"], path)
        phase = document["phase"]
        if not is_sealed:
            _refuse_seals({"ledger": document}, document["presets"])
        is_edited = is_sealed and document[SEAL] != seal("phase", phase)
        if phase not in PHASES or isinstance(phase, bool | float) or is_edited:
            raise MigrationError(Fault("the open phase was edited", path, hint=_UNREADABLE))
        entries = {
            preset: _entry(preset, {**fields}, path, is_sealed=is_sealed)
            for preset, fields in document["presets"].items()
        }
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise MigrationError(
            Fault(f"not a ledger: {words_of(error)}", path, hint=_UNREADABLE)
        ) from None
    return Ledger(cast("Phase", phase), entries)


def _has_seals(number: object, path: str) -> bool:
    if type(number) is not int or number not in FORMATS:
        raise MigrationError(Fault(f"format {number!r}, where 1 or 2 was expected", path))
    return number > 1


def _refuse_seals(*sections: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise an error for a seal in format 1, which had none: the format number was changed."""
    if any(SEAL in fields for section in sections for fields in section.values()):
        raise ValueError("a seal in format 1")


def _records(section: Mapping[str, Mapping[str, Any]]) -> Mapping[str, OldRecord]:
    return {
        plain_path(config): OldRecord(
            tuple((_chain_path(link["path"]), str(link["sha256"])) for link in fields["chain"]),
            str(fields["sha256"]),
            str(fields["origins"]),
            plain_path(fields["fusion"]) if "fusion" in fields else None,
        )
        for config, fields in section.items()
    }


def _chain_path(path: object) -> str:
    """Return a path of a chain, which is absolute if the file is outside the project."""
    text = str(path)
    return f"/{chain_path(text[1:])}" if text.startswith("/") else chain_path(path)


def _entry(preset: str, fields: dict[str, Any], path: str, *, is_sealed: bool) -> Entry:
    status_when_sealed, given = None, fields.pop(SEAL, None)
    if is_sealed:
        statuses = (fields["status"], "verified", "pending", "failed", "missing", "error")
        right = [each for each in statuses if seal(preset, {**fields, "status": each}) == given]
        if not right:
            message = f"the record of {preset} was edited"
            raise MigrationError(Fault(message, path, hint=_UNREADABLE))
        status_when_sealed = right[0] if right[0] != fields["status"] else None
    reasons = [each["reason"] for each in fields.pop("exceptions", ())]
    document = {"format": FORMAT, **fields, **({"refrozen": reasons} if reasons else {})}
    plain_path(preset)
    if faults := tuple(entry_faults(document, "", path)):
        raise MigrationError(*faults)
    return Entry(
        target=fields.get("target", preset),
        status=fields["status"],
        phase=fields.get("phase"),
        reason=fields.get("reason"),
        refrozen=tuple(reasons),
        status_when_sealed=cast("Status | None", status_when_sealed),
    )
