"""The speed path for texts without marks: reads each entry once, however many texts have it.

A tree of ten thousand presets has only some thousand different lines. An entry is a key at the
beginning of a line, with all that is indented beneath it. A mapping is read by the entries in it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from migration.yaml.fast_events import Loaded, UnsupportedByFastPathError, plain_scalar, read_value
from migration.yaml.parsers import MAX_NODES

_MOST_KNOWN: Final = 10_000
_MOST_CHARACTERS: Final = 4_000_000
"""How much text the kept entries may have; their values take some ten times as much memory."""
_LETTERS: Final = frozenset(string.ascii_letters + "_")
# A key whose value is on the lines below. A comment needs a blank before it, and YAML allows a
# key 1,024 characters.
_OPENING = re.compile(r"([A-Za-z_][A-Za-z0-9_-]{,1023}):(?: *| +#.*)\n")
Entry: TypeAlias = tuple[Hashable, object, frozenset[Hashable]]
"""A key, its value, and the `non_native` scalars of the two, as for `canonical_bytes`."""


@dataclass(slots=True)
class EntryCache:
    """The entries that were read so far in this process, by their texts."""

    entries: dict[str, Entry] = field(default_factory=dict)
    characters: int = 0
    """How long the texts are together."""

    def keep(self, entries: Mapping[str, Entry]) -> None:
        """Keep entries; forget all others first if they would be too many or too long together."""
        length = sum(map(len, entries))
        if (
            len(self.entries) + len(entries) > _MOST_KNOWN
            or self.characters + length > _MOST_CHARACTERS
        ):
            self.entries.clear()
            self.characters = 0
        if len(entries) <= _MOST_KNOWN and length <= _MOST_CHARACTERS:
            self.entries.update(entries)
            self.characters += length


_cache: Final = EntryCache()


def read_entries(text: str) -> Loaded:
    """Return the mapping that the text holds; it shares parts with other texts' values: read only.

    An entry means the same in any text, since nothing that is read here reaches beyond it: a quoted
    text or a list in brackets that does has no end in the entry, an alias no anchor. Comments and
    blank lines are not parsed, and may have no character that YAML forbids.

    Raises:
        UnsupportedByFastPathError: the text is not made of such entries.
        yaml.YAMLError: an entry is not valid alone.
        UnicodeError: likewise.
    """
    if "\r" in text or len(text) > MAX_NODES:
        raise UnsupportedByFastPathError
    texts = _split(text.splitlines(keepends=True), 0)
    found: dict[str, Entry] = {}
    for entry in texts:
        if known := _cache.entries.get(entry) or _opened(entry):
            found[entry] = known
    return Loaded(*_mapping(texts, found, 1))


def _opened(text: str) -> Entry | None:
    """Return an entry whose value is a mapping on the lines below, None for any other."""
    opening, *lines = text.splitlines(keepends=True)
    key = _OPENING.fullmatch(opening)
    first = next((line for line in lines if not _is_blank(line)), "")
    indent = len(first) - len(first.lstrip(" "))
    if not key or not indent or first[indent] not in _LETTERS:
        return None
    _require_allowed(opening)
    texts = _split(lines, indent)
    found = {entry: _cache.entries[entry] for entry in texts if entry in _cache.entries}
    return plain_scalar(key[1]), *_mapping(texts, found, 2)


def _split(lines: Sequence[str], indent: int) -> list[str]:
    """Return the text of each entry whose key has this indent; only comments may come before."""
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
            raise UnsupportedByFastPathError
    if not all(map(_is_blank, before)):
        raise UnsupportedByFastPathError
    _require_allowed("".join(before))
    return ["".join(entry) for entry in entries]


def _mapping(
    texts: Sequence[str], found: dict[str, Entry], level: int
) -> tuple[dict[Hashable, object], frozenset[Hashable]]:
    """Return the mapping that the entries make; those not `found` yet are read in one go."""
    if missing := [text for text in texts if text not in found]:
        found |= _read(missing, level)
    value: dict[Hashable, object] = {}
    non_native: set[Hashable] = set()
    for text in texts:
        key, item, others = found[text]
        value[key] = item
        non_native |= others
    return value, frozenset(non_native)


def _read(texts: Sequence[str], level: int) -> dict[str, Entry]:
    """Read entries, and keep them as known."""
    document = read_value("".join(texts), level)
    mapping = document.value
    if not isinstance(mapping, dict) or document.non_native is None or len(mapping) != len(texts):
        raise UnsupportedByFastPathError  # a key twice, say
    non_native = document.non_native
    entries = {
        # Each entry has its own alone: all of them in each would take the square of their number.
        text: (key, item, frozenset(_among(non_native, (key, item))) if non_native else non_native)
        for text, (key, item) in zip(texts, mapping.items(), strict=True)
    }
    _cache.keep(entries)
    return entries


def _among(non_native: frozenset[Hashable], value: object) -> Iterator[Hashable]:
    """Yield the scalars in a value that are among the non-native ones."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in non_native:
                yield key
            yield from _among(non_native, item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _among(non_native, item)
    elif value in non_native:
        yield value


def _is_blank(line: str) -> bool:
    """Tell whether a line has at most a comment."""
    return line.lstrip(" ")[:1] in ("", "\n", "#")


def _require_allowed(text: str) -> None:
    """Refuse every character that YAML may forbid, and a few that it allows."""
    if not text.replace("\n", "").isprintable():
        raise UnsupportedByFastPathError
