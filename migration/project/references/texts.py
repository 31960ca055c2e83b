"""Finds the lines that name a file in scripts, documents and the YAML of other programs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from migration.errors import MigrationError
from migration.files.regular import MAX_BYTES
from migration.project.project import Project
from migration.project.references.written_paths import Readings, Sought, text_of
from migration.project.settings import OWN_FILE, TABLE
from migration.project.surroundings import MOST_LOOKED_INTO, Surroundings, list_surroundings
from migration.yaml.parsers import written_scalars

_GITS_OWN: Final = frozenset({".gitattributes", ".gitignore", ".gitmodules"})
"""Git's own files: a path in them does no harm once its file is gone."""
_OWN_TABLE = re.compile(rf"\s*\[\s*tool\s*\.\s*[\"']?{TABLE}[\"']?\s*[\].]")
_TABLE = re.compile(r"\s*\[\[?[\w\"' .-]+\]\]?\s*(#.*)?$")
_STRING = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*")


@dataclass(frozen=True, slots=True)
class Mention:
    """A line of a text that names, by its path, a file or a folder that is to be removed."""

    path: str
    line: int
    needs: str


def find_mentions(project: Project, file: str) -> tuple[Mention, ...]:
    """Return each line in the work tree that names the file by its path.

    Left out are the file itself, the frozen files, links, and the toolkit's settings.

    Raises:
        MigrationError: git cannot tell which files there are.
    """
    sought = Sought([file])
    around = list_surroundings(project, [file])
    found: list[Mention] = []
    for path in around.files:
        if path == file or project.is_frozen_file(path) or project.tree.is_link(path):
            continue
        try:
            text = read_text(project, path)
        except MigrationError:  # mentions are mere notes; `retire` reports what it could not read
            continue
        if text is not None and sought.named_roughly(text):
            found += mentions_in(text, path, sought, project, around)
    return tuple(found)


def read_text(project: Project, path: str) -> str | None:
    """Return the text of a file, None if it is not text.

    Raises:
        MigrationError: the file cannot be read, or has more than `MOST_LOOKED_INTO` bytes.
    """
    return text_of(project.tree.read(path, MOST_LOOKED_INTO))


def scalars_of(text: str) -> list[tuple[str, int]] | None:
    """Return the scalars of a YAML text with their lines, None if it is broken or too large."""
    return written_scalars(text) if len(text) <= MAX_BYTES else None


def mentions_in(
    text: str, path: str, sought: Sought, project: Project, around: Surroundings
) -> Iterator[Mention]:
    """Yield the lines of a file's text that name what is sought."""
    if posixpath.basename(path) in _GITS_OWN or path == project.settings.source == OWN_FILE:
        return
    own = _lines_of_settings(text) if path == project.settings.source else ()
    for line, needed in sought.in_text(text, readings_in(text, path, project, around)):
        if line not in own:
            yield Mention(path, line, needed)


def readings_in(text: str, path: str, project: Project, around: Surroundings) -> Readings:
    """Return what a path in a text may mean: it counts from the root, the text's folder, or above.

    In a text outside the project, a path does not count from the root, unless the text also names
    the folder of the project, as `cd project` does.
    """
    folder, prefix = posixpath.dirname(path), ""
    if around.top != ".":
        at = project.tree.root.parts
        prefix = "/".join(at[-len(around.top.split("/")) :])
    is_ours = not path.startswith("../") or _names_folder(text, prefix, folder)
    return partial(_read, project, folder, prefix, is_ours=is_ours)


def _names_folder(text: str, prefix: str, folder: str) -> bool:
    """Tell whether a text names the project's folder, from the work tree or its own folder."""
    ups = folder.split("/")
    names = {prefix}
    # From a folder above the project, the path has as many names as there are folders to go up.
    if set(ups) == {".."}:
        names.add("/".join(prefix.split("/")[-len(ups) :]))
    # A longer path, to a file in the folder, does not count: it names only that file.
    found = (re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-]|/\w)", text) for name in names)
    return any(found)


def _read(
    project: Project, folder: str, prefix: str, written: str, *, is_ours: bool
) -> Iterator[str]:
    path = posixpath.normpath(written)
    if is_ours:
        yield path
    if prefix and path.startswith(f"{prefix}/"):
        yield path.removeprefix(f"{prefix}/")
    if written.startswith("/") or is_ours:
        yield project.tree.real_path(written)
    yield posixpath.normpath(posixpath.join(folder, written))
    yield project.tree.real_path(written, folder)


def _lines_of_settings(text: str) -> Collection[int]:
    """Return the lines of the toolkit's settings, which name legacy files on purpose."""
    lines: set[int] = set()
    is_own, depth = False, 0
    for number, line in enumerate(text.split("\n"), 1):
        # Within a list, a line that looks like a table is an inner list.
        if not depth and (_OWN_TABLE.match(line) or _TABLE.match(line)):
            is_own = _OWN_TABLE.match(line) is not None
        elif is_own:
            bare = _STRING.sub("", line)
            depth = max(depth + bare.count("[") - bare.count("]"), 0)
        if is_own:
            lines.add(number)
    return lines
