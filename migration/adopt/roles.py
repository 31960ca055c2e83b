"""Sorts the configs of a tree: presets, files that are only inherited from, and data of presets."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from migration.adopt.inheritance_key import find_bases
from migration.adopt.survey import Survey
from migration.paths import is_within

_WORD: Final = (
    r"(?:base|default|common|shared|component|fragment|include|template|mixin|abstract)s?"
)
_PART_NAME: Final = re.compile(rf"_.*|.*_|(?:.*[-_.])?{_WORD}(?:[-_.].*)?", re.IGNORECASE)
"""How people name files, and folders of files, from which no run starts."""
_CONFIG_FOLDER: Final = re.compile(r"conf|cfg|preset|experiment|recipe", re.IGNORECASE)
_BASE_NAME: Final = re.compile(
    r"_*(?:base|defaults?|common)(?:[-_](?:config|cfg))?_*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Roles:
    """What each config of a tree is for, by path.

    `apart` has the configs that seem to be none of these, `unsure` the presets that may be none,
    each with the reason.
    """

    presets: frozenset[str]
    parts: frozenset[str]
    """The files that others inherit from, and that are never run."""
    chained: frozenset[str]
    """The files that presets are built from, themselves included."""
    named: Mapping[str, str]
    """The files that a config names as a value, each with the root key."""
    apart: Mapping[str, str]
    unsure: Mapping[str, str]
    base: str | None
    deepest: int
    """The largest number of files that one preset is built from."""


def sort_roles(survey: Survey, key: str | None) -> Roles:
    """Return what each config is for, where files inherit by `key`, or not at all."""
    bases = find_bases(survey, key) if key else {}
    inherited = frozenset(base for named in bases.values() for base in named)
    named = dict(_list_data(survey, key, bases, inherited))
    leaves = survey.configs.keys() - inherited - named.keys()
    presets: set[str] = set()
    parts: set[str] = set()
    apart: dict[str, str] = {}
    unsure: dict[str, str] = {}
    homes = _find_homes(leaves, bases.keys())
    around = _find_config_folders(homes)
    for path in sorted(survey.configs.keys() - named.keys()):
        folder = posixpath.dirname(path)
        if path in inherited:
            if _is_part(path) or (path not in bases and folder not in homes):
                parts.add(path)
                continue
            unsure[path] = "others inherit from it"
        elif path not in bases:
            beneath = [each for each in around if is_within(folder, each)]
            if not beneath:
                apart[path] = (
                    "not beside any config that inherits" if bases else "not in a folder of configs"
                )
                continue
            if bases and _is_part(f"{folder[len(beneath[0]) :]}/".lstrip("/")):
                apart[path] = "nothing inherits from it, and its folder has the name of parts"
                continue
            if bases:
                unsure[path] = "it inherits nothing, unlike files beside it"
        presets.add(path)
    reached = [_find_chain(path, bases) for path in presets if path in bases]
    base = _find_base(parts - bases.keys(), reached) if reached else None
    deepest = max(map(len, reached), default=1)
    chained = frozenset[str]().union(*reached)
    return Roles(frozenset(presets), frozenset(parts), chained, named, apart, unsure, base, deepest)


def _list_data(
    survey: Survey, key: str | None, bases: Collection[str], inherited: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield each config that presets name as a value, and the root key under which they do.

    A file outside the inheritance may be a list of runs, and where one file of a folder is not
    named, the others may be runs as well.
    """
    found = {
        named: root_key
        for path in sorted({*bases, *inherited} & survey.configs.keys())
        for named, root_key in _list_named(survey, path, key)
        if named != path and named not in inherited
    }
    others = survey.configs.keys() - inherited - found.keys()
    folders = {posixpath.dirname(path) for path in others}
    return (each for each in found.items() if posixpath.dirname(each[0]) not in folders)


def _list_named(survey: Survey, path: str, key: str | None) -> Iterator[tuple[str, str]]:
    file = survey.configs[path]
    for root_key, naming in file.namings.items():
        for text in naming.texts if root_key != key else ():
            folder = posixpath.dirname(file.real)
            named = survey.find_config(text, folder) or survey.find_config(text, "")
            if named:
                yield named, root_key


def _find_homes(leaves: Collection[str], inheriting: Collection[str]) -> frozenset[str]:
    """Return the folders that hold presets: where files inherit, or else folders of configs."""
    inherited_into = {posixpath.dirname(path) for path in leaves if path in inheriting}
    if inherited_into:
        return frozenset(inherited_into)
    folders = {posixpath.dirname(path) for path in leaves}
    return frozenset(each for each in folders if _CONFIG_FOLDER.search(each)) or frozenset(folders)


def _find_config_folders(homes: Collection[str]) -> frozenset[str]:
    """Return the folders around all presets: one, or those at the top where the root is all."""
    if not homes or "" in homes:
        return frozenset(homes)
    if common := posixpath.commonpath(homes):
        return frozenset({common})
    return frozenset(home.partition("/")[0] for home in homes)


def _is_part(path: str) -> bool:
    """Tell whether a file has the name of a part, or lies in a folder that has.

    >>> [_is_part(path) for path in ("c/_base_/a.yaml", "c/sft_base.yaml", "c/baseline.yaml")]
    [True, True, False]
    """
    *folders, name = path.split("/")
    return any(_PART_NAME.fullmatch(part) for part in (*folders, name.rpartition(".")[0]))


def _find_chain(path: str, bases: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return every file that a config is built from, itself included; circles end."""
    chain: set[str] = set()
    waiting = [path]
    while waiting:
        each = waiting.pop()
        if each not in chain:
            chain.add(each)
            waiting += bases.get(each, ())
    return frozenset(chain)


def _find_base(candidates: Collection[str], chains: Collection[frozenset[str]]) -> str | None:
    """Return the one file with the name of a base that every chain reaches, None without one."""
    counts: defaultdict[str, int] = defaultdict(int)
    for chain in chains:
        for path in chain:
            counts[path] += 1
    found = [
        path
        for path in candidates
        if counts[path] == len(chains)
        and _BASE_NAME.fullmatch(posixpath.basename(path).rpartition(".")[0])
    ]
    return found[0] if len(found) == 1 else None
