"""`[tool.config-migration]` in pyproject.toml. Reading the file itself is `trees`' part."""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from migration.errors import Fault, MigrationError, nearest_hint
from migration.globs import glob_matches, leaves_root
from migration.keypath import KeyPath, parse_path

TABLE = "config-migration"


@dataclass(frozen=True, slots=True)
class YamlRules:
    """What the trainer makes of YAML where its readers do not agree; None if that is not said."""

    merge_keys: Literal["first", "last"] | None = None
    """Which mapping counts among those of one `<<`."""


NO_RULES = YamlRules()


@dataclass(frozen=True, slots=True)
class Settings:
    """What the toolkit knows of a project; paths and globs are relative to its root.

    `written` maps each setting that the file spells out to its line.
    """

    presets: tuple[str, ...] = (
        "configs/debug.yaml",
        "configs/train/**/*.yaml",
        "configs/smoke/*.yaml",
    )
    exclude: tuple[str, ...] = ("configs/smoke/stage_b_tiny.yaml",)
    legacy: tuple[str, ...] = ("configs/components/**", "configs/**/*_base.yaml")
    base: str = "configs/base.yaml"
    snapshots: str = "snapshots"
    profile: str = "parity"
    fusion_key: KeyPath = ("custom", "fusion_config")
    phase_1: tuple[str, ...] = (
        "configs/train/sft/dense_1024.yaml",
        "configs/train/grpo/dense_2048.yaml",
    )
    allow_outside: bool = False
    launch_settings: tuple[KeyPath, ...] = (
        ("model", "model"),
        ("training", "run_name"),
        ("training", "output_dir"),
        ("training", "logging_dir"),
        ("training", "num_train_epochs"),
        ("training", "learning_rate"),
        ("training", "vit_lr"),
        ("training", "aligner_lr"),
    )
    runtime_settings: tuple[KeyPath, ...] = (
        ("model", "torch_dtype"),
        ("model", "attn_impl"),
        ("template",),
    )
    length_required: tuple[str, ...] = ("configs/train/**",)
    max_files: int = 4
    max_overlays: int = 3
    yaml: YamlRules = NO_RULES
    source: str = "pyproject.toml"
    written: Mapping[str, int | None] = field(default_factory=dict)

    def is_legacy(self, path: str) -> bool:
        """Tell whether the file is one that the migration is to remove."""
        return any(glob_matches(pattern, path) for pattern in self.legacy)

    def is_preset(self, path: str) -> bool:
        """Tell whether the file is one that matches `presets` and is not left out."""
        if path == self.base or self.is_legacy(path) or self.is_excluded(path):
            return False
        return any(glob_matches(pattern, path) for pattern in self.presets)

    def is_excluded(self, path: str) -> bool:
        """Tell whether the file is one that is left alone."""
        return any(glob_matches(pattern, path) for pattern in self.exclude)

    def needs_length(self, path: str) -> bool:
        """Tell whether a preset at the path must set its length."""
        return any(glob_matches(pattern, path) for pattern in self.length_required)


def read_settings(text: str, source: str) -> Settings | None:
    """Return the settings in a pyproject.toml, None if it has no table for them.

    Raises:
        MigrationError: not TOML, an unknown setting, or a value of another type.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, line, column = _toml_place(str(error))
        raise MigrationError(Fault(f"not valid TOML: {message}", source, line, column)) from None
    except (ValueError, RecursionError) as error:
        raise MigrationError(Fault(f"not valid TOML: {error}", source)) from None
    tools = document.get("tool")
    table = tools.get(TABLE) if isinstance(tools, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise MigrationError(Fault(f"tool.{TABLE} must be a table", source))
    faults = (*_faults(table, text, source), *_overlap_faults(table, text, source))
    if faults:
        raise MigrationError(*faults)
    values: dict[str, Any] = {key: _normalised(key, value) for key, value in table.items()}
    if "fusion_key" in values:
        values["fusion_key"] = parse_path(values["fusion_key"])
    if "yaml" in values:
        values["yaml"] = YamlRules(**values["yaml"])
    for key in values.keys() & set(_KEY_PATHS):
        values[key] = tuple(map(parse_path, values[key]))
    return Settings(**values, source=source, written={key: _line_of(key, text) for key in table})


_NAMES = tuple(spec.name for spec in fields(Settings) if spec.name not in ("source", "written"))
_GLOBS = ("presets", "exclude", "legacy", "phase_1", "length_required")
_KEY_PATHS = ("launch_settings", "runtime_settings")
_COUNTS = ("max_files", "max_overlays")
_FOLDERS_OR_FILES = ("base", "snapshots")


def _faults(table: Mapping[str, object], text: str, source: str) -> Iterator[Fault]:
    for key, value in table.items():
        if key == "yaml" and isinstance(value, dict):
            yield from _yaml_faults(value, text, source)
            continue
        problem, hint = _problem(key, value), None
        if key not in _NAMES:
            problem = f"unknown setting {key!r}"
            hint = nearest_hint(key, _NAMES, f"known are {', '.join(_NAMES)}")
        if problem:
            yield Fault(problem, source, _line_of(key, text), hint=hint)


def _yaml_faults(table: Mapping[str, object], text: str, source: str) -> Iterator[Fault]:
    known = tuple(spec.name for spec in fields(YamlRules))
    for key, value in table.items():
        line = _line_of(key, text, "yaml")
        if key not in known:
            hint = nearest_hint(key, known, f"known are {', '.join(known)}")
            yield Fault(f"unknown setting 'yaml.{key}'", source, line, hint=hint)
        elif value not in ("first", "last"):
            yield Fault(f'\'yaml.{key}\' must be "first" or "last"', source, line)


def _overlap_faults(table: Mapping[str, object], text: str, source: str) -> Iterator[Fault]:
    """Yield a fault for each file of the project's own that `snapshots` would hold."""
    defaults = Settings()
    folder = table.get("snapshots", defaults.snapshots)
    for key, default in (("base", defaults.base), ("profile", defaults.profile)):
        path = table.get(key, default)
        if not isinstance(folder, str) or not isinstance(path, str):
            continue
        if posixpath.normpath(path).startswith(f"{posixpath.normpath(folder)}/"):
            message = f"'snapshots' must be a folder of its own: {key!r}, {path!r}, lies in it"
            yield Fault(message, source, _line_of("snapshots", text) or _line_of(key, text))


