"""The files that a preset names in its values, such as the settings of another program.

Nothing is merged from such a file, but the run reads it by its path.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial

from migration.files.tree import Tree
from migration.project.references.written_paths import Readings
from migration.values.keypath import Index, KeyPath


def readings(tree: Tree, *folders: str) -> Readings:
    """Return how a written path is meant in a project: from its root, or from one of the folders.

    Links are followed, if only then it is a file of the project.
    """
    return partial(_read, tree, tuple(dict.fromkeys(("", *folders))))


def chain_readings(tree: Tree, chain: Iterable[str]) -> Readings:
    """Return how a path in a config is meant, which may count from any file of its chain."""
    return readings(tree, *(posixpath.dirname(path) for path in chain))


def named_values(
    value: object, named_in: Callable[[str], tuple[str, ...]], key: KeyPath = ()
) -> Iterator[tuple[KeyPath, tuple[str, ...]]]:
    """Yield each key path at which a text names files, and the files, by what tells that of a text.

    A key of a mapping is such a text as well.
    """
    if isinstance(value, str):
        if found := named_in(value):
            yield key, found
    elif isinstance(value, dict):
        for name, each in value.items():
            if isinstance(name, str) and (found := named_in(name)):
                yield (*key, name), found
            yield from named_values(each, named_in, (*key, name))
    elif isinstance(value, (list, tuple, set, frozenset)):
        entries: Collection[object] = value
        for position, each in enumerate(entries):
            yield from named_values(each, named_in, (*key, Index(position)))


def _read(tree: Tree, folders: Collection[str], written: str) -> Iterator[str]:
    for folder in folders:
        yield posixpath.normpath(posixpath.join(folder, written))
    for folder in folders:
        yield tree.real_path(written, folder)
