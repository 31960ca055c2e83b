"""Trees seen otherwise than they are on disk, to be read: with other contents, or files renamed."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from contextlib import suppress

from migration.errors import MigrationError
from migration.files.tree import Tree
from migration.paths import RealPath


class _TreeView(Tree):
    """A tree that is, but for what a subclass says, like another one."""

    def __init__(self, tree: Tree) -> None:
        self._tree, self.root = tree, tree.root

    def real_path(self, path: str, folder: str = "") -> RealPath:
        return self._tree.real_path(path, folder)

    def links(self, path: str, folder: str = "") -> tuple[str, ...]:
        return self._tree.links(path, folder)

    def is_file(self, path: str) -> bool:
        return self._tree.is_file(path)

    def is_link(self, path: str) -> bool:
        return self._tree.is_link(path)

    def irregular(self, path: str) -> str | None:
        return self._tree.irregular(path)

    def empty_submodule(self, path: str) -> str | None:
        return self._tree.empty_submodule(path)

    def read(self, path: str, most: int | None = None) -> bytes:
        return self._tree.read(path, most)

    def files(self, folder: str, *, with_hidden: bool = True) -> tuple[str, ...]:
        return self._tree.files(folder, with_hidden=with_hidden)

    def names(self, folder: str) -> list[str]:
        return self._tree.names(folder)

    def signature(self, path: str) -> object:
        return self._tree.signature(path)


class OverlaidTree(_TreeView):
    """A tree as it would be with some files written."""

    def __init__(self, tree: Tree, files: Mapping[str, bytes]) -> None:
        """Overlay `files`, by their real paths; only reading one at its path sees it."""
        super().__init__(tree)
        self._files = files

    def is_file(self, path: str) -> bool:
        """Tell whether a regular file is at the path, or would be."""
        return path in self._files or super().is_file(path)

    def read(self, path: str, most: int | None = None) -> bytes:
        """Return the bytes of a file as it would be.

        Raises:
            MigrationError: as `Tree.read`.
        """
        return self._files[path] if path in self._files else super().read(path, most)


class GraftedTree(_TreeView):
    """A tree in which one folder is that of another tree."""

    def __init__(self, tree: Tree, folder: str, other: Tree) -> None:
        """Take the folder at the path `folder` from `other`."""
        super().__init__(tree)
        self._folder, self._other = folder, other

    def real_path(self, path: str, folder: str = "") -> RealPath:
        """Return the path without symbolic links, as the tree has them that it lies in."""
        return self._at(posixpath.join(folder, path)).real_path(path, folder)

    def links(self, path: str, folder: str = "") -> tuple[str, ...]:
        """Return every symbolic link that is followed on the way to the path."""
        return self._at(posixpath.join(folder, path)).links(path, folder)

    def is_file(self, path: str) -> bool:
        """Tell whether a regular file is at the path."""
        return self._at(path).is_file(path)

    def is_link(self, path: str) -> bool:
        """Tell whether a symbolic link is at the path itself."""
        return self._at(path).is_link(path)

    def irregular(self, path: str) -> str | None:
        """Return what is at the path if it is anything but a regular file."""
        return self._at(path).irregular(path)

    def read(self, path: str, most: int | None = None) -> bytes:
        """Return the bytes of a file.

        Raises:
            MigrationError: as `Tree.read`.
        """
        return self._at(path).read(path, most)

    def files(self, folder: str, *, with_hidden: bool = True) -> tuple[str, ...]:
        """Return every file under the folder, sorted; around the grafted one, those of the tree.

        Raises:
            MigrationError: as `Tree.files`.
        """
        return self._at(folder).files(folder, with_hidden=with_hidden)

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted."""
        return self._at(folder).names(folder)

    def signature(self, path: str) -> object:
        """Return what changes whenever the file at the path is replaced."""
        return self._at(path).signature(path)

    def _at(self, path: str) -> Tree:
        inside = f"{posixpath.normpath(path)}/".startswith(f"{self._folder}/")
        return self._other if inside else self._tree


class RenamedTree(_TreeView):
    """A tree as it would be with some files renamed."""

    def __init__(self, tree: Tree, places: Mapping[str, str]) -> None:
        """Map each place, by its real path, to the file that is to be renamed to it.

        Once that file is gone, it has been renamed. Only reading a file at its path sees this.
        """
        super().__init__(tree)
        self._places = places

    def is_file(self, path: str) -> bool:
        """Tell whether a regular file is at the path, or would be."""
        return super().is_file(self._places.get(path, path)) or super().is_file(path)

    def read(self, path: str, most: int | None = None) -> bytes:
        """Return the bytes of a file as it would be.

        Raises:
            MigrationError: as `Tree.read`.
        """
        renamed = self._places.get(path)
        if renamed and super().is_file(renamed):
            # Another command may rename it before it is read.
            with suppress(MigrationError):
                return super().read(renamed, most)
        return super().read(path, most)
