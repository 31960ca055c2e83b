"""Follows symbolic links on the way to a path, by a function that knows where each leads.

Paths are absolute here; what a link is, the disk or a commit tells.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, TypeAlias

LinkTarget: TypeAlias = Callable[[str], str | None]
"""Returns the text of the link at a path, None if there is no link."""
_MOST_LINKS: Final = 40  # as many as the kernel follows (ELOOP)


def list_links(root: str, path: str, target_of: LinkTarget) -> tuple[str, ...]:
    """Return every link that is followed on the way from `root` to a path, in that order."""
    return tuple(islice(_follow_each(root, path, target_of), _MOST_LINKS))


def resolve_links(path: str, target_of: LinkTarget) -> str:
    """Return an absolute path without links; of a loop, as `os.path.realpath` has it."""
    place, _ = _resolve("", path, target_of, {}, 0)
    return posixpath.normpath(place or "/")


def _follow_each(root: str, path: str, target_of: LinkTarget) -> Iterator[str]:
    place, names = root.rstrip("/"), path.split("/")[::-1]
    if path.startswith("/"):
        place = ""
    while names:
        name = names.pop()
        if name in ("", "."):
            continue
        if name == "..":
            place = place.rpartition("/")[0]
            continue
        step = f"{place}/{name}"
        target = target_of(step)
        if target is None:
            place = step
            continue
        yield step
        names += target.split("/")[::-1]
        place = "" if target.startswith("/") else place


def _resolve(
    place: str, path: str, target_of: LinkTarget, seen: dict[str, str | None], depth: int
) -> tuple[str, bool]:
    """Return a path that counts from `place`, without links, and whether there is no loop.

    `seen` has where each link leads, or None while it is being followed; `depth` are followed now,
    and too many count as a loop.
    """
    names = path.split("/")[::-1]
    place = "" if path.startswith("/") else place
    while names:
        name = names.pop()
        if name in ("", "."):
            continue
        if name == "..":
            place = place.rpartition("/")[0]
            continue
        step = f"{place}/{name}"
        target = target_of(step)
        if target is None:
            place = step
            continue
        if step in seen:
            known = seen[step]
            if known is None:
                return posixpath.join(step, *names[::-1]), False
            place = known
            continue
        if depth == _MOST_LINKS:
            return posixpath.join(step, *names[::-1]), False
        seen[step] = None
        place, is_open = _resolve(place, target, target_of, seen, depth + 1)
        if not is_open:
            return posixpath.join(place, *names[::-1]), False
        seen[step] = place
    return place, True
