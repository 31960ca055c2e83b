"""What text and Markdown both say of a report: verdict, order of rows, and their figures."""

from __future__ import annotations

from migration.render.values import count
from migration.workflow.check import ParityReport, Row, Status
from migration.workflow.compare import Comparison
from migration.workflow.explain import DiffReport

_WORST_FIRST: tuple[Status, ...] = (
    "error",
    "missing",
    "failed",
    "pending",
    "new",
    "verified",
    "dropped",
)
_MEANINGS: dict[Status, str] = {"pending": "unchanged, still on legacy files"}


def worst_first(report: ParityReport) -> list[Row]:
    """Return the rows, those that need attention at the top."""
    return sorted(report.rows, key=lambda row: (_WORST_FIRST.index(row.status), row.legacy))


def by_preset(report: ParityReport) -> list[tuple[str, Comparison]]:
    """Return each preset's comparison under its name."""
    return [(row.legacy, row.comparison) for row in report.rows]


def figures(row: Row) -> tuple[str, str, str]:
    """Return a row's file counts, before and after, and how much is allowed and forbidden."""
    counts = ("?" if n is None else str(n) for n in (row.legacy_files, row.target_files))
    comparison = row.comparison
    return " → ".join(counts), str(len(comparison.allowed)), str(len(comparison.forbidden))


def parity_verdict(report: ParityReport) -> str:
    """Return whether parity holds, and how many presets have which status."""
    parts = []
    for status in _WORST_FIRST:
        if number := report.counts[status]:
            meaning = f" ({_MEANINGS[status]})" if status in _MEANINGS else ""
            parts.append(f"{number} {status}{meaning}")
    state = "holds" if report.holds else "does not hold"
    return f"parity {state}: {', '.join(parts)}; {count(len(report.rows), 'preset')}"


def diff_verdict(report: DiffReport) -> str:
    """Return whether the profile allows every difference, and how many there are."""
    allowed, forbidden = len(report.comparison.allowed), len(report.comparison.forbidden)
    if not allowed and not forbidden:
        return f"no differences under the profile {report.profile}"
    state = "holds" if report.holds else "does not hold"
    return f"{report.profile} {state}: {forbidden} forbidden, {allowed} allowed"
