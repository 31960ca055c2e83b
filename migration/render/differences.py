"""One walk over the differences of a report, for every format: each once, in however many presets.

A format only lays out the blocks.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from migration.render.values import ABSENT, format_pair
from migration.values.canonical import compact_text
from migration.values.diff import MISSING
from migration.values.keypath import Index, format_path

if TYPE_CHECKING:
    from migration.commands.check_parity import ParityReport
    from migration.commands.diff import DiffReport
    from migration.parity.compare import Comparison, Finding

MOST_CHANGES = 8
"""How many changes within one list are shown."""
_MOST_HINTS = 3

Verdict: TypeAlias = Literal["forbidden", "allowed"]
Frozen: TypeAlias = tuple[bool, bool]
"""Whether the left and the right configs are baselines."""
_BASELINE_LEFT: Frozen = (True, False)


@dataclass(frozen=True, slots=True)
class Place:
    """The files and lines that set the value before (`was`) or now, in every preset concerned."""

    word: Literal["was", "now"]
    names: tuple[str, ...]
    is_frozen: bool


@dataclass(frozen=True, slots=True)
class Block:
    """What a report says of one difference, or of one change within a list that differs.

    `path` comes after the fusion file if it is in one; that of a change begins at the list.
    """

    path: str
    pair: tuple[str, str]
    places: tuple[Place, ...]
    """Empty where the changes have places of their own."""
    hints: tuple[str, ...]
    changes: tuple[Block, ...] = ()
    left_out: int = 0
    """How many more changes there are."""
    rule: str | None = None
    """The rule of the profile that allows the difference."""
    configs: tuple[str, ...] = ()
    """The presets that have the difference, where the report is on more than one."""


@dataclass(frozen=True, slots=True)
class Section:
    """The forbidden or the allowed differences of a report, grouped with the configs of each."""

    verdict: Verdict
    groups: tuple[tuple[tuple[str, Finding], ...], ...]
    are_frozen: Frozen = _BASELINE_LEFT

    def blocks(self, most: int | None = None) -> Iterator[Block]:
        """Yield a block for each difference, or for the first ones."""
        for group in self.groups[:most]:
            configs = tuple(config for config, _ in group if config)
            yield _describe_difference([each for _, each in group], configs, self.are_frozen)


def parity_sections(report: ParityReport) -> Iterator[Section]:
    """Yield the differences of all presets from their baselines, first the forbidden ones."""
    return group_differences((row.name, row.comparison) for row in report.rows)


def diff_sections(report: DiffReport) -> Iterator[Section]:
    """Yield the differences of two configs, first the forbidden ones."""
    are_frozen = (report.left_is_frozen, report.right_is_frozen)
    return group_differences([("", report.comparison)], are_frozen)


def group_differences(
    comparisons: Iterable[tuple[str, Comparison]], are_frozen: Frozen = _BASELINE_LEFT
) -> Iterator[Section]:
    """Yield the forbidden differences, then the allowed ones, sorted; a section is never empty.

    Each comparison has its config, "" where that need not be named. What is equal in file, path,
    rule and values is one difference.
    """
    pairs = list(comparisons)
    forbidden = _group((config, found) for config, each in pairs for found in each.forbidden)
    allowed = _group((config, found) for config, each in pairs for found in each.allowed)
    if forbidden:
        yield Section("forbidden", forbidden, are_frozen)
    if allowed:
        yield Section("allowed", allowed, are_frozen)


def _group(
    findings: Iterable[tuple[str, Finding]],
) -> tuple[tuple[tuple[str, Finding], ...], ...]:
    groups: dict[tuple[str, ...], list[tuple[str, Finding]]] = {}
    for config, finding in findings:
        groups.setdefault(_key(finding), []).append((config, finding))
    return tuple(tuple(group) for _, group in sorted(groups.items()))


def _key(finding: Finding) -> tuple[str, ...]:
    found = finding.difference
    values = (
        ABSENT if side is MISSING else compact_text(side) for side in (found.left, found.right)
    )
    return (finding.file or "", format_path(found.path), finding.rule or "", *values)


def _describe_difference(
    alike: Sequence[Finding], configs: tuple[str, ...], are_frozen: Frozen
) -> Block:
    """Return the block of a difference, given the finding of each config that has it."""
    first = alike[0]
    path = format_path(first.difference.path)
    return Block(
        path=f"{first.file}: {path}" if first.file else path,
        pair=format_pair(first.difference),
        places=() if first.changes else _merge_places(alike, are_frozen),
        hints=_merge_hints(alike),
        changes=tuple(_describe_changes(alike, are_frozen)),
        left_out=len(first.changes[MOST_CHANGES:]),
        rule=first.rule,
        configs=configs,
    )


def _describe_changes(alike: Sequence[Finding], are_frozen: Frozen) -> Iterator[Block]:
    shown = (finding.changes[:MOST_CHANGES] for finding in alike)
    for changes in zip(*shown, strict=True):
        yield Block(
            path=_entry_path(alike[0], changes[0]),
            pair=format_pair(changes[0].difference),
            places=_merge_places(changes, are_frozen),
            hints=_merge_hints(changes),
        )


def _merge_places(alike: Sequence[Finding], are_frozen: Frozen) -> tuple[Place, ...]:
    """Return the different places of the left values, and of the right ones, if they have any."""
    lefts = dict.fromkeys(finding.left_origin for finding in alike if finding.left_origin)
    rights = dict.fromkeys(finding.right_origin for finding in alike if finding.right_origin)
    was = Place("was", tuple(lefts), is_frozen=are_frozen[0])
    now = Place("now", tuple(rights), is_frozen=are_frozen[1])
    return tuple(place for place in (was, now) if place.names)


def _merge_hints(alike: Sequence[Finding]) -> tuple[str, ...]:
    """Return the first few hints, each once, and how many more there are."""
    hints = list(dict.fromkeys(hint for finding in alike for hint in finding.hints))
    left_out = len(hints) - _MOST_HINTS
    more = [f"and {left_out} more like it"] if left_out > 0 else []
    return (*hints[:_MOST_HINTS], *more)


def _entry_path(finding: Finding, change: Finding) -> str:
    """Return the path of a change within a list, from the list on: `[2].params.prob (rotate)`.

    The name of the entry follows, where the entry is a mapping that has one.
    """
    found, inner = finding.difference, change.difference
    inside = inner.path[len(found.path) :]
    entries = found.left if inner.right is MISSING else found.right
    name = _name_entry(entries, inside[0]) if len(inside) > 1 else None
    return f"{format_path(inside)} ({name})" if name else format_path(inside)


def _name_entry(entries: object, index: Hashable) -> str | None:
    if not isinstance(entries, list) or not isinstance(index, Index):
        return None
    entry = entries[index.position]
    name = entry.get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) else None
