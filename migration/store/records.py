"""The record of one frozen config: what was decided of it, then what was frozen. Text in and out.

Either part has a seal of its own, which goes with the config's name. So a decision is written anew
without a word of the frozen part changing, and an edit of either is known for what it is.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, TypeAlias, cast

import orjson

from migration.errors import Fault, suggest_nearest
from migration.files.digest import as_lf
from migration.paths import is_plain_path
from migration.phases import WORKED_PHASES, Status
from migration.store.ledger import RECORDABLE, Entry
from migration.store.seal import (
    FORMAT,
    RESOLVE,
    SEAL,
    conflict_fault,
    format_problem,
    seal,
    seal_bytes,
)
from migration.values.canonical import unique

PRESETS, FUSION = "presets", "fusion"
RESTORE: Final = "restore it from version control; a baseline changes only by `snapshot --refreeze`"
RESTORE_OR_RESOLVE: Final = f"{RESTORE}; after a merge, `snapshot --resolve`"
_REDECIDE: Final = "restore it from version control; `map` moves or drops a preset"
_FROZEN = "frozen_seal"
_FACTS = b'\n  "baseline":'
_LAST_LINE = re.compile(rb'\n  "frozen_seal": "([0-9a-f]{16})",\Z')
_DECISIONS = ("target", "status", "phase", "reason", "refrozen", "late", "reuse")
_REASONS = ("late", "reuse")

Places: TypeAlias = Mapping[str, Mapping[str, int]]
"""The lines on which values stand: source file -> path text -> line."""


@dataclass(frozen=True, slots=True)
class Link:
    """One file of a chain as it was when frozen, and the files that it extended.

    `extends` is None where that is not known: format 2 did not keep it.
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
    """What was frozen of one config, but for its values and their places."""

    chain: tuple[Link, ...]
    sha256: str
    """The digest of the baseline."""
    fusion: FusionLink | None = None

    @property
    def file_count(self) -> int:
        """The number of different files in the chain."""
        return len({link.path for link in self.chain})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a record's text holds, each part None where it has a fault.

    A fusion config has no entry, since nothing is decided of it.
    """

    record: Record | None
    entry: Entry | None
    record_faults: tuple[Fault, ...] = ()
    entry_faults: tuple[Fault, ...] = ()
    salvaged: Entry | None = None
    """What can be read of an entry with a fault, for `map` to decide anew."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with either part."""
        return (*self.record_faults, *self.entry_faults)


def facts_bytes(record: Record, places: Places) -> bytes:
    """Return the frozen part of a record's text, which ends it: a line a file, all sorted."""
    lines = [_FACTS + b" " + _json(record.sha256)]
    if record.fusion:
        named = {"path": record.fusion.path, "sha256": record.fusion.sha256}
        lines.append(b'\n  "fusion": ' + _json(named))
    chain = b",".join(map(_link_line, record.chain))
    lines.append(b'\n  "chain": [' + chain + b"\n  ]")
    origins = b",".join(
        _source(file) + orjson.dumps(places[file], option=orjson.OPT_SORT_KEYS)
        for file in sorted(places)
    )
    lines.append(b'\n  "origins": {' + origins + (b"\n  }" if origins else b"}"))
    return b",".join(lines) + b"\n}\n"


def record_bytes(section: str, config: str, facts: bytes, entry: Entry | None = None) -> bytes:
    """Return the text of a record with this frozen part; a preset has an entry."""
    return _head(config, entry, _facts_seal(section, config, facts)) + facts


def decided_again(data: bytes, section: str, config: str, entry: Entry) -> bytes:
    """Return the text of a record with another entry, and its frozen part as it is."""
    return record_bytes(section, config, facts_of(data), entry)


def read_record(data: bytes, section: str, config: str, file: str) -> Reading:
    """Return what the bytes of a record say, and what is wrong with them; `file` names it."""
    data = as_lf(data)
    head, facts = _parts(data)
    found = _LAST_LINE.search(head)
    if not facts or not found or found[1].decode() != _facts_seal(section, config, facts):
        return _spoilt(data, section, config, file)
    try:
        record = _record(orjson.loads(b"{" + facts))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # Its seal is right, so that somebody has made one for it.
        fault = Fault(f"not a record: {error}", file, hint=RESTORE_OR_RESOLVE)
        return Reading(None, None, (fault,))
    if section == FUSION:
        if head == _head(config, None, found[1].decode()):
            return Reading(record, None)
        fault = Fault("edited since it was frozen", file, hint=RESTORE)
        return Reading(None, None, (conflict_fault(data.decode(errors="replace"), file) or fault,))
    entry, faults = _read_entry(head, config, file)
    if entry and not faults and head != _head(config, entry, found[1].decode()):
        # What is written again as it stands has no key twice, and nothing that is unknown.
        faults = (Fault("edited since it was recorded", file, hint=_REDECIDE),)
    return Reading(record, None, (), faults, entry) if faults else Reading(record, entry)


