"""`extends`: an entry file -> what it resolves to, the files merged for it, and their marks.

The merge rule is `merging`'s, what a single file says `sources`' part.
"""

from __future__ import annotations

import posixpath
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, Self, cast

from migration.errors import Fault, MigrationError, ask_if_meant
from migration.files.tree import Tree
from migration.resolve.inheritance import USUAL, Inheritance
from migration.resolve.resolved import Layer, Resolved, merge_order
from migration.resolve.source_files import Sources
from migration.values.keypath import KeyPath
from migration.values.merge import Config, fresh, merge
from migration.yaml.load import load_mapping
from migration.yaml.marks import MarkTree
from migration.yaml.rules import NO_RULES, YamlRules

MAX_DESCENT: Final = 200
"""How many files may extend one another in a row; each is a call within a call."""
_ALLOW_OUTSIDE = "set allow_outside = true in [tool.config-migration] to permit it"


class ConfigLoader:
    """Resolves the files of one tree: each is read once, and each chain merged once.

    What others extend is kept. Of the files that nobody has extended yet only those asked for last
    are, since there can be very many: one that is extended later than that is read once more.
    """

    _most_kept: int | None = 100

    def __init__(
        self,
        tree: Tree,
        *,
        allow_outside: bool = False,
        inheritance: Inheritance = USUAL,
        rules: YamlRules = NO_RULES,
    ) -> None:
        """Resolve within `tree`; a file inside it may extend one outside only if allowed."""
        self._tree = tree
        self._allow_outside = allow_outside
        self._inheritance = inheritance
        self.rules = rules
        self._sources = Sources(tree, inheritance, rules)
        self._resolved: dict[str, Resolved] = {}
        self._descents: dict[str, int] = {}
        """How many files in a row each resolved one is the first of."""
        self._layers: dict[str, Layer] = {}
        self._merged_marks: dict[str, MarkTree] = {}
        self._bases: set[str] = set()
        """What some file extends."""
        self._asked_for: dict[str, None] = {}
        """What was resolved for its own sake, what was asked for last at the end."""

    @property
    def key(self) -> str:
        """The root key by which files name what they extend."""
        return self._inheritance.key

    def on(self, tree: Tree) -> Self:
        """Return a loader of the same kind, by the same rules, for another tree."""
        return self._like(tree, self._inheritance)

    def unguarded(self) -> Self:
        """Return a loader of the same tree that takes any other key for a value."""
        return self._like(self._tree, replace(self._inheritance, is_guarded=False))

    def _like(self, tree: Tree, inheritance: Inheritance) -> Self:
        outside = self._allow_outside
        return type(self)(tree, allow_outside=outside, inheritance=inheritance, rules=self.rules)

    def read_along(self) -> None:
        """From here on, read the marks and the digest of each file in one go with its value."""
        self._sources.read_along()

    def load_yaml(self, path: str) -> Config:
        """Return what the one file says, `extends` included; the result is the caller's own.

        Raises:
            MigrationError: the file cannot be read, or its root is not a mapping.
        """
        return cast("Config", fresh(load_mapping(self._tree.read_config(path), path, self.rules)))

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
        """Return what the file resolves to.

        Bases merge in the order in which `extends` names them, later over earlier, the file itself
        last; `extends` is no part of the result.

        Raises:
            MigrationError: a file of the chain is missing, broken or outside the root, `extends`
                has another type, `inherit` is used, the chain is a cycle, or more than
                `MAX_DESCENT` files extend one another in a row. Each fault lists the hops from its
                file up to the entry.
        """
        real = self._tree.real_path(path)
        is_named_inside = not posixpath.normpath(path).startswith(("/", "../"))
        if real.startswith("/") and is_named_inside and not self._allow_outside:
            message = f"leads outside the project: {real}"
            raise MigrationError(Fault(message, path, hint=_ALLOW_OUTSIDE))
        resolved = self._resolve(real, (), {})
        self._keep(real)
        return resolved

    def digest(self, path: str) -> str:
        """Return the digest of a file of a chain, by its real path.

        Raises:
            MigrationError: the file cannot be read.
        """
        return self._sources.digest(path)

    def bases(self, path: str) -> tuple[str, ...]:
        """Return the real paths of the files that a file of a chain extends, in that order.

        Raises:
            MigrationError: the file cannot be read.
        """
        known = self._layers.get(path)
        return known.bases if known else self._bases_of(path)

    def marks(self, path: str) -> MarkTree:
        """Return the marks of what the file resolves to, an origin for every leaf: read only.

        The files are read once more for this, since marks are seldom asked for.

        Raises:
            MigrationError: as `resolve`.
        """
        return self._marks(self.resolve(path).path)

    def layer(self, path: str) -> Layer:
        """Return what the file itself adds to what it extends.

        Raises:
            MigrationError: as `resolve`.
        """
        # Not what a subclass asks of a whole config: a base need not be one.
        return self._layer(ConfigLoader.resolve(self, path).path)

    def needs(self, path: str) -> frozenset[str]:
        """Return what must be in place for the file to resolve: its chain, and each link to it.

        Raises:
            MigrationError: as `resolve`.
        """
        chain = frozenset(self.resolve(path).chain)
        links = [
            self._tree.links(base, posixpath.dirname(file))
            for file in chain
            for base in self._sources.said(file).bases
        ]
        return chain.union(self._tree.links(path), *links)

    def text(self, path: str) -> str:
        """Return the text of a file of a chain.

        Raises:
            MigrationError: the file cannot be read.
        """
        return self._tree.read_config(path)

    def merged_path(self, path: str, key_path: KeyPath) -> KeyPath:
        """Return a path of what the file resolves to, as layers have it while they merge.

        Raises:
            MigrationError: as `resolve`.
        """
        return key_path

    def shape(self, body: Config, path: str) -> Config:
        """Return one file's values in the form in which layers merge."""
        return body

    def unshape(self, merged: Config) -> Config:
        """Return merged values in the form of the result."""
        return merged

    def shape_marks(self, body: Config, marks: MarkTree) -> MarkTree:
        """Return one file's marks in the form in which layers merge; `body` is as written."""
        return marks

    def merge_layers(
        self, base: Mapping[Hashable, object], override: Mapping[Hashable, object]
    ) -> Config:
        """Merge two layers, of values or of marks, both shaped."""
        return merge(base, override)

    def _keep(self, path: str) -> None:
        """Keep what was asked for last, and forget what was asked for long before."""
        self._asked_for.pop(path, None)
        self._asked_for[path] = None
        if self._most_kept is None or len(self._asked_for) <= self._most_kept:
            return
        oldest = next(iter(self._asked_for))
        del self._asked_for[oldest]
        if oldest not in self._bases:
            kept: tuple[dict[str, Any], ...] = (
                *(self._resolved, self._descents),
                *(self._layers, self._merged_marks),
            )
            for each in kept:
                each.pop(oldest, None)
            self._sources.forget(oldest)

    def _resolve(
        self, path: str, descent: tuple[str, ...], failed: dict[str, tuple[Fault, ...]]
    ) -> Resolved:
        """Resolve a file that those of `descent` extend, `failed` being known not to resolve.

        However many ways lead to a file, it is looked at once.
        """
        if path in self._resolved:
            return self._resolved[path]
        said, here = self._sources.said(path), (*descent, path)
        layers: list[Resolved] = []
        faults: list[Fault] = []
        for position, written in enumerate(said.bases):
            base = self._base(path, written)
            if refusal := self._refusal(base, written, here):
                origin = self._sources.base_origin(path, position)
                faults.append(refusal.at(path, origin.line, origin.column))
                continue
            self._bases.add(base)
            if base not in failed:
                try:
                    layers.append(self._resolve(base, here, failed))
                    continue
                except MigrationError as error:
                    failed[base] = error.faults
            hop = f"{self._sources.base_origin(path, position)}: extends {written}"
            faults += [fault.reached_from(hop) for fault in failed[base]]
        if faults:
            raise MigrationError(*faults)
        value: Config = {}
        for layer in (*(layer.value for layer in layers), self.shape(said.body, path)):
            value = self.merge_layers(value, layer)
        chain = merge_order(file for layer in layers for file in layer.chain)
        rare = _union((*(layer.rare for layer in layers), said.rare))
        self._resolved[path] = Resolved(path, value, (*chain, path), rare)
        self._descents[path] = 1 + max((self._descents[base.path] for base in layers), default=0)
        return self._resolved[path]

    def _marks(self, path: str) -> MarkTree:
        if path in self._merged_marks:
            return self._merged_marks[path]
        own = self._layer(path)
        marks: Config = {}
        for layer in (*map(self._marks, own.bases), own.marks):
            marks = self.merge_layers(marks, cast("Config", layer))
        self._merged_marks[path] = cast("MarkTree", marks)
        return self._merged_marks[path]

    def _layer(self, path: str) -> Layer:
        if path not in self._layers:
            said = self._sources.said(path)
            self._layers[path] = Layer(
                path,
                self._bases_of(path),
                self.shape(said.body, path),
                self.shape_marks(said.body, self._sources.marks(path)),
            )
        return self._layers[path]

    def _bases_of(self, path: str) -> tuple[str, ...]:
        return tuple(self._base(path, written) for written in self._sources.said(path).bases)

    def _base(self, path: str, written: str) -> str:
        return self._tree.real_path(written, posixpath.dirname(path))

    def _refusal(self, base: str, written: str, descent: tuple[str, ...]) -> Fault | None:
        """Say why the last file of `descent` may not extend `base`, if it may not."""
        if base in descent:
            circle = " -> ".join((*descent[descent.index(base) :], base))
            return Fault(f"{self.key!r} is a cycle: {circle}")
        if len(descent) + self._descents.get(base, 1) > MAX_DESCENT:
            return Fault(f"more than {MAX_DESCENT} files extend one another in a row")
        outside = base.startswith("/") and not descent[-1].startswith("/")
        if outside and not self._allow_outside:
            message = f"the base {written!r} lies outside the project: {base}"
            return Fault(message, hint=_ALLOW_OUTSIDE)
        if not self._tree.is_file(base):
            if found := self._tree.irregular(base):
                return Fault(f"the base {written!r} is {found}, not a file")
            nearest = self._tree.nearest(base)
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
