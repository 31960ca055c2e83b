"""The commands about the layout of the tree: `draft`, `lint`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from migration.cli.console import Console, write
from migration.cli.declaration import (
    CODE,
    CODES,
    FILE,
    FOLDER,
    PATH,
    PRESET,
    Option,
    Rule,
    declare_command,
)
from migration.cli.formats import choose_format, print_report
from migration.cli.usage import UsageError


@declare_command(
    "draft",
    "Layout",
    "Write a preset's shallow form, which resolves to its baseline",
    positions=("preset",),
    options={
        "preset": Option("the preset to draft; with --into several, folders or globs", PRESET),
        "all": Option("draft every preset that is not migrated yet"),
        "base": Option("draft the base: what all frozen presets have in common"),
        "overlay_of": Option("draft it as an overlay of this preset, which is migrated", PRESET),
        "out": Option("the file to write (default: print the draft)", FILE),
        "into": Option("write the drafts under this folder, keeping their paths", FOLDER),
        "force": Option("replace files that are there already"),
    },
    rules=(
        Rule("--all goes without a preset", ("all",), excludes=("preset",)),
        Rule(
            "--base goes alone, or with --out and --force",
            ("base",),
            excludes=("preset", "all", "overlay_of", "into"),
        ),
        Rule("one of --preset, --all and --base must be given", requires=("preset", "all", "base")),
        Rule(
            "--into goes with --preset or --all, and --force",
            ("into",),
            excludes=("out", "overlay_of"),
        ),
        Rule("--all, and several presets, need --into", ("all",), requires=("into",)),
        Rule("--all, and several presets, need --into", ("several preset",), requires=("into",)),
        Rule("--force goes with --out or --into", ("force",), requires=("out", "into")),
    ),
    examples=(
        "config-migration draft configs/train/sft/dense_1024.yaml",
        "config-migration draft --all --into drafts",
        "config-migration draft --base --out configs/base.yaml",
    ),
)
def draft(
    console: Console,
    *,
    preset: Sequence[str] = (),
    all: bool = False,
    base: bool = False,
    overlay_of: str | None = None,
    out: str | None = None,
    into: str | None = None,
    force: bool = False,
) -> bool:
    """Print or write drafts; tell whether each resolves to its baseline."""
    if out in ("-", "/dev/stdout"):
        raise UsageError(f"--out takes a file, not {out}", "without --out the draft is printed")
    if base:
        return _draft_base(console, out, force=force)
    if into is not None:
        return _draft_tree(console, () if all else preset, into, force=force)
    return _draft_preset(console, preset[0], overlay_of, out, force=force)


def _draft_tree(console: Console, presets: Sequence[str], into: str, *, force: bool) -> bool:
    from migration.commands.draft.presets import draft_tree
    from migration.draft.destination import DraftTarget
    from migration.project.anchoring import anchor_paths
    from migration.render.text import drafts_text

    project, folder = console.open_project(), console.folder
    wanted = anchor_paths(project, presets, folder)
    drafts = draft_tree(project, wanted, DraftTarget(into, folder, force))
    console.write_result(drafts_text(drafts, console.terminal()))
    return drafts.holds


def _draft_preset(
    console: Console, preset: str, overlay_of: str | None, out: str | None, *, force: bool
) -> bool:
    from migration.commands.draft.presets import draft_preset
    from migration.draft.destination import DraftTarget
    from migration.project.anchoring import anchor_path
    from migration.render.text import drafts_text

    project, folder = console.open_project(), console.folder
    to = DraftTarget(out, folder, force) if out is not None else None
    parent = overlay_of and anchor_path(project, overlay_of, folder)
    drafts = draft_preset(project, anchor_path(project, preset, folder), parent, to)
    if drafts.parent:
        console.note(f"it extends {drafts.parent}: `--overlay-of` that keeps it an overlay")
    # A draft on stdout has it to itself, so that it can be piped into a file.
    if drafts.holds and not to:
        write(drafts.drafts[0].text, is_data=True)
    else:
        text = drafts_text(drafts, console.terminal())
        console.write_result(text, None if to else sys.stderr)
    return drafts.holds


def _draft_base(console: Console, out: str | None, *, force: bool) -> bool:
    from migration.commands.draft.base import draft_base
    from migration.draft.destination import DraftTarget
    from migration.render.base import base_text

    to = DraftTarget(out, console.folder, force) if out is not None else None
    draft = draft_base(console.open_project(), to)
    # A draft on stdout has it to itself, so that it can be piped into a file.
    if not to:
        write(draft.text, is_data=True)
    text = base_text(draft, console.terminal(), is_written=to is not None)
    console.write_result(text, None if to else sys.stderr)
    return draft.holds or not to


@declare_command(
    "lint",
    "Layout",
    "Check the tree against the layout rules",
    positions=("path",),
    options={
        "path": Option(
            "report on this file, folder or glob alone; may be repeated (default: all)", PATH
        ),
        "select": Option(
            "check only this rule (as L403), or all that begin so (as L4); may be repeated",
            CODES,
        ),
        "ignore": Option(
            "do not check this rule, or all that begin so; may be repeated",
            CODES,
        ),
        "explain": Option(
            "say why the rule of this code is there, and how to fix what it finds", CODE
        ),
        "format": choose_format("lint"),
    },
    rules=(
        Rule("--explain goes alone", ("explain",), excludes=("path", "select", "ignore", "format")),
    ),
    examples=(
        "config-migration lint",
        "config-migration lint configs/train --select L4",
        "config-migration lint --explain L403",
    ),
)
def lint(
    console: Console,
    *,
    path: Sequence[str] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    explain: str = "",
    format: str = "table",
) -> bool:
    """Print the findings, or one rule; tell whether there is no error."""
    from migration.commands.lint import lint_layout
    from migration.lint.catalog import find_rule, is_code
    from migration.project.anchoring import anchor_paths
    from migration.render.lint import rule_text

    if explain:
        write(rule_text(find_rule(explain)))
        return True
    project = console.open_project()
    paths = anchor_paths(project, path, console.folder)
    for anchored, word in zip(paths, path, strict=True):
        if is_code(word) and not project.tree.exists(anchored):
            raise UsageError(f"'{word}' needs an option", f"did you mean --select {word}?")
    codes = {"select": _split_codes("--select", select), "ignore": _split_codes("--ignore", ignore)}
    report = lint_layout(project, paths=paths, **codes)
    print_report(console, "lint", format, report)
    return report.holds


def _split_codes(flag: str, words: Sequence[str]) -> tuple[str, ...]:
    """Return the codes in all words; one word may have several, separated by commas."""
    codes = tuple(code.strip() for word in words for code in word.split(","))
    if "" in codes:
        raise UsageError(f"{flag} has a comma without a code", f"write it as {flag} L403,L7")
    return codes
