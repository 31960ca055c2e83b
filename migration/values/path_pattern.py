"""Key paths with wildcards: `optim.*`, `custom.ops[*].name`, `**.lr`."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TypeAlias

from migration.errors import Fault, MigrationError
from migration.text import quote_name
from migration.values.keypath import Index, KeyPath, parse_path

_PART = re.compile(r'"(?:\\.|[^"\\])*"|\[\*\]|\[\d+\]|\([^()]*\)|[^.\["(]+|\.')
_ANY, _ANY_DEPTH = "*", "**"


@dataclass(frozen=True, slots=True)
class _Glob:
    """Matches the names that a pattern with `*` or `?` matches; `**` any number of keys."""

    pattern: str


@dataclass(frozen=True, slots=True)
class _AnyEntry:
    """Matches every entry of a list."""


_Step: TypeAlias = Hashable


@dataclass(frozen=True, slots=True)
class PathPattern:
    """A key path in which a step may match several keys, or several entries of a list."""

    text: str
    steps: tuple[_Step, ...]

    def find(self, value: object) -> Iterator[KeyPath]:
        """Yield each path of the value that the pattern matches, in the order of the value."""
        yield from filter(None, dict.fromkeys(_find(self.steps, value, ())))

    def ends(self, path: KeyPath) -> bool:
        """Tell whether the last keys of a path are what the pattern matches."""
        return any(_is_match(self.steps, path[start:]) for start in range(len(path)))

    def is_part_of(self, other: PathPattern) -> bool:
        """Tell whether every path that another pattern matches has keys that this one matches.

        The keys stand in a row. Patterns are compared step by step: no, where that is not enough.
        """
        steps, size = other.steps, len(self.steps)
        if not any(isinstance(step, _Glob | _AnyEntry) for step in steps):
            return any(self.ends(steps[:end]) for end in range(1, len(steps) + 1))
        rows = (steps[at : at + size] for at in range(len(steps) - size + 1))
        return any(all(map(_includes, self.steps, row)) for row in rows)


def parse_pattern(text: str) -> PathPattern:
    """Return the pattern that a text spells; a text without wildcards is a key path.

    Raises:
        MigrationError: the text is neither.

    >>> value = {"a": {"b": 1, "c": [{"n": 2}, {"n": 3}]}}
    >>> from migration.values.keypath import format_path
    >>> [format_path(path) for path in parse_pattern("a.c[*].n").find(value)]
    ['a.c[0].n', 'a.c[1].n']
    """
    steps: list[_Step] = []
    parts = _PART.findall(text)
    if "".join(parts) != text or not parts:
        raise _not_a_pattern(text)
    expects_key = True
    for part in parts:
        if part == ".":
            if expects_key:
                raise _not_a_pattern(text)
            expects_key = True
            continue
        is_entry = part.startswith("[")
        if expects_key == is_entry and (steps or is_entry):
            raise _not_a_pattern(text)
        steps.append(_read_step(part, text))
        expects_key = False
    if expects_key:
        raise _not_a_pattern(text)
    return PathPattern(text, tuple(steps))


def is_path_pattern(text: object) -> bool:
    """Tell whether a value is the text of a pattern."""
    try:
        return isinstance(text, str) and bool(parse_pattern(text))
    except MigrationError:
        return False


def _read_step(part: str, text: str) -> _Step:
    if part == "[*]":
        return _AnyEntry()
    if part[0] not in '"[(' and re.search(r"[*?]", part):
        return _Glob(part)
    if part.startswith("["):
        return Index(int(part[1:-1]))
    try:
        (key,) = parse_path(part)
    except (MigrationError, ValueError):
        raise _not_a_pattern(text) from None
    return key


def _find(steps: tuple[_Step, ...], value: object, path: KeyPath) -> Iterator[KeyPath]:
    if not steps:
        yield path
        return
    step, *rest = steps
    if step == _Glob(_ANY_DEPTH):
        yield from _find(tuple(rest), value, path)
        for key, item in list_items(value):
            yield from _find(steps, item, (*path, key))
        return
    for key, item in list_items(value):
        if _matches(step, key):
            yield from _find(tuple(rest), item, (*path, key))


def _is_match(steps: tuple[_Step, ...], keys: KeyPath) -> bool:
    """Tell whether the steps match all of the keys."""
    if not steps or not keys:
        return not keys and all(step == _Glob(_ANY_DEPTH) for step in steps)
    if steps[0] == _Glob(_ANY_DEPTH):
        return _is_match(steps[1:], keys) or _is_match(steps, keys[1:])
    return _matches(steps[0], keys[0]) and _is_match(steps[1:], keys[1:])


def list_items(value: object) -> Iterator[tuple[Hashable, object]]:
    """Yield the items of a mapping, or the entries of a list with their places."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from ((Index(position), item) for position, item in enumerate(value))


def _matches(step: _Step, key: Hashable) -> bool:
    if isinstance(step, _AnyEntry):
        return isinstance(key, Index)
    if isinstance(step, _Glob):
        if isinstance(key, str):
            return fnmatchcase(key, step.pattern)
        return step.pattern == _ANY and not isinstance(key, Index)
    return type(step) is type(key) and step == key


def _includes(wide: _Step, narrow: _Step) -> bool:
    """Tell whether a step matches all that another one matches."""
    if wide == narrow and type(wide) is type(narrow):
        return True
    if not isinstance(narrow, _Glob | _AnyEntry):
        return wide != _Glob(_ANY_DEPTH) and _matches(wide, narrow)
    if not (isinstance(wide, _Glob) and isinstance(narrow, _Glob)):
        return False
    is_one_key = _ANY_DEPTH not in (wide.pattern, narrow.pattern)
    # A `*` matches any text, so also every text for a wildcard of the other; a `?` does not.
    return is_one_key and "?" not in wide.pattern and fnmatchcase(narrow.pattern, wide.pattern)


def _not_a_pattern(text: str) -> MigrationError:
    hint = (
        'keys are joined by dots, unusual ones in quotes: a."my key".lr; '
        "`*` matches any key, `[*]` any entry, `**` any depth"
    )
    return MigrationError(Fault(f"not a key path: {quote_name(text)}", hint=hint))
