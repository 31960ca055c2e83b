"""Finds what people have decided between two states of the files in `snapshots/`.

Only what a state file holds counts here; what cannot be read, or is of an earlier format, says
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

from migration.errors import MigrationError
from migration.gate.takes import find_take_changes
from migration.phases import PHASES
from migration.store.acceptance import Acceptance, Acceptances
from migration.store.acceptance_file import read_acceptance
from migration.store.folder import StateFolder, configs_in
from migration.store.ledger import Entry, Progression
from migration.store.ledger_file import read_progression
from migration.store.record_file import read_record
from migration.store.records import PRESETS, FusionLink
from migration.values.redaction import Redaction

Verb: TypeAlias = Literal[
    "accepted",
    "taken back",
    "folded",
    "moved",
    "dropped",
    "taken up",
    "frozen late",
    "replaced",
    "closed",
    "reopened",
]

_NOTED: Final = (b'"target"', b'"reason"', b'"refrozen"', b'"late"', b'"reuse"')
"""What a record holds if anything but a phase was decided about its preset."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was done on purpose, to what, for which presets, and why."""

    verb: Verb
    what: str
    """A key with its values, a path or two, or a phase."""
    presets: tuple[str, ...] = ()
    reason: str | None = None


class RecordState(NamedTuple):
    """The decisions about a preset, and the digests that its record has."""

    preset: str
    entry: Entry
    sha256: str
    fusion: FusionLink | None


StateFile: TypeAlias = RecordState | Progression | Acceptance | None
"""What a file of the state says; None if it says nothing about decisions, or cannot be read."""


def has_decisions(folder: StateFolder, path: str) -> bool:
    """Tell whether the file at a path of the state may hold a decision."""
    is_record = _find_preset(folder, path) is not None
    return path == folder.ledger_path or is_record or folder.is_acceptance(path)


def read_state_file(folder: StateFolder, path: str, data: bytes, *, is_new: bool) -> StateFile:
    """Return what the bytes of a file with decisions say.

    Of a new record that has no decision, nothing is read: there may be thousands.
    """
    with suppress(MigrationError, UnicodeDecodeError):
        if path == folder.ledger_path:
            return read_progression(data.decode(), path)
        if folder.is_acceptance(path):
            return read_acceptance(data, path)
        preset = _find_preset(folder, path)
        if preset and (not is_new or any(each in data for each in _NOTED)):
            reading = read_record(data, PRESETS, preset, path)
            record, entry = reading.record, reading.entry
            if record and entry:
                return RecordState(preset, entry, record.sha256, record.fusion)
    return None


def _find_preset(folder: StateFolder, path: str) -> str | None:
    """Return the preset whose record is at a path, None if it is that of another file."""
    return next(configs_in(folder.folders_of(PRESETS)[1], [path]), None)


def find_decisions(
    before: Mapping[str, StateFile], after: Mapping[str, StateFile], redaction: Redaction
) -> Iterator[Decision]:
    """Yield what was decided between two states, given the files that differ, by their paths.

    A path that a state does not have is that of a file which is not there. Where a file is there
    and cannot be read, it says nothing about that path.
    """
    paths = [
        path
        for path in sorted({*before, *after})
        if before.get(path, after.get(path)) and after.get(path, before.get(path))
    ]
    frozen_anew = set()
    records: list[Decision] = []
    phases: list[Decision] = []
    for path in paths:
        old, new = before.get(path), after.get(path)
        if isinstance(new, Progression):
            phases += _compare_phases(old if isinstance(old, Progression) else None, new)
        elif isinstance(new, RecordState):
            known = old if isinstance(old, RecordState) else None
            is_replaced = known and known.entry.refrozen != new.entry.refrozen
            if known and known[2:] != new[2:] and not is_replaced:
                frozen_anew.add(new.preset)
            records += _compare_entries(new.preset, known.entry if known else None, new.entry)
    yield from phases
    were, are = (
        Acceptances(e for path in paths if isinstance(e := state.get(path), Acceptance))
        for state in (before, after)
    )
    done = [*_compare_acceptances(were, are, frozen_anew, redaction)]
    yield from done
    # Accepted and folded between two commits: the values are in the baselines alone.
    told = {preset for each in done if each.verb == "folded" for preset in each.presets}
    if unseen := tuple(sorted(frozen_anew - told)):
        yield Decision("folded", "what no commit has as accepted", unseen)
    yield from records


def _compare_phases(old: Progression | None, new: Progression) -> Iterator[Decision]:
    before = old or Progression()
    for each in new.reopened[len(before.reopened) :]:
        yield Decision("reopened", f"phase {each.phase}", reason=each.reason)
    order = [*PHASES]
    start, end = order.index(before.phase), order.index(new.phase)
    if not new.reopened[len(before.reopened) :]:
        for phase in order[start:end]:
            yield Decision("closed", f"phase {phase}")


def _compare_entries(preset: str, old: Entry | None, new: Entry) -> Iterator[Decision]:
    before = old or Entry(preset, "pending")
    if new.status == "dropped" and before.status != "dropped":
        yield Decision("dropped", preset, reason=new.reason)
    if before.status == "dropped" and new.status != "dropped":
        yield Decision("taken up", preset)
    if new.target != before.target:
        yield Decision("moved", f"{before.target} → {new.target}", reason=new.reuse)
    if new.late and new.late != before.late:
        yield Decision("frozen late", preset, reason=new.late)
    for reason in new.refrozen[len(before.refrozen) :]:
        yield Decision("replaced", f"the baseline of {preset}", reason=reason)


def _compare_acceptances(
    old: Acceptances, new: Acceptances, frozen_anew: set[str], redaction: Redaction
) -> Iterator[Decision]:
    changes = [*find_take_changes(old, new)]
    # A value that replaces an accepted one takes nothing back.
    replaced = {(each.take.acceptance.id, preset) for each in changes for preset in each.added}
    for take, added, lost in changes:
        what = take.describe(redaction)
        if added:
            more = ", which changes training" if take.grounds.changes_training else ""
            yield Decision("accepted", f"{what}{more}", added, take.grounds.reason)
        gone = [each for each in lost if (take.acceptance.id, each) not in replaced]
        folded = tuple(each for each in gone if each in frozen_anew)
        back = tuple(each for each in gone if each not in frozen_anew)
        if folded:
            yield Decision("folded", what, folded)
        if back:
            yield Decision("taken back", what, back)
