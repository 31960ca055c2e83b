"""Collects what the files of a config can tell about a difference, only if there is one.

`hints` decides which of it explains the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial

from migration.resolve.history import HistoryStep, trace_history
from migration.resolve.loader import ConfigLoader
from migration.resolve.origins import file_of
from migration.resolve.resolved import Resolved
from migration.values.keypath import KeyPath
from migration.yaml.duplicates import Duplicate, find_duplicates
from migration.yaml.marks import Origin
from migration.yaml.pitfalls import Misread, find_misreadings
from migration.yaml.rules import YamlRules


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the files of one config say: the history of a path, misread scalars, duplicate keys."""

    steps: Callable[[KeyPath], tuple[HistoryStep, ...]]
    misread_at: Callable[[str], tuple[Misread, ...]]
    """By `file:line`."""
    duplicates_at: Callable[[KeyPath], tuple[Duplicate, ...]]
    """Those in files over which no other file sets anything at the path."""


def collect_evidence(
    loader: ConfigLoader, resolved: Resolved, suspects: Collection[str] | None = None
) -> Evidence:
    """Return the evidence from the files of a config in the tree.

    Duplicate keys are looked for in the suspects alone, unless these are None.
    """

    @cache
    def misread_in(file: str) -> Mapping[str, tuple[Misread, ...]]:
        return _find_misread(loader.text(file), file, loader.dialect.yaml)

    def misread_at(place: str) -> tuple[Misread, ...]:
        return misread_in(file_of(place)).get(place, ())

    steps = partial(trace_history, loader, resolved.path)

    @cache
    def duplicates_in_chain() -> tuple[Duplicate, ...]:
        return tuple(
            found
            for file in resolved.chain
            if suspects is None or file in suspects
            for found in _find_duplicates(loader.text(file), file, loader.dialect.yaml)
        )

    def duplicates_at(path: KeyPath) -> tuple[Duplicate, ...]:
        found = duplicates_in_chain()
        if not found:
            return ()
        downward = resolved.chain[::-1]
        said = [step.origin.path for step in steps(path) if step.effect != "undone"]
        files = downward[: downward.index(said[-1]) + 1] if said else downward
        return tuple(each for each in found if each.origin.path in files)

    return Evidence(steps, misread_at, duplicates_at)


def rename_files(evidence: Evidence, name: Callable[[str], str]) -> Evidence:
    """Return the evidence with other names for the files, as for those of another project."""

    def rename(origin: Origin) -> Origin:
        return origin._replace(path=name(origin.path))

    def rename_duplicate(found: Duplicate) -> Duplicate:
        merged = tuple(map(rename_duplicate, found.merged))
        origin, dropped = rename(found.origin), rename(found.dropped)
        return replace(found, origin=origin, dropped=dropped, merged=merged)

    return replace(
        evidence,
        steps=lambda path: tuple(
            replace(step, origin=rename(step.origin)) for step in evidence.steps(path)
        ),
        duplicates_at=lambda path: tuple(map(rename_duplicate, evidence.duplicates_at(path))),
    )


@lru_cache(maxsize=256)
def _find_misread(text: str, path: str, rules: YamlRules) -> Mapping[str, tuple[Misread, ...]]:
    places: dict[str, tuple[Misread, ...]] = {}
    for found in find_misreadings(text, path, rules):
        place = str(found.origin)
        places[place] = (*places.get(place, ()), found)
    return places


@lru_cache(maxsize=256)
def _find_duplicates(text: str, path: str, rules: YamlRules) -> tuple[Duplicate, ...]:
    return tuple(find_duplicates(text, path, rules))
