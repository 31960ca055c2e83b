"""A sparse checkout as if it were whole: what it leaves out is read from git."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from migration.files.checkout import LeftOut
from migration.files.git import Git
from migration.files.git_contents import Contents
from migration.files.git_listing import Listing
from migration.files.git_tree import GitTree
from migration.files.walk import is_left_out

_ON_DISK: Final = "on disk"
"""Stands for the id of a content that is not read from git."""


class SparseTree(GitTree):
    """A folder of a work tree, with the files that a sparse checkout leaves out."""

    def __init__(self, listing: Listing, left_out: Listing, root: Path) -> None:
        """Open the folder `root`, with what `list_sparse` gives of its repository."""
        super().__init__(listing, root)
        self._contents = Contents(left_out)

    def blob(self, path: str) -> str | None:
        """Return git's id of the content at a real path, None for a file on disk."""
        blob = super().blob(path)
        return None if blob == _ON_DISK else blob

    def read(self, path: str, most: int | None = None) -> bytes:
        """Return the bytes of a regular file, links followed; `most` bounds how many there may be.

        Raises:
            MigrationError: as `Tree.read`.
        """
        real = self.real_path(path)
        if super().blob(real) == _ON_DISK:
            return self._disk.read(real, most)
        return super().read(path, most)


def list_sparse(git: Git, left_out: Mapping[str, LeftOut]) -> tuple[Listing, Listing]:
    """Return all files of a work tree, and those alone that a sparse checkout leaves out.

    `left_out` has these from the top, where git is asked.

    Raises:
        MigrationError: git cannot tell.
    """
    ids = {path: file.blob for path, file in left_out.items() if not file.is_link}
    link_ids = {path: file.blob for path, file in left_out.items() if file.is_link}
    texts = git.blobs({*link_ids.values()})
    links = {path: os.fsdecode(texts[blob]) for path, blob in link_ids.items()}
    present = dict(_walk(git.folder))
    blobs = {path: _ON_DISK for path, target in present.items() if target is None}
    links |= {path: target for path, target in present.items() if target is not None}
    whole = Listing(git.folder, blobs | ids, links, {}, {}, git, {})
    return whole, Listing(git.folder, ids, {}, {}, {}, git, {})


def _walk(top: Path) -> Iterator[tuple[str, str | None]]:
    """Yield the files on disk, from the top: each link with where it leads, others with None."""
    for around, folders, files in os.walk(top):
        inside = os.path.relpath(around, top)
        for name in (*folders, *files):
            path = os.path.normpath(os.path.join(inside, name))  # noqa: PTH118 - a text
            place = os.path.join(around, name)  # noqa: PTH118
            if os.path.islink(place):  # noqa: PTH114
                yield path, os.readlink(place)  # noqa: PTH115
            elif name in files:
                yield path, None
        folders[:] = [name for name in folders if not is_left_out(name)]
