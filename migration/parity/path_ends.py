"""Compares how two paths end: what that says of a file that may have moved, or of its folder."""

from __future__ import annotations

import posixpath
from itertools import takewhile


def score_ends(old: str, new: str) -> int:
    """Return twice the number of names that both paths end with; 1 if only the ending differs."""
    if common := len(_list_common_end(old, new)):
        return 2 * common
    return int(_stem(old) == _stem(new))


def pair_folders(old: str, new: str) -> list[tuple[str, str]]:
    """Return the folders that one may have renamed so that a file moved, the outermost first.

    >>> pair_folders("configs/a/runs/x.yaml", "configs/b/runs/x.yaml")
    [('configs/a', 'configs/b'), ('configs/a/runs', 'configs/b/runs')]
    """
    pairs = []
    for end in reversed(_list_common_end(old, new)):
        folders = old.removesuffix(f"/{end}"), new.removesuffix(f"/{end}")
        if folders[0] != old and folders[1] != new:
            pairs.append(folders)
    return pairs


def _list_common_end(old: str, new: str) -> list[str]:
    """Return the names that two paths both end with, and those with the folders before them."""
    olds, news = old.split("/"), new.split("/")
    pairs = zip(reversed(olds), reversed(news), strict=False)
    number = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return ["/".join(olds[-each:]) for each in range(1, number + 1)]


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]
