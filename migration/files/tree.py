"""Reads the files of a project, wherever they are kept.

Every path that a `Tree` takes is a POSIX path relative to the project's folder, or absolute for a
file outside it. Nothing is written here: `DiskTree` does that.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from migration.errors import MigrationError
from migration.files.contents import decode_text
from migration.files.nearest import find_nearest_file
from migration.files.regular import MAX_BYTES
from migration.paths import RealPath, fixed_folder, glob_matches, spells_dot


class Tree(ABC):
    """The files of one project, to be read. A kind of tree defines the abstract methods alone."""

    root: Path
    """The project's folder, without symbolic links."""

    @abstractmethod
    def real_path(self, path: str, folder: str = "") -> RealPath:
        """Return the path without symbolic links, relative to the root if it lies inside.

        A relative `path` counts from `folder`. The file need not exist; a text that cannot be a
        path at all comes back as a path at which there is no file.
        """

    @abstractmethod
    def links(self, path: str, folder: str = "") -> tuple[str, ...]:
        """Return every symbolic link that is followed on the way to the path, in that order.

        A relative `path` counts from `folder`.
        """

    @abstractmethod
    def is_file(self, path: str) -> bool:
        """Tell whether a regular file is at the path, links followed."""

    @abstractmethod
    def is_link(self, path: str) -> bool:
        """Tell whether a symbolic link is at the path itself."""

    @abstractmethod
    def irregular(self, path: str) -> str | None:
        """Return what is at the path if it is anything but a regular file: `a FIFO`, say."""

    @abstractmethod
    def read(self, path: str, most: int | None = None) -> bytes:
        """Return the bytes of a regular file, links followed; `most` bounds how many there may be.

        Raises:
            MigrationError: there is no such file (with the nearest existing name), it cannot be
                read, it is larger, or its name is not UTF-8, the encoding of all frozen texts.
        """

    @abstractmethod
    def files(self, folder: str, *, with_hidden: bool = True) -> tuple[str, ...]:
        """Return every file under the folder, sorted; links to folders are followed once.

        Left out are virtual environments, what was installed, and what a version control system
        keeps of the past; without `with_hidden` also hidden files, and those in hidden folders.

        Raises:
            MigrationError: a folder cannot be listed, or the folders are nested too deep.
        """

    @abstractmethod
    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted; none if it cannot be listed."""

    @abstractmethod
    def signature(self, path: str) -> object:
        """Return what changes whenever the file at the path is replaced, None if there is none."""

    def blob(self, path: str) -> str | None:
        """Return git's id of the content at a real path, None unless the tree has it at hand."""
        return None

    def list_holding(self, paths: Iterable[str], text: bytes) -> Iterator[str]:
        """Yield those of the files that hold a text, and can be read."""
        for path in paths:
            with suppress(MigrationError):
                if text in self.read(path):
                    yield path

    def empty_submodule(self, path: str) -> str | None:
        """Return the submodule around a missing file, if that is why it is missing."""
        return None

    def exists(self, path: str) -> bool:
        """Tell whether anything is at the path, even a link that leads nowhere."""
        return self.is_link(path) or self.leads_somewhere(path)

    def read_config(self, path: str) -> str:
        """Return the text of a config, which has at most `MAX_BYTES`.

        Raises:
            MigrationError: as `read_text`, or the file is larger.
        """
        return self.read_text(path, MAX_BYTES)

    def read_text(self, path: str, most: int | None = None) -> str:
        """Return the file's text, line ends as they are; `most` bounds its bytes.

        Raises:
            MigrationError: as `read`, or the file is not UTF-8, or a pointer of Git LFS.
        """
        return decode_text(self.read(path, most), path)

    def glob(self, pattern: str) -> tuple[str, ...]:
        """Return the files that match, sorted; hidden ones only if the pattern spells the dot.

        Left out is what `files` leaves out.

        Raises:
            MigrationError: as `files`.
        """
        found = self.files(fixed_folder(pattern), with_hidden=spells_dot(pattern))
        return tuple(path for path in found if glob_matches(pattern, path))

    def nearest(self, path: str) -> str | None:
        """Return the existing file that `path` may mean: by another writing, or one slip."""
        return find_nearest_file(self, path)

    def leads_somewhere(self, path: str) -> bool:
        """Tell whether there is a file or anything else at the path, links followed."""
        return self.is_file(path) or self.irregular(path) is not None
