"""Reads `[tool.config-migration]` from the text of pyproject.toml, and checks it.

The file itself is read by `files/tree.py`.
"""

from __future__ import annotations

import posixpath
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from migration.errors import Fault, MigrationError
from migration.files.contents import MARK, conflict_line, marker_fault
from migration.paths import glob_matches
from migration.project.settings import TABLE, Settings
from migration.project.settings_lines import find_entry_line, find_line, parse_toml_error
from migration.project.settings_shapes import (
    GLOB,
    SHAPES,
    TABLE_FIELDS,
    TABLE_SHAPES,
    WHOLE_TABLE,
    use_as,
)
from migration.text import quote_name
from migration.values.checked import (
    Problem,
    fits,
)
from migration.values.keypath import (
    Index,
    KeyPath,
    format_path,
    is_beneath,
    is_key_path,
    parse_path,
)
from migration.values.moves import Move, find_clashes, rename_path


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
            raise MigrationError(marker_fault(source, marked)) from None
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
    finders = (_shape_faults, _overlap_faults, _legacy_base_faults, _move_faults)
    faults = [fault for find in finders for fault in find(table, text, source)]
    if faults:
        raise MigrationError(*faults)
    plain = {key: value for key, value in table.items() if key not in TABLE_FIELDS}
    values: dict[str, Any] = {key: use_as(SHAPES[key], plain[key]) for key in plain}
    written = {key: find_line(key, text) for key in plain}
    for name, settings in TABLE_FIELDS.items():
        for key, value in table.get(name, {}).items():
            values[settings[key]] = use_as(TABLE_SHAPES[name][key], value)
            written[f"{name}.{key}"] = find_line(key, text, name)
            for inner in value if isinstance(value, dict) else ():
                line = find_line(inner, text, name, key)
                written[f"{name}.{key}.{posixpath.normpath(inner)}"] = line
    return Settings(**values, source=source, written=written)


def _shape_faults(table: Mapping[str, object], text: str, source: str) -> Iterator[Fault]:
    """Yield the first fault of each setting that does not have its declared shape."""
    first: dict[KeyPath, Problem] = {}
    for problem in WHOLE_TABLE(table):
        first.setdefault(problem.keys, problem)
    for keys, problem in first.items():
        match problem.path:
            case (str(array), Index(position), *_):
                line = find_entry_line(array, position, text)
            case _:
                *within, key = map(str, keys)
                line = find_line(key, text, *within)
        yield Fault(problem.message, source, line, hint=problem.hint)


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


def _move_faults(table: Mapping[str, object], text: str, source: str) -> Iterator[Fault]:
    """Yield a fault for each key in `moved` that two entries are about, or that stays in use."""
    entries = table.get("moved", [])
    if fits(SHAPES["moved"])(entries):
        moves = cast("Sequence[Move]", use_as(SHAPES["moved"], entries))
        for position, problem in find_clashes(moves):
            yield Fault(f"'moved': {problem}", source, find_entry_line("moved", position, text))
        fusion_key = table.get("fusion_key", format_path(Settings().fusion_key))
        for position, move in enumerate(moves):
            if is_key_path(fusion_key) and is_beneath(parse_path(str(fusion_key)), move.old):
                new = format_path(rename_path(parse_path(str(fusion_key)), [move]))
                line = find_entry_line("moved", position, text)
                message = f"'moved': {move} renames the key that names the fusion config"
                yield Fault(message, source, line, hint=f'set `fusion_key = "{new}"`, too')


def _legacy_base_faults(table: Mapping[str, object], text: str, source: str) -> Iterator[Fault]:
    """Yield a fault if `legacy` matches the base."""
    base, legacy = table.get("base"), table.get("legacy")
    if isinstance(base, str) and isinstance(legacy, list):
        path = posixpath.normpath(base)
        globs = filter(fits(GLOB), legacy)
        if found := [glob for glob in globs if glob_matches(posixpath.normpath(glob), path)]:
            first = quote_name(found[0])
            message = f"'legacy' has {first}, which matches the base, {path}: the base stays"
            yield Fault(message, source, find_line("legacy", text))
