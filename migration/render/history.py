"""What was decided, by whom and when, as `ledger --history` prints it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from migration.render.json_document import write_document
from migration.render.markup import (
    capitalize_first,
    itemize_lines,
    join_parts,
    quote_code,
)
from migration.render.page import Cell, Page
from migration.render.terminal import Terminal
from migration.render.values import join_lines
from migration.wording import format_count, list_names

if TYPE_CHECKING:
    from migration.commands.ledger_history import History, Moment
    from migration.gate.decisions import Decision

_SHORT: Final = 7
_MOST_SHOWN: Final = 20
_LIMIT: Final = 60_000


def history_text(history: History, terminal: Terminal) -> str:
    """Return how much was decided, then each commit with what was decided in it."""
    page = Page(terminal)
    page.add_line(_verdict(history), "bold")
    page.add_lines(_notes(history), "yellow")
    for moment in history.moments:
        if history.has_git:
            page.add_line(_head(moment), "bold")
        shown = moment.decisions[:_MOST_SHOWN]
        width = max(len(each.verb) for each in shown)
        for each in shown:
            page.add_spans(Cell(f"  {each.verb:{width}}  ", "dim"), Cell(_describe(each)))
        page.add_left_out(len(moment.decisions) - len(shown), "decision", "  ")
    return page.text()


def history_markdown(history: History) -> str:
    """Return the history for a comment, in less than 65,536 characters."""
    items = [
        f"{head}{each.verb} {quote_code(_describe(each))}"
        for moment in history.moments
        for head in [f"{quote_code(_head(moment))}: " if history.has_git else ""]
        for each in moment.decisions
    ]
    notes = [capitalize_first(each) for each in _notes(history)]
    parts = [f"### {capitalize_first(_verdict(history))}", *notes]
    return join_parts(*parts, *itemize_lines(items, _LIMIT, "decision"))


def history_json(history: History) -> str:
    """Return the history as one document."""
    moments = [
        {
            "commit": moment.commit,
            "author": moment.author,
            "date": moment.day,
            "decisions": [
                {
                    "did": each.verb,
                    "what": each.what,
                    "presets": [*each.presets],
                    "reason": each.reason,
                }
                for each in moment.decisions
            ],
        }
        for moment in history.moments
    ]
    facts: dict[str, object] = {
        "git": history.has_git,
        "shallow": history.is_shallow,
        "unread_before": history.unread,
    }
    return write_document({**facts, "history": moments})


def _verdict(history: History) -> str:
    if not history.moments:
        return "no decision is known"
    done = format_count(history.decisions, "decision")
    if not history.has_git:
        return done
    commits = format_count(history.commits, "commit")
    return f"{done} in {commits}" if history.commits else f"{done}, not committed yet"


def _notes(history: History) -> Sequence[str]:
    if not history.has_git:
        return ["no git: who decided it, and when, is not known"]
    notes = []
    if history.is_shallow:
        notes.append("the clone is shallow: `git fetch --unshallow` brings what came before")
    if history.unread:
        commit = history.unread[:_SHORT]
        notes.append(f"the ledger before {commit} is not read: it has another format, or a fault")
    return notes


def _head(moment: Moment) -> str:
    if not moment.commit:
        return "not committed"
    if not moment.author:
        return f"in or before {moment.commit[:_SHORT]}"
    return f"{moment.day}  {moment.author}  {moment.commit[:_SHORT]}"


def _describe(decision: Decision) -> str:
    reason = f" ({join_lines(decision.reason)})" if decision.reason else ""
    presets = f"  in {list_names(decision.presets)}" if decision.presets else ""
    return f"{decision.what}{reason}{presets}"
