"""Compares two runs: finds their differences, each with a verdict and its origins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

from migration.parity.profile import Profile
from migration.parity.run import Run, TracedConfig
from migration.values.describe import is_number
from migration.values.diff import MISSING, Difference, diff
from migration.values.keypath import KeyPath, format_path
from migration.values.list_diff import list_changes
from migration.values.redaction import Redaction, hide

if TYPE_CHECKING:
    from migration.parity.hints import Reading
    from migration.parity.renames import Rename
    from migration.yaml.spelling import Spelling


Detail: TypeAlias = Literal["all", "forbidden", "paths"]
"""How much is found out about a difference: all, hints only of forbidden ones, or its path alone.

A report that shows no place and no hint need not search the files for them.
"""


@dataclass(frozen=True, slots=True)
class AcceptedBefore:
    """Another value that was accepted for a key: the id of the acceptance, and its file.

    `is_returned` if the preset has the frozen value again.
    """

    id: str
    file: str
    is_returned: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference, `file:line` of both values, and the id of the rule that allows it.

    `file` is set for a difference within a fusion config; its path is a path within that file. If
    both values are lists, `changes` are the entries that differ; only those have a `left_path`. A
    hint says why they may differ.
    """

    difference: Difference
    left_origin: str | None
    right_origin: str | None
    file: str | None = None
    rule: str | None = None
    changes: tuple[Finding, ...] = ()
    hints: tuple[str, ...] = ()
    rename: Rename | None = None
    """The renamed or moved key that the difference is a part of."""
    left_spelling: Spelling | None = None
    right_spelling: Spelling | None = None
    left_path: KeyPath | None = None
    accepted: AcceptedBefore | None = None
    """What was accepted for this preset at the same key."""
    is_redacted: bool = False
    """Whether a part of its values is hidden, so that they are not the real ones."""

    @property
    def path(self) -> KeyPath:
        """The path to show: that on the left, or for what was added, within the left list."""
        return self.difference.path if self.left_path is None else self.left_path


@dataclass(frozen=True, slots=True)
class Comparison:
    """The findings, split by the profile's verdict, each part sorted by file and path."""

    allowed: tuple[Finding, ...] = ()
    forbidden: tuple[Finding, ...] = ()

    def change_findings(self, change: Callable[[Finding], Finding]) -> Comparison:
        """Return the comparison with each finding changed; none changes its verdict."""
        return Comparison(tuple(map(change, self.allowed)), tuple(map(change, self.forbidden)))

    def redact(self, redaction: Redaction) -> Comparison:
        """Return the comparison without the values that no report may show."""
        if not redaction.patterns:
            return self
        return self.change_findings(partial(_redact, redaction=redaction))


def _redact(finding: Finding, redaction: Redaction) -> Finding:
    found, rename = redaction.redact_difference(finding.difference), finding.rename
    # A key that was renamed has a value that is hidden under its other name.
    is_whole = redaction.hides(found.path)
    if rename and (redaction.hides(rename.old) or redaction.hides(rename.new)):
        found = replace(found, left=hide(found.left), right=hide(found.right))
        is_whole = True
    if found == finding.difference and not is_whole:
        return finding
    if rename:
        value = redaction.redact(rename.value, rename.old)
        rename = replace(rename, value=hide(value) if is_whole else value)
    changes = () if is_whole else tuple(_redact(each, redaction) for each in finding.changes)
    # A hint may quote a value, and a spelling is one.
    return replace(
        finding,
        difference=found,
        changes=changes,
        hints=(),
        rename=rename,
        left_spelling=None,
        right_spelling=None,
        is_redacted=True,
    )


