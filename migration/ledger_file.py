"""`ledger.yaml`, which has the open phase. Text comes in and goes out; nothing is read here."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Final, cast

from migration.documents import load_mapping, load_marks, shown
from migration.errors import Fault, MigrationError
from migration.marks import nearest_origin
from migration.phases import PHASES, Phase
from migration.pitfalls import duplicate_faults
from migration.sealed import FORMAT, RESOLVE, SEAL, conflict_fault, format_problem, seal

_HEADER: Final = (
    "# Kept by the toolkit: the open phase. `records` has what was decided of each preset.\n"
)


def ledger_text(phase: Phase) -> str:
    """Return the text of a ledger whose open phase that is: deterministic, and read back to it."""
    # In quotes: there are seals that YAML would take for numbers.
    return f'{_HEADER}format: {FORMAT}\nphase: {phase}\nseal: "{seal("phase", phase)}"\n'


def read_phase(text: str, path: str) -> Phase:
    """Return the open phase that the text has.

    Raises:
        MigrationError: a merge left half-way, not YAML, another format, or anything else that the
            toolkit has not written, each with its line.
    """
    for phase in PHASES:
        if text.replace("\r\n", "\n") == ledger_text(phase):
            return phase
    if fault := conflict_fault(text, path):
        raise MigrationError(fault)
    document = load_mapping(text, path)
    if faults := (*duplicate_faults(text, path, RESOLVE), *_faults(document, text, path)):
        raise MigrationError(*faults)
    return cast("Phase", document["phase"])


def _faults(document: Mapping[Hashable, object], text: str, path: str) -> Iterator[Fault]:
    marks = load_marks(text, path)

    def fault(message: str, hint: str | None, *place: Hashable) -> Fault:
        origin = nearest_origin(marks, place)
        return Fault(message, origin.path, origin.line, origin.column, hint)

    if problem := format_problem(document.get("format")):
        yield fault(*problem, "format")
        return
    known = ("format", "phase", SEAL)
    for key in document:
        if key not in known:
            yield fault(f"unknown key {shown(key)}", f"known are {', '.join(known)}", key)
    phase = document.get("phase")
    if phase not in PHASES or isinstance(phase, bool | float):
        hint = f"one of {', '.join(str(each) for each in PHASES)}"
        yield fault(f"unknown phase {shown(phase)}", hint, "phase")
    elif document.get(SEAL) != seal("phase", phase):
        hint = "restore the ledger from version control; `advance` closes a phase"
        yield fault("the open phase was edited", hint, "phase")
