"""Finds the frozen presets whose files are gone, and where they may have moved."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache, cached_property, partial

from migration.errors import MigrationError, find_nearest_few
from migration.files.digest import digest
from migration.gate.map_commands import MapCommand, plan_map_commands
from migration.parity.likeness import choose_siblings
from migration.parity.moves import Candidate, Moves, find_moves, measure_distance, pair_best
from migration.project.expected import find_expected_digest, read_expected
from migration.project.state import State, frozen_state
from migration.resolve.resolved import Resolved
from migration.values.canonical import canonical_bytes
from migration.values.diff import diff
from migration.values.merge import Config
from migration.values.moves import Move, move_keys

_MOST_NAMED = 5


class GonePresets:
    """Compares the frozen presets that are gone with the presets that were not frozen."""

    def __init__(self, state: State) -> None:
        """Take the presets of a project; if the state has only a few, the others are read too."""
        self._given = state

    @cached_property
    def state(self) -> State:
        """The state of all presets, unless another one of them has a fault."""
        if not self._given.is_whole:
            with suppress(MigrationError):
                return frozen_state(self._given.project)
        return self._given

    @cached_property
    def live(self) -> Mapping[str, str]:
        """Each frozen preset that was not dropped -> the path that it has now."""
        return self.state.ledger.map_live()

    @cached_property
    def gone(self) -> Mapping[str, str]:
        """Each frozen preset whose file is not in the tree -> the path that it had."""
        tree = self.state.project.tree
        return {preset: path for preset, path in self.live.items() if not tree.is_file(path)}

    @property
    def moves(self) -> Mapping[str, str]:
        """Each preset that is gone -> the file to which it seems to have moved, if that is sure."""
        return self._search.found

    @property
    def doubtful(self) -> Mapping[str, tuple[str, ...]]:
        """Each preset that is gone -> the files, one of which it may have become."""
        return self._search.doubtful

    @cached_property
    def origins(self) -> Mapping[str, str]:
        """Each new file -> the preset that seems to have moved there."""
        return {path: preset for preset, path in self.moves.items()}

    @cached_property
    def commands(self) -> tuple[MapCommand, ...]:
        """The commands that record `moves`: one for a folder that moved, else one a preset."""
        return plan_map_commands(self.state.project, self.state.ledger.entries, self.moves)

    @cached_property
    def command_of(self) -> Mapping[str, MapCommand]:
        """The command that records the move of each preset."""
        return {preset: command for command in self.commands for preset in command.presets}

    @cached_property
    def unexplained(self) -> Collection[str]:
        """The presets that are gone without a sure new place."""
        return self.gone.keys() - self.moves.keys()

    @property
    def key_moves(self) -> Sequence[Move]:
        """The new names of keys."""
        return self.state.project.settings.moved

    def read_expected(self, preset: str) -> Config:
        """Return what is expected of a preset, under the new names of keys."""
        expected = read_expected(self.state.project, self.state.baselines, preset)
        return move_keys(expected.config, self.key_moves)

    def choose_siblings(self, path: str) -> Collection[str]:
        """Return the frozen presets that a new one may be like, the nearest name first."""
        return choose_siblings(path, self.live, self._list_bases)

    @cached_property
    def _list_bases(self) -> Callable[[str], Collection[str]]:
        """What lists the bases of a file, each file's once; that of one that is gone has none."""
        lost = {*self.gone.values()}
        return cache(lambda path: () if path in lost else self.state.project.list_bases(path))

    @cached_property
    def _search(self) -> Moves:
        """Where the presets that are gone went.

        A file that cannot be read is known by its name: the same, or else a similar one. The same
        name alone does not make a file that can be read the preset.
        """
        if not self.gone:
            return Moves({}, {})
        gone = {name: self._describe_gone(name, path) for name, path in self.gone.items()}
        new = [self._describe_new(path, resolved) for path, resolved in self._read.items()]
        unread = self._unfrozen - self._read.keys()
        moves = find_moves(
            gone,
            new,
            unread=unread,
            known=self._list_known_digests() if new else (),
            measure_to_others=self._measure_to_others,
        )
        found, doubtful = {**moves.found}, {**moves.doubtful}
        for list_alike in (_list_namesakes, _list_similar):
            free = unread - {*found.values()}
            left = self.gone.keys() - found.keys() - doubtful.keys()
            named = {name: list_alike(self.gone[name], free) for name in left}
            found |= pair_best({(name, path): 1 for name in named for path in named[name]})
        free = self._unfrozen - {*found.values()}
        for name in self.gone.keys() - found.keys() - doubtful.keys():
            path = self.gone[name]
            if alike := _list_namesakes(path, free) or _list_similar(path, free & unread):
                doubtful[name] = tuple(alike)
        return Moves(found, doubtful)

    @cached_property
    def _unfrozen(self) -> frozenset[str]:
        if self._given.is_whole:
            return frozenset(self.state.inventory.list_unfrozen())
        # A command about a few presets does without the others, and without the globs.
        with suppress(MigrationError):
            return frozenset(self.state.inventory.list_unfrozen() if self.state.is_whole else ())
        return frozenset()

    @cached_property
    def _read(self) -> Mapping[str, Resolved]:
        """The resolved config of each preset that was not frozen, if it can be read."""
        read = {}
        for path in sorted(self._unfrozen):
            with suppress(MigrationError):
                read[path] = self.state.project.configs.resolve(path)
        return read

    def _list_known_digests(self) -> Collection[str]:
        """Return the digests of what is expected of the presets that are there."""
        if self.key_moves:
            return ()
        project, baselines = self.state.project, self.state.baselines
        present = self.live.keys() - self.gone.keys()
        return {find_expected_digest(project, baselines, preset) for preset in present}

    def _measure_to_others(self, new: Candidate) -> int | None:
        """Return the distance between a new preset and the nearest one that is there."""
        names = [each for each in self.choose_siblings(new.path) if each not in self.gone]
        distances = (measure_distance(diff(self.read_expected(e), new.read())) for e in names)
        return min(distances, default=None)

    def _describe_gone(self, preset: str, target: str) -> Candidate:
        read = partial(self.read_expected, preset)
        if self.key_moves:
            return Candidate(target, digest(canonical_bytes(read())), read)
        where = self.state.project, self.state.baselines, preset
        return Candidate(target, find_expected_digest(*where), read)

    def _describe_new(self, path: str, resolved: Resolved) -> Candidate:
        value = move_keys(resolved.value, self.key_moves)
        return Candidate(path, digest(canonical_bytes(value, resolved.non_native)), lambda: value)


def _list_namesakes(target: str, free: Iterable[str]) -> list[str]:
    """Return the files with the same name, sorted."""
    name = posixpath.basename(target)
    return sorted(path for path in free if posixpath.basename(path) == name)


def _list_similar(target: str, free: Iterable[str]) -> list[str]:
    """Return the files with a similar path, the most similar first."""
    return find_nearest_few(target, sorted(free), _MOST_NAMED)
