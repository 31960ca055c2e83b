"""What each file of a chain says of one key path, and what becomes of it: the path's history.

The merge rule is `merging`'s; how a history reads is `render`'s part.
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
from migration.yaml.marks import Marks, Origin, origin_of

Effect: TypeAlias = Literal["sets", "replaces", "repeats", "removes", "adds to", "undone"]


@dataclass(frozen=True, slots=True)
class Step:
    """What one file says of a key path, and the value at that path before and after.

    `path` is where the file says it: at the key path, or above it where a value takes away the
    mapping or the list that held it. `undone` is what a base says and takes back before it is
    merged with others. A file that is merged twice counts where it is merged last.
    """

    origin: Origin
    path: KeyPath
    value: object
    before: object
    after: object
    effect: Effect
    wins: bool = False

    @property
    def dropped(self) -> int | None:
        """How many entries of the list before are not in the list after; None without two lists."""
        if not isinstance(self.before, list) or not isinstance(self.after, list):
            return None
        return len(missing_entries(self.before, self.after))


def trace_history(loader: ConfigLoader, path: str, key_path: KeyPath) -> tuple[Step, ...]:
    """Return what the files of a chain say of the key path, lowest precedence first.

    `after` of the last step that is not undone is the resolved value, and that step wins unless it
    takes the value away; the list is empty if no file has ever said anything there.

    Raises:
        MigrationError: as `ConfigLoader.resolve`.
    """
    _, told = _Tracer(loader, loader.merged_path(path, key_path)).trace(path)
    steps = [*_steps(told, key_path)]
    last = next((n for n in range(len(steps))[::-1] if steps[n].effect != "undone"), None)
    if last is not None and steps[last].after is not MISSING:
        steps[last] = replace(steps[last], wins=True)
    return tuple(steps)


def missing_entries(entries: Sequence[object], others: Sequence[object]) -> list[str]:
    """Return the entries that the other list does not have, as canonical texts."""
    counts = Counter(map(compact_text, entries)) - Counter(map(compact_text, others))
    return list(counts.elements())


class _Probe:
    """A key that no file has: it is gone after a merge exactly if its mapping was replaced."""


_PROBE: Final = _Probe()


@dataclass(frozen=True, slots=True)
class _Statement:
    """What a file says, and the value of the whole, and at the path, once it is merged."""

    origin: Origin
    depth: int
    value: object
    replaces: bool
    """Whether nothing of what was there before is left by it."""
    total: Config
    after: object
    is_undone: bool = False


class _Tracer:
    """Walks the files of a chain in the order of `ConfigLoader.resolve`, each base by itself.

    Merging is not associative: a base that replaces a mapping and then has one again leaves to
    others what they said there. So a base is traced alone, then seen over what was merged before.
    """

    def __init__(self, loader: ConfigLoader, path: KeyPath) -> None:
        self._loader = loader
        self._path = path
        indices = [n for n, key in enumerate(path) if isinstance(key, Index)]
        self._mappings = path[: min(indices, default=len(path))]
        self._traced: dict[str, tuple[Config, list[_Statement]]] = {}

    def trace(self, file: str) -> tuple[Config, list[_Statement]]:
        """Return what the file resolves to, in the form in which layers merge, and what is said."""
        if file not in self._traced:
            self._traced[file] = self._trace(file)
        return self._traced[file]

    def _trace(self, file: str) -> tuple[Config, list[_Statement]]:
        layer = self._loader.layer(file)
        parts = [self.trace(base) for base in layer.bases]
        parts.append((layer.body, [*self._own(layer)]))
        merged: Config = {}
        told: list[_Statement] = []
        for result, statements in parts:
            undone = self._undone(merged, result, statements)
            for position, said in enumerate(statements):
                total = self._loader.merge_layers(merged, said.total)
                told.append(
                    replace(
                        said,
                        total=total,
                        after=self._value(total),
                        is_undone=said.is_undone or position < undone,
                    )
                )
            merged = self._loader.merge_layers(merged, result)
        return merged, _last_of_each(told)

    def _own(self, layer: Layer) -> Iterator[_Statement]:
        depth, value, origin = _reached(layer, self._path)
        replaces = self._replaces(layer.body)
        # A mapping is added to another; in the place of a list it takes the list's entries away.
        is_mapping = isinstance(value, dict) and depth >= len(self._mappings)
        if replaces or is_mapping:
            after = self._value(layer.body)
            said = after if depth == len(self._path) else value
            yield _Statement(origin, depth, said, replaces, layer.body, after)

    def _undone(self, merged: Config, result: Config, statements: Sequence[_Statement]) -> int:
        """Return how many leading statements of a base do nothing to what was merged before it."""
        if value_at(merged, self._path) is MISSING:
            return 0
        undone = 0
        lets_through = not self._replaces(result)
        for position in range(len(statements))[::-1]:
            said = statements[position]
            if said.is_undone:
                continue
            if said.replaces and lets_through:
                undone = position + 1
                break
            lets_through = lets_through or not self._replaces(said.total)
        return undone

    def _replaces(self, layer: Mapping[Hashable, object]) -> bool:
        """Tell whether merging the layer leaves nothing of what was at the path."""
        probed: object = {_PROBE: None}
        for key in reversed(self._mappings):
            probed = {key: probed}
        merged = self._loader.merge_layers(cast("Config", probed), layer)
        return value_at(merged, (*self._mappings, cast("Hashable", _PROBE))) is MISSING

    def _value(self, layer: Config) -> object:
        found = value_at(layer, self._path)
        if len(self._path) == 1 and found is not MISSING:
            return self._loader.unshape({self._path[0]: found})[self._path[0]]
        return found


def _last_of_each(told: Sequence[_Statement]) -> list[_Statement]:
    """Return the last statement of each file, and the last one that is undone.

    On the way through a lattice of files there are more statements than anyone could count.
    """
    last = {(said.origin.path, said.is_undone): said for said in told}
    return [said for said in told if last[said.origin.path, said.is_undone] is said]


def _reached(layer: Layer, path: KeyPath) -> tuple[int, object, Origin]:
    """Return how far the file's own values follow the path, and the last of them with its place."""
    value: object = layer.body
    mark: Marks = layer.marks
    for depth, key in enumerate(path):
        if isinstance(value, dict) and key in value:
            value, mark = value[key], cast("dict[Hashable, Marks]", mark)[key]
        elif isinstance(value, list) and isinstance(key, Index) and key.position < len(value):
            items = origin_of(mark).items
            value, mark = value[key.position], items[key.position] if items else mark
        else:
            return depth, value, origin_of(mark)
    return len(path), value, origin_of(mark)


def _steps(told: Sequence[_Statement], key_path: KeyPath) -> Iterator[Step]:
    before: object = MISSING
    for said in told:
        is_there = said.depth == len(key_path)
        if said.is_undone:
            if is_there:
                yield Step(said.origin, key_path, said.value, before, before, "undone")
        elif effect := _effect(before, said):
            path = key_path[: said.depth]
            yield Step(said.origin, path, said.value, before, said.after, effect)
            before = said.after


def _effect(before: object, said: _Statement) -> Effect | None:
    if said.after is MISSING:
        return None if before is MISSING else "removes"
    if before is MISSING:
        return "sets"
    if are_equal(before, said.after):
        return "repeats"
    return "replaces" if said.replaces or not isinstance(before, dict | list) else "adds to"
