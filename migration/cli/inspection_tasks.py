"""The commands that only look at configs: `inspect`, `diff`, `lint`."""

from __future__ import annotations

from pathlib import Path

from invoke.context import Context

from migration.cli.console import command, note, open_here, read_terminal, write
from migration.cli.formats import FORMATS, print_report
from migration.cli.options import task
from migration.cli.usage import Rule, check_usage


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
@check_usage(
    Rule(
        "--origins goes with --config and --effective alone",
        ("origins",),
        excludes=("key", "payload_only", "format"),
    ),
    Rule(
        "--key prints text; --format is for the value alone, with --payload-only",
        ("format", "key"),
        requires=("payload_only",),
    ),
    required=("config",),
    formats="inspect",
)
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
    from migration.render.inspect import chain_text, origins_text, trace_text

    project, folder, format = open_here(), Path.cwd(), format or "json"
    if origins:
        listed = list_origins(project, config, folder, is_effective=effective)
        write(origins_text(listed, read_terminal()))
    elif key is None:
        inspection = inspect_config(project, config, folder, is_effective=effective)
        chain = "" if payload_only else chain_text(inspection)
        write(chain + FORMATS["inspect"][format].render(inspection.value), is_data=True)
    else:
        trace = trace_key(project, config, key, folder, is_effective=effective)
        if payload_only:
            print_report("inspect", format, trace.value)
        else:
            write(trace_text(trace, read_terminal()))
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
@check_usage(required=("left", "right"), formats="diff")
def diff(
    _: Context, left: str = "", right: str = "", profile: str = "", format: str = "text"
) -> bool:
    """Print what differs between two resolved configs; exit 2 if a difference is forbidden."""
    from migration.commands.diff import diff_configs

    report = diff_configs(open_here(), left, right, Path.cwd(), profile or None)
    for each in report.notes:
        note(each)
    print_report("diff", format, report)
    return report.holds


@task(
    help={
        "format": "table or json",
        "explain": "only say why the rule of this code is there, and how to fix what it finds",
    },
)
@command
@check_usage(Rule("--explain goes alone", ("explain",), excludes=("format",)), formats="lint")
def lint(_: Context, format: str = "table", explain: str = "") -> bool:
    """Hold the tree to the layout rules; exit 2 on an error, 0 on warnings alone."""
    from migration.commands.lint import lint_layout
    from migration.lint.catalog import find_rule
    from migration.render.lint import rule_text

    if explain:
        write(rule_text(find_rule(explain)))
        return True
    report = lint_layout(open_here())
    print_report("lint", format, report)
    return report.holds
