"""Makes random edits of frozen files, as people, merges and broken disks do.

An edit takes the files by path and returns what it changes: the new bytes, a link, or None for a
removed file. An edit that finds nothing to edit changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

import yaml

LEDGER = "snapshots/ledger.yaml"
ACCEPTED = "snapshots/accepted/"
RECORDS = ("snapshots/records/", "snapshots/fusion_records/")
DECIDED = ("target", "status", "phase", "reason", "refrozen", "seal")
FROZEN = ("frozen_seal", "baseline", "fusion", "chain", "origins")
"""The fields of a record, in their order; each part includes its seal."""
_INDENT = "\n    "


@dataclass(frozen=True)
class Link:
    """A symbolic link to another file, by its path in the project."""

    to: str


Files: TypeAlias = Mapping[str, bytes]
Edited: TypeAlias = dict[str, bytes | Link | None]
Edit: TypeAlias = Callable[[Random, Files], Edited]


def is_record(path: str) -> bool:
    """Tell whether the file is the record of a preset, or of a fusion config."""
    return path.startswith(RECORDS) and path.endswith(".json")


def is_acceptance(path: str) -> bool:
    """Tell whether the file is that of an acceptance."""
    return path.startswith(ACCEPTED) and path.endswith(".yaml")


def edited(rng: Random, files: Files) -> tuple[str, Edited]:
    """Make a random edit, or two at once; return the name and the changes."""
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
    """Return a random file; prefer records and ledger, which have the most content to spoil."""
    records = _records(files)
    drawn = rng.random()
    if drawn < 0.1 and LEDGER in files:
        return LEDGER, files[LEDGER]
    if drawn < 0.2 and (accepted := [*filter(is_acceptance, files)]):
        path = rng.choice(accepted)
        return path, files[path]
    path = rng.choice(records if records and drawn < 0.6 else sorted(files))
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


def remove_a_field(rng: Random, files: Files) -> Edited:
    path, document = _document(rng, files)
    if not document:
        return {}
    del document[rng.choice(sorted(document))]
    return {path: _written(path, document)}


def rename_a_record(rng: Random, files: Files) -> Edited:
    """Rename a record, alone or along with its baseline."""
    records = _records(files)
    if not records:
        return {}
    record = rng.choice(records)
    baseline = record.replace("records/", "presets/").replace("fusion_presets/", "fusion/")
    moved = [path for path in (record, baseline) if path in files][: rng.randint(1, 2)]
    gone: Edited = dict.fromkeys(moved)
    return gone | {path.replace(".yaml", "_2.yaml"): files[path] for path in moved}


def exchange_values(rng: Random, files: Files) -> Edited:
    (one, here), (other, there) = _two(rng, files)
    fields = sorted({*here, *there})
    return _exchanged(one, here, other, there, [rng.choice(fields)]) if fields else {}


def exchange_halves(rng: Random, files: Files) -> Edited:
    """Exchange the decisions, or the frozen parts, of two records, including the seal."""
    (one, here), (other, there) = _two(rng, files)
    return _exchanged(one, here, other, there, rng.choice((DECIDED, FROZEN)))


def exchange_records(rng: Random, files: Files) -> Edited:
    records = _records(files)
    if len(records) < 2:
        return {}
    one, other = rng.sample(records, 2)
    return {one: files[other], other: files[one]}


def change_a_digit(rng: Random, files: Files) -> Edited:
    kept = {path: files[path] for path in (LEDGER, *_records(files)) if path in files}
    path, data = _any(rng, kept or files)
    places = [at for at, byte in enumerate(data) if chr(byte) in "0123456789abcdef"]
    if not places:
        return {}
    at = rng.choice(places)
    return {path: data[:at] + rng.choice("0123456789abcdef").encode() + data[at + 1 :]}


def set_a_value(rng: Random, files: Files) -> Edited:
    """Set a field of a record or of the ledger to a plausible value."""
    path, document = _document(rng, files)
    values: dict[str, list[object]] = {
        "format": [1, 2, 4, 3.0, "3", None, True],
        "phase": [0, 1, 2, 3, "done", "1", True, None, 1.0],
        "seal": ["", "0" * 16, None],
        "status": ["pending", "verified", "failed", "missing", "error", "dropped", "new", None],
        "target": ["configs/base.yaml", "configs/debug.yaml", "../x.yaml", None],
        "reason": ["typed", "", None],
        "refrozen": [[], None, ["typed"], "typed", [1]],
        "frozen_seal": ["", "0" * 16, None],
        "baseline": ["0" * 64, None],
        "fusion": [{"path": "configs/fusion/base/dense.yaml", "sha256": "0" * 64}, None],
        "chain": [[], None],
        "origins": [{}, None],
        "note": ["typed"],
    }
    field = rng.choice(sorted(values))
    document[field] = rng.choice(values[field])
    return {path: _written(path, document)}


def drop_a_reason(rng: Random, files: Files) -> Edited:
    """Drop all reasons for refreezing, drop one, or replace one."""
    documents = {path: _read(path, files[path]) for path in _records(files)}
    paths = [path for path, each in documents.items() if isinstance(each.get("refrozen"), list)]
    if not paths:
        return {}
    path = rng.choice(paths)
    document = documents[path]
    reasons = document["refrozen"]
    kept = rng.choice((None, reasons[1:], reasons[:-1], [*reasons[:-1], "another"]))
    if kept:
        document["refrozen"] = kept
    else:
        del document["refrozen"]
    return {path: _written(path, document)}


def type_a_status(rng: Random, files: Files) -> Edited:
    records = [path for path in _records(files) if "status" in _read(path, files[path])]
    if not records:
        return {}
    path = rng.choice(records)
    document = _read(path, files[path])
    document["status"] = rng.choice(["pending", "verified", "failed", "missing", "error"])
    return {path: _written(path, document)}


def type_a_phase(rng: Random, files: Files) -> Edited:
    document = _read(LEDGER, files.get(LEDGER, b""))
    return {LEDGER: _written(LEDGER, {**document, "phase": rng.choice([0, 1, 2, 3, "done"])})}


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
    remove_a_field,
    rename_a_record,
    exchange_values,
    exchange_halves,
    exchange_records,
    change_a_digit,
    set_a_value,
    drop_a_reason,
    type_a_status,
    type_a_phase,
)


def _document(rng: Random, files: Files) -> tuple[str, dict[str, Any]]:
    """Return a random record, or sometimes the ledger."""
    records = _records(files)
    path = LEDGER if not records or rng.random() < 0.2 else rng.choice(records)
    return path, _read(path, files.get(path, b""))


def _two(rng: Random, files: Files) -> list[tuple[str, dict[str, Any]]]:
    """Return two records, both of presets or both of fusion configs."""
    kind = rng.choice(RECORDS)
    paths = [path for path in _records(files) if path.startswith(kind)]
    return [(path, _read(path, files[path])) for path in rng.sample(paths, 2)]


def _exchanged(
    one: str, here: dict[str, Any], other: str, there: dict[str, Any], fields: Collection[str]
) -> Edited:
    """Exchange fields of two records; a field missing in one is then missing in the other."""
    taken = [{field: each[field] for field in fields if field in each} for each in (here, there)]
    kept = [{k: v for k, v in each.items() if k not in fields} for each in (here, there)]
    return {
        one: _written(one, kept[0] | taken[1]),
        other: _written(other, kept[1] | taken[0]),
    }


def _records(files: Files) -> list[str]:
    return [path for path in sorted(files) if is_record(path)]


def _read(path: str, data: bytes) -> dict[str, Any]:
    """Return the content of the file, or an empty mapping if an earlier edit spoilt it."""
    try:
        document = json.loads(data) if is_record(path) else yaml.safe_load(data)
    except (ValueError, yaml.YAMLError):
        return {}
    return document if isinstance(document, dict) else {}


def _written(path: str, document: Mapping[str, object]) -> bytes:
    if is_record(path):
        return record_text(document).encode()
    return bytes(yaml.safe_dump(document, sort_keys=False, allow_unicode=True).encode())


def record_text(document: Mapping[str, object]) -> str:
    """Return the text of a record in the toolkit's layout, so that only the edit is a change."""
    order = {field: at for at, field in enumerate(("format", *DECIDED, *FROZEN))}
    fields = sorted(document, key=lambda field: order.get(field, 0))
    return "{" + ",".join(_field_text(field, document[field]) for field in fields) + "\n}\n"


def _field_text(field: str, value: object) -> str:
    text = f'\n  "{field}": '
    if field == "chain" and isinstance(value, list):
        return f"{text}[{','.join(f'{_INDENT}{_compact(each)}' for each in value)}\n  ]"
    if field == "origins" and isinstance(value, dict) and value:
        lines = (f"{_INDENT}{_compact(file)}: {_compact(value[file])}" for file in value)
        return f"{text}{{{','.join(lines)}\n  }}"
    return text + _compact(value)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
