"""Compares a project's own profile with a bundled one, and finds its paths that cover nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from migration.parity.profile import Profile, Rule
from migration.project.project import Project
from migration.store.baselines import Baselines
from migration.store.records import PRESETS
from migration.values.diff import MISSING, value_at
from migration.values.keypath import KeyPath, format_path
from migration.values.merge import Config
from migration.values.moves import Move, move_keys

BUNDLED_RULES = "parity"
"""The bundled profile that other profiles are compared with."""


@dataclass(frozen=True, slots=True)
class ProfileReport:
    """What a reader has to know about a profile that does not come with the toolkit."""

    name: str
    allows: tuple[str, ...]
    """The paths that the profile allows to differ and `parity` does not, each with its rule."""
    forbids: tuple[str, ...]
    """The paths that `parity` allows to differ and the profile does not."""
    unused: tuple[str, ...]
    """The profile's paths, with their rules, at which no frozen preset or baseline has a value."""


def describe_profile(
    project: Project, profile: Profile, unused: Iterable[tuple[Rule, KeyPath]] = ()
) -> ProfileReport | None:
    """Return the report on a profile, None if it is a bundled one."""
    if profile.is_bundled:
        return None
    bundled = project.profile(BUNDLED_RULES)
    return ProfileReport(
        profile.name,
        allows=tuple(f"{format_path(path)} ({rule.id})" for rule, path in profile.beyond(bundled)),
        forbids=tuple(format_path(path) for _, path in bundled.beyond(profile)),
        unused=tuple(_unused_text(rule, path) for rule, path in unused),
    )


def _unused_text(rule: Rule, path: KeyPath) -> str:
    text = f"{format_path(path)} ({rule.id})"
    return f"{text}, so that the rule always holds" if path == rule.off_on_both_sides else text


class MoveCoverage:
    """Looks for the old key of each move, in one config after another."""

    def __init__(self, moves: Collection[Move]) -> None:
        """Look for the old keys of these moves."""
        self._left = dict.fromkeys(moves)

    def look_at(self, value: object) -> None:
        """Look for old keys in a resolved config."""
        for move in [*self._left]:
            if value_at(value, move.old) is not MISSING:
                del self._left[move]

    def left(self, baselines: Baselines, presets: Iterable[str]) -> tuple[Move, ...]:
        """Return the moves whose old key is in no config so far, and in none of these baselines."""
        for preset in presets:
            if not self._left:
                break
            self.look_at(baselines.value(PRESETS, preset))
        return tuple(self._left)


class Coverage:
    """Looks for a value at each path of a profile, in one config after another."""

    def __init__(self, profile: Profile, moves: Collection[Move] = ()) -> None:
        """Look for every path of the profile's rules, and for their conditions."""
        self._left = dict.fromkeys(_list_paths(profile))
        self._moves = moves

    def look_at(self, value: Config) -> None:
        """Look for values in a resolved config, under the old names of keys and the new ones."""
        moved = move_keys(value, self._moves)
        for rule, path in [*self._left]:
            if any(value_at(each, path) is not MISSING for each in (value, moved)):
                del self._left[rule, path]

    def left(self, baselines: Baselines, presets: Iterable[str]) -> list[tuple[Rule, KeyPath]]:
        """Return the paths that are in no config so far, and in none of these baselines."""
        for preset in presets:
            if not self._left:
                break
            self.look_at(cast("Config", baselines.value(PRESETS, preset)))
        return [*self._left]


def _list_paths(profile: Profile) -> Iterator[tuple[Rule, KeyPath]]:
    for rule in profile.rules:
        for path in rule.paths:
            yield rule, path
        if rule.off_on_both_sides is not None:
            yield rule, rule.off_on_both_sides
