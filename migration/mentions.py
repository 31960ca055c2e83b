"""Paths that a text names, as people write them in scripts, documents and values.

Which file is meant by a written path is for the caller to say, who knows from where it counts.
"""

from __future__ import annotations

import codecs
import posixpath
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final, TypeAlias
from urllib.parse import unquote

Readings: TypeAlias = Callable[[str], Iterable[str]]
"""A written path -> the paths that may be meant by it."""

_WORD = re.compile(r"[A-Za-z0-9_.-]+")
_WRITTEN = re.compile(r"[^\s\"'`<>|(){}\[\],;:=&!#$*?\\]+")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_BLANK = re.compile(r"\\[ntrfv]")
_VARIABLE = re.compile(r"%\w+%/")
_BEFORE: Final = "@+^~"
_CLOSING: Final = ")}]>"
_LOOKED_INTO: Final = 8000
_ENCODINGS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def text_of(data: bytes) -> str | None:
    r"""Return the text that a file holds, any byte of it that is none replaced; None for no text.

    >>> text_of(b"a\n"), text_of("a".encode("utf-16")), text_of(b"\x7fELF\0")
    ('a\n', 'a', None)
    """
    for mark, encoding in _ENCODINGS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    # As git tells a text from what is none.
    return None if b"\0" in data[:_LOOKED_INTO] else data.decode("utf-8", "surrogateescape")


class Sought:
    """Files and folders that are looked for in texts, by their paths."""

    def __init__(self, files: Collection[str], folders: Collection[str] = ()) -> None:
        """Look for files, and for folders that are named as such."""
        self._paths = {_composed(path): path for path in (*folders, *files)}
        self._names = {posixpath.basename(path) for path in self._paths}

    def __bool__(self) -> bool:
        """Tell whether anything is looked for."""
        return bool(self._paths)

    @cached_property
    def _by_word(self) -> Mapping[str, tuple[str, ...]]:
        """The paths by the longest word of their last name, which any spelling of it has."""
        found: dict[str, tuple[str, ...]] = {}
        for path in self._paths.values():
            words = _WORD.findall(posixpath.basename(path))
            word = max(words, key=len, default="")
            found[word] = (*found.get(word, ()), path)
        return found

    @cached_property
    def _odd(self) -> frozenset[str]:
        """The paths that are more than one word where a text has them."""
        return frozenset(p for p in self._paths.values() if not _WRITTEN.fullmatch(p))

    def named_roughly(self, text: str) -> tuple[str, ...]:
        """Return the paths whose last name may be in the text, however it is written there."""
        words = set(_WORD.findall(text))
        if "%" in text:
            words.update(_WORD.findall(unquote(text, errors="replace")))
        if "\\u" in text:
            words.update(_WORD.findall(_unescaped(text)))
        words |= {word.strip("._-") for word in words} | {""}
        return tuple(path for word in self._by_word.keys() & words for path in self._by_word[word])

    def find(self, paths: Iterable[str]) -> str | None:
        """Return the first of the paths that is looked for."""
        return next(
            (self._paths[c] for path in paths if (c := _composed(path)) in self._paths), None
        )

    def in_value(self, value: str, readings: Readings) -> str | None:
        """Return what a value names, as a whole or somewhere in it."""
        if not self.named_roughly(value):
            return None
        whole = value.strip()
        for spelling in dict.fromkeys((whole, _without_scheme(whole))):
            if spelling and (found := self.find(readings(spelling))):
                return found
        return next((path for _, path in self.in_text(value, readings)), None)

    def in_text(self, text: str, readings: Readings) -> tuple[tuple[int, str], ...]:
        """Return each line and what is named there by its path, a folder on the way included.

        The last name alone is no path.
        """
        found: dict[tuple[int, str], None] = {}
        for view in _views(text):
            for match in _WRITTEN.finditer(view):
                for written in _spellings(match):
                    # To read a path may take a look at the disk.
                    if posixpath.basename(posixpath.normpath(written)) not in self._names:
                        continue
                    if path := self.find(readings(written)):
                        found[view.count("\n", 0, match.start()) + 1, path] = None
                        break
            for start, path in self._odd_places(view, readings):
                found[view.count("\n", 0, start) + 1, path] = None
        return tuple(sorted(found))

    def _odd_places(self, view: str, readings: Readings) -> Iterator[tuple[int, str]]:
        for path in self._odd.intersection(self.named_roughly(view)) if self._odd else ():
            # From the folder of a file as much of it is written as lies beneath that folder.
            parts = _composed(path).split("/")
            for tail in ("/".join(parts[at:]) for at in range(len(parts) - 1)):
                pattern = rf"(?:\.{{1,2}}/)*{re.escape(tail)}(?![\w/-])(?!\.\w)"
                for match in re.finditer(rf"(?<![\w.-])(?<![\w.-]/){pattern}", view):
                    if self.find(readings(match[0])) == path:
                        yield match.start(), path


def _composed(text: str) -> str:
    """Return a text with each accent in one character with its letter."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _without_scheme(value: str) -> str:
    """Return the path that a `file:` address has, any other value as it is.

    >>> _without_scheme("file:///a/b%20c"), _without_scheme("file://a/b"), _without_scheme("a%20b")
    ('/a/b c', 'a/b', 'a%20b')
    """
    if not value.lower().startswith("file:"):
        return value
    path = unquote(value[len("file:") :])
    return path.removeprefix("//") if path.startswith("//") else path


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _views(text: str) -> Iterator[str]:
    """Yield the text in each way in which its escapes may be meant; lines stay lines."""
    text = _composed(text)
    yield text
    if "\\" in text:
        yield _BLANK.sub("  ", _unescaped(text)).replace("\\ ", " ").replace("\\/", "/")
        yield text.replace("\\\\", "/").replace("\\", "/")
    if "%" in text:
        yield _composed(unquote(text, errors="replace"))


def _spellings(match: re.Match[str]) -> Iterator[str]:
    """Yield the path that a word of a text is, without what is around it: a variable, a full stop.

    Only what has a slash is a path.
    """
    word, before = match[0], match.string[max(match.start() - 2, 0) : match.start()]
    if "/" not in word:
        return
    bare = _VARIABLE.sub("", word.lstrip(_BEFORE), count=1)
    if before.endswith("$"):
        bare = bare.partition("/")[2]
    is_quoted = before[-1:] in {"'", '"'} and (before[0].isalnum() or before[0] in _CLOSING)
    is_after_variable = before[-1:] in {*_CLOSING, ":"} or is_quoted
    for each in dict.fromkeys((bare, bare.rstrip("."))):
        if each.startswith("/"):
            yield f"/{each.lstrip('/')}"
            if is_after_variable:
                yield each.lstrip("/")
        elif each:
            yield each
