"""Lays out the causes of a report as Markdown, and collapses what is long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from migration.render.differences import Block, Place
from migration.render.markup import (
    MOST_OPEN,
    collapse_part,
    fit_blocks,
    quote_code,
    quote_names,
    quote_pair,
)
from migration.render.sections import Section, Verdict
from migration.wording import format_count

_MOST_FIRST = 2
_LIMITS: dict[Verdict, int] = {"forbidden": 18_000, "allowed": 8_000}
"""A part of the limits in `markdown`."""


def list_first_causes(sections: Iterable[Section], total: int) -> Iterator[str]:
    """Yield a line for each of the first causes; the last one counts the others of the `total`."""
    more = total - _MOST_FIRST
    blocks = (block for section in sections for block in section.blocks())
    for at, block in enumerate(islice(blocks, _MOST_FIRST)):
        rest = f"; {more} more below" if more > 0 and at + 1 == _MOST_FIRST else ""
        yield f"{_name_cause(block)}{rest}"


def _name_cause(block: Block) -> str:
    path = " → ".join(quote_code(each) for each in (block.path, block.new_path) if each)
    values = "same value" if block.new_path else quote_pair(block.pair)
    return f"{path}: {values} in {format_count(block.presets, 'preset')}, {block.kind}"


def lay_out_section(section: Section) -> str:
    """Return the causes of a section under a title, collapsed unless they are of a mere `diff`.

    The first lines of other reports name the first causes.
    """
    title = _name_section(section)
    blocks = [_lay_out_block(block) for block in section.blocks()]
    body = "\n".join(fit_blocks(blocks, _LIMITS[section.verdict], "cause"))
    is_short = section.verdict == "forbidden" and len(blocks) <= MOST_OPEN
    is_open = is_short and not section.presets
    return f"**{title}**\n\n{body}" if is_open else collapse_part(title, body)


def _name_section(section: Section) -> str:
    number = len(section.causes)
    if section.is_change:
        concern = "training" if section.verdict == "forbidden" else "the run only"
        return f"{format_count(number, 'cause')} that concern{'s' * (number == 1)} {concern}"
    noun = f"{section.verdict} difference" if section.is_judged else "difference"
    return format_count(number, noun)


def _lay_out_block(block: Block) -> str:
    paths = [quote_code(path) for path in (block.path, block.new_path) if path]
    presets = [format_count(block.presets, "preset")] if block.where else []
    remark = ", ".join([*presets, block.kind])
    lines = [f"- {quote_code(f'[{block.id}]')} {' → '.join(paths)}: {remark}"]
    values = quote_pair(block.pair)
    if block.new_path:
        values = f"{quote_code(block.pair[0])}, same value"
    lines.append(f"  - {values}")
    lines += _lay_out_changes(block, "  ")
    lines += [f"  - {_lay_out_place(place)}" for place in block.places]
    if block.where:
        lines.append(f"  - in {quote_code(block.where)}")
    lines += [f"  - {quote_code(note)}" for note in block.notes]
    if block.rule:
        lines.append(f"  - allowed by {quote_code(block.rule)}")
    lines += [f"  - hint: {quote_code(hint)}" for hint in block.hints]
    return "\n".join(lines)


def _lay_out_changes(block: Block, indent: str) -> Iterator[str]:
    """Yield what differs within a list or a text, and within a text of a list."""
    for change in block.changes:
        yield f"{indent}- {_lay_out_change(change)}"
        yield from _lay_out_changes(change, f"{indent}  ")
        yield from (f"{indent}  - hint: {quote_code(hint)}" for hint in change.hints)
    if block.left_out:
        left_out = format_count(block.left_out, f"more {block.unit}")
        yield f"{indent}- … and {left_out}: `--format json` has them all"


def _lay_out_change(block: Block) -> str:
    places = ", ".join(map(_lay_out_place, block.places))
    where = f" ({places})" if places else ""
    return f"{quote_code(block.path)}: {quote_pair(block.pair)}{where}"


def _lay_out_place(place: Place) -> str:
    mark = f" ({place.mark})" if place.mark else ""
    return f"{place.word} {quote_names(place.names)}{mark}"
