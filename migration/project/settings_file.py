"""Reads `[tool.config-migration]` from the text of pyproject.toml, and checks it.

The file itself is read by `files/tree.py`.
"""

from __future__ import annotations

import posixpath
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, get_args

from migration.errors import Fault, MigrationError
from migration.files.contents import MARK, conflict_line
from migration.paths import find_pattern_fault, glob_matches, leaves_root
from migration.project.settings import TABLE, NewStanding, Settings
from migration.project.settings_lines import find_line, parse_toml_error
from migration.text import quote_name
from migration.values.checked import (
    Optional,
    Problem,
    Shape,
    fits,
    in_turn,
    list_of,
    mapping,
    mapping_of,
    nearest_of,
    one_of,
    string,
    that,
    whole_number,
)
from migration.values.keypath import KeyPath, is_key_path, parse_path
from migration.yaml.rules import MergeKeys


def read_settings(text: str, source: str) -> Settings | None:
    """Return the settings in a pyproject.toml, None if it has no table for them.

    Raises:
        MigrationError: not TOML, an unknown setting, or a value of another type.
    """
    # Some editors write a byte order mark, which tomllib does not take.
    text = text.removeprefix(MARK)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        if marked := conflict_line(text):
            hint = "finish the merge: keep what is right of both sides, and remove the markers"
            raise MigrationError(
                Fault("a conflict marker of git", source, marked, None, hint)
            ) from None
        message, line, column = parse_toml_error(str(error))
        raise MigrationError(Fault(f"not valid TOML: {message}", source, line, column)) from None
    except (ValueError, RecursionError) as error:
        raise MigrationError(Fault(f"not valid TOML: {error}", source)) from None
    tools = document.get("tool")
    table = tools.get(TABLE) if isinstance(tools, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise MigrationError(Fault(f"tool.{TABLE} must be a table", source))
    finders = (_shape_faults, _overlap_faults, _legacy_base_faults)
    faults = [fault for find in finders for fault in find(table, text, source)]
    if faults:
        raise MigrationError(*faults)
    plain = {key: value for key, value in table.items() if key not in _TABLES}
    values: dict[str, Any] = {key: _used_as(_SETTINGS[key], plain[key]) for key in plain}
    written = {key: find_line(key, text) for key in plain}
    for name, settings in _TABLES.items():
        for key, value in table.get(name, {}).items():
            values[settings[key]] = _used_as(_INNER[name][key], value)
            written[f"{name}.{key}"] = find_line(key, text, name)
            for inner in value if isinstance(value, dict) else ():
                line = find_line(inner, text, name, key)
                written[f"{name}.{key}.{posixpath.normpath(inner)}"] = line
    return Settings(**values, source=source, written=written)


_TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "inheritance": {"key": "inheritance_key"},
    "yaml": {"merge_keys": "merge_keys"},
    "lint": {
        "select": "lint_select",
        "ignore": "lint_ignore",
        "per_file_ignores": "lint_per_file",
    },
}
"""Each table within the table: its keys, and the field of `Settings` for each key."""


def _readable_glob(pattern: object) -> tuple[Problem, ...]:
    """Check that the character classes of a glob can be read."""
    reason = find_pattern_fault(str(pattern))
    words = "{name} has a pattern that cannot be read, {got}: {reason}"
    return (Problem(words, pattern, reason=reason),) if reason else ()


def _table(fields: Mapping[str, Shape], name: str = "") -> Shape:
    """Return the shape of a table in which every setting is optional."""
    return mapping(
        {key: Optional(shape) for key, shape in fields.items()},
        f"{{name}} must be a table, [tool.{TABLE}{name}]",
        unknown="unknown setting {name}",
        hint=nearest_of(fields, f"known are {', '.join(fields)}"),
    )


