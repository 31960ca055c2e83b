"""The questions that only the user can answer: which side of a merge counts for a preset."""

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
    """A preset that several sides of a merge have changed, and what each side did with it."""

    preset: str
    sides: Mapping[str, str]


def ask(versions: Versions, preset: str, sides: tuple[str, ...]) -> Question:
    """Return the question which side of a merge counts for a preset."""
    frozen = [versions.facts(PRESETS, preset, side) for side in sides]
    decided = [versions.entry(preset, side) for side in sides]
    entries = [found.value for found in decided if isinstance(found, Found)]
    all_facts = [found.value for found in frozen if isinstance(found, Found)]
    texts = {}
    for name, facts, entry in zip(side_names(len(sides)), frozen, decided, strict=True):
        texts[name] = "not known: lost, or changed on both sides of an earlier merge"
        if isinstance(facts, Found) and isinstance(entry, Found):
            texts[name] = _describe(entry.value, all_facts, entries)
    return Question(preset, texts)


def _describe(entry: Entry, facts: Collection[Facts], entries: Collection[Entry]) -> str:
    """Return in few words what a side did with a preset that not every side did.

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
        is_same = len({(each.record.sha256, each.record.fusion) for each in facts}) == 1
        parts.append(
            "frozen from other files, with the same values"
            if is_same
            else "frozen with other values"
        )
    return "; ".join(parts) or "as before"
