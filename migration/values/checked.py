"""Checks a plain value against a shape that a module declares as data.

A shape returns a problem for each part of a value that is not as declared. The file and the line
are added by the caller, who knows where the value was read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from migration.errors import suggest_nearest
from migration.values.describe import describe_type, describe_value
from migration.values.keypath import Index, KeyPath


@dataclass(frozen=True, slots=True)
class Problem:
    """One part of a value that is not as declared: what was expected, what it is, and its path.

    `expected` is the text of the message, with `{got}` for the value, `{kind}` for its type,
    `{key}` for the last key of the path, `{name}` for all its keys joined by dots, and `{reason}`.
    """

    expected: str
    got: object
    path: KeyPath = ()
    hint: str | None = None
    reason: str = ""

    @property
    def keys(self) -> KeyPath:
        """The keys of the path, without the positions in lists."""
        return tuple(key for key in self.path if not isinstance(key, Index))

    @property
    def message(self) -> str:
        """The text that people read."""
        return self.expected.format(
            got=describe_value(self.got),
            kind=describe_type(self.got),
            key=describe_value(self.keys[-1]) if self.keys else "",
            name=repr(
                ".".join(key if isinstance(key, str) else describe_value(key) for key in self.keys)
            ),
            reason=self.reason,
        )


Shape: TypeAlias = Callable[[Any], Sequence[Problem]]
Hint: TypeAlias = str | Callable[[object], str | None] | None
"""A hint, or a function that makes it from the actual value."""


@dataclass(frozen=True, slots=True)
class Optional:
    """The shape of a key that a mapping may lack."""

    shape: Shape


def that(test: Callable[[Any], bool], expected: str, hint: Hint = None) -> Shape:
    """Declare a value that passes the test."""

    def check(value: object) -> Sequence[Problem]:
        return () if test(value) else (Problem(expected, value, (), _hint(hint, value)),)

    return check


def one_of(choices: Collection[object], expected: str, hint: Hint = None) -> Shape:
    """Declare one of the choices; 1, 1.0 and true are different choices."""
    known = [(type(choice), choice) for choice in choices]
    return that(lambda value: (type(value), value) in known, expected, hint)


def string(expected: str = "{name} must be a string", *, is_filled: bool = False) -> Shape:
    """Declare a string; with `is_filled`, a non-empty string."""
    return that(lambda value: isinstance(value, str) and bool(value or not is_filled), expected)


def whole_number(expected: str, *, at_least: int) -> Shape:
    """Declare an integer of at least `at_least`; true and false are not integers."""
    return that(lambda value: type(value) is int and value >= at_least, expected)


def list_of(
    item: Shape, expected: str = "{name} must be a list", *, is_filled: bool = False
) -> Shape:
    """Declare a list of such items; with `is_filled`, a non-empty list."""

    def check(value: object) -> Sequence[Problem]:
        if not isinstance(value, list) or (is_filled and not value):
            return (Problem(expected, value),)
        return [each for at, part in enumerate(value) for each in _within(Index(at), item(part))]

    return check


def mapping(
    fields: Mapping[str, Shape | Optional],
    expected: str = "{name} must be a mapping",
    *,
    unknown: str | None = None,
    hint: Hint = None,
) -> Shape:
    """Declare a mapping with these fields; problems are reported in the order of the fields.

    A missing field is checked as null unless it is optional. If `unknown` is given, other keys
    are problems with that text and a hint made from the key, and come first; else they are
    allowed.
    """
    shapes = {
        key: (field.shape, True) if isinstance(field, Optional) else (field, False)
        for key, field in fields.items()
    }

    def check(value: object) -> Sequence[Problem]:
        if not isinstance(value, dict):
            return (Problem(expected, value),)
        problems: list[Problem] = []
        if unknown is not None and not value.keys() <= fields.keys():
            others = [key for key in value if key not in fields]
            problems += [Problem(unknown, value[key], (key,), _hint(hint, key)) for key in others]
        for key, (shape, is_optional) in shapes.items():
            if key in value or not is_optional:
                problems += _within(key, shape(value.get(key)))
        return problems

    return check


def mapping_of(key: Shape, item: Shape, expected: str = "{name} must be a mapping") -> Shape:
    """Declare a mapping of any such keys to such items."""

    def check(value: object) -> Sequence[Problem]:
        if not isinstance(value, dict):
            return (Problem(expected, value),)
        return [
            problem
            for name, part in value.items()
            for problem in _within(name, [*key(name), *item(part)])
        ]

    return check


def in_turn(*shapes: Shape) -> Shape:
    """Declare a value that has all these shapes; checking stops at the first with problems."""

    def check(value: object) -> Sequence[Problem]:
        for shape in shapes:
            if problems := shape(value):
                return problems
        return ()

    return check


def fits(shape: Shape) -> Callable[[object], bool]:
    """Return a test for values without problems, to report one problem for the whole value."""
    return lambda value: not shape(value)


def nearest_of(choices: Collection[str], otherwise: str) -> Hint:
    """Return the hint that names the choice nearest to the value, or else the other hint."""
    return lambda got: suggest_nearest(str(got), choices, otherwise)


def _within(key: Hashable, problems: Sequence[Problem]) -> Sequence[Problem]:
    return [replace(each, path=(key, *each.path)) for each in problems] if problems else ()


def _hint(hint: Hint, got: object) -> str | None:
    return hint(got) if callable(hint) else hint
