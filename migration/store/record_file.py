"""Writes and reads the text of a record: the decisions about a config, then what was frozen of it.

Each part has its own seal, made with the config's name, so that a fault names the part that was
edited. `baselines` opens the file.
"""

from __future__ import annotations

import json
import re
from typing import cast

import orjson

from migration.errors import Fault
from migration.files.digest import as_lf
from migration.store.decisions import REDECIDE, decision_lines, read_entry
from migration.store.frozen_part import FACTS, json_bytes, read_facts
from migration.store.ledger import Entry
from migration.store.records import FUSION, PRESETS, RESTORE, RESTORE_OR_RESOLVE, Places, Reading
from migration.store.seal import FORMAT, conflict_fault, format_problem, seal_bytes
from migration.values.canonical_reader import unique

_LAST_LINE = re.compile(rb'\n  "frozen_seal": "([0-9a-f]{16})",\Z')


def record_bytes(section: str, config: str, facts: bytes, entry: Entry | None = None) -> bytes:
    """Return the text of a record; the record of a preset has an entry."""
    return _head(config, entry, _facts_seal(section, config, facts)) + facts


def decided_again(data: bytes, section: str, config: str, entry: Entry) -> bytes:
    """Return the text of a record with another entry and the same frozen part."""
    return record_bytes(section, config, facts_of(data), entry)


def read_record(data: bytes, section: str, config: str, file: str) -> Reading:
    """Return what the bytes of a record hold, and their faults, which name the `file`."""
    data = as_lf(data)
    head, facts = _parts(data)
    found = _LAST_LINE.search(head)
    if not facts or not found or found[1].decode() != _facts_seal(section, config, facts):
        return _spoilt(data, section, config, file)
    try:
        record = read_facts(facts)
    except ValueError as error:
        # The seal is right, but the toolkit did not write this text.
        fault = Fault(f"not a record: {error}", file, hint=RESTORE_OR_RESOLVE)
        return Reading(None, None, (fault,))
    if section == FUSION:
        if head == _head(config, None, found[1].decode()):
            return Reading(record, None)
        fault = Fault("edited since it was frozen", file, hint=RESTORE)
        return Reading(None, None, (conflict_fault(data.decode(errors="replace"), file) or fault,))
    entry, faults = read_entry(head, config, file)
    if entry and not faults and head != _head(config, entry, found[1].decode()):
        # Writing the entry gives another text, so the file has something that the entry lacks.
        faults = (Fault("edited since it was recorded", file, hint=REDECIDE),)
    return Reading(record, None, (), faults, entry) if faults else Reading(record, entry)


def read_places(data: bytes) -> Places:
    """Return the places in the bytes of a record without faults."""
    return cast("Places", orjson.loads(b"{" + facts_of(data))["origins"])


def facts_of(data: bytes) -> bytes:
    """Return the frozen part of the bytes of a record."""
    return _parts(as_lf(data))[1]


def _parts(data: bytes) -> tuple[bytes, bytes]:
    """Return the head of a record, up to the seal of the frozen part, and the frozen part."""
    head, sign, facts = data.partition(FACTS)
    return head, sign + facts


def _facts_seal(section: str, config: str, facts: bytes) -> str:
    return seal_bytes(f"{section}\0{config}\0".encode() + facts)


def _head(config: str, entry: Entry | None, frozen_seal: str) -> bytes:
    """Return what precedes the frozen part of a record: the decisions and both seals."""
    lines = [b'\n  "format": %d' % FORMAT, *(decision_lines(config, entry) if entry else ())]
    return b"{" + b",".join([*lines, b'\n  "frozen_seal": ' + json_bytes(frozen_seal)]) + b","


def _spoilt(data: bytes, section: str, config: str, file: str) -> Reading:
    """Return the fault of a record whose frozen part does not match its seal."""
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
