"""The settings of a project for YAML that its readers do not read alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

MergeKeys: TypeAlias = Literal["first", "last"]
"""Which mapping of one `<<` counts, if several have a key."""


@dataclass(frozen=True, slots=True)
class YamlRules:
    """How the trainer reads YAML that readers do not read alike; None if it is not set."""

    merge_keys: MergeKeys | None = None


NO_RULES = YamlRules()
