"""The files that a preset names in its values, such as the settings of another program.

Nothing is merged from such a file, but the run reads it by its path.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator
from functools import partial

from migration.keypath import Index, KeyPath
from migration.mentions import Readings, Sought
from migration.trees import Tree


def readings(tree: Tree, *folders: str) -> Readings:
    """Return how a written path is meant in a project: from its root, or from one of the folders.

    Links are followed, if only then it is a file of the project.
    """
    return partial(_read, tree, tuple(dict.fromkeys(("", *folders))))


def chain_readings(tree: Tree, chain: Iterable[str]) -> Readings:
    """Return how a path in a config is meant, which may count from any file of its chain."""
    return readings(tree, *(posixpath.dirname(path) for path in chain))


def named_values(
    value: object, sought: Sought, meant: Readings, key: KeyPath = ()
) -> Iterator[tuple[KeyPath, str]]:
    """Yield what is looked for and named in a value, a key of a mapping included, and where."""
    if isinstance(value, str):
        if found := sought.in_value(value, meant):
            yield key, found
    elif isinstance(value, dict):
        for name, each in value.items():
            if isinstance(name, str) and (found := sought.in_value(name, meant)):
                yield (*key, name), found
            yield from named_values(each, sought, meant, (*key, name))
    elif isinstance(value, (list, tuple, set, frozenset)):
        entries: Collection[object] = value
        for position, each in enumerate(entries):
            yield from named_values(each, sought, meant, (*key, Index(position)))


def _read(tree: Tree, folders: Collection[str], written: str) -> Iterator[str]:
    for folder in folders:
        yield posixpath.normpath(posixpath.join(folder, written))
    for folder in folders:
        yield tree.real_path(written, folder)
