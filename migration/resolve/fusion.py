"""Dataset fusion configs: which of their lists merge by name, and what a whole one must have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from migration.files.tree import Tree
from migration.resolve.by_name import ByName, Problem, entries
from migration.resolve.cache import Cache
from migration.resolve.dialect import USUAL, Dialect
from migration.resolve.loader import ConfigLoader
from migration.values.describe import describe_value
from migration.values.merge import Config

_SECTIONS: Final = ("targets", "sources")


def is_fusion(value: Config) -> bool:
    """Tell whether a config is a fusion config; a training config has no list of datasets."""
    return any(isinstance(value.get(section), list) for section in _SECTIONS)


def _fusion_problems(merged: Config) -> Iterator[Problem]:
    """Yield which rules a merged fusion config breaks; it is shaped."""
    targets, sources = (entries(merged, section) for section in _SECTIONS)
    if not targets:
        yield Problem((), "a fusion config needs at least one target")
    for name, entry in sources.items():
        at = ("sources", name)
        if name in targets:
            yield Problem(at, f"{describe_value(name)} is the name of a target and of a source")
        if "ratio" not in entry:
            yield Problem(at, f"the source {describe_value(name)} has no 'ratio'")
        elif not _is_ratio(entry["ratio"]):
            message = f"the ratio of {describe_value(name)} must be a number of at least 0"
            yield Problem((*at, "ratio"), message, f"not {describe_value(entry['ratio'])}")


def _is_ratio(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        return float(value) >= 0
    except (ValueError, OverflowError):
        return False


FUSION: Final = ByName(_SECTIONS, _fusion_problems)
"""The way fusion configs merge: `targets` and `sources` by name."""


def FusionConfig(tree: Tree, dialect: Dialect = USUAL) -> ConfigLoader:  # noqa: N802 - as promised
    """Return a loader of fusion configs, which `extend` as all others do.

    It keeps every one: they are few, and many presets name each of them.
    """
    return ConfigLoader(tree, dialect, FUSION, cache=Cache(most_kept=None))
