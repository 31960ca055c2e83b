"""Finds the file that an unknown base may mean.

Names count from the real folder of the file that names the base. People also count them from the
project's root, from the folder of a link to that file, or miscount `../`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator

from migration.errors import ask_if_meant
from migration.files.nearest import find_nearest_file, find_same_file
from migration.files.tree import Tree

_FROM_FILE = "paths count from the file that names them"
_FROM_REAL_FILE = "bases count from the real place of the file"


def suggest_base(
    tree: Tree, written: str, path: str, asked: str, taken: Collection[str]
) -> str | None:
    """Return the hint for an unknown base of the file at the real path `path`, None if none helps.

    `asked` is the path by which the file was reached, a link if it differs from the real path.
    None of the files `taken` is suggested, since extending one of them would be a cycle.
    """
    folder, by_link = posixpath.dirname(path), posixpath.dirname(asked)
    name = written.replace("\\", "/").strip()
    is_linked = by_link != folder
    found, rule = _find(tree, name, folder, by_link, taken)
    if found:
        meant = found if found.startswith("/") else posixpath.relpath(found, folder)
        if tree.real_path(meant, folder) == tree.real_path(found):
            hint = ask_if_meant(meant)
            return f"{hint} {rule}" if rule else hint
    return f"{_FROM_REAL_FILE}, {path}" if is_linked else None


def _find(
    tree: Tree, name: str, folder: str, by_link: str, taken: Collection[str]
) -> tuple[str | None, str | None]:
    """Return the file that is meant, and the rule that was overlooked, if there is one."""
    places = dict.fromkeys(_list_places(tree, name, folder, by_link))
    for find in (_find_exactly, find_same_file):
        for place, rule in places:
            found = find(tree, place)
            if found and tree.real_path(found) not in taken:
                return found, rule
    # A slip is looked for where the base should be, and where the first folder is right.
    slips: list[tuple[str, str | None]] = [(tree.real_path(name, folder), None)]
    if tree.leads_somewhere(name.split("/", maxsplit=1)[0]) and "/" in name:
        slips.append((tree.real_path(name), _FROM_FILE))
    for place, rule in slips:
        found = find_nearest_file(tree, place)
        if found and tree.real_path(found) not in taken:
            return found, rule
    return None, None


def _find_exactly(tree: Tree, path: str) -> str | None:
    return path if tree.is_file(path) else None


def _list_places(
    tree: Tree, name: str, folder: str, by_link: str
) -> Iterator[tuple[str, str | None]]:
    """Yield each place where the base may be, the likeliest first, and the rule overlooked."""
    yield tree.real_path(name, folder), None
    if by_link != folder:
        yield posixpath.normpath(posixpath.join(by_link, name)), _FROM_REAL_FILE
    bare = name.lstrip("/")
    yield tree.real_path(bare), _FROM_FILE
    if name != bare:
        yield tree.real_path(bare, folder), None
    parts = [part for part in bare.split("/") if part != "."]
    ups = next((at for at, part in enumerate(parts) if part != ".."), len(parts))
    rest, depth = parts[ups:], len(folder.split("/")) if folder else 0
    if rest and not folder.startswith("/"):
        for count in sorted(range(depth + 1), key=lambda each: abs(each - ups)):
            yield tree.real_path("/".join([*[".."] * count, *rest]), folder), None