def read_places(data: bytes) -> Places:
    """Return the places in the bytes of a record that was read."""
    return cast("Places", orjson.loads(b"{" + facts_of(data))["origins"])


def facts_of(data: bytes) -> bytes:
    """Return the frozen part of the bytes of a record."""
    return _parts(as_lf(data))[1]


def _parts(data: bytes) -> tuple[bytes, bytes]:
    """Return the head of a record, which ends with the seal of the rest, and the rest."""
    head, sign, facts = data.partition(_FACTS)
    return head, sign + facts


def _facts_seal(section: str, config: str, facts: bytes) -> str:
    return seal_bytes(f"{section}\0{config}\0".encode() + facts)


def _json(value: object) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # half a character, which is nothing to UTF-8 and an escape to JSON
        return json.dumps(value).encode()


@lru_cache(maxsize=4096)  # presets have most of their files in common
def _source(file: str) -> bytes:
    return b"\n    " + _json(file) + b": "


@lru_cache(maxsize=4096)
def _link_line(link: Link) -> bytes:
    fields: dict[str, object] = {"path": link.path, "sha256": link.sha256}
    if link.extends is not None:
        fields["extends"] = link.extends
    return b"\n    " + _json(fields)


def _head(config: str, entry: Entry | None, frozen_seal: str) -> bytes:
    """Return all of a record before its frozen part: the decisions and both seals."""
    lines = [b'\n  "format": %d' % FORMAT, *(_decision_lines(config, entry) if entry else ())]
    return b"{" + b",".join([*lines, b'\n  "frozen_seal": ' + _json(frozen_seal)]) + b","


def _decision_lines(preset: str, entry: Entry) -> list[bytes]:
    fields = _fields(preset, entry)
    # What was typed in keeps the seal of what it was, and so stays known.
    sealed = seal(preset, {**fields, "status": entry.sealed_as or entry.status})
    lines = [b"\n  " + _json(name) + b": " + _json(value) for name, value in fields.items()]
    return [*lines, b'\n  "seal": ' + _json(sealed)]


def _fields(preset: str, entry: Entry) -> dict[str, object]:
    fields: dict[str, object] = {} if entry.target == preset else {"target": entry.target}
    fields["status"] = entry.status
    if entry.phase is not None:
        fields["phase"] = entry.phase
    if entry.reason is not None:
        fields["reason"] = entry.reason
    if entry.refrozen:
        fields["refrozen"] = [*entry.refrozen]
    if entry.late is not None:
        fields["late"] = entry.late
    if entry.reuse is not None:
        fields["reuse"] = entry.reuse
    return fields


def _record(facts: Mapping[str, object]) -> Record:
    """Return the record of facts whose seal is right."""
    if unknown := facts.keys() - {"baseline", "fusion", "chain", "origins"}:
        raise ValueError(f"unknown key {min(unknown)!r}")
    places = cast("Places", facts["origins"])
    if not all(type(line) is int for lines in places.values() for line in lines.values()):
        raise TypeError("a line is a number")
    links = cast("list[Mapping[str, object]]", facts["chain"])
    chain = tuple(_link(each["path"], each["sha256"], _extends(each)) for each in links)
    named = cast("Mapping[str, str] | None", facts.get("fusion"))
    fusion = FusionLink(plain_path(named["path"]), named["sha256"]) if named else None
    return Record(chain, cast("str", facts["baseline"]), fusion)


def _extends(link: Mapping[str, object]) -> tuple[str, ...] | None:
    extends = link.get("extends")
    return tuple(map(chain_path, extends)) if isinstance(extends, list) else None


@lru_cache(maxsize=4096)  # one object for all presets that have the file in common
def _link(path: object, sha256: str, extends: tuple[str, ...] | None) -> Link:
    return Link(chain_path(path), sha256, extends)


def plain_path(value: object) -> str:
    """Return a path within the project.

    Raises:
        ValueError: it is none.
    """
    if not is_plain_path(value):
        raise ValueError(f"not a path within the project: {value!r}")
    return str(value)


