"""The values of keys in many presets, side by side, as text and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from migration.render.markup import (
    capitalize_first,
    fit_blocks,
    join_parts,
    quote_cell,
    quote_code,
)
from migration.render.page import Page
from migration.render.terminal import Terminal
from migration.render.values import format_value
from migration.render.where import ReportPresets
from migration.values.diff import MISSING
from migration.values.redaction import digest_shortly
from migration.wording import format_count

if TYPE_CHECKING:
    from migration.commands.values import KeyValues, SameValue, ValuesReport

_MOST_VALUES: Final = 12
_LIMIT: Final = 60_000
"""Less than the 65,536 characters that a comment may have."""


def values_text(report: ValuesReport, terminal: Terminal) -> str:
    """Return each key with its values, and the presets that have each; equal ones are folded.

    A verbose terminal gets every value.
    """
    page = Page(terminal)
    page.add_line(_describe_whole(report), "bold")
    presets = _presets(report)
    for key in report.keys:
        page.add_gap()
        page.add_line(key.path, "bold")
        most = len(key.values) if terminal.is_verbose else _MOST_VALUES
        shown = key.values[:most]
        for same, text in zip(shown, _format_values(report, key, shown), strict=True):
            page.add_line(f"  {text}")
            if place := describe_place(report, key, same):
                page.add_line(f"    set  {place}")
            page.add_line(f"    in   {_name_presets(report, presets, same)}")
        page.add_left_out(len(key.values) - most, "more value", "  ")
    return page.text()


def values_markdown(report: ValuesReport) -> str:
    """Return a table for each key, in less than 65,536 characters."""
    presets = _presets(report)
    blocks = []
    for key in report.keys:
        rows = [
            f"| {quote_cell(text)} | {len(same.presets)} | "
            f"{quote_cell(_name_presets(report, presets, same))} | "
            f"{quote_cell(describe_place(report, key, same) or '-')} |"
            for same, text in zip(key.values, _format_values(report, key, key.values), strict=True)
        ]
        shown = fit_blocks(rows, _LIMIT // 4, "value")
        table = "\n".join(("| value | presets | in | set at |", "|---|--:|---|---|", *shown))
        blocks.append(f"{quote_code(key.path)}\n\n{table}")
    return join_parts(
        f"### {capitalize_first(_describe_whole(report))}", *fit_blocks(blocks, _LIMIT, "key")
    )


def describe_place(report: ValuesReport, key: KeyValues, same: SameValue) -> str | None:
    """Return where a value is set in the first of its presets, and in how many more files."""
    if same.value is MISSING:
        return None
    place = report.find_place(same.presets[0], key.key_path)
    files = {report.find_file(preset, key.key_path) for preset in same.presets}
    others = len(files) - 1
    return f"{place} and {format_count(others, 'more file')}" if place and others else place


def _format_values(report: ValuesReport, key: KeyValues, values: Sequence[SameValue]) -> list[str]:
    """Return the text of each value; those that look alike, being cut, get a digest.

    Hidden values may be the same to a reader: then no digest tells them apart.
    """
    texts = [_format_value(report, key, same) for same in values]
    counts = Counter(texts)
    digests = [
        digest_shortly(same.value) if counts[text] > 1 else ""
        for text, same in zip(texts, values, strict=True)
    ]
    variants = Counter(text for text, _ in {*zip(texts, digests, strict=True)})
    return [
        f"{text}, digest {digest}" if variants[text] > 1 else text
        for text, digest in zip(texts, digests, strict=True)
    ]


def _format_value(report: ValuesReport, key: KeyValues, same: SameValue) -> str:
    written = report.find_written(same.presets[0], key.key_path, same.value)
    return format_value(same.value, written=written)


def _describe_whole(report: ValuesReport) -> str:
    unread = f"; {report.unread} cannot be read" if report.unread else ""
    return f"{_verdict(report)}{unread}"


def _verdict(report: ValuesReport) -> str:
    keys, differing = len(report.keys), sum(not key.is_same for key in report.keys)
    presets = format_count(len(report.presets), "preset")
    if not differing:
        verb = "has" if keys == 1 else "have"
        return f"{format_count(keys, 'key')} {verb} the same value in {_all_of(presets)}"
    verb = "differs" if differing == 1 else "differ"
    return f"{differing} of {format_count(keys, 'key')} {verb} among {presets}"


def _all_of(presets: str) -> str:
    return presets if presets == "1 preset" else f"all {presets}"


def _presets(report: ValuesReport) -> ReportPresets:
    return ReportPresets({preset: preset for preset in report.presets}, is_whole=report.is_whole)


def _name_presets(report: ValuesReport, presets: ReportPresets, same: SameValue) -> str:
    if len(same.presets) == len(report.presets) > 1:
        return f"all {len(report.presets)} presets"
    return presets.name_presets(same.presets)
