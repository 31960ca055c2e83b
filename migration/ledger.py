"""`ledger.yaml`: the open phase, and of each preset what was decided and recorded.

Nothing is read from the disk here; the text comes in and goes out.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from typing import Final, cast

import yaml

from migration.documents import kind_of, load_mapping, load_marks, shown
from migration.errors import Fault, MigrationError, nearest_hint
from migration.globs import is_plain_path
from migration.marks import MarkTree, Origin, nearest_origin
from migration.phases import PHASES, STATUSES, WORKED_PHASES, Phase, Status
from migration.pitfalls import duplicates
from migration.sealed import FORMAT, OLDEST, SEAL, conflict_line, format_problem, seal

RECORDABLE: Final = tuple(status for status in STATUSES if status != "new")
"""A preset without a baseline has no entry, so that its status is never recorded."""
_HEADER = (
    "# Kept by the toolkit. `ledger` computes each status anew: one typed in is not believed.\n"
)
# Paths and seals that YAML takes for texts without quotes: no number, as `0b1` is one, or a word.
_PATH = re.compile(r"(?=.{1,100}\Z)[a-z][\w-]*/[\w/.-]+", re.ASCII)
_SEAL = re.compile(r"(?!0b)(?=[0-9]*[a-f])[0-9a-f]+")
_RESTORE = "restore the ledger from version control"


@dataclass(frozen=True, slots=True)
class Refreeze:
    """A baseline replaced on purpose: why, and both digests.

    The fusion digests are set where the content of the preset's fusion config changed.
    """

    reason: str
    before: str
    after: str
    fusion_before: str | None = None
    fusion_after: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One preset: where it moves, the verdict recorded last, and the exceptions it was granted.

    `phase` is set if it was assigned, `reason` if the preset was dropped, and `sealed_as` if the
    status was typed in: to the one with which the record was sealed.
    """

    target: str
    status: Status
    phase: int | None = None
    reason: str | None = None
    exceptions: tuple[Refreeze, ...] = ()
    sealed_as: Status | None = None

    def with_status(self, status: Status) -> Entry:
        """Return the entry with a verdict that was found."""
        return replace(self, status=status, sealed_as=None)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The open phase, and an entry for each frozen preset by its legacy path."""

    phase: Phase = 0
    entries: Mapping[str, Entry] = field(default_factory=dict)

    def left_paths(self) -> frozenset[str]:
        """Return the paths at which a preset was, and none is any more.

        Those are the old paths of presets that moved, and all paths of those that were dropped.
        """
        left: set[str] = set()
        live: set[str] = set()
        for legacy, entry in self.entries.items():
            if entry.status == "dropped":
                left |= {legacy, entry.target}
            else:
                left.add(legacy)
                live.add(entry.target)
        return frozenset(left - live)

    def with_entries(self, entries: Mapping[str, Entry]) -> Ledger:
        """Return the ledger with these entries added or replaced."""
        return replace(self, entries={**self.entries, **entries})


def read_ledger(text: str, path: str) -> Ledger:
    """Return the ledger that the text holds.

    A status that was typed in is kept as such; with anything else that was, there is no ledger.

    Raises:
        MigrationError: not YAML, a merge left half-way, a newer format, an edited record, or
            whatever else in it is not a ledger's, each with its line.
    """
    if line := conflict_line(text):
        hint = "resolve the merge: keep one record a preset, then run `check-parity`"
        raise MigrationError(Fault("a conflict marker of git", path, line, hint=hint))
    document = load_mapping(text, path)
    reader = _Reader(text, path)
    faults = tuple(reader.faults(document))
    ledger = Ledger() if faults else _unsealed(document)
    # What the toolkit would write as it is has no key twice, and every seal is right.
    if not faults and ledger_text(ledger) == text:
        return ledger
    if faults := (*faults, *reader.duplicates()):
        raise MigrationError(*faults)
    if document["format"] == OLDEST:
        return ledger
    records = cast("Mapping[str, Mapping[str, object]]", document["presets"])
    sealed = {preset: _sealed_status(preset, record) for preset, record in records.items()}
    if faults := tuple(reader.broken_seals(document, sealed)):
        raise MigrationError(*faults)
    return Ledger(
        ledger.phase,
        {
            preset: entry
            if sealed[preset] == entry.status
            else replace(entry, sealed_as=sealed[preset])
            for preset, entry in ledger.entries.items()
        },
    )


def _unsealed(document: Mapping[Hashable, object]) -> Ledger:
    """Return the ledger of a document without a fault, as if nothing in it had been typed in."""
    records = cast("Mapping[str, Mapping[str, object]]", document["presets"])
    entries = {preset: _entry(preset, record) for preset, record in records.items()}
    return Ledger(cast("Phase", document["phase"]), entries)


def record_origin(text: str, path: str, preset: str) -> Origin:
    """Return where the record of a preset stands in the text of a ledger that has one."""
    return nearest_origin(load_marks(text, path), ("presets", preset))


def ledger_text(ledger: Ledger) -> str:
    """Return the ledger's text: deterministic, sorted, and read back to the same ledger.

    One record a preset, of several lines, so that git merges two branches that change different
    ones.
    """
    head = {"format": FORMAT, "phase": ledger.phase, SEAL: seal("phase", ledger.phase)}
    records = "".join(_record_text(*each) for each in sorted(ledger.entries.items()))
    # PyYAML writes it so, and takes its time to be imported.
    is_plain = _SEAL.fullmatch(str(head[SEAL]))
    first = "".join(f"{name}: {value}\n" for name, value in head.items())
    first = first if is_plain else _dumped(head)
    return _HEADER + first + (f"presets:\n{records}" if records else "presets: {}\n")


def _record_text(preset: str, entry: Entry) -> str:
    """Return the lines of one record, as they stand in the ledger."""
    record = _sealed(preset, entry)
    # PyYAML writes these as they are, and takes its time; there can be thousands of them.
    is_short = record.keys() <= {"target", "status", "phase", SEAL}
    is_plain = _PATH.fullmatch(preset) and _PATH.fullmatch(entry.target)
    if is_short and is_plain and _SEAL.fullmatch(str(record[SEAL])):
        lines = "".join(f"    {name}: {value}\n" for name, value in record.items())
        return f"  {preset}:\n{lines}"
    return _dumped({"presets": {preset: record}}).removeprefix("presets:\n")


def _dumped(document: Mapping[str, object]) -> str:
    from migration.spelling import LosslessDumper

    text: str = yaml.dump(
        document, Dumper=LosslessDumper, sort_keys=False, allow_unicode=True, width=100
    )
    return text


def _sealed(preset: str, entry: Entry) -> dict[str, object]:
    record = _fields(preset, entry)
    # What was typed in keeps the seal of what it was, and so stays known.
    return {**record, SEAL: seal(preset, {**record, "status": entry.sealed_as or entry.status})}


def _sealed_status(preset: str, record: Mapping[str, object]) -> Status | None:
    """Return the status with which a record was sealed, None if more than its status was edited."""
    # The record as it stands there: to an entry, `target: null` would be no target at all.
    fields = {name: value for name, value in record.items() if name != SEAL}
    for status in (cast("Status", record["status"]), *RECORDABLE):
        if seal(preset, {**fields, "status": status}) == record.get(SEAL):
            return status
    return None


def _fields(preset: str, entry: Entry) -> dict[str, object]:
    document: dict[str, object] = {} if entry.target == preset else {"target": entry.target}
    document["status"] = entry.status
    if entry.phase is not None:
        document["phase"] = entry.phase
    if entry.reason is not None:
        document["reason"] = entry.reason
    if entry.exceptions:
        document["exceptions"] = [
            {name: value for name, value in asdict(each).items() if value is not None}
            for each in entry.exceptions
        ]
    return document


def _entry(preset: str, document: Mapping[str, object]) -> Entry:
    exceptions = cast("list[dict[str, str]]", document.get("exceptions", []))
    return Entry(
        target=cast("str", document.get("target", preset)),
        status=cast("Status", document["status"]),
        phase=cast("int | None", document.get("phase")),
        reason=cast("str | None", document.get("reason")),
        exceptions=tuple(Refreeze(**each) for each in exceptions),
    )


class _Reader:
    """Finds whatever in a ledger's text is not a ledger's."""

    def __init__(self, text: str, path: str) -> None:
        self._path = path
        self._text = text
        self._seal: tuple[str, ...] = ()

    @cached_property
    def _marks(self) -> MarkTree:
        return load_marks(self._text, self._path)

    def faults(self, document: Mapping[Hashable, object]) -> Iterator[Fault]:
        """Yield a fault for each mistake; with none, the document is a ledger."""
        if problem := format_problem(document.get("format")):
            yield self._fault(*problem, "format")
            return
        self._seal = () if document["format"] == OLDEST else (SEAL,)
        yield from self._unknown(document, ("format", "phase", *self._seal, "presets"), ())
        phase = document.get("phase")
        if phase not in PHASES or isinstance(phase, bool | float):
            known = ", ".join(str(each) for each in PHASES)
            yield self._fault(f"unknown phase {shown(phase)}", f"one of {known}", "phase")
        presets = document.get("presets")
        if not isinstance(presets, dict):
            yield self._fault(f"'presets' must be a mapping, not {kind_of(presets)}", None)
            return
        targets: dict[str, str] = {}
        for preset, entry in presets.items():
            place = ("presets", preset)
            if not isinstance(preset, str) or not isinstance(entry, dict):
                yield self._fault(f"not a preset's record: {shown(preset)}", _RESTORE, *place)
                continue
            yield from self._entry_faults(entry, place)
            target = entry.get("target", preset)
            if entry.get("status") == "dropped" or not isinstance(target, str):
                continue
            if targets.setdefault(target, preset) != preset:
                message = f"{preset} and {targets[target]} both have the path {target}"
                yield self._fault(message, "map one of them elsewhere, or back", *place)

    def duplicates(self) -> Iterator[Fault]:
        """Yield a fault for each key that stands twice in one mapping."""
        for found in duplicates(self._text, self._path):
            message, at = f"{shown(found.path[-1])} stands here a second time", found.origin
            yield Fault(message, at.path, at.line, at.column, _RESTORE)

    def broken_seals(
        self, document: Mapping[Hashable, object], sealed: Mapping[str, Status | None]
    ) -> Iterator[Fault]:
        """Yield a fault for each record, and for the open phase, that was edited after sealing."""
        if document.get(SEAL) != seal("phase", document["phase"]):
            hint = f"{_RESTORE}; `advance` closes a phase"
            yield self._fault("the open phase was edited", hint, "phase")
        for preset, status in sealed.items():
            if status is None:
                hint = f"{_RESTORE}; `map` moves or drops a preset"
                yield self._fault(f"the record of {preset} was edited", hint, "presets", preset)

    def _entry_faults(
        self, entry: Mapping[Hashable, object], place: tuple[str, ...]
    ) -> Iterator[Fault]:
        known = (spec.name for spec in fields(Entry) if spec.name != "sealed_as")
        yield from self._unknown(entry, (*known, *self._seal), place)
        status = entry.get("status")
        if status not in RECORDABLE:
            hint = nearest_hint(shown(status), RECORDABLE, f"one of {', '.join(RECORDABLE)}")
            yield self._fault(f"unknown status {shown(status)}", hint, *place, "status")
        target = entry.get("target", "")
        if "target" in entry and not is_plain_path(target):
            message = f"not a path within the project: {shown(target)}"
            yield self._fault(message, None, *place, "target")
        phase = entry.get("phase", 1)
        if phase not in WORKED_PHASES or type(phase) is not int:
            message = f"a preset belongs to phase 1 or 2, not {shown(phase)}"
            yield self._fault(message, None, *place, "phase")
        reason = entry.get("reason")
        if (status == "dropped") != (isinstance(reason, str) and bool(reason.strip())):
            yield self._fault("a preset has a 'reason' exactly if it is dropped", None, *place)
        exceptions = entry.get("exceptions", [])
        if not isinstance(exceptions, list):
            yield self._fault("'exceptions' must be a list", None, *place, "exceptions")
            exceptions = []
        for exception in exceptions:
            if not _is_refreeze(exception):
                message = (
                    f"an exception needs reason, before and after, strings: {shown(exception)}"
                )
                yield self._fault(message, None, *place, "exceptions")

    def _unknown(
        self, document: Mapping[Hashable, object], known: tuple[str, ...], place: tuple[str, ...]
    ) -> Iterator[Fault]:
        for key in document.keys() - set(known):
            message = f"unknown key {shown(key)}"
            yield self._fault(message, f"known are {', '.join(known)}", *place, key)

    def _fault(self, message: str, hint: str | None, *place: Hashable) -> Fault:
        origin = nearest_origin(self._marks, place)
        return Fault(message, origin.path, origin.line, origin.column, hint)


def _is_refreeze(exception: object) -> bool:
    names = {spec.name for spec in fields(Refreeze)}
    return (
        isinstance(exception, dict)
        and {"reason", "before", "after"} <= exception.keys() <= names
        and all(isinstance(value, str) for value in exception.values())
    )
