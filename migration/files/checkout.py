"""What git has in the work tree around a folder: the files, the repositories, and what is left out.

Where git is asked in general, and about commits, is `git`'s part.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from migration.files.git import Git, opened

_LINK, _REPOSITORY = "120000", "160000"
"""The modes that git has for a symbolic link, and for a repository within a work tree."""
_SKIPPED: Final = "Ss"
"""The tags of a file that a sparse checkout leaves out."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that git tracks, and takes for unchanged although it is not there."""

    folder: Path
    """Where git is asked about it."""
    blob: str
    is_link: bool
    is_assumed: bool
    """Whether git assumes, on request, that it is unchanged; else a sparse checkout omits it."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """What git has in the work tree around a folder; every path is relative to that folder."""

    top: str
    """The folder of the work tree: `.`, or as many `..` as lead there."""
    files: tuple[str, ...]
    """The files that git tracks, and those that it would add."""
    repositories: tuple[str, ...]
    """The folders in it that are repositories of their own."""
    left_out: Mapping[str, LeftOut]
    """The files that are not there, and still are to be in the next commit."""


def checkout(folder: Path) -> Checkout | None:
    """Return what git has around a folder; None where there is no git.

    Raises:
        MigrationError: git cannot tell.
    """
    git = opened(folder)
    return _read_checkout(git) if git and git.has_work_tree() else None


def list_left_out(git: Git) -> Mapping[str, LeftOut]:
    """Return the files in git's folder that are to be in the next commit, and are not on disk.

    Raises:
        MigrationError: git cannot tell.
    """
    found = {}
    for tag, mode, blob, path in _list_tracked(git):
        if _is_kept(tag) and mode != _REPOSITORY and not os.path.lexists(git.place(path)):
            found[path] = LeftOut(git.folder, blob, mode == _LINK, tag not in _SKIPPED)
    return found


def _list_tracked(git: Git) -> Iterator[tuple[str, str, str, str]]:
    """Yield tag, mode, blob and path of each file that git tracks in its folder."""
    for row in git.rows("ls-files", "-z", "-v", "--stage"):
        head, _, path = row.partition("\t")
        tag, mode, blob, _stage = head.split()
        yield tag, mode, blob, path


def _is_kept(tag: str) -> bool:
    """Tell whether git takes a file for unchanged even if it is not there."""
    return tag.islower() or tag in _SKIPPED


def _read_checkout(git: Git) -> Checkout:
    top = git.top()
    # In the upper folder git also lists what is beside the folder itself.
    above = git.at(git.folder / top)
    inside = git.prefix()
    files: dict[str, None] = {}
    repositories: dict[str, None] = {}
    left_out: dict[str, LeftOut] = {}
    for tag, mode, blob, from_top in _list_tracked(above):
        path = _from_folder(from_top, inside)
        if mode == _REPOSITORY:
            repositories[path] = None
        elif os.path.lexists(above.place(from_top)):
            files[path] = None
        elif _is_kept(tag):
            left_out[path] = LeftOut(git.folder, blob, mode == _LINK, tag not in _SKIPPED)
    for from_top in above.rows("ls-files", "-z", "--others", "--exclude-standard"):
        found = repositories if from_top.endswith("/") else files
        found[_from_folder(from_top.rstrip("/"), inside)] = None
    return Checkout(top, tuple(files), tuple(repositories), left_out)


def _from_folder(path: str, inside: str) -> str:
    """Return a path from the top of the work tree as one from the folder `inside`."""
    if path.startswith(inside):
        return path.removeprefix(inside)
    return posixpath.relpath(path, inside or ".")
