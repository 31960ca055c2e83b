"""Finds the files that a preset names in its values, such as the settings of another program.

Such a file is not merged, but the run reads it by its path.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial

from migration.files.tree import Tree
from migration.project.references.written_paths import Readings
from migration.values.keypath import Index, KeyPath


def readings(tree: Tree, *folders: str) -> Readings:
    """Return what a written path may mean: it counts from the root, or from one of the folders.

    The paths with links followed come last: some paths lead to a file of the project only that way.
    """
    return partial(_read, tree, tuple(dict.fromkeys(("", *folders))))


def chain_readings(tree: Tree, chain: Iterable[str]) -> Readings:
    """Return what a path in a config may mean: it may count from any file of the config's chain."""
    return readings(tree, *(posixpath.dirname(path) for path in chain))


def named_values(
    value: object, named_in: Callable[[str], tuple[str, ...]], key: KeyPath = ()
) -> Iterator[tuple[KeyPath, tuple[str, ...]]]:
    """Yield each key path at which a text names files, and those files, found by `named_in`.

    The keys of mappings are texts as well.
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
