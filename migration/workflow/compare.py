"""Two sides -> their differences, each with a verdict and its places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from migration.diff import MISSING, Difference, diff, list_changes
from migration.keypath import KeyPath
from migration.origins import OriginIndex, find_origin
from migration.parity import Profile


@dataclass(frozen=True, slots=True)
class Content:
    """A resolved value, and where its leaves stand, looked up only when asked."""

    value: object
    origins: Callable[[], OriginIndex]


@dataclass(frozen=True, slots=True)
class Side:
    """A config, and the content of the fusion file that it names where that is known."""

    config: Content
    fusion_path: str | None = None
    fusion: Content | None = None
    is_frozen: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference, `file:line` of both values, and the id of the rule that allows it.

    `file` is set for a difference within a fusion config; the path is within that file. `changes`
    are the entries that differ where both values are lists.
    """

    difference: Difference
    left_origin: str | None
    right_origin: str | None
    file: str | None = None
    rule: str | None = None
    changes: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The findings, split by the profile's verdict, each part sorted by file and path."""

    allowed: tuple[Finding, ...] = ()
    forbidden: tuple[Finding, ...] = ()


def compare(left: Side, right: Side, profile: Profile) -> Comparison:
    """Return every difference between the two configs, and between their fusion contents.

    A difference in a fusion content is forbidden, whatever the profile allows elsewhere. Contents
    are compared where both sides have one: a name on one side only differs in the config itself.
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
    left: Content
    right: Content
    file: str | None = None

    def findings(self, profile: Profile | None) -> Iterator[Finding]:
        """Yield every difference; without a profile none is allowed."""
        left, right = self.left.value, self.right.value
        for found in diff(left, right):
            rule = profile.rule_for(found, left, right) if profile else None
            yield replace(
                self._located(found, found.path),
                rule=rule.id if rule else None,
                changes=tuple(self._located(change, at) for at, change in list_changes(found)),
            )

    def _located(self, found: Difference, left_path: KeyPath) -> Finding:
        return Finding(
            found,
            None if found.left is MISSING else find_origin(self.left.origins(), left_path),
            None if found.right is MISSING else find_origin(self.right.origins(), found.path),
            file=self.file,
        )
