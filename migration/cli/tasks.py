"""The commands: parse, call one workflow function, print what `render` returns, exit.

Exit codes: 0 all is well; 2 the gate does not hold; 1 the command could not do its work.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from invoke.collection import Collection
from invoke.context import Context
from invoke.tasks import task as invoke_task

from migration import __version__
from migration.cli.console import command, note, program_name, runs_in_ci, terminal, write
from migration.cli.options import CommandProgram, CommandTask
from migration.cli.progress import Bar, is_watched
from migration.errors import Fault, MigrationError
from migration.files.lock import PATIENCE

if TYPE_CHECKING:
    from migration.project.project import Project

F = TypeVar("F")
task = partial(invoke_task, klass=CommandTask, auto_shortflags=False, positional=[])
WAIT = f"wait for another command to end, however long it takes (default: {PATIENCE:g} seconds)"


@task(
    iterable=["preset", "refreeze", "ours", "theirs"],
    help={
        "preset": "a preset's path; repeat for several (default: all)",
        "check": "only verify the baselines, and the legacy sources that still exist",
        "refreeze": "replace this preset's baseline on purpose; repeat for several",
        "reason": "why a baseline is replaced, or one is frozen late, for the ledger",
        "late": "freeze presets although a legacy file of theirs changed since others were frozen",
        "upgrade": "convert what an earlier version has frozen; no value changes",
        "resolve": "repair the frozen files after a merge",
        "ours": "with --resolve: take our side of this preset, or of all that a glob matches",
        "theirs": "with --resolve: take their side",
        "force": "remove every file in the folder that no record lists",
        "wait": WAIT,
    },
)
@command
def snapshot(
    _: Context,
    preset: Sequence[str] | None = None,
    check: bool = False,
    refreeze: Sequence[str] | None = None,
    reason: str = "",
    upgrade: bool = False,
    resolve: bool = False,
    ours: Sequence[str] | None = None,
    theirs: Sequence[str] | None = None,
    force: bool = False,
    late: bool = False,
    wait: bool = False,
) -> bool:
    """Freeze what every preset without a baseline resolves to."""
    from migration.render.messages import (
        frost_text,
        refreeze_text,
        resolution_text,
        upgrade_text,
        verification_text,
    )

    others = [check, preset, refreeze, reason, force, late]
    if (upgrade and any((*others, resolve, ours, theirs))) or (resolve and any(others)):
        raise _usage(f"--{'upgrade' if upgrade else 'resolve'} goes alone")
    if (ours or theirs) and not resolve:
        raise _usage("--ours and --theirs go with --resolve")
    for name, is_given in (("force", force), ("late", late)):
        if is_given and (check or refreeze):
            raise _usage(f"--{name} goes with freezing alone")
    if refreeze and (check or preset):
        raise _usage("--refreeze goes with --reason alone")
    if reason and not refreeze and not late:
        raise _usage("--reason goes with --refreeze or --late")
    if late and not reason.strip():
        raise _usage("--late needs a --reason")
    project = _project(wait)
    if check:
        from migration.commands.snapshot.check import verify_baselines

        verification = verify_baselines(project, preset or ())
        write(verification_text(verification))
        return verification.holds
    if resolve:
        from migration.commands.snapshot.resolve import resolve_state

        resolution = resolve_state(project, ours or (), theirs or ())
        write(resolution_text(resolution))
        return resolution.holds
    if upgrade:
        from migration.commands.snapshot.upgrade import upgrade_state

        write(upgrade_text(upgrade_state(project)))
    elif refreeze:
        from migration.commands.snapshot.refreeze import refreeze_presets

        write(refreeze_text(refreeze_presets(project, refreeze, reason)))
    else:
        from migration.commands.snapshot.freeze import freeze_presets

        reason_if_late = reason if late else None
        frost = freeze_presets(project, preset or (), force=force, late=reason_if_late)
        write(frost_text(frost))
    return True


@task(
    iterable=["preset"],
    help={
        "preset": "a preset's path; repeat for several (default: all)",
        "format": "table, json or markdown",
        "record": "record the verdicts although CI is set",
        "no_record": "leave the records as they are",
        "wait": WAIT,
    },
)
@command
def check_parity(
    _: Context,
    preset: Sequence[str] | None = None,
    format: str = "table",
    record: bool = False,
    no_record: bool = False,
    wait: bool = False,
) -> bool:
    """Compare every preset with its baseline, record the verdicts; exit 2 on a forbidden change."""
    from migration.commands.check_parity import check_parity as compare_with_baselines
    from migration.render.as_json import parity_json
    from migration.render.markdown import parity_markdown
    from migration.render.text import parity_text

    formats = {
        "table": lambda report: parity_text(report, terminal()),
        "json": parity_json,
        "markdown": parity_markdown,
    }
    render = _renderer(format, formats)
    if record and no_record:
        raise _usage("--record and --no-record exclude each other")
    is_in_ci = not record and not no_record and runs_in_ci()
    is_recorded = not no_record and not is_in_ci
    report = compare_with_baselines(_project(wait), preset or (), record=is_recorded)
    if is_in_ci:
        note("CI is set: verdicts are not recorded (`--record` records them)")
    for warning in report.warnings:
        note(warning, "warning")
    write(render(report), is_data=format == "json")
    return report.holds


@task(
    help={
        "format": "table, json or markdown",
        "status": "show the presets of this status alone",
        "check": "exit 2 if a preset is in the way, or its record is not the truth",
    },
)
@command
def ledger(_: Context, format: str = "table", status: str = "", check: bool = False) -> bool:
    """Print the old path → new path checklist, the progress, and the one next command."""
    from migration.commands.ledger import read_checklist
    from migration.render.as_json import checklist_json
    from migration.render.markdown import checklist_markdown
    from migration.render.text import checklist_text

    formats = {
        "table": lambda checklist, program: checklist_text(checklist, terminal(), program),
        "json": checklist_json,
        "markdown": checklist_markdown,
    }
    render = _renderer(format, formats)
    checklist = read_checklist(_project(), status or None)
    write(render(checklist, program_name()), is_data=format == "json")
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

    _required(old=old)
    if drop and (new or phase or reuse_path):
        raise _usage("--drop goes with --reason alone")
    if reuse_path and not (new and reason.strip()):
        raise _usage("--reuse-path goes with --new, and needs a --reason")
    if reason and not drop and not reuse_path:
        raise _usage("--reason goes with --drop or --reuse-path")
    if drop:
        move = drop_preset(_project(wait), old, reason)
    elif new or phase:
        reuse = reason if reuse_path else None
        move = move_preset(_project(wait), old, new or None, _phase(phase), reuse=reuse)
    else:
        raise _usage("--new, --phase or --drop must be given")
    write(move_text(move))
    return True


@task(
    help={
        "reopen": "open this phase again, which was closed: 0, 1, 2 or 3",
        "reason": "why a phase opens again, for the ledger",
        "force": "do not ask a git that cannot tell whether all legacy files are here",
        "wait": WAIT,
    },
)
@command
def advance(
    _: Context, reopen: str = "", reason: str = "", force: bool = False, wait: bool = False
) -> bool:
    """Close the open phase if its gate holds, else say what is missing and exit 2."""
    from migration.commands.advance import advance_phase, reopen_phase
    from migration.phases import PHASES
    from migration.render.messages import advance_text

    if reason and not reopen:
        raise _usage("--reason goes with --reopen")
    if reopen and force:
        raise _usage("--force closes a phase: it goes without --reopen")
    if reopen:
        phases = {str(phase): phase for phase in PHASES if phase != "done"}
        if reopen not in phases:
            raise _usage(f"unknown phase {reopen!r}", f"one of {', '.join(phases)}")
        result = reopen_phase(_project(wait), phases[reopen], reason)
    else:
        result = advance_phase(_project(wait), force=force)
    write(advance_text(result))
    return not result.obstacles


@task(
    help={
        "config": "a YAML file, or a baseline",
        "format": "of the payload, json or yaml (default: json)",
        "effective": "with global_max_length passed on to the limits that follow it",
        "payload_only": "the value alone, to pipe",
        "key": "ask for one key path: its value, and every file that set it",
        "origins": "list the file and line of every value",
    },
)
@command
def inspect(
    _: Context,
    config: str = "",
    format: str | None = None,
    effective: bool = False,
    payload_only: bool = False,
    key: str | None = None,
    origins: bool = False,
) -> bool:
    """Print which files a config is merged from, and what it resolves to."""
    from migration.commands.inspect import inspect_config, list_origins, trace_key
    from migration.render import inspect as shown

    render = _renderer(format or "json", {"json": shown.json_payload, "yaml": shown.yaml_payload})
    _required(config=config)
    if origins and (key is not None or payload_only or format):
        raise _usage("--origins goes with --config and --effective alone")
    if format and key is not None and not payload_only:
        raise _usage("--key prints text; --format is for the value alone, with --payload-only")
    project, folder = _project(), Path.cwd()
    if origins:
        listed = list_origins(project, config, folder, is_effective=effective)
        write(shown.origins_text(listed, terminal()))
    elif key is not None:
        trace = trace_key(project, config, key, folder, is_effective=effective)
        text = render(trace.value) if payload_only else shown.trace_text(trace, terminal())
        write(text, is_data=payload_only)
    else:
        inspection = inspect_config(project, config, folder, is_effective=effective)
        chain = "" if payload_only else shown.chain_text(inspection)
        write(chain + render(inspection.value), is_data=True)
    return True


@task(
    help={
        "left": "the old config: a YAML file, or a baseline",
        "right": "the new config: a YAML file, or a baseline",
        "profile": "a bundled profile or the path of one (default: the project's, else strict)",
        "format": "text, json or markdown",
    },
)
@command
def diff(
    _: Context, left: str = "", right: str = "", profile: str = "", format: str = "text"
) -> bool:
    """Print what differs between two resolved configs; exit 2 if a difference is forbidden."""
    from migration.commands.diff import diff_configs
    from migration.render.as_json import diff_json
    from migration.render.markdown import diff_markdown
    from migration.render.text import diff_text

    formats = {
        "text": lambda report: diff_text(report, terminal()),
        "json": diff_json,
        "markdown": diff_markdown,
    }
    render = _renderer(format, formats)
    _required(left=left, right=right)
    report = diff_configs(_project(), left, right, Path.cwd(), profile or None)
    for each in report.notes:
        note(each)
    write(render(report), is_data=format == "json")
    return report.holds


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
    from migration.commands.draft import draft_preset, draft_tree
    from migration.draft.destination import DraftTarget
    from migration.render.text import drafts_text

    presets = preset or []
    if all == bool(presets):
        raise _usage("one of --preset and --all must be given")
    if into is not None:
        if out is not None or overlay_of is not None:
            raise _usage("--into goes with --preset or --all, and --force")
        drafts = draft_tree(_project(), presets, DraftTarget(into, Path.cwd(), force))
        write(drafts_text(drafts, terminal()))
        return drafts.holds
    if len(presets) != 1:
        raise _usage("--all, and several presets, need --into")
    if force and out is None:
        raise _usage("--force goes with --out or --into")
    to = DraftTarget(out, Path.cwd(), force) if out is not None else None
    drafts = draft_preset(_project(), presets[0], overlay_of, to)
    if drafts.parent:
        note(f"it extends {drafts.parent}: `--overlay-of` that keeps it an overlay")
    # Where the draft itself stands on stdout, nothing else does.
    if drafts.holds and not to:
        write(drafts.drafts[0].text, is_data=True)
    else:
        write(drafts_text(drafts, terminal()), None if to else sys.stderr)
    return drafts.holds


@task(
    help={
        "dry_run": "list the files, and what is in the way; remove nothing",
        "force": "remove what git could not bring back, too",
        "ignore_mentions": "remove them though other texts name them, which are listed",
        "format": "table or json",
        "wait": WAIT,
    },
)
@command
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
    from migration.render.messages import retirement_text
    from migration.render.retirement import retirement_json

    formats = {"table": retirement_text, "json": retirement_json}
    render = _renderer(format, formats)
    retirement = retire_legacy_files(
        _project(wait), dry_run=dry_run, force=force, ignore_mentions=ignore_mentions
    )
    write(render(retirement), is_data=format == "json")
    return retirement.holds


@task(
    help={
        "format": "table or json",
        "explain": "only say why the rule of this code is there, and how to fix what it finds",
    },
)
@command
def lint(_: Context, format: str = "table", explain: str = "") -> bool:
    """Hold the tree to the layout rules; exit 2 on an error, 0 on warnings alone."""
    from migration.commands.lint import lint_layout
    from migration.lint.catalog import find_rule
    from migration.render.lint import lint_json, lint_text, rule_text

    formats = {
        "table": lambda report: lint_text(report, terminal(), program_name()),
        "json": lint_json,
    }
    render = _renderer(format, formats)
    if explain and format != "table":
        raise _usage("--explain goes alone")
    if explain:
        write(rule_text(find_rule(explain)))
        return True
    report = lint_layout(_project())
    write(render(report), is_data=format == "json")
    return report.holds


namespace = Collection(
    snapshot, draft, check_parity, ledger, map_preset, advance, retire, inspect, diff, lint
)
program = CommandProgram(
    version=__version__, namespace=namespace, name="config-migration", binary="config-migration"
)
inspect_program = CommandProgram(
    version=__version__,
    namespace=Collection(inspect, diff),
    name="inspect_config",
    binary="inspect_config.py",
)


def _project(wait: bool = False) -> Project:
    from migration.project.project import Access, follow_silently, open_project

    follow = Bar().follow if is_watched() else follow_silently
    return open_project(Path.cwd(), Access(None if wait else PATIENCE, note, follow))


def _phase(given: str) -> int | None:
    from migration.phases import WORKED_PHASES

    if given and given not in map(str, WORKED_PHASES):
        raise _usage(f"unknown phase {given!r}", "a preset belongs to phase 1 or 2")
    return int(given) if given else None


def _renderer(given: str, formats: Mapping[str, F]) -> F:
    if given not in formats:
        raise _usage(f"unknown format {given!r}", f"one of {', '.join(formats)}")
    return formats[given]


def _required(**options: str) -> None:
    missing = [f"--{name}" for name, value in options.items() if not value]
    if missing:
        raise _usage(f"{' and '.join(missing)} must be given")


def _usage(message: str, hint: str | None = None) -> MigrationError:
    return MigrationError(Fault(message, hint=hint))