def compare(left: Run, right: Run, profile: Profile, detail: Detail = "all") -> Comparison:
    """Return every difference between two runs, in their configs and in their fusion configs.

    The profile allows no difference in a fusion config. Fusion configs are compared where both
    runs have one: a name that only one run has is a difference of the config itself.
    """
    findings = list(_Pair(left.config, right.config, detail).findings(profile))
    if left.fusion and right.fusion:
        pair = _Pair(left.fusion, right.fusion, detail, right.fusion_path)
        findings += pair.findings(None)
    return Comparison(
        allowed=tuple(finding for finding in findings if finding.rule),
        forbidden=tuple(finding for finding in findings if not finding.rule),
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    left: TracedConfig
    right: TracedConfig
    detail: Detail
    file: str | None = None

    def findings(self, profile: Profile | None) -> Iterator[Finding]:
        """Yield every difference; without a profile, no difference is allowed."""
        left, right = self.left.resolved.value, self.right.resolved.value
        differences = diff(left, right)
        renames: Mapping[str, Rename] = {}
        if differences and self.detail != "paths":
            from migration.parity.renames import find_renames

            renames = find_renames(left, right, differences)
        for found in differences:
            rule = profile.rule_for(found, left, right) if profile else None
            finding = Finding(found, None, None, file=self.file, rule=rule.id if rule else None)
            if self.detail != "paths":
                rename = renames.get(format_path(found.path))
                with_hints = self.detail == "all" or rule is None
                finding = self._explain(replace(finding, rename=rename), with_hints=with_hints)
            yield finding

    def _explain(self, finding: Finding, *, with_hints: bool) -> Finding:
        """Return the finding with its places, its changes, and maybe its hints."""
        found = finding.difference
        located = self._locate(finding, found.path, with_hints=with_hints)
        hints = self._find_hints(found, finding.rename) if with_hints else ()
        return replace(
            located,
            changes=tuple(self._locate_changes(found, with_hints=with_hints)),
            hints=(*located.hints, *hints),
        )

    def _locate_changes(self, found: Difference, *, with_hints: bool) -> Iterator[Finding]:
        """Yield the changes within a list."""
        from migration.parity.list_hints import moved_entry_hints

        changes = list_changes(found)
        moves = moved_entry_hints([change for _, change in changes])
        for left_path, change in changes:
            bare = Finding(change, None, None, file=self.file, left_path=left_path)
            located = self._locate(bare, left_path, with_hints=with_hints)
            hints = (*located.hints, *_as_tuple(moves.get((change.kind, change.path))))
            yield replace(located, hints=hints)

    def _locate(self, finding: Finding, left_path: KeyPath, *, with_hints: bool) -> Finding:
        """Return the finding with the places of both values, as they are written there."""
        found = finding.difference
        sides = ((self.left, found.left, left_path), (self.right, found.right, found.path))
        left, right = (
            None if value is MISSING else side.find_place(path) for side, value, path in sides
        )
        hints: tuple[str, ...] = ()
        if with_hints:
            from migration.parity.hints import misread_hint
            from migration.parity.list_hints import mapping_hint

            misread = misread_hint(
                _make_reading(self.left, left_path, found.left, left),
                _make_reading(self.right, found.path, found.right, right),
            )
            hints = (*_as_tuple(misread), *_as_tuple(mapping_hint(found)))
        left_spelling, right_spelling = (
            _spell(side, place, path, value)
            for (side, value, path), place in zip(sides, (left, right), strict=True)
        )
        return replace(
            finding,
            left_origin=left and self.left.name_place(left),
            right_origin=right and self.right.name_place(right),
            hints=hints,
            left_spelling=left_spelling,
            right_spelling=right_spelling,
        )

    def _find_hints(self, found: Difference, rename: Rename | None) -> Iterator[str]:
        from migration.parity.hints import duplicate_hint, list_hint

        if evidence := self.right.evidence:
            if isinstance(found.left, list) and isinstance(found.right, list):
                yield from _as_tuple(list_hint(found, evidence.steps(found.path)))
            yield from _as_tuple(duplicate_hint(found, evidence.duplicates_at(found.path)))
        if rename:
            yield rename.hint_at(found.path, is_gone=found.right is MISSING)


def _make_reading(side: TracedConfig, path: KeyPath, value: object, origin: str | None) -> Reading:
    from migration.parity.hints import Reading

    evidence = side.evidence
    if evidence is None or origin is None:
        return Reading(path, value)
    return Reading(path, value, evidence.misread_at(origin))


def _spell(side: TracedConfig, place: str | None, path: KeyPath, value: object) -> Spelling | None:
    """Return how a number is written, or where a text of several lines begins, if that is known."""
    if place is None or not (is_number(value) or (isinstance(value, str) and "\n" in value)):
        return None
    return side.find_spelling(place, path, value)


def _as_tuple(hint: str | None) -> tuple[str, ...]:
    return (hint,) if hint else ()
