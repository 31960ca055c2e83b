"""Reads from git the files that a sparse checkout leaves out of the work tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from migration.files.checkout import LeftOut
from migration.files.git import read_blobs
from migration.files.tree import Tree
from migration.project.surroundings import MOST_LOOKED_INTO, Surroundings


def read_left_out(around: Surroundings) -> Iterator[tuple[str, bytes]]:
    """Yield each file that git has and the work tree lacks, with its bytes; for a link, its target.

    Files of more than `MOST_LOOKED_INTO` bytes are left out.

    Raises:
        MigrationError: git cannot tell.
    """
    by_folder: dict[Path, dict[str, list[str]]] = {}
    for path, left_out in around.left_out.items():
        by_folder.setdefault(left_out.folder, {}).setdefault(left_out.blob, []).append(path)
    for folder, paths in by_folder.items():
        for part in read_blobs(folder, paths, MOST_LOOKED_INTO):
            for blob, data in part.items():
                yield from ((path, data) for path in paths[blob])


class LeftOutFiles(Mapping[str, bytes]):
    """The files that git has and the work tree lacks, by path and by real path, read from git."""

    def __init__(self, tree: Tree, around: Surroundings) -> None:
        """Hold the regular files of `around`, by the real paths of `tree` as well."""
        files = {path: each for path, each in around.left_out.items() if not each.is_link}
        self._files: dict[str, LeftOut] = dict(files)
        self._files |= {tree.real_path(path): each for path, each in files.items()}

    def __getitem__(self, path: str) -> bytes:
        """Return the bytes of a file, b"" if it has more than `MOST_LOOKED_INTO`."""
        file = self._files[path]
        found = {
            blob: data
            for part in read_blobs(file.folder, [file.blob], MOST_LOOKED_INTO)
            for blob, data in part.items()
        }
        return found.get(file.blob, b"")

    def __iter__(self) -> Iterator[str]:
        """Yield each path."""
        return iter(self._files)

    def __len__(self) -> int:
        """Return how many paths there are."""
        return len(self._files)
