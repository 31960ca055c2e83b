"""The messages of `map`, `advance` and `retire`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from migration.gate.status import Row
from migration.phases import PHASES, REMOVAL
from migration.project.references.needs import Dependent, Link, Naming, Need, Unreadable
from migration.render.exclusion import exclusion_text
from migration.render.page import plain_text
from migration.render.paragraphs import fold_causes
from migration.render.rows import WORST_FIRST, cause_text, describe_legacy, format_preset
from migration.render.values import join_lines
from migration.text import make_visible
from migration.wording import format_count, list_names

_MOST_LINES = 3
_MOST_TEXTS = 40
_ALL = "`--format json` has all"

if TYPE_CHECKING:
    from migration.commands.advance import Advance
    from migration.commands.map import FolderMove, Move
    from migration.commands.retire import Retirement
    from migration.project.references.texts import Mention


def move_text(move: Move | FolderMove) -> str:
    """Return the decision about a preset, or about those of a folder, and their status now."""
    from migration.commands.map import FolderMove

    if isinstance(move, FolderMove):
        return _folder_text(move)
    row, entry = move.row, move.after
    if entry == move.before and not move.is_repaired:
        state = f"is {row.status} at {entry.target}{_in_phase(row)}"
        return plain_text([f"nothing to change: {row.name} {state}"])
    if row.status == "dropped" and move.before.status != "dropped":
        return plain_text([f"dropped  {row.name}", f"reason: {join_lines(entry.reason or '')}"])
    state = cause_text(row) if row.is_broken or row.legacy_used else row.status
    mapped = f"mapped  {make_visible(format_preset(row))}{_in_phase(row)}: {state}"
    notes = [f"note: {each}, which it has left" for each in _list_mentions(move.mentions)]
    return plain_text([*mapped.split("\n"), *notes])


def _folder_text(move: FolderMove) -> str:
    counts = Counter[str](each.row.status for each in move.moves)
    statuses = ", ".join(f"{counts[each]} {each}" for each in WORST_FIRST if counts[each])
    where = f" from {move.old}/ to {move.new}/" if move.new else f" beneath {move.old}/"
    phases = {_in_phase(each.row) for each in move.moves}
    in_phase = phases.pop() if len(phases) == 1 else ""
    number = format_count(len(move.moves), "preset")
    if all(each.before == each.after for each in move.moves):
        return plain_text([f"nothing to change: {number}{where}{in_phase}: {statuses}"])
    return plain_text([f"mapped  {number}{where}{in_phase}: {statuses}"])


def _in_phase(row: Row) -> str:
    return f", phase {row.phase}" if row.phase else ""


def advance_text(advance: Advance) -> str:
    """Return which phase closed, or what keeps it open, preset by preset."""
    if advance.obstacles:
        lines = _list_obstacles(advance.obstacles)
        is_done = advance.before == "done"
        state = "done no longer holds" if is_done else f"phase {advance.before} stays open"
        head = f"{state}, {format_count(len(advance.obstacles), 'obstacle')}:"
        is_removing = advance.before in (REMOVAL, "done")
        if is_removing and any(isinstance(each, str) for each in advance.obstacles):
            lines.append("`retire` removes the legacy files")
        excluded = f"\n{exclusion_text(advance.exclusion)}" if advance.exclusion else ""
        return plain_text((head, *lines)) + excluded
    if PHASES.index(advance.after) < PHASES.index(advance.before):
        return plain_text([f"phase {advance.after} is open again"])
    if advance.before == "done":
        return plain_text(["nothing to close: the migration is done"])
    after = "the migration is done" if advance.after == "done" else f"phase {advance.after} is open"
    return plain_text([f"phase {advance.before} is closed; {after}"])


def retirement_text(retirement: Retirement) -> str:
    """Return the legacy files that were or would be removed, and what prevents it."""
    if not retirement.files:
        return plain_text(["nothing to remove: no legacy file is left"])
    lines = _list_removal_obstacles(retirement) if retirement.is_prevented else []
    lines += _list_retirement_verdicts(retirement)
    if retirement.is_removed or retirement.is_dry_run:
        lines += _list_legacy_files(retirement)
    lines += [
        f"note: {join_lines(str(fault))}; not checked for legacy files"
        for fault in retirement.unread[:_MOST_TEXTS]
    ]
    if (rest := len(retirement.unread) - _MOST_TEXTS) > 0:
        lines.append(f"note: {format_count(rest, 'more file')} could not be read; {_ALL}")
    if retirement.ignores_mentions:
        lines += [f"note: {each}" for each in _list_mentions(retirement.mentions, _ALL)]
    return plain_text(lines)


def _list_retirement_verdicts(retirement: Retirement) -> list[str]:
    """Return what was or would be done, unless there are obstacles, and what is not committed."""
    files = format_count(len(retirement.files), "legacy file")
    lines = []
    if retirement.is_removed:
        then = ", then `advance` closes phase 3" if retirement.phase == REMOVAL else ""
        lines.append(f"{files} removed; commit that{then}")
    elif not (retirement.is_prevented or retirement.losses.reasons):
        by_force = " by `--force`" if retirement.losses else ""
        lines.append(f"{files} would be removed{by_force}; nothing was")
    if retirement.losses.reasons and retirement.is_dry_run:
        some = f"{len(retirement.losses.reasons)} of {files} not committed"
        lines.append(f"{some}, so that none is removed: commit first, or `--force`")
    return lines


def _list_legacy_files(retirement: Retirement) -> list[str]:
    kept = "legacy" if retirement.is_prevented else "would remove"
    verb = "removed" if retirement.is_removed else kept
    reasons, without_git = retirement.losses.reasons, retirement.losses.without_git
    lines = [
        f"{verb}  {path}" + (f"  ({reasons[path]})" if path in reasons else "")
        for path in retirement.files
    ]
    if without_git:
        note = f"note: git cannot restore them ({without_git})"
        lines.append(f"{note}: only `--force` removes them")
    return lines


def _list_removal_obstacles(retirement: Retirement) -> list[str]:
    obstacles: list[Row | Need | str] = [*retirement.obstacles]
    mentions = () if retirement.ignores_mentions else retirement.mentions
    if retirement.is_early:
        obstacles.insert(0, f"phase {retirement.phase} is open: legacy files go in phase 3")
    was = "can be" if retirement.is_dry_run else "was"
    lines = [f"nothing {was} removed, {format_count(len(obstacles) + len(mentions), 'obstacle')}:"]
    lines += [
        *_list_obstacles(obstacles),
        *(f"  {each}" for each in _list_mentions(mentions, _ALL)),
    ]
    if any(isinstance(each, Dependent) for each in retirement.obstacles):
        lines.append("first migrate or remove the files that are built from legacy files")
    if mentions:
        lines.append(
            "`--ignore-mentions` leaves the lines that only name a legacy file as they are"
        )
    return lines


def _list_mentions(mentions: Iterable[Mention], all_of_them: str | None = None) -> list[str]:
    """Return a line for each mention, the first few of each text, and how many more there are."""
    by_text: dict[str, list[Mention]] = {}
    for each in mentions:
        by_text.setdefault(each.path, []).append(each)
    lines = []
    for path, found in [*by_text.items()][:_MOST_TEXTS]:
        lines += [f"{path}:{each.line}: names {each.needs}" for each in found[:_MOST_LINES]]
        if (rest := len(found) - _MOST_LINES) > 0:
            lines.append(f"{path}: {format_count(rest, 'more line')} like these")
    if (rest := len(by_text) - _MOST_TEXTS) > 0:
        hint = f"; {all_of_them}" if all_of_them else ""
        lines.append(f"{format_count(rest, 'more text')} with such lines{hint}")
    return [make_visible(line) for line in lines]


def _list_obstacles(obstacles: Iterable[Row | Need | str]) -> list[str]:
    """Return the lines of the obstacles; the same reason of several presets comes once."""
    lines: list[str] = []
    for _, alike in groupby(obstacles, type):
        found = list(alike)
        rows = [each for each in found if isinstance(each, Row)]
        lines += [line for paragraph in fold_causes(rows) for line in paragraph.lines]
        lines += [make_visible(_describe_obstacle(e)) for e in found if not isinstance(e, Row)]
    return [f"  {line}" for line in lines]


def _describe_obstacle(obstacle: Need | str) -> str:
    """Return why an obstacle is one: who still needs a legacy file, for example."""
    match obstacle:
        case str():
            return obstacle
        case Dependent(path, needs):
            return f"{path}: {describe_legacy(needs)}"
        case Link(path, needs):
            return f"{path}: a link to {needs}"
        case Naming(path, key, needs, others):
            more = f" (and in {format_count(others, 'more preset')})" if others else ""
            return f"{path}: {key} names {list_names(needs)}{more}"
        case Unreadable(_, fault, needs):
            return f"{join_lines(str(fault))}; it may need {needs}, whose name is in it"
