"""Knows the files of a tree by all the paths that lead to them, and which of them a path names."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate, chain
from typing import Final

from migration.errors import Fault, MigrationError, ask_if_one_meant, suggest_nearest
from migration.files.nearest import find_nearest_paths
from migration.lint.facts import Facts
from migration.paths import RealPath, glob_matches

_LOOKED_AT: Final = "it looks at the YAML files in the folders of `presets` and of the base"


class LintedFiles:
    """The files that the rules look at."""

    def __init__(self, facts: Facts) -> None:
        """Collect the paths of each file."""
        self._facts = facts
        self._names: dict[str, set[str]] = {}
        links = [*facts.files.items(), *((each.name, each.path) for each in facts.presets.values())]
        base = [facts.base] if facts.base else []
        links += ((path, path) for path in (*facts.texts, *facts.files_by_preset, *base))
        for name, real in links:
            group = self._names.setdefault(real, {real})
            group |= {name, *self._names.get(name, ())}
            self._names[name] = group

    @property
    def real_paths(self) -> frozenset[str]:
        """The files by their real paths."""
        facts = self._facts
        return frozenset({*facts.files.values(), *facts.texts, *facts.files_by_preset})

    def names_of(self, path: str) -> Collection[str]:
        """Return all paths of a file."""
        return self._names.get(path, (path,))

    def find_unmatched(self) -> Iterator[Fault]:
        """Yield a fault for each glob of the per-file ignores that matches no file."""
        settings = self._facts.settings
        for glob in settings.lint_per_file:
            if not any(glob_matches(glob, name) for name in self._names):
                message = f"'lint.per_file_ignores' has {glob!r}, which matches no file"
                hint = suggest_nearest(glob, self._names, "correct it, or remove it")
                line = settings.written.get(f"lint.per_file_ignores.{glob}")
                yield Fault(message, settings.source, line, hint=hint)

    def find_named(self, paths: Sequence[str]) -> frozenset[str]:
        """Return the files that the paths, folders and globs name, by all their paths.

        Raises:
            MigrationError: one of them names no file.
        """
        found: set[str] = set()
        faults: list[Fault] = []
        for path in map(posixpath.normpath, paths):
            matched = {name for name in self._names if _is_within(name, path)}
            if not matched:
                meant = find_nearest_paths(path, self._list_places())
                hint = ask_if_one_meant(meant) if meant else _LOOKED_AT
                faults.append(Fault(f"`lint` looks at no file {path!r}", hint=hint))
            found = found.union(*(self._names[name] for name in matched))
        if faults:
            raise MigrationError(*faults)
        return frozenset(found)

    def list_needed(self, files: Collection[str]) -> frozenset[str]:
        """Return the files, and those that they are built from."""
        known = self._facts.files_by_preset
        built = (known[RealPath(file)] for file in files if file in known)
        return frozenset(files).union(*built)

    def _list_places(self) -> Collection[str]:
        """Return the paths of all files, and of the folders that they are in."""
        folders = (accumulate(name.split("/")[:-1], posixpath.join) for name in self._names)
        return {*self._names, *chain.from_iterable(folders)}


def _is_within(name: str, path: str) -> bool:
    return path in {name, "."} or name.startswith(f"{path}/") or glob_matches(path, name)
