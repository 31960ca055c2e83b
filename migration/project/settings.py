"""`[tool.config-migration]` in pyproject.toml. Reading the file itself is `trees`' part."""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal, TypeAlias, get_args

from migration.errors import Fault, MigrationError, suggest_nearest
from migration.paths import glob_matches, leaves_root
from migration.resolve.dialect import INHERITANCE_KEY
from migration.values.keypath import KeyPath, parse_path
from migration.yaml.rules import MergeKeys, YamlRules

TABLE = "config-migration"
NewStanding: TypeAlias = Literal["error", "note"]
"""What a preset without a baseline is to the gate."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the toolkit knows of a project; paths and globs are relative to its root.

    Nothing is assumed of a layout: a setting that is not written matches no file, and switches off
    what needs it. `written` maps each setting that the file spells out to its line.
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
    source: str = "pyproject.toml"
    written: Mapping[str, int | None] = field(default_factory=dict)

    @property
    def yaml(self) -> YamlRules:
        """What the trainer makes of YAML where its readers do not agree."""
        return YamlRules(self.merge_keys)

    @property
    def new_gates(self) -> bool:
        """Whether a preset without a baseline is an error; by default, while legacy files go."""
        return self.new == "error" or (self.new is None and bool(self.legacy))

    def is_legacy(self, path: str) -> bool:
        """Tell whether the file is one that the migration is to remove."""
        return any(glob_matches(pattern, path) for pattern in self.legacy)

    def is_preset(self, path: str) -> bool:
        """Tell whether the file matches `presets`, and is neither left out nor the base."""
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
    finders = (_faults, _overlap_faults, _legacy_base_faults)
    faults = [fault for find in finders for fault in find(table, text, source)]
    if faults:
        raise MigrationError(*faults)
    plain = {key: value for key, value in table.items() if key not in _TABLES}
    values: dict[str, Any] = {key: _normalised(key, value) for key, value in plain.items()}
    written = {key: _line_of(key, text) for key in plain}
    for name, settings in _TABLES.items():
        for key, value in table.get(name, {}).items():
            values[settings[key]] = value
            written[f"{name}.{key}"] = _line_of(key, text, name)
    if "fusion_key" in values:
        values["fusion_key"] = parse_path(values["fusion_key"])
    for key in values.keys() & set(_KEY_PATHS):
        values[key] = tuple(map(parse_path, values[key]))
    return Settings(**values, source=source, written=written)


_TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "inheritance": {"key": "inheritance_key"},
    "yaml": {"merge_keys": "merge_keys"},
}
"""The tables within the table: what each has, and the field of `Settings` that it is."""
_NOT_PLAIN = {"source", "written", *(name for each in _TABLES.values() for name in each.values())}
_NAMES = (*(spec.name for spec in fields(Settings) if spec.name not in _NOT_PLAIN), *_TABLES)
_GLOBS = ("presets", "exclude", "legacy", "phase_1", "length_required")
_KEY_PATHS = ("launch_settings", "runtime_settings")
_COUNTS = ("max_files", "max_overlays")
_FOLDERS_OR_FILES = ("base", "snapshots")


def _faults(table: Mapping[str, object], text: str, source: str) -> Iterator[Fault]:
    for key, value in table.items():
        if key not in _NAMES:
            hint = suggest_nearest(key, _NAMES, f"known are {', '.join(_NAMES)}")
            yield Fault(f"unknown setting {key!r}", source, _line_of(key, text), hint=hint)
        elif key not in _TABLES:
            if problem := _problem(key, value):
                yield Fault(problem, source, _line_of(key, text))
        elif isinstance(value, dict):
            yield from _table_faults(key, value, text, source)
        else:
            message = f"{key!r} must be a table, [tool.{TABLE}.{key}]"
            yield Fault(message, source, _line_of(key, text))


def _table_faults(
    name: str, table: Mapping[str, object], text: str, source: str
) -> Iterator[Fault]:
    """Yield a fault for each setting of a table within the table that cannot be meant."""
    known = _TABLES[name]
    for key, value in table.items():
        line, full = _line_of(key, text, name), f"{name}.{key}"
        if key not in known:
            hint = suggest_nearest(key, known, f"known are {', '.join(known)}")
            yield Fault(f"unknown setting {full!r}", source, line, hint=hint)
        elif key == "merge_keys" and value not in get_args(MergeKeys):
            yield Fault(f'{full!r} must be "first" or "last"', source, line)
        elif not isinstance(value, str) or not value:
            yield Fault(f"{full!r} must be a string, and not empty", source, line)


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


def _legacy_base_faults(table: Mapping[str, object], text: str, source: str) -> Iterator[Fault]:
    """Yield a fault if the base is among the files that the migration is to remove."""
    base, legacy = table.get("base"), table.get("legacy")
    if isinstance(base, str) and isinstance(legacy, list):
        path = posixpath.normpath(base)
        globs = [each for each in legacy if isinstance(each, str) and not _glob_problem("", each)]
        if found := [glob for glob in globs if glob_matches(posixpath.normpath(glob), path)]:
            message = f"'legacy' has {found[0]!r}, which matches the base, {path}: the base stays"
            yield Fault(message, source, _line_of("legacy", text))


def _normalised(key: str, value: object) -> object:
    """Return a value as it is used: a path or a glob in the one way to write it."""
    if isinstance(value, list):
        return tuple(posixpath.normpath(str(each)) if key in _GLOBS else each for each in value)
    if key in _FOLDERS_OR_FILES and isinstance(value, str):
        return posixpath.normpath(value)
    return value


def _problem(key: str, value: object) -> str | None:
    if key in (*_GLOBS, *_KEY_PATHS, "not_inheritance"):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return f"{key!r} must be a list of strings"
        if key == "not_inheritance":
            return None
        find = _glob_problem if key in _GLOBS else _key_path_problem
        return next((problem for item in value if (problem := find(key, item))), None)
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
    if key == "new" and value not in get_args(NewStanding):
        return f'\'new\' must be "error" or "note", not {value!r}'
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
