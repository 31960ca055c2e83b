"""A resolved config -> the text of the one file that makes it from the base that it extends.

Values are spelled, and commented, as in the files that they come from. Reading those is
`fragments`' part; whether the draft does what it should is for the loader to say.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, cast

import yaml

from migration.canonical import canonical_bytes
from migration.diff import MISSING
from migration.documents import load_mapping
from migration.errors import MigrationError
from migration.fragments import Fragment, Written
from migration.keypath import KeyPath
from migration.loader import Config
from migration.marks import MarkTree, origin_of

_STEP = "  "
_Writings: TypeAlias = Sequence[Written]


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that a config was merged from, by path, and where each of its values stands.

    `own` are those that the draft replaces, in the order in which they are merged, the config's
    file last: they give the order of the keys, and the empty lines between.
    """

    fragments: Mapping[str, Fragment]
    own: Sequence[str]
    marks: MarkTree


def overlay(base: Mapping[Hashable, object], wanted: Mapping[Hashable, object]) -> Config:
    """Return the least that has to be merged over `base` for `wanted`, in the order of `wanted`.

    It does that exactly if there are no `lost_keys`.
    """
    least: Config = {}
    for key, value in wanted.items():
        inherited = base.get(key, MISSING)
        if isinstance(inherited, dict) and isinstance(value, dict):
            if inner := overlay(inherited, value):
                least[key] = inner
        elif inherited is MISSING or not _are_equal(inherited, value):
            least[key] = value
    return least


def lost_keys(
    base: Mapping[Hashable, object], wanted: Mapping[Hashable, object], at: KeyPath = ()
) -> Iterator[KeyPath]:
    """Yield each key that `base` has and `wanted` lacks: nothing merged over it takes it away."""
    for key, inherited in base.items():
        value = wanted.get(key, MISSING)
        if value is MISSING:
            yield (*at, key)
        elif isinstance(inherited, dict) and isinstance(value, dict):
            yield from lost_keys(inherited, value, (*at, key))


def draft_text(least: Config, wanted: Config, extends: str, sources: Sources) -> str:
    """Return the text of a file that merges `least` over what it extends, to give `wanted`.

    Sections stand in the order in which they first appear. A comment comes along where all that
    it is about is in `wanted` as it was: one on a section that was overridden in part does not.
    """
    path = sources.own[-1]
    header, fragment = sources.fragments[path].parted()
    fragments = {**sources.fragments, path: fragment}
    layers = [fragments[each].keys for each in sources.own]
    lines = [*header, "extends:", f"{_STEP}- {extends}"]
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
        """Yield the entries of a mapping; `layers` are its keys in each file that has it.

        `moved` are comments that come down to a key from the section around it.
        """
        before: tuple[int | None, bool] = None, False
        for key in dict.fromkeys((*(key for layer in layers for key in layer), *least)):
            if key not in least:
                continue
            writings = [layer[key] for layer in layers if key in layer]
            value = least[key]
            if isinstance(value, dict) and value:
                whole, inner = cast("Config", wanted[key]), cast("MarkTree", marks[key])
                entry = self._section(key, value, whole, inner, writings)
            else:
                entry = self._leaf(key, value, marks, writings)
            if above := (moved or {}).get(key):
                entry = _Entry((*above, *entry.lines), is_after_blank=True)
            # What comes from another file is another subject: apart, unless both are one line.
            file = next((at for at, layer in enumerate(layers) if key in layer), None)
            if file != before[0] and (entry.is_long or before[1]):
                entry = replace(entry, is_after_blank=True)
            before = file, entry.is_long
            yield entry

    def _leaf(self, key: Hashable, value: object, marks: MarkTree, writings: _Writings) -> _Entry:
        origin = origin_of(marks[key])
        own = self._fragments[origin.path].by_place.get((origin.line, origin.column))
        lines = _lifted(key, value, own) or _dumped({key: value})
        said = [own] if own else []
        said += [each for each in reversed(writings) if _are_equal(each.value, value)]
        comment = next((each for each in said if each.has_comment), None)
        return _Entry(_commented(lines, comment), _is_after_blank(writings))

    def _section(
        self,
        key: Hashable,
        least: Config,
        wanted: Config,
        marks: MarkTree,
        writings: _Writings,
    ) -> _Entry:
        kept = [each for each in writings if each.inner and not overlay(wanted, _value(each))]
        whole = [each for each in kept if not overlay(_value(each), least)]
        comment = next((each for each in reversed(whole) if each.has_comment), None)
        if whole and not _has_inner_comment(writings[:-1], least):
            lines = _lifted(key, least, whole[-1])
            if lines:
                return _Entry(_commented(lines, comment), _is_after_blank(writings))
        moved: dict[Hashable, list[str]] = {}
        for each in kept:
            first = next((inner for inner in least if inner in each.inner), None)
            if each.has_comment and each not in whole and first is not None:
                beside = [each.beside] if each.beside else []
                moved.setdefault(first, []).extend((*each.above, *beside))
        layers = [each.inner for each in writings if each.inner]
        head = _dumped({key: None})
        if len(head) > 1:  # a key that takes lines of its own is beyond what people write
            return _Entry(tuple(_dumped({key: least})), _is_after_blank(writings))
        lines = [head[0].removesuffix(" null")]
        for count, entry in enumerate(self.mapping(least, wanted, marks, layers, moved)):
            lines += [""] if entry.is_after_blank and count else []
            lines += [f"{_STEP}{line}" if line else "" for line in entry.lines]
        return _Entry(_commented(tuple(lines), comment), _is_after_blank(writings))


def _value(writing: Written) -> Config:
    return cast("Config", writing.value)


def _is_after_blank(writings: _Writings) -> bool:
    # The file that has the key first gives it its place, and the empty line that goes with it.
    return bool(writings) and writings[0].is_after_blank


def _commented(lines: Sequence[str], comment: Written | None) -> tuple[str, ...]:
    if comment is None:
        return tuple(lines)
    first, *rest = lines
    above, beside = comment.above, comment.beside
    if beside and (not rest or first.endswith(":")):
        first = f"{first}  {beside}"
    elif beside:
        above = (*above, beside)
    return (*above, first, *rest, *comment.below)


def _lifted(key: Hashable, value: object, own: Written | None) -> Sequence[str]:
    """Return a key and its value as they are written; nothing if that does not stand alone."""
    if own and own.lines and _says("\n".join(own.lines), {key: value}):
        return own.lines
    return ()


def _has_inner_comment(writings: _Writings, wanted: Config) -> bool:
    """Tell whether something is said about a value in the mapping that is still so."""
    return any(
        each.has_comment and not overlay(wanted, {key: each.value})
        for writing in writings
        for key, each in writing.inner.items()
    )


def _dumped(value: Config) -> list[str]:
    text: str = yaml.safe_dump(
        value, default_flow_style=False, sort_keys=False, allow_unicode=True, width=2**31
    )
    return text.rstrip("\n").split("\n")


def _says(text: str, value: Config) -> bool:
    """Tell whether the text alone gives the value, and no anchor that nothing refers to."""
    try:
        is_alike = _are_equal(load_mapping(text, ""), value)
    except MigrationError:
        return False
    return is_alike and not ("&" in text and any(_has_anchor(each) for each in yaml.parse(text)))


def _has_anchor(event: yaml.Event) -> bool:
    return getattr(event, "anchor", None) is not None


def _are_equal(left: object, right: object) -> bool:
    return canonical_bytes(left) == canonical_bytes(right)
