"""Finds what a change accepts on purpose, and what it takes back.

Acceptances are read as plain data; one that cannot be read accepts nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from migration.gate.gate_change import GateChange
from migration.gate.takes import find_take_changes
from migration.project.sides import Sides


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
    for take, added, lost in find_take_changes(before.acceptances, after.acceptances):
        what = f"{take.describe(redaction)} ({take.reason})"
        if added:
            verb = "accepted on purpose"
            if take.grounds.changes_training:
                verb = "accepted although it changes the training of migrated presets"
            yield GateChange(f"{verb}: {what}", added, weakens=take.grounds.changes_training)
        if lost:
            yield GateChange(f"no longer accepted: {what}", lost, weakens=False)
