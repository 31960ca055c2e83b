"""Writes the text of the one file that, merged over what it extends, gives a config.

Values keep the spelling and the comments of the files that they come from, which
`yaml/source_text.py` reads. `commands/draft/` checks that the text resolves as it should.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, cast

from migration.draft.comments import (
    CommentChooser,
    join_paragraphs,
    split_below,
    split_paragraphs,
)
from migration.draft.entries import Entry, add_comments, is_apart, join_entries, raise_comments
from migration.values.canonical import are_equal
from migration.values.merge import Config
from migration.values.overlay import find_overlay
from migration.yaml.comments import list_comments
from migration.yaml.dump import dumped, dumped_key, is_open, lifted, says
from migration.yaml.marks import MarkTree, origin_of
from migration.yaml.source_text import Fragment, Written

_STEP = "  "
_Writings: TypeAlias = Sequence[Written]


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that a config was merged from, by path, and the mark of each of its values.

    `own`: the files that the draft replaces, in merge order, the config's own file last; those of
    `base` may be among them. They determine the order of the keys, and, without those of the
    base, the empty lines between them.
    """

    fragments: Mapping[str, Fragment]
    own: Sequence[str]
    marks: MarkTree
    base: Collection[str] = ()


def draft_text(least: Config, wanted: Config, extends: str, sources: Sources, key: str) -> str:
    """Return the text of a file that sets `least` over what it extends, to give `wanted`.

    `key` is the inheritance key.

    Sections keep the order of their first appearance. A comment is kept if everything that it
    describes is unchanged in `wanted`; a comment on a partly overridden section is dropped. What
    the draft says at the top of one file it does not say again at the top of another.
    """
    file = sources.own[-1]
    header, fragment = sources.fragments[file].split_header(key)
    last = [*fragment.keys.values()][-1:]
    fragments = {**sources.fragments, file: fragment}
    writer = _Writer(replace(sources, fragments=fragments), header)
    layers = _list_layers(fragments, sources.own, key)
    first, *bases = dumped(key, [extends])
    head = Entry((*header, first, *(f"{_STEP}{line}" for line in bases)))
    entries = [head, *writer.write_mapping(least, wanted, sources.marks, layers)]
    if last and last[0].key == key:
        # A comment at the end of the file is not on the bases, which the draft replaces.
        end = [entries[-1].after, *split_paragraphs(split_below(last[0])[1])]
        entries[-1] = replace(entries[-1], after=join_paragraphs(end)[:-1])
    return "\n".join(join_entries(entries, is_spaced=True)) + "\n"


def values_text(values: Config, sources: Sources, key: str) -> str:
    """Return the text of a file that sets these values, and extends nothing.

    The order, and what is kept of the comments, is that of `draft_text`.
    """
    layers = _list_layers(sources.fragments, sources.own, key)
    entries = _Writer(sources, ()).write_mapping(values, values, sources.marks, layers)
    return "\n".join(join_entries(entries, is_spaced=True)) + "\n"


def _list_layers(
    fragments: Mapping[str, Fragment], files: Sequence[str], key: str
) -> Sequence[Mapping[Hashable, Written]]:
    """Return the keys of each file, without the inheritance key."""
    return [
        {name: each for name, each in fragments[path].keys.items() if name != key} for path in files
    ]


