"""Finds which accepted values two sets of acceptances do not have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from migration.store.acceptance import Acceptance, Acceptances, Grounds
from migration.values.canonical import compact_text
from migration.values.diff import MISSING, Difference
from migration.values.redaction import Redaction


class Take(NamedTuple):
    """One accepted value: the acceptance, the value, and why."""

    acceptance: Acceptance
    value: object
    grounds: Grounds

    def describe(self, redaction: Redaction) -> str:
        """Return key and values on one line, without what no report may show."""
        one = self.acceptance
        change = Difference(one.path, one.kind, one.left, self.value)
        shown = redaction.redact_difference(change)
        until = f" until {self.grounds.until}" if self.grounds.until else ""
        return f"{one.name}: {describe_values(shown)}{until}"

    @property
    def reason(self) -> str:
        """The reason on one line."""
        return " ".join(self.grounds.reason.split())


class TakeChange(NamedTuple):
    """An accepted value, the presets that came to have it, and those that have it no more."""

    take: Take
    added: tuple[str, ...]
    lost: tuple[str, ...]


def find_take_changes(before: Acceptances, after: Acceptances) -> Iterator[TakeChange]:
    """Yield each accepted value that other presets have in one set than in the other."""
    old, new = _map_takes(before), _map_takes(after)
    for text in sorted(new.keys() | old.keys()):
        take, _ = new.get(text) or old[text]
        mine, theirs = (each.get(text, (None, frozenset[str]()))[1] for each in (old, new))
        if mine != theirs:
            yield TakeChange(take, tuple(sorted(theirs - mine)), tuple(sorted(mine - theirs)))


def _map_takes(acceptances: Acceptances) -> Mapping[str, tuple[Take, frozenset[str]]]:
    """Return each accepted value with its presets, by a text that tells it apart."""
    found = {}
    for each in acceptances:
        for value in each.values:
            grounds = value.grounds
            why = f"{grounds.reason} {grounds.until} {grounds.changes_training}"
            text = f"{each.id} {_show(value.value)} {why}"
            found[text] = (Take(each, value.value, grounds), frozenset(value.presets))
    return found


def describe_values(change: Difference) -> str:
    """Return both values on one line."""
    return " → ".join(map(_show, (change.left, change.right)))


def _show(value: object) -> str:
    return "-" if value is MISSING else compact_text(value)
