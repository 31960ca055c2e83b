"""Edits of frozen files such as people, merges and broken disks make, drawn at random.

An edit takes the files by path and returns what it changes: the new bytes, a link, or None for a
file that is gone. One that has no place to be made at changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

import yaml

MANIFEST, LEDGER = "snapshots/manifest.json", "snapshots/ledger.yaml"


@dataclass(frozen=True)
class Link:
    """A symbolic link to another file, by its path in the project."""

    to: str


Files: TypeAlias = Mapping[str, bytes]
Edited: TypeAlias = dict[str, bytes | Link | None]
Edit: TypeAlias = Callable[[Random, Files], Edited]


def edited(rng: Random, files: Files) -> tuple[str, Edited]:
    """Return the name of a random edit, or of two at once, and what it changes."""
    if rng.random() < 0.2:
        first, changed = _one(rng, files)
        kept = {path: data for path, data in changed.items() if isinstance(data, bytes)}
        left = {path: kept.get(path, data) for path, data in files.items() if path not in changed}
        second, more = _one(rng, {**left, **kept})
        return f"{first} + {second}", changed | more
    return _one(rng, files)


def _one(rng: Random, files: Files) -> tuple[str, Edited]:
    edit = rng.choice(EDITS)
    return edit.__name__, edit(rng, files)


def _any(rng: Random, files: Files) -> tuple[str, bytes]:
    """Return a file; manifest and ledger, in which there is most to spoil, come up often."""
    records = [path for path in (MANIFEST, LEDGER) if path in files]
    path = rng.choice(records if records and rng.random() < 0.5 else sorted(files))
    return path, files[path]


def flip_a_byte(rng: Random, files: Files) -> Edited:
    path, data = _any(rng, files)
    at = rng.randrange(len(data)) if data else 0
    return (
        {path: data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]}
        if data
        else {}
    )


def insert_a_byte(rng: Random, files: Files) -> Edited:
    path, data = _any(rng, files)
    at = rng.randint(0, len(data))
    return {path: data[:at] + bytes([rng.choice(b" \t\n\r\0aZ09-:#,{}[]\"'\xff")]) + data[at:]}


def delete_bytes(rng: Random, files: Files) -> Edited:
    path, data = _any(rng, files)
    at = rng.randint(0, len(data))
    return {path: data[:at] + data[at + rng.choice((1, 1, 1, 5, 80)) :]}


def truncate(rng: Random, files: Files) -> Edited:
    path, data = _any(rng, files)
    return {path: data[: rng.choice((0, rng.randint(0, len(data))))]}


def swap_lines(rng: Random, files: Files) -> Edited:
    path, data = _any(rng, files)
    lines = data.splitlines(keepends=True)
    if len(lines) < 2:
        return {}
    one, other = rng.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return {path: b"".join(lines)}


def repeat_a_line(rng: Random, files: Files) -> Edited:
    path, data = _any(rng, files)
    lines = data.splitlines(keepends=True)
    lines.insert(rng.randint(0, len(lines)), rng.choice(lines or [b""]))
    return {path: b"".join(lines)}


def remove_a_line(rng: Random, files: Files) -> Edited:
    path, data = _any(rng, files)
    lines = data.splitlines(keepends=True)
    del lines[rng.randrange(len(lines)) if lines else 0 : rng.randint(1, len(lines) + 1)]
    return {path: b"".join(lines)}


def leave_conflict_markers(rng: Random, files: Files) -> Edited:
    path, data = _any(rng, files)
    lines = data.splitlines(keepends=True)
    at = rng.randint(0, len(lines))
    ours = lines[at : at + 2]
    both = [b"<<<<<<< HEAD\n", *ours, b"=======\n", *ours, b">>>>>>> branch\n"]
    return {path: b"".join([*lines[:at], *both, *lines[at + 2 :]])}


def swap_files(rng: Random, files: Files) -> Edited:
    one, other = rng.sample(sorted(files), 2)
    return {one: files[other], other: files[one]}


def delete_a_file(rng: Random, files: Files) -> Edited:
    return {_any(rng, files)[0]: None}


def add_a_file(rng: Random, files: Files) -> Edited:
    path, data = _any(rng, files)
    return {f"{path.rpartition('/')[0]}/added-{rng.randrange(100)}.json": rng.choice((data, b""))}


def rename_a_file(rng: Random, files: Files) -> Edited:
    path, data = _any(rng, files)
    return {path: None, f"{path}.bak": data}


def link_to_another_file(rng: Random, files: Files) -> Edited:
    one, other = rng.sample(sorted(files), 2)
    return {one: Link(other)}


def link_to_nowhere(rng: Random, files: Files) -> Edited:
    return {_any(rng, files)[0]: Link("snapshots/nowhere")}


def remove_a_record(rng: Random, files: Files) -> Edited:
    path, document, records = _section(rng, files)
    if not records:
        return {}
    del records[rng.choice(sorted(records))]
    return {path: _written(path, document)}


def rename_a_record(rng: Random, files: Files) -> Edited:
    path, document, records = _section(rng, files)
    if not records:
        return {}
    name = rng.choice(sorted(records))
    records[name.replace(".yaml", "_2.yaml")] = records.pop(name)
    return {path: _written(path, document)}


def exchange_values(rng: Random, files: Files) -> Edited:
    path, document, records = _section(rng, files)
    if len(records) < 2:
        return {}
    one, other = (records[name] for name in rng.sample(sorted(records), 2))
    field = rng.choice(sorted({*one, *other}))
    here, there = one.get(field), other.get(field)
    for record, value in ((one, there), (other, here)):
        record.pop(field, None)
        if value is not None:
            record[field] = value
    return {path: _written(path, document)}


def exchange_records(rng: Random, files: Files) -> Edited:
    path, document, records = _section(rng, files)
    if len(records) < 2:
        return {}
    one, other = rng.sample(sorted(records), 2)
    records[one], records[other] = records[other], records[one]
    return {path: _written(path, document)}


def change_a_digit(rng: Random, files: Files) -> Edited:
    path, data = _any(
        rng, {each: files[each] for each in (MANIFEST, LEDGER) if each in files} or files
    )
    places = [at for at, byte in enumerate(data) if chr(byte) in "0123456789abcdef"]
    if not places:
        return {}
    at = rng.choice(places)
    return {path: data[:at] + rng.choice("0123456789abcdef").encode() + data[at + 1 :]}


def set_a_value(rng: Random, files: Files) -> Edited:
    """Type something into a record, or at the top, that might well stand there."""
    path, document = _document(rng, files)
    values: dict[str, list[object]] = {
        "format": [1, 3, 2.0, "2", None, True],
        "phase": [0, 1, 2, 3, "done", "1", True, None, 1.0],
        "seal": ["", "0" * 16, None],
        "status": ["pending", "verified", "failed", "missing", "error", "dropped", "new", None],
        "target": ["configs/base.yaml", "configs/debug.yaml", "../x.yaml", None],
        "reason": ["typed", "", None],
        "exceptions": [[], None, [{"reason": "r", "before": "0", "after": "1"}]],
        "fusion": ["configs/fusion/base/dense.yaml", None],
        "sha256": ["0" * 64, None],
        "origins": ["0" * 64, None],
        "chain": [[], None],
        "note": ["typed"],
    }
    places = [document, *_records(rng, path, document).values()]
    place, field = rng.choice(places), rng.choice(sorted(values))
    place[field] = rng.choice(values[field])
    return {path: _written(path, document)}


def drop_an_exception(rng: Random, files: Files) -> Edited:
    if LEDGER not in files:
        return {}
    document = _read(LEDGER, files[LEDGER])
    granted = [each for each in _records(rng, LEDGER, document).values() if each.get("exceptions")]
    if not granted:
        return {}
    record = rng.choice(granted)
    if rng.random() < 0.5:
        del record["exceptions"]
    else:
        record["exceptions"] = [{**record["exceptions"][0], "reason": "another"}]
    return {LEDGER: _written(LEDGER, document)}


def type_a_status(rng: Random, files: Files) -> Edited:
    if LEDGER not in files:
        return {}
    document = _read(LEDGER, files[LEDGER])
    records = _records(rng, LEDGER, document)
    if not records:
        return {}
    record = records[rng.choice(sorted(records))]
    record["status"] = rng.choice(["pending", "verified", "failed", "missing", "error"])
    return {LEDGER: _written(LEDGER, document)}


EDITS: tuple[Edit, ...] = (
    flip_a_byte,
    insert_a_byte,
    delete_bytes,
    truncate,
    swap_lines,
    repeat_a_line,
    remove_a_line,
    leave_conflict_markers,
    swap_files,
    delete_a_file,
    add_a_file,
    rename_a_file,
    link_to_another_file,
    link_to_nowhere,
    remove_a_record,
    rename_a_record,
    exchange_values,
    exchange_records,
    change_a_digit,
    set_a_value,
    drop_an_exception,
    type_a_status,
)


def _document(rng: Random, files: Files) -> tuple[str, dict[str, Any]]:
    path = rng.choice((MANIFEST, LEDGER))
    return path, _read(path, files.get(path, b""))


def _section(rng: Random, files: Files) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return a file that holds records, its document, and the records of a section of it."""
    path, document = _document(rng, files)
    return path, document, _records(rng, path, document)


def _read(path: str, data: bytes) -> dict[str, Any]:
    """Return what the file holds, nothing if an edit before has spoilt it."""
    try:
        document = json.loads(data) if path == MANIFEST else yaml.safe_load(data)
    except (ValueError, yaml.YAMLError):
        return {}
    return document if isinstance(document, dict) else {}


def _records(rng: Random, path: str, document: dict[str, Any]) -> dict[str, Any]:
    section = "presets" if path == LEDGER else rng.choice(("presets", "fusion"))
    records = document.get(section)
    if not isinstance(records, dict):
        return {}
    pairs = records.items()
    is_whole = all(isinstance(name, str) and isinstance(each, dict) for name, each in pairs)
    return records if is_whole else {}


def _written(path: str, document: object) -> bytes:
    if path == MANIFEST:
        return (json.dumps(document, sort_keys=True, indent=2) + "\n").encode()
    return bytes(yaml.safe_dump(document, sort_keys=False, allow_unicode=True).encode())
