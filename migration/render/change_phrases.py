"""What every format says of a change as a whole: its verdict, its sides, and its presets."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from migration.project.side_settings import name_side
from migration.render.paragraphs import Paragraph, fold_preset_faults
from migration.render.rows import describe_likeness, format_move
from migration.wording import format_count, list_names

if TYPE_CHECKING:
    from migration.commands.compare import CompareReport
    from migration.gate.gate_change import GateChange
    from migration.gate.preset_changes import ComparedPreset, NewPreset
    from migration.project.unchanged import Unchanged

_MOST_PATHS: Final = 3
_MOST_FILES: Final = 8
_MOST_NAMED: Final = 12
_FEWEST_OF_FOLDER: Final = 3
"""From how many presets on a renamed folder is named, and not each of them."""
GATE_PARTS: Final = "settings, profile, exclusions, baselines, acceptances"


def change_verdict(report: CompareReport) -> str:
    """Return how many presets change, for how many causes, and what else happens to presets."""
    total, changed = report.compared, len(report.changed)
    if changed:
        verb = "changes" if changed == 1 else "change"
        causes = format_count(len(report.causes), "cause")
        head = f"{changed} of {format_count(total, 'preset')} {verb}, for {causes}"
    else:
        head = f"no preset changes, of {total}" if total else "no preset was compared"
    parts = [head]
    if report.broken:
        # A new preset could not be read before, either.
        ending = "" if any(each.faults for each in report.new) else " any more"
        parts.append(f"{len(report.broken)} cannot be read{ending}")
    if report.not_compared:
        parts.append(f"{report.not_compared} not compared")
    moves = (("new", report.new), ("removed", report.removed), ("renamed", report.renamed))
    if moved := ", ".join(f"{len(presets)} {what}" for what, presets in moves if presets):
        parts.append(moved)
    if any(each.weakens for each in report.gate):
        parts.append("the gate is weaker")
    return "; ".join(parts)


def describe_sides(report: CompareReport) -> str:
    """Return what is compared with what."""
    sides = report.sides
    base = sides.base.name
    if found := sides.merge_base:
        ahead = format_count(found.ahead, "commit")
        way = f"{found.revision} is {ahead} ahead" if found.ahead else f"with {found.revision}"
        base = f"{base} ({way})"
    return f"{base} → {sides.head.name}"


def list_new(report: CompareReport, *, is_folded: bool = True) -> list[tuple[str, str]]:
    """Return each preset that the base does not have, and what it is like; many as folders."""
    if is_folded and len(report.new) > _MOST_NAMED:
        return [(text, "") for text in _count_folders(each.path for each in report.new)]
    return [(each.path, _describe_likeness(each)) for each in report.new]


def list_removed(report: CompareReport, *, is_folded: bool = True) -> list[str]:
    """Return each preset that only the base has; many as folders."""
    paths = report.removed
    return _count_folders(paths) if is_folded and len(paths) > _MOST_NAMED else [*paths]


def list_renamed(report: CompareReport, *, is_folded: bool = True) -> list[str]:
    """Return each preset that has another path now; those of a renamed folder as one."""
    groups: dict[tuple[str, str, str], list[ComparedPreset]] = {}
    for each in report.renamed:
        (old, old_name), (new, name) = map(posixpath.split, (each.old_path, each.path))
        # A preset that has another name as well stays on its own.
        key = (f"{old}/", f"{new}/") if old_name == name else (each.old_path, each.path)
        groups.setdefault((*key, _describe_values(each)), []).append(each)
    lines: list[str] = []
    for (old, new, values), found in groups.items():
        if is_folded and len(found) >= _FEWEST_OF_FOLDER:
            lines.append(f"{old} → {new} ({format_count(len(found), 'preset')}), {values}")
        else:
            lines += [f"{format_move(each.old_path, each.path)}, {values}" for each in found]
    return lines


def _describe_likeness(preset: NewPreset) -> str:
    if preset.sibling is None:
        return ""
    folder, name = posixpath.split(preset.sibling)
    is_near = folder == posixpath.dirname(preset.path)
    return describe_likeness(name if is_near else preset.sibling, preset.differences)


def _describe_values(preset: ComparedPreset) -> str:
    if preset.old_faults or preset.new_faults:
        return "not compared"
    return "with changed values" if preset.is_changed else "same values"


def _count_folders(paths: Iterable[str]) -> list[str]:
    counts = Counter(map(posixpath.dirname, paths))
    return [f"{folder or '.'}/ ({number})" for folder, number in sorted(counts.items())]


def describe_unchanged(report: CompareReport) -> str | None:
    """Return how many presets read a changed file and do not change, and why; None if none does."""
    found = report.unchanged
    if not found:
        return None
    total = sum(found.values())
    verbs = "reads a changed file and does" if total == 1 else "read a changed file and do"
    head = f"{format_count(total, 'preset')} {verbs} not change"
    if len(found) == 1:
        (only,) = found
        verb = "it overrides" if total == 1 else "they override"
        return f"{head}: {_describe_reason(only, verb)}"
    reasons = [
        f"{number} {_describe_reason(reason, 'overrides' if number == 1 else 'override')}"
        for reason, number in found.items()
    ]
    return f"{head}: {list_names(reasons, _MOST_FILES)}"


def _describe_reason(unchanged: Unchanged, verb: str) -> str:
    if unchanged.reason == "overrides":
        return f"{verb} {list_names(unchanged.paths, _MOST_PATHS)}"
    if unchanged.reason == "comments":
        return "for comments alone"
    if unchanged.reason == "writing":
        return "for other writing of the same values"
    return "with the same values from other files"


def list_gate_lines(report: CompareReport, *, is_folded: bool = True) -> list[str]:
    """Return what the change does to the gate, or that it does nothing; some names of many."""
    lines = [describe_gate_change(each, is_folded=is_folded) for each in report.gate]
    return lines or [f"unchanged ({GATE_PARTS})"]


def describe_gate_change(change: GateChange, *, is_folded: bool = True) -> str:
    """Return one thing that a change does to the gate, with some of its names or all of them."""
    most = _MOST_FILES if is_folded else len(change.names)
    text = f"{change.what}: {list_names(change.names, most)}" if change.names else change.what
    return f"weaker: {text}" if change.weakens else text


def list_unreadable(report: CompareReport) -> Iterator[tuple[str, list[Paragraph]]]:
    """Yield what is the matter with presets that cannot be read, and why, each reason once."""
    broken = [
        *((each.path, each.path, each.new_faults) for each in report.presets if each.is_broken),
        *((each.path, each.path, each.faults) for each in report.new),
    ]
    others = [each for each in report.unreadable if not each.is_broken]
    both, before = (
        [each for each in others if bool(each.new_faults) == is_both] for is_both in (True, False)
    )
    head, base = (name_side(side.name) for side in (report.sides.head, report.sides.base))
    parts = (
        (f"not readable in {head}", broken),
        ("not readable on either side", [(each.path, each.path, each.new_faults) for each in both]),
        (
            f"readable now, but not in {base}",
            [(each.path, each.old_path, each.old_faults) for each in before],
        ),
    )
    for title, presets in parts:
        if paragraphs := fold_preset_faults(presets):
            yield title, paragraphs
