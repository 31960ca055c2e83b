"""Writes, reads and checks the decisions about a preset: the first lines of its record.

They have their own seal, so that `map` changes them without touching the frozen part.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from migration.errors import Fault
from migration.paths import is_plain_path
from migration.phases import WORKED_PHASES, Status
from migration.store.frozen_part import json_bytes
from migration.store.ledger import RECORDABLE, Entry
from migration.store.seal import RESOLVE, SEAL, conflict_fault, format_problem, seal
from migration.values.canonical_reader import unique
from migration.values.checked import (
    Optional,
    Shape,
    fits,
    list_of,
    mapping,
    nearest_of,
    one_of,
    string,
    that,
)

REDECIDE: Final = "restore it from version control; `map` moves or drops a preset"
FROZEN_SEAL: Final = "frozen_seal"
_KEYS = ("target", "status", "phase", "reason", "refrozen", "late", "reuse")
_REASONS = ("late", "reuse")


def _is_reason(value: object) -> bool:
    """Tell whether a value is a text that is not blank."""
    return isinstance(value, str) and bool(value.strip())


def _decisions(*, is_dropped: bool) -> Shape:
    """Return the shape of the decisions about a preset: only a dropped one has a reason."""
    has_reason = that(
        lambda value: _is_reason(value) == is_dropped,
        "a preset has a 'reason' exactly if it is dropped",
    )
    reasons = list_of(string(), is_filled=True)
    is_said = that(_is_reason, "{name} must be a reason")
    return mapping(
        {
            "status": one_of(
                RECORDABLE,
                "unknown status {got}",
                nearest_of(RECORDABLE, f"one of {', '.join(RECORDABLE)}"),
            ),
            "target": Optional(that(is_plain_path, "not a path within the project: {got}")),
            "phase": Optional(one_of(WORKED_PHASES, "a preset belongs to phase 1 or 2, not {got}")),
            "reason": has_reason,
            "refrozen": Optional(that(fits(reasons), "'refrozen' must be a list of reasons")),
            "late": Optional(is_said),
            "reuse": Optional(is_said),
        },
        unknown="unknown key {key}",
        hint=f"known are {', '.join(_KEYS)}",
    )


_DROPPED, _MIGRATED = _decisions(is_dropped=True), _decisions(is_dropped=False)


def decision_lines(preset: str, entry: Entry) -> list[bytes]:
    """Return the lines of a record that hold an entry, and the line of their seal."""
    fields = _fields(preset, entry)
    # The seal is that of the recorded status, so that a status edited by hand stays known as one.
    sealed = seal(preset, {**fields, "status": entry.status_when_sealed or entry.status})
    lines = [
        b"\n  " + json_bytes(name) + b": " + json_bytes(value) for name, value in fields.items()
    ]
    return [*lines, b'\n  "seal": ' + json_bytes(sealed)]


def _fields(preset: str, entry: Entry) -> dict[str, object]:
    """Return the fields of an entry as its record has them: those that have a value."""
    fields = {
        "target": None if entry.target == preset else entry.target,
        "status": entry.status,
        "phase": entry.phase,
        "reason": entry.reason,
        "refrozen": [*entry.refrozen] or None,
        "late": entry.late,
        "reuse": entry.reuse,
    }
    return {name: value for name, value in fields.items() if value is not None}


def read_entry(head: bytes, preset: str, file: str) -> tuple[Entry | None, tuple[Fault, ...]]:
    """Return the entry in the head of a preset's record, and its faults; `file` names the record.

    If there are faults, the entry has only what can be salvaged: the valid fields.
    """
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
    if faults := tuple(entry_faults(document, text, file)):
        return _salvaged(document, preset), faults
    fields = {name: document[name] for name in _KEYS if name in document}
    for status in (cast("Status", document["status"]), *RECORDABLE):
        if seal(preset, {**fields, "status": status}) == document.get(SEAL):
            entry = _entry(preset, fields)
            return entry if status == entry.status else replace(
                entry, status_when_sealed=status
            ), ()
    message = f"what was decided of {preset} was edited"
    fault = Fault(message, file, line_of("status", text), hint=REDECIDE)
    return _salvaged(document, preset), (fault,)


def _salvaged(document: object, preset: str) -> Entry:
    """Return a pending entry with the valid fields of a document."""
    fields = document if isinstance(document, dict) else {}
    target, phase = fields.get("target"), fields.get("phase")
    refrozen = fields.get("refrozen")
    reasons = refrozen if isinstance(refrozen, list) else []
    return Entry(
        target=target if is_plain_path(target) else preset,
        status="pending",
        phase=phase if type(phase) is int and phase in WORKED_PHASES else None,
        refrozen=tuple(each for each in reasons if isinstance(each, str)),
        **{key: fields[key] for key in _REASONS if _is_reason(fields.get(key))},
    )


def _entry(preset: str, fields: Mapping[str, Any]) -> Entry:
    """Return the entry with these fields of a record, which have no faults."""
    refrozen = tuple(fields.get("refrozen", ()))
    return Entry(**{"target": preset, **fields, "refrozen": refrozen})


def entry_faults(document: object, text: str, file: str) -> Iterator[Fault]:
    """Yield a fault for each invalid decision of a record; `text` gives the lines."""
    if not isinstance(document, dict):
        yield Fault("not a record", file, hint=REDECIDE)
        return
    if problem := format_problem(document.get("format")):
        yield Fault(problem[0], file, line_of("format", text), hint=problem[1])
        return
    own = {
        key: value for key, value in document.items() if key not in ("format", SEAL, FROZEN_SEAL)
    }
    shape = _DROPPED if document.get("status") == "dropped" else _MIGRATED
    for each in shape(own):
        line = line_of(str(each.keys[0]), text)
        yield Fault(each.message, file, line, hint=each.hint or REDECIDE)


def line_of(key: str, text: str) -> int | None:
    """Return the line of a key at the root of a record, None if it is not there.

    It searches the text, since JSON readers keep no lines.
    """
    at = text.find(f'\n  "{key}":')
    return text.count("\n", 0, at + 1) + 1 if at >= 0 else None
