"""Matches and classifies project paths and glob patterns, as text. `files` walks the disk."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import product
from typing import NewType, TypeGuard

RealPath = NewType("RealPath", str)
"""Where a file really is, no link on the way: from the project's root, or absolute outside it."""
_HISTORIES = frozenset({".git", ".hg", ".svn", ".bzr", ".jj"})
_HALF = re.compile(r"[\ud800-\udfff]")
_NO_CHARACTER = "[!\x01-\ud7ff\ue000-\U0010ffff]"
"""The class of what is no character, as a byte that is not UTF-8."""
_WILD = re.compile(r"[*?\[]")
_SPECIAL_INSIDE = re.compile(r"[\\\[\]^&~|]")
_PART = re.compile(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]]*\]|[^*?\[]+|\[")


_INEXACT = re.compile(r"[?\[]")
_SAMPLES = {"*": ("\1",), "**/": ("", "\1/", "\1/\1/"), "**": ("\1", "\1/\1")}
"""What each wildcard may stand for: only the same one, or a wider one, matches all of it."""
_STARS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
_WILDCARDS = {**_STARS, "?": "[^/]"}
_FEW_STARS = 3


@lru_cache(maxsize=4096)  # presets share most of their files
def glob_matches(pattern: str, path: str) -> bool:
    """Tell whether a project path matches the pattern.

    `*` and `?` stay within a folder, `**` spans folders. As in a shell, only a name in the pattern
    that begins with a dot matches a hidden file or folder.

    >>> glob_matches("configs/**/*.yaml", "configs/a.yaml")
    True
    >>> glob_matches("configs/*.yaml", "configs/train/a.yaml")
    False
    >>> glob_matches("**/*.yaml", ".old/a.yaml"), glob_matches(".*/*.yaml", ".old/a.yaml")
    (False, True)
    """
    return _matcher(pattern)(path) and _spells_dots(pattern, path)


def find_pattern_fault(pattern: str) -> str | None:
    """Return why the character classes of a pattern cannot be read, None if they can.

    >>> find_pattern_fault("configs/[z-a].yaml")
    'bad character range z-a'
    """
    try:
        glob_matches(pattern, "")
    except re.error as error:
        return error.msg
    return None


def spells_dot(pattern: str) -> bool:
    """Tell whether the pattern can match a hidden file, or a file in a hidden folder."""
    return any(part.startswith(".") for part in pattern.split("/"))


def is_wild(pattern: str) -> bool:
    """Tell whether a text has wildcards, and so matches more than itself.

    >>> is_wild("configs/*.yaml"), is_wild("configs/a.yaml")
    (True, False)
    """
    return _WILD.search(pattern) is not None


def escape_wildcards(path: str) -> str:
    r"""Return the pattern, in valid Unicode, that matches just the path.

    A byte that is not UTF-8 becomes the class of all such bytes: no text can have the byte itself.

    >>> print(*map(escape_wildcards, ("a.yaml", "a[1]*.yaml")))
    a.yaml a[[]1][*].yaml
    >>> glob_matches(escape_wildcards("\udcff.yaml"), "\udcff.yaml")
    True
    >>> glob_matches(escape_wildcards("\udcff.yaml"), "\xff.yaml")
    False
    """
    return _HALF.sub(_NO_CHARACTER, _WILD.sub(r"[\g<0>]", path))


def includes_glob(wide: str, narrow: str) -> bool:
    """Tell whether a glob matches all that another one matches; no, where that is hard to tell.

    >>> includes_glob("configs/**", "configs/train/*.yaml"), includes_glob("a/*", "a/**")
    (True, False)
    """
    if wide == narrow:
        return True
    if not is_wild(narrow):
        return glob_matches(wide, narrow)
    if _INEXACT.search(wide + narrow):
        return False
    parts = (_SAMPLES.get(part, (part,)) for part in _PART.findall(narrow))
    return all(glob_matches(wide, "".join(sample)) for sample in product(*parts))


def fixed_folder(pattern: str) -> str:
    """Return the folder under which every match lies ("" for the root).

    >>> fixed_folder("configs/train/**/*.yaml")
    'configs/train'
    """
    wild = _WILD.search(pattern)
    fixed = pattern[: wild.start()] if wild else pattern
    return fixed.rpartition("/")[0]


def leaves_root(path: str) -> bool:
    """Tell whether a path or pattern is absolute or has `..`, so that it may leave the root.

    >>> [leaves_root(path) for path in ("configs/a.yaml", "../a.yaml", "/a.yaml", "a/../b.yaml")]
    [False, True, True, True]
    """
    return path.startswith("/") or ".." in path.split("/")


def is_within(path: str, folder: str) -> bool:
    """Tell whether a path is a folder, or lies in it; the folder "" is the root.

    >>> is_within("a/b", "a"), is_within("a", "a"), is_within("ab", "a"), is_within("a", "")
    (True, True, False, True)
    """
    return not folder or path == folder or path.startswith(f"{folder}/")


def is_plain_path(path: object) -> TypeGuard[str]:
    """Tell whether a value is a path as the toolkit writes it: beneath the root, and normalised.

    >>> [is_plain_path(path) for path in ("configs/a.yaml", "configs/a.yaml/", "./a.yaml", "", 3)]
    [True, False, False, False, False]
    """
    return isinstance(path, str) and posixpath.normpath(path) == path and not leaves_root(path)


def is_unicode(path: str) -> bool:
    r"""Tell whether a name, as Python reads it from the disk, is valid Unicode.

    >>> is_unicode("类.yaml"), is_unicode("\udcff.yaml")
    (True, False)
    """
    return not _HALF.search(path)


def is_hidden(path: str) -> bool:
    """Tell whether the file or a folder in its path is hidden: its name begins with a dot.

    >>> [is_hidden(path) for path in ("configs/.a.yaml", "configs/.old/a.yaml", "configs/a.b.yaml")]
    [True, True, False]
    """
    return path.startswith(".") or "/." in path


def is_yaml(path: str) -> bool:
    """Tell whether a file is YAML, by its name.

    >>> [is_yaml(path) for path in ("a.yaml", "a.YML", "yaml")]
    [True, True, False]
    """
    return path.lower().endswith((".yaml", ".yml"))


def is_history(path: str) -> bool:
    """Tell whether the file belongs to the data of a version control system, as `.git`.

    >>> [is_history(path) for path in (".git/config", "a/.GIT", "a/.gitignore", "a.git/config")]
    [True, True, False, False]
    """
    return is_hidden(path) and not _HISTORIES.isdisjoint(path.lower().split("/"))


def _spells_dots(pattern: str, path: str) -> bool:
    """Tell whether each hidden name in the path matches a name in the pattern with a dot."""
    if not is_hidden(path):
        return True
    names = [name for name in path.split("/") if name.startswith(".")]
    parts = [part for part in pattern.split("/") if part.startswith(".")]
    return len(names) == len(parts) and all(
        _matcher(part)(name) for part, name in zip(parts, names, strict=True)
    )


@lru_cache(maxsize=256)
def _matcher(pattern: str) -> Callable[[str], bool]:
    """Return the test for matching paths.

    With many stars it avoids regular expressions, which could backtrack for very long.
    """
    parts: list[str] = []
    for part in _PART.findall(pattern):
        if part not in parts[-1:] or part not in _STARS:
            parts.append(part)
    compiled = re.compile("".join(map(_translate_part, parts)), re.DOTALL)
    if sum(part in _STARS for part in parts) <= _FEW_STARS:
        return lambda path: compiled.fullmatch(path) is not None
    steps = [step for part in parts for step in ([part] if part[0] in "*?[" else part)]
    return partial(_steps_match, tuple(steps))


def _steps_match(steps: Sequence[str], path: str) -> bool:
    """Tell whether a path matches, by following all possible matches character by character.

    A place is the index of the next step; within the folders of a `**/`, its complement.
    """
    places = _with_next(steps, {0})
    for character in path:
        following: set[int] = set()
        for place in places:
            index = place if place >= 0 else ~place
            step = steps[index] if index < len(steps) else ""
            if step == "**/":
                following |= {~index, index + 1} if character == "/" else {~index}
            elif step == "**" or (step == "*" and character != "/"):
                following.add(index)
            elif step and step != "*" and _step(step).fullmatch(character):
                following.add(index + 1)
        places = _with_next(steps, following)
    return len(steps) in places


def _with_next(steps: Sequence[str], places: set[int]) -> set[int]:
    """Add the places after each star, since a star may match nothing."""
    for place in tuple(places):
        behind = place
        while 0 <= behind < len(steps) and steps[behind] in _STARS:
            behind += 1
            places.add(behind)
    return places


@lru_cache(maxsize=256)
def _step(step: str) -> re.Pattern[str]:
    return re.compile(_translate_part(step), re.DOTALL)


def _translate_part(part: str) -> str:
    if part in _WILDCARDS:
        return _WILDCARDS[part]
    if part.startswith("[") and part != "[":
        is_negated = part.startswith("[!")
        inside = _SPECIAL_INSIDE.sub(r"\\\g<0>", part[2:-1] if is_negated else part[1:-1])
        return f"(?!/)[{'^' if is_negated else ''}{inside}]"
    return re.escape(part)
