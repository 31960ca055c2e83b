"""The command that takes differences over on purpose: `accept`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final

from migration.cli.console import Console, find_today
from migration.cli.declaration import PRESET, TEXT, WAIT, Option, Rule, Values, declare_command
from migration.cli.usage import UsageError
from migration.text import quote_name, quote_path

_ID: Final = re.compile(r"[0-9A-Fa-f]+")
_CHOICE: Final = ("id", "key", "preset")
_GROUNDS: Final = ("reason", "until", "changes_training")


@declare_command(
    "accept",
    "Freeze and check",
    "Take a difference over on purpose, with a reason",
    positions=("id",),
    options={
        "id": Option("the id of a difference, from any report; may be repeated", Values("ID")),
        "key": Option("accept the differences at this key and beneath it", Values("KEY")),
        "preset": Option("accept those of this preset, folder or glob; may be repeated", PRESET),
        "reason": Option("why the new value is right; the acceptance keeps it", TEXT),
        "until": Option("the day up to which this is meant, as 2027-03-01", Values("DATE")),
        "changes_training": Option(
            "accept it also for migrated presets while the migration is under way"
        ),
        "drop": Option(
            "take an acceptance back, or trim it to the presets that need it; may be repeated",
            Values("ID"),
        ),
        "check": Option("exit 2 if an acceptance is past its date"),
        "today": Option("with --check: the day to take for today", Values("DATE")),
        "dry_run": Option("print what would be accepted, and write nothing"),
        "wait": WAIT,
    },
    rules=(
        Rule("--check goes with --today alone", ("check",), (*_CHOICE, *_GROUNDS, "drop")),
        Rule("--today goes with --check", ("today",), requires=("check",)),
        Rule("--drop goes with --preset alone", ("drop",), ("id", "key", *_GROUNDS)),
        *(
            Rule("accept needs a --reason", (each,), requires=("reason", "dry_run", "drop"))
            for each in _CHOICE
        ),
        *(
            Rule(
                f"--{each.replace('_', '-')} needs an ID, a --key or a --preset",
                (each,),
                (),
                _CHOICE,
            )
            for each in _GROUNDS
        ),
    ),
    examples=(
        "config-migration accept",
        'config-migration accept a1b2 --reason "lower learning rate"',
        "config-migration accept --drop 3f2a9c1e",
    ),
)
def accept(
    console: Console,
    *,
    id: Sequence[str] = (),
    key: str = "",
    preset: Sequence[str] = (),
    reason: str = "",
    until: str = "",
    changes_training: bool = False,
    drop: Sequence[str] = (),
    check: bool = False,
    today: str = "",
    dry_run: bool = False,
    wait: bool = False,
) -> bool:
    """Accept differences, list them, take acceptances back, or check their dates."""
    from migration.project.anchoring import anchor_paths
    from migration.render.accept import accepted_text, dates_text, dropped_text, offer_text

    _check_ids(id)
    project, terminal = console.open_project(wait=wait), console.terminal()
    presets = anchor_paths(project, preset, console.folder)
    if check:
        from migration.commands.accept.drop import check_dates

        dates = check_dates(project, _read_date(today, "--today") or find_today())
        console.write_result(dates_text(dates, terminal))
        return dates.holds
    if drop:
        from migration.commands.accept.drop import drop_acceptances

        dropped = drop_acceptances(project, drop, presets, dry_run=dry_run)
        console.write_result(dropped_text(dropped, terminal))
        return True
    from migration.commands.accept.selection import Selection
    from migration.commands.accept.take import accept_differences, offer_differences
    from migration.store.acceptance import Grounds

    selection = Selection(tuple(id), key or None, tuple(presets))
    if selection.is_empty:
        offer = offer_differences(project)
        console.write_result(offer_text(offer, terminal, project.redaction))
        return True
    grounds = Grounds(reason, _read_date(until, "--until"), changes_training)
    accepted = accept_differences(project, selection, grounds, dry_run=dry_run)
    console.write_result(accepted_text(accepted, terminal))
    return True


def _check_ids(words: Sequence[str]) -> None:
    """Check that each word can be an id, or the beginning of one.

    Raises:
        UsageError: one cannot, such as a preset, or the second word of a reason.
    """
    for word in words:
        if not _ID.fullmatch(word):
            hint = (
                f"--preset {quote_path(word)} names a preset, and a reason of several words stands "
                "in quotes"
            )
            raise UsageError(f"{quote_name(word)} is not an id", hint)


def _read_date(text: str, option: str) -> str | None:
    """Return a date as it is recorded, None without one.

    Raises:
        UsageError: the text is not a date.
    """
    if not text:
        return None
    try:
        return dt.datetime.strptime(text.strip(), "%Y-%m-%d").date().isoformat()  # noqa: DTZ007
    except ValueError:
        hint = "a date is written as 2027-03-01"
        raise UsageError(f"{option} is not a date: {text}", hint) from None
