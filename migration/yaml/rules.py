"""The settings of a project for YAML that its readers do not read alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

MergeKeys: TypeAlias = Literal["first", "last"]
"""Which mapping of one `<<` counts, if several have a key."""


@dataclass(frozen=True, slots=True)
class YamlRules:
    """How the trainer reads YAML that readers do not read alike, and what an error may show."""

    merge_keys: MergeKeys | None = None
    is_quoting: bool = True
    """Whether an error may quote what could not be read, which may be a secret."""


NO_RULES = YamlRules()
