"""The messages of `accept`: what is taken over, what could be, and what was taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration.render.acceptances import describe_acceptance, describe_past
from migration.render.causes_text import add_causes
from migration.render.page import Page
from migration.render.sections import accept_sections
from migration.render.terminal import Terminal
from migration.render.values import join_lines
from migration.text import PROGRAM
from migration.wording import format_count, list_names

if TYPE_CHECKING:
    from migration.commands.accept.drop import DateCheck, Dropped
    from migration.commands.accept.take import Accepted, Offer
    from migration.parity.causes import Cause
    from migration.values.redaction import Redaction

_MOST_LINES = 90


def offer_text(offer: Offer, terminal: Terminal, redaction: Redaction) -> str:
    """Return the differences that could be accepted, the command, and what was accepted before."""
    page = Page(terminal)
    if offer.causes:
        number = format_count(len(offer.causes), "difference")
        page.add_line(f"{number} to accept or to correct; nothing was written", "bold")
        most = None if terminal.is_verbose else _MOST_LINES
        sections = accept_sections(offer.causes, offer.presets, offer.frozen_mark)
        add_causes(page, sections, with_allowed=False, most=most)
        page.add_gap()
        page.add_line(f'to accept one: {PROGRAM} accept {offer.causes[0].id} --reason "WHY"')
    else:
        page.add_line("nothing to accept: no preset has a forbidden difference", "bold")
    if offer.acceptances:
        page.add_gap()
        page.add_line("accepted before:")
        for each in offer.acceptances:
            page.add_lines([f"  {line}" for line in describe_acceptance(each, redaction)])
    return page.text()


def accepted_text(accepted: Accepted, terminal: Terminal) -> str:
    """Return exactly what is taken over, the files, and what remains forbidden."""
    page = Page(terminal)
    presets = {preset for cause in accepted.taken for preset in cause.presets}
    what = f"{format_count(len(accepted.taken), 'difference')} in "
    what += format_count(len(presets), "preset")
    reason = f": {join_lines(accepted.reason)}" if accepted.reason else ""
    head = f"would accept {what}{reason}" if accepted.is_dry_run else f"accepted {what}{reason}"
    page.add_line(f"{head}; nothing was written" if accepted.is_dry_run else head, "bold")
    _add_all(page, accepted.taken, accepted)
    page.add_gap()
    would = "would be " if accepted.is_dry_run else ""
    for path, is_written in accepted.files.items():
        page.add_line(f"{would}{'written' if is_written else 'removed'}  {path}")
    if accepted.remaining:
        page.add_gap()
        number = format_count(len(accepted.remaining), "difference")
        these = "this preset" if len(presets) == 1 else "these presets"
        page.add_line(f"still forbidden in {these}: {number}", "bold red")
        _add_all(page, accepted.remaining, accepted)
    return page.text()


def dropped_text(dropped: Dropped, terminal: Terminal) -> str:
    """Return what was taken back, for which presets, and what that makes of them."""
    page = Page(terminal)
    number = format_count(len(dropped.needs), "acceptance")
    verb = "would take back" if dropped.is_dry_run else "took back"
    nothing = "; nothing was written" if dropped.is_dry_run else ""
    page.add_line(f"{verb} {number}{nothing}", "bold")
    for need in dropped.needs:
        kept = len(need.acceptance.presets) - len(need.unneeding)
        names = list_names(sorted(need.unneeding))
        rest = f"; {format_count(kept, 'preset')} kept" if kept else ""
        page.add_line(f"{need.name}: no longer accepted for {names}{rest}")
    red = [row for row in dropped.rows if row.status == "failed"]
    if red:
        noun, verb = format_count(len(red), "preset"), "differs" if len(red) == 1 else "differ"
        where = f"`{PROGRAM} check-parity` names the differences"
        page.add_line(f"{noun} {verb} from the baseline now: {where}", "bold red")
    return page.text()


def dates_text(check: DateCheck, terminal: Terminal) -> str:
    """Return how many acceptances are past their day, and a line for each."""
    page = Page(terminal)
    total = format_count(check.total, "acceptance")
    if check.past:
        verb = "is" if len(check.past) == 1 else "are"
        head = f"{len(check.past)} of {total} {verb} past the date, on {check.today}"
        page.add_line(head, "bold red")
        page.add_lines([line.removeprefix("note: ") for line in describe_past(check.past)])
    else:
        page.add_line(f"no acceptance is past its date, on {check.today}; {total} in all", "bold")
    return page.text()


def _add_all(page: Page, causes: tuple[Cause, ...], accepted: Accepted) -> None:
    presets = sorted({preset for cause in causes for preset in cause.presets})
    sections = accept_sections(causes, presets, accepted.frozen_mark)
    add_causes(page, sections, with_allowed=False, most=None)
