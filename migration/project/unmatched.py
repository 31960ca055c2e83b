"""Finds files that are composed as presets are, though no glob of `presets` matches them."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass

from migration.errors import MigrationError
from migration.paths import RealPath, is_hidden, is_yaml
from migration.project.state import State
from migration.resolve.fusion import is_fusion


@dataclass(frozen=True, slots=True)
class Unmatched:
    """The files that look like presets: those built from legacy files, and those that are not.

    The others are beside presets, and extend what those extend.
    """

    legacy: tuple[str, ...] = ()
    shallow: tuple[str, ...] = ()


def find_unmatched_presets(state: State, fusion: Collection[str]) -> Unmatched:
    """Return the files that look like presets and are none, though nothing excludes them.

    No file counts that another one extends, that is a fusion config, or that cannot be read.
    `fusion` are the files of the fusion configs that presets name.
    """
    paths = [path for path in _list_candidates(state) if path not in fusion]
    candidates = {path: bases for path in paths if (bases := _bases(state, path))}
    if not candidates:
        return Unmatched()
    live = state.inventory.map_live()
    used = {file for path in (*live, *candidates) for file in _chain(state, path)[:-1]}
    usual = {base for path in live for base in _bases(state, path)} | live.keys()
    folders = {posixpath.dirname(path) for path in live}
    legacy, shallow = [], []
    for path, bases in candidates.items():
        chain = _chain(state, path)
        if not chain or chain[-1] in used or _is_fusion(state, path):
            continue
        if state.inventory.list_legacy_among(chain):
            legacy.append(path)
        elif posixpath.dirname(path) in folders and usual.intersection(bases):
            shallow.append(path)
    return Unmatched(tuple(legacy), tuple(shallow))


def _list_candidates(state: State) -> Iterator[str]:
    """Yield the YAML files that are neither presets nor bound to be anything else, by name."""
    project, inventory = state.project, state.inventory
    live = inventory.map_live()
    beside = {
        posixpath.join(folder, name)
        for folder in {posixpath.dirname(path) for path in live}
        for name in project.tree.names(folder)
        if is_yaml(name) and not is_hidden(name)
    }
    for path in sorted({*inventory.list_yaml_files(), *beside} - live.keys()):
        settings, real = project.settings, project.tree.real_path(path)
        is_known = path == settings.base or settings.is_excluded(path) or settings.is_preset(path)
        if is_known or inventory.is_legacy(real) or inventory.is_legacy(RealPath(path)):
            continue
        if project.tree.is_file(path) and not real.startswith("/"):
            yield path


def _bases(state: State, path: str) -> Collection[str]:
    with suppress(MigrationError):
        return state.project.configs.bases(state.project.tree.real_path(path))
    return ()


def _chain(state: State, path: str) -> tuple[RealPath, ...]:
    with suppress(MigrationError):
        return state.project.configs.resolve(path).chain
    return ()


def _is_fusion(state: State, path: str) -> bool:
    return is_fusion(state.project.configs.resolve(path).value)
