"""Finds where a preset without a baseline may come from, and the frozen preset most like it."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from migration.errors import MigrationError, find_nearest
from migration.files.digest import digest
from migration.parity.likeness import (
    choose_siblings,
    find_nearest_sibling,
)
from migration.parity.moves import Candidate, find_moves
from migration.project.expected import find_expected_digest, read_expected
from migration.project.state import State
from migration.resolve.resolved import Resolved
from migration.text import make_visible, quote_path
from migration.values.canonical import canonical_bytes
from migration.values.diff import Difference
from migration.values.merge import Config
from migration.values.moves import Move, move_keys


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A preset without a baseline: what to do about it, and the frozen preset that it is most like.

    `differences` are those between the baseline of the `sibling` and the preset.
    """

    advice: str
    sibling: str | None = None
    differences: tuple[Difference, ...] = ()


class Newcomers:
    """Compares the presets of a tree that were not frozen with those that were."""

    def __init__(self, state: State) -> None:
        """Take the presets of a state that have no baseline; none if only a few were read."""
        self._state = state

    @cached_property
    def _unfrozen(self) -> Collection[str]:
        return self._state.inventory.list_unfrozen() if self._state.is_whole else ()

    @cached_property
    def _live(self) -> Mapping[str, str]:
        """Each frozen preset that was not dropped -> the path that it has now."""
        entries = self._state.ledger.entries
        return {p: each.target for p, each in entries.items() if each.status != "dropped"}

    @cached_property
    def gone(self) -> Mapping[str, str]:
        """Each frozen preset whose file is not in the tree -> the path that it had."""
        tree = self._state.project.tree
        return {preset: path for preset, path in self._live.items() if not tree.is_file(path)}

    @cached_property
    def moves(self) -> Mapping[str, str]:
        """Each preset that is gone -> the file to which it seems to have moved, if there is one.

        That is the file with the frozen values, else one with few differences, else one with the
        same name, else one with a similar name that cannot be read.
        """
        gone = {name: self._describe_gone(name, path) for name, path in self.gone.items()}
        new = (self._describe_new(path, resolved) for path, resolved in self._read.items())
        found = dict(find_moves(gone, new).found)
        free = dict.fromkeys(path for path in self._unfrozen if path not in found.values())
        for preset, target in self.gone.items():
            if preset not in found and (path := self._find_namesake(target, free)):
                found[preset] = path
                del free[path]
        return found

    def _describe_gone(self, preset: str, target: str) -> Candidate:
        read = partial(self._read_expected, preset)
        if self._moves:
            return Candidate(target, digest(canonical_bytes(read())), read)
        where = self._state.project, self._state.baselines, preset
        return Candidate(target, find_expected_digest(*where), read)

    def _describe_new(self, path: str, resolved: Resolved) -> Candidate:
        value = move_keys(resolved.value, self._moves)
        return Candidate(path, digest(canonical_bytes(value, resolved.non_native)), lambda: value)

    def _read_expected(self, preset: str) -> Config:
        """Return what is expected of a preset, under the new names of keys."""
        expected = read_expected(self._state.project, self._state.baselines, preset)
        return move_keys(expected.config, self._moves)

    @property
    def _moves(self) -> Sequence[Move]:
        return self._state.project.settings.moved

    @cached_property
    def _origins(self) -> Mapping[str, str]:
        return {path: preset for preset, path in self.moves.items()}

    def advise_missing(self, preset: str) -> str:
        """Return what to do about a frozen preset that is gone."""
        if path := self.moves.get(preset):
            return f"did it go to {make_visible(path)}? `{_map_command(preset, path)}`"
        command = _map_command(preset, "PATH")
        return f"`{command}` records where it went, `map --drop` that it is dropped"

    def look_at(self, preset: str, legacy_used: Sequence[str]) -> Newcomer:
        """Return what is known about a preset that can be read; it needs these legacy files."""
        resolved = self._state.project.configs.resolve(preset)
        if legacy := self._origins.get(preset):
            command = _map_command(legacy, preset)
            advice = f"not frozen: did {make_visible(legacy)} move here? `{command}`"
            return self._compare_with_siblings(resolved, (legacy,), advice)
        advice = "not frozen: `snapshot` freezes it as it is now"
        if self.gone:
            first = min(self.gone)
            command = _map_command(first, "PATH")
            advice = f"not frozen: first record where {make_visible(first)} went: `{command}`"
        if legacy_used:
            advice = f"built from {make_visible(legacy_used[0])}, but {advice}"
        return self._compare_with_siblings(resolved, self._find_siblings(preset), advice)

    def _compare_with_siblings(
        self, resolved: Resolved, siblings: Collection[str], advice: str
    ) -> Newcomer:
        values = {each: self._read_expected(each) for each in siblings}
        found = find_nearest_sibling(move_keys(resolved.value, self._moves), values)
        if found is None:
            return Newcomer(advice)
        redact = self._state.project.redaction.redact_difference
        return Newcomer(advice, found[0], tuple(map(redact, found[1])))

    def _find_siblings(self, preset: str) -> Collection[str]:
        return choose_siblings(preset, self._live, self._state.project.list_bases)

    @cached_property
    def _read(self) -> Mapping[str, Resolved]:
        """The resolved config of each preset that was not frozen, if it can be read."""
        read = {}
        for path in self._unfrozen:
            try:
                read[path] = self._state.project.configs.resolve(path)
            except MigrationError:
                continue
        return read

    def _find_namesake(self, target: str, free: Collection[str]) -> str | None:
        """Return a file with the same name, else one with a similar name that cannot be read."""
        name = posixpath.basename(target)
        same = next((path for path in free if posixpath.basename(path) == name), None)
        return same or find_nearest(target, [path for path in free if path not in self._read])


def _map_command(old: str, new: str) -> str:
    return f"map --old {quote_path(old)} --new {quote_path(new)}"
