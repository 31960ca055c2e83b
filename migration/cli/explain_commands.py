"""The commands that explain configs and changes: `inspect`, `diff`, `compare`, `uses`, `values`."""

from __future__ import annotations

from collections.abc import Sequence

from migration.cli.console import Console, find_today
from migration.cli.declaration import FILE, PRESET, Option, Rule, Values, declare_command
from migration.cli.formats import FORMATS, choose_format, print_report
from migration.cli.positions import is_path
from migration.cli.usage import UsageError


@declare_command(
    "inspect",
    "Explain",
    "Show what a config resolves to, and which file set a value",
    positions=("config",),
    required=("config",),
    options={
        "config": Option("a YAML file, or a baseline", FILE),
        "key": Option("one key path: its value, and every file that set it", Values("KEY")),
        "origins": Option("list the file and line of every value"),
        "effective": Option("after deriving the limits that follow global_max_length"),
        "payload_only": Option("only the value, to pipe; nothing in it is redacted"),
        "format": Option(
            "print one JSON document, or YAML (default: text)",
            Values("FORMAT", ("json", "yaml")),
            "-f",
        ),
    },
    rules=(
        Rule("--origins goes without --key", ("origins",), excludes=("key",)),
        Rule("--origins goes without --payload-only", ("origins",), excludes=("payload_only",)),
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
    """Print one config, one value of it, or where each value was set."""
    from migration.commands.inspect import inspect_config, list_origins, trace_key

    if format == "yaml" and (origins or (key is not None and not payload_only)):
        message = "--format yaml is for a whole config, or for a value with --payload-only"
        raise UsageError(message, "did you mean --format json?")
    project, folder = console.open_project(), console.folder
    report: object
    if origins:
        kind = "inspect --origins"
        report = list_origins(project, config, folder, is_effective=effective)
        report = report.redact(project.redaction)
    elif key is not None:
        trace = trace_key(project, config, key, folder, is_effective=effective)
        kind, report = "payload", trace.value
        if not payload_only:
            kind, report = "inspect --key", trace.redact(project.redaction)
    else:
        inspection = inspect_config(project, config, folder, is_effective=effective)
        kind, report = "payload", inspection.value
        if not payload_only:
            kind, report = "inspect", inspection.redact(project.redaction)
    print_report(console, kind, format or next(iter(FORMATS[kind])), report)
    return True


@declare_command(
    "diff",
    "Explain",
    "Show what differs between two resolved configs",
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
    """Print the differences; tell whether the profile allows them all."""
    from migration.commands.diff import diff_configs

    project = console.open_project()
    report = diff_configs(project, left, right, console.folder, profile or None)
    for each in report.notes:
        console.note(each)
    print_report(console, "diff", format, report)
    return report.holds


@declare_command(
    "compare",
    "Explain",
    "Show what a change does to every preset, before it is merged",
    positions=("base", "to"),
    options={
        "base": Option(
            "a revision, as main or HEAD~1: what changed since the branch left it"
            " (default: the default branch of the remote)",
            Values("BASE", known="revisions"),
        ),
        "to": Option(
            "a second revision: exactly what differs between the two (default: the work tree)",
            Values("TO", known="revisions"),
        ),
        "check": Option(
            "exit with 2 where the change weakens the gate, or a preset cannot be read any more"
        ),
        "format": choose_format("compare"),
    },
    rules=(Rule("--to goes with --base", ("to",), requires=("base",)),),
    examples=(
        "config-migration compare",
        "config-migration compare origin/main --check",
        "config-migration compare v1.2 HEAD --format markdown",
    ),
)
def compare(
    console: Console,
    *,
    base: str | None = None,
    to: str | None = None,
    check: bool = False,
    format: str = "table",
) -> bool:
    """Print what changes; with `check`, tell whether the gate is as strong as before."""
    from migration.commands.compare import compare_revisions

    report = compare_revisions(
        console.folder, base, to, access=console.make_access(), today=find_today()
    )
    for note in report.notes:
        console.note(note)
    print_report(console, "compare", format, report)
    return report.holds or not check


@declare_command(
    "uses",
    "Explain",
    "Show which presets merge or name a file, and what mentions it",
    positions=("file",),
    required=("file",),
    options={
        "file": Option("a file, a folder or a glob; may be repeated", FILE),
        "format": choose_format("uses"),
    },
    examples=("config-migration uses configs/base.yaml",),
)
def uses(console: Console, *, file: Sequence[str] = (), format: str = "table") -> bool:
    """Print what uses the files."""
    from migration.commands.uses import find_uses

    report = find_uses(console.open_project(), file, console.folder)
    for fault in report.faults:
        console.note(fault, "warning")
    print_report(console, "uses", format, report)
    return True


@declare_command(
    "values",
    "Explain",
    "Show the values of some keys in many presets, side by side",
    positions=("key",),
    required=("key",),
    options={
        "key": Option(
            "a key path, also with wildcards: optim.*, **.lr, ops[*].name; may be repeated,"
            " and presets may follow",
            Values("KEY"),
        ),
        "preset": Option("a preset, a folder or a glob; may be repeated (default: all)", PRESET),
        "format": choose_format("values"),
    },
    examples=(
        "config-migration values training.learning_rate global_max_length",
        "config-migration values 'training.*_lr' 'configs/train/sft/**' --format csv",
    ),
)
def values(
    console: Console,
    *,
    key: Sequence[str] = (),
    preset: Sequence[str] = (),
    format: str = "table",
) -> bool:
    """Print the values of the keys."""
    from migration.commands.values import collect_values
    from migration.project.anchoring import anchor_paths

    project = console.open_project()
    paths = [word for word in key if is_path(word)]
    keys = [word for word in key if not is_path(word)]
    if not keys:
        raise UsageError(f"'{paths[0]}' is a path, and no key is given", "put the keys first")
    presets = anchor_paths(project, (*paths, *preset), console.folder)
    report = collect_values(project, keys, presets)
    for fault in report.unreadable:
        console.note(fault, "warning")
    print_report(console, "values", format, report)
    return True
