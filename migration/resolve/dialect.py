"""The dialect: what the config files of one project mean, as one value.

Following the bases is the loader's part, refusing other trainers' keys `inheritance`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from migration.yaml.rules import NO_RULES, YamlRules

INHERITANCE_KEY: Final = "extends"


def _nothing_is_a_preset(_path: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the files of a project name their bases, where those may lie, and how YAML is read."""

    key: str = INHERITANCE_KEY
    """The root key by which a file names its bases."""
    permitted: Collection[str] = ()
    """Root keys that are plain values, although other trainers inherit by them."""
    is_preset: Callable[[str], bool] = _nothing_is_a_preset
    """Tells whether a real path is a preset's: a plain value may name one."""
    is_guarded: bool = True
    """Whether a root key by which another trainer inherits is a fault, unless it is permitted."""
    yaml: YamlRules = NO_RULES
    allow_outside: bool = False
    """Whether a file inside the project may extend one outside."""


USUAL: Final = Dialect()
"""Inheritance by `extends`, without an exception."""
