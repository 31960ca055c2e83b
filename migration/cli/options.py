"""Commands as tasks of invoke, but an option that needs a value is an error without one."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from functools import partial
from itertools import zip_longest

from invoke.context import Context
from invoke.exceptions import ParseError
from invoke.parser.argument import Argument
from invoke.parser.parser import Parser
from invoke.program import Program
from invoke.tasks import Task
from invoke.tasks import task as invoke_task

from migration.errors import Fault
from migration.files.lock import PATIENCE

WAIT = f"wait for another command to end, however long it takes (default: {PATIENCE:g} seconds)"
"""The help of `--wait`."""


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
        _require_values(sys.argv[1:], [f"--{name}" for name in self.iterable])
        if context.config.run.dry:
            message = "--dry does not keep a command from writing"
            hint = (
                "`retire --dry-run` lists what would go; `check-parity --no-record` writes nothing"
            )
            raise ParseError(str(Fault(message, hint=hint)))
        return super().__call__(context, *args, **options)


task = partial(invoke_task, klass=CommandTask, auto_shortflags=False, positional=[])
"""The decorator of every command."""


class CommandProgram(Program):
    """The console script."""

    def _make_parser(self) -> Parser:
        """Return invoke's parser, after a check that every option has its value."""
        parser = super()._make_parser()
        options = {
            name
            for context in parser.contexts.values()
            for name, argument in context.flags.items()
            if argument.takes_value
        }
        _require_values(self.core.unparsed, options, self.initial_context.flags)
        return parser


def _require_values(
    words: Sequence[str], options: Collection[str], flags: Collection[str] = ()
) -> None:
    """Refuse an option at the end of the words, or right before another option or flag.

    Raises:
        ParseError: there is one.
    """
    for word, following in zip_longest(words, words[1:]):
        if word in options and (
            following is None or following.startswith("--") or following in flags
        ):
            raise ParseError(f"{word} needs a value")
