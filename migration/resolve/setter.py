"""Finds the file that sets a value from the values alone, and reads the marks of that file only.

Merging the marks of a whole chain takes a hundred times as long.
"""

from __future__ import annotations

from itertools import takewhile

from migration.resolve.by_name import PLAIN
from migration.resolve.loader import ConfigLoader
from migration.values.keypath import Index, KeyPath
from migration.yaml.marks import Origin, nearest_origin


def find_setter(loader: ConfigLoader, path: str, key_path: KeyPath) -> Origin | None:
    """Return the place of a value that is at the key path of what a file resolves to.

    None where the values do not tell: the value is a mapping of several keys, which files may have
    set; a file has something else where others have the mapping around the value; or lists merge
    by name.

    Raises:
        MigrationError: as `ConfigLoader.resolve_file`.
    """
    if loader.merging is not PLAIN:
        return None
    # A list is replaced as a whole: what is in it comes from one file.
    keys = [*takewhile(lambda key: not isinstance(key, Index), key_path)]
    for file in reversed(loader.resolve(path).chain):
        value: object = loader.source(file).body
        for key in keys:
            if not isinstance(value, dict):
                return None
            if key not in value:
                break
            value = value[key]
        else:
            is_several = isinstance(value, dict) and value
            return None if is_several else nearest_origin(loader.layer(file).marks, key_path)
    return None
