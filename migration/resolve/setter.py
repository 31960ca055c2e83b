"""Finds the file that sets a value from the values alone, and reads the marks of that file only.

Merging the marks of a whole chain takes a hundred times as long.
"""

from __future__ import annotations

from collections.abc import Hashable
from itertools import takewhile

from migration.resolve.loader import ConfigLoader
from migration.values.diff import value_at
from migration.values.keypath import Index, KeyPath
from migration.values.merge import Config
from migration.yaml.marks import Origin, nearest_origin


def find_setter(loader: ConfigLoader, path: str, key_path: KeyPath) -> Origin | None:
    """Return the place of a value that is at the key path of what a file resolves to.

    None where the values do not tell which file set it, as in `find_setting_file`.

    Raises:
        MigrationError: as `ConfigLoader.resolve_file`.
    """
    merged_path = loader.merged_path(path, key_path)
    file = find_setting_file(loader, path, merged_path)
    return nearest_origin(loader.layer(file).marks, merged_path) if file else None


def find_setting_file(loader: ConfigLoader, path: str, merged_path: KeyPath) -> str | None:
    """Return the file that sets the value at a path, which is one of the shaped result.

    None where the values do not tell: the value is a mapping of several keys, which files may have
    set; or a file takes away what others have around the value.

    Raises:
        MigrationError: as `ConfigLoader.resolve_file`.
    """
    # A list is replaced as a whole: what is in it comes from one file.
    keys = tuple(takewhile(lambda key: not isinstance(key, Index), merged_path))
    for file in reversed(loader.resolve_file(path).chain):
        value: object = loader.layer(file).body
        for key in keys:
            if not isinstance(value, dict) or _is_emptied(value, key, loader):
                return None
            if key not in value:
                break
            value = value[key]
        else:
            return file if not isinstance(value, dict) or _is_empty(loader, path, keys) else None
    return None


def _is_empty(loader: ConfigLoader, path: str, keys: KeyPath) -> bool:
    """Tell whether there is an empty mapping in the end, and not one that others have filled."""
    return not loader.merging.sections and value_at(loader.resolve_file(path).value, keys) == {}


def _is_emptied(value: Config, key: Hashable, loader: ConfigLoader) -> bool:
    """Tell whether a layer empties a list that merges by name."""
    return key in loader.merging.sections and value.get(key) == {}
