"""What every format says of a report as a whole: its verdict, its profile, and what comes next.

What is said of one preset is in `rows`, of one difference in `differences`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from typing import TYPE_CHECKING

from migration.phases import Phase, Status, is_closed
from migration.render.acceptances import describe_acceptance, describe_needs
from migration.render.rows import WORST_FIRST
from migration.render.values import join_lines
from migration.wording import format_count, list_names

if TYPE_CHECKING:
    from migration.commands.check_parity import ParityReport
    from migration.commands.diff import DiffReport
    from migration.commands.ledger import Checklist
    from migration.gate.drift import Drift
    from migration.gate.own_profile import ProfileReport
    from migration.values.moves import Move

_MOST_PATHS = 20
_MOST_HARMED = 20  # each of them needs the edit
_MEANINGS: dict[Status, str] = {"pending": "still on legacy files"}


def parity_verdict(report: ParityReport) -> str:
    """Return how many presets differ from their baselines, for how many causes, or that none does.

    What else blocks the gate follows.
    """
    total = len(report.rows)
    failed = report.counts["failed"]
    parts = []
    if failed:
        verb, pronoun = ("differs", "its") if failed == 1 else ("differ", "their")
        reasons = f"for {format_count(report.forbidden_causes, 'cause')}"
        parts.append(f"{_of_total(failed, total)} {verb} from {pronoun} baseline, {reasons}")
    for describe, number in _count_blocking(report):
        if number:
            parts.append(f"{number if parts else _of_total(number, total)} {describe(number)}")
    if unneeded := len(report.accepted.unneeded):
        verb = "is" if unneeded == 1 else "are"
        parts.append(f"{format_count(unneeded, 'acceptance')} {verb} not needed any more")
    if parts:
        return "; ".join(parts)
    allowed = sum(len(row.comparison.allowed) for row in report.rows)
    kinds = ((report.accepted.accepted, "accepted"), (allowed, "allowed"))
    few = [format_count(number, f"{kind} difference") for number, kind in kinds if number]
    but = f", but for {' and '.join(few)}" if few else ""
    return f"parity holds: {_describe_agreement(report)}{but}"


def _describe_agreement(report: ParityReport) -> str:
    """Return how many presets agree with their baselines; a dropped or new one has none."""
    total = len(report.rows)
    compared = report.counts["verified"] + report.counts["pending"]
    if not compared:
        return "no preset was compared"
    if total == 1:
        return "the preset agrees with its baseline"
    if compared == total:
        return f"all {total} presets agree with their baselines"
    agrees = "agrees with its baseline" if compared == 1 else "agree with their baselines"
    return f"{_of_total(compared, total)} {agrees}"


def _of_total(number: int, total: int) -> str:
    return f"{number} of {format_count(total, 'preset')}"


def _count_blocking(report: ParityReport) -> Iterator[tuple[Callable[[int], str], int]]:
    """Yield what blocks the gate besides differences, and how many presets it concerns."""
    counts = report.counts
    yield (lambda _: "cannot be read"), counts["error"]
    yield (lambda n: "has no file" if n == 1 else "have no file"), counts["missing"]
    new = sum(row.is_broken for row in report.rows if row.status == "new")
    yield (lambda n: "has no baseline" if n == 1 else "have no baseline"), new
    overdue = sum(row.is_overdue for row in report.rows)
    yield (lambda n: f"{'is' if n == 1 else 'are'} not migrated, in a closed phase"), overdue


def has_allowed(report: ParityReport) -> bool:
    """Tell whether a preset has a difference that the profile allows."""
    return any(row.comparison.allowed for row in report.rows)


def count_line(report: ParityReport) -> str:
    """Return how many presets are well, by status, and how many differences are allowed.

    Between the two is how many files are no presets for the sake of `exclude` alone.
    """
    counts = Counter(row.status for row in report.rows if not row.is_broken)
    parts = []
    for status in sorted(counts, key=WORST_FIRST.index):
        meaning = f" ({_MEANINGS[status]})" if status in _MEANINGS else ""
        parts.append(f"{counts[status]} {status}{meaning}")
    if report.excluded:
        parts.append(_count_excluded(report.excluded))
    if accepted := report.accepted.accepted:
        parts.append(format_count(accepted, "accepted difference"))
    allowed = sum(len(row.comparison.allowed) for row in report.rows)
    if allowed:
        parts.append(format_count(allowed, "allowed difference"))
    return " · ".join(parts)


def diff_verdict(report: DiffReport, profile: str) -> str:
    """Return whether the profile, so named, allows every difference, and how many there are.

    If no profile is named, nothing is judged: return how many differences there are.
    """
    allowed, forbidden = len(report.comparison.allowed), len(report.comparison.forbidden)
    if not report.is_judged:
        number = allowed + forbidden
        return format_count(number, "difference") if number else "no differences"
    if not allowed and not forbidden:
        return f"no differences under the profile {profile}"
    state = "holds" if report.holds else "does not hold"
    return f"{profile} {state}: {forbidden} forbidden, {allowed} allowed"


def checklist_verdict(checklist: Checklist) -> str:
    """Return whether the ledger says what is true, and which phase is open."""
    broken = sum(row.is_broken for row in checklist.rows)
    stale = sum(row.is_stale for row in checklist.rows)
    parts = []
    if broken:
        verb = "blocks" if broken == 1 else "block"
        parts.append(f"{format_count(broken, 'preset')} {verb} the gate")
    if stale:
        parts.append(f"{format_count(stale, 'stale record')}")
    if unneeded := len(checklist.accepted.unneeded):
        parts.append(f"{format_count(unneeded, 'acceptance')} not needed any more")
    if checklist.leftovers:
        leftovers = format_count(len(checklist.leftovers), "legacy file")
        parts.append(f"{leftovers} back in the tree")
    state = f"ledger does not hold: {', '.join(parts)}" if parts else "ledger holds"
    said = [state]
    if checklist.has_phases:
        is_done = checklist.phase == "done"
        said.append("the migration is done" if is_done else f"phase {checklist.phase} is open")
    said.append(format_count(len(checklist.rows), "preset"))
    if checklist.excluded:
        said.append(_count_excluded(checklist.excluded))
    return "; ".join(said)


def _count_excluded(excluded: Sized) -> str:
    return f"{len(excluded)} excluded by settings"


def name_columns(checklist: Checklist) -> Sequence[str]:
    """Return the titles of a checklist's columns."""
    if checklist.has_phases:
        return ("phase", "status", "legacy path", "new path", "files", "allowed")
    return ("status", "preset", "new path", "files", "allowed")


