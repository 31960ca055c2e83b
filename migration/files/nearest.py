"""Finds the existing file that a path may mean: written otherwise, or with a slip in one name."""

from __future__ import annotations

import difflib
import posixpath
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from migration.paths import is_yaml

_ALIKE = 0.6
_MOST_MEANT = 3


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


def find_nearest_paths(path: str, known: Iterable[str]) -> list[str]:
    """Return the known paths that a path may mean, or none if there are many.

    They differ from it in writing alone; or they are what it is the end of, or have its last name;
    or there is a slip in one name.
    """
    folded = _fold_path(path)
    parts_of = {each: _fold_path(each) for each in sorted(known)}
    means = (
        [each for each, parts in parts_of.items() if parts == folded]
        or [each for each, parts in parts_of.items() if parts[-len(folded) :] == folded]
        or [each for each, parts in parts_of.items() if parts[-1] == folded[-1]]
        or _list_misspelt(folded, parts_of)
    )
    return means if len(means) <= _MOST_MEANT else []


def _fold_path(path: str) -> list[str]:
    """Return the names in a path without what people write otherwise."""
    *folders, name = map(_fold, path.replace("\\", "/").strip().split("/"))
    return [*folders, name.rpartition(".")[0] if is_yaml(name) else name]


def _list_misspelt(wanted: list[str], parts_of: Mapping[str, list[str]]) -> list[str]:
    """Return the paths with one other name than those wanted, if it is much alike: the closest."""
    likeness: dict[str, float] = {}
    for path, parts in parts_of.items():
        pairs = [(one, two) for one, two in zip(wanted, parts, strict=False) if one != two]
        if len(parts) == len(wanted) and len(pairs) == 1:
            likeness[path] = difflib.SequenceMatcher(None, *pairs[0]).ratio()
    best = max(likeness.values(), default=0.0)
    return [path for path, ratio in likeness.items() if ratio == best >= _ALIKE]


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
