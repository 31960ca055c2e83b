"""The commands that set a project up, and examine its settings: `init`, `doctor`."""

from __future__ import annotations

import sys

from migration.cli.console import Console, ask, write
from migration.cli.declaration import Option, declare_command
from migration.errors import Fault, MigrationError


@declare_command(
    "init",
    "Set up",
    "Look at the configs, and write settings for them",
    options={
        "yes": Option("write without asking (the default where nobody can be asked, as in a pipe)"),
        "dry_run": Option("show the settings, and write nothing"),
    },
    examples=("config-migration init", "config-migration init -C packages/vision --dry-run"),
)
def init(console: Console, *, yes: bool = False, dry_run: bool = False) -> bool:
    """Print what was found and the settings for it, and write them."""
    from migration.commands.init import propose_for, write_settings
    from migration.render.init import initiation_text, written_text

    initiation = propose_for(console.folder, console.make_access(), console.directory)
    for note in initiation.notes:
        console.note(note)
    is_asking = not yes and not dry_run and sys.stdin.isatty() and sys.stdout.isatty()
    if is_asking:
        write(initiation_text(initiation, console.terminal(), is_asked=True))
        if not ask(f"write {initiation.source}?"):
            raise MigrationError(Fault("nothing was written"))
        write(written_text(write_settings(initiation)))
        return True
    if not dry_run:
        initiation = write_settings(initiation)
    console.write_result(initiation_text(initiation, console.terminal()))
    return True


@declare_command(
    "doctor",
    "Set up",
    "Show what the settings match, and what they miss",
    options={},
    examples=("config-migration doctor",),
)
def doctor(console: Console) -> bool:
    """Print what the settings match, and each finding; findings do not change the exit code."""
    from migration.commands.doctor import diagnose
    from migration.render.doctor import diagnosis_text

    diagnosis = diagnose(console.open_project())
    console.write_result(diagnosis_text(diagnosis, console.terminal()))
    return True
