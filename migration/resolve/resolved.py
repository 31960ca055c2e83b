"""What the steps of resolving hand on: a file as it is read, its layer, and a resolved config."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from migration.paths import RealPath
from migration.values.canonical import canonical_bytes
from migration.values.merge import Config
from migration.yaml.marks import MarkTree


@dataclass(frozen=True, slots=True)
class SourceFile:
    """What one file says: its own values, and the bases that it extends, as they are written."""

    body: Config
    bases: tuple[str, ...]
    non_native: frozenset[Hashable] | None
    """What `canonical_bytes` takes."""
    blob: str | None = field(default=None, compare=False)
    """Git's id of the content, if the loader compares trees."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a file resolves to. The value may share parts with other results: read only.

    `chain` lists the files merged for it, lowest precedence first, each once.
    """

    path: RealPath
    value: Config
    chain: tuple[RealPath, ...]
    non_native: frozenset[Hashable] | None = field(default=None, compare=False, repr=False)
    """What `canonical_bytes` takes."""

    def canonical(self) -> bytes:
        """Return the canonical JSON of the value."""
        return canonical_bytes(self.value, self.non_native)

    @property
    def file_count(self) -> int:
        """The number of files in the chain."""
        return len(self.chain)


def merge_order(files: Iterable[RealPath]) -> tuple[RealPath, ...]:
    """Return each file once, where it is merged last: there its values take precedence.

    >>> merge_order(["base", "left", "base", "right"])
    ('left', 'base', 'right')
    """
    return tuple(dict.fromkeys(reversed([*files])))[::-1]


@dataclass(frozen=True, slots=True)
class Layer:
    """What one file adds to its bases, and where, in the form in which layers merge: read only."""

    path: RealPath
    bases: tuple[RealPath, ...]
    """The real paths of the files that it extends, lowest precedence first."""
    body: Config
    find_marks: Callable[[], MarkTree] = field(compare=False, repr=False)

    @property
    def marks(self) -> MarkTree:
        """Where its values are; the file is read again for them."""
        return self.find_marks()
