"""The only door to the disk.

A `Tree` is a project's folder; every path it takes is a POSIX path relative to that folder, or
absolute for a file outside it.
"""

from __future__ import annotations

import difflib
import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from migration.errors import Fault, MigrationError, ask_if_meant
from migration.files import disk
from migration.files.atomic import Staged, io_fault
from migration.files.regular import MAX_BYTES, irregular, read_regular
from migration.paths import fixed_folder, glob_matches, is_history, is_unicode, spells_dot

_MOST_LINKS = 40  # as the kernel, which takes more for a circle
_DEEPEST = 200
_MOST_FOLDER_LINKS = 6
_BARE = frozenset({"HEAD", "objects", "refs"})
INSTALLED = frozenset({"node_modules", "__pycache__"})
"""The folders in which programs keep what people did not write."""
ENVIRONMENT = frozenset({"pyvenv.cfg", "conda-meta"})
"""What is in a virtual environment, of Python's or conda's, and nowhere else."""


class Tree:
    """A folder on disk. Every `OSError` becomes a `MigrationError` that names the file."""

    def __init__(self, root: Path) -> None:
        """Open the folder `root`; symbolic links on the way to it are followed."""
        self.root = Path(os.path.realpath(root))
        self._inside = os.path.join(self.root, "")  # noqa: PTH118 - with the slash that ends it
        self._real_folders: dict[str, str] = {}
        """The real path of each folder that was asked for, since few folders hold all files."""

    def real_path(self, path: str, folder: str = "") -> str:
        """Return the path without symbolic links, relative to the root if it lies inside.

        A relative `path` counts from `folder`. The file need not exist; a text that cannot be a
        path at all comes back as a path at which there is no file. Links among the folders are
        followed once: nobody but this tree is taken to change them.
        """
        try:
            around, name = os.path.split(os.path.join(self._inside, folder, path))  # noqa: PTH118
            if around not in self._real_folders:
                self._real_folders[around] = os.path.realpath(Path(around))
            real = os.path.join(self._real_folders[around], name)  # noqa: PTH118
            if name in {"", ".", ".."} or os.path.islink(real):  # noqa: PTH114
                real = os.path.realpath(real)
        except ValueError:
            return posixpath.join(folder, path)
        return real.removeprefix(self._inside) if real != str(self.root) else "."

    def relative(self, path: Path) -> str:
        """Return an absolute path as this tree writes it: relative to the root if inside."""
        return (path.relative_to(self.root) if path.is_relative_to(self.root) else path).as_posix()

    def links(self, path: str, folder: str = "") -> tuple[str, ...]:
        """Return every symbolic link that is followed on the way to the path, in that order.

        A relative `path` counts from `folder`.
        """
        found: list[str] = []
        place, rest = self.root, [*reversed(Path(folder, path).parts)]
        while rest and len(found) < _MOST_LINKS:
            part = rest.pop()
            step = place.parent if part == ".." else place / part
            if step.is_symlink():
                found.append(self.relative(step))
                rest += reversed(step.readlink().parts)
            else:
                place = step
        return tuple(found)

    def is_file(self, path: str) -> bool:
        """Tell whether a regular file stands at the path, links followed."""
        # Unlike `Path.is_file`, this is False too for a name that no file can have.
        return os.path.isfile(self._place(path))  # noqa: PTH113

    def is_link(self, path: str) -> bool:
        """Tell whether a symbolic link is at the path itself."""
        return os.path.islink(self._place(path))  # noqa: PTH114 - as in `is_file`

    def exists(self, path: str) -> bool:
        """Tell whether anything is at the path, be it a link that leads nowhere."""
        return os.path.lexists(self._place(path))

    def irregular(self, path: str) -> str | None:
        """Return what stands at the path if it is anything but a regular file: `a FIFO`, say."""
        return irregular(self._place(path))

    def read(self, path: str, most: int | None = None) -> bytes:
        """Return the bytes of a regular file, links followed; `most` bounds how many there may be.

        Raises:
            MigrationError: there is no such file (with the nearest existing name), it cannot be
                read, it is larger, or its name is not UTF-8, in which all is told that is frozen.
        """
        if not is_unicode(path):
            raise MigrationError(Fault("the name is not UTF-8", path, hint="rename the file"))
        try:
            return read_regular(self._place(path), most)
        except FileNotFoundError:
            hint = ask_if_meant(self.nearest(path))
            raise MigrationError(Fault("no such file", path, hint=hint)) from None
        except (OSError, ValueError) as error:
            raise MigrationError(io_fault("read", path, error)) from None

    def read_config(self, path: str) -> str:
        """Return the text of a config, which is one of at most `MAX_BYTES`.

        Raises:
            MigrationError: as `read_text`, or the file is larger.
        """
        return self.read_text(path, MAX_BYTES)

    def read_text(self, path: str, most: int | None = None) -> str:
        """Return the file's text, line ends as they are; `most` bounds its bytes.

        Raises:
            MigrationError: as `read`, or the file is not UTF-8.
        """
        data = self.read(path, most)
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            message = f"not UTF-8: byte 0x{data[error.start]:02x}"
            raise MigrationError(Fault(message, path, line)) from None

    def glob(self, pattern: str) -> tuple[str, ...]:
        """Return the files that match, sorted; hidden ones only if the pattern spells the dot.

        Left out is what `files` leaves out.
        """
        found = self._walk(fixed_folder(pattern), frozenset(), 0, with_hidden=spells_dot(pattern))
        return tuple(sorted(path for path in found if glob_matches(pattern, path)))

    def files(self, folder: str) -> tuple[str, ...]:
        """Return every file under the folder, sorted; links to folders are followed once.

        Left out are virtual environments, what was installed, and what a version control system
        keeps of the past.
        """
        return tuple(sorted(self._walk(folder, frozenset(), 0, with_hidden=True)))

    def files_of_people(self) -> tuple[str, ...]:
        """Return the files that people keep under the root, sorted, where no git can list them.

        Left out are repositories, virtual environments and what was installed; no link is followed.
        """
        return tuple(sorted(self._own("")))

    def nearest(self, path: str) -> str | None:
        """Return an existing path that `path` may be a misspelling of, in one of its names."""
        parts = path.split("/")
        for count, part in enumerate(parts):
            folder = "/".join(parts[:count]) or ("/" if path.startswith("/") else "")
            if os.path.exists(self.root / folder / part):  # noqa: PTH110 - as in `is_file`
                continue
            close = _closest(part, self._names(folder))
            found = posixpath.join(folder, close, *parts[count + 1 :]) if close else None
            return found if found and self.is_file(found) else None
        return None

    def overlaid(self, files: Mapping[str, bytes]) -> Tree:
        """Return the tree as it would be with these files written, for reading alone.

        The paths are real ones; only reading a file at its path sees them, no listing does.
        """
        return _OverlaidTree(self.root, files)

    def renamed(self, places: Mapping[str, str]) -> Tree:
        """Return the tree as it would be with files renamed, for reading alone; as `overlaid`.

        `places` maps each place to the file that is to stand there. Once that is gone, it has been
        renamed.
        """
        return _RenamedTree(self.root, places)

    def write_all(self, files: Mapping[str, bytes]) -> None:
        """Replace the files, in the order given, each as a whole.

        Every text is on disk under a temporary name before the first file is replaced, so that a
        full disk, or a place that cannot be written, leaves the tree as it was.

        Raises:
            MigrationError: something cannot be written; it names what.
        """
        with self.staged(files) as staged:
            staged.place(files)

    @contextmanager
    def staged(self, files: Mapping[str, bytes]) -> Iterator[Staged]:
        """Write the files, and what is added, beside their places until they are placed.

        What has not been placed at the end is gone again, and so is every folder made for it.

        Raises:
            MigrationError: something cannot be written; it names what.
        """
        staged = Staged(self.root)
        try:
            for path, data in files.items():
                staged.add(path, data)
            yield staged
        finally:
            staged.clear()
            self._real_folders.clear()

    def rename(self, places: Mapping[str, str]) -> None:
        """Rename files, each to the place that it is mapped to, and see to it that they stay there.

        Raises:
            MigrationError: one cannot be renamed; those before it are.
        """
        self._real_folders.clear()
        staged = Staged(self.root)
        staged.take_over({place: path for path, place in places.items()})
        staged.place(places.values())

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files, one after the other, and the folders that each leaves empty.

        A link goes itself, never what it leads to. What went before a failure is not put back.

        Raises:
            MigrationError: a file cannot be removed; it names which.
        """
        self._real_folders.clear()
        for path in paths:
            place = self.root / path
            try:
                disk.remove(place)
            except OSError as error:
                raise MigrationError(io_fault("remove", path, error)) from None
            # At once rather than at the end, which an interrupt might keep from being reached.
            for folder in place.parents:
                if folder == self.root or not _is_removed(folder):
                    break
            with suppress(OSError):
                disk.sync_folder(next(each for each in place.parents if each.exists()))

    def signature(self, path: str) -> tuple[int, int, int] | None:
        """Return what changes whenever the file at the path is replaced, None if there is none."""
        try:
            found = (self.root / path).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _place(self, path: str) -> str:
        return os.path.join(self._inside, path)  # noqa: PTH118 - what `/` takes is a multiple

    def _names(self, folder: str) -> list[str]:
        try:
            return sorted(path.name for path in (self.root / folder).iterdir())
        except OSError:
            return []

    def _walk(
        self, folder: str, around: frozenset[str], links: int, *, with_hidden: bool
    ) -> Iterator[str]:
        """Yield the files under a folder; `links` of those around it were reached by a link."""
        real = os.path.realpath(self.root / folder)
        if real in around or not Path(real).is_dir() or is_history(real.removeprefix(self._inside)):
            return
        # Folders that all link to one another have more ways through them than can be walked.
        if len(around) > _DEEPEST or links > _MOST_FOLDER_LINKS:
            bounds = f"{_DEEPEST} folders or {_MOST_FOLDER_LINKS} links to folders"
            raise MigrationError(Fault(f"more than {bounds} within one another", folder))
        try:
            entries = list(os.scandir(real))
        except OSError as error:
            raise MigrationError(io_fault("list", folder, error)) from None
        if _is_bare_repository(entries) or (around and _is_environment(entries)):
            return
        inside = posixpath.join(folder, "")
        for entry in entries:
            if not with_hidden and entry.name.startswith("."):
                continue
            path = inside + entry.name
            if is_history(entry.name) or entry.name in INSTALLED:
                continue
            # The listing itself tells of what is no link. Of one that leads to itself the methods
            # that follow it raise.
            is_link = entry.is_symlink()
            is_folder = os.path.isdir(entry.path) if is_link else entry.is_dir()  # noqa: PTH112
            if is_folder:
                yield from self._walk(
                    path, around | {real}, links + is_link, with_hidden=with_hidden
                )
            elif is_link or entry.is_file():
                # A link that leads nowhere is listed, so that it is missed rather than skipped.
                yield path

    def _own(self, folder: str) -> Iterator[str]:
        try:
            entries = list(os.scandir(self.root / folder))
        except OSError:  # nobody who may not list it has a config in it
            return
        is_foreign = bool(folder) and any(is_history(entry.name) for entry in entries)
        if is_foreign or _is_environment(entries) or _is_bare_repository(entries):
            return
        for entry in entries:
            path = posixpath.join(folder, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in INSTALLED and not is_history(entry.name):
                    yield from self._own(path)
            elif entry.is_symlink() or entry.is_file():
                yield path


class _OverlaidTree(Tree):
    def __init__(self, root: Path, files: Mapping[str, bytes]) -> None:
        super().__init__(root)
        self._files = files

    def is_file(self, path: str) -> bool:
        return path in self._files or super().is_file(path)

    def read(self, path: str, most: int | None = None) -> bytes:
        return self._files[path] if path in self._files else super().read(path, most)


class _RenamedTree(Tree):
    def __init__(self, root: Path, places: Mapping[str, str]) -> None:
        super().__init__(root)
        self._places = places

    def is_file(self, path: str) -> bool:
        return super().is_file(self._places.get(path, path)) or super().is_file(path)

    def read(self, path: str, most: int | None = None) -> bytes:
        staged = self._places.get(path)
        if staged and super().is_file(staged):
            # A command at work may put it in its place before it is read.
            with suppress(MigrationError):
                return super().read(staged, most)
        return super().read(path, most)


def _closest(name: str, names: Iterable[str]) -> str | None:
    # Without the endings, since `.yaml` alone makes any two short names alike.
    by_stem = {known.rpartition(".")[0] or known: known for known in names}
    close = difflib.get_close_matches(name.rpartition(".")[0] or name, by_stem, n=1)
    return by_stem[close[0]] if close else None


def _is_bare_repository(entries: Iterable[os.DirEntry[str]]) -> bool:
    """Tell by its entries whether a folder is what a work tree has as `.git`."""
    found = {entry.name: entry for entry in entries if entry.name in _BARE}
    return found.keys() == _BARE and found["objects"].is_dir() and found["refs"].is_dir()


def _is_environment(entries: Iterable[os.DirEntry[str]]) -> bool:
    """Tell by its entries whether a folder is a virtual environment."""
    return any(entry.name in ENVIRONMENT for entry in entries)


def _is_removed(folder: Path) -> bool:
    """Remove a folder if it is empty, and tell whether it was."""
    try:
        disk.remove_folder(folder)
    except OSError:
        return False
    return True
