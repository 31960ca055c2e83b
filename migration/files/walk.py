"""Walks the folders of the disk: which files lie under one, and which of them people keep.

Left out in any case are virtual environments, what was installed, and what a version control
system keeps of the past.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final

from migration.errors import Fault, MigrationError
from migration.files.faults import naming
from migration.paths import is_history

INSTALLED: Final = frozenset({"node_modules", "__pycache__"})
"""The folders in which programs keep what people did not write."""
ENVIRONMENT: Final = frozenset({"pyvenv.cfg", "conda-meta"})
"""Names that lie in a virtual environment, of Python's or conda's, and in no other folder."""
_BARE: Final = frozenset({"HEAD", "objects", "refs"})
DEEPEST: Final = 200
"""How many folders may lie within one another."""
MOST_LINKED: Final = 6
"""How many of the folders around one may be links."""


def files_under(root: Path, folder: str, *, with_hidden: bool) -> tuple[str, ...]:
    """Return the files under a folder of `root`, sorted; links to folders are followed once.

    Raises:
        MigrationError: a folder cannot be listed, or the folders are nested too deep.
    """
    return tuple(sorted(_walk(root, folder, frozenset(), 0, with_hidden=with_hidden)))


def files_of_people(root: Path) -> tuple[str, ...]:
    """Return the files that people keep under `root`, sorted, where git cannot list them.

    Repositories are left out as well, and no link is followed.
    """
    return tuple(sorted(_kept(root, "")))


def _walk(
    root: Path, folder: str, around: frozenset[str], links: int, *, with_hidden: bool
) -> Iterator[str]:
    """Yield the files under a folder; `links` of the folders around it are links."""
    real = os.path.realpath(root / folder)
    inside_root = os.path.join(root, "")  # noqa: PTH118 - with the slash that ends it
    if real in around or not Path(real).is_dir() or is_history(real.removeprefix(inside_root)):
        return
    # Folders that all link to one another have more ways through them than can be walked.
    if len(around) > DEEPEST or links > MOST_LINKED:
        raise MigrationError(nesting_fault(folder))
    with naming("list", folder):
        entries = list(os.scandir(real))
    if _is_no_folder_of_people(entries, is_first=not around):
        return
    inside = posixpath.join(folder, "")
    for entry in entries:
        if is_left_out(entry.name) or (entry.name.startswith(".") and not with_hidden):
            continue
        path = inside + entry.name
        # What is not a link needs no call: the listing has its kind. Of a link that leads to itself
        # the entry's own methods raise.
        is_link = entry.is_symlink()
        is_folder = os.path.isdir(entry.path) if is_link else entry.is_dir()  # noqa: PTH112
        if is_folder:
            yield from _walk(root, path, around | {real}, links + is_link, with_hidden=with_hidden)
        elif is_link or entry.is_file():
            # A link that leads nowhere is listed, so that its target is reported as missing.
            yield path


def _kept(root: Path, folder: str) -> Iterator[str]:
    try:
        entries = list(os.scandir(root / folder))
    except OSError:  # a folder that the user may not list holds none of the user's configs
        return
    is_repository = bool(folder) and any(is_history(entry.name) for entry in entries)
    if is_repository or _is_no_folder_of_people(entries):
        return
    for entry in entries:
        path = posixpath.join(folder, entry.name)
        if entry.is_dir(follow_symlinks=False):
            if not is_left_out(entry.name):
                yield from _kept(root, path)
        elif entry.is_symlink() or entry.is_file():
            yield path


def nesting_fault(folder: str) -> Fault:
    """Return the fault of a folder that lies too deep in others, or behind too many links."""
    bounds = f"{DEEPEST} folders or {MOST_LINKED} links to folders"
    return Fault(f"more than {bounds} within one another", folder)


def is_left_out(name: str) -> bool:
    """Tell whether a folder of this name holds what people do not keep there."""
    return name in INSTALLED or is_history(name)


def is_bare_repository(names: AbstractSet[str], folders: AbstractSet[str]) -> bool:
    """Tell by its names, and by which are folders, whether a folder is what `.git` is elsewhere."""
    return names >= _BARE and folders >= {"objects", "refs"}


def is_environment(names: AbstractSet[str]) -> bool:
    """Tell by its names whether a folder is a virtual environment."""
    return not ENVIRONMENT.isdisjoint(names)


def _is_no_folder_of_people(
    entries: Collection[os.DirEntry[str]], *, is_first: bool = False
) -> bool:
    """Tell whether a folder is a repository's own data, or an environment other than the first."""
    names = {entry.name for entry in entries}
    if not is_first and is_environment(names):
        return True
    if not names >= _BARE:
        return False
    return is_bare_repository(names, {entry.name for entry in entries if entry.is_dir()})
