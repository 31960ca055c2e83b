"""Finds the paths that a text names, as people write them in scripts, documents and values.

The caller says which file a written path means, since it knows the folder the path counts from.
"""

from __future__ import annotations

import codecs
import posixpath
import re
import string
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final, TypeAlias
from urllib.parse import unquote

from migration.paths import fixed_folder, glob_matches, is_wild

Readings: TypeAlias = Callable[[str], Iterable[str]]
"""A written path -> the paths that may be meant by it."""

_WORD = re.compile(r"[A-Za-z0-9_.-]+")
_AROUND: Final = "._-"
_PLAIN: Final = frozenset(f"{string.ascii_letters}{string.digits}_.-~/")
"""The characters of a path; any other character ends it, unless a known path has that one too."""
_LONGEST: Final = 4096
"""The most characters that a path can have, as in Linux."""
_IS_LONGER = re.compile(r"[./_-]*[A-Za-z0-9]|~")
"""What follows a name that is only the beginning of a longer name, or of a longer path."""
_FLAGS = re.compile(r"-[A-Za-z]{1,3}")
_CLOSING: Final = frozenset(")}]>%:")
_QUOTES: Final = frozenset("'\"`")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_BLANK = re.compile(r"\\[ntrfv]")
_ESCAPED_SIGN = re.compile(r"\\([^A-Za-z0-9\\\n])")
_LINE_END = re.compile(r"%0[AaDd]")
_PLACEHOLDER = re.compile(
    r"\$\{[^{}]*\}|\{\{[^{}]*\}\}|\{[^{}/]*\}|\$\([^()]*\)|\$\w+|%\(\w+\)s|%s|<\w+>"
)
_LOOKED_INTO: Final = 8000
_ENCODINGS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def text_of(data: bytes) -> str | None:
    r"""Return the text of a file, None if it is not text; undecodable bytes are replaced.

    >>> text_of(b"a\n"), text_of("a".encode("utf-16")), text_of(b"\x7fELF\0")
    ('a\n', 'a', None)
    """
    for mark, encoding in _ENCODINGS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    # The test by which git tells text from binary.
    return None if b"\0" in data[:_LOOKED_INTO] else data.decode("utf-8", "surrogateescape")


