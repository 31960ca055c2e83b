"""What a person has to decide about a preset: what each side of a merge has made of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from migration.commands.snapshot.newest import Found
from migration.commands.snapshot.versions import Facts, Versions
from migration.files.lineage import side_names
from migration.store.ledger import Entry
from migration.store.records import PRESETS


@dataclass(frozen=True, slots=True)
class Question:
    """A preset that several sides of a merge have changed, and what each has made of it."""

    preset: str
    sides: Mapping[str, str]


def ask(versions: Versions, preset: str, sides: tuple[str, ...]) -> Question:
    """Return the question which side of a merge counts for a preset."""
    frozen = [versions.facts(PRESETS, preset, side) for side in sides]
    decided = [versions.entry(preset, side) for side in sides]
    entries = [each.value for each in decided if isinstance(each, Found)]
    facts = [each.value for each in frozen if isinstance(each, Found)]
    texts = [
        _describe(now.value, facts, entries)
        if isinstance(was, Found) and isinstance(now, Found)
        else "not known: lost, or changed on both sides of an earlier merge"
        for was, now in zip(frozen, decided, strict=True)
    ]
    return Question(preset, dict(zip(side_names(len(sides)), texts, strict=True)))


def _describe(entry: Entry, facts: Collection[Facts], entries: Collection[Entry]) -> str:
    """Return what a side has made of a preset and not every side has, in few words.

    `facts` and `entries` are those of all sides.
    """

    def is_shared(reason: str) -> bool:
        return all(reason in each.refrozen for each in entries)

    parts = [f"refrozen: {reason}" for reason in entry.refrozen if not is_shared(reason)]
    if entry.status == "dropped":
        parts.append(f"dropped: {entry.reason}")
    if len({each.target for each in entries}) > 1:
        parts.append(f"at {entry.target}")
    if len({each.phase for each in entries}) > 1:
        parts.append(f"phase {entry.phase or 'not assigned'}")
    if not parts and len({each.key for each in facts}) > 1:
        is_same = len({each.record.sha256 for each in facts}) == 1
        parts.append(
            "frozen from other files, with the same values"
            if is_same
            else "frozen with other values"
        )
    return "; ".join(parts) or "as before"
