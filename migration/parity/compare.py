"""Compares two runs: their differences, each with a verdict and its places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from migration.errors import Fault
from migration.parity.profile import Profile
from migration.resolve.origins import OriginIndex, find_origin
from migration.resolve.resolved import Resolved
from migration.values.diff import MISSING, Difference, diff, list_changes
from migration.values.keypath import KeyPath

if TYPE_CHECKING:
    from migration.parity.evidence import Clues
    from migration.parity.hints import Reading


def _no_origins() -> OriginIndex:
    return {}


def _no_clues() -> Clues | None:
    return None


@dataclass(frozen=True, slots=True)
class TracedConfig:
    """A resolved config. Where its leaves were set, and what explains them, is found on demand.

    Nothing is known of a payload that was saved elsewhere, and a baseline has no clues.
    """

    resolved: Resolved
    find_origins: Callable[[], OriginIndex] = _no_origins
    find_clues: Callable[[], Clues | None] = _no_clues


@dataclass(frozen=True, slots=True)
class Run:
    """What a preset gives to a training run: its config, and the fusion file that it names.

    `fusion` is None where the config names no file, or the file is `missing` or not known.
    """

    config: TracedConfig
    fusion_path: str | None = None
    fusion: TracedConfig | None = None
    missing: Fault | None = None
    is_frozen: bool = False

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that is merged for the run, those of the fusion config at the end."""
        fusion = self.fusion.resolved.chain if self.fusion else ()
        return (*self.config.resolved.chain, *fusion)


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference, `file:line` of both values, and the id of the rule that allows it.

    `file` is set for a difference within a fusion config; the path is within that file. `changes`
    are the entries that differ where both values are lists. A hint says why it may differ.
    """

    difference: Difference
    left_origin: str | None
    right_origin: str | None
    file: str | None = None
    rule: str | None = None
    changes: tuple[Finding, ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The findings, split by the profile's verdict, each part sorted by file and path."""

    allowed: tuple[Finding, ...] = ()
    forbidden: tuple[Finding, ...] = ()


def compare(left: Run, right: Run, profile: Profile) -> Comparison:
    """Return every difference between two runs, in their configs and in their fusion configs.

    The profile allows no difference in a fusion config. Fusion configs are compared where both
    runs have one: a name that only one run has is a difference of the config itself.
    """
    findings = list(_Pair(left.config, right.config).findings(profile))
    if left.fusion and right.fusion:
        findings += _Pair(left.fusion, right.fusion, right.fusion_path).findings(None)
    return Comparison(
        allowed=tuple(finding for finding in findings if finding.rule),
        forbidden=tuple(finding for finding in findings if not finding.rule),
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    left: TracedConfig
    right: TracedConfig
    file: str | None = None

    def findings(self, profile: Profile | None) -> Iterator[Finding]:
        """Yield every difference; without a profile none is allowed."""
        from migration.parity.hints import move_hints

        left, right = self.left.resolved.value, self.right.resolved.value
        differences = diff(left, right)
        moves = move_hints(differences)
        for found in differences:
            rule = profile.rule_for(found, left, right) if profile else None
            located = self._located(found, found.path)
            yield replace(
                located,
                rule=rule.id if rule else None,
                changes=tuple(self._located(change, at) for at, change in list_changes(found)),
                hints=(*located.hints, *self._hints(found, moves)),
            )

    def _located(self, found: Difference, left_path: KeyPath) -> Finding:
        from migration.parity.hints import misread_hint

        left, right = (
            None if value is MISSING else find_origin(side.find_origins(), path)
            for side, value, path in (
                (self.left, found.left, left_path),
                (self.right, found.right, found.path),
            )
        )
        misread = misread_hint(
            _reading(self.left, left_path, found.left, left),
            _reading(self.right, found.path, found.right, right),
        )
        return Finding(found, left, right, file=self.file, hints=(misread,) if misread else ())

    def _hints(self, found: Difference, moves: Mapping[KeyPath, str]) -> Iterator[str]:
        from migration.parity.hints import duplicate_hint, list_hint

        if clues := self.right.find_clues():
            if isinstance(found.left, list) and isinstance(found.right, list):
                yield from _given(list_hint(found, clues.steps(found.path)))
            yield from _given(duplicate_hint(found, clues.duplicates_at(found.path)))
        yield from _given(moves.get(found.path))


def _reading(side: TracedConfig, path: KeyPath, value: object, origin: str | None) -> Reading:
    from migration.parity.hints import Reading

    clues = side.find_clues()
    if clues is None or origin is None or isinstance(value, dict | list):
        return Reading(path, value)
    return Reading(path, value, clues.misread_at(origin))


def _given(hint: str | None) -> tuple[str, ...]:
    return (hint,) if hint else ()
