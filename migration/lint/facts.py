"""What a layout rule may look at, gathered beforehand. What a rule makes of it is its own part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
    """A config that can be read: what it says itself, and what it resolves to. Read only."""

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
    """A preset, with what its bases make together, and the path at which it was found."""

    inherited: Config
    inherited_marks: MarkTree
    name: str
    """Not the real path where a link led to the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One tree. Mappings are by real path; what cannot be read is a fault instead."""

    settings: Settings
    base: str | None
    """The real path of the base, None if no base is set."""
    base_source: Source | None
    presets: Mapping[str, Preset]
    fusions: Mapping[str, Source]
    """The fusion configs that presets name."""
    files: Mapping[str, str]
    """Every YAML file of the tree and every legacy file, as listed, and its real path."""
    texts: Mapping[str, str]
    """The text of each YAML file among them, or that a preset is built from."""
    reach: Mapping[RealPath, frozenset[RealPath]]
    """The files that each preset is built from, those of its fusion config too.

    For a preset that cannot be read they are those that could be found.
    """
    legacy: frozenset[str]
    """The legacy files, each as listed and by its real path."""
    unreadable: tuple[Fault, ...]
    ill_named: tuple[Fault, ...]
    """Where a preset names a fusion config that it cannot have."""
    unresolvable: tuple[Fault, ...]
    """Why a fusion config that a preset names cannot be resolved."""
    is_done: bool
    """Whether the last phase is closed."""
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The files that are the value of a setting, by real path, and the presets that name each."""

    def parents(self, preset: Preset) -> tuple[Preset, ...]:
        """Return the presets that a preset extends; the base counts as none."""
        known = self.presets.keys() - {self.base}
        return tuple(self.presets[base] for base in preset.layer.bases if base in known)

    @property
    def base_files(self) -> frozenset[str]:
        """The base, and what it extends."""
        beneath = self.base_source.resolved.chain if self.base_source else ()
        return frozenset(({self.base} if self.base else set()).union(beneath))

    @property
    def reached(self) -> frozenset[str]:
        """The base, and every file that it or a preset is built from."""
        return self.base_files.union(*self.reach.values())

    def extends_origin(self, path: str, position: int | None = None) -> Origin:
        """Return where a file's `extends` stands, or one entry of it, or else its first key."""
        marks = load_marks(self.texts[path], path, self.settings.yaml)
        origin = origin_of(marks.get(self.settings.inheritance_key, marks))
        if position is not None and origin.items:
            return origin_of(origin.items[position])
        return origin


def is_set(config: Config, path: KeyPath) -> bool:
    """Tell whether there is a value at the path, and not null."""
    value = value_at(config, path)
    return value is not MISSING and value is not None
