"""The help of the console script: all commands in groups, or one command with its options."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from migration.cli.declaration import COMMON, GROUPS, Command, Option

if TYPE_CHECKING:
    from click import HelpFormatter

_VERSION = ("--version", "print the version")
_HELP = ("-h, --help", "print this page")


def commands_page(program: str, commands: Sequence[Command], formatter: HelpFormatter) -> str:
    """Return the page of all commands."""
    formatter.write(
        "Move a tree of YAML presets to a new layout without changing what any run sees.\n\n"
    )
    formatter.write_usage(program, "COMMAND [OPTIONS]")
    width = max(len(command.name) for command in commands)
    for group in GROUPS:
        rows = [(f"{each.name:{width}}", each.summary) for each in commands if each.group == group]
        if rows:
            with formatter.section(group):
                formatter.write_dl(rows)
    with formatter.section("Options, before or after the command"):
        formatter.write_dl([*_list_rows(COMMON.values()), _VERSION, _HELP])
    formatter.write_paragraph()
    formatter.write(f"`{program} COMMAND --help` shows an example, and every option.\n")
    return formatter.getvalue()


def command_page(path: str, command: Command, formatter: HelpFormatter) -> str:
    """Return the page of one command; `path` is how it is called, `config-migration lint`."""
    formatter.write(f"{command.summary}.\n\n")
    formatter.write_usage(path, " ".join([*_list_positions(command), "[OPTIONS]"]))
    with formatter.section("Examples" if len(command.examples) > 1 else "Example"):
        formatter.write("".join(f"  {example}\n" for example in command.examples))
    if rows := [*_list_rows(command.options.values(), command)]:
        with formatter.section("Options"):
            formatter.write_dl(rows)
    with formatter.section("Options of every command"):
        formatter.write_dl([*_list_rows(COMMON.values()), _VERSION, _HELP])
    return formatter.getvalue()


def _list_positions(command: Command) -> Iterator[str]:
    for name in command.positions:
        option = command.options[name]
        word = option.values.word if option.values else ""
        word += " …" if option.may_repeat else ""
        yield word if name in command.required else f"[{word}]"


def _list_rows(
    options: Iterable[Option], command: Command | None = None
) -> Iterator[tuple[str, str]]:
    for option in options:
        names = ", ".join(sorted(option.names, key=len))
        if option.values:
            names += f" {'|'.join(option.values.choices) or option.values.word}"
            if command and option.name in command.positions:
                names = f"{option.values.word} or {names}"
        is_required = command is not None and option.name in command.required
        yield names, f"{option.help} (required)" if is_required else option.help
