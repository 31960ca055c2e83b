"""The commands that make and check the baselines: `snapshot`, `check-parity`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from invoke.context import Context

from migration.cli.console import command, note, open_here, runs_in_ci, write
from migration.cli.formats import print_report
from migration.cli.options import WAIT, task
from migration.cli.usage import Rule, check_usage

if TYPE_CHECKING:
    from migration.project.project import Project

_WORK = ("preset", "check", "refreeze", "reason", "force", "late")
"""The options of `snapshot` that say what to freeze or verify, and how."""


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
@check_usage(
    Rule("--upgrade goes alone", ("upgrade",), excludes=(*_WORK, "resolve", "ours", "theirs")),
    Rule("--resolve goes alone", ("resolve",), excludes=_WORK),
    Rule("--ours and --theirs go with --resolve", ("ours",), requires=("resolve",)),
    Rule("--ours and --theirs go with --resolve", ("theirs",), requires=("resolve",)),
    Rule("--force goes with freezing alone", ("force",), excludes=("check", "refreeze")),
    Rule("--late goes with freezing alone", ("late",), excludes=("check", "refreeze")),
    Rule("--refreeze goes with --reason alone", ("refreeze",), excludes=("check", "preset")),
    Rule("--reason goes with --refreeze or --late", ("reason",), requires=("refreeze", "late")),
    Rule("--late needs a --reason", ("late",), requires=("reason",)),
)
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
    project = open_here(wait)
    if check:
        return _verify(project, preset or ())
    if resolve:
        return _resolve(project, ours or (), theirs or ())
    if upgrade:
        return _upgrade(project)
    if refreeze:
        return _refreeze(project, refreeze, reason)
    return _freeze(project, preset or (), force=force, late=reason if late else None)


def _verify(project: Project, presets: Sequence[str]) -> bool:
    from migration.commands.snapshot.check import verify_baselines
    from migration.render.snapshot import verification_text

    verification = verify_baselines(project, presets)
    write(verification_text(verification))
    return verification.holds


def _resolve(project: Project, ours: Sequence[str], theirs: Sequence[str]) -> bool:
    from migration.commands.snapshot.resolve import resolve_state
    from migration.render.snapshot import resolution_text

    resolution = resolve_state(project, ours, theirs)
    write(resolution_text(resolution))
    return resolution.holds


def _upgrade(project: Project) -> bool:
    from migration.commands.snapshot.upgrade import upgrade_state
    from migration.render.snapshot import upgrade_text

    write(upgrade_text(upgrade_state(project)))
    return True


def _refreeze(project: Project, presets: Sequence[str], reason: str) -> bool:
    from migration.commands.snapshot.refreeze import refreeze_presets
    from migration.render.snapshot import refreeze_text

    write(refreeze_text(refreeze_presets(project, presets, reason)))
    return True


def _freeze(project: Project, presets: Sequence[str], *, force: bool, late: str | None) -> bool:
    from migration.commands.snapshot.freeze import freeze_presets
    from migration.render.snapshot import freeze_text

    write(freeze_text(freeze_presets(project, presets, force=force, late=late)))
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
@check_usage(
    Rule("--record and --no-record exclude each other", ("record",), excludes=("no_record",)),
    formats="check-parity",
)
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

    is_in_ci = not record and not no_record and runs_in_ci()
    is_recorded = not no_record and not is_in_ci
    report = compare_with_baselines(open_here(wait), preset or (), record=is_recorded)
    if is_in_ci:
        note("CI is set: verdicts are not recorded (`--record` records them)")
    for warning in report.warnings:
        note(warning, "warning")
    print_report("check-parity", format, report)
    return report.holds
