"""Writes the text of the one file that, merged over what it extends, gives a config.

Values keep the spelling and the comments of the files that they come from, which
`yaml/source_text.py` reads. `commands/draft.py` checks that the text resolves as it should.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, cast

from migration.values.canonical import are_equal
from migration.values.merge import Config
from migration.values.overlay import find_overlay
from migration.yaml.dump import comments_within, dumped, lifted, says
from migration.yaml.marks import MarkTree, origin_of
from migration.yaml.source_text import Fragment, Written

_STEP = "  "
_Writings: TypeAlias = Sequence[Written]


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that a config was merged from, by path, and the mark of each of its values.

    `own`: the files that the draft replaces, in merge order, the config's own file last. They
    determine the order of the keys, and the empty lines between them.
    """

    fragments: Mapping[str, Fragment]
    own: Sequence[str]
    marks: MarkTree


def draft_text(least: Config, wanted: Config, extends: str, sources: Sources, key: str) -> str:
    """Return the text of a file that sets `least` over what it extends, to give `wanted`.

    `key` is the inheritance key.

    Sections keep the order of their first appearance. A comment is kept if everything that it
    describes is unchanged in `wanted`; a comment on a partly overridden section is dropped.
    """
    path = sources.own[-1]
    header, fragment = sources.fragments[path].parted(key)
    fragments = {**sources.fragments, path: fragment}
    layers = [fragments[each].keys for each in sources.own]
    first, *bases = dumped(key, [extends])
    lines = [*header, first, *(f"{_STEP}{line}" for line in bases)]
    is_long = True
    for entry in _Writer(fragments).mapping(least, wanted, sources.marks, layers):
        lines += [""] if is_long or entry.is_long or entry.is_after_blank else []
        lines += entry.lines
        is_long = entry.is_long
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Entry:
    """The lines of one key, its value and its comments."""

    lines: tuple[str, ...]
    is_after_blank: bool

    @property
    def is_long(self) -> bool:
        return len(self.lines) > 1


class _Writer:
    def __init__(self, fragments: Mapping[str, Fragment]) -> None:
        self._fragments = fragments

    def mapping(
        self,
        least: Config,
        wanted: Config,
        marks: MarkTree,
        layers: Sequence[Mapping[Hashable, Written]],
        moved: Mapping[Hashable, Sequence[str]] | None = None,
    ) -> Iterator[_Entry]:
        """Yield the entries of a mapping; `layers`: its keys in each file that has it.

        `moved`: comments on the section around, which are now written above one of its keys.
        """
        last_file: int | None = None
        is_blank = is_long = False
        for key in dict.fromkeys((*(key for layer in layers for key in layer), *least)):
            writings = [layer[key] for layer in layers if key in layer]
            # The empty line before an omitted key still separates its neighbours.
            is_blank = is_blank or _is_after_blank(writings)
            if key not in least:
                continue
            value = least[key]
            if isinstance(value, dict) and value:
                whole, inner = cast("Config", wanted[key]), cast("MarkTree", marks[key])
                entry = self._write_section(key, value, whole, inner, writings)
            else:
                entry = self._write_leaf(key, value, marks, writings)
            above = (moved or {}).get(key, ())
            lines = (*above, *entry)
            # Keys of another file are another subject: separate them, but not single lines.
            file = next((at for at, layer in enumerate(layers) if key in layer), None)
            is_blank = is_blank or bool(above)
            is_blank = is_blank or (file != last_file and (len(lines) > 1 or is_long))
            yield _Entry(lines, is_blank)
            is_long = len(lines) > 1 or (is_long and not is_blank)
            last_file, is_blank = file, False

    def _write_leaf(
        self, key: Hashable, value: object, marks: MarkTree, writings: _Writings
    ) -> tuple[str, ...]:
        origin = origin_of(marks[key])
        own = self._fragments[origin.path].by_place.get((origin.line, origin.column))
        said = [own] if own else []
        said += [each for each in reversed(writings) if are_equal(each.value, value)]
        lines, within = lifted(key, value, own), tuple[str, ...]()
        if not lines:
            lines, within = dumped(key, value, said), comments_within(own.lines if own else ())
        comment = next((each for each in said if each.comment), None)
        commented = _add_comments(lines, comment)
        if comment and not says(commented, {key: value}):
            # Where YAML would read the comment as part of the value, write it above the key.
            commented = (*(line.lstrip() for line in comment.comment), *lines)
        return (*within, *commented)

    def _write_section(
        self,
        key: Hashable,
        least: Config,
        wanted: Config,
        marks: MarkTree,
        writings: _Writings,
    ) -> tuple[str, ...]:
        kept = [
            each for each in writings if each.inner and not find_overlay(wanted, _value_of(each))
        ]
        whole = [each for each in kept if not find_overlay(_value_of(each), least)]
        comment = next((each for each in reversed(whole) if each.comment), None)
        if whole and not _has_inner_comment(writings[:-1], least):
            lines = lifted(key, least, whole[-1])
            if lines:
                return _add_comments(lines, comment)
        moved: dict[Hashable, list[str]] = {}
        for each in kept:
            said = find_overlay(_value_of(each), least)
            first = next((inner for inner in least if said.get(inner) != least[inner]), None)
            if each.comment and each not in whole and first is not None:
                beside = [each.beside] if each.beside else []
                moved.setdefault(first, []).extend((*each.above, *beside))
        layers = [each.inner for each in writings if each.inner]
        head = dumped(key, None, writings)
        if len(head) > 1:  # no person writes a key that takes several lines
            return tuple(dumped(key, least))
        lines = [head[0].removesuffix(" null")]
        for count, entry in enumerate(self.mapping(least, wanted, marks, layers, moved)):
            lines += [""] if entry.is_after_blank and count else []
            lines += [f"{_STEP}{line}" if line else "" for line in entry.lines]
        if comment:
            below = (f"{_STEP}{line.lstrip()}" if line else "" for line in comment.below)
            comment = replace(comment, below=tuple(below))
        return _add_comments(lines, comment)


def _value_of(writing: Written) -> Config:
    return cast("Config", writing.value)


def _is_after_blank(writings: _Writings) -> bool:
    # The first file with the key decides its position, and thus the empty line before it.
    return bool(writings) and writings[0].is_after_blank


def _add_comments(lines: Sequence[str], comment: Written | None) -> tuple[str, ...]:
    if comment is None:
        return tuple(lines)
    first, *rest = lines
    above, beside = comment.above, comment.beside
    if beside and (not rest or first.endswith(":")):
        first = f"{first}  {beside}"
    elif beside:
        above = (*above, beside)
    return (*above, first, *rest, *comment.below)


def _has_inner_comment(writings: _Writings, wanted: Config) -> bool:
    """Tell whether a value in the mapping that is unchanged has a comment."""
    return any(
        each.comment and not find_overlay(wanted, {key: each.value})
        for writing in writings
        for key, each in writing.inner.items()
    )
