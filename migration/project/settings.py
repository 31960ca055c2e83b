"""Holds the settings of a project, and applies their globs to its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from migration.paths import glob_matches
from migration.resolve.dialect import INHERITANCE_KEY
from migration.values.keypath import KeyPath
from migration.values.moves import Move
from migration.yaml.rules import MergeKeys, YamlRules

TABLE = "config-migration"
PYPROJECT = "pyproject.toml"
"""The file that has the settings in the table `[tool.config-migration]`."""
OWN_FILE = "config-migration.toml"
"""The file that has the settings at its root."""
NewStanding: TypeAlias = Literal["error", "note"]
"""How the gate judges a preset without a baseline."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the toolkit knows about a project; paths and globs are relative to its root.

    The toolkit assumes no layout: a setting that is left out matches no file, and disables the
    checks that need it. `written` maps each setting in the settings file to its line.
    """

    presets: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    legacy: tuple[str, ...] = ()
    base: str | None = None
    snapshots: str = "snapshots"
    profile: str = "strict"
    fusion_key: KeyPath = ("custom", "fusion_config")
    phase_1: tuple[str, ...] = ()
    new: NewStanding | None = None
    allow_outside: bool = False
    inheritance_key: str = INHERITANCE_KEY
    not_inheritance: tuple[str, ...] = ()
    merge_keys: MergeKeys | None = None
    launch_settings: tuple[KeyPath, ...] = ()
    runtime_settings: tuple[KeyPath, ...] = ()
    length_key: str | None = None
    length_required: tuple[str, ...] = ()
    max_files: int | None = None
    max_overlays: int | None = None
    lint_select: tuple[str, ...] = ("L",)
    """The layout rules that are checked, by how their codes begin."""
    lint_ignore: tuple[str, ...] = ()
    lint_per_file: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The layout rules that are ignored in the files that a glob matches."""
    moved: tuple[Move, ...] = ()
    """The keys that were renamed on purpose."""
    redact: tuple[str, ...] = ()
    """The key paths, with wildcards, whose values no report may show."""
    source: str = PYPROJECT
    """The settings file; empty if there is none."""
    written: Mapping[str, int | None] = field(default_factory=dict)

    @property
    def yaml(self) -> YamlRules:
        """The rules by which the trainer reads YAML where readers differ."""
        return YamlRules(self.merge_keys, is_quoting=not self.redact)

    @property
    def new_gates(self) -> bool:
        """Whether a preset without a baseline is an error: by default if `legacy` is set."""
        return self.new == "error" or (self.new is None and bool(self.legacy))

    @property
    def limits_base(self) -> bool:
        """Whether the base may hold only what `runtime_settings` names, which may be nothing."""
        return "runtime_settings" in self.written

    def is_legacy(self, path: str) -> bool:
        """Tell whether `legacy` matches the file, so that the migration removes it."""
        return any(glob_matches(pattern, path) for pattern in self.legacy)

    def is_preset(self, path: str) -> bool:
        """Tell whether the file matches `presets`, and is neither excluded, legacy nor the base."""
        if path == self.base or self.is_legacy(path) or self.is_excluded(path):
            return False
        return any(glob_matches(pattern, path) for pattern in self.presets)

    def is_excluded(self, path: str) -> bool:
        """Tell whether the file matches `exclude`."""
        return any(glob_matches(pattern, path) for pattern in self.exclude)

    def needs_length(self, path: str) -> bool:
        """Tell whether a preset at the path must set its length."""
        return any(glob_matches(pattern, path) for pattern in self.length_required)
