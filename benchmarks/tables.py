"""Results as Markdown: a table for each action, a line for each side on each tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.samples import Results, Sample
from benchmarks.summaries import Ratio, Summary, summaries

_HEAD: tuple[str, ...] = (
    "presets",
    "side",
    "ran on",
    "CPU ms",
    "system",
    "wall ms",
    "peak MB",
    "CPU / toolkit",
)
_ABOUT = {
    "snapshot": "freezing the legacy tree; for each preset",
    "check": "comparing all presets, nothing changed; for each preset",
    "check-changed": "comparing all presets, a value changed in one of 100; for each preset",
    "ledger": "what is done and what is next (by hand: comparing all); for each preset",
    "inspect": "showing one preset",
    "diff": "one preset against its baseline",
    "compare unchanged": "comparing alone, of values at hand, nothing changed; for each preset",
    "compare changed": "comparing alone, of values at hand, one leaf changed; for each preset",
    "compare resolving": "resolving those presets, as a measure of comparing; for each preset",
    "start": "whole commands on the repository's own tree",
}


def page(results: Results) -> str:
    """Return what was measured on, what was left out, and a table for each action."""
    on = ", ".join(f"{name} {value}" for name, value in results.machine.items())
    lines = [f"Measured on: {on}.", *(f"\n{note}" for note in results.notes)]
    for action in dict.fromkeys(sample.action for sample in results.samples):
        found = [sample for sample in results.samples if sample.action == action]
        about = _ABOUT.get(action, "")
        lines += ["", f"**{action}**: {about}", "", *table(found)]
    return "\n".join(lines) + "\n"


def table(samples: Sequence[Sample]) -> Iterator[str]:
    """Give the lines of the table of one action, its columns aligned."""
    rows = [_HEAD]
    for presets in sorted({sample.presets for sample in samples}):
        found = summaries([sample for sample in samples if sample.presets == presets])
        rows += [_row(presets, summary) for summary in found]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    for number, row in enumerate(rows):
        cells = [
            cell.ljust(width) if column == 1 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            rules = [
                "-" * width if column == 1 else f"{'-' * (width - 1)}:"
                for column, width in enumerate(widths)
            ]
            yield f"| {' | '.join(rules)} |"


def _row(presets: int, summary: Summary) -> tuple[str, ...]:
    return (
        f"{presets:,}",
        summary.side,
        f"{summary.ran:,}",
        _milliseconds(summary.cpu),
        _milliseconds(summary.system),
        _milliseconds(summary.wall),
        "" if summary.peak is None else f"{summary.peak / 1e6:.0f}",
        _times(summary.ratio),
    )


def _milliseconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds * 1000:.3g}"


def _times(ratio: Ratio | None) -> str:
    if ratio is None:
        return ""
    return f"{ratio.of_medians:.3g} ({ratio.least:.3g} to {ratio.most:.3g})"
