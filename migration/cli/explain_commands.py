"""The commands that explain configs: `inspect`, `diff`."""

from __future__ import annotations

from migration.cli.console import Console, write
from migration.cli.declaration import FILE, Option, Rule, Values, declare_command
from migration.cli.formats import FORMATS, choose_format, print_report


@declare_command(
    "inspect",
    "Explain",
    positions=("config",),
    required=("config",),
    options={
        "config": Option("a YAML file, or a baseline", FILE),
        "key": Option("one key path: its value, and every file that set it", Values("KEY")),
        "origins": Option("list the file and line of every value"),
        "effective": Option("after deriving the limits that follow global_max_length"),
        "payload_only": Option("only the value, to pipe"),
        "format": choose_format("inspect"),
    },
    rules=(
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
    ),
    examples=(
        "config-migration inspect configs/train/sft/dense_1024.yaml",
        "config-migration inspect configs/train/sft/dense_1024.yaml --key training.learning_rate",
    ),
)
def inspect(
    console: Console,
    *,
    config: str = "",
    key: str | None = None,
    origins: bool = False,
    effective: bool = False,
    payload_only: bool = False,
    format: str | None = None,
) -> bool:
    """Show what a config resolves to, and which file set a value."""
    from migration.commands.inspect import inspect_config, list_origins, trace_key
    from migration.render.inspect import chain_text, origins_text, trace_text

    project, folder, format = console.open_project(), console.folder, format or "json"
    if origins:
        listed = list_origins(project, config, folder, is_effective=effective)
        write(origins_text(listed, console.terminal()))
    elif key is None:
        inspection = inspect_config(project, config, folder, is_effective=effective)
        chain = "" if payload_only else chain_text(inspection)
        payload = FORMATS["inspect"][format].render(inspection.value, console)
        write(chain + payload, is_data=True)
    else:
        trace = trace_key(project, config, key, folder, is_effective=effective)
        if payload_only:
            print_report(console, "inspect", format, trace.value)
        else:
            write(trace_text(trace, console.terminal()))
    return True


@declare_command(
    "diff",
    "Explain",
    positions=("left", "right"),
    required=("left", "right"),
    options={
        "left": Option("the old config: a YAML file, or a baseline", Values("LEFT", known="files")),
        "right": Option(
            "the new config: a YAML file, or a baseline", Values("RIGHT", known="files")
        ),
        "profile": Option(
            "a bundled profile, or the path of one (default: the project's, else strict)", FILE
        ),
        "format": choose_format("diff"),
    },
    examples=("config-migration diff configs/train/old.yaml configs/train/new.yaml",),
)
def diff(
    console: Console, *, left: str = "", right: str = "", profile: str = "", format: str = "text"
) -> bool:
    """Show what differs between two resolved configs."""
    from migration.commands.diff import diff_configs

    project = console.open_project()
    report = diff_configs(project, left, right, console.folder, profile or None)
    for each in report.notes:
        console.note(each)
    print_report(console, "diff", format, report)
    return report.holds
