"""The commands that make and check the baselines: `snapshot`, `check-parity`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from migration.cli.console import Console, find_today, runs_in_ci
from migration.cli.declaration import (
    PRESET,
    TEXT,
    WAIT,
    Option,
    Rule,
    Values,
    declare_command,
)
from migration.cli.formats import choose_format, print_report
from migration.phases import STATUSES

if TYPE_CHECKING:
    from migration.parity.compare import Detail
    from migration.project.project import Project

_WORK = ("preset", "check", "fold", "reason", "force", "late", "from_", "strict")
"""The options of `snapshot` that say what to freeze or verify, and how."""


@declare_command(
    "snapshot",
    "Freeze and check",
    "Freeze what every preset without a baseline resolves to",
    options={
        "preset": Option("a preset, a folder or a glob; may be repeated (default: all)", PRESET),
        "check": Option("only verify the baselines, and the legacy sources that still exist"),
        "fold": Option("write what was accepted into the baselines, on purpose"),
        "refreeze": Option("is gone: `accept` takes a difference over", PRESET),
        "reason": Option("why presets are frozen late, for the ledger", TEXT),
        "from_": Option(
            "freeze what a revision has, as the day before the migration began; nothing is"
            " checked out",
            Values("REVISION", known="revisions"),
        ),
        "late": Option(
            "freeze presets although a legacy file of theirs changed since others were frozen"
        ),
        "strict": Option("freeze all presets or none: write nothing if one cannot be frozen"),
        "upgrade": Option("convert what an earlier version has frozen; no value changes"),
        "resolve": Option("repair the frozen files after a merge"),
        "ours": Option(
            "with --resolve: take our side of this preset, or of all that a glob matches", PRESET
        ),
        "theirs": Option("with --resolve: take their side", PRESET),
        "force": Option("remove every file in the folder that no record lists"),
        "wait": WAIT,
    },
    rules=(
        Rule("--upgrade goes alone", ("upgrade",), excludes=(*_WORK, "resolve", "ours", "theirs")),
        Rule("--resolve goes alone", ("resolve",), excludes=_WORK),
        Rule("--ours and --theirs go with --resolve", ("ours",), requires=("resolve",)),
        Rule("--ours and --theirs go with --resolve", ("theirs",), requires=("resolve",)),
        Rule("--fold goes alone", ("fold",), excludes=("preset", "check", "reason")),
        Rule("--force goes with freezing alone", ("force",), excludes=("check", "fold")),
        Rule("--from goes with freezing alone", ("from_",), excludes=("check", "fold")),
        Rule("--late goes with freezing alone", ("late",), excludes=("check", "fold")),
        Rule("--strict goes with freezing alone", ("strict",), excludes=("check", "fold")),
        Rule("--reason goes with --late", ("reason",), requires=("late", "refreeze")),
        Rule("--late needs a --reason", ("late",), requires=("reason",)),
    ),
    examples=(
        "config-migration snapshot",
        "config-migration snapshot --from v1.0",
        "config-migration snapshot --check",
    ),
)
def snapshot(
    console: Console,
    *,
    preset: Sequence[str] = (),
    check: bool = False,
    fold: bool = False,
    refreeze: Sequence[str] = (),
    reason: str = "",
    upgrade: bool = False,
    resolve: bool = False,
    ours: Sequence[str] = (),
    theirs: Sequence[str] = (),
    force: bool = False,
    late: bool = False,
    strict: bool = False,
    from_: str | None = None,
    wait: bool = False,
) -> bool:
    """Freeze, verify, fold, convert or repair the baselines."""
    from migration.project.anchoring import anchor_paths

    if refreeze:
        _refuse_refreeze(refreeze, reason)
    project, folder = console.open_project(wait=wait), console.folder
    if check:
        return _verify(console, project, anchor_paths(project, preset, folder))
    if resolve:
        sides = (anchor_paths(project, ours, folder), anchor_paths(project, theirs, folder))
        return _resolve(console, project, *sides)
    if upgrade:
        return _upgrade(console, project)
    if fold:
        return _fold(console, project)
    if from_:
        from migration.project.sides import open_revision

        project = open_revision(project, from_)
    presets = anchor_paths(project, preset, folder)
    from migration.commands.snapshot.freeze import freeze_presets
    from migration.render.snapshot import freeze_text

    why = reason if late else None
    freeze = freeze_presets(project, presets, force=force, late=why, strict=strict)
    console.write_result(freeze_text(freeze))
    return freeze.holds


def _verify(console: Console, project: Project, presets: Sequence[str]) -> bool:
    from migration.commands.snapshot.check import verify_baselines
    from migration.render.snapshot import verification_text

    verification = verify_baselines(project, presets)
    console.write_result(verification_text(verification))
    return verification.holds


def _resolve(
    console: Console, project: Project, ours: Sequence[str], theirs: Sequence[str]
) -> bool:
    from migration.commands.snapshot.resolve import resolve_state
    from migration.render.snapshot import resolution_text

    resolution = resolve_state(project, ours, theirs)
    console.write_result(resolution_text(resolution))
    return resolution.holds


def _upgrade(console: Console, project: Project) -> bool:
    from migration.commands.snapshot.upgrade import upgrade_state
    from migration.render.snapshot import upgrade_text

    console.write_result(upgrade_text(upgrade_state(project)))
    return True


def _fold(console: Console, project: Project) -> bool:
    from migration.commands.snapshot.fold import fold_acceptances
    from migration.render.snapshot import fold_text

    console.write_result(fold_text(fold_acceptances(project)))
    return True


def _refuse_refreeze(presets: Sequence[str], reason: str) -> NoReturn:
    """Name the command that does what `--refreeze` did, with the words of this call.

    Raises:
        UsageError: always.
    """
    from migration.cli.usage import UsageError
    from migration.text import PROGRAM, quote_path

    words = " ".join(f"--preset {quote_path(preset)}" for preset in presets)
    command = f"{PROGRAM} accept {words} --reason {shlex.quote(reason or 'R')}"
    hint = f"`{command}` takes over what differs, and `{PROGRAM} accept` alone lists it"
    raise UsageError("--refreeze is gone: no baseline changes", hint)


@declare_command(
    "check-parity",
    "Freeze and check",
    "Compare every preset with its baseline; name what changed",
    positions=("preset",),
    options={
        "preset": Option("a preset, a folder or a glob; may be repeated (default: all)", PRESET),
        "status": Option("print only presets with this status", Values("STATUS", STATUSES)),
        "format": choose_format("check-parity"),
        "record": Option("record the verdicts in the ledger although CI is set"),
        "no_record": Option("leave the ledger as it is"),
        "wait": WAIT,
    },
    rules=(
        Rule("--record and --no-record exclude each other", ("record",), excludes=("no_record",)),
    ),
    examples=(
        "config-migration check-parity",
        "config-migration check-parity 'configs/train/**' --status failed",
    ),
)
def check_parity(
    console: Console,
    *,
    preset: Sequence[str] = (),
    status: str = "",
    format: str = "table",
    record: bool = False,
    no_record: bool = False,
    wait: bool = False,
) -> bool:
    """Print the verdicts; tell whether the gate holds."""
    from migration.commands.check_parity import check_parity as compare_with_baselines
    from migration.project.anchoring import anchor_paths

    is_in_ci = not record and not no_record and runs_in_ci()
    is_recorded = not no_record and not is_in_ci
    project = console.open_project(wait=wait)
    presets = anchor_paths(project, preset, console.folder)
    wanted = next((each for each in STATUSES if each == status), None)
    # A table counts what is allowed, and shows it only if everything is asked for.
    detail: Detail = "forbidden" if format == "table" and not console.is_verbose else "all"
    report = compare_with_baselines(
        project, presets, record=is_recorded, status=wanted, detail=detail, today=find_today()
    )
    if is_in_ci:
        console.note("CI is set: verdicts are not recorded (`--record` records them)")
    for warning in report.warnings:
        console.note(warning, "warning")
    print_report(console, "check-parity", format, report)
    return report.holds
