"""Writes and reads the text of `ledger.yaml`: the open phase, and which ones were opened again.

`baselines` opens the file.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Final, cast

from migration.errors import Fault, MigrationError
from migration.phases import PHASES, Phase
from migration.store.ledger import Progression, Reopening
from migration.store.seal import FORMAT, RESOLVE, SEAL, conflict_fault, format_problem, seal
from migration.values.checked import Optional, fits, in_turn, list_of, mapping, one_of, string, that
from migration.values.describe import describe_value
from migration.values.keypath import KeyPath
from migration.yaml.duplicates import duplicate_faults
from migration.yaml.load import load_mapping, load_marks
from migration.yaml.marks import nearest_origin

_HEADER: Final = (
    "# Kept by the toolkit: the open phase. `records` has what was decided of each preset.\n"
)
_PHASE = one_of(PHASES, "unknown phase {got}", f"one of {', '.join(map(str, PHASES))}")
_REOPENED = that(
    fits(list_of(mapping({"phase": _PHASE, "reason": string()}, unknown="unknown key {key}"))),
    "'reopened' must be a list of phases with their reasons",
    "restore the ledger from version control; `advance --reopen` opens a phase again",
)
_PROGRESSION = in_turn(mapping({"phase": _PHASE}), mapping({"reopened": Optional(_REOPENED)}))


def ledger_text(progression: Progression) -> str:
    """Return the text of a ledger; `read_progression` returns the same progression from it."""
    lines = [f"format: {FORMAT}", f"phase: {progression.phase}"]
    if progression.reopened:
        lines.append("reopened:")
        lines += [
            f"- {{phase: {e.phase}, reason: {_quoted(e.reason)}}}" for e in progression.reopened
        ]
    # In quotes, since YAML would read some seals as numbers.
    lines.append(f'{SEAL}: "{_seal(progression)}"')
    return _HEADER + "".join(f"{line}\n" for line in lines)


def read_progression(text: str, path: str) -> Progression:
    """Return the open phase in the text of a ledger, and which phases were opened again.

    Raises:
        MigrationError: a conflict marker, text that is not YAML, another format, or anything else
            that the toolkit does not write, each with its line.
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
    """Return a text in double quotes as YAML reads it, on one line."""
    plain = "".join(
        letter if letter.isprintable() and letter not in '"\\' else f"\\U{ord(letter):08x}"
        for letter in text
    )
    return f'"{plain}"'


def _faults(document: Mapping[Hashable, object], text: str, path: str) -> Iterator[Fault]:
    marks = load_marks(text, path)

    def fault(message: str, hint: str | None, place: KeyPath) -> Fault:
        origin = nearest_origin(marks, place)
        return Fault(message, origin.path, origin.line, origin.column, hint)

    if problem := format_problem(document.get("format")):
        yield fault(*problem, ("format",))
        return
    known = ("format", "phase", "reopened", SEAL)
    for key in document:
        if key not in known:
            yield fault(
                f"unknown key {describe_value(key)}", f"known are {', '.join(known)}", (key,)
            )
    problems = _PROGRESSION(document)
    yield from (fault(problem.message, problem.hint, problem.keys) for problem in problems)
    if not problems and document.get(SEAL) != _seal(_progression(document)):
        hint = "restore the ledger from version control; `advance` closes a phase"
        yield fault("the open phase was edited", hint, ("phase",))
