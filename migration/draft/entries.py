"""Lays out the keys of a draft: their comments, and the empty lines between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from migration.draft.comments import split_below
from migration.yaml.source_text import Written


@dataclass(frozen=True, slots=True)
class Entry:
    """The lines of one key: those of its value, and the comments on it.

    `lead`: the paragraphs over it, each with the empty line that separates it. `after`: a comment
    below it that has the column of the key, and is kept apart from the next key. `is_open`:
    whether an empty line after it would be a part of its value.
    """

    lines: tuple[str, ...]
    lead: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    is_after_blank: bool = False
    is_open: bool = False

    @property
    def is_long(self) -> bool:
        """Whether it takes more than one line; paragraphs apart from it do not count."""
        return len(self.lines) > 1


def join_entries(entries: Iterable[Entry], *, is_spaced: bool = False) -> Iterator[str]:
    """Yield the lines of the entries; `is_spaced`: with an empty line around each long one."""
    before: Entry | None = None
    for entry in entries:
        if before:
            is_long = is_spaced and (entry.is_long or before.is_long)
            is_open = before.is_open and not before.after
            if not is_open and (is_long or is_apart(before, entry)):
                yield ""
        yield from (*entry.lead, *entry.lines)
        if entry.after and not entry.is_open:
            yield ""
        yield from entry.after
        before = entry


def is_apart(before: Entry, entry: Entry) -> bool:
    """Tell whether an empty line, or a comment of its own, separates two entries in the draft."""
    if before.after or entry.lead:
        return True
    return entry.is_after_blank and not before.is_open


def add_comments(lines: Sequence[str], comment: Written | None) -> tuple[str, ...]:
    """Return the lines of a key with the comment above, beside and below it."""
    if comment is None:
        return tuple(lines)
    first, *rest = lines
    above, beside = comment.above, comment.beside
    if beside and (not rest or first.endswith(":")):
        first = f"{first}  {beside}"
    elif beside:
        above = (*above, beside)
    return (*above, first, *rest, *split_below(comment)[0])


def raise_comments(lines: Sequence[str], comment: Written) -> tuple[str, ...]:
    """Return the lines of a key with the comments that would be next to it above it."""
    beside = [comment.beside] if comment.beside else []
    found = (*comment.above, *beside, *split_below(comment)[0])
    return (*(line.lstrip() for line in found if line), *lines)
