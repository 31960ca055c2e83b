"""What the loader returns: a resolved config, and the files that it was merged from."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from migration.values.canonical import canonical_bytes
from migration.values.merge import Config
from migration.yaml.marks import MarkTree


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a file resolves to. The value may share parts with other results: read only.

    `chain` lists the files merged for it, lowest precedence first, each once.
    """

    path: str
    value: Config
    chain: tuple[str, ...]
    rare: frozenset[Hashable] | None = field(default=None, compare=False, repr=False)
    """The scalars in the value that are not native to JSON, and maybe others, if they are known."""

    def canonical(self) -> bytes:
        """Return the canonical JSON of the value."""
        return canonical_bytes(self.value, self.rare)

    @property
    def file_count(self) -> int:
        """The number of files in the chain."""
        return len(self.chain)


def merge_order(files: Iterable[str]) -> tuple[str, ...]:
    """Return each file once, where it is merged last: there its values take precedence.

    >>> merge_order(["base", "left", "base", "right"])
    ('left', 'base', 'right')
    """
    return tuple(dict.fromkeys(reversed([*files])))[::-1]


@dataclass(frozen=True, slots=True)
class Layer:
    """What one file adds to its bases, and where; in the form in which layers merge. Read only."""

    path: str
    bases: tuple[str, ...]
    """The real paths of the files that it extends, lowest precedence first."""
    body: Config
    marks: MarkTree
