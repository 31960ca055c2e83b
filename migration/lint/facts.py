"""Holds the facts that layout rules judge. `survey.py` gathers them, before any rule runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from migration.errors import Fault
from migration.paths import RealPath
from migration.project.settings import Settings
from migration.resolve.resolved import Layer, Resolved
from migration.values.diff import MISSING, value_at
from migration.values.keypath import KeyPath
from migration.values.merge import Config
from migration.yaml.load import load_marks
from migration.yaml.marks import MarkTree, Origin, origin_of


@dataclass(frozen=True, slots=True)
class Source:
    """A config that can be read: its own content, and what it resolves to. Read only."""

    layer: Layer
    resolved: Resolved
    marks: MarkTree
    """The marks of what it resolves to."""

    @property
    def path(self) -> str:
        """The real path of the file."""
        return self.layer.path

    @property
    def value(self) -> Config:
        """What the file resolves to."""
        return self.resolved.value


@dataclass(frozen=True, slots=True)
class Preset(Source):
    """A preset, with the merge of its bases, and the path at which it was found."""

    inherited: Config
    inherited_marks: MarkTree
    name: str
    """The path as found; not the real path if a link led to the file."""


@dataclass(frozen=True, kw_only=True)  # without slots, for the cached properties
class Facts:
    """The facts about one tree. Mappings are by real path; what cannot be read is a fault."""

    settings: Settings
    base: str | None
    """The real path of the base, None if no base is set."""
    base_source: Source | None
    presets: Mapping[str, Preset]
    fusions: Mapping[str, Source]
    """The fusion configs that presets name."""
    files: Mapping[str, str]
    """Every YAML file and every legacy file of the tree: its path as listed, and its real path."""
    texts: Mapping[str, str]
    """The text of each YAML file among them, and of each file that a preset is built from."""
    files_by_preset: Mapping[RealPath, frozenset[RealPath]]
    """The files that each preset is built from, including those of its fusion config.

    For a preset that cannot be read: the files that could be found.
    """
    legacy: frozenset[str]
    """The legacy files: both the paths as listed and the real paths."""
    unreadable: tuple[Fault, ...]
    ill_named: tuple[Fault, ...]
    """Where a preset names a fusion config by an invalid path, or one that does not exist."""
    unresolvable: tuple[Fault, ...]
    """Why a fusion config that a preset names cannot be resolved."""
    is_done: bool
    """Whether the last phase is closed."""
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The files that some preset has as a value, by real path, and the presets that name each."""

    def parents(self, preset: Preset) -> tuple[Preset, ...]:
        """Return the presets that a preset extends, without the base."""
        known = self.presets.keys() - {self.base}
        return tuple(self.presets[base] for base in preset.layer.bases if base in known)

    @cached_property
    def base_files(self) -> frozenset[str]:
        """The base, and the files that it extends."""
        beneath = self.base_source.resolved.chain if self.base_source else ()
        return frozenset(({self.base} if self.base else set()).union(beneath))

    @cached_property
    def reached(self) -> frozenset[str]:
        """The base, and all files that it or a preset is built from."""
        return self.base_files.union(*self.files_by_preset.values())

    @cached_property
    def used_texts(self) -> Mapping[str, str]:
        """The texts, except those of legacy files that nothing needs any more."""
        waiting = self.legacy - self.reached
        return {path: text for path, text in self.texts.items() if path not in waiting}

    def extends_origin(self, path: str, position: int | None = None) -> Origin:
        """Return the place of a file's `extends`, of one entry in it, or else of its first key."""
        marks = load_marks(self.texts[path], path, self.settings.yaml)
        origin = origin_of(marks.get(self.settings.inheritance_key, marks))
        if position is not None and origin.items:
            return origin_of(origin.items[position])
        return origin


def is_set(config: Config, path: KeyPath) -> bool:
    """Tell whether there is a value other than null at the path."""
    value = value_at(config, path)
    return value is not MISSING and value is not None
