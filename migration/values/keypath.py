"""Converts key paths (tuples of keys into a value) to text and back.

The text is injective: two paths have the same text only if their keys and types are the same.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from migration.errors import Fault, MigrationError
from migration.text import quote_name

KeyPath: TypeAlias = tuple[Hashable, ...]

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_INDEX = re.compile(r"\[(0|[1-9][0-9]*)\]")
_BRACKETED = re.compile(r"\((?:(\w+) )?([^()]*)\)")
_WORDS: dict[str, Hashable] = {"true": True, "false": False, "null": None}
# Beyond this Python refuses to write an integer in decimal; hexadecimal has no such limit.
_DECIMAL_LIMIT = 2**64


@dataclass(frozen=True, slots=True)
class Index:
    """The place of an entry in a list, counted from 0; no mapping key equals it."""

    position: int


def format_key(key: Hashable) -> str:
    """Return the text of one key; keys of different types have different texts.

    >>> [format_key(key) for key in ("lr", "a.b", 1, True, "true", 1.5)]
    ['lr', '"a.b"', '1', 'true', '"true"', '(1.5)']
    """
    if isinstance(key, str):
        return _format_name(key)
    match key:
        case bool() | None:
            return json.dumps(key)
        case int():
            return str(key) if abs(key) < _DECIMAL_LIMIT else f"({key:#x})"
        case float():
            return f"({key!r})"
        case dt.datetime():
            return f"(datetime {key.isoformat()})"
        case dt.date():
            return f"(date {key.isoformat()})"
        case bytes():
            return f"(binary {base64.b64encode(key).decode()})"
        case Index():
            return f"[{key.position}]"
    raise TypeError(f"not a key that YAML can produce: {key!r}")


def format_path(path: KeyPath) -> str:
    """Return the path's text: keys joined by dots, list entries as `[n]`.

    >>> format_path(("custom", "ops", Index(2), "prob"))
    'custom.ops[2].prob'
    """
    text = ""
    for key in path:
        segment = format_key(key)
        text += segment if not text or segment.startswith("[") else f".{segment}"
    return text


def parse_path(text: str) -> KeyPath:
    """Return the path that a text spells.

    Raises:
        MigrationError: the text is not a path.

    >>> parse_path('training."a.b".1')
    ('training', 'a.b', 1)
    """
    keys: list[Hashable] = []
    position = 0
    while position < len(text) or not keys:
        if text[position : position + 1] == ".":
            position += 1
            if not keys or text[position : position + 1] == "[":
                raise _not_a_path(text)
        elif keys and text[position : position + 1] != "[":
            raise _not_a_path(text)
        key, position = _read_key(text, position)
        keys.append(key)
    return tuple(keys)


def is_beneath(path: KeyPath, top: KeyPath) -> bool:
    """Tell whether a path is the other one, or leads further.

    >>> is_beneath(("a", "b"), ("a",)), is_beneath((1,), (True,))
    (True, False)
    """
    # Compared as text, since for Python the keys 1, 1.0 and true are equal.
    head = path[: len(top)]
    return len(head) == len(top) and all(
        format_key(key) == format_key(wanted) for key, wanted in zip(head, top, strict=True)
    )


def are_connected(path: KeyPath, other: KeyPath) -> bool:
    """Tell whether one of two paths leads to the other, or further."""
    return is_beneath(path, other) or is_beneath(other, path)


def is_key_path(text: object) -> bool:
    """Tell whether a value is the text of a path."""
    if not isinstance(text, str):
        return False
    try:
        parse_path(text)
    except MigrationError:
        return False
    return True


def _read_key(text: str, position: int) -> tuple[Hashable, int]:
    if found := _BARE.match(text, position):
        word = found.group()
        return _WORDS.get(word, word), found.end()
    try:
        if found := _INTEGER.match(text, position):
            return int(found.group()), found.end()
        if found := _INDEX.match(text, position):
            return Index(int(found.group(1))), found.end()
        if text[position : position + 1] == '"':
            key, end = json.JSONDecoder().raw_decode(text, position)
            return str(key), end
        if found := _BRACKETED.match(text, position):
            return _read_bracketed(found.group(1), found.group(2)), found.end()
    except ValueError:
        raise _not_a_path(text) from None
    raise _not_a_path(text)


def _read_bracketed(kind: str | None, body: str) -> Hashable:
    match kind:
        case "datetime":
            return dt.datetime.fromisoformat(body)
        case "date":
            return dt.date.fromisoformat(body)
        case "binary":
            return base64.b64decode(body, validate=True)
        case None:
            return int(body, 16) if "0x" in body else float(body)
    raise ValueError(kind)


@lru_cache(maxsize=4096)  # a tree has millions of keys, but few different ones
def _format_name(key: str) -> str:
    return key if _BARE.fullmatch(key) and key not in _WORDS else quote_text(key)


def quote_text(text: str) -> str:
    """Return the text in quotes as in JSON, with no letter escaped but half of a surrogate pair."""
    # Two halves would be read back as one character.
    quoted = json.dumps(text, ensure_ascii=False)
    return _SURROGATE.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)


def _not_a_path(text: str) -> MigrationError:
    hint = 'keys are joined by dots, other ones quoted, list entries bracketed: a."b.c".ops[0]'
    return MigrationError(Fault(f"not a key path: {quote_name(text)}", hint=hint))
