"""How a command may be called: which options need or exclude each other, and their values.

The rules themselves are beside each command. `options` reads the words of the command line.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import ParamSpec, TypeVar

from migration.cli.formats import FORMATS
from migration.errors import Fault, MigrationError

P = ParamSpec("P")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Rule:
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


def check_usage(
    *rules: Rule, required: tuple[str, ...] = (), formats: str = ""
) -> Callable[[Callable[P, bool]], Callable[P, bool]]:
    """Return a decorator that refuses a call of a command by what is wrong with it first.

    `--format` is checked first, against the formats of the command that `formats` names; then the
    required options, then each rule. An option with its default value counts as not given, and one
    that is repeated is also given as `several NAME`. The body is called with its options by name.

    Raises:
        MigrationError: when the command is called in a way that is refused.
    """

    def decorate(body: Callable[P, bool]) -> Callable[P, bool]:
        @functools.wraps(body)
        def run(*args: P.args, **options: P.kwargs) -> bool:
            if formats and options.get("format"):
                choose_value("format", str(options["format"]), FORMATS[formats])
            _require_options(options, required)
            given = _list_given(body, options)
            for rule in rules:
                if rule.is_broken(given):
                    raise MigrationError(Fault(rule.message))
            return body(*args, **options)

        return run

    return decorate


def choose_value(noun: str, name: str, choices: Mapping[str, V], hint: str | None = None) -> V:
    """Return the choice of this name.

    Raises:
        MigrationError: there is no such choice; without a hint, the fault lists those there are.
    """
    if name not in choices:
        raise MigrationError(
            Fault(f"unknown {noun} {name!r}", hint=hint or f"one of {', '.join(choices)}")
        )
    return choices[name]


def _require_options(given: Mapping[str, object], names: Iterable[str]) -> None:
    missing = [f"--{name}" for name in names if not given.get(name)]
    if missing:
        raise MigrationError(Fault(f"{' and '.join(missing)} must be given"))


def _list_given(body: Callable[..., bool], options: Mapping[str, object]) -> dict[str, object]:
    parameters = signature(body).parameters
    given = {name: value for name, value in options.items() if value != parameters[name].default}
    for name, value in options.items():
        if isinstance(value, list) and len(value) > 1:
            given[f"several {name}"] = value
    return given


def _is_blank(value: object) -> bool:
    return not (value.strip() if isinstance(value, str) else value)
