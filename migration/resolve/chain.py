"""Follows `extends`: a file -> the files merged for it, and their merged values.

What a single file says is `source_files`' part, how two layers merge `by_name`'s.
"""

from __future__ import annotations

import posixpath
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from migration.errors import Fault, MigrationError
from migration.paths import RealPath
from migration.resolve.by_name import ByName
from migration.resolve.near_bases import suggest_base
from migration.resolve.resolved import Resolved, merge_order
from migration.resolve.source_files import SourceFiles
from migration.text import advise_checkout, quote_name
from migration.values.merge import Config

MAX_DESCENT: Final = 200
"""How many files may extend one another in a row; each is a call within a call."""
ALLOW_OUTSIDE: Final = "set allow_outside = true in the settings to permit it"

Failures: TypeAlias = dict[str, tuple[Fault, ...]]


@dataclass(frozen=True, slots=True)
class ChainMerger:
    """Merges each file over its bases, once, however many ways lead to it; the cache keeps it."""

    files: SourceFiles
    merging: ByName

    def merge(self, path: RealPath, asked: str) -> Resolved:
        """Return what the file at a real path resolves to, its value still shaped.

        `asked` is the path by which it was asked for.

        Raises:
            MigrationError: as `ConfigLoader.resolve`.
        """
        return self._merge(path, asked if is_by_link(path, asked) else path, (), {})

    def _merge(
        self,
        path: RealPath,
        asked: str,
        descent: tuple[RealPath, ...],
        known_failures: Failures,
    ) -> Resolved:
        """Merge a file that the last one of `descent` extends, and names by the path `asked`."""
        cache = self.files.cache
        if path in cache.merged:
            return cache.merged[path]
        file = self.files.read(path)
        bases = self._merge_bases(asked, (*descent, path), known_failures)
        if problems := [*self.merging.problems(file.body)]:
            faults = (self.files.fault_at(path, each.path, each.message) for each in problems)
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
        self, asked: str, descent: tuple[RealPath, ...], known_failures: Failures
    ) -> list[Resolved]:
        """Merge each base of the last file of `descent`, reached by `asked`, lowest first.

        `known_failures` are the faults of each base that cannot be resolved. All calls of one
        `merge` share it, siblings too, and add to it: a base that failed is not tried again.
        """
        path = descent[-1]
        merged: list[Resolved] = []
        faults: list[Fault] = []
        for position, written in enumerate(self.files.read(path).bases):
            base = self.files.base_path(path, written)
            if refusal := self._refusal(base, written, asked, descent):
                origin = self.files.base_origin(path, position)
                faults.append(refusal.at(path, origin.line, origin.column))
                continue
            self.files.cache.bases.add(base)
            way = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
            is_linked = is_by_link(base, way)
            if base not in known_failures:
                try:
                    merged.append(
                        self._merge(base, way if is_linked else base, descent, known_failures)
                    )
                    continue
                except MigrationError as error:
                    known_failures[base] = error.faults
            link = ", a link" if is_linked else ""
            hop = f"{self.files.base_origin(path, position)}: extends {written}{link}"
            faults += [fault.reached_from(hop) for fault in known_failures[base]]
        if faults:
            raise MigrationError(*faults)
        return merged

    def _refusal(
        self, base: RealPath, written: str, asked: str, descent: tuple[RealPath, ...]
    ) -> Fault | None:
        """Say why the last file of `descent` may not extend `base`, if it may not."""
        tree, dialect, path = self.files.tree, self.files.dialect, descent[-1]
        if base in descent:
            circle = " -> ".join((*descent[descent.index(base) :], base))
            return Fault(f"{dialect.key!r} is a cycle: {circle}")
        if len(descent) + self.files.cache.descents.get(base, 1) > MAX_DESCENT:
            return Fault(f"the {dialect.key!r} chain is deeper than {MAX_DESCENT} files")
        name = quote_name(written)
        outside = base.startswith("/") and not path.startswith("/")
        is_there = tree.is_file(base)
        if not is_there and (folder := tree.empty_submodule(base)):
            message = f"the base {name} is in the submodule {folder}, which is not checked out"
            return Fault(message, hint=advise_checkout(folder))
        near = None if is_there else suggest_base(tree, written, path, asked, descent)
        if outside and not dialect.allow_outside:
            message = f"the base {name} lies outside the project: {base}"
            return Fault(message, hint=near or ALLOW_OUTSIDE)
        if not is_there:
            if found := tree.irregular(base):
                return Fault(f"the base {name} is {found}, not a file")
            return Fault(f"unknown base {name}", hint=near)
        return None


def is_by_link(real: RealPath, asked: str) -> bool:
    """Tell whether a file was asked for by a path that has a link on its way."""
    return not asked.startswith("/") and not real.startswith("/") and real != asked


def _union(parts: Iterable[frozenset[Hashable] | None]) -> frozenset[Hashable] | None:
    """Return what is in any of the sets, None if one of them is not known."""
    known: frozenset[Hashable] = frozenset()
    for part in parts:
        if part is None:
            return None
        known |= part
    return known
