"""Finds the existing file that a path may mean: written otherwise, or with a slip in one name."""

from __future__ import annotations

import difflib
import posixpath
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Protocol

from migration.paths import is_yaml


class Files(Protocol):
    """What is asked of a tree here."""

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder."""
        ...

    def is_file(self, path: str) -> bool:
        """Tell whether a regular file is at the path."""
        ...

    def leads_somewhere(self, path: str) -> bool:
        """Tell whether anything is at the path, links followed."""
        ...


def find_nearest_file(tree: Files, path: str) -> str | None:
    """Return the existing file that differs from the path in writing, or by a slip in one name."""
    return find_same_file(tree, path) or _find_misspelt(tree, path.replace("\\", "/"))


def find_same_file(tree: Files, path: str) -> str | None:
    r"""Return the existing file whose path differs from the given one in writing alone.

    That is in `\` for `/`, in case, in `-` for `_`, in how Unicode spells a letter, or in the
    ending of a YAML file, which may also be left out.
    """
    parts = path.replace("\\", "/").strip().split("/")
    return next(_find_files(tree, "", parts, is_first=True), None)


def _find_files(
    tree: Files, folder: str, parts: list[str], *, is_first: bool = False
) -> Iterator[str]:
    name, *rest = parts
    if is_first and not name:
        yield from _find_files(tree, "/", rest) if rest else ()
        return
    if name in ("", ".", ".."):
        yield from _find_files(tree, posixpath.join(folder, name), rest) if rest else ()
        return
    exact = posixpath.join(folder, name)
    if not rest and tree.is_file(exact):
        yield exact
        return
    for known in sorted(tree.names(folder), key=lambda each: each != name):
        found = posixpath.join(folder, known)
        if rest:
            if _fold(known) == _fold(name):
                yield from _find_files(tree, found, rest)
        elif _is_same_name(name, known) and tree.is_file(found):
            yield found


def _is_same_name(name: str, known: str) -> bool:
    """Tell whether the name of a file differs from a known one in writing alone."""
    if _fold(name) == _fold(known):
        return True
    if not is_yaml(known):
        return False
    stem = name.rpartition(".")[0] if is_yaml(name) else name.rstrip(".")
    return bool(stem) and _fold(stem) == _fold(known.rpartition(".")[0])


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().replace("-", "_").strip()


def _find_misspelt(tree: Files, path: str) -> str | None:
    """Return the existing file that the path may misspell in one of its names."""
    parts = path.split("/")
    for count, part in enumerate(parts):
        folder = "/".join(parts[:count]) or ("/" if path.startswith("/") else "")
        if tree.leads_somewhere(posixpath.join(folder, part)):
            continue
        close = _closest(part, tree.names(folder))
        found = posixpath.join(folder, close, *parts[count + 1 :]) if close else None
        return found if found and tree.is_file(found) else None
    return None


def _closest(name: str, names: Iterable[str]) -> str | None:
    # Without the endings, since `.yaml` alone makes any two short names alike.
    by_stem = {known.rpartition(".")[0] or known: known for known in names}
    close = difflib.get_close_matches(name.rpartition(".")[0] or name, by_stem, n=1)
    return by_stem[close[0]] if close else None
