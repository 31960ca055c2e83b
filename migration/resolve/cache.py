"""What a loader has read and merged so far, and what of it is forgotten again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from migration.resolve.resolved import Layer, Resolved, SourceFile
from migration.resolve.shared_files import SharedFiles
from migration.yaml.marks import MarkTree


@dataclass(slots=True)
class Cache:
    """Keeps all that is known of the files of one tree, by their real paths.

    What others extend is kept for good. Of the entries, which can be very many, only the last
    `most_kept` that were asked for are: one that is extended later than that is read once more.
    """

    most_kept: int | None = 100
    """None keeps every entry."""
    shared: SharedFiles | None = None
    """What the loader of another tree reads as well."""
    files: dict[str, SourceFile] = field(default_factory=dict)
    own_marks: dict[str, MarkTree] = field(default_factory=dict)
    """Those that were prefetched, until they are merged."""
    digests: dict[str, str] = field(default_factory=dict)
    merged: dict[str, Resolved] = field(default_factory=dict)
    """Each value still in the form in which layers merge."""
    descents: dict[str, int] = field(default_factory=dict)
    """How many files extend one another in a row, from the merged one to its farthest base."""
    layers: dict[str, Layer] = field(default_factory=dict)
    merged_marks: dict[str, MarkTree] = field(default_factory=dict)
    checked: dict[str, Resolved] = field(default_factory=dict)
    """The entries that are whole configs."""
    texts: dict[str, bytes] = field(default_factory=dict)
    """The canonical JSON of those that were written out."""
    bases: set[str] = field(default_factory=set)
    """What some file extends."""
    entries: dict[str, None] = field(default_factory=dict)
    """What was resolved for its own sake, what was asked for last at the end."""

    def keep_entry(self, path: str) -> None:
        """Keep an entry that is asked for now, and forget the one asked for longest ago."""
        self.entries.pop(path, None)
        self.entries[path] = None
        if self.most_kept is None or len(self.entries) <= self.most_kept:
            return
        oldest = next(iter(self.entries))
        del self.entries[oldest]
        if oldest not in self.bases:
            self._forget(oldest)

    def _forget(self, path: str) -> None:
        by_path: list[dict[str, Any]] = [self.files, self.own_marks, self.digests, self.merged]
        by_path += [self.descents, self.layers, self.merged_marks, self.checked, self.texts]
        for known in by_path:
            known.pop(path, None)
