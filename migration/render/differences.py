"""The same difference in many presets, told once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from migration.render.values import ABSENT
from migration.values.canonical import compact_text
from migration.values.diff import MISSING
from migration.values.keypath import Index, format_path

if TYPE_CHECKING:
    from migration.parity.compare import Comparison, Finding

Places: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
MOST_CHANGES = 8
"""How many changes within one list are shown."""
_MOST_NAMES = 4
_MOST_HINTS = 3


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

    def hints(self) -> tuple[str, ...]:
        """Return the first few of what may explain the difference, each once."""
        return _hints([finding for _, finding in self.findings])

    def changes(self) -> tuple[tuple[Finding, Places, tuple[str, ...]], ...]:
        """Return the changed entries of a list, each with its different places and its hints."""
        alike = zip(*(finding.changes for _, finding in self.findings), strict=True)
        return tuple((same[0], _places(same), _hints(same)) for same in alike)


def grouped(
    comparisons: Iterable[tuple[str, Comparison]],
) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """Return the groups of forbidden and of allowed differences; each comparison has a config.

    The config is "" where it need not be named. One group a difference, by file and path.
    """
    pairs = list(comparisons)
    return (
        _groups((config, found) for config, each in pairs for found in each.forbidden),
        _groups((config, found) for config, each in pairs for found in each.allowed),
    )


def listed(names: Sequence[str], most: int = _MOST_NAMES) -> str:
    """Return the first names, and how many more there are."""
    shown = ", ".join(names[:most])
    rest = len(names) - most
    return f"{shown} and {rest} more" if rest > 0 else shown


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


def _groups(findings: Iterable[tuple[str, Finding]]) -> tuple[Group, ...]:
    groups: dict[tuple[str, ...], list[tuple[str, Finding]]] = {}
    for config, finding in findings:
        groups.setdefault(_key(finding), []).append((config, finding))
    return tuple(Group(tuple(found)) for _, found in sorted(groups.items()))


def _places(findings: Sequence[Finding]) -> Places:
    lefts = dict.fromkeys(finding.left_origin for finding in findings)
    rights = dict.fromkeys(finding.right_origin for finding in findings)
    return tuple(filter(None, lefts)), tuple(filter(None, rights))


def _hints(findings: Sequence[Finding]) -> tuple[str, ...]:
    hints = list(dict.fromkeys(hint for finding in findings for hint in finding.hints))
    left_out = len(hints) - _MOST_HINTS
    return (*hints[:_MOST_HINTS], *([f"and {left_out} more like it"] if left_out > 0 else []))


def _key(finding: Finding) -> tuple[str, ...]:
    found = finding.difference
    values = (
        ABSENT if side is MISSING else compact_text(side) for side in (found.left, found.right)
    )
    return (finding.file or "", format_path(found.path), finding.rule or "", *values)
