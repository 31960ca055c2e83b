"""The history of a key path: what each file of a chain says there, and what becomes of it.

How layers merge is `by_name`'s part, how a history reads `render`'s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, cast

from migration.resolve.loader import ConfigLoader
from migration.resolve.resolved import Layer
from migration.values.canonical import are_equal, compact_text
from migration.values.diff import MISSING, value_at
from migration.values.keypath import Index, KeyPath
from migration.values.merge import Config
from migration.values.redaction import Redaction
from migration.yaml.marks import Origin, nearest_origin

Effect: TypeAlias = Literal["sets", "replaces", "repeats", "removes", "adds to", "undone"]


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """What one file says of a key path, and the value at that path before and after.

    `path` is where the file says it: at the key path, or above it where the file's value replaces
    the mapping or the list that held the key. The effect is `undone` if a base says something and
    takes it back before it is merged with others. A file that is merged twice counts where it is
    merged last.
    """

    origin: Origin
    path: KeyPath
    value: object
    before: object
    after: object
    effect: Effect
    wins: bool = False
    written: str | None = None
    """How the file writes the value, where it is a number and somebody asked."""

    def redact(self, redaction: Redaction, key_path: KeyPath) -> HistoryStep:
        """Return the step in the history of a key path without a value that may not be shown."""
        value = redaction.redact(self.value, self.path)
        before, after = (redaction.redact(each, key_path) for each in (self.before, self.after))
        written = self.written if value is self.value else None
        return replace(self, value=value, before=before, after=after, written=written)

    @property
    def dropped(self) -> int | None:
        """How many entries of the list before are not in the list after; None without two lists."""
        if not isinstance(self.before, list) or not isinstance(self.after, list):
            return None
        return len(missing_entries(self.before, self.after))


def trace_history(loader: ConfigLoader, path: str, key_path: KeyPath) -> tuple[HistoryStep, ...]:
    """Return what the files of a chain say of the key path, lowest precedence first.

    `after` of the last step that is not undone is the resolved value, and that step wins unless it
    takes the value away. There are no steps if no file says anything there.

    Raises:
        MigrationError: as `ConfigLoader.resolve`.
    """
    _, contributions = _Tracer(loader, loader.merged_path(path, key_path)).trace(path)
    steps = [*_steps(contributions, key_path)]
    last = next((n for n in range(len(steps))[::-1] if steps[n].effect != "undone"), None)
    if last is not None and steps[last].after is not MISSING:
        steps[last] = replace(steps[last], wins=True)
    return tuple(steps)


def missing_entries(entries: Sequence[object], others: Sequence[object]) -> list[str]:
    """Return the entries that the other list lacks, as canonical texts."""
    counts = Counter(map(compact_text, entries)) - Counter(map(compact_text, others))
    return list(counts.elements())


class _Probe:
    """A key that no file has: it is gone after a merge exactly if its mapping was replaced."""


_PROBE: Final = _Probe()


@dataclass(frozen=True, slots=True)
class _Contribution:
    """What a file contributes to the value at a path, alone or merged over what came before."""

    origin: Origin
    depth: int
    """How many keys of the path the file has."""
    value: object
    replaces: bool
    """Whether it leaves nothing of what was there before."""
    total: Config
    """All that is merged, with this file last."""
    after: object
    """The value at the path then."""
    is_undone: bool = False


class _Tracer:
    """Walks the files of a chain in the order in which they merge, each base by itself.

    Merging is not associative: a base that replaces a mapping, and then has a mapping again, takes
    away nothing of other bases. So a base is traced alone, then over what was merged before it.
    """

    def __init__(self, loader: ConfigLoader, path: KeyPath) -> None:
        self._loader = loader
        self._path = path
        indices = [n for n, key in enumerate(path) if isinstance(key, Index)]
        self._mappings = path[: min(indices, default=len(path))]
        self._traced: dict[str, tuple[Config, list[_Contribution]]] = {}

    def trace(self, file: str) -> tuple[Config, list[_Contribution]]:
        """Return what the file resolves to, shaped, and what each file contributes to that."""
        if file not in self._traced:
            self._traced[file] = self._trace(file)
        return self._traced[file]

    def _trace(self, file: str) -> tuple[Config, list[_Contribution]]:
        layer = self._loader.layer(file)
        parts = [self.trace(base) for base in layer.bases]
        parts.append((layer.body, [*self._own(layer)]))
        merged: Config = {}
        contributions: list[_Contribution] = []
        for result, own in parts:
            undone = self._undone(merged, result, own)
            for position, one in enumerate(own):
                total = self._loader.merging.merge(merged, one.total)
                is_undone = one.is_undone or position < undone
                after = self._value(total)
                contributions.append(replace(one, total=total, after=after, is_undone=is_undone))
            merged = self._loader.merging.merge(merged, result)
        return merged, _last_of_each(contributions)

    def _own(self, layer: Layer) -> Iterator[_Contribution]:
        depth, value = _follow(layer.body, self._path)
        replaces = self._replaces(layer.body)
        # A mapping is added to another; in the place of a list it takes the list's entries away.
        is_mapping = isinstance(value, dict) and depth >= len(self._mappings)
        if replaces or is_mapping:
            after = self._value(layer.body)
            own = after if depth == len(self._path) else value
            origin = nearest_origin(layer.marks, self._path[:depth])
            yield _Contribution(origin, depth, own, replaces, layer.body, after)

    def _undone(self, merged: Config, result: Config, own: Sequence[_Contribution]) -> int:
        """Return how many leading contributions of a base leave alone what was merged before it."""
        if value_at(merged, self._path) is MISSING:
            return 0
        undone = 0
        lets_through = not self._replaces(result)
        for position in range(len(own))[::-1]:
            one = own[position]
            if one.is_undone:
                continue
            if one.replaces and lets_through:
                undone = position + 1
                break
            lets_through = lets_through or not self._replaces(one.total)
        return undone

    def _replaces(self, layer: Mapping[Hashable, object]) -> bool:
        """Tell whether merging the layer leaves nothing of what was at the path."""
        probed: object = {_PROBE: None}
        for key in reversed(self._mappings):
            probed = {key: probed}
        merged = self._loader.merging.merge(cast("Config", probed), layer)
        return value_at(merged, (*self._mappings, cast("Hashable", _PROBE))) is MISSING

    def _value(self, layer: Config) -> object:
        found = value_at(layer, self._path)
        if len(self._path) == 1 and found is not MISSING:
            return self._loader.merging.unshape({self._path[0]: found})[self._path[0]]
        return found


def _last_of_each(contributions: Sequence[_Contribution]) -> list[_Contribution]:
    """Return the last contribution of each file, and its last one that is undone.

    Many ways lead through a lattice of files: all contributions would be too many to keep.
    """
    last = {(one.origin.path, one.is_undone): one for one in contributions}
    return [one for one in contributions if last[one.origin.path, one.is_undone] is one]


def _follow(value: object, path: KeyPath) -> tuple[int, object]:
    """Return how far a value follows the path, and what is there."""
    for depth, key in enumerate(path):
        found = value_at(value, (key,))
        if found is MISSING:
            return depth, value
        value = found
    return len(path), value


def _steps(contributions: Sequence[_Contribution], key_path: KeyPath) -> Iterator[HistoryStep]:
    before: object = MISSING
    for one in contributions:
        is_there = one.depth == len(key_path)
        if one.is_undone:
            if is_there:
                yield HistoryStep(one.origin, key_path, one.value, before, before, "undone")
        elif effect := _effect(before, one):
            path = key_path[: one.depth]
            yield HistoryStep(one.origin, path, one.value, before, one.after, effect)
            before = one.after


def _effect(before: object, one: _Contribution) -> Effect | None:
    if one.after is MISSING:
        return None if before is MISSING else "removes"
    if before is MISSING:
        return "sets"
    if are_equal(before, one.after):
        return "repeats"
    return "replaces" if one.replaces or not isinstance(before, dict | list) else "adds to"
