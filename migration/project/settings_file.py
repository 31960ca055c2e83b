"""Reads the settings from the text of a settings file, and checks them.

The file itself is found by `project/settings_search.py`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from migration.errors import Fault, MigrationError
from migration.paths import glob_matches
from migration.project.settings import OWN_FILE, TABLE, Settings
from migration.project.settings_shapes import (
    GLOB,
    SHAPES,
    TABLE_FIELDS,
    TABLE_SHAPES,
    WHOLE_TABLE,
    use_as,
)
from migration.project.settings_text import SettingsText
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
    """Return the settings in a file at the path `source`, None if it has no table for them.

    Raises:
        MigrationError: not TOML, an unknown setting, or a value of another type.
    """
    file = SettingsText.of_file(text, source)
    table: object = file.read_document()
    if not file.is_own:
        tools = table.get("tool") if isinstance(table, dict) else None
        table = tools.get(TABLE) if isinstance(tools, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise MigrationError(Fault(f"tool.{TABLE} must be a table", source))
    if file.is_own and (names := [name for name in ("tool", TABLE) if name in table]):
        raise MigrationError(_header_fault(file, names[0]))
    finders = (_shape_faults, _overlap_faults, _legacy_base_faults, _move_faults)
    faults = [fault for find in finders for fault in find(table, file)]
    if faults:
        raise MigrationError(*faults)
    plain = {key: value for key, value in table.items() if key not in TABLE_FIELDS}
    values: dict[str, Any] = {key: use_as(SHAPES[key], plain[key]) for key in plain}
    written = {key: file.find_line(key) for key in plain}
    for name, settings in TABLE_FIELDS.items():
        for key, value in table.get(name, {}).items():
            values[settings[key]] = use_as(TABLE_SHAPES[name][key], value)
            written[f"{name}.{key}"] = file.find_line(key, name)
            for inner in value if isinstance(value, dict) else ():
                line = file.find_line(inner, name, key)
                written[f"{name}.{key}.{posixpath.normpath(inner)}"] = line
    return Settings(**values, source=source, written=written)


def _header_fault(file: SettingsText, name: str) -> Fault:
    """Return the fault of a `config-migration.toml` with its settings in a table of that name."""
    table = f"tool.{TABLE}" if name == "tool" else name
    message = f"the settings have to be at the root of {OWN_FILE}, and not in [{table}]"
    hint = f"remove the header [{table}]; [{table}.lint] is [lint] here"
    line = file.find_header(name) or file.find_line(name)
    return Fault(message, file.source, line, hint=hint)


def _shape_faults(table: Mapping[str, object], file: SettingsText) -> Iterator[Fault]:
    """Yield the first fault of each setting that does not have its declared shape."""
    first: dict[KeyPath, Problem] = {}
    for problem in WHOLE_TABLE(table):
        first.setdefault(problem.keys, problem)
    for keys, problem in first.items():
        match problem.path:
            case (str(array), Index(position), *_):
                line = file.find_entry_line(array, position)
            case _:
                *within, key = map(str, keys)
                line = file.find_line(key, *within)
        message = problem.message
        if file.is_own:  # the shapes name a table as a pyproject.toml has it
            message = message.replace(f"[tool.{TABLE}.", "[")
        yield Fault(message, file.source, line, hint=problem.hint)


def _overlap_faults(table: Mapping[str, object], file: SettingsText) -> Iterator[Fault]:
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
            yield Fault(message, file.source, file.find_line("snapshots") or file.find_line(key))


def _move_faults(table: Mapping[str, object], file: SettingsText) -> Iterator[Fault]:
    """Yield a fault for each key in `moved` that two entries are about, or that stays in use."""
    entries = table.get("moved", [])
    if fits(SHAPES["moved"])(entries):
        moves = cast("Sequence[Move]", use_as(SHAPES["moved"], entries))
        for position, problem in find_clashes(moves):
            yield Fault(f"'moved': {problem}", file.source, file.find_entry_line("moved", position))
        fusion_key = table.get("fusion_key", format_path(Settings().fusion_key))
        for position, move in enumerate(moves):
            if is_key_path(fusion_key) and is_beneath(parse_path(str(fusion_key)), move.old):
                new = format_path(rename_path(parse_path(str(fusion_key)), [move]))
                line = file.find_entry_line("moved", position)
                message = f"'moved': {move} renames the key that names the fusion config"
                yield Fault(message, file.source, line, hint=f'set `fusion_key = "{new}"`, too')


def _legacy_base_faults(table: Mapping[str, object], file: SettingsText) -> Iterator[Fault]:
    """Yield a fault if `legacy` matches the base."""
    base, legacy = table.get("base"), table.get("legacy")
    if isinstance(base, str) and isinstance(legacy, list):
        path = posixpath.normpath(base)
        globs = filter(fits(GLOB), legacy)
        if found := [glob for glob in globs if glob_matches(posixpath.normpath(glob), path)]:
            first = quote_name(found[0])
            message = f"'legacy' has {first}, which matches the base, {path}: the base stays"
            yield Fault(message, file.source, file.find_line("legacy"))
