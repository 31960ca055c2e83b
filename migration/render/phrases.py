"""What text and Markdown both say of a report: verdict, order of rows, and their figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from migration.phases import Status
from migration.render.differences import listed
from migration.render.values import DASH, count, one_line, show_pair
from migration.values.keypath import format_path

_WORST_FIRST = (
    "error",
    "missing",
    "failed",
    "stale",
    "pending",
    "new",
    "verified",
    "dropped",
)

if TYPE_CHECKING:
    from migration.commands.check_parity import ParityReport
    from migration.commands.diff import DiffReport
    from migration.gate.drift import Drift
    from migration.gate.own_profile import ProfileReport
    from migration.gate.status import Row
    from migration.parity.compare import Comparison
_MOST_VALUES = 3
_MOST_PATHS = 20
_MOST_HARMED = 20  # they are to be refrozen, so that each name is needed
_MEANINGS: dict[Status, str] = {"pending": "unchanged, still on legacy files"}


def worst_first(rows: Iterable[Row], *, with_records: bool = False) -> list[Row]:
    """Return the rows, those that need attention at the top.

    With records, a row whose record is not true needs it as well.
    """

    def badness(row: Row) -> tuple[bool, int, str]:
        status = row.shown if with_records and not row.is_broken else row.status
        return not row.is_broken, _WORST_FIRST.index(status), row.name

    return sorted(rows, key=badness)


def preset_name(row: Row) -> str:
    """Return the path under which a preset is known, and the new one if it moved."""
    return row.name if row.name == row.target else f"{row.name} → {row.target}"


def by_preset(report: ParityReport) -> list[tuple[str, Comparison]]:
    """Return each preset's comparison under its name."""
    return [(row.name, row.comparison) for row in report.rows]


def figures(row: Row) -> tuple[str, str, str]:
    """Return a row's file counts, before and after, and how much is allowed and forbidden."""
    comparison = row.comparison
    return files_figure(row), str(len(comparison.allowed)), str(len(comparison.forbidden))


def files_figure(row: Row) -> str:
    """Return from how many files a preset was merged and is now, a dash where it had no before."""
    before = DASH if row.recorded is None else row.legacy_files
    after = DASH if row.status == "dropped" else row.target_files
    return " → ".join("?" if n is None else str(n) for n in (before, after))


def parity_verdict(report: ParityReport) -> str:
    """Return whether parity holds, and how many presets have which status."""
    parts = []
    for status, number in sorted(report.counts.items(), key=lambda at: _WORST_FIRST.index(at[0])):
        if number:
            meaning = f" ({_MEANINGS[status]})" if status in _MEANINGS else ""
            parts.append(f"{number} {status}{meaning}")
    state = "holds" if report.holds else "does not hold"
    return f"parity {state}: {', '.join(parts)}; {count(len(report.rows), 'preset')}"


def profile_lines(profile: ProfileReport | None) -> list[str]:
    """Return what a profile of the project's own allows and forbids, against `parity`."""
    if profile is None:
        return []
    lines = []
    if profile.allows:
        allowed = listed(profile.allows, _MOST_PATHS)
        lines.append(f"what parity forbids is allowed here: {allowed}")
    if profile.forbids:
        forbidden = listed(profile.forbids, _MOST_PATHS)
        lines.append(f"what parity allows is forbidden here: {forbidden}")
    head = f"the profile is the project's own, {profile.name}"
    lines = (
        [f"{head}; {lines[0]}", *lines[1:]] if lines else [f"{head}, and allows what parity does"]
    )
    if profile.unused:
        unused = listed(profile.unused, _MOST_PATHS)
        lines.append(f"note: no preset and no baseline has what the profile names: {unused}")
    return lines


def reuse_line(row: Row) -> str | None:
    """Return what is said of a preset that has the path under which another one was frozen."""
    if row.reuse is None:
        return None
    reason = one_line(row.reuse)
    return f"{row.name}: has the path under which {row.target} was frozen: {reason}"


def newcomer_lines(row: Row) -> list[str]:
    """Return what is said of a preset without a baseline, and what it is like, nothing of others.

    What to do about it is said here only where the settings take it for no fault.
    """
    if row.newcomer is None:
        return []
    advice = [row.newcomer.advice] if row.is_excused else []
    return [f"{row.target}: {line}" for line in (*advice, *sibling_lines(row))]


def sibling_lines(row: Row) -> list[str]:
    """Return the frozen preset that a new one is most like, and the differences between them."""
    found = row.newcomer
    if found is None or found.sibling is None:
        return []
    if not found.differences:
        return [f"the same as {found.sibling}"]
    shown = [
        f"{format_path(each.path)} {' → '.join(show_pair(each))}"
        for each in found.differences[:_MOST_VALUES]
    ]
    more = ", …" if found.differences[_MOST_VALUES:] else ""
    number = count(len(found.differences), "value")
    return [f"as {found.sibling} but for {number}: {', '.join(shown)}{more}"]


def drift_verdict(drift: Drift) -> str:
    """Return what a changed legacy source means."""
    state = "it gives the same values" if drift.is_harmless else "port it and `--refreeze`"
    return f"the legacy source changed since it was frozen: {state}"


def drift_lines(drifts: Iterable[Drift]) -> list[str]:
    """Return for each changed legacy source what that means, and which configs it is part of."""
    lines = []
    for drift in drifts:
        lines += [
            f"{drift.source}: {drift_verdict(drift)}",
            f"  in {listed(drift.configs, _MOST_HARMED)}",
        ]
    return lines


def diff_verdict(report: DiffReport, profile: str) -> str:
    """Return whether the profile, so named, allows every difference, and how many there are."""
    allowed, forbidden = len(report.comparison.allowed), len(report.comparison.forbidden)
    if not allowed and not forbidden:
        return f"no differences under the profile {profile}"
    state = "holds" if report.holds else "does not hold"
    return f"{profile} {state}: {forbidden} forbidden, {allowed} allowed"
