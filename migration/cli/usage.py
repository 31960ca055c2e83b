"""Refuses a command that is called in a wrong way, each time in one line with a way forward.

The rules are declared beside each command.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import zip_longest

from migration.cli.declaration import COMMON, Command, Option, Rule
from migration.errors import Fault, MigrationError, find_nearest
from migration.text import PROGRAM

_ALIKE = 0.7
_FEWEST_LETTERS = 3  # of an abbreviation
_QUIET_OR_VERBOSE = Rule("--quiet and --verbose exclude each other", ("quiet",), ("verbose",))


class UsageError(MigrationError):
    """A command was called in a wrong way."""

    def __init__(self, message: str, way: str | None = None) -> None:
        """Store what is wrong, and what to type instead."""
        super().__init__(Fault(message, hint=way))

    def __str__(self) -> str:
        """Return the mistake and the way forward on one line."""
        (fault,) = self.faults
        message = str(Fault(fault.message))
        return f"{message}; {Fault(fault.hint)}" if fault.hint else message


def check_call(command: Command, given: Mapping[str, object]) -> None:
    """Refuse a call of a command by what is wrong with it first.

    Choices are checked first, then the required options, then each rule. An option with its
    default value counts as not given, and one that is repeated is also given as `several NAME`.

    Raises:
        UsageError: the call is refused.
    """
    options = {**COMMON, **command.options}
    for name, value in given.items():
        values = options[name].values
        if values and values.choices and value and value != options[name].default:
            check_choice(values.word.lower(), str(value), values.choices)
    _require_options(command, given)
    found = _list_given(options, given)
    for rule in (_QUIET_OR_VERBOSE, *command.rules):
        if rule.is_broken(found):
            raise UsageError(rule.message, point_to_help(command))


def check_choice(noun: str, name: str, choices: Collection[str]) -> None:
    """Refuse a name that is not among the choices.

    Raises:
        UsageError: the error asks for the choice that was probably meant, or lists them all.
    """
    if name in choices:
        return
    near = find_typed(name.lower(), choices)
    way = f"did you mean {near}?" if near else f"it is one of {', '.join(choices)}"
    raise UsageError(f"unknown {noun} '{name}'", way)


def find_typed(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that was probably meant, or None; a wrong guess is worse than none.

    It is the only one that begins so, or else one that is much alike.
    """
    known = [*known]
    begun = [each for each in known if each.startswith(name)]
    if len(name) >= _FEWEST_LETTERS and len(begun) == 1:
        return begun[0]
    return find_nearest(name, known, at_least=_ALIKE)


def require_values(
    words: Sequence[str], options: Collection[str], flags: Collection[str] = ()
) -> None:
    """Refuse an option at the end of the words, before another option or flag, or an empty one.

    Raises:
        UsageError: there is one.
    """
    for word, following in zip_longest(words, words[1:]):
        if word == "--":
            return
        name, equals, value = str(word).partition("=")
        if name not in options:
            continue
        if (equals and not value) or (not equals and following == ""):
            raise UsageError(f"{name} needs a value, and the one given is empty")
        if not equals and (following is None or following.startswith("--") or following in flags):
            raise UsageError(f"{name} needs a value", _show_value(name, following))


def _show_value(name: str, following: str | None) -> str | None:
    return f"write {name}={following} if '{following}' is the value" if following else None


def _require_options(command: Command, given: Mapping[str, object]) -> None:
    missing = [command.options[name] for name in command.required if not given.get(name)]
    if missing:
        names = " and ".join(option.flag for option in missing)
        raise UsageError(f"{names} must be given, as in `{command.examples[0]}`")


def _list_given(options: Mapping[str, Option], given: Mapping[str, object]) -> dict[str, object]:
    found = {name: value for name, value in given.items() if value != options[name].default}
    for name, value in given.items():
        if isinstance(value, tuple) and len(value) > 1:
            found[f"several {name}"] = value
    return found


def point_to_help(command: Command | None) -> str:
    """Return the way to the help of a command, or to that of the script."""
    name = f" {command.name}" if command else ""
    return f"see `{PROGRAM}{name} --help`"
