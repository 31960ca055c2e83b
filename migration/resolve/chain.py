"""Follows `extends`: a file -> the files merged for it, and their merged values.

What a single file says is `source_files`' part, how two layers merge `by_name`'s.
"""

from __future__ import annotations

import posixpath
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from migration.errors import Fault, MigrationError, ask_if_meant
from migration.paths import RealPath
from migration.resolve.by_name import ByName
from migration.resolve.resolved import Resolved, merge_order
from migration.resolve.source_files import SourceFiles
from migration.values.merge import Config

MAX_DESCENT: Final = 200
"""How many files may extend one another in a row; each is a call within a call."""
ALLOW_OUTSIDE: Final = "set allow_outside = true in [tool.config-migration] to permit it"

Failures: TypeAlias = dict[str, tuple[Fault, ...]]


@dataclass(frozen=True, slots=True)
class ChainMerger:
    """Merges each file over its bases, once, however many ways lead to it; the cache keeps it."""

    files: SourceFiles
    merging: ByName

    def merge(self, path: RealPath) -> Resolved:
        """Return what the file at a real path resolves to, its value still shaped.

        Raises:
            MigrationError: as `ConfigLoader.resolve`.
        """
        return self._merge(path, (), {})

    def _merge(
        self, path: RealPath, descent: tuple[RealPath, ...], known_failures: Failures
    ) -> Resolved:
        """Merge a file that the last one of `descent` extends."""
        cache = self.files.cache
        if path in cache.merged:
            return cache.merged[path]
        file = self.files.read(path)
        bases = self._merge_bases((*descent, path), known_failures)
        if problems := [*self.merging.problems(file.body)]:
            faults = (self.files.fault_at(path, *problem) for problem in problems)
            raise MigrationError(*faults)
        value: Config = {}
        for layer in (*(base.value for base in bases), self.merging.shape(file.body)):
            value = self.merging.merge(value, layer)
        chain = merge_order(name for base in bases for name in base.chain)
        non_native = _union((*(base.non_native for base in bases), file.non_native))
        cache.merged[path] = Resolved(path, value, (*chain, path), non_native)
        cache.descents[path] = 1 + max((cache.descents[base.path] for base in bases), default=0)
        return cache.merged[path]

    def _merge_bases(
        self, descent: tuple[RealPath, ...], known_failures: Failures
    ) -> list[Resolved]:
        """Merge each base of the last file of `descent`, lowest precedence first.

        `known_failures` are the faults of each base that cannot be resolved. All calls of one
        `merge` share it, siblings too, and add to it: a base that failed is not tried again.
        """
        path = descent[-1]
        merged: list[Resolved] = []
        faults: list[Fault] = []
        for position, written in enumerate(self.files.read(path).bases):
            base = self.files.base_path(path, written)
            if refusal := self._refusal(base, written, descent):
                origin = self.files.base_origin(path, position)
                faults.append(refusal.at(path, origin.line, origin.column))
                continue
            self.files.cache.bases.add(base)
            if base not in known_failures:
                try:
                    merged.append(self._merge(base, descent, known_failures))
                    continue
                except MigrationError as error:
                    known_failures[base] = error.faults
            hop = f"{self.files.base_origin(path, position)}: extends {written}"
            faults += [fault.reached_from(hop) for fault in known_failures[base]]
        if faults:
            raise MigrationError(*faults)
        return merged

    def _refusal(self, base: RealPath, written: str, descent: tuple[RealPath, ...]) -> Fault | None:
        """Say why the last file of `descent` may not extend `base`, if it may not."""
        tree, dialect = self.files.tree, self.files.dialect
        if base in descent:
            circle = " -> ".join((*descent[descent.index(base) :], base))
            return Fault(f"{dialect.key!r} is a cycle: {circle}")
        if len(descent) + self.files.cache.descents.get(base, 1) > MAX_DESCENT:
            return Fault(f"more than {MAX_DESCENT} files extend one another in a row")
        outside = base.startswith("/") and not descent[-1].startswith("/")
        if outside and not dialect.allow_outside:
            message = f"the base {written!r} lies outside the project: {base}"
            return Fault(message, hint=ALLOW_OUTSIDE)
        if not tree.is_file(base):
            if found := tree.irregular(base):
                return Fault(f"the base {written!r} is {found}, not a file")
            nearest = tree.nearest(base)
            meant = nearest and posixpath.relpath(nearest, posixpath.dirname(descent[-1]))
            return Fault(f"unknown base {written!r}", hint=ask_if_meant(meant))
        return None


def _union(parts: Iterable[frozenset[Hashable] | None]) -> frozenset[Hashable] | None:
    """Return what is in any of the sets, None if one of them is not known."""
    known: frozenset[Hashable] = frozenset()
    for part in parts:
        if part is None:
            return None
        known |= part
    return known