def _normalised(key: str, value: object) -> object:
    """Return a value as it is used: a path or a glob in the one way to write it."""
    if isinstance(value, list):
        return tuple(posixpath.normpath(str(each)) if key in _GLOBS else each for each in value)
    if key in _FOLDERS_OR_FILES and isinstance(value, str):
        return posixpath.normpath(value)
    return value


def _problem(key: str, value: object) -> str | None:
    if key in (*_GLOBS, *_KEY_PATHS):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return f"{key!r} must be a list of strings"
        find = _glob_problem if key in _GLOBS else _key_path_problem
        return next((problem for item in value if (problem := find(key, item))), None)
    if key == "yaml":
        return "'yaml' must be a table, [tool.config-migration.yaml]"
    if key in _COUNTS:
        is_count = type(value) is int and value > 0
        return None if is_count else f"{key!r} must be a whole number of at least 1"
    if key == "allow_outside":
        return None if isinstance(value, bool) else "'allow_outside' must be true or false"
    if not isinstance(value, str) or not value:
        return f"{key!r} must be a string, and not empty"
    if key in _FOLDERS_OR_FILES and leaves_root(value):
        return f"{key!r} must be a path inside the project, not {value!r}"
    if key == "snapshots" and posixpath.normpath(value) == ".":
        return "'snapshots' must be a folder of its own, not the project's"
    return _key_path_problem(key, value) if key == "fusion_key" else None


def _key_path_problem(key: str, text: str) -> str | None:
    try:
        parse_path(text)
    except MigrationError as error:
        return f"{key!r} is {error.faults[0].message}"
    return None


def _glob_problem(key: str, pattern: str) -> str | None:
    if leaves_root(pattern):
        return f"{key!r} must stay inside the project, not {pattern!r}"
    try:
        glob_matches(pattern, "")
    except re.error as error:
        return f"{key!r} has a pattern that cannot be read, {pattern!r}: {error.msg}"
    return None


def _line_of(key: str, text: str, inner: str | None = None) -> int | None:
    """Return the line of a key in the table, found by its text since tomllib keeps no lines.

    With `inner` it is a key of that table within the table.
    """
    name = rf"[\"']?{re.escape(key)}[\"']?\s*"
    within = rf"[\"']?{inner}[\"']?\s*" if inner else ""
    header = rf"\[\s*tool\s*\.\s*[\"']?{TABLE}[\"']?\s*"
    ways = (
        [rf"{header}\.\s*{within}\][^[]*?^\s*{name}=", rf"{within}[.=].*{name}=", rf"{within}="]
        if inner
        else [rf"{header}\](?s:.*?)^\s*{name}[.=]", rf"{header}\.\s*{name}\]"]
    )
    for way in ways:
        if found := re.search(rf"^\s*{way}", text, re.MULTILINE):
            return text.count("\n", 0, found.end()) + 1
    return None


def _toml_place(message: str) -> tuple[str, int | None, int | None]:
    found = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", message, re.DOTALL)
    if found is None:
        return message, None, None
    return found[1], int(found[2]), int(found[3])