_TEXT = string("{name} must be a string, and not empty", is_filled=True)
_STRING = string("{name} must be a list of strings")
_STRINGS = list_of(_STRING, "{name} must be a list of strings")
_GLOB = in_turn(
    _STRING,
    that(lambda glob: not leaves_root(glob), "{name} must stay inside the project, not {got}"),
    _readable_glob,
)
_GLOBS = in_turn(_STRINGS, list_of(_GLOB))
_IS_KEY_PATH = that(is_key_path, "{name} is not a key path: {got}")
_KEY_PATH = in_turn(_TEXT, _IS_KEY_PATH)
_KEY_PATHS = in_turn(_STRINGS, list_of(_IS_KEY_PATH))
_PATH = in_turn(
    _TEXT,
    that(lambda path: not leaves_root(path), "{name} must be a path inside the project, not {got}"),
)
_FOLDER = in_turn(
    _PATH,
    that(
        lambda path: posixpath.normpath(path) != ".",
        "{name} must be a folder of its own, not the project's",
    ),
)
_COUNT = whole_number("{name} must be a whole number of at least 1", at_least=1)
_STANDING = one_of(get_args(NewStanding), '{name} must be "error" or "note", not {got}')
_MERGE_KEYS = one_of(get_args(MergeKeys), '{name} must be "first" or "last"')
_CODES = list_of(
    string("{name} must be a list of rules, as L403 or L4", is_filled=True),
    "{name} must be a list of rules, as L403 or L4",
)
_SOME_CODES = in_turn(_CODES, that(bool, "{name} must name a rule; left out, it selects all"))
_CODES_BY_GLOB = mapping_of(
    _GLOB, _CODES, "{name} must be a table of globs, each with a list of rules"
)
_INNER: Final[Mapping[str, Mapping[str, Shape]]] = {
    "inheritance": {"key": _TEXT},
    "yaml": {"merge_keys": _MERGE_KEYS},
    "lint": {"select": _SOME_CODES, "ignore": _CODES, "per_file_ignores": _CODES_BY_GLOB},
}
_SETTINGS: Final[Mapping[str, Shape]] = {
    "presets": _GLOBS,
    "exclude": _GLOBS,
    "legacy": _GLOBS,
    "base": _PATH,
    "snapshots": _FOLDER,
    "profile": _TEXT,
    "fusion_key": _KEY_PATH,
    "phase_1": _GLOBS,
    "new": in_turn(_TEXT, _STANDING),
    "allow_outside": one_of((True, False), "{name} must be true or false"),
    "not_inheritance": _STRINGS,
    "launch_settings": _KEY_PATHS,
    "runtime_settings": _KEY_PATHS,
    "length_key": _TEXT,
    "length_required": _GLOBS,
    "max_files": _COUNT,
    "max_overlays": _COUNT,
    **{name: _table(shapes, f".{name}") for name, shapes in _INNER.items()},
}
_TABLE = _table(_SETTINGS)
_USED_AS: Final[Mapping[Shape, Callable[[Any], object]]] = {
    _GLOBS: lambda globs: tuple(map(posixpath.normpath, globs)),
    _STRINGS: tuple,
    _KEY_PATH: parse_path,
    _KEY_PATHS: lambda paths: tuple(map(parse_path, paths)),
    _PATH: posixpath.normpath,
    _FOLDER: posixpath.normpath,
    _CODES: tuple,
    _SOME_CODES: tuple,
    _CODES_BY_GLOB: lambda table: {
        posixpath.normpath(glob): tuple(codes) for glob, codes in table.items()
    },
}
"""How `Settings` keeps a value of each shape: paths and globs normalised, key paths parsed."""


def _shape_faults(table: Mapping[str, object], text: str, source: str) -> Iterator[Fault]:
    """Yield the first fault of each setting that does not have its declared shape."""
    first: dict[KeyPath, Problem] = {}
    for problem in _TABLE(table):
        first.setdefault(problem.keys, problem)
    for keys, problem in first.items():
        *within, key = map(str, keys)
        yield Fault(problem.message, source, find_line(key, text, *within), hint=problem.hint)


def _overlap_faults(table: Mapping[str, object], text: str, source: str) -> Iterator[Fault]:
    """Yield a fault for the base, and for the profile, if they lie in the `snapshots` folder."""
    defaults = Settings()
    folder = table.get("snapshots", defaults.snapshots)
    for key, default in (("base", defaults.base), ("profile", defaults.profile)):
        path = table.get(key, default)
        if not isinstance(folder, str) or not isinstance(path, str):
            continue
        if posixpath.normpath(path).startswith(f"{posixpath.normpath(folder)}/"):
            message = (
                f"'snapshots' must be a folder of its own: {key!r}, {quote_name(path)}, lies in it"
            )
            yield Fault(message, source, find_line("snapshots", text) or find_line(key, text))


def _legacy_base_faults(table: Mapping[str, object], text: str, source: str) -> Iterator[Fault]:
    """Yield a fault if `legacy` matches the base."""
    base, legacy = table.get("base"), table.get("legacy")
    if isinstance(base, str) and isinstance(legacy, list):
        path = posixpath.normpath(base)
        globs = filter(fits(_GLOB), legacy)
        if found := [glob for glob in globs if glob_matches(posixpath.normpath(glob), path)]:
            first = quote_name(found[0])
            message = f"'legacy' has {first}, which matches the base, {path}: the base stays"
            yield Fault(message, source, find_line("legacy", text))


def _used_as(shape: Shape, value: object) -> object:
    """Return the value of a setting of this shape as `Settings` keeps it."""
    use = _USED_AS.get(shape)
    return use(value) if use else value
