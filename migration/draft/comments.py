"""Chooses the comments of a draft among those of the files that it replaces."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from migration.yaml.source_text import Fragment, Written


class Chosen(NamedTuple):
    """The comment on a key, the paragraphs apart from it, and what is below it at its column."""

    comment: Written | None
    lead: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class CommentChooser:
    """Knows which comments a draft has already, and which are of the files that it extends."""

    def __init__(
        self, fragments: Mapping[str, Fragment], base: Collection[str], header: Sequence[str]
    ) -> None:
        """Take the fragments by path, and which paths (`base`) the draft extends."""
        inherited = (each.by_place.values() for path, each in fragments.items() if path in base)
        self._inherited = {id(written) for each in inherited for written in each}
        firsts = (next(iter(each.keys.values()), None) for each in fragments.values())
        self._firsts = {id(written) for written in firsts}
        self._known = set(split_paragraphs(header))

    def choose(self, candidates: Iterable[Written], writings: Iterable[Written]) -> Chosen:
        """Return the first comment among the candidates, and what else the writings of a key have.

        That is a comment at the end of a file, apart from the key above it.
        """
        chosen = next((each for each in candidates if each.has_comment), None)
        ends: list[tuple[str, ...]] = []
        for each in writings:
            end = split_below(each)[1]
            is_apart = end[:1] == ("",) and id(each) not in self._inherited
            if end and (each is chosen or is_apart):
                ends.append(end[1:] if is_apart else end)
        comment = chosen and self.omit_known(chosen)
        return Chosen(comment, comment.apart if comment else (), join_paragraphs(ends)[:-1])

    def omit_known(self, comment: Written) -> Written:
        """Return the comment; one at the top of a file without the paragraphs the draft has."""
        if id(comment) not in self._firsts:
            return comment
        above = () if comment.above in self._known else comment.above
        apart = [each for each in split_paragraphs(comment.apart) if each not in self._known]
        self._known.update(apart)
        return replace(comment, apart=join_paragraphs(apart), above=above)

    def is_after_blank(self, writings: Sequence[Written]) -> bool:
        """Tell whether an empty line separates a key, which has these writings, from what is above.

        The first file with the key decides its position, and thus the empty line before it; the
        base does not, since its keys stay where they are.
        """
        own = [each for each in writings if id(each) not in self._inherited]
        return bool(own) and own[0].is_after_blank


def split_below(comment: Written) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the comment below a key that is indented like its value, and the one that is not.

    The latter begins with an empty line if one separates it from what is before it.
    """
    below = comment.below
    at = next((at for at, line in enumerate(below) if line and not line[0].isspace()), len(below))
    at -= at > 0 and not below[at - 1]
    return below[:at], below[at:]


def split_paragraphs(lines: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the paragraphs of a comment, which empty lines separate."""
    found: list[list[str]] = [[]]
    for line in lines:
        if line:
            found[-1].append(line)
        else:
            found.append([])
    return [tuple(each) for each in found if each]


def join_paragraphs(paragraphs: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return the lines of a comment, with an empty line after each paragraph.

    >>> join_paragraphs([["# one"], [], ["# two"]])
    ('# one', '', '# two', '')
    """
    return tuple(line for each in paragraphs if each for line in (*each, ""))
