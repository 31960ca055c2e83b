"""`ledger.yaml`, which has the open phase. Text comes in and goes out; nothing is read here."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Final, cast

from migration.errors import Fault, MigrationError
from migration.phases import PHASES, Phase
from migration.store.ledger import Progression, Reopening
from migration.store.seal import FORMAT, RESOLVE, SEAL, conflict_fault, format_problem, seal
from migration.values.describe import describe_value
from migration.yaml.load import load_mapping, load_marks
from migration.yaml.marks import nearest_origin
from migration.yaml.pitfalls import duplicate_faults

_HEADER: Final = (
    "# Kept by the toolkit: the open phase. `records` has what was decided of each preset.\n"
)


def ledger_text(progression: Progression) -> str:
    """Return the text of a ledger: deterministic, and read back to the same progression."""
    lines = [f"format: {FORMAT}", f"phase: {progression.phase}"]
    if progression.reopened:
        lines.append("reopened:")
        lines += [
            f"- {{phase: {e.phase}, reason: {_quoted(e.reason)}}}" for e in progression.reopened
        ]
    # In quotes: there are seals that YAML would take for numbers.
    lines.append(f'{SEAL}: "{_seal(progression)}"')
    return _HEADER + "".join(f"{line}\n" for line in lines)


def read_progression(text: str, path: str) -> Progression:
    """Return the open phase that the text has, and what was opened again.

    Raises:
        MigrationError: a merge left half-way, not YAML, another format, or anything else that the
            toolkit has not written, each with its line.
    """
    for phase in PHASES:
        if text.replace("\r\n", "\n") == ledger_text(Progression(phase)):
            return Progression(phase)
    if fault := conflict_fault(text, path):
        raise MigrationError(fault)
    document = load_mapping(text, path)
    if faults := (*duplicate_faults(text, path, RESOLVE), *_faults(document, text, path)):
        raise MigrationError(*faults)
    return _progression(document)


def _progression(document: Mapping[Hashable, object]) -> Progression:
    entries = cast("list[Mapping[str, object]]", document.get("reopened", []))
    reopened = (Reopening(cast("Phase", e["phase"]), cast("str", e["reason"])) for e in entries)
    return Progression(cast("Phase", document["phase"]), tuple(reopened))


def _seal(progression: Progression) -> str:
    if not progression.reopened:
        return seal("phase", progression.phase)
    reopened = [[str(each.phase), each.reason] for each in progression.reopened]
    return seal("phase", [str(progression.phase), reopened])


def _quoted(text: str) -> str:
    """Return a text in double quotes, in which YAML folds nothing."""
    plain = "".join(
        letter if letter.isprintable() and letter not in '"\\' else f"\\U{ord(letter):08x}"
        for letter in text
    )
    return f'"{plain}"'


def _faults(document: Mapping[Hashable, object], text: str, path: str) -> Iterator[Fault]:
    marks = load_marks(text, path)

    def fault(message: str, hint: str | None, *place: Hashable) -> Fault:
        origin = nearest_origin(marks, place)
        return Fault(message, origin.path, origin.line, origin.column, hint)

    if problem := format_problem(document.get("format")):
        yield fault(*problem, "format")
        return
    known = ("format", "phase", "reopened", SEAL)
    for key in document:
        if key not in known:
            yield fault(f"unknown key {describe_value(key)}", f"known are {', '.join(known)}", key)
    phase = document.get("phase")
    if not _is_phase(phase):
        hint = f"one of {', '.join(str(each) for each in PHASES)}"
        yield fault(f"unknown phase {describe_value(phase)}", hint, "phase")
    elif not _is_list_of_reopenings(document.get("reopened", [])):
        hint = "restore the ledger from version control; `advance --reopen` opens a phase again"
        yield fault("'reopened' must be a list of phases with their reasons", hint, "reopened")
    elif document.get(SEAL) != _seal(_progression(document)):
        hint = "restore the ledger from version control; `advance` closes a phase"
        yield fault("the open phase was edited", hint, "phase")


def _is_phase(value: object) -> bool:
    return value in PHASES and not isinstance(value, bool | float)


def _is_list_of_reopenings(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict)
        and each.keys() == {"phase", "reason"}
        and _is_phase(each["phase"])
        and isinstance(each["reason"], str)
        for each in value
    )
