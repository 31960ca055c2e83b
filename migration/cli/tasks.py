"""The commands as tasks of invoke, made from the same declarations as the console script."""

from __future__ import annotations

import sys
from collections.abc import Callable
from inspect import Parameter, Signature

from invoke.collection import Collection
from invoke.context import Context
from invoke.exceptions import Exit, ParseError
from invoke.parser.argument import Argument
from invoke.tasks import Task

from migration.cli.catalog import COMMANDS
from migration.cli.declaration import COMMON, Command, Option
from migration.cli.execution import run_command
from migration.cli.usage import UsageError, require_values

_NO_DRY_RUN = UsageError(
    "--dry does not keep a command from writing",
    "`retire --dry-run` lists what would go, and `check-parity --no-record` writes nothing",
)


class _Argument(Argument):
    """An option that takes a value; an empty one, as from an unset variable, is refused."""

    def __repr__(self) -> str:
        return f"--{self.names[0]}"

    def set_value(self, value: object, cast: bool = True) -> None:
        if value == "":
            raise ParseError(f"{self!r} needs a value, and the one given is empty")
        super().set_value(value, cast)


class CommandTask(Task):  # type: ignore[type-arg] # of any body
    """A task that refuses an option without its value."""

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """Return the options of the task."""
        # Invoke removes each help text from the task as it reads it; the next call needs them.
        help_of = dict(self.help)
        arguments = super().get_arguments(ignore_unknown_help)
        self.help = help_of
        for each in arguments:
            if each.takes_value:
                each.__class__ = _Argument
            if each.kind is list:
                # Invoke takes a list that was not given for an empty one, and so for given.
                each.raw_value = None
        return arguments

    def __call__(self, context: Context, *args: object, **options: object) -> object:
        """Run the command, unless it was called in a way that invoke alone would accept.

        Raises:
            ParseError: a list was given once more, without a value; or invoke's own `--dry` was
                given, which does not keep our commands from writing.
        """
        try:
            require_values(sys.argv[1:], [f"--{name}" for name in self.iterable])
            if context.config.run.dry:
                raise _NO_DRY_RUN
        except UsageError as error:
            raise ParseError(str(error)) from None
        return super().__call__(context, *args, **options)


def _make_task(command: Command) -> CommandTask:
    options = {**command.options, **COMMON}
    return CommandTask(
        _make_body(command, options),
        name=command.name,
        positional=[],
        auto_shortflags=False,
        iterable=[name for name, option in options.items() if option.may_repeat],
        help={name: _describe_option(option) for name, option in options.items()},
    )


def _make_body(command: Command, options: dict[str, Option]) -> Callable[..., None]:
    """Return the function that invoke calls: its signature says which options there are."""

    def body(_: Context, **given: object) -> None:
        lists = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
        if code := run_command(command, given | lists):
            raise Exit(code=code)

    body.__name__ = command.run.__name__
    body.__doc__ = f"{command.summary}."
    parameters = [
        Parameter(
            name,
            Parameter.KEYWORD_ONLY,
            default=None if option.may_repeat else option.default,
        )
        for name, option in options.items()
    ]
    context = Parameter("context", Parameter.POSITIONAL_ONLY)
    body.__signature__ = Signature([context, *parameters])  # type: ignore[attr-defined]
    return body


def _describe_option(option: Option) -> str:
    choices = option.values.choices if option.values else ()
    return f"{option.help}: {', '.join(choices)}" if choices else option.help


namespace = Collection(*map(_make_task, COMMANDS))
