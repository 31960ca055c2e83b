"""What click found wrong with a command line, in the words of the toolkit."""

from __future__ import annotations

from collections.abc import Iterable

import click

from migration.cli.declaration import COMMON, Command
from migration.cli.usage import UsageError, find_typed, point_to_help
from migration.paths import is_yaml
from migration.text import PROGRAM

LINE = "line"
"""The key, in the notes of a click context, of the words typed after the command."""


def translate_error(
    error: click.ClickException, command: Command | None, commands: Iterable[Command]
) -> UsageError:
    """Return the error of a wrong call, with a way forward; `command` is the one that was called.

    `commands` are those of the script: where none was called, the option may be one of theirs.
    """
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    params = ctx.command.params if ctx else []
    if ctx and isinstance(error, click.NoSuchOption):
        return _unknown_option(error.option_name, ctx, command, commands)
    if isinstance(error, click.BadOptionUsage):
        takes_value = any(
            error.option_name in param.opts and not getattr(param, "is_flag", False)
            for param in params
        )
        state = "needs a value" if takes_value else "takes no value"
        return UsageError(f"{error.option_name} {state}", point_to_help(command))
    if ctx and command is None and (taken := _find_swallowed(ctx, commands)):
        return taken
    message = error.format_message().rstrip(".")
    return UsageError(message[:1].lower() + message[1:], point_to_help(command))


def _find_swallowed(ctx: click.Context, commands: Iterable[Command]) -> UsageError | None:
    """Return the error that an option without a value took the command for one."""
    names = {command.name for command in commands}
    for name, option in COMMON.items():
        if (value := ctx.params.get(name)) in names:
            way = f"write {option.flag}={option.values.word if option.values else ''} {value}"
            return UsageError(f"{option.flag} took the command for its value", way)
    return None


def unknown_command(program: str, name: str, commands: Iterable[str]) -> UsageError:
    """Return the error that there is no command of this name, with what may be meant."""
    word = name.lower().replace("_", "-")
    near = find_typed(word, commands) or _find_part(word, commands)
    way = f"`{program} --help` lists the commands"
    if name == "help":
        way = f"did you mean `{program} --help`?"
    elif near:
        way = f"did you mean {near}?"
    elif is_yaml(name):
        way = f"did you mean `{program} inspect {name}`?"
    return UsageError(f"unknown command '{name}'", way)


def _find_part(word: str, commands: Iterable[str]) -> str | None:
    """Return the only command that has the word in its name, as `parity`."""
    found = [command for command in commands if word in command.split("-")]
    return found[0] if len(found) == 1 else None


def _unknown_option(
    name: str, ctx: click.Context, command: Command | None, commands: Iterable[Command]
) -> UsageError:
    if command is None and (owner := _find_owner(name, commands)):
        return UsageError(f"{name} goes after a command", f"as `{PROGRAM} {owner.name} {name}`")
    if not name.startswith("--"):
        # Click reads `-force` as `-f` and so on; people mean `--force`.
        name = next((word for word in ctx.meta.get(LINE, ()) if word.startswith(name)), name)
    options = [each for param in ctx.command.params for each in param.opts]
    names = [option.removeprefix("--") for option in options if option.startswith("--")]
    near = find_typed(name.lstrip("-"), names)
    of_command = f" of {command.name}" if command else ""
    way = f"did you mean --{near}?" if near else point_to_help(command)
    return UsageError(f"unknown option {name}{of_command}", way)


def _find_owner(flag: str, commands: Iterable[Command]) -> Command | None:
    owners = (
        command
        for command in commands
        if any(flag in option.names for option in command.options.values())
    )
    return next(owners, None)
