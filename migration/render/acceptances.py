"""What reports say of acceptances: what was accepted, what no preset needs, what is past."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from migration.render.values import format_pair, join_lines
from migration.values.diff import Difference
from migration.wording import format_count, list_names

if TYPE_CHECKING:
    from migration.gate.acceptances import AcceptanceReport
    from migration.store.acceptance import Acceptance
    from migration.values.redaction import Redaction


def describe_acceptance(acceptance: Acceptance, redaction: Redaction) -> list[str]:
    """Return a line for each value that was accepted, with its reason."""
    lines = []
    for each in acceptance.values:
        change = Difference(acceptance.path, acceptance.kind, acceptance.left, each.value)
        values = " → ".join(format_pair(redaction.redact_difference(change)))
        grounds = each.grounds
        parts = [format_count(len(each.presets), "preset"), join_lines(grounds.reason)]
        if grounds.until:
            parts.append(f"until {grounds.until}")
        if grounds.changes_training:
            parts.append("changes training of migrated presets")
        name = f"[{acceptance.id}] {acceptance.name}"
        lines.append(f"{name}: {values} ({'; '.join(parts)})")
    return lines


def describe_needs(report: AcceptanceReport) -> list[str]:
    """Return a line for each acceptance that no preset needs any more, or that lost presets."""
    lines = [need.advice for need in report.unneeded]
    for need in report.trimmable:
        gone = f"{list_names(need.gone)} {'is' if len(need.gone) == 1 else 'are'} dropped"
        command = f"`accept --drop {need.acceptance.id}`"
        lines.append(f"note: {need.name}: {gone}, and {command} trims what was accepted")
    return lines


def describe_past(acceptances: Iterable[Acceptance]) -> list[str]:
    """Return a line for each acceptance that is past its day."""
    lines = []
    for each in acceptances:
        reasons = dict.fromkeys(join_lines(value.grounds.reason) for value in each.values)
        text = f"[{each.id}] {each.name} was accepted until {each.until}"
        lines.append(f"note: {text}: {'; '.join(reasons)}")
    return lines
