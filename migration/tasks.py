"""The commands: parse, call one workflow function, print what `render` returns, exit.

Exit codes: 0 all is well; 2 the gate does not hold; 1 the command could not do its work.
"""

from __future__ import annotations

import functools
import io
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ParamSpec, TextIO, TypeVar

from invoke.collection import Collection
from invoke.context import Context
from invoke.exceptions import Exit
from invoke.program import Program
from invoke.tasks import task

from migration import __version__
from migration.errors import Fault, MigrationError
from migration.render.as_json import diff_json, parity_json
from migration.render.markdown import diff_markdown, parity_markdown
from migration.render.page import Terminal
from migration.render.text import (
    chain_text,
    diff_text,
    frost_text,
    json_payload,
    parity_text,
    refreeze_text,
    verification_text,
    yaml_payload,
)
from migration.workflow.check import ParityReport
from migration.workflow.check import check_parity as compare_with_baselines
from migration.workflow.explain import DiffReport, diff_configs, inspect_config
from migration.workflow.freeze import freeze_presets, refreeze_presets
from migration.workflow.project import Project, open_project
from migration.workflow.verify import verify_baselines

CANNOT, GATE, INTERRUPTED = 1, 2, 130
_PIPE_WIDTH = 100
_NARROWEST = 40
P = ParamSpec("P")
R = TypeVar("R")


def command(body: Callable[P, bool]) -> Callable[P, None]:
    """Turn a function that says whether the gate holds into the body of a task."""

    @functools.wraps(body)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            holds = body(*args, **kwargs)
        except MigrationError as error:
            _write(f"{error}\n", sys.stderr)
            raise Exit(code=CANNOT) from None
        except KeyboardInterrupt:
            raise Exit(code=INTERRUPTED) from None
        if not holds:
            raise Exit(code=GATE)

    return run


@task(
    auto_shortflags=False,
    positional=[],
    iterable=["preset", "refreeze"],
    help={
        "preset": "a preset's path; repeat for several (default: all)",
        "check": "only verify the baselines, and the legacy sources that still exist",
        "refreeze": "replace this preset's baseline on purpose; repeat for several",
        "reason": "why a baseline is replaced, for the ledger",
    },
)
@command
def snapshot(
    _: Context,
    preset: Sequence[str] | None = None,
    check: bool = False,
    refreeze: Sequence[str] | None = None,
    reason: str = "",
) -> bool:
    """Freeze what every preset without a baseline resolves to."""
    if refreeze and (check or preset):
        raise _usage("--refreeze goes with --reason alone")
    if reason and not refreeze:
        raise _usage("--reason goes with --refreeze")
    project = _project()
    if check:
        verification = verify_baselines(project, preset or ())
        _write(verification_text(verification))
        return verification.holds
    if refreeze:
        _write(refreeze_text(refreeze_presets(project, refreeze, reason)))
    else:
        _write(frost_text(freeze_presets(project, preset or ())))
    return True


@task(
    auto_shortflags=False,
    positional=[],
    iterable=["preset"],
    help={
        "preset": "a preset's path; repeat for several (default: all)",
        "format": "table, json or markdown",
        "record": "accepted for scripts: this version writes nothing, with it or without",
    },
)
@command
def check_parity(
    _: Context,
    preset: Sequence[str] | None = None,
    format: str = "table",
    record: bool = True,  # noqa: ARG001 - nothing is recorded until there is a ledger of verdicts
) -> bool:
    """Compare every preset with its baseline; exit 2 if training would see a change."""
    formats = {"table": _parity_table, "json": parity_json, "markdown": parity_markdown}
    render = _renderer(format, formats)
    report = compare_with_baselines(_project(), preset or ())
    _write(render(report), is_data=format == "json")
    return report.holds


@task(
    auto_shortflags=False,
    positional=[],
    help={
        "config": "a YAML file, or a baseline",
        "format": "json or yaml",
        "effective": "with global_max_length passed on to the limits that follow it",
        "payload_only": "without the chain, to pipe",
    },
)
@command
def inspect(
    _: Context,
    config: str = "",
    format: str = "json",
    effective: bool = False,
    payload_only: bool = False,
) -> bool:
    """Print which files a config is merged from, and what it resolves to."""
    render = _renderer(format, {"json": json_payload, "yaml": yaml_payload})
    _required(config=config)
    inspection = inspect_config(_project(), config, Path.cwd(), is_effective=effective)
    chain = "" if payload_only else chain_text(inspection)
    _write(chain + render(inspection), is_data=True)
    return True


@task(
    auto_shortflags=False,
    positional=[],
    help={
        "left": "the old config: a YAML file, or a baseline",
        "right": "the new config: a YAML file, or a baseline",
        "profile": "a bundled profile or the path of one (default: the project's, else parity)",
        "format": "text, json or markdown",
    },
)
@command
def diff(
    _: Context, left: str = "", right: str = "", profile: str = "", format: str = "text"
) -> bool:
    """Print what differs between two resolved configs; exit 2 if a difference is forbidden."""
    render = _renderer(format, {"text": _diff_page, "json": diff_json, "markdown": diff_markdown})
    _required(left=left, right=right)
    report = diff_configs(_project(), left, right, Path.cwd(), profile or None)
    for note in report.notes:
        _write(f"note: {note}\n", sys.stderr)
    _write(render(report), is_data=format == "json")
    return report.holds


namespace = Collection(snapshot, check_parity, inspect, diff)
program = Program(
    version=__version__, namespace=namespace, name="config-migration", binary="config-migration"
)
inspect_program = Program(
    version=__version__,
    namespace=Collection(inspect, diff),
    name="inspect_config",
    binary="inspect_config.py",
)


def _project() -> Project:
    return open_project(Path.cwd())


def _terminal() -> Terminal:
    if not sys.stdout.isatty():
        return Terminal(_PIPE_WIDTH)
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return Terminal(max(shutil.get_terminal_size().columns, _NARROWEST), color=not plain)


def _parity_table(report: ParityReport) -> str:
    return parity_text(report, _terminal())


def _diff_page(report: DiffReport) -> str:
    return diff_text(report, _terminal())


def _renderer(given: str, formats: Mapping[str, Callable[[R], str]]) -> Callable[[R], str]:
    if given not in formats:
        raise _usage(f"unknown format {given!r}", f"one of {', '.join(formats)}")
    return formats[given]


def _required(**options: str) -> None:
    missing = [f"--{name}" for name, value in options.items() if not value]
    if missing:
        raise _usage(f"{' and '.join(missing)} must be given")


def _usage(message: str, hint: str | None = None) -> MigrationError:
    return MigrationError(Fault(message, hint=hint))


def _write(text: str, stream: TextIO | None = None, *, is_data: bool = False) -> None:
    stream = stream or sys.stdout
    encoding = "utf-8" if is_data else stream.encoding or "utf-8"
    # A terminal that is not UTF-8 gets escapes, not a traceback; data for a program stays UTF-8.
    data = text.encode(encoding, "backslashreplace")
    try:
        if isinstance(stream, io.TextIOWrapper):
            stream.buffer.write(data)
        else:
            stream.write(data.decode(encoding))
        stream.flush()
    except BrokenPipeError:
        # The reader has seen enough. Without this, Python complains once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise MigrationError(Fault(f"cannot write the output: {error.strerror}")) from None
