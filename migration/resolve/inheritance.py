"""Finds root keys by which other trainers inherit: read as plain values, they would hide a base.

The loader follows the one key by which the project inherits.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Hashable, Iterator, Mapping
from typing import Final, NamedTuple

from migration.errors import MigrationError
from migration.files.tree import Tree
from migration.paths import is_yaml
from migration.resolve.dialect import INHERITANCE_KEY, Dialect
from migration.yaml.load import NO_MAPPING, load_mapping

_NAMES: Final = frozenset(
    (
        "include",
        "includes",
        "extend",
        INHERITANCE_KEY,
        "inherit",
        "inherits",
        "inherit_from",
        "defaults",
    )
)
_NAMES_IN_UNDERSCORES: Final = frozenset(("base", "bases"))


class ForeignKey(NamedTuple):
    """A root key by which another trainer may inherit: what is wrong with it, and the way out."""

    key: str
    message: str
    hint: str


def foreign_keys(
    body: Mapping[Hashable, object], path: str, tree: Tree, dialect: Dialect
) -> Iterator[ForeignKey]:
    """Yield each root key of the file at a real path that looks like another trainer's inheritance.

    Those are the keys of a known name, and those whose value names a YAML mapping of the tree.
    """
    for key, value in body.items() if dialect.is_guarded else ():
        names = [value] if isinstance(value, str) and value else value
        if not isinstance(key, str) or not isinstance(names, list) or not names:
            continue
        if key in (dialect.key, *dialect.permitted):
            continue
        texts = [name for name in names if isinstance(name, str) and name]
        if is_known_name(key):
            what = "inherits in other trainers"
        elif base := next((text for text in texts if _is_base(text, path, tree, dialect)), None):
            what = f"names a YAML file, {base}"
        else:
            continue
        message = f"{key!r} {what}, and is only a value here: {dialect.key!r} names the bases"
        permit = json.dumps([*dialect.permitted, key], ensure_ascii=False)
        hint = (
            f"if files inherit by it: inheritance.key = {json.dumps(key, ensure_ascii=False)}; "
            f"if it inherits nothing: not_inheritance = {permit}"
        )
        yield ForeignKey(key, message, hint)


def is_known_name(key: str) -> bool:
    """Tell whether a known trainer inherits by a key of this name.

    >>> [is_known_name(key) for key in ("_BASE_", "__include__", "Extends", "INHERIT", "base")]
    [True, True, True, True, False]
    """
    bare = key.strip("_").casefold()
    in_underscores = len(key) > len(bare) + 1 and key.startswith("_") and key.endswith("_")
    return bare in _NAMES or (in_underscores and bare in _NAMES_IN_UNDERSCORES)


def _is_base(named: str, path: str, tree: Tree, dialect: Dialect) -> bool:
    """Tell whether a text names a YAML mapping that is no preset, from the file or the root."""
    if not is_yaml(named):
        return False
    for folder in (posixpath.dirname(path), ""):
        real = tree.real_path(named, folder)
        if real != path and tree.is_file(real) and not dialect.is_preset(real):
            return _holds_mapping(real, tree)
    return False


def _holds_mapping(path: str, tree: Tree) -> bool:
    try:
        load_mapping(tree.read_config(path), path)
    except MigrationError as error:
        # What cannot be read may be a base all the same; what is a list is data.
        return not error.faults[0].message.startswith(NO_MAPPING)
    return True
