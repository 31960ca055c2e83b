"""The same difference in many presets, told once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from migration.canonical import compact_text
from migration.diff import MISSING
from migration.keypath import Index, format_path
from migration.render.values import ABSENT
from migration.workflow.check import ParityReport
from migration.workflow.compare import Finding

Places: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Group:
    """A difference, and each config with its finding of it; places may differ between them."""

    findings: tuple[tuple[str, Finding], ...]

    @property
    def finding(self) -> Finding:
        """The first finding, for all that is the same in every one."""
        return self.findings[0][1]

    @property
    def configs(self) -> tuple[str, ...]:
        """The configs, those without a name left out."""
        return tuple(config for config, _ in self.findings if config)

    def places(self) -> Places:
        """Return the different places of the left value, and of the right one."""
        return _places([finding for _, finding in self.findings])

    def changes(self) -> tuple[tuple[Finding, Places], ...]:
        """Return the changed entries of a list, each with its different places."""
        alike = zip(*(finding.changes for _, finding in self.findings), strict=True)
        return tuple((same[0], _places(same)) for same in alike)


def group(findings: Iterable[tuple[str, Finding]]) -> tuple[Group, ...]:
    """Return one group a difference, sorted by file and path."""
    groups: dict[tuple[str, ...], list[tuple[str, Finding]]] = {}
    for config, finding in findings:
        groups.setdefault(_key(finding), []).append((config, finding))
    return tuple(Group(tuple(found)) for _, found in sorted(groups.items()))


def grouped_rows(
    report: ParityReport, verdict: Literal["allowed", "forbidden"]
) -> tuple[Group, ...]:
    """Return the groups of every preset's allowed, or forbidden, differences."""
    return group(
        (row.legacy, finding) for row in report.rows for finding in getattr(row.comparison, verdict)
    )


def heading(finding: Finding) -> str:
    """Return the difference's path, after its fusion file if it is in one."""
    path = format_path(finding.difference.path)
    return f"{finding.file}: {path}" if finding.file else path


def entry_path(finding: Finding, change: Finding) -> str:
    """Return the path of a change within a list, from the list on: `[2].params.prob (rotate)`.

    The name of the entry stands behind it, where the entry is a mapping that has one.
    """
    found, inner = finding.difference, change.difference
    inside = inner.path[len(found.path) :]
    entries = found.left if inner.right is MISSING else found.right
    name = _name_in(entries, inside[0]) if len(inside) > 1 else None
    return f"{format_path(inside)} ({name})" if name else format_path(inside)


def _name_in(entries: object, index: Hashable) -> str | None:
    if not isinstance(entries, list) or not isinstance(index, Index):
        return None
    entry = entries[index.position]
    name = entry.get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) else None


def _places(findings: Sequence[Finding]) -> Places:
    lefts = dict.fromkeys(finding.left_origin for finding in findings)
    rights = dict.fromkeys(finding.right_origin for finding in findings)
    return tuple(filter(None, lefts)), tuple(filter(None, rights))


def _key(finding: Finding) -> tuple[str, ...]:
    found = finding.difference
    values = (
        ABSENT if side is MISSING else compact_text(side) for side in (found.left, found.right)
    )
    return (finding.file or "", format_path(found.path), finding.rule or "", *values)
