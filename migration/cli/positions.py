"""Gives each word that has no option its option, by position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from migration.cli.declaration import COMMON, TEXT, Command, Option
from migration.cli.usage import UsageError, point_to_help
from migration.paths import is_yaml
from migration.text import quote_path

_MOST_REPEATED = 3


def place_words(
    command: Command, words: Sequence[str], given: Mapping[str, Any], line: Sequence[str]
) -> dict[str, object]:
    """Return the options that the words stand for, with what was given to them by name.

    `line` is all that was typed after the command, to tell where a word too many came from.

    Raises:
        UsageError: there are more words than positions.
    """
    placed: dict[str, object] = {}
    rest = [*words]
    for name in command.positions if words else ():
        if command.options[name].may_repeat:
            return {**placed, name: (*given.get(name, ()), *rest)}
        if rest and name not in given:
            placed[name] = rest.pop(0)
    if rest:
        raise _word_too_many(command, rest[0], line)
    return placed


def _word_too_many(command: Command, word: str, line: Sequence[str]) -> UsageError:
    for option in (*command.options.values(), *COMMON.values()):
        values = _list_values(option, line)
        if word in values[1:] and (option.may_repeat or option.values is TEXT):
            return _second_value(option, values)
        if option.values and word in option.values.choices:
            if values:
                return UsageError(f"{option.flag} takes one value", point_to_help(command))
            return UsageError(f"'{word}' needs an option", f"did you mean {option.flag} {word}?")
        if word == option.flag.removeprefix("--"):
            return UsageError(f"'{word}' is an option", f"did you mean {option.flag}?")
    if "preset" in command.options and is_path(word):
        way = f"did you mean --preset {quote_path(word)}?"
        return UsageError(f"{command.name} takes a preset by name", way)
    if command.name == "inspect" and is_path(word):
        return UsageError("inspect takes one file", "`config-migration diff` compares two")
    if command.name == "inspect" and not _list_values(command.options["key"], line):
        return UsageError("inspect takes one file", f"did you mean --key {quote_path(word)}?")
    names = [_word_of(command.options[name]) for name in command.positions]
    takes = f"only {' and '.join(names)}" if names else "options alone"
    message = f"{command.name} takes {takes}, and '{word}' is one word too many"
    return UsageError(message, point_to_help(command))


def is_path(word: str) -> bool:
    """Tell whether a word looks like the path of a config, a folder of them, or a glob of paths."""
    return "/" in word or word in (".", "..") or is_yaml(word) or word.endswith(".json")


def _word_of(option: Option) -> str:
    return option.values.word if option.values else option.flag


def _list_values(option: Option, line: Sequence[str]) -> list[str]:
    """Return the words between an option with values and the next option."""
    for at, typed in enumerate(line if option.values else ()):
        name, equals, value = typed.partition("=")
        if name in option.names:
            following = takewhile(lambda each: not each.startswith("-"), line[at + 1 :])
            return [*([value] if equals else []), *following]
    return []


def _second_value(option: Option, values: Sequence[str]) -> UsageError:
    if not option.may_repeat:
        way = f"quote it: {option.flag} {quote_path(' '.join(values))}"
        return UsageError(f"{option.flag} takes one value", way)
    shown = " ".join(f"{option.flag} {quote_path(value)}" for value in values[:_MOST_REPEATED])
    more = " …" if values[_MOST_REPEATED:] else ""
    return UsageError(f"{option.flag} takes one value", f"repeat it: {shown}{more}")
