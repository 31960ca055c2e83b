"""The manifest: what vouches for every frozen file. Reading the disk is `baselines`' part."""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from migration.canonical import canonical_bytes
from migration.errors import Fault, MigrationError

FORMAT = 1
PRESETS, FUSION = "presets", "fusion"
RESTORE = "restore it from version control; a baseline changes only by `snapshot --refreeze`"


@dataclass(frozen=True, slots=True)
class Link:
    """One file of a chain as it was when frozen."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Record:
    """What the manifest knows of one frozen config: digests, and for a preset its fusion file."""

    chain: tuple[Link, ...]
    sha256: str
    origins: str
    fusion: str | None = None

    @property
    def file_count(self) -> int:
        """The number of different files in the chain."""
        return len({link.path for link in self.chain})


Records: TypeAlias = Mapping[str, Record]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The frozen presets and the fusion configs that they name, by legacy path."""

    presets: Records = field(default_factory=dict)
    fusion: Records = field(default_factory=dict)


def digest(data: bytes) -> str:
    """Return the sha256 of the bytes, a CRLF read as LF so that any checkout gives the same."""
    return hashlib.sha256(as_lf(data)).hexdigest()


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return the manifest's text: deterministic, sorted, one record a config."""
    sections = {PRESETS: manifest.presets, FUSION: manifest.fusion}
    document: dict[str, object] = {"format": FORMAT}
    for section, records in sections.items():
        document[section] = {path: _record_json(record) for path, record in records.items()}
    return canonical_bytes(document)


def read_manifest(data: bytes, path: str) -> Manifest:
    """Return the manifest that the bytes hold.

    Raises:
        MigrationError: not JSON, another format number, or a record that is not one.
    """
    try:
        document = json.loads(data)
        if (number := document["format"]) != FORMAT or type(number) is not int:
            message = f"format {number!r} is not the one that this version reads"
            raise MigrationError(Fault(f"{message}, {FORMAT}", path))
        manifest = Manifest(_records(document[PRESETS]), _records(document[FUSION]))
    except json.JSONDecodeError as error:
        raise MigrationError(
            Fault(f"not JSON: {error.msg}", path, error.lineno, error.colno)
        ) from None
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        message = f"not a manifest: {type(error).__name__} {error}"
        raise MigrationError(Fault(message, path, hint=RESTORE)) from None
    for preset, record in manifest.presets.items():
        if record.fusion and record.fusion not in manifest.fusion:
            message = f"{preset} names the fusion config {record.fusion}, which has no record"
            raise MigrationError(Fault(message, path, hint=RESTORE))
    return manifest


def _record_json(record: Record) -> dict[str, object]:
    chain: object = [{"path": link.path, "sha256": link.sha256} for link in record.chain]
    digests = {"sha256": record.sha256, "origins": record.origins}
    return {"chain": chain, **digests} | ({"fusion": record.fusion} if record.fusion else {})


def _records(section: dict[str, dict[str, object]]) -> Records:
    return {_path(path): _record(fields) for path, fields in section.items()}


def _record(fields: dict[str, object]) -> Record:
    links = cast("list[dict[str, object]]", fields["chain"])
    chain = tuple(Link(_path(link["path"]), _string(link["sha256"])) for link in links)
    fusion = _path(fields["fusion"]) if "fusion" in fields else None
    return Record(chain, _string(fields["sha256"]), _string(fields["origins"]), fusion)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected a string, not {value!r}")
    return value


def _path(value: object) -> str:
    """Return a path; one that leads out of the folder it counts from is refused."""
    path = _string(value)
    if posixpath.normpath(path) != path or path.startswith("../"):
        raise ValueError(f"not a path within the project: {path!r}")
    return path


def as_lf(data: bytes) -> bytes:
    """Return the bytes with every CRLF as LF."""
    return data.replace(b"\r\n", b"\n")
