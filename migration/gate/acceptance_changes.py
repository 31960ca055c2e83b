"""Finds what a change accepts on purpose, and what it takes back.

Acceptances are read as plain data; one that cannot be read accepts nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from migration.gate.gate_change import GateChange
from migration.project.sides import Sides
from migration.store.acceptance import Acceptance, Acceptances, Grounds
from migration.values.canonical import compact_text
from migration.values.diff import MISSING, Difference
from migration.values.redaction import Redaction


class _Take(NamedTuple):
    """One accepted value: the acceptance, the value, and why."""

    acceptance: Acceptance
    value: object
    grounds: Grounds

    def describe(self, redaction: Redaction) -> str:
        """Return key and values on one line, without what no report may show."""
        one = self.acceptance
        change = Difference(one.path, one.kind, one.left, self.value)
        shown = redaction.redact_difference(change)
        values = " → ".join(map(_show, (shown.left, shown.right)))
        return f"{one.name}: {values} ({' '.join(self.grounds.reason.split())})"


def compare_acceptances(sides: Sides) -> Iterator[GateChange]:
    """Yield what was accepted meanwhile, what is not any more, and what cannot be read.

    To accept is on purpose, and the value itself shows as a cause; so the gate is weaker only where
    the training of presets changes that the migration has moved.

    Raises:
        MigrationError: git cannot tell, or a folder cannot be listed.
    """
    before, after = sides.states
    redaction = sides.head.project.redaction
    if unread := sorted({*after.unread_acceptances} - {*before.unread_acceptances}):
        yield GateChange("acceptances cannot be read", tuple(unread))
    old, new = _map_takes(before.acceptances), _map_takes(after.acceptances)
    for text in sorted(new.keys() | old.keys()):
        take, _ = new.get(text) or old[text]
        mine, theirs = (each.get(text, (None, frozenset[str]()))[1] for each in (old, new))
        if added := sorted(theirs - mine):
            verb = "accepted on purpose"
            if take.grounds.changes_training:
                verb = "accepted although it changes the training of migrated presets"
            what = f"{verb}: {take.describe(redaction)}"
            yield GateChange(what, tuple(added), weakens=take.grounds.changes_training)
        if lost := sorted(mine - theirs):
            what = f"no longer accepted: {take.describe(redaction)}"
            yield GateChange(what, tuple(lost), weakens=False)


def _map_takes(acceptances: Acceptances) -> Mapping[str, tuple[_Take, frozenset[str]]]:
    """Return each accepted value with its presets, by a text that tells it apart."""
    found = {}
    for each in acceptances:
        for value in each.values:
            grounds = value.grounds
            text = f"{each.id} {_show(value.value)} {grounds.reason} {grounds.changes_training}"
            take = _Take(each, value.value, grounds)
            found[text] = (take, frozenset(value.presets))
    return found


def _show(value: object) -> str:
    return "-" if value is MISSING else compact_text(value)
