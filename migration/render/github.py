"""Reports as annotations of a GitHub job: one a cause, where the value is set now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from migration.commands.lint import LintReport
from migration.render.acceptances import describe_needs
from migration.render.annotations import Annotation, Level, write_annotations
from migration.render.change_phrases import change_verdict, describe_gate_change, list_unreadable
from migration.render.differences import list_changes
from migration.render.lint import lint_verdict
from migration.render.paragraphs import Paragraph, fold_faults
from migration.render.phrases import parity_verdict
from migration.render.sections import Section, change_sections, parity_sections
from migration.wording import format_count

if TYPE_CHECKING:
    from migration.commands.check_parity import ParityReport
    from migration.commands.compare import CompareReport
    from migration.parity.causes import Cause
    from migration.render.differences import Block


def parity_github(report: ParityReport) -> str:
    """Return an error for each cause of forbidden differences, and for each other fault."""
    targets = {row.name: row.target for row in report.rows}
    found = [
        each
        for section in parity_sections(report)
        if section.verdict == "forbidden"
        for each in _annotate_causes(section, "error", targets)
    ]
    found += _annotate_paragraphs(fold_faults(report.shown))
    found += [
        Annotation("error", "an acceptance is not needed any more", line)
        for line in describe_needs(report.accepted)[: len(report.accepted.unneeded)]
    ]
    return write_annotations(found, report.prefix, parity_verdict(report))


def change_github(report: CompareReport) -> str:
    """Return a notice for each cause, a warning for each way in which the gate is weaker.

    What cannot be read any more is an error.
    """
    found: list[Annotation] = []
    for section in change_sections(report):
        found += _annotate_causes(section, "notice", {})
    for change in report.gate:
        if change.weakens:
            found.append(Annotation("warning", "the gate is weaker", describe_gate_change(change)))
    for at, (title, paragraphs) in enumerate(list_unreadable(report)):
        is_broken = report.broken and at == 0
        found += _annotate_paragraphs(paragraphs, title, "error" if is_broken else "warning")
    return write_annotations(found, report.prefix, change_verdict(report))


def lint_github(report: LintReport) -> str:
    """Return an annotation for each finding, errors first."""
    found = [
        Annotation(
            each.rule.severity,
            each.rule.code,
            each.message,
            f"{each.origin.path}:{each.origin.line}",
        )
        for each in report.findings
    ]
    return write_annotations(found, report.prefix, lint_verdict(report))


def _annotate_causes(
    section: Section, level: Level, targets: dict[str, str]
) -> Iterator[Annotation]:
    """Yield an annotation for each cause; `targets` has the file of each preset."""
    for cause, block in zip(section.causes, section.blocks(), strict=True):
        first = targets.get(cause.presets[0], cause.presets[0])
        place = next(iter(cause.right_origins), first)
        yield Annotation(level, f"{block.name}: {block.values}", _describe(cause, block), place)


def _describe(cause: Cause, block: Block) -> str:
    """Return what is said of a cause beside the line."""
    lines = [f"[{block.id}] {format_count(block.presets, 'preset')}, {block.kind}"]
    if block.where:
        lines.append(f"in {block.where}")
    lines += list_changes(block)
    lines += [f"was {place}" for place in cause.left_origins[:1]]
    return "\n".join([*lines, *block.notes, *(f"hint: {hint}" for hint in block.hints)])


def _annotate_paragraphs(
    paragraphs: Iterable[Paragraph], title: str = "holds the gate", level: Level = "error"
) -> Iterator[Annotation]:
    for each in paragraphs:
        text = "\n".join(each.lines)
        yield Annotation(level, title, text, each.place or each.presets[0])
