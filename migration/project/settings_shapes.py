"""The shape of each setting, and how `Settings` keeps a value of it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

from migration.paths import find_pattern_fault, leaves_root
from migration.project.settings import TABLE, NewStanding
from migration.values.checked import (
    Optional,
    Problem,
    Shape,
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
from migration.values.keypath import is_key_path, parse_path
from migration.values.moves import Move
from migration.values.path_pattern import is_path_pattern
from migration.yaml.rules import MergeKeys

TABLE_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
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
GLOB = in_turn(
    _STRING,
    that(lambda glob: not leaves_root(glob), "{name} must stay inside the project, not {got}"),
    _readable_glob,
)
_GLOBS = in_turn(_STRINGS, list_of(GLOB))
_IS_KEY_PATH = that(is_key_path, "{name} is not a key path: {got}")
_KEY_PATH = in_turn(_TEXT, _IS_KEY_PATH)
_KEY_PATHS = in_turn(_STRINGS, list_of(_IS_KEY_PATH))
_PATTERNS = in_turn(
    _STRINGS,
    list_of(that(is_path_pattern, "{name} is not a key path, with or without wildcards: {got}")),
)
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
    GLOB, _CODES, "{name} must be a table of globs, each with a list of rules"
)
_IS_PLAIN = that(
    # For Python, 1 and true are one key.
    lambda text: all(isinstance(key, str) for key in parse_path(text)),
    "{name} must be a path of keys that are texts, not {got}",
)
_MOVED_KEY = in_turn(string("{name} must be a key path", is_filled=True), _IS_KEY_PATH, _IS_PLAIN)
_MOVED = list_of(
    mapping(
        {"from": _MOVED_KEY, "to": _MOVED_KEY},
        "{name} must be tables, each with from and to",
        unknown="unknown setting {name}",
        hint=nearest_of(("from", "to"), "known are from, to"),
    ),
    f"{{name}} must be tables, [[tool.{TABLE}.moved]], each with from and to",
)
TABLE_SHAPES: Final[Mapping[str, Mapping[str, Shape]]] = {
    "inheritance": {"key": _TEXT},
    "yaml": {"merge_keys": _MERGE_KEYS},
    "lint": {"select": _SOME_CODES, "ignore": _CODES, "per_file_ignores": _CODES_BY_GLOB},
}
"""The shape of each key of the tables within the table."""
SHAPES: Final[Mapping[str, Shape]] = {
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
    "moved": _MOVED,
    "redact": _PATTERNS,
    **{name: _table(shapes, f".{name}") for name, shapes in TABLE_SHAPES.items()},
}
"""The shape of each setting."""
WHOLE_TABLE = _table(SHAPES)
_USED_AS: Final[Mapping[Shape, Callable[[Any], object]]] = {
    _GLOBS: lambda globs: tuple(map(posixpath.normpath, globs)),
    _STRINGS: tuple,
    _KEY_PATH: parse_path,
    _PATTERNS: tuple,
    _MOVED: lambda tables: tuple(
        Move(parse_path(each["from"]), parse_path(each["to"])) for each in tables
    ),
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


def use_as(shape: Shape, value: object) -> object:
    """Return the value of a setting of this shape as `Settings` keeps it."""
    use = _USED_AS.get(shape)
    return use(value) if use else value
