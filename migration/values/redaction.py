"""Puts a digest in the place of each value that no report may show, such as a token.

The digest tells long values apart. It hides a value only as well as the value is hard to guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from typing import Final

from migration.values.canonical import canonical_bytes
from migration.values.diff import MISSING, Difference
from migration.values.keypath import KeyPath
from migration.values.moves import Move, rename_path
from migration.values.path_pattern import PathPattern, list_items, parse_pattern

_DIGITS: Final = 8
_SHORTEST: Final = 6
"""A shorter text has no digest, nor has a number: they could be found by trying."""
_ANY_PARENT: Final = "*."
REDACTED: Final = re.compile(r"<redacted (?:([0-9a-f]{8}) )?(\w+)>")
"""What stands for a value: the digest, unless it is too short for one, and the type."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """Hides the values at paths that end as one of the patterns does, and all beneath them.

    Of a key that was renamed, what is hidden under one name is hidden under the other, too.
    """

    patterns: tuple[PathPattern, ...] = ()
    moves: tuple[Move, ...] = ()

    def hides(self, path: KeyPath) -> bool:
        """Tell whether no report may show the value at a path."""
        parts = range(1, len(path) + 1) if self.patterns else ()
        return any(self._ends(path[:end]) for end in parts)

    def covers(self, other: Redaction) -> bool:
        """Tell whether all that another one hides is hidden; no, where that is hard to tell."""
        return all(any(mine.is_part_of(each) for mine in self.patterns) for each in other.patterns)

    def redact(self, value: object, path: KeyPath = ()) -> object:
        """Return the value at a path with a digest for each part of it that is hidden.

        The value itself comes back if nothing of it is.
        """
        if not self.patterns or value is MISSING:
            return value
        return hide(value) if self.hides(path) else self._redact_inside(value, path)

    def redact_difference(self, difference: Difference) -> Difference:
        """Return the difference with a digest for each part of its values that is hidden."""
        left, right = (
            self.redact(side, difference.path) for side in (difference.left, difference.right)
        )
        if left is difference.left and right is difference.right:
            return difference
        return replace(difference, left=left, right=right)

    def _redact_inside(self, value: object, path: KeyPath) -> object:
        if isinstance(value, tuple):  # as an entry of `!!omap` or `!!pairs`
            key, item = value
            return key, self.redact(item, (*path, key))
        items = [*list_items(value)]
        found = {
            key: hide(item) if self._ends(at) else self._redact_inside(item, at)
            for key, item in items
            for at in ((*path, key),)
        }
        if all(found[key] is item for key, item in items):
            return value
        return found if isinstance(value, dict) else [*found.values()]

    def _ends(self, path: KeyPath) -> bool:
        if any(pattern.ends(path) for pattern in self.patterns):
            return True
        others = {rename_path(path, each) for each in self._ways} - {path}
        return any(
            pattern.ends(other[:end])
            for other in others
            for end in range(1, len(other) + 1)
            for pattern in self.patterns
        )

    @property
    def _ways(self) -> tuple[tuple[Move, ...], ...]:
        """The moves, and the moves back."""
        return (self.moves, tuple(move.reverse for move in self.moves)) if self.moves else ()


@lru_cache(maxsize=16)
def make_redaction(texts: tuple[str, ...], moves: tuple[Move, ...] = ()) -> Redaction:
    """Return what hides the paths that the patterns spell, at any depth and under both names.

    >>> hidden = make_redaction(("*.api_key", "auth"))
    >>> [hidden.hides(path) for path in (("wandb", "api_key"), ("api_key",), ("auth", "x"), ("x",))]
    [True, True, True, False]

    Raises:
        MigrationError: a text is no pattern.
    """
    # A pattern counts at any depth, so that a `*.` before it would only leave out the root.
    patterns = tuple(parse_pattern(text.removeprefix(_ANY_PARENT)) for text in texts)
    return Redaction(patterns, moves)


def hide(value: object) -> object:
    """Return what stands for a value; nothing stands for `MISSING`."""
    if value is MISSING or (isinstance(value, str) and REDACTED.fullmatch(value)):
        return value
    digest = digest_shortly(value) if _is_long(value) else ""
    return f"<redacted {digest} {type(value).__name__}>".replace("  ", " ")


def digest_shortly(value: object) -> str:
    """Return a few digits of the digest of a value, which tell it apart from others."""
    return sha256(canonical_bytes(value)).hexdigest()[:_DIGITS]


def _is_long(value: object) -> bool:
    """Tell whether a value is, or has, a text that is not found by trying a few."""
    if isinstance(value, str | bytes):
        return len(value) >= _SHORTEST
    inner = value.values() if isinstance(value, dict) else value
    return isinstance(inner, Iterable) and any(map(_is_long, inner))
