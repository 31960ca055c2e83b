"""One declaration a command: its name, its options, and the function that it runs.

Both command lines are made from it: `console_script` by click, and `tasks` for invoke. The parts
are named tuples, since every start would pay for the making of dataclasses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Final, Literal, NamedTuple, TypeAlias

Group: TypeAlias = Literal["Set up", "Explain", "Freeze and check", "Migrate", "Layout"]
GROUPS: Final[tuple[Group, ...]] = ("Set up", "Explain", "Freeze and check", "Migrate", "Layout")
"""The groups of commands, in the order in which the help lists them."""

Default: TypeAlias = bool | str | tuple[()] | None
"""Of an option: a flag has False, an option that may be repeated has ()."""
Known: TypeAlias = Literal["", "presets", "codes", "code lists", "files", "folders", "revisions"]


class Values(NamedTuple):
    """What an option takes: the word for a value in the help, and the values to choose from.

    `known` says what a shell can complete where there are no choices.
    """

    word: str
    choices: tuple[str, ...] = ()
    known: Known = ""


TEXT = Values("TEXT")
PRESET = Values("PRESET", known="presets")
FILE = Values("FILE", known="files")
FOLDER = Values("FOLDER", known="folders")
PATH = Values("PATH", known="files")
CODE = Values("CODE", known="codes")
CODES = Values("CODE", known="code lists")


class Option(NamedTuple):
    """One option; its name is that of a parameter, so that `dry_run` is `--dry-run`.

    A name that is a word of Python ends in `_`, as `from_`.
    """

    help: str
    values: Values | None = None
    """None for a flag."""
    short: str = ""
    name: str = ""
    default: Default = False

    @property
    def flag(self) -> str:
        """The option as people type it."""
        return f"--{self.name.rstrip('_').replace('_', '-')}"

    @property
    def names(self) -> tuple[str, ...]:
        """The option as people may type it."""
        return (self.flag, self.short) if self.short else (self.flag,)

    @property
    def may_repeat(self) -> bool:
        """Whether the option may be given several times."""
        return self.default == ()


class Rule(NamedTuple):
    """Where all `options` are given, none of `excludes` may be, and one of `requires` must be.

    A rule without options always applies.
    """

    message: str
    options: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()

    def is_broken(self, given: Mapping[str, object]) -> bool:
        """Tell whether the options given break the rule; a text of blanks meets no requirement."""
        if not all(given.get(name) for name in self.options):
            return False
        if any(given.get(name) for name in self.excludes):
            return True
        return bool(self.requires) and all(_is_blank(given.get(name)) for name in self.requires)


class Command(NamedTuple):
    """One command: how it is called, what it takes, and the function that does its work.

    `positions` are the options that may be given without their names, in this order.
    """

    name: str
    group: Group
    summary: str
    options: Mapping[str, Option]
    positions: tuple[str, ...]
    required: tuple[str, ...]
    rules: tuple[Rule, ...]
    examples: tuple[str, ...]
    run: Callable[..., bool]


def declare_command(  # noqa: PLR0913 - a declaration has that many parts
    name: str,
    group: Group,
    summary: str,
    *,
    options: Mapping[str, Option],
    examples: tuple[str, ...],
    positions: tuple[str, ...] = (),
    required: tuple[str, ...] = (),
    rules: tuple[Rule, ...] = (),
) -> Callable[[Callable[..., bool]], Command]:
    """Return a decorator that makes a command of a function.

    The function takes a console, and each option by its name; the default of a parameter is that
    of the option. It returns False where the gate does not hold. The help says the summary of the
    command, which is no docstring: Python may run without those.
    """

    def decorate(run: Callable[..., bool]) -> Command:
        _, *parameters = signature(run).parameters.values()
        named = {
            each.name: options[each.name]._replace(name=each.name, default=each.default)
            for each in parameters
        }
        return Command(name, group, summary, named, positions, required, rules, examples, run)

    return decorate


COMMON: Final[Mapping[str, Option]] = {
    option.name: option
    for option in (
        Option("work in this folder", FOLDER, "-C", "directory", None),
        Option(
            "when to use colour (default: auto, in a terminal)",
            Values("COLOR", ("auto", "always", "never")),
            "",
            "color",
            "auto",
        ),
        Option("print only the verdict, and errors", None, "-q", "quiet"),
        Option("print everything, also what is as it should be", None, "-v", "verbose"),
    )
}
"""The options that every command has."""
WAIT: Final = Option("wait for another command however long it takes (default: 10 seconds)")


def _is_blank(value: object) -> bool:
    return not (value.strip() if isinstance(value, str) else value)
