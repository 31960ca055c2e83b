"""Decides for each preset which version of its frozen files counts after a merge."""

from __future__ import annotations

from typing import TypeAlias, cast

from migration.commands.snapshot.choices import Choice, Choices
from migration.commands.snapshot.findings import Findings
from migration.commands.snapshot.newest import Found, Outcome, Parted
from migration.commands.snapshot.questions import ask
from migration.commands.snapshot.versions import Facts, Versions
from migration.errors import Fault
from migration.files.lineage import MEETING, OURS, WORK_TREE
from migration.store.ledger import Entry
from migration.store.record_file import record_bytes
from migration.store.records import PRESETS, Record
from migration.text import quote_path

Whole: TypeAlias = tuple[Record, Entry]
"""Both halves of a preset's record."""


class PresetResolver:
    """Finds the files to write for a preset, or the question that only the user can answer."""

    def __init__(self, versions: Versions, choices: Choices, findings: Findings) -> None:
        """Search `versions`, and add to `findings`."""
        self._versions, self._choices, self._findings = versions, choices, findings
        self._lineage, self._store = versions.lineage, versions.store

    def resolve(self, preset: str, intact: Whole | None) -> Whole | None:
        """Take a preset from the side that was chosen for it, else from the newest point.

        Returns the record that counts, None if that is not known. `intact` is the record of the
        work tree, if nothing is wrong with it; it stays unless a side was chosen by path.
        """
        choice = self._choices.of(preset)
        if choice is None:
            return intact or self._take_newest(preset)
        sides = self._sides(preset, choice, is_intact=intact is not None)
        if sides and (choice.is_exact or not intact):
            return self._take_from_side(preset, choice.side, sides)
        if choice.is_exact:
            message = "no side to choose: no merge left it open, or it was changed since"
            hint = "`git checkout COMMIT -- FILE...` takes what a commit had"
            self._findings.add_fault(message, preset, hint)
            return intact
        if intact and sides:
            self._note_kept(preset, choice.side, sides)
        return intact or self._take_newest(preset)

    def _sides(self, preset: str, choice: Choice, *, is_intact: bool) -> tuple[str, ...]:
        """Return the sides of the merge that a choice is about, ours first.

        There are none where the preset was frozen or decided anew since.
        """
        versions = self._versions
        sides = self._parted(preset, MEETING)
        if not sides and choice.is_exact:
            sides = versions.last_merge(preset)
        known = {versions.key(preset, point) for point in sides}
        if self._lineage.sides:
            known.add(versions.key(preset, MEETING))
        if is_intact and versions.key(preset, WORK_TREE) not in known:
            return ()
        return sides

    def _note_kept(self, preset: str, side: str, sides: tuple[str, ...]) -> None:
        """Note a preset that was decided before, if it differs from the version of the side."""
        now = self._versions.key(preset, WORK_TREE)
        if any(self._versions.key(preset, point) != now for point in of_side(sides, side)):
            self._findings.kept.append(preset)

    def _parted(self, preset: str, point: str) -> tuple[str, ...]:
        """Return the sides that have changed a preset in different ways."""
        facts = self._versions.facts(PRESETS, preset, point)
        entry = self._versions.entry(preset, point)
        return next((found.points for found in (facts, entry) if isinstance(found, Parted)), ())

    def _take_newest(self, preset: str) -> Whole | None:
        """Take the newest version of a preset, or ask which side counts."""
        start = self._versions.start
        facts = self._versions.facts(PRESETS, preset, start)
        entry = self._versions.entry(preset, start)
        if isinstance(facts, Parted) and (ours := self._find_folded(preset, facts.points)):
            # Which side folded a value does not matter: `AcceptanceResolver` merges key by key.
            self._findings.folded_apart.add(preset)
            facts = ours
        if sides := next((e.points for e in (facts, entry) if isinstance(e, Parted)), ()):
            self._findings.questions.append(ask(self._versions, preset, sides))
            return None
        return self._take(preset, facts, entry)

    def _find_folded(self, preset: str, sides: tuple[str, ...]) -> Found[Facts] | None:
        """Return what our side has frozen if all sides have frozen the same files.

        Then their baselines differ in what was folded into them.
        """
        found = [self._versions.facts(PRESETS, preset, side) for side in sides]
        if not all(isinstance(each, Found) for each in found):
            return None
        first, *others = cast("list[Found[Facts]]", found)
        chain = first.value.record.chain
        return first if all(each.value.record.chain == chain for each in others) else None

    def _take_from_side(self, preset: str, side: str, sides: tuple[str, ...]) -> Whole | None:
        """Take a side's version of a preset."""
        points = of_side(sides, side)
        if len({self._versions.key(preset, point) for point in points}) > 1:
            message = f"`--theirs` is not one side: {len(points)} branches were merged, and differ"
            hint = "take the files of one of them: `git checkout BRANCH -- FILE...`"
            self._findings.add_fault(message, preset, hint)
            return None
        return self._take_from(preset, points[0], side)

    def _take_from(self, preset: str, point: str, side: str | None = None) -> Whole | None:
        """Take the newest version of a preset, seen from a point, if it can be proved."""
        versions = self._versions
        facts, entry = versions.facts(PRESETS, preset, point), versions.entry(preset, point)
        return self._take(preset, facts, entry, side)

    def _take(
        self,
        preset: str,
        facts: Outcome[Facts],
        entry: Outcome[Entry],
        side: str | None = None,
    ) -> Whole | None:
        """Take what was frozen and what was decided, if that can be proved."""
        versions, path = self._versions, self._store.record_path(PRESETS, preset)
        if not isinstance(facts, Found) or not isinstance(entry, Found):
            if side:
                message = f"{side} has no intact frozen preset of this path"
                self._findings.faults.append(Fault(message, preset))
            else:
                message = "no side has an intact record together with its baseline"
                self._findings.add_fault(message, path)
            return None
        if not versions.is_one_whole(preset, facts.value, entry.value):
            message = "what was frozen and what was decided are not intact in one commit"
            self._findings.add_fault(message, path)
            return None
        record = facts.value.record
        baseline = versions.baselines.find(PRESETS, preset, record.sha256, facts.point)
        if baseline is None:
            self._findings.add_fault("git has never had the baseline of this record", path)
            return None
        if not side and versions.baselines.has_newer(preset, record.sha256, facts.passed):
            self._add_newer_fault(preset, facts.point)
            return None
        label = side or self._label(preset, facts, entry) or baseline.label
        text = record_bytes(PRESETS, preset, facts.value.text, entry.value)
        baseline_path = self._store.baseline_path(PRESETS, preset)
        self._findings.take(preset, label, {baseline_path: baseline.data, path: text})
        return record, entry.value

    def _label(self, preset: str, facts: Found[Facts], entry: Found[Entry]) -> str | None:
        """Return the name of the point that a record is from; None if the work tree has it."""
        now = self._versions.at(WORK_TREE, PRESETS, preset).facts
        is_known = now is not None and now.key == facts.value.key
        point = entry.point if is_known else facts.point
        return None if point == WORK_TREE else self._lineage.label(point)

    def _add_newer_fault(self, preset: str, known: str) -> None:
        """Add the fault of a baseline that may have been frozen, or not."""
        places = map(self._store.real_path, self._store.files_of(PRESETS, preset))
        message = "no record is about this baseline; the newest one that is intact is about another"
        files = " ".join(map(quote_path, places))
        hint = f"to go back to that: `git checkout {self._lineage.commit(known)} -- {files}`"
        self._findings.add_fault(message, self._store.baseline_path(PRESETS, preset), hint)


def of_side(sides: tuple[str, ...], side: str) -> tuple[str, ...]:
    """Return the points of a merge that are ours, or theirs."""
    return sides[:1] if side == OURS else sides[1:]