def chain_path(value: object) -> str:
    """Return a path of a chain; one outside the project counts from its root, never absolute.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, str) or posixpath.normpath(value) != value or value.startswith("/"):
        raise ValueError(f"not a path that counts from the root: {value!r}")
    return value


def _spoilt(data: bytes, section: str, config: str, file: str) -> Reading:
    """Return what is wrong with a record whose frozen part is not as it was sealed."""
    text = data.decode(errors="replace")
    if fault := conflict_fault(text, file):
        return Reading(None, None, (fault,))
    try:
        document = json.loads(text, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", None), getattr(error, "colno", None)
        message = f"not JSON: {getattr(error, 'msg', error)}"
        return Reading(None, None, (Fault(message, file, line, column, RESTORE_OR_RESOLVE),))
    number = document.get("format") if isinstance(document, dict) else None
    if problem := format_problem(number):
        return Reading(None, None, (Fault(problem[0], file, hint=problem[1]),))
    what = "preset" if section == PRESETS else "fusion config"
    message = f"not the record of the {what} {config} as it was frozen"
    return Reading(None, None, (Fault(message, file, hint=RESTORE_OR_RESOLVE),))


def _read_entry(head: bytes, preset: str, file: str) -> tuple[Entry | None, tuple[Fault, ...]]:
    """Return what was decided of a preset, and what is wrong with it."""
    text = head.decode(errors="replace")
    whole = f"{text.removesuffix(',')}\n}}"
    try:
        document = json.loads(whole)
        json.loads(whole, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        message = f"not JSON: {getattr(error, 'msg', error)}"
        fault = Fault(message, file, getattr(error, "lineno", None), hint=RESOLVE)
        is_json = not isinstance(error, json.JSONDecodeError | RecursionError)
        salvaged = _salvaged(document, preset) if is_json else None
        return salvaged, (conflict_fault(text, file) or fault,)
    if faults := tuple(entry_faults(document, preset, text, file)):
        return _salvaged(document, preset), faults
    fields = {name: document[name] for name in _DECISIONS if name in document}
    for status in (cast("Status", document["status"]), *RECORDABLE):
        if seal(preset, {**fields, "status": status}) == document.get(SEAL):
            entry = _entry(preset, fields)
            return entry if status == entry.status else replace(entry, sealed_as=status), ()
    message = f"what was decided of {preset} was edited"
    fault = Fault(message, file, line_of("status", text), hint=_REDECIDE)
    return _salvaged(document, preset), (fault,)


def _salvaged(document: object, preset: str) -> Entry:
    """Return an entry with those fields of a document that are valid."""
    fields = document if isinstance(document, dict) else {}
    target, phase = fields.get("target"), fields.get("phase")
    refrozen = fields.get("refrozen")
    reasons = refrozen if isinstance(refrozen, list) else []
    return Entry(
        target=cast("str", target) if is_plain_path(target) else preset,
        status="pending",
        phase=phase if type(phase) is int and phase in WORKED_PHASES else None,
        refrozen=tuple(each for each in reasons if isinstance(each, str)),
        **{key: fields[key] for key in _REASONS if is_reason(fields.get(key))},
    )


def _entry(preset: str, fields: Mapping[str, object]) -> Entry:
    return Entry(
        target=cast("str", fields.get("target", preset)),
        status=cast("Status", fields["status"]),
        phase=cast("int | None", fields.get("phase")),
        reason=cast("str | None", fields.get("reason")),
        refrozen=tuple(cast("Sequence[str]", fields.get("refrozen", ()))),
        late=cast("str | None", fields.get("late")),
        reuse=cast("str | None", fields.get("reuse")),
    )


def entry_faults(
    document: Mapping[str, object], preset: str, text: str, file: str
) -> Iterator[Fault]:
    """Yield a fault for each decision that is none; with none, the document is a preset's."""

    def fault(key: str, message: str, hint: str | None = _REDECIDE) -> Fault:
        return Fault(message, file, line_of(key, text), hint=hint)

    if not isinstance(document, dict):
        yield Fault("not a record", file, hint=_REDECIDE)
        return
    if problem := format_problem(document.get("format")):
        yield fault("format", *problem)
        return
    for key in document.keys() - {*_DECISIONS, "format", SEAL, _FROZEN}:
        yield fault(key, f"unknown key {key!r}", f"known are {', '.join(_DECISIONS)}")
    status = document.get("status")
    if status not in RECORDABLE:
        hint = suggest_nearest(str(status), RECORDABLE, f"one of {', '.join(RECORDABLE)}")
        yield fault("status", f"unknown status {status!r}", hint)
    target = document.get("target", preset)
    if not is_plain_path(target):
        yield fault("target", f"not a path within the project: {target!r}")
    phase = document.get("phase", 1)
    if phase not in WORKED_PHASES or type(phase) is not int:
        yield fault("phase", f"a preset belongs to phase 1 or 2, not {phase!r}")
    reason = document.get("reason")
    if (status == "dropped") != is_reason(reason):
        yield fault("reason", "a preset has a 'reason' exactly if it is dropped")
    refrozen = document.get("refrozen", ["a reason"])
    is_list = isinstance(refrozen, list) and bool(refrozen)
    if not is_list or not all(isinstance(each, str) for each in cast("list[object]", refrozen)):
        yield fault("refrozen", "'refrozen' must be a list of reasons")
    for key in _REASONS:
        if key in document and not is_reason(document[key]):
            yield fault(key, f"{key!r} must be a reason")


def is_reason(value: object) -> bool:
    """Tell whether a value is a text that says something."""
    return isinstance(value, str) and bool(value.strip())


def line_of(key: str, text: str) -> int | None:
    """Return the line of a key at the root, found by its text since JSON readers keep no lines."""
    at = text.find(f'\n  "{key}":')
    return text.count("\n", 0, at + 1) + 1 if at >= 0 else None
