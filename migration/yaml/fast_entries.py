"""One YAML text -> its value, entry by entry; each is read once, however many texts have it.

A tree of ten thousand presets has only some thousand different lines. An entry is a key at the
beginning of a line, with all that is indented beneath it; where that is a mapping, it is read by
the entries in it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from migration.yaml.fast_events import Document, UncommonError, plain_scalar, read_value
from migration.yaml.parsers import MAX_NODES

_MOST_KNOWN: Final = 10_000
_MOST_CHARACTERS: Final = 4_000_000
"""How much text the entries that are kept may have: what they say takes some ten times as much."""
_LETTERS: Final = frozenset(string.ascii_letters + "_")
# A key with nothing behind it, whose value stands on the lines below. A comment needs a blank
# before it, and a key of more than 1,024 characters is none.
_OPENING = re.compile(r"([A-Za-z_][A-Za-z0-9_-]{,1023}):(?: *| +#.*)\n")
Entry: TypeAlias = tuple[Hashable, object, frozenset[Hashable]]
"""A key, its value, and the scalars in it that are not native to JSON, maybe among others."""

_known: Final[dict[str, Entry]] = {}
"""The entries that were read, by their text, in which they are indented as in their file."""
_characters = 0
"""How much text those have, or had before some were forgotten."""


def read_entries(text: str) -> Document:
    """Return the mapping that the text holds; it shares parts with those of other texts: read only.

    An entry means the same in any text, since nothing that is read here reaches beyond it: a quoted
    text, or a list in brackets, that does so has no end in it, an alias no anchor. What is left out
    because it says nothing must be allowed in YAML all the same.

    Raises:
        UncommonError: the text is not made of such entries.
        yaml.YAMLError: an entry is not valid alone.
        UnicodeError: likewise.
    """
    if "\r" in text or len(text) > MAX_NODES:
        raise UncommonError
    texts = _split(text.splitlines(keepends=True), 0)
    found: dict[str, Entry] = {}
    for entry in texts:
        if known := _known.get(entry) or _opened(entry):
            found[entry] = known
    return Document(*_mapping(texts, found, 1))


def _opened(text: str) -> Entry | None:
    """Return an entry whose value is a mapping on lines of its own, None for any other."""
    opening, *lines = text.splitlines(keepends=True)
    key = _OPENING.fullmatch(opening)
    first = next((line for line in lines if not _is_blank(line)), "")
    indent = len(first) - len(first.lstrip(" "))
    if not key or not indent or first[indent] not in _LETTERS:
        return None
    _require_allowed(opening)
    texts = _split(lines, indent)
    found = {entry: _known[entry] for entry in texts if entry in _known}
    return plain_scalar(key[1]), *_mapping(texts, found, 2)


def _split(lines: Sequence[str], indent: int) -> list[str]:
    """Return the text of each entry whose key has this indent; what is before the first is none."""
    entries: list[list[str]] = []
    before: list[str] = []
    pad = " " * indent
    deeper = f"{pad} "
    around = before
    for line in lines:
        if line.startswith(deeper):
            around.append(line)
        elif line.startswith(pad) and line[indent : indent + 1] in _LETTERS:
            around = [line]
            entries.append(around)
        elif _is_blank(line) or line.startswith((f"{pad}- ", f"{pad}-\n")):  # a list not indented
            around.append(line)
        else:
            raise UncommonError
    if not all(map(_is_blank, before)):
        raise UncommonError
    _require_allowed("".join(before))
    return ["".join(entry) for entry in entries]


def _mapping(
    texts: Sequence[str], found: dict[str, Entry], level: int
) -> tuple[dict[Hashable, object], frozenset[Hashable]]:
    """Return the mapping of entries of which some were found; all others are read in one go."""
    if missing := [text for text in texts if text not in found]:
        found |= _read(missing, level)
    value: dict[Hashable, object] = {}
    rare: set[Hashable] = set()
    for text in texts:
        key, item, others = found[text]
        value[key] = item
        rare |= others
    return value, frozenset(rare)


def _read(texts: Sequence[str], level: int) -> dict[str, Entry]:
    """Read entries, and keep them in mind."""
    document = read_value("".join(texts), level)
    mapping = document.value
    if not isinstance(mapping, dict) or document.rare is None or len(mapping) != len(texts):
        raise UncommonError  # a key twice, say
    rare = document.rare
    entries = {
        # Each with its own alone: that all have those of all would take the square of their number.
        text: (key, item, frozenset(_among(rare, (key, item))) if rare else rare)
        for text, (key, item) in zip(texts, mapping.items(), strict=True)
    }
    _keep(entries)
    return entries


def _among(rare: frozenset[Hashable], value: object) -> Iterator[Hashable]:
    """Yield the scalars in a value that are among the rare ones."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in rare:
                yield key
            yield from _among(rare, item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _among(rare, item)
    elif value in rare:
        yield value


def _keep(entries: Mapping[str, Entry]) -> None:
    """Keep entries, in place of all others once those are too many or too much."""
    global _characters  # noqa: PLW0603 - it belongs to the one cache
    length = sum(map(len, entries))
    if len(_known) + len(entries) > _MOST_KNOWN or _characters + length > _MOST_CHARACTERS:
        _known.clear()
        _characters = 0
    if len(entries) <= _MOST_KNOWN and length <= _MOST_CHARACTERS:
        _known.update(entries)
        _characters += length


def _is_blank(line: str) -> bool:
    """Tell whether a line says nothing but a comment."""
    return line.lstrip(" ")[:1] in ("", "\n", "#")


def _require_allowed(text: str) -> None:
    """Refuse characters that YAML may not allow, and a few that it does."""
    if not text.replace("\n", "").isprintable():
        raise UncommonError
