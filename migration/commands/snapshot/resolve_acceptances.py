"""Decides what is accepted after a merge: what each side expects of a preset is merged by keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from migration.commands.snapshot.accepted_sides import AcceptedSides, Side
from migration.commands.snapshot.choices import Choices
from migration.commands.snapshot.findings import Findings
from migration.commands.snapshot.merge_accepted import Changes, key_of, merge_changes, spell
from migration.commands.snapshot.questions import Question
from migration.commands.snapshot.resolve_presets import Whole
from migration.commands.snapshot.versions import Versions
from migration.files.lineage import side_names
from migration.gate.takes import describe_values
from migration.project.acceptance import list_changes_to
from migration.project.changes import list_acceptance_changes
from migration.project.expected import Expected
from migration.project.project import Project
from migration.store.acceptance import Acceptances, AcceptedChange, Grounds, group_changes
from migration.store.baselines import Baselines
from migration.store.records import PRESETS, FusionLink

_REASON: Final = "frozen with this before a merge brought another content"


class AcceptanceResolver:
    """Finds the files of acceptances to write and to remove, or the questions left to the user.

    A file that can be read, is deleted by no side and fits the baselines stays as it is.
    """

    def __init__(
        self, project: Project, versions: Versions, baselines: Baselines, findings: Findings
    ) -> None:
        """Search `versions`, take the work tree from `baselines`, and add to `findings`."""
        self._sides = AcceptedSides(project, versions, baselines)
        self._baselines, self._findings = baselines, findings
        self._store, self._redaction = versions.store, project.redaction

    def resolve(
        self, wholes: Mapping[str, Whole], links: Mapping[str, FusionLink], choices: Choices
    ) -> None:
        """Resolve what is accepted, once all records are decided.

        `links` has the presets for which another content of their fusion config is taken than they
        were frozen with.
        """
        if not self._findings.are_decided:
            return
        accepted = {**self._baselines.acceptances.by_preset}
        own = {
            preset: self._find_own(preset, wholes[preset])
            for preset in (accepted.keys() | links.keys()) & wholes.keys()
        }
        broken = {
            preset for path in self._sides.open_files for preset in self._sides.list_named(path)
        }
        broken |= {preset for preset, side in own.items() if side is None}
        broken |= self._findings.folded_apart
        chosen = {preset for preset in wholes if _is_chosen(choices, preset)}
        for preset in sorted((broken | chosen | links.keys()) & wholes.keys()):
            record, _ = wholes[preset]
            taken = self._sides.find_side(preset, record.sha256, links.get(preset, record.fusion))
            if preset in broken | chosen:
                base, sides = self._sides.find_sides(preset, choices.of(preset))
            else:
                base, sides = None, [*filter(None, [own[preset]])]
            merged = self._merge(preset, taken.expected, base, sides) if taken and sides else None
            if merged is not None:
                accepted[preset] = merged
            elif preset in broken and not sides:
                message = f"no side has what is accepted for {preset} together with its baseline"
                self._findings.add_fault(message, self._store.record_path(PRESETS, preset))
        if self._findings.are_decided:
            self._write(group_changes(accepted))

    def _find_own(self, preset: str, whole: Whole) -> Side | None:
        """Return what the work tree expects of a preset, None if that does not fit its baseline."""
        record, _ = whole
        accepted = self._baselines.acceptances.list_changes(preset)
        return self._sides.find_side(preset, record.sha256, record.fusion, accepted)

    def _write(self, after: Acceptances) -> None:
        """Add the files that differ from those of the work tree."""
        files = dict(list_acceptance_changes(self._baselines, after))
        for path in sorted(self._sides.unread - files.keys()):
            if self._sides.list_named(path):
                files[path] = None
            else:
                message = "no side has this acceptance as the toolkit wrote it"
                self._findings.add_fault(message, path)
        self._findings.files |= files
        self._findings.accepted |= {path: text is not None for path, text in files.items()}

    def _merge(
        self, preset: str, frozen: Expected, base: Side | None, sides: Sequence[Side]
    ) -> tuple[AcceptedChange, ...] | None:
        """Return what is to be accepted for a preset, against the baselines that are taken.

        None: that is left to the user.
        """
        before = _list_changes(base, frozen) if base else {}
        changes = [_list_changes(side, frozen) for side in sides]
        merged = merge_changes(before, changes)
        # What counts for each key may not fit together.
        if merged is not None and self._sides.change(preset, frozen, merged):
            return tuple(merged)
        names = side_names(len(sides))
        told = {name: self._tell(before, each) for name, each in zip(names, changes, strict=True)}
        self._findings.questions.append(Question(preset, told))
        return None

    def _tell(self, before: Changes, side: Changes) -> str:
        """Return in few words what a side did with what is accepted for a preset."""
        parts = []
        for key in sorted({*before, *side}, key=str):
            one, other = before.get(key), side.get(key)
            if other and (one is None or spell(one) != spell(other)):
                change = self._redaction.redact_difference(other.change)
                values = describe_values(change)
                parts.append(f"{key[1]} {values} ({other.grounds.reason})")
            elif one and other is None:
                parts.append(f"{key[1]} not accepted any more")
        return f"accepted: {'; '.join(parts)}" if parts else "as before"


def _is_chosen(choices: Choices, preset: str) -> bool:
    choice = choices.of(preset)
    return choice is not None and choice.is_exact


def _list_changes(side: Side, frozen: Expected) -> Changes:
    """Return what leads from baselines to what a side expects."""
    expected = side.expected
    label = frozen.fusion_path or expected.fusion_path
    grounds = {key_of(each): each.grounds for each in side.accepted}
    found = {}
    for fusion, change in list_changes_to(frozen, expected.config, expected.fusion, label):
        one = AcceptedChange(fusion, change, Grounds(_REASON))
        found[key_of(one)] = replace(one, grounds=grounds.get(key_of(one), one.grounds))
    return found
