"""The sides of a merge that the user has chosen for presets."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from migration.errors import Fault
from migration.files.lineage import OURS, THEIRS
from migration.paths import glob_matches
from migration.text import quote_name


@dataclass(frozen=True, slots=True)
class Choice:
    """The side that was chosen for a preset, and whether its path was given rather than a glob."""

    side: str
    is_exact: bool


class Choices:
    """The side that the user takes for each preset, given by path or glob."""

    def __init__(self, ours: Collection[str], theirs: Collection[str]) -> None:
        """Take the paths and globs of each side."""
        self._globs = {
            side: frozenset(posixpath.normpath(glob) for glob in globs)
            for side, globs in ((OURS, ours), (THEIRS, theirs))
        }

    def of(self, preset: str) -> Choice | None:
        """Return the side that was chosen for a preset: a path goes before a glob."""
        ours, theirs = self._both(preset)
        return theirs if theirs and (theirs.is_exact or not ours) else ours

    def faults(self, presets: Collection[str]) -> Iterator[Fault]:
        """Yield a fault for each glob that matches no preset, and each preset with both sides."""
        for globs in self._globs.values():
            for glob in sorted(globs):
                is_matched = any(glob_matches(glob, preset) for preset in presets)
                if glob not in presets and not is_matched:
                    yield Fault(f"no frozen preset {quote_name(glob)}")
        for preset in presets:
            ours, theirs = self._both(preset)
            if ours and theirs and ours.is_exact == theirs.is_exact:
                yield Fault("both --ours and --theirs are given for it", preset)

    def _both(self, preset: str) -> list[Choice | None]:
        return [self._of_side(preset, side) for side in self._globs]

    def _of_side(self, preset: str, side: str) -> Choice | None:
        globs = self._globs[side]
        if preset in globs:
            return Choice(side, is_exact=True)
        is_matched = any(glob_matches(glob, preset) for glob in globs)
        return Choice(side, is_exact=False) if is_matched else None
