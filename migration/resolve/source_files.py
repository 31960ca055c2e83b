"""Reads each config file once: its own values, their positions, and its digest.

What several files make together is `chain`'s part, what a text says `yaml.load`'s.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import cast

from migration.errors import Fault, MigrationError
from migration.files.digest import digest
from migration.files.tree import Tree
from migration.paths import RealPath
from migration.resolve.cache import Cache
from migration.resolve.dialect import Dialect
from migration.resolve.inheritance import foreign_keys
from migration.resolve.resolved import SourceFile
from migration.values.describe import describe_type
from migration.values.keypath import Index, KeyPath
from migration.values.merge import Config
from migration.yaml.load import load_document, load_marks
from migration.yaml.marks import MarkTree, Origin, nearest_origin


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """Reads the files of one tree, by their real paths; the cache keeps what was read."""

    tree: Tree
    dialect: Dialect
    cache: Cache
    prefetch: bool = False
    """Whether each file's marks and digest are read along with its value."""

    def read(self, path: str) -> SourceFile:
        """Return what the file says.

        Raises:
            MigrationError: it cannot be read, its root is no mapping, `inherit` is used, `extends`
                has another type, or another key looks like inheritance.
        """
        if path not in self.cache.files:
            shared = self.cache.shared
            file = (shared and shared.find(self.tree.blob(path))) or self._parse(path)
            self._check_keys(file.body, path)
            self.cache.files[path] = file
        return self.cache.files[path]

    def _parse(self, path: str) -> SourceFile:
        text = self.tree.read_config(path)
        shared, blob = self.cache.shared, None
        if shared:
            blob = self.tree.blob(path) or shared.identify(path, text.encode())
            if known := shared.find(blob):
                return known
        loaded = load_document(text, path, self.dialect.yaml, is_marked=self.prefetch)
        body = cast("Config", loaded.value)
        bases = self._bases(body.pop(self.dialect.key, None), path)
        file = SourceFile(body, bases, loaded.non_native, blob)
        if self.prefetch:
            self.cache.own_marks[path] = cast("MarkTree", loaded.marks)
            self.cache.digests[path] = digest(text.encode())
        if shared:
            shared.keep(file)
        return file

    def _check_keys(self, body: Config, path: str) -> None:
        """Refuse the root keys by which the file may inherit otherwise.

        Raises:
            MigrationError: it has one.
        """
        if "inherit" in body and "inherit" not in self.dialect.permitted:
            hint = f"name the bases with {self.dialect.key!r}"
            message = "the key 'inherit' is not supported"
            raise MigrationError(self.fault_at(path, ("inherit",), message, hint))
        if found := [*foreign_keys(body, path, self.tree, self.dialect)]:
            faults = (self.fault_at(path, (each.key,), *each[1:]) for each in found)
            raise MigrationError(*faults)

    def marks(self, path: str) -> MarkTree:
        """Return where the file has its own values; it is read again unless it was prefetched."""
        marks = self.cache.own_marks.pop(path, None)
        if marks is None:
            marks = load_marks(self.tree.read_config(path), path, self.dialect.yaml)
        marks.pop(self.dialect.key, None)
        return marks

    def digest(self, path: str) -> str:
        """Return the digest of a file.

        Raises:
            MigrationError: it cannot be read.
        """
        if path not in self.cache.digests:
            self.cache.digests[path] = digest(self.tree.read(path))
        return self.cache.digests[path]

    def bases(self, path: str) -> tuple[RealPath, ...]:
        """Return the real paths of the files that the file extends, lowest precedence first.

        Raises:
            MigrationError: as `read`.
        """
        return tuple(self.base_path(path, written) for written in self.read(path).bases)

    def base_path(self, path: str, written: str) -> RealPath:
        """Return the real path of a base, which counts from the file's own folder."""
        return self.tree.real_path(written, posixpath.dirname(path))

    def base_origin(self, path: str, position: int) -> Origin:
        """Return where the file names one of its bases."""
        return self._origin_at(path, (self.dialect.key, Index(position)))

    def fault_at(
        self, path: str, key_path: KeyPath, message: str, hint: str | None = None
    ) -> Fault:
        """Return a fault of a root key of the file, or of an entry of the list there."""
        origin = self._origin_at(path, key_path)
        return Fault(message, path, origin.line, origin.column, hint)

    def _origin_at(self, path: str, key_path: KeyPath) -> Origin:
        # The key may be gone by now: the file is read again.
        marks = load_marks(self.tree.read_config(path), path, self.dialect.yaml)
        return nearest_origin(marks, key_path)

    def _bases(self, extends: object, path: str) -> tuple[str, ...]:
        bases = [] if extends is None else extends if isinstance(extends, list) else [extends]
        for base in bases:
            if not isinstance(base, str) or not base:
                what = "an empty string" if base == "" else describe_type(base)
                key = self.dialect.key
                message = f"{key!r} must be a path or a list of paths, not {what}"
                raise MigrationError(self.fault_at(path, (key,), message))
        return tuple(bases)
