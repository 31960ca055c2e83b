"""Options as invoke reads them, but for this: one that needs a value is an error without it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import zip_longest

from invoke.config import Config
from invoke.exceptions import ParseError
from invoke.parser.argument import Argument
from invoke.program import Program
from invoke.tasks import Task

from migration.errors import Fault, MigrationError


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
        arguments = super().get_arguments(ignore_unknown_help)
        for each in arguments:
            if each.takes_value:
                each.__class__ = _Argument
            if each.kind is list:
                # To invoke a list that was not given is an empty one, and so has its value.
                each.raw_value = None
        return arguments


class CommandProgram(Program):
    """The console script."""

    def parse_tasks(self) -> None:
        """Read the words of the command."""
        contexts = (*self.collection.to_contexts(), self.initial_context)
        flags = {name: arg for context in contexts for name, arg in context.flags.items()}
        words: list[str] = self.core.unparsed
        for word, following in zip_longest(words, words[1:]):
            needs_value = word in flags and flags[word].takes_value
            if needs_value and (following is None or following in flags):
                raise ParseError(f"{word} needs a value")
        super().parse_tasks()


def require_values(words: Sequence[str], options: Collection[str]) -> None:
    """Refuse an option of which nothing follows, or another option.

    Raises:
        MigrationError: there is one.
    """
    for word, following in zip_longest(words, words[1:]):
        if word in options and (following is None or following.startswith("--")):
            raise MigrationError(Fault(f"{word} needs a value"))


def refuse_dry_run(config: Config) -> None:
    """Refuse invoke's own `--dry`, which would keep no command of ours from writing.

    Raises:
        MigrationError: it is set.
    """
    if config.run.dry:
        hint = "`retire --dry-run` lists what would go; `check-parity --no-record` writes nothing"
        raise MigrationError(Fault("--dry does not keep a command from writing", hint=hint))
