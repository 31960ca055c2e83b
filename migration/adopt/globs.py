"""Covers some files of a tree by few globs, and the files between them by what is excluded."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from migration.paths import escape_wildcards


@dataclass(frozen=True, slots=True)
class Cover:
    """Globs that match the wanted files, and what has to be excluded since they match it too."""

    presets: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """The number of globs."""
        return len(self.presets) + len(self.exclude)

    def joined(self, other: Cover) -> Cover:
        """Return both covers as one."""
        return Cover((*self.presets, *other.presets), (*self.exclude, *other.exclude))


def cover_files(wanted: Collection[str], found: Collection[str]) -> Cover:
    """Return few globs that match the wanted files among all that were found, and no others.

    A file in the root is named itself, since other programs keep their files there.
    """
    suffixes = {_suffix(path) for path in wanted}
    others = (path for path in found if _suffix(path) in suffixes)
    return _Folder("", frozenset(wanted), frozenset((*others, *wanted))).cover()


def list_exact_globs(wanted: Collection[str], found: Collection[str]) -> tuple[str, ...]:
    """Return few globs that match the wanted files, and no other file that was found."""
    others = frozenset(found) - frozenset(wanted)
    return _Folder("", others, others | frozenset(wanted)).list_unwanted()


@dataclass(frozen=True)
class _Folder:
    """A folder with the files beneath it: those that globs have to match, and all."""

    path: str
    wanted: frozenset[str]
    found: frozenset[str]

    def cover(self) -> Cover:
        """Return the smaller one of two covers: of the folder as a whole, or of its parts."""
        if not self.wanted:
            return Cover()
        parts = self._cover_own_files()
        for folder in self._folders.values():
            parts = parts.joined(folder.cover())
        if not self.path or not self._folders:
            return parts
        globs = self._globs(self.wanted, f"{self.path}/**/*")
        whole = Cover(globs, self.list_unwanted())
        # Of two covers of one size, the wide one matches the files that come later, too; where all
        # lie in one folder within this one, later ones will.
        places = sum(bool(folder.wanted) for folder in self._folders.values())
        is_wide = bool(self._own & self.wanted) or places > 1
        return whole if whole.size < parts.size + is_wide else parts

    @cached_property
    def _folders(self) -> Mapping[str, _Folder]:
        start = len(self.path) + 1 if self.path else 0
        found: defaultdict[str, set[str]] = defaultdict(set)
        for path in self.found:
            name, slash, _ = path[start:].partition("/")
            if slash:
                found[posixpath.join(self.path, name)].add(path)
        return {
            folder: _Folder(folder, self.wanted & found[folder], frozenset(found[folder]))
            for folder in sorted(found)
        }

    @cached_property
    def _own(self) -> frozenset[str]:
        return frozenset(path for path in self.found if posixpath.dirname(path) == self.path)

    def _cover_own_files(self) -> Cover:
        wanted = self._own & self.wanted
        named = Cover(tuple(map(escape_wildcards, sorted(wanted))))
        if not self.path or not wanted:
            return named
        others = sorted(self._own - wanted)
        globs = self._globs(wanted, f"{self.path}/*")
        by_glob = Cover(globs, tuple(map(escape_wildcards, others)))
        return named if named.size < by_glob.size and len(wanted) < len(others) else by_glob

    def list_unwanted(self) -> tuple[str, ...]:
        """Return few globs that match what is found in the folder and not wanted."""
        if self.path and not self.wanted and len(self.found) > 1:
            return (f"{escape_wildcards(self.path)}/**",)
        own = tuple(map(escape_wildcards, sorted(self._own - self.wanted)))
        inner = (folder.list_unwanted() for folder in self._folders.values())
        return (*own, *(glob for globs in inner for glob in globs))

    @staticmethod
    def _globs(paths: Collection[str], stem: str) -> tuple[str, ...]:
        suffixes = sorted(set(map(_suffix, paths)))
        folder, star, rest = stem.partition("/*")
        return tuple(f"{escape_wildcards(folder)}{star}{rest}.{suffix}" for suffix in suffixes)


def _suffix(path: str) -> str:
    return path.rpartition(".")[2]