class _Writer:
    def __init__(self, sources: Sources, header: Sequence[str]) -> None:
        self._fragments = sources.fragments
        self._comments = CommentChooser(sources.fragments, sources.base, header)

    def write_mapping(
        self,
        least: Config,
        wanted: Config,
        marks: MarkTree,
        layers: Sequence[Mapping[Hashable, Written]],
        moved: Mapping[Hashable, Sequence[str]] | None = None,
    ) -> Iterator[Entry]:
        """Yield the entries of a mapping; `layers`: its keys in each file that has it.

        `moved`: comments on the section around, which are now written above one of its keys.
        """
        last_file: int | None = None
        before = Entry(())
        is_blank = is_long = False
        spelled = {key: key for key in least}
        for key in dict.fromkeys((*(key for layer in layers for key in layer), *least)):
            writings = [layer[key] for layer in layers if key in layer]
            # The empty line before an omitted key still separates its neighbours.
            is_blank = is_blank or self._comments.is_after_blank(writings)
            if key not in least:
                continue
            key = spelled[key]  # noqa: PLW2901 - as `1` for `true`, which is the same key
            value = least[key]
            if isinstance(value, dict) and value:
                whole, inner = cast("Config", wanted[key]), cast("MarkTree", marks[key])
                entry = self._write_section(key, value, whole, inner, writings)
            else:
                entry = self._write_leaf(key, value, marks, writings)
            above = (moved or {}).get(key, ())
            entry = replace(entry, lines=(*above, *entry.lines))
            # Keys of another file are another subject: separate them, but not single lines.
            file = next((at for at, layer in enumerate(layers) if key in layer), None)
            is_blank = is_blank or bool(above)
            is_blank = is_blank or (file != last_file and (entry.is_long or is_long))
            is_blank = is_apart(before, replace(entry, is_after_blank=is_blank))
            yield replace(entry, is_after_blank=is_blank)
            is_long = entry.is_long or (is_long and not is_blank)
            last_file, is_blank, before = file, False, entry

    def _write_leaf(
        self, key: Hashable, value: object, marks: MarkTree, writings: _Writings
    ) -> Entry:
        origin = origin_of(marks[key])
        own = self._fragments[origin.path].by_place.get((origin.line, origin.column))
        said = [own] if own else []
        said += [each for each in reversed(writings) if are_equal(each.value, value)]
        lines, within = lifted(key, value, own), tuple[str, ...]()
        if not lines:
            lines, within = dumped(key, value, said), list_comments(own.lines if own else ())
        comment, lead, after = self._comments.choose(said, writings)
        commented = add_comments(lines, comment)
        if comment and not says(commented, {key: value}):
            # Where YAML would read the comment as part of the value, write it above the key.
            commented = raise_comments(lines, comment)
        is_last_open = is_open(commented, {key: value})
        return Entry((*within, *commented), lead, after, is_open=is_last_open)

    def _write_section(
        self,
        key: Hashable,
        least: Config,
        wanted: Config,
        marks: MarkTree,
        writings: _Writings,
    ) -> Entry:
        kept = [
            each for each in writings if each.inner and not find_overlay(wanted, _value_of(each))
        ]
        whole = [each for each in kept if not find_overlay(_value_of(each), least)]
        comment, lead, after = self._comments.choose(reversed(whole), writings)
        if whole and not _has_inner_comment(writings[:-1], least):
            lines = lifted(key, least, whole[-1])
            if lines:
                commented = add_comments(lines, comment)
                return Entry(commented, lead, after, is_open=is_open(commented, {key: least}))
        moved: dict[Hashable, list[str]] = {}
        for each in kept:
            said = find_overlay(_value_of(each), least)
            first = next((inner for inner in least if said.get(inner) != least[inner]), None)
            if each.has_comment and each not in whole and first is not None:
                own = self._comments.omit_known(each)
                lead = (*lead, *own.apart)
                beside = [own.beside] if own.beside else []
                moved.setdefault(first, []).extend((*own.above, *beside))
        layers = [each.inner for each in writings if each.inner]
        head = dumped_key(key, writings)
        if len(head) > 1:  # no person writes a key that takes several lines
            return Entry(tuple(dumped(key, least)))
        entries = [*self.write_mapping(least, wanted, marks, layers, moved)]
        inner = [f"{_STEP}{line}" if line else "" for line in join_entries(entries)]
        is_last_open = entries[-1].is_open and not entries[-1].after
        if comment:
            below = [f"{_STEP}{line.lstrip()}" if line else "" for line in split_below(comment)[0]]
            is_blank = is_last_open and below and not below[0]
            comment = replace(comment, below=tuple(below[1:] if is_blank else below))
            is_last_open = is_last_open and not below
        return Entry(add_comments([*head, *inner], comment), lead, after, is_open=is_last_open)


def _value_of(writing: Written) -> Config:
    return cast("Config", writing.value)


def _has_inner_comment(writings: _Writings, wanted: Config) -> bool:
    """Tell whether a value in the mapping that is unchanged has a comment."""
    return any(
        each.has_comment and not find_overlay(wanted, {key: each.value})
        for writing in writings
        for key, each in writing.inner.items()
    )
