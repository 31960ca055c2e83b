"""What every format says of one cause, and of each change within its values: a block.

A format only lays out the blocks. Which causes a report has is in `sections`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from migration.glyphs import tell_all_apart
from migration.parity.causes import Cause, CauseKind
from migration.render.text_changes import TextChange, compare_texts
from migration.render.values import format_pair, format_value
from migration.resolve.origins import file_of
from migration.values.keypath import Index, format_path
from migration.values.pairing import name_of
from migration.wording import format_count

if TYPE_CHECKING:
    from migration.parity.compare import AcceptedBefore, Finding
    from migration.yaml.spelling import Spelling

MOST_CHANGES = 8
"""How many changes within one list are shown."""
_MOST_HINTS = 3

Marks: TypeAlias = tuple[str | None, str | None]
"""The words on the places of the left and of the right values."""
_KINDS: Final[Mapping[CauseKind, str]] = {
    "added": "new key",
    "removed": "key is gone",
    "changed": "changed",
    "type": "new type",
    "renamed": "renamed key",
    "moved": "moved key",
}


@dataclass(frozen=True, slots=True)
class Place:
    """The files and lines that set the value before (`was`) or now, in every preset concerned."""

    word: Literal["was", "now"]
    names: tuple[str, ...]
    mark: str | None
    """A word on places in files as they were frozen."""


@dataclass(frozen=True, slots=True)
class Block:
    """What a report says of one cause, or of one change within a list or a text.

    `path` comes after the fusion file if it is in one; that of a change begins at the list.
    """

    path: str
    pair: tuple[str, str]
    places: tuple[Place, ...]
    """Empty where the changes have places of their own."""
    hints: tuple[str, ...]
    changes: tuple[Block, ...] = ()
    left_out: int = 0
    """How many more changes there are."""
    unit: Literal["change", "line", "place"] = "change"
    """What a change is: one within a list, or a line or a place of a text."""
    id: str = ""
    kind: str = ""
    """The kind of a cause, in words."""
    new_path: str | None = None
    """Of a key that was renamed or moved; the two values are the same then."""
    rule: str | None = None
    """The rule of the profile that allows the difference."""
    presets: int = 0
    """How many presets have the difference, where the report is on more than one."""
    where: str | None = None
    """Which presets have the difference."""
    notes: tuple[str, ...] = ()
    """What trunk edited after the freeze, and what was accepted before."""

    @property
    def name(self) -> str:
        """The path, and the new one of a key that was renamed or moved."""
        return f"{self.path} → {self.new_path}" if self.new_path else self.path

    @property
    def values(self) -> str:
        """Both values on one line."""
        return f"{self.pair[0]}, same value" if self.new_path else " → ".join(self.pair)


def list_changes(block: Block, indent: str = "") -> Iterator[str]:
    """Yield a line for each change within a list or a text, and for each within these."""
    for change in block.changes:
        yield f"{indent}{change.path}  {' → '.join(change.pair)}"
        yield from list_changes(change, f"{indent}  ")
    if block.left_out:
        yield f"{indent}… and {format_count(block.left_out, f'more {block.unit}')}"


def describe_cause(cause: Cause, marks: Marks) -> Block:
    """Return the block of a cause, its places with the words of their sides."""
    alike = [case.findings[0] for case in cause.cases]
    if cause.new_path:
        value = format_value(cause.left)
        lefts, rights = cause.left_origins, cause.right_origins
        block = Block(cause.path, (value, value), _name_places(lefts, rights, marks), ())
    else:
        block = _describe(alike, marks)
    return replace(
        block,
        id=cause.id,
        kind=_KINDS[cause.kind],
        notes=(
            *(f"trunk edited {place} after it was frozen" for place in cause.trunk_edits),
            *map(_describe_accepted, cause.accepted),
        ),
        rule=cause.rule,
        presets=len(cause.cases),
    )


def _describe_accepted(accepted: AcceptedBefore) -> str:
    command = f"`accept --drop {accepted.id}`"
    if accepted.is_returned:
        return f"the frozen value again, but {accepted.file} has another: {command} takes it back"
    return f"another value was accepted: {accepted.file}"


def _describe(alike: Sequence[Finding], marks: Marks, path: str = "") -> Block:
    """Return the block of a difference, given the finding of each config that has it."""
    first = alike[0]
    hints = _merge_hints(alike)
    if texts := compare_texts(first.difference):
        lines = tuple(
            Block(each.label, each.pair, _line_places(alike, each, marks), ())
            for each in texts.changes[:MOST_CHANGES]
        )
        words = {place.word for line in lines for place in line.places}
        places = tuple(place for place in _merge_places(alike, marks) if place.word not in words)
        left_out = len(texts.changes[MOST_CHANGES:])
        return Block(path, texts.pair, places, hints, lines, left_out, texts.unit)
    return Block(
        path=path,
        pair=format_pair(first.difference, written=_list_written(first)),
        places=() if first.changes else _merge_places(alike, marks),
        hints=hints,
        changes=tuple(_describe_changes(alike, marks)),
        left_out=len(first.changes[MOST_CHANGES:]),
    )


def _list_written(finding: Finding) -> tuple[str | None, str | None]:
    """Return how each of two numbers is written in its file, if that is known."""
    left, right = finding.left_spelling, finding.right_spelling
    return left.text if left else None, right.text if right else None


def _describe_changes(alike: Sequence[Finding], marks: Marks) -> Iterator[Block]:
    shown = (finding.changes[:MOST_CHANGES] for finding in alike)
    for changes in zip(*shown, strict=True):
        yield _describe(changes, marks, _entry_path(alike[0], changes[0]))


def _line_places(alike: Sequence[Finding], change: TextChange, marks: Marks) -> tuple[Place, ...]:
    """Return the files and lines of a line of a text, on each side on which all are certain."""
    sides = (
        [(each.left_origin, each.left_spelling, change.left_line) for each in alike],
        [(each.right_origin, each.right_spelling, change.right_line) for each in alike],
    )
    lefts, rights = ([_line_place(*each) for each in side] for side in sides)
    return _name_places(lefts, rights, marks)


def _line_place(origin: str | None, spelling: Spelling | None, line: int | None) -> str | None:
    if origin is None or line is None or spelling is None or spelling.first_line is None:
        return None
    return f"{file_of(origin)}:{spelling.first_line + line}"


def _merge_places(alike: Sequence[Finding], marks: Marks) -> tuple[Place, ...]:
    """Return the different places of the left values, and of the right ones, if they have any."""
    lefts = [finding.left_origin for finding in alike if finding.left_origin]
    rights = [finding.right_origin for finding in alike if finding.right_origin]
    return _name_places(lefts, rights, marks)


def _name_places(
    lefts: Sequence[str | None], rights: Sequence[str | None], marks: Marks
) -> tuple[Place, ...]:
    """Return the places of each side, if all are known; names that look the same are escaped."""
    was, now = (tuple(dict.fromkeys(filter(None, names))) for names in (lefts, rights))
    shown = tell_all_apart((*was, *now))
    places = (
        Place("was", tuple(shown[name] for name in was), mark=marks[0]),
        Place("now", tuple(shown[name] for name in now), mark=marks[1]),
    )
    return tuple(
        place
        for place, names in zip(places, (lefts, rights), strict=True)
        if place.names and None not in names
    )


def _merge_hints(alike: Sequence[Finding]) -> tuple[str, ...]:
    """Return the first few hints, each once, and how many more there are."""
    hints = list(dict.fromkeys(hint for finding in alike for hint in finding.hints))
    left_out = len(hints) - _MOST_HINTS
    more = [f"and {left_out} more like it"] if left_out > 0 else []
    return (*hints[:_MOST_HINTS], *more)


def _entry_path(finding: Finding, change: Finding) -> str:
    """Return the path of a change within a list, from the list on: `[2].params.prob (rotate)`.

    The name of the entry follows, where the entry is a mapping that has one.
    """
    found = finding.difference
    inside = change.path[len(finding.path) :]
    name = _name_entry(found.left, inside[0]) if len(inside) > 1 else None
    return format_path(inside) if name is None else f"{format_path(inside)} ({name})"


def _name_entry(entries: object, index: Hashable) -> str | int | None:
    if not isinstance(entries, list) or not isinstance(index, Index):
        return None
    return name_of(entries[index.position])