class Sought:
    """Finds files and folders in texts by their paths."""

    def __init__(self, files: Collection[str], folders: Collection[str] = ()) -> None:
        """Look for files, and for folders that a text names as such."""
        self.files = frozenset(files)
        self._paths = {_composed(path): path for path in (*folders, *files)}

    def __bool__(self) -> bool:
        """Tell whether any path is sought."""
        return bool(self._paths)

    @cached_property
    def _by_word(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """Longest word of a last name -> the names -> their paths. Every spelling has that word."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for path in self._paths:
            name = posixpath.basename(path)
            names = found.setdefault(_longest_word(name), {})
            names[name] = (*names.get(name, ()), path)
        return found

    def named_roughly(self, text: str) -> tuple[str, ...]:
        """Return the paths whose last name may be in the text, in any spelling."""
        words = set(_WORD.findall(text))
        if "%" in text:
            words.update(_WORD.findall(unquote(text, errors="replace")))
        if "\\u" in text:
            words.update(_WORD.findall(_unescaped(text)))
        signed = [word for word in words if word[0] in _AROUND or word[-1] in _AROUND]
        words.update(each for word in signed for _, each in _bare_words(word, 0))
        names = (self._by_word[word] for word in self._by_word.keys() & (words | {""}))
        return tuple(
            self._paths[path] for each in names for paths in each.values() for path in paths
        )

    def may_be_named(self, text: str) -> bool:
        """Tell whether a value in a YAML text may name a sought path.

        A value with escapes may spell the name in other letters; a pattern need not have the name.
        """
        return "\\" in text or bool(self.named_roughly(text)) or any(map(_is_pattern, text.split()))

    def find(self, paths: Iterable[str]) -> str | None:
        """Return the first of the paths that is sought, None if none is."""
        return next(
            (self._paths[c] for path in paths if (c := _composed(path)) in self._paths), None
        )

    def in_value(self, value: str, readings: Readings) -> tuple[str, ...]:
        """Return the sought paths that a value names, as a whole or somewhere in it, sorted."""
        if not self.named_roughly(value):
            return ()
        whole = value.strip()
        spellings = filter(None, dict.fromkeys((whole, _without_scheme(whole))))
        named = {path for each in spellings if (path := self.find(readings(each)))}
        return tuple(sorted(named or {path for _, path in self.in_text(value, readings)}))

    def matched_by(self, value: str, readings: Readings) -> tuple[str, ...]:
        """Return the sought files that a value matches, if it is a glob or has a placeholder.

        The pattern must begin with a folder: otherwise it names no file in particular.
        """
        word = _without_scheme(value.strip())
        if len(word) > _LONGEST or not _is_pattern(word) or len(word.split()) > 1:
            return ()
        pattern = _PLACEHOLDER.sub("*", word)
        first, _, rest = pattern.partition("/")
        patterns = {
            each for each in (pattern, rest if is_wild(first) else "") if fixed_folder(each)
        }
        meant = {path for each in patterns for path in readings(each)}
        return tuple(sorted(p for p in self.files if any(glob_matches(each, p) for each in meant)))

    def in_text(self, text: str, readings: Readings) -> tuple[tuple[int, str], ...]:
        """Return each line that names a sought path, and that path.

        The line must name a folder of the path as well: the last name alone is not a path.
        """
        found: set[tuple[int, str]] = set()
        for view in _views(text):
            line, counted = 1, 0
            for start, path in sorted(self._places(view, readings)):
                line += view.count("\n", counted, start)
                counted = start
                found.add((line, path))
        return tuple(sorted(found))

    def _places(self, view: str, readings: Readings) -> set[tuple[int, str]]:
        """Return where the last name of each named path begins, and the path."""
        found: set[tuple[int, str]] = set()
        for start, name, paths in self._names_in(view):
            end = start + len(name)
            if _IS_LONGER.match(view, end):
                continue
            for begin in _beginnings(view, start, paths):
                for written in _spellings(view, begin, end):
                    if path := self.find(readings(written)):
                        found.add((start, path))
                        break
        return found

    def _names_in(self, view: str) -> Iterator[tuple[int, str, tuple[str, ...]]]:
        """Yield where each last name begins in the text, the name, and the paths that have it."""
        for match in _WORD.finditer(view):
            for at, word in _bare_words(match[0], match.start()):
                for name, paths in (self._by_word.get(word, {}) if word else {}).items():
                    start = at - name.index(word)
                    if start >= 0 and view.startswith(name, start):
                        yield start, name, paths
        for name, paths in self._by_word.get("", {}).items():
            for match in re.finditer(re.escape(name), view):
                yield match.start(), name, paths


def _longest_word(name: str) -> str:
    return max(_WORD.findall(name), key=len, default="")


def _bare_words(word: str, start: int) -> Iterator[tuple[int, str]]:
    """Yield where a word begins, and the word, with and without the signs around it.

    The signs may belong to the text, as a full stop does.

    >>> list(_bare_words("_a.b.", 7))
    [(7, '_a.b.'), (7, '_a.b'), (8, 'a.b.'), (8, 'a.b')]
    """
    yield start, word
    if word[0] not in _AROUND and word[-1] not in _AROUND:
        return
    tail = word.lstrip(_AROUND)
    yield start, word.rstrip(_AROUND)
    yield start + len(word) - len(tail), tail
    yield start + len(word) - len(tail), tail.rstrip(_AROUND)


def _composed(text: str) -> str:
    """Return a text with each letter and its accent as one character (NFC)."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _without_scheme(value: str) -> str:
    """Return the path in a `file:` URL; return any other value unchanged.

    >>> _without_scheme("file:///a/b%20c"), _without_scheme("file://a/b"), _without_scheme("a%20b")
    ('/a/b c', 'a/b', 'a%20b')
    """
    if not value.lower().startswith("file:"):
        return value
    path = unquote(value[len("file:") :])
    return path.removeprefix("//") if path.startswith("//") else path


def _is_pattern(word: str) -> bool:
    """Tell whether a word may be a path with a wildcard or a placeholder.

    >>> [_is_pattern(word) for word in ("a/*.yaml", "a/{b}/c", "a/b.yaml", "*.yaml")]
    [True, True, False, False]
    """
    return "/" in word and (is_wild(word) or bool(_PLACEHOLDER.search(word)))


def _unescaped(text: str) -> str:
    # An escaped line end becomes a space, since a real one would shift the line numbers.
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)).replace("\n", " "), text)


def _views(text: str) -> Iterator[str]:
    """Yield the text for each way to read its escapes; the line numbers stay the same."""
    text = _composed(text)
    yield text
    if "\\" in text:
        yield _ESCAPED_SIGN.sub(r"\1", _BLANK.sub("  ", _unescaped(text)))
        yield text.replace("\\\\", "/").replace("\\", "/")
    if "%" in text:
        yield _composed(unquote(_LINE_END.sub(" ", text), errors="replace"))


def _beginnings(view: str, start: int, paths: Iterable[str]) -> set[int]:
    """Return where a path may begin whose last name is at `start`."""
    found = {_plain_before(view, start)}
    for path in paths:
        at = start
        # A known folder may have characters that would end any other path in a text.
        for folder in reversed(path.split("/")[:-1]):
            at -= len(folder) + 1
            if at < 0 or not view.startswith(f"{folder}/", at):
                break
            found.add(_plain_before(view, at))
    return found


def _plain_before(view: str, at: int) -> int:
    least = max(at - _LONGEST, 0)
    while at > least and view[at - 1] in _PLAIN:
        at -= 1
    return at


def _spellings(view: str, begin: int, end: int) -> Iterator[str]:
    """Yield the paths that a part of a text may be, without a variable or a flag before it.

    Only a text with a slash is a path.
    """
    word, before = view[begin:end], view[max(begin - 2, 0) : begin]
    if "/" not in word:
        return
    words = [] if before.endswith("$") else [word, word.lstrip("_-~")]
    if before.endswith(("$", "%")):
        words.append(word.partition("/")[2])
    if flags := _FLAGS.match(word):
        words += [word[at:] for at in range(2, flags.end() + 1)]
    is_quoted = before[-1:] in _QUOTES and (before[0].isalnum() or before[0] in _CLOSING)
    is_after_variable = is_quoted or before[-1:] in _CLOSING
    for each in filter(None, dict.fromkeys(words)):
        if each.startswith("/"):
            yield f"/{each.lstrip('/')}"
            if is_after_variable:
                yield each.lstrip("/")
        else:
            yield each
