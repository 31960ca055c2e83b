"""The same message about several presets as one paragraph, with the presets below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from migration.render.page import Page
from migration.render.rows import cause_text, generalize_command
from migration.text import make_visible
from migration.wording import list_names

if TYPE_CHECKING:
    from migration.errors import Fault
    from migration.gate.status import Row


_MOST = 12


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A message on one or more lines, any name visible already, and the presets it concerns."""

    text: str
    presets: tuple[str, ...]
    place: str | None = None
    """The file that the message is about, or `file:line`, if there is one."""

    @property
    def lines(self) -> list[str]:
        """The lines to show: the presets are named unless the message names the only one."""
        lines = self.text.split("\n")
        if len(self.presets) > 1:
            lines.append(f"  in  {make_visible(list_names(self.presets))}")
        return lines


def add_paragraphs(
    page: Page, paragraphs: Sequence[Paragraph], style: str = "", *, title: str = ""
) -> None:
    """Add the first paragraphs to a page, after a gap and a title, and how many more there are."""
    if paragraphs:
        page.add_gap()
        page.add_lines([title] if title else [], style)
        for paragraph in paragraphs[:_MOST]:
            page.add_lines(paragraph.lines, style)
        page.add_left_out(len(paragraphs) - _MOST, "more message")


def fold_faults(rows: Iterable[Row]) -> list[Paragraph]:
    """Return each fault of some presets once, as `fold_preset_faults` does."""
    return fold_preset_faults((row.name, row.target, row.faults) for row in rows)


def fold_preset_faults(
    presets: Iterable[tuple[str, str, Sequence[Fault]]],
) -> list[Paragraph]:
    """Return each fault of some presets once, in their order: each has a name, a path, and faults.

    The hops to a fault are shown only if it concerns one preset, since each preset has its own.
    """
    alike: dict[tuple[object, ...], list[tuple[str, Fault]]] = {}
    for name, path, faults in presets:
        for fault in faults:
            is_own = fault.path == path and not fault.line
            general = replace(fault, path=None) if is_own else fault
            general = generalize_command(general, name)
            alike.setdefault((*general.order, general.hint), []).append((name, fault))
    return [_fold_alike(found) for found in alike.values()]


def fold_causes(rows: Iterable[Row]) -> list[Paragraph]:
    """Return why presets have the status that they have, each reason once."""
    alike: dict[str, list[Row]] = {}
    for row in rows:
        alike.setdefault(cause_text(row, is_general=True), []).append(row)
    return [
        Paragraph(f"{make_visible(found[0].name)}: {cause_text(found[0])}", (found[0].name,))
        if len(found) == 1
        else Paragraph(text, tuple(row.name for row in found))
        for text, found in alike.items()
    ]


def fold_remarks(remarks: Iterable[tuple[str, str]]) -> list[Paragraph]:
    """Return each remark once; each comes with the preset that it is about."""
    presets: dict[str, list[str]] = {}
    for preset, remark in remarks:
        presets.setdefault(remark, []).append(preset)
    return [
        Paragraph(f"{make_visible(names[0])}: {remark}" if len(names) == 1 else remark, (*names,))
        for remark, names in presets.items()
    ]


def _fold_alike(found: list[tuple[str, Fault]]) -> Paragraph:
    first = found[0][1]
    presets = tuple(dict.fromkeys(preset for preset, _ in found))
    paths = {fault.path for _, fault in found}
    place = first.path if len(paths) == 1 else None
    if place and first.line:
        place = f"{place}:{first.line}"
    if len(presets) == 1:
        return Paragraph(str(first), presets, place)
    general = generalize_command(first, presets[0])
    general = replace(general, trace=(), path=first.path if len(paths) == 1 else None)
    return Paragraph(str(general), presets, place)