def summarize_profile(profile: ProfileReport | None) -> list[str]:
    """Return what a profile of the project's own allows and forbids, compared with `parity`."""
    if profile is None:
        return []
    lines = []
    if profile.allows:
        allowed = list_names(profile.allows, _MOST_PATHS)
        lines.append(f"what parity forbids is allowed here: {allowed}")
    if profile.forbids:
        forbidden = list_names(profile.forbids, _MOST_PATHS)
        lines.append(f"what parity allows is forbidden here: {forbidden}")
    head = f"the profile is the project's own, {profile.name}"
    lines = (
        [f"{head}; {lines[0]}", *lines[1:]] if lines else [f"{head}, and allows what parity does"]
    )
    if profile.unused:
        unused = list_names(profile.unused, _MOST_PATHS)
        lines.append(
            f"note: paths of the profile that match nothing in any preset or baseline: {unused}"
        )
    return lines


def describe_unused_moves(moves: Iterable[Move]) -> list[str]:
    """Return a note for each entry of `moved` that changes nothing."""
    return [f"note: moved {move}: no preset and no baseline has the old key" for move in moves]


def describe_drifts(drifts: Iterable[Drift]) -> list[str]:
    """Return two lines a changed legacy source: what that means, and the configs it is part of.

    All presets whose edit is part of no other config share one pair of lines.
    """
    lines: list[str] = []
    own: dict[bool, list[str]] = {}
    for drift in drifts:
        if drift.configs == (drift.source,):
            own.setdefault(drift.is_harmless, []).append(drift.source)
        else:
            lines += _describe_edit(drift.source, drift.configs, is_harmless=drift.is_harmless)
    for is_harmless, sources in own.items():
        what = sources[0] if len(sources) == 1 else f"each of {len(sources)} presets"
        lines += _describe_edit(what, sources, is_harmless=is_harmless)
    return lines


def _describe_edit(what: str, configs: Sequence[str], *, is_harmless: bool) -> list[str]:
    state = "it gives the same values" if is_harmless else "port the edit, or `accept` it"
    return [
        f"trunk edited {what} after it was frozen: {state}",
        f"  in {list_names(configs, _MOST_HARMED)}",
    ]


def list_progress(checklist: Checklist) -> list[str]:
    """Return a line about all phases, and one for each that was opened again; none without any."""
    if not checklist.has_phases:
        return []
    return [_describe_progress(checklist), *_list_reopenings(checklist)]


def _describe_progress(checklist: Checklist) -> str:
    """Return the state of each phase, and how many presets are through it."""
    figures = [f"{each.done}/{each.total}" for each in checklist.progress]
    figures[0] += " frozen"
    figures.append(format_count(len(checklist.legacy_files), "legacy file"))
    parts = [
        f"{phase} {_phase_state(phase, checklist.phase)} ({figure})"
        for phase, figure in enumerate(figures)
    ]
    return f"phases: {' · '.join(parts)}"


def _phase_state(phase: int, open_phase: Phase) -> str:
    if phase == open_phase:
        return "open"
    return "closed" if is_closed(phase, open_phase) else "to come"


def _list_reopenings(checklist: Checklist) -> list[str]:
    """Return a line for each time that a closed phase was opened again."""
    return [
        f"phase {each.phase} was opened again: {join_lines(each.reason)}"
        for each in checklist.ledger.reopened
    ]


def list_acceptances(checklist: Checklist) -> list[str]:
    """Return a line for each value that was accepted, and what is to be done about some."""
    lines = [
        f"accepted: {line}"
        for each in checklist.acceptances
        for line in describe_acceptance(each, checklist.redaction)
    ]
    return [*lines, *describe_needs(checklist.accepted)]


def next_line(checklist: Checklist) -> str:
    """Return the next command, to be pasted into a shell, and why it is next."""
    command = next_command(checklist)
    if checklist.step is None or command is None:
        return f"next: {nothing_next(checklist)}"
    return f"next: {command}  ({checklist.step.why})"


def next_command(checklist: Checklist) -> str | None:
    """Return the next command, None if there is nothing to do."""
    return checklist.step.command if checklist.step else None


def nothing_next(checklist: Checklist) -> str:
    """Return what a report says where no command is next."""
    return "nothing, the migration is done" if checklist.is_done else "nothing"
