"""The causes of each report in the order in which every format shows them, the forbidden first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from migration.glyphs import tell_all_apart
from migration.parity.causes import Cause, find_causes
from migration.render.differences import Block, Marks, describe_cause
from migration.render.rows import format_move, format_preset
from migration.render.where import ReportPresets

if TYPE_CHECKING:
    from migration.commands.check_parity import ParityReport
    from migration.commands.compare import CompareReport
    from migration.commands.diff import DiffReport
    from migration.parity.compare import Comparison

Verdict: TypeAlias = Literal["forbidden", "allowed"]
_BASELINE_LEFT: Marks = ("legacy", None)


@dataclass(frozen=True, slots=True)
class Section:
    """The causes of the forbidden or of the allowed differences of a report."""

    verdict: Verdict
    causes: tuple[Cause, ...]
    presets: Mapping[str, str] = field(default_factory=dict)
    """All presets of the report, and how each is shown, for those of a cause to be named."""
    is_whole: bool = True
    """Whether these are the presets of the whole project."""
    marks: Marks = _BASELINE_LEFT
    is_judged: bool = True
    """Whether a profile is named; otherwise a difference is not called forbidden."""
    is_change: bool = False
    """Whether it says what a change does: a difference then concerns training, or the run only."""

    def blocks(self) -> Iterator[Block]:
        """Yield a block for each cause."""
        # Two keys may look the same, and each may be the only one shown of its side.
        paths = [each for cause in self.causes for each in (cause.path, cause.new_path) if each]
        shown = tell_all_apart(paths)
        presets = ReportPresets(self.presets, is_whole=self.is_whole)
        for cause in self.causes:
            block = describe_cause(cause, self.marks)
            yield replace(
                _name_concern(block) if self.is_change else block,
                path=shown[cause.path],
                new_path=cause.new_path and shown[cause.new_path],
                where=presets.describe(cause) if self.presets else None,
            )


def parity_sections(report: ParityReport) -> Iterator[Section]:
    """Yield the causes of all differences from the baselines, first the forbidden ones."""
    presets = {row.name: format_preset(row) for row in report.rows}
    for section in _part_causes(report.causes, presets):
        yield replace(section, marks=(report.frozen_mark, None), is_whole=report.is_whole)


def accept_sections(
    causes: tuple[Cause, ...], presets: Collection[str], frozen_mark: str
) -> Iterator[Section]:
    """Yield the causes that can be accepted, or were."""
    names = {preset: preset for preset in presets}
    if causes:
        marks = (frozen_mark, None)
        yield Section("forbidden", causes, names, marks=marks)


def diff_sections(report: DiffReport) -> Iterator[Section]:
    """Yield the causes of the differences of two configs, first the forbidden ones."""
    marks = (report.left_mark, report.right_mark)
    for section in _part_causes(report.causes):
        yield replace(section, marks=marks, is_judged=report.is_judged)


def change_sections(report: CompareReport) -> Iterator[Section]:
    """Yield the causes of what a change does, first those that concern training."""
    presets = {each.path: format_move(each.old_path, each.path) for each in report.presets}
    for section in _part_causes(report.causes, presets):
        yield replace(section, marks=(None, None), is_change=True)


def draft_sections(
    comparisons: Iterable[tuple[str, Comparison]], frozen_mark: str | None
) -> Iterator[Section]:
    """Yield the causes for which presets do not resolve to their baselines."""
    pairs = list(comparisons)
    for section in _part_causes(find_causes(pairs), {preset: preset for preset, _ in pairs}):
        yield replace(section, marks=(frozen_mark, None), is_whole=False)


def base_sections(comparisons: Iterable[tuple[str, Comparison]]) -> Iterator[Section]:
    """Yield the causes for which presets would be others than they are, over a new base."""
    yield from draft_sections(comparisons, None)


def _name_concern(block: Block) -> Block:
    """Return a block that says whether a difference concerns training, or the run only."""
    concern = f"run only ({block.rule})" if block.rule else "training"
    kind = concern if block.kind == "changed" else f"{block.kind} · {concern}"
    return replace(block, kind=kind, rule=None)


def _part_causes(
    causes: Iterable[Cause], presets: Mapping[str, str] | None = None
) -> Iterator[Section]:
    """Yield the forbidden part, then the allowed one; a section is never empty."""
    found, presets = list(causes), presets or {}
    forbidden = tuple(cause for cause in found if cause.rule is None)
    allowed = tuple(cause for cause in found if cause.rule is not None)
    if forbidden:
        yield Section("forbidden", forbidden, presets)
    if allowed:
        yield Section("allowed", allowed, presets)
