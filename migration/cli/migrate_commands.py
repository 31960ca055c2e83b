"""The commands that move presets and phases on: `ledger`, `map`, `advance`, `retire`."""

from __future__ import annotations

from typing import Final

from migration.cli.console import Console
from migration.cli.declaration import (
    TEXT,
    WAIT,
    Option,
    Rule,
    Values,
    declare_command,
)
from migration.cli.formats import choose_format, print_report
from migration.phases import PHASES, STATUSES, WORKED_PHASES

_WORKED: Final = {str(phase): phase for phase in WORKED_PHASES}
_CLOSABLE: Final = {str(phase): phase for phase in PHASES if phase != "done"}


@declare_command(
    "ledger",
    "Migrate",
    "List what is migrated, what is not yet, and the next command",
    options={
        "status": Option(
            "print only presets with this status", Values("STATUS", ("stale", *STATUSES))
        ),
        "check": Option("exit 2 if a preset blocks the gate, or its recorded status is stale"),
        "history": Option("print what was decided, by whom and when, as git knows it"),
        "format": choose_format("ledger"),
    },
    rules=(Rule("--history goes with --format alone", ("history",), ("status", "check")),),
    examples=(
        "config-migration ledger",
        "config-migration ledger --status pending",
        "config-migration ledger --history",
    ),
)
def ledger(
    console: Console,
    *,
    status: str = "",
    check: bool = False,
    history: bool = False,
    format: str = "table",
) -> bool:
    """Print the checklist, or the history; with `check`, tell whether the gate holds."""
    if history:
        from migration.commands.ledger_history import read_history

        print_report(console, "ledger --history", format, read_history(console.open_project()))
        return True
    from migration.commands.ledger import read_checklist

    checklist = read_checklist(console.open_project(), status or None)
    print_report(console, "ledger", format, checklist)
    return checklist.holds or not check


@declare_command(
    "map",
    "Migrate",
    "Record where a preset moved, its phase, or that it is dropped",
    positions=("old", "new"),
    required=("old",),
    options={
        "old": Option(
            "the path under which the preset was frozen, or a folder of presets",
            Values("OLD", known="presets"),
        ),
        "new": Option(
            "the path that it has now, or that of the folder", Values("NEW", known="files")
        ),
        "phase": Option("the phase in which it is to be migrated", Values("PHASE", tuple(_WORKED))),
        "drop": Option("give the preset up on purpose, as when its file was deleted"),
        "reuse_path": Option("let the new path be the one under which another preset was frozen"),
        "reason": Option("why it is given up, or why a path is reused, for the ledger", TEXT),
        "wait": WAIT,
    },
    rules=(
        Rule("--drop needs a --reason", ("drop",), requires=("reason",)),
        Rule("--drop goes with --reason alone", ("drop",), excludes=("new", "phase", "reuse_path")),
        Rule(
            "--reuse-path goes with --new, and needs a --reason", ("reuse_path",), requires=("new",)
        ),
        Rule(
            "--reuse-path goes with --new, and needs a --reason",
            ("reuse_path",),
            requires=("reason",),
        ),
        Rule(
            "--reason goes with --drop or --reuse-path",
            ("reason",),
            requires=("drop", "reuse_path"),
        ),
        Rule("--new, --phase or --drop must be given", requires=("new", "phase", "drop")),
    ),
    examples=(
        "config-migration map configs/old.yaml configs/train/new.yaml",
        "config-migration map configs/old.yaml --phase 1",
    ),
)
def map_preset(
    console: Console,
    *,
    old: str = "",
    new: str = "",
    phase: str = "",
    drop: bool = False,
    reuse_path: bool = False,
    reason: str = "",
    wait: bool = False,
) -> bool:
    """Record one decision on a preset, or on those of a folder."""
    from migration.commands.map import drop_preset, move_preset
    from migration.project.anchoring import anchor_path
    from migration.render.messages import move_text

    project = console.open_project(wait=wait)
    preset = anchor_path(project, old, console.folder)
    if drop:
        text = move_text(drop_preset(project, preset, reason))
    else:
        target = anchor_path(project, new, console.folder) if new else None
        reuse = reason if reuse_path else None
        move = move_preset(project, preset, target, _WORKED.get(phase), reuse=reuse)
        text = move_text(move)
    console.write_result(text)
    return True


@declare_command(
    "advance",
    "Migrate",
    "Close the open phase if its gate holds, or say what is missing",
    options={
        "reopen": Option("open this closed phase again", Values("PHASE", tuple(_CLOSABLE))),
        "reason": Option("why a phase opens again, for the ledger", TEXT),
        "force": Option("close the phase although git cannot tell whether a legacy file is gone"),
        "wait": WAIT,
    },
    rules=(
        Rule("--reopen needs a --reason", ("reopen",), requires=("reason",)),
        Rule("--reason goes with --reopen", ("reason",), requires=("reopen",)),
        Rule("--force closes a phase: it goes without --reopen", ("force",), excludes=("reopen",)),
    ),
    examples=(
        "config-migration advance",
        'config-migration advance --reopen 1 --reason "one more preset goes first"',
    ),
)
def advance(
    console: Console, *, reopen: str = "", reason: str = "", force: bool = False, wait: bool = False
) -> bool:
    """Close or reopen a phase; tell whether it could be."""
    from migration.commands.advance import advance_phase, reopen_phase
    from migration.render.messages import advance_text

    project = console.open_project(wait=wait)
    if reopen:
        result = reopen_phase(project, _CLOSABLE[reopen], reason)
    else:
        result = advance_phase(project, force=force)
    console.write_result(advance_text(result))
    return not result.obstacles


@declare_command(
    "retire",
    "Migrate",
    "Remove the legacy files once nothing needs or names them",
    options={
        "dry_run": Option("list the files, and what keeps them; remove nothing"),
        "force": Option("remove also what git could not bring back"),
        "ignore_mentions": Option("remove them although other texts name them, which are listed"),
        "format": choose_format("retire"),
        "wait": WAIT,
    },
    examples=("config-migration retire --dry-run",),
)
def retire(
    console: Console,
    *,
    dry_run: bool = False,
    force: bool = False,
    ignore_mentions: bool = False,
    format: str = "table",
    wait: bool = False,
) -> bool:
    """Remove the legacy files; tell whether none had to stay."""
    from migration.commands.retire import retire_legacy_files

    retirement = retire_legacy_files(
        console.open_project(wait=wait),
        dry_run=dry_run,
        force=force,
        ignore_mentions=ignore_mentions,
    )
    print_report(console, "retire", format, retirement)
    return retirement.holds
