"""The commands that move presets and phases on: `draft`, `ledger`, `map`, `advance`, `retire`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from invoke.context import Context

from migration.cli.console import command, note, open_here, read_terminal, write
from migration.cli.formats import print_report
from migration.cli.options import WAIT, task
from migration.cli.usage import Rule, check_usage, choose_value


@task(
    iterable=["preset"],
    help={
        "preset": "the preset to draft; with --into, repeat for several",
        "overlay_of": "draft it as an overlay of this preset, which is migrated",
        "out": "the file to write (default: print the draft)",
        "all": "draft every preset that is not migrated yet",
        "into": "the folder to write to, with the paths of the project",
        "force": "replace files that are there already",
    },
)
@command
@check_usage(
    Rule("one of --preset and --all must be given", ("all",), excludes=("preset",)),
    Rule("one of --preset and --all must be given", requires=("preset", "all")),
    Rule(
        "--into goes with --preset or --all, and --force",
        ("into",),
        excludes=("out", "overlay_of"),
    ),
    Rule("--all, and several presets, need --into", ("all",), requires=("into",)),
    Rule("--all, and several presets, need --into", ("several preset",), requires=("into",)),
    Rule("--force goes with --out or --into", ("force",), requires=("out", "into")),
)
def draft(
    _: Context,
    preset: Sequence[str] | None = None,
    overlay_of: str | None = None,
    out: str | None = None,
    all: bool = False,
    into: str | None = None,
    force: bool = False,
) -> bool:
    """Write the shallow form of a preset: one file that resolves to exactly the baseline."""
    presets = preset or ()
    if into is not None:
        return _draft_tree(() if all else presets, into, force=force)
    return _draft_preset(presets[0], overlay_of, out, force=force)


def _draft_tree(presets: Sequence[str], into: str, *, force: bool) -> bool:
    from migration.commands.draft import draft_tree
    from migration.draft.destination import DraftTarget
    from migration.render.text import drafts_text

    drafts = draft_tree(open_here(), presets, DraftTarget(into, Path.cwd(), force))
    write(drafts_text(drafts, read_terminal()))
    return drafts.holds


def _draft_preset(preset: str, overlay_of: str | None, out: str | None, *, force: bool) -> bool:
    from migration.commands.draft import draft_preset
    from migration.draft.destination import DraftTarget
    from migration.render.text import drafts_text

    to = DraftTarget(out, Path.cwd(), force) if out is not None else None
    drafts = draft_preset(open_here(), preset, overlay_of, to)
    if drafts.parent:
        note(f"it extends {drafts.parent}: `--overlay-of` that keeps it an overlay")
    # A draft on stdout has it to itself, so that it can be piped into a file.
    if drafts.holds and not to:
        write(drafts.drafts[0].text, is_data=True)
    else:
        write(drafts_text(drafts, read_terminal()), None if to else sys.stderr)
    return drafts.holds


@task(
    help={
        "format": "table, json or markdown",
        "status": "show the presets of this status alone",
        "check": "exit 2 if a preset fails the gate or its recorded status is stale",
    },
)
@command
@check_usage(formats="ledger")
def ledger(_: Context, format: str = "table", status: str = "", check: bool = False) -> bool:
    """Print the old path → new path checklist, the progress, and the one next command."""
    from migration.commands.ledger import read_checklist

    checklist = read_checklist(open_here(), status or None)
    print_report("ledger", format, checklist)
    return checklist.holds or not check


@task(
    name="map",
    help={
        "old": "the path under which the preset was frozen",
        "new": "the path that it has now",
        "phase": "1 or 2: the phase in which it is to be migrated",
        "drop": "give the preset up on purpose",
        "reuse_path": "let the new path be the one under which another preset was frozen",
        "reason": "why it is given up, or why a path is reused, for the ledger",
        "wait": WAIT,
    },
)
@command
@check_usage(
    Rule("--drop goes with --reason alone", ("drop",), excludes=("new", "phase", "reuse_path")),
    Rule("--reuse-path goes with --new, and needs a --reason", ("reuse_path",), requires=("new",)),
    Rule(
        "--reuse-path goes with --new, and needs a --reason", ("reuse_path",), requires=("reason",)
    ),
    Rule("--reason goes with --drop or --reuse-path", ("reason",), requires=("drop", "reuse_path")),
    Rule("--new, --phase or --drop must be given", requires=("new", "phase", "drop")),
    required=("old",),
)
def map_preset(
    _: Context,
    old: str = "",
    new: str = "",
    phase: str = "",
    drop: bool = False,
    reuse_path: bool = False,
    reason: str = "",
    wait: bool = False,
) -> bool:
    """Say where a legacy preset moves, in which phase, or that it is dropped."""
    from migration.commands.map import drop_preset, move_preset
    from migration.render.messages import move_text

    project = open_here(wait)
    if drop:
        move = drop_preset(project, old, reason)
    else:
        reuse = reason if reuse_path else None
        move = move_preset(project, old, new or None, _read_phase(phase), reuse=reuse)
    write(move_text(move))
    return True


def _read_phase(given: str) -> int | None:
    from migration.phases import WORKED_PHASES

    if not given:
        return None
    phases = {str(phase): phase for phase in WORKED_PHASES}
    return choose_value("phase", given, phases, "a preset belongs to phase 1 or 2")


@task(
    help={
        "reopen": "open this phase again, which was closed: 0, 1, 2 or 3",
        "reason": "why a phase opens again, for the ledger",
        "force": "do not ask a git that cannot tell whether all legacy files are here",
        "wait": WAIT,
    },
)
@command
@check_usage(
    Rule("--reason goes with --reopen", ("reason",), requires=("reopen",)),
    Rule("--force closes a phase: it goes without --reopen", ("force",), excludes=("reopen",)),
)
def advance(
    _: Context, reopen: str = "", reason: str = "", force: bool = False, wait: bool = False
) -> bool:
    """Close the open phase if its gate holds, else say what is missing and exit 2."""
    from migration.commands.advance import advance_phase, reopen_phase
    from migration.phases import PHASES
    from migration.render.messages import advance_text

    if reopen:
        phases = {str(phase): phase for phase in PHASES if phase != "done"}
        phase = choose_value("phase", reopen, phases)
        result = reopen_phase(open_here(wait), phase, reason)
    else:
        result = advance_phase(open_here(wait), force=force)
    write(advance_text(result))
    return not result.obstacles


@task(
    help={
        "dry_run": "list the files, and what keeps them; remove nothing",
        "force": "remove what git could not bring back, too",
        "ignore_mentions": "remove them though other texts name them, which are listed",
        "format": "table or json",
        "wait": WAIT,
    },
)
@command
@check_usage(formats="retire")
def retire(
    _: Context,
    dry_run: bool = False,
    force: bool = False,
    ignore_mentions: bool = False,
    format: str = "table",
    wait: bool = False,
) -> bool:
    """Remove the legacy files once nothing needs or names them; exit 2 while something does."""
    from migration.commands.retire import retire_legacy_files

    retirement = retire_legacy_files(
        open_here(wait), dry_run=dry_run, force=force, ignore_mentions=ignore_mentions
    )
    print_report("retire", format, retirement)
    return retirement.holds
