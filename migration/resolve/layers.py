"""The layers of a resolved config, one a file, and the marks merged from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import cast

from migration.paths import RealPath
from migration.resolve.by_name import ByName
from migration.resolve.resolved import Layer
from migration.resolve.source_files import SourceFiles
from migration.values.merge import Config
from migration.yaml.marks import MarkTree


@dataclass(frozen=True, slots=True)
class LayerReader:
    """Reads the layers and marks of files that a `ChainMerger` has merged; the cache keeps them."""

    files: SourceFiles
    merging: ByName

    def layer(self, path: RealPath) -> Layer:
        """Return what the file itself adds to its bases.

        Raises:
            MigrationError: its text is another one by now.
        """
        if path not in self.files.cache.layers:
            body = self.files.read(path).body

            @cache
            def find_marks() -> MarkTree:
                return self.merging.shape_marks(body, self.files.marks(path))

            shaped = self.merging.shape(body)
            self.files.cache.layers[path] = Layer(path, self.files.bases(path), shaped, find_marks)
        return self.files.cache.layers[path]

    def marks(self, path: RealPath) -> MarkTree:
        """Return the marks of what the file resolves to, shaped.

        Raises:
            MigrationError: as `layer`.
        """
        if path not in self.files.cache.merged_marks:
            own = self.layer(path)
            merged: Config = {}
            for marks in (*map(self.marks, own.bases), own.marks):
                merged = self.merging.merge(merged, cast("Config", marks))
            self.files.cache.merged_marks[path] = cast("MarkTree", merged)
        return self.files.cache.merged_marks[path]
