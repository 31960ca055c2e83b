"""The loader: what a file resolves to, its chain and its marks, by the dialect of a project."""

from __future__ import annotations

import posixpath
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from typing import cast

from migration.errors import Fault, MigrationError
from migration.files.tree import Tree
from migration.paths import RealPath
from migration.resolve.by_name import PLAIN, ByName
from migration.resolve.cache import Cache
from migration.resolve.chain import ALLOW_OUTSIDE, ChainMerger, is_by_link
from migration.resolve.dialect import USUAL, Dialect
from migration.resolve.layers import LayerReader
from migration.resolve.resolved import Layer, Resolved, SourceFile
from migration.resolve.shared_files import SharedFiles
from migration.resolve.source_files import SourceFiles
from migration.values.keypath import KeyPath
from migration.values.merge import Config, fresh, merge
from migration.yaml.load import load_mapping
from migration.yaml.marks import MarkTree, nearest_origin


class ConfigLoader:
    """Resolves the files of one tree: each is read once, and each chain merged once."""

    def __init__(
        self,
        tree: Tree,
        dialect: Dialect = USUAL,
        merging: ByName = PLAIN,
        *,
        cache: Cache | None = None,
        prefetch: bool = False,
    ) -> None:
        """Resolve within `tree`; `merging` says how layers merge and what an entry must have.

        With `prefetch` each file's marks and digest are read along with its value: for callers
        that need all of them.
        """
        self.dialect = dialect
        self.merging = merging
        self._tree = tree
        self._cache = cache or Cache()
        self._files = SourceFiles(tree, dialect, self._cache, prefetch)
        self._chains = ChainMerger(self._files, merging)
        self._layers = LayerReader(self._files, merging)

    @property
    def key(self) -> str:
        """The root key by which files name what they extend."""
        return self.dialect.key

    def on(self, tree: Tree) -> ConfigLoader:
        """Return a loader like this one for another tree."""
        return ConfigLoader(tree, self.dialect, self.merging, cache=Cache(self._cache.most_kept))

    def sharing(self, shared: SharedFiles) -> ConfigLoader:
        """Return a loader of the same tree that shares what it reads with that of another tree."""
        cache = Cache(self._cache.most_kept, shared)
        return ConfigLoader(self._tree, self.dialect, self.merging, cache=cache)

    def unguarded(self) -> ConfigLoader:
        """Return a loader of the same tree that takes any other key for a value."""
        dialect = replace(self.dialect, is_guarded=False)
        cache = Cache(self._cache.most_kept)
        return ConfigLoader(self._tree, dialect, self.merging, cache=cache)

    def prefetching(self) -> ConfigLoader:
        """Return a loader that prefetches; the two share what each of them reads and merges."""
        tree, cache = self._tree, self._cache
        return ConfigLoader(tree, self.dialect, self.merging, cache=cache, prefetch=True)

    def load_yaml(self, path: str) -> Config:
        """Return what the one file says, `extends` included; the result is the caller's own.

        Raises:
            MigrationError: the file cannot be read, or its root is not a mapping.
        """
        return cast("Config", fresh(load_mapping(self.text(path), path, self.dialect.yaml)))

    def load_yaml_with_extends(self, path: str) -> Config:
        """Return what the file resolves to; the result is the caller's own.

        Raises:
            MigrationError: as `resolve`.
        """
        return cast("Config", fresh(self.resolve(path).value))

    @staticmethod
    def merge_configs(
        base: Mapping[Hashable, object], override: Mapping[Hashable, object]
    ) -> Config:
        """Return `override` over `base` by the rule of `merge`; the result is the caller's own."""
        return cast("Config", fresh(merge(base, override)))

    def resolve(self, path: str) -> Resolved:
        """Return what an entry resolves to: a file that must be a whole config.

        Raises:
            MigrationError: as `resolve_file`, or it breaks a rule of the loader's `merging`.
        """
        merged = self._merge(path)
        if merged.path not in self._cache.checked:
            if faults := tuple(self._faults(merged)):
                raise MigrationError(*faults)
            self._cache.checked[merged.path] = self._finish(merged)
        return self._cache.checked[merged.path]

    def resolve_file(self, path: str) -> Resolved:
        """Return what any file resolves to: a base, say, which need not be a whole config.

        Bases merge in the order in which `extends` names them, later over earlier, the file itself
        last; `extends` is no part of the result.

        Raises:
            MigrationError: a file of the chain is missing, broken or outside the root, `extends`
                has another type, `inherit` is used, the chain is a cycle, or more than
                `MAX_DESCENT` files extend one another in a row. Each fault lists the hops from its
                file up to the entry.
        """
        return self._finish(self._merge(path))

    def faults(self, path: str) -> tuple[Fault, ...]:
        """Return what keeps a file from being a whole config.

        Raises:
            MigrationError: as `resolve_file`.
        """
        return tuple(self._faults(self._merge(path)))

    def canonical(self, path: str) -> bytes:
        """Return the canonical JSON of what an entry resolves to; it is written out once.

        Raises:
            MigrationError: as `resolve`.
        """
        if path not in self._cache.texts:
            self._cache.texts[path] = self.resolve(path).canonical()
        return self._cache.texts[path]

    def marks(self, path: str) -> MarkTree:
        """Return the marks of what a file resolves to, an origin for every leaf: read only.

        Unless they were prefetched, the files are read again for this.

        Raises:
            MigrationError: as `resolve_file`.
        """
        return self.merging.unshape_marks(self._layers.marks(self._merge(path).path))

    def layer(self, path: str) -> Layer:
        """Return what a file itself adds to what it extends.

        Raises:
            MigrationError: as `resolve_file`.
        """
        return self._layers.layer(self._merge(path).path)

    def merged_path(self, path: str, key_path: KeyPath) -> KeyPath:
        """Return a path of what a file resolves to, as its layers have it while they merge.

        Raises:
            MigrationError: as `resolve_file`.
        """
        return self.merging.merged_path(self._merge(path).value, key_path)

    def needs(self, path: str) -> frozenset[str]:
        """Return what must be in place for an entry to resolve: its chain, and each link to it.

        Raises:
            MigrationError: as `resolve`.
        """
        chain = frozenset(self.resolve(path).chain)
        links = [
            self._tree.links(base, posixpath.dirname(file))
            for file in chain
            for base in self._files.read(file).bases
        ]
        return chain.union(self._tree.links(path), *links)

    def bases(self, path: str) -> tuple[RealPath, ...]:
        """Return the real paths of the files that a file extends, by its own, in that order.

        Raises:
            MigrationError: the file cannot be read.
        """
        known = self._cache.layers.get(path)
        return known.bases if known else self._files.bases(path)

    def source(self, path: str) -> SourceFile:
        """Return what one file says by itself, by its real path: read only.

        Raises:
            MigrationError: the file cannot be read.
        """
        return self._files.read(path)

    def digest(self, path: str) -> str:
        """Return the digest of a file, by its real path.

        Raises:
            MigrationError: the file cannot be read.
        """
        return self._files.digest(path)

    def text(self, path: str) -> str:
        """Return the text of a file.

        Raises:
            MigrationError: the file cannot be read.
        """
        return self._tree.read_config(path)

    def _merge(self, path: str) -> Resolved:
        """Return what a file resolves to, in the form in which layers merge."""
        real = self._tree.real_path(path)
        is_named_inside = not posixpath.normpath(path).startswith(("/", "../"))
        if real.startswith("/") and is_named_inside and not self.dialect.allow_outside:
            message = f"leads outside the project: {real}"
            raise MigrationError(Fault(message, path, hint=ALLOW_OUTSIDE))
        asked = posixpath.normpath(path)
        try:
            merged = self._chains.merge(real, asked)
        except MigrationError as error:
            if not is_by_link(real, asked):
                raise
            hop = f"{asked}, a link"
            raise MigrationError(*(fault.reached_from(hop) for fault in error.faults)) from None
        self._cache.keep_entry(real)
        return merged

    def _finish(self, merged: Resolved) -> Resolved:
        return replace(merged, value=self.merging.unshape(merged.value))

    def _faults(self, merged: Resolved) -> Iterator[Fault]:
        for key_path, problem, found in self.merging.check(merged.value):
            is_shown = found and self.dialect.yaml.is_quoting
            message = f"{problem}, {found}" if is_shown else problem
            if not key_path:
                yield Fault(message, merged.path)
                continue
            origin = nearest_origin(self._layers.marks(merged.path), key_path)
            yield Fault(message, origin.path, origin.line, origin.column)
