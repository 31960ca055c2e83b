"""The report of `draft --base`: what the base has, and what it leaves to the presets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migration.draft.base_scope import RUNTIME_SETTINGS
from migration.render.causes_text import add_causes
from migration.render.page import Page
from migration.render.sections import base_sections
from migration.render.terminal import Terminal
from migration.render.values import format_value
from migration.text import PROGRAM, quote_path
from migration.values.keypath import format_path, quote_text
from migration.wording import format_count, list_names

if TYPE_CHECKING:
    from migration.commands.draft.base import BaseDraft
    from migration.draft.base import NearValue

_MOST_GROUPS = 4
_MOST_NEAR = 3
_MOST_NAMES = 4


def base_text(draft: BaseDraft, terminal: Terminal, *, is_written: bool) -> str:
    """Return how much the presets have in common, what to do next, and what is left to them.

    `is_written`: whether the base was to be written, and not printed.
    """
    page = Page(terminal)
    if is_written and not draft.holds:
        changed = draft.effect.changed
        number = format_count(len(changed), "preset")
        page.add_line(
            f"nothing written: at {draft.path} this base would change {number}", "bold red"
        )
        add_causes(page, base_sections(changed), with_allowed=True, most=None)
        page.add_gap()
        page.add_lines(_list_steps(draft))
        return page.text()
    page.add_line(_describe_values(draft), "bold")
    if draft.written:
        page.add_line(f"written  {draft.written}")
    page.add_lines(_list_steps(draft))
    page.add_lines(_list_doubts(draft), "yellow")
    page.add_lines(_list_left(draft))
    page.add_lines(_list_near(draft, is_whole=terminal.is_verbose))
    if draft.written and draft.values:
        page.add_line("read the comments: some describe the fragment that they came from")
    return page.text()


def _describe_values(draft: BaseDraft) -> str:
    presets = f"all {draft.presets} presets" if draft.presets > 1 else "the one frozen preset"
    if not draft.values:
        within = f" within `{RUNTIME_SETTINGS}`" if draft.is_limited else ""
        return f"the base is empty: no value{within} is the same in {presets}"
    verb = "has" if draft.presets == 1 else "have in common"
    return f"a base of {format_count(draft.values, 'value')} that {presets} {verb}"


def _list_steps(draft: BaseDraft) -> Iterator[str]:
    """Yield what is to be done next with the base."""
    # Where the base would change presets, drafts over another one leave them as they are.
    path = draft.path if draft.holds else draft.free_path
    setting = f"`base = {quote_text(path)}` into {draft.source or 'the settings'}"
    is_set = draft.setting == path
    drafting = f"`{PROGRAM} draft --all --into . --force` writes the presets over it"
    if draft.written is None:
        force = " --force" if draft.is_replacing and draft.holds else ""
        command = f"`{PROGRAM} draft --base --out {quote_path(path)}{force}`"
        yield f"next: {command} writes it" + ("" if is_set else f"; then write {setting}")
    elif draft.written != path:
        yield f"next: move it to {path}, and write {setting}; then {drafting}"
    else:
        yield f"next: {drafting}" if is_set else f"next: write {setting}; then {drafting}"


def _list_doubts(draft: BaseDraft) -> Iterator[str]:
    """Yield why the base may not be what is wanted."""
    if draft.effect.changed:
        names = list_names([preset for preset, _ in draft.effect.changed])
        yield f"not to {draft.path}: there it would change {names}"
    for reason in draft.effect.list_reasons():
        yield f"not to {draft.path}: {reason}"
    if draft.is_preset and draft.holds:
        yield f"`presets` matches {draft.path}: it counts as a preset until `base` names it"
    if draft.presets == 1 and draft.values:
        yield "of one preset everything is in common: leave in the base what others will share"
    if not draft.values:
        yield "presets can be drafted over it all the same, and what they come to share goes there"
    if draft.unlike:
        names = list_names(draft.unlike)
        yield f"counted as they were frozen, which they are no longer: {names}"
    if draft.unreadable:
        names = list_names(draft.unreadable)
        yield f"counted as they were frozen, since they cannot be read: {names}"
    if draft.unfrozen:
        yield f"not counted, since they are not frozen: {list_names(draft.unfrozen)}"


def _list_left(draft: BaseDraft) -> Iterator[str]:
    """Yield what all presets have, but the base may not."""
    own = [
        f"{format_path(path)} ({setting})"
        for path, setting in draft.left
        if setting != RUNTIME_SETTINGS
    ]
    if own:
        yield f"the same in all, but each preset sets its own: {list_names(own)}"
    foreign = [format_path(path) for path, setting in draft.left if setting == RUNTIME_SETTINGS]
    if foreign:
        yield f"the same in all, but not in `{RUNTIME_SETTINGS}`: {list_names(foreign)}"


def _list_near(draft: BaseDraft, *, is_whole: bool) -> Iterator[str]:
    """Yield what most presets have: together what the same presets do not have."""
    if not draft.near:
        return
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[NearValue]] = {}
    for each in draft.near:
        groups.setdefault((each.without, each.others), []).append(each)
    yield "almost in common, and therefore left to the presets:"
    shown = 0
    for (without, others), values in [*groups.items()][: None if is_whole else _MOST_GROUPS]:
        parts = [f"  in {values[0].count} of {draft.presets}"]
        for said, presets in (("not set", without), ("another value", others)):
            if presets:
                names = list_names(presets, len(presets) if is_whole else _MOST_NAMES)
                parts.append(f"{said} in {names}")
        yield "; ".join(parts)
        most = len(values) if is_whole else _MOST_NEAR
        yield from (f"    {format_path(e.path)}: {format_value(e.value)}" for e in values[:most])
        if len(values) > most:
            yield f"    … and {len(values) - most} more"
        shown += min(most, len(values))
    if any(not each.without for each in draft.near):
        yield "  (what all presets set can be added to the base by hand: drafts keep other values)"
    if shown < len(draft.near):
        yield f"  (-v shows all {len(draft.near)} values)"
