"""What a project says about YAML where the readers of YAML do not agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

MergeKeys: TypeAlias = Literal["first", "last"]
"""Which of several mappings of one `<<` gives a key its value."""


@dataclass(frozen=True, slots=True)
class YamlRules:
    """What the trainer makes of YAML where its readers do not agree; None if that is not said."""

    merge_keys: MergeKeys | None = None


NO_RULES = YamlRules()
