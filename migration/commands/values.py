"""`values`: shows the values of some keys in many presets side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from migration.errors import Fault, MigrationError, ask_if_one_meant, find_nearest_few
from migration.parity.run import TracedConfig
from migration.project.matching import no_presets_fault
from migration.project.project import Project
from migration.project.run import trace_from_root
from migration.project.selection import select_presets
from migration.resolve.origins import file_of
from migration.resolve.setter import find_setting_file
from migration.text import quote_name
from migration.values.canonical import compact_text
from migration.values.describe import is_number
from migration.values.diff import MISSING, list_leaves, value_at
from migration.values.keypath import KeyPath, format_path
from migration.values.path_pattern import PathPattern, parse_pattern

_MOST_MEANT = 3
_LISTER = "the setting `presets` says which files are presets"


@dataclass(frozen=True, slots=True)
class SameValue:
    """A value, and every preset that has it at a key; `MISSING` where they lack the key."""

    value: object
    presets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyValues:
    """The values of one key in all presets, those of most presets first."""

    path: str
    key_path: KeyPath
    values: tuple[SameValue, ...]

    @property
    def is_same(self) -> bool:
        """Whether all presets have the same value."""
        return len(self.values) == 1


@dataclass(frozen=True, slots=True)
class ValuesReport:
    """The values of keys in presets, and why other presets could not be read."""

    project: Project
    keys: tuple[KeyValues, ...]
    presets: tuple[str, ...]
    is_whole: bool
    """Whether these are all presets of the project."""
    unread: int = 0
    """How many of the presets could not be read, and are not among these."""
    unreadable: tuple[Fault, ...] = ()

    def find_file(self, preset: str, key_path: KeyPath) -> str | None:
        """Return the file that sets the value of a preset at a key."""
        configs = self.project.configs
        file = find_setting_file(configs, preset, configs.merged_path(preset, key_path))
        place = None if file else self.find_place(preset, key_path)
        return file_of(place) if place else file

    def find_place(self, preset: str, key_path: KeyPath) -> str | None:
        """Return the `file:line` that sets the value of a preset at a key."""
        return self._trace(preset).find_shown_place(key_path)

    def find_written(self, preset: str, key_path: KeyPath, value: object) -> str | None:
        """Return how a file writes the number that a preset has at a key, if that is known."""
        config = self._trace(preset)
        place = config.find_place(key_path) if is_number(value) else None
        spelling = config.find_spelling(place, key_path, value) if place else None
        return spelling.text if spelling else None

    def _trace(self, preset: str) -> TracedConfig:
        configs = self.project.configs
        return trace_from_root(self.project, configs, configs.resolve(preset))


def collect_values(
    project: Project, patterns: Sequence[str], wanted: Iterable[str] = ()
) -> ValuesReport:
    """Return the values of the keys that patterns match, in every preset or the wanted ones.

    A mapping counts as the keys beneath it, unless another preset has a value in its place.

    Raises:
        MigrationError: a pattern cannot be read, or matches no key of any preset; no presets are
            set, or a wanted preset does not exist; or no preset can be read.
    """
    if not project.settings.presets:
        raise MigrationError(no_presets_fault(project))
    matrix = _Matrix([parse_pattern(text) for text in patterns], project)
    wanted = [*wanted]
    names = {preset: preset for preset in project.list_presets()}
    presets = select_presets(project.tree, wanted, names, _LISTER) or tuple(sorted(names))
    faults: dict[str, tuple[Fault, ...]] = {}
    for preset in project.access.follow(presets, "reading"):
        try:
            matrix.add(preset, project.configs.resolve(preset).value)
        except MigrationError as error:
            faults[preset] = error.faults
    read = tuple(preset for preset in presets if preset not in faults)
    unreadable = {fault: None for each in faults.values() for fault in each}
    if unreadable and not read:
        raise MigrationError(*unreadable)
    keys = tuple(matrix.list_keys(read))
    return ValuesReport(project, keys, read, not wanted, len(faults), tuple(unreadable))


@dataclass(slots=True)
class _Key:
    """A key that some presets have; values and presets are by the text of the value."""

    path: KeyPath
    values: dict[str, object] = field(default_factory=dict)
    presets: dict[str, list[str]] = field(default_factory=dict)

    def add(self, preset: str, value: object, shown: object) -> None:
        """Add the value of a preset, once however often it is given; reports show `shown`."""
        text = compact_text(value)
        self.values.setdefault(text, shown)
        having = self.presets.setdefault(text, [])
        if preset not in having[-1:]:
            having.append(preset)

    def list_lacking(self, presets: Sequence[str]) -> list[str]:
        """Return those of the presets that have no value added."""
        having = {preset for each in self.presets.values() for preset in each}
        return [preset for preset in presets if preset not in having]

    def list_values(self, presets: Sequence[str]) -> KeyValues:
        """Return the values of the key; it is `MISSING` in those presets that lack it."""
        same = [SameValue(self.values[text], tuple(each)) for text, each in self.presets.items()]
        if lacking := self.list_lacking(presets):
            same.append(SameValue(MISSING, tuple(lacking)))
        return KeyValues(format_path(self.path), self.path, tuple(sorted(same, key=_rank)))


@dataclass
class _Matrix:
    """The values that patterns match in one preset after another."""

    patterns: Sequence[PathPattern]
    project: Project
    _keys: dict[str, _Key] = field(default_factory=dict)
    """Each key that a pattern matches, by the text of its path."""
    _matched: set[str] = field(default_factory=set)
    _known: dict[str, None] = field(default_factory=dict)
    """Every key of the presets, in case a pattern matches none."""

    def add(self, preset: str, value: object) -> None:
        """Add the values of a preset."""
        for pattern in self.patterns:
            for path in pattern.find(value):
                self._matched.add(pattern.text)
                for leaf, item in list_leaves(value_at(value, path), path):
                    self._add_value(preset, leaf, item)
        if len(self._matched) < len(self.patterns):
            self._known |= dict.fromkeys(format_path(path) for path, _ in list_leaves(value))

    def _add_value(self, preset: str, path: KeyPath, value: object) -> None:
        key = self._keys.setdefault(format_path(path), _Key(path))
        key.add(preset, value, self.project.redaction.redact(value, path))

    def _add_mappings(self, key: _Key, presets: Sequence[str]) -> None:
        """Add the mappings that presets have where others have a value of the key."""
        resolve = self.project.configs.resolve
        for preset in key.list_lacking(presets):
            if (value := value_at(resolve(preset).value, key.path)) is not MISSING:
                self._add_value(preset, key.path, value)

    def list_keys(self, presets: Sequence[str]) -> Iterator[KeyValues]:
        """Yield each key with its values.

        Raises:
            MigrationError: a pattern matches no key.
        """
        faults = [self._unmatched(each) for each in self.patterns if each.text not in self._matched]
        if faults and presets:
            raise MigrationError(*faults)
        paths = [key.path for key in self._keys.values()]
        mappings = {path[:end] for path in paths for end in range(1, len(path))}
        for key in self._keys.values():
            if key.path in mappings:
                self._add_mappings(key, presets)
            yield key.list_values(presets)

    def _unmatched(self, pattern: PathPattern) -> Fault:
        meant = find_nearest_few(pattern.text, self._known, _MOST_MEANT)
        hint = ask_if_one_meant(meant) if meant else None
        return Fault(f"no preset has a key {quote_name(pattern.text)}", hint=hint)


def _rank(same: SameValue) -> tuple[int, str]:
    return -len(same.presets), same.presets[0]
