"""The manifest: what vouches for every frozen file. Reading the disk is `baselines`' part.

The digest of a frozen file stands in a record, and the record is sealed.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias, cast

import orjson

from migration.canonical import canonical_bytes, unique
from migration.errors import Fault, MigrationError
from migration.sealed import FORMAT, OLDEST, SEAL, conflict_line, format_problem, seal

PRESETS, FUSION = "presets", "fusion"
RESTORE = "restore it from version control; a baseline changes only by `snapshot --refreeze`"
_MERGE = "resolve the merge: each record as the one or the other branch has it"


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

    def of(self, preset: str) -> tuple[Record | None, Record | None]:
        """Return the record of a preset, and that of the fusion config that it names."""
        record = self.presets.get(preset)
        return record, self.fusion.get(record.fusion) if record and record.fusion else None


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return the manifest's text: deterministic, sorted, one record a config."""
    sections = {PRESETS: manifest.presets, FUSION: manifest.fusion}
    document: dict[str, object] = {"format": FORMAT}
    links: dict[Link, dict[str, str]] = {}  # once each, since presets have most in common
    for section, records in sections.items():
        document[section] = {
            path: (fields := _fields(record, links)) | {SEAL: seal([section, path], fields)}
            for path, record in records.items()
        }
    return canonical_bytes(document, rare=())


def manifest_as_written(data: bytes) -> Manifest | None:
    """Return the manifest of a text that the toolkit would write again as it is, else None.

    In such a text no key stands twice, nothing is unknown, and every seal is right.
    """
    try:
        document = orjson.loads(data)
        manifest = Manifest(_records(document[PRESETS]), _records(document[FUSION]))
        document.clear()  # it is large, and so is the text to come
    except (KeyError, TypeError, AttributeError, ValueError):
        return None
    named = {record.fusion for record in manifest.presets.values()} - {None}
    is_whole = named <= manifest.fusion.keys()
    return manifest if is_whole and manifest_bytes(manifest) == data else None


def read_manifest(text: str, path: str) -> Manifest:
    """Return the manifest that the text holds, or say what is wrong with it.

    Raises:
        MigrationError: a merge left half-way, not JSON, a newer format, something that is not a
            manifest's, or every record that was edited.
    """
    if line := conflict_line(text):
        raise MigrationError(Fault("a conflict marker of git", path, line, hint=_MERGE))
    try:
        document = json.loads(text, object_pairs_hook=unique)
        if problem := format_problem(document["format"]):
            raise MigrationError(Fault(problem[0], path, hint=problem[1]))
        if document["format"] > OLDEST and (faults := tuple(_broken_seals(document, text, path))):
            raise MigrationError(*faults)
        _only_keys(document, {"format", PRESETS, FUSION})
        for fields in (*document[PRESETS].values(), *document[FUSION].values()):
            _only_keys(fields, {"chain", "sha256", "origins", "fusion"})
        manifest = Manifest(_records(document[PRESETS]), _records(document[FUSION]))
    except json.JSONDecodeError as error:
        fault = Fault(f"not JSON: {error.msg}", path, error.lineno, error.colno, RESTORE)
        raise MigrationError(fault) from None
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        message = f"not a manifest: {type(error).__name__} {error}"
        raise MigrationError(Fault(message, path, hint=RESTORE)) from None
    for preset, record in manifest.presets.items():
        if record.fusion and record.fusion not in manifest.fusion:
            message = f"{preset} names the fusion config {record.fusion}, which has no record"
            raise MigrationError(Fault(message, path, hint=RESTORE))
    return manifest


def _fields(record: Record, links: dict[Link, dict[str, str]]) -> dict[str, object]:
    for link in record.chain:
        if link not in links:
            links[link] = {"path": link.path, "sha256": link.sha256}
    chain: object = [links[link] for link in record.chain]
    digests = {"sha256": record.sha256, "origins": record.origins}
    return {"chain": chain, **digests} | ({"fusion": record.fusion} if record.fusion else {})


def _broken_seals(
    document: Mapping[str, Mapping[str, dict[str, object]]], text: str, path: str
) -> Iterator[Fault]:
    """Yield a fault for each record that is not as it was sealed, and take the seals off."""
    for section in (PRESETS, FUSION):
        for config, fields in document[section].items():
            if fields.pop(SEAL, None) != seal([section, config], fields):
                message = f"the record of {config} was edited"
                yield Fault(message, path, _line_of(config, section, text), hint=RESTORE)


def _line_of(config: str, section: str, text: str) -> int | None:
    """Return the line of a record, found by its text since JSON readers keep no lines."""
    start = text.find(f'"{section}": {{')
    at = text.find(f"{json.dumps(config, ensure_ascii=False)}: {{", max(start, 0))
    return text.count("\n", 0, at) + 1 if at >= 0 else None


def _records(section: dict[str, dict[str, object]]) -> Records:
    return {_path(path): _record(fields) for path, fields in section.items()}


def _record(fields: dict[str, object]) -> Record:
    links = cast("list[dict[str, object]]", fields["chain"])
    chain = tuple(_link(link["path"], link["sha256"]) for link in links)
    fusion = _path(fields["fusion"]) if "fusion" in fields else None
    return Record(chain, _string(fields["sha256"]), _string(fields["origins"]), fusion)


@lru_cache(maxsize=4096)  # one object for all presets that have the file in common
def _link(path: object, sha256: object) -> Link:
    return Link(_path(path), _string(sha256))


def _only_keys(mapping: Mapping[str, object], known: Collection[str]) -> None:
    if unknown := [key for key in mapping if key not in known]:
        raise ValueError(f"unknown key {unknown[0]!r}")


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
