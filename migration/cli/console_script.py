"""The command line of the console script: click reads the words, by the declarations."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from migration import __version__
from migration.cli.catalog import COMMANDS
from migration.cli.click_errors import LINE, translate_error, unknown_command
from migration.cli.console import write
from migration.cli.declaration import COMMON, Command, Option
from migration.cli.execution import CANNOT, report_errors, run_command
from migration.cli.help_page import command_page, commands_page
from migration.cli.positions import place_words
from migration.cli.usage import UsageError, require_values
from migration.text import PROGRAM

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_PAGE_WIDTH: Final = 78
_WORDS: Final = "words"
"""The parameter that collects what is given by position."""


def run_words(
    words: Sequence[str] | None = None,
    commands: Sequence[Command] = COMMANDS,
    program: str = PROGRAM,
) -> int:
    """Run the command that the words name, by default those of the process; return the exit code.

    Nothing is raised for a wrong call: the error is printed, in one line.
    """

    def work() -> int:
        script = _Script(program, commands)
        try:
            # Only a terminal is asked for its width.
            width = None if sys.stdout and sys.stdout.isatty() else _PAGE_WIDTH
            code: int = script.main(
                words, prog_name=program, standalone_mode=False, terminal_width=width
            )
        except click.ClickException as error:
            ctx = error.ctx if isinstance(error, click.UsageError) else None
            raise translate_error(error, _find_declared(ctx), commands) from None
        except click.Abort:
            raise KeyboardInterrupt from None
        return code

    return report_errors(work)


class _Script(click.Group):
    """The console script; each command is made when it is asked for."""

    def __init__(self, program: str, commands: Sequence[Command]) -> None:
        """Take the name of the script, and the commands that it has."""
        params = [
            *map(_make_option, COMMON.values()),
            _make_version_page(),
            _make_page("--help", self._help_text),
        ]
        super().__init__(program, params=params, add_help_option=False)
        self._program = program
        self._declared = {command.name: command for command in commands}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order of the help."""
        return [*self._declared]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name."""
        declared = self._declared.get(cmd_name)
        return _ScriptCommand(declared) if declared else None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words up to the command; without any, print the help and exit 1."""
        if not args and not ctx.resilient_parsing:
            write(self._help_text(ctx), sys.stderr)
            ctx.exit(CANNOT)
        with _noting_context(ctx):
            return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first word names.

        Raises:
            UsageError: there is no such command.
        """
        if not ctx.resilient_parsing and args[0] not in self._declared:
            raise unknown_command(self._program, args[0], self._declared)
        return super().resolve_command(ctx, args)

    def _help_text(self, ctx: click.Context) -> str:
        return commands_page(self._program, [*self._declared.values()], ctx.make_formatter())


class _ScriptCommand(click.Command):
    """One command of the console script."""

    def __init__(self, declared: Command) -> None:
        """Make the options of the declaration, and one parameter for what has no option."""
        options = [*declared.options.values(), *COMMON.values()]
        words = click.Argument([_WORDS], nargs=-1, required=False, shell_complete=_complete_word)
        pages = [_make_version_page(), _make_page("--help", self._help_text)]
        params = [*map(_make_option, options), words, *pages]
        super().__init__(
            declared.name, params=params, short_help=declared.summary, add_help_option=False
        )
        self.declared = declared
        self._flags = {name for param in params for name in param.opts if name.startswith("-")}
        self._valued = {name for each in options if each.values for name in each.names}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words after the command.

        Raises:
            UsageError: an option has no value, or two where it takes one.
        """
        if not ctx.resilient_parsing:
            require_values(args, self._valued, self._flags)
        ctx.meta[LINE] = tuple(args)
        with _noting_context(ctx):
            if not ctx.resilient_parsing:
                self._refuse_repeated(ctx, args)
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> int:
        """Run the command; return the exit code.

        Raises:
            UsageError: there are words too many, or an empty one.
        """
        given = {**_list_given(ctx.find_root().params), **_list_given(ctx.params)}
        words = given.pop(_WORDS, ())
        given |= place_words(self.declared, words, given, ctx.meta[LINE])
        return run_command(self.declared, given)

    def _refuse_repeated(self, ctx: click.Context, args: Sequence[str]) -> None:
        """Refuse an option of the command that is given twice: one of the values would be lost."""
        *_, order = self.make_parser(ctx).parse_args([*args])
        for name, option in self.declared.options.items():
            times = [str(param.name) for param in order].count(name)
            if times > 1 and option.values and not option.may_repeat:
                raise UsageError(f"{option.flag} is given twice", "it takes one value")

    def _help_text(self, ctx: click.Context) -> str:
        return command_page(ctx.command_path, self.declared, ctx.make_formatter())


@contextmanager
def _noting_context(ctx: click.Context) -> Iterator[None]:
    """Note in each error from where it comes; click leaves some without."""
    try:
        yield
    except click.UsageError as error:
        error.ctx = error.ctx or ctx
        raise


def _make_option(option: Option) -> click.Option:
    if option.values is None:
        return click.Option([*option.names, option.name], is_flag=True)
    return click.Option(
        [*option.names, option.name], multiple=option.may_repeat, shell_complete=_complete_option
    )


def _make_version_page() -> click.Option:
    return _make_page("--version", lambda ctx: f"{ctx.find_root().info_name} {__version__}\n")


def _make_page(name: str, text: Callable[[click.Context], str]) -> click.Option:
    """Return the flag that prints a text, and ends the command."""

    def callback(ctx: click.Context, _: click.Parameter, is_given: bool) -> None:
        if is_given and not ctx.resilient_parsing:
            write(text(ctx))
            ctx.exit()

    names = [name, "-h"] if name == "--help" else [name]
    return click.Option(names, is_flag=True, is_eager=True, expose_value=False, callback=callback)


def _list_given(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that were given.

    Raises:
        UsageError: one of them is empty, as from a variable that is not set.
    """
    given = {name: value for name, value in params.items() if value not in (None, False, ())}
    if any(value == "" or (isinstance(value, tuple) and "" in value) for value in given.values()):
        raise UsageError("a word of the command line is empty", "is a variable of the shell unset?")
    return given


def _find_declared(ctx: click.Context | None) -> Command | None:
    command = ctx.command if ctx else None
    return command.declared if isinstance(command, _ScriptCommand) else None


def _complete_option(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    declared = _find_declared(ctx)
    options = {**COMMON, **(declared.options if declared else {})}
    return _complete(ctx, options[str(param.name)], incomplete)


def _complete_word(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    declared = _find_declared(ctx)
    if declared is None or not declared.positions:
        return []
    at = min(len(ctx.params.get(_WORDS) or ()), len(declared.positions) - 1)
    return _complete(ctx, declared.options[declared.positions[at]], incomplete)


def _complete(ctx: click.Context, option: Option, incomplete: str) -> list[CompletionItem]:
    from migration.cli.completion import complete_value

    directory = ctx.params.get("directory") or ctx.find_root().params.get("directory")
    return complete_value(option.values, incomplete, directory)
