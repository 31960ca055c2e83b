"""Paths and path patterns as people write them. Pure text: walking the disk is `trees`' part."""

from __future__ import annotations

import posixpath
import re
import shlex
from functools import lru_cache

from migration.visible import visible

_HISTORIES = frozenset({".git", ".hg", ".svn", ".bzr", ".jj"})
_HALF = re.compile(r"[\ud800-\udfff]")
_WILD = re.compile(r"[*?\[]")
_SPECIAL_INSIDE = re.compile(r"[\\\[\]^&~|]")
_PART = re.compile(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]]*\]|[^*?\[]+|\[")


@lru_cache(maxsize=4096)  # presets have most of their files in common
def glob_matches(pattern: str, path: str) -> bool:
    """Tell whether a repository path matches.

    `*` and `?` stay within a folder, `**` spans folders.

    >>> glob_matches("configs/**/*.yaml", "configs/a.yaml")
    True
    >>> glob_matches("configs/*.yaml", "configs/train/a.yaml")
    False
    """
    return _compiled(pattern).fullmatch(path) is not None


def fixed_folder(pattern: str) -> str:
    """Return the folder under which every match lies ("" for the root).

    >>> fixed_folder("configs/train/**/*.yaml")
    'configs/train'
    """
    wild = _WILD.search(pattern)
    fixed = pattern[: wild.start()] if wild else pattern
    return fixed.rpartition("/")[0]


def leaves_root(path: str) -> bool:
    """Tell whether a path or pattern is not plainly one beneath the project's root.

    >>> [leaves_root(path) for path in ("configs/a.yaml", "../a.yaml", "/a.yaml", "a/../b.yaml")]
    [False, True, True, True]
    """
    return path.startswith("/") or ".." in path.split("/")


def is_plain_path(path: object) -> bool:
    """Tell whether a value is a path as the toolkit writes it: beneath the root, normalised.

    >>> [is_plain_path(path) for path in ("configs/a.yaml", "configs/a.yaml/", "./a.yaml", "", 3)]
    [True, False, False, False, False]
    """
    return isinstance(path, str) and posixpath.normpath(path) == path and not leaves_root(path)


def is_unicode(path: str) -> bool:
    r"""Tell whether every byte of a name is part of a character, as Python reads names.

    >>> is_unicode("类.yaml"), is_unicode("\udcff.yaml")
    (True, False)
    """
    return not _HALF.search(path)


def is_hidden(path: str) -> bool:
    """Tell whether the file, or a folder on the way to it, is one that listings leave out.

    >>> [is_hidden(path) for path in ("configs/.a.yaml", "configs/.old/a.yaml", "configs/a.b.yaml")]
    [True, True, False]
    """
    return path.startswith(".") or "/." in path


def is_history(path: str) -> bool:
    """Tell whether the file is one in which a version control system keeps what was committed.

    >>> [is_history(path) for path in (".git/config", "a/.GIT", "a/.gitignore", "a.git/config")]
    [True, True, False, False]
    """
    return is_hidden(path) and not _HISTORIES.isdisjoint(path.lower().split("/"))


def quoted(path: str) -> str:
    r"""Return the path as one word of a shell command, which a terminal shows as it is.

    >>> print(quoted("configs/a.yaml"), quoted("a b.yaml"), quoted("-a.yaml"), quoted("a\nb.yaml"))
    configs/a.yaml 'a b.yaml' ./-a.yaml $'a\nb.yaml'
    """
    word = f"./{path}" if path.startswith("-") else path
    if visible(word) == word:
        return shlex.quote(word)
    escaped = word.replace("\\", r"\\").replace("'", r"\'")
    return f"$'{visible(escaped)}'"


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_translated(part) for part in _PART.findall(pattern)), re.DOTALL)


def _translated(part: str) -> str:
    wildcards = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    if part in wildcards:
        return wildcards[part]
    if part.startswith("[") and part != "[":
        is_negated = part.startswith("[!")
        inside = _SPECIAL_INSIDE.sub(r"\\\g<0>", part[2:-1] if is_negated else part[1:-1])
        return f"(?!/)[{'^' if is_negated else ''}{inside}]"
    return re.escape(part)
