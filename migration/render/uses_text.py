"""What uses a file, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from migration.render.page import Page
from migration.render.terminal import Terminal
from migration.render.where import ReportPresets
from migration.wording import format_count, list_names

if TYPE_CHECKING:
    from migration.commands.uses import FileUses, UsesReport
    from migration.project.merging import Merging

_MOST_LINES: Final = 20
_MOST_PATHS: Final = 4


def uses_text(report: UsesReport, terminal: Terminal) -> str:
    """Return for each file how many presets use it, which values stand in them, and what names it.

    A verbose terminal gets every value and every line.
    """
    page = Page(terminal)
    for uses in report.files:
        page.add_gap()
        unread = f"; {report.unread} cannot be read" if report.unread else ""
        page.add_line(f"{_verdict(uses, len(report.presets))}{unread}", "bold")
        _add_merged(page, uses, report, is_verbose=terminal.is_verbose)
        if uses.same:
            page.add_gap()
            page.add_line("the same file, by a link")
            page.add_lines(f"  {preset}" for preset in uses.same)
        named = [f"{each.preset}  {each.key}{_add_place(each.place)}" for each in uses.named]
        mentions = [*_fold_mentions(uses, terminal)]
        for title, lines in (("named by", named), ("mentioned in", mentions)):
            if lines:
                page.add_gap()
                page.add_line(title)
                most = len(lines) if terminal.is_verbose else _MOST_LINES
                page.add_lines(f"  {line}" for line in lines[:most])
                page.add_left_out(len(lines) - most, "more line", "  ")
    return page.text()


def _verdict(uses: FileUses, total: int) -> str:
    merged, named = len(uses.merged), len({each.preset for each in uses.named})
    mentions = len({each.path for each in uses.mentions})
    parts = ["it is a preset"] if uses.is_preset else []
    if uses.same:
        verb = "is" if len(uses.same) == 1 else "are"
        parts.append(f"{format_count(len(uses.same), 'preset')} {verb} the same file")
    if not (merged or named or mentions):
        other = "other " if parts else ""
        parts.append(f"no {other}preset merges or names it, and no other file mentions it")
        return f"{uses.path}: {', '.join(parts)}"
    parts += [
        f"{merged} of {format_count(total, 'preset')} {'merges' if merged == 1 else 'merge'} it"
        if merged
        else "no preset merges it"
    ]
    if named:
        parts.append(f"{format_count(named, 'preset')} {'names' if named == 1 else 'name'} it")
    if mentions:
        verb = "mentions" if mentions == 1 else "mention"
        parts.append(f"{format_count(mentions, 'other file')} {verb} it")
    return f"{uses.path}: {', '.join(parts)}"


def _add_merged(page: Page, uses: FileUses, report: UsesReport, *, is_verbose: bool) -> None:
    presets = ReportPresets({preset: preset for preset in report.presets})
    most = None if is_verbose else _MOST_PATHS
    for alike in _group_alike(uses):
        first = alike[0]
        way = f"through {', '.join(first.through)}" if first.through else "directly"
        page.add_gap()
        page.add_line(f"merged by {format_count(len(alike), 'preset')}, {way}")
        page.add_line(f"  in    {presets.name_presets([each.preset for each in alike])}")
        page.add_line(f"  has   {_describe_kept(first, most)}")
        if first.overridden:
            page.add_lines(f"  lost  {line}" for line in _describe_lost(first, most))


def _group_alike(uses: FileUses) -> Iterator[list[Merging]]:
    """Yield the presets that have the file by the same way, and the same values of it."""
    groups: dict[tuple[object, ...], list[Merging]] = {}
    for each in uses.merged:
        # What a preset overrides in its own file is the same wherever it does so.
        lost = tuple((path, file == each.preset or file) for path, file in each.overridden)
        groups.setdefault((each.through, each.kept, lost), []).append(each)
    yield from sorted(groups.values(), key=lambda alike: -len(alike))


def _describe_kept(merging: Merging, most: int | None) -> str:
    number, total = len(merging.kept), len(merging.kept) + len(merging.overridden)
    if not total:
        return "no value of its own"
    if number == total:
        return "its only value" if total == 1 else f"all {total} values"
    if not number:
        return "none of its values" if total > 1 else "not its only value"
    names = list_names(merging.kept, most or number)
    return f"{number} of {total} values: {names}"


def _describe_lost(merging: Merging, most: int | None) -> Iterator[str]:
    """Yield the values that a preset does not have from the file, by the file that sets them."""
    by_file: dict[str | None, list[str]] = {}
    for path, file in merging.overridden:
        by_file.setdefault(file, []).append(path)
    for file, paths in by_file.items():
        names = list_names(paths, most or len(paths))
        where = "the preset" if file == merging.preset else file
        yield f"{names} (set in {where})" if file else f"{names} (replaced or merged elsewhere)"


def _fold_mentions(uses: FileUses, terminal: Terminal) -> Iterator[str]:
    """Yield each file that mentions the file, with the lines."""
    by_path: dict[str, list[str]] = {}
    for each in uses.mentions:
        by_path.setdefault(each.path, []).append(str(each.line))
    for path, lines in by_path.items():
        yield f"{path}:{list_names(lines, len(lines) if terminal.is_verbose else _MOST_PATHS)}"


def _add_place(place: str | None) -> str:
    return f"  ({place})" if place else ""
