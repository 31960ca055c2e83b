"""Options as invoke reads them, but for this: one that needs a value is an error without it."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from itertools import zip_longest

from invoke.context import Context
from invoke.exceptions import ParseError
from invoke.parser.argument import Argument
from invoke.parser.parser import Parser
from invoke.program import Program
from invoke.tasks import Task

from migration.errors import Fault


class _Argument(Argument):
    """An option that takes a value; an empty one, as of a variable that is not set, is none."""

    def __repr__(self) -> str:
        return f"--{self.names[0]}"

    def set_value(self, value: object, cast: bool = True) -> None:
        if value == "":
            raise ParseError(f"{self!r} needs a value, and the one given is empty")
        super().set_value(value, cast)


class CommandTask(Task):  # type: ignore[type-arg] # of any body
    """A task whose options have values, or are not there."""

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """Return the options of the task."""
        # Invoke takes each help out of the task as it reads it, and finds none the next time.
        help_of = dict(self.help)
        arguments = super().get_arguments(ignore_unknown_help)
        self.help = help_of
        for each in arguments:
            if each.takes_value:
                each.__class__ = _Argument
            if each.kind is list:
                # To invoke a list that was not given is an empty one, and so has its value.
                each.raw_value = None
        return arguments

    def __call__(self, context: Context, *args: object, **options: object) -> object:
        """Run the command, unless it was called in a way that invoke alone would let pass.

        Raises:
            ParseError: a list was given once more, without a value; or invoke's own `--dry`, which
                keeps no command of ours from writing.
        """
        _require_values(sys.argv[1:], [f"--{name}" for name in self.iterable])
        if context.config.run.dry:
            message = "--dry does not keep a command from writing"
            hint = (
                "`retire --dry-run` lists what would go; `check-parity --no-record` writes nothing"
            )
            raise ParseError(str(Fault(message, hint=hint)))
        return super().__call__(context, *args, **options)


class CommandProgram(Program):
    """The console script."""

    def _make_parser(self) -> Parser:
        """Return what reads the words of a command; they are looked at once before."""
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
