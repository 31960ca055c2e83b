"""Keys by which other trainers inherit: where one stands as a value, a base may be missed.

Which keys are those is known by name, or by what their values name. Following the one is `loader`'s
part.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from migration.errors import MigrationError
from migration.files.tree import Tree
from migration.paths import is_yaml
from migration.yaml.load import load_mapping

INHERITANCE_KEY: Final = "extends"
_NAMES: Final = frozenset(
    ("include", "includes", "extend", "extends", "inherit", "inherits", "inherit_from", "defaults")
)
_NAMES_IN_UNDERSCORES: Final = frozenset(("base", "bases"))


def _nothing_is_a_preset(_path: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Inheritance:
    """How the files of a project inherit: by one root key, the `key`.

    Another one that looks like a trainer's inheritance is a fault, unless it is `permitted` as a
    plain value, or names presets.
    """

    key: str = INHERITANCE_KEY
    permitted: Collection[str] = ()
    is_preset: Callable[[str], bool] = _nothing_is_a_preset
    is_guarded: bool = True
    """Whether other keys are looked at; not of files that are no part of the project."""

    def problems(
        self, body: Mapping[Hashable, object], path: str, tree: Tree
    ) -> Iterator[tuple[str, str, str]]:
        """Yield each such key of a file at a real path, with what is wrong, and the way out."""
        for key, value in body.items() if self.is_guarded else ():
            names = [value] if isinstance(value, str) and value else value
            if not isinstance(key, str) or not isinstance(names, list) or not names:
                continue
            if key in (self.key, *self.permitted):
                continue
            texts = [name for name in names if isinstance(name, str) and name]
            if is_known_name(key):
                what = "inherits in other trainers"
            elif base := next((each for each in texts if self._is_base(each, path, tree)), None):
                what = f"names a YAML file, {base}"
            else:
                continue
            message = f"{key!r} {what}, and is only a value here: {self.key!r} names the bases"
            permit = json.dumps([*self.permitted, key], ensure_ascii=False)
            hint = (
                f"if files inherit by it: inheritance.key = {json.dumps(key, ensure_ascii=False)}; "
                f"if it inherits nothing: not_inheritance = {permit}"
            )
            yield key, message, hint

    def _is_base(self, named: str, path: str, tree: Tree) -> bool:
        """Tell whether a text names a YAML mapping that is no preset, from the file or the root."""
        if not is_yaml(named):
            return False
        for folder in (posixpath.dirname(path), ""):
            real = tree.real_path(named, folder)
            if real != path and tree.is_file(real) and not self.is_preset(real):
                return _holds_mapping(real, tree)
        return False


USUAL: Final = Inheritance()
"""Inheritance by `extends`, without an exception."""


def is_known_name(key: str) -> bool:
    """Tell whether trainers are known that inherit by a key of this name.

    >>> [is_known_name(key) for key in ("_BASE_", "__include__", "Extends", "INHERIT", "base")]
    [True, True, True, True, False]
    """
    bare = key.strip("_").casefold()
    in_underscores = len(key) > len(bare) + 1 and key.startswith("_") and key.endswith("_")
    return bare in _NAMES or (in_underscores and bare in _NAMES_IN_UNDERSCORES)


def _holds_mapping(path: str, tree: Tree) -> bool:
    try:
        load_mapping(tree.read_config(path), path)
    except MigrationError as error:
        # What cannot be read may be a base all the same; what is a list is data.
        return "must be a mapping" not in error.faults[0].message
    return True
