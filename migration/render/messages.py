"""What the commands that change something say when they are through."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from migration.gate.status import Row
from migration.phases import PHASES, REMOVAL
from migration.project.references.dependents import Dependent, Link, Naming, Need, Unreadable
from migration.render.differences import listed
from migration.render.page import plain_text
from migration.render.phrases import drift_lines, preset_name
from migration.render.progress import built_from, cause
from migration.render.values import count, one_line
from migration.text import make_visible, quote_path

_MISFIT = (
    "note: none of them is built from a legacy file, so that there is nothing to migrate; "
    "does the setting 'legacy' fit?"
)

_BOTH = 2
_MOST_LINES = 3
_MOST_TEXTS = 40
_ALL = "`--format json` has all"

if TYPE_CHECKING:
    from migration.commands.advance import Advance
    from migration.commands.map import Move
    from migration.commands.retire import Retirement
    from migration.commands.snapshot.check import Verification
    from migration.commands.snapshot.freeze import Frost
    from migration.commands.snapshot.refreeze import Refreeze
    from migration.commands.snapshot.resolve import Resolution
    from migration.commands.snapshot.upgrade import Upgrade
    from migration.project.references.texts import Mention


def frost_text(frost: Frost) -> str:
    """Return what was frozen, a line a preset."""
    removed = [f"removed {path}  (a leftover)" for path in frost.leftovers]
    removed += _spared_lines(frost.spared)
    if not frost.presets:
        removed += _ignored_lines(frost.ignored)
        kept = f"{count(frost.kept, 'preset')} already frozen in {frost.folder}/"
        return plain_text((*removed, f"nothing to freeze: {kept}"))
    lines = [f"frozen  {path}  ({count(files, 'file')})" for path, files in frost.presets.items()]
    done = f"{count(len(frost.presets), 'preset')} and {count(len(frost.fusion), 'fusion config')}"
    kept = f"; {frost.kept} frozen before and left as they are" if frost.kept else ""
    note = [_MISFIT] if frost.is_all_shallow else []
    note += _ignored_lines(frost.ignored)
    return plain_text((*lines, *removed, f"{done} frozen in {frost.folder}/{kept}", *note))


def _spared_lines(files: Collection[str]) -> list[str]:
    if not files:
        return []
    lines = [f"left alone  {path}" for path in files]
    these = "this file belongs" if len(files) == 1 else f"these {len(files)} files belong"
    note = f"note: {these} to no frozen config; `snapshot --force` removes what is left alone"
    return [*lines, note]


def _ignored_lines(ignored: Mapping[str, str]) -> list[str]:
    """Return a line a pattern by which git ignores frozen files."""
    by_pattern: dict[str, list[str]] = {}
    for path, pattern in ignored.items():
        by_pattern.setdefault(pattern, []).append(path)
    return [
        f"note: git ignores {listed(paths)} ({pattern}): they will not be committed"
        for pattern, paths in by_pattern.items()
    ]


def upgrade_text(upgrade: Upgrade) -> str:
    """Return what was converted, and what is not known of it."""
    if not upgrade.presets:
        return plain_text([f"nothing to upgrade: {upgrade.folder}/ has the present format"])
    converted = f"{count(upgrade.presets, 'preset')} and {count(upgrade.fusion, 'fusion config')}"
    lines = [f"{converted} in {upgrade.folder}/ upgraded to format 3; every value is as it was"]
    if upgrade.unknown:
        lines.append(
            f"note: {listed(upgrade.unknown)} changed or went since the freeze, so that nobody "
            "knows what they extended: an edit there counts as one that matters"
        )
    return plain_text(lines)


def resolution_text(resolution: Resolution) -> str:
    """Return what was put in order, what only a person can decide, and what comes next."""
    taken = resolution.taken
    lines = [f"taken from {side}  {config}" for config, side in taken.items()]
    if resolution.phase is not None:
        lines.append(f"phase {resolution.phase} is open")
    if resolution.kept:
        names = listed(resolution.kept)
        lines.append(f"left as decided before  {names}  (a path in place of a glob decides anew)")
    for fault in resolution.faults:
        lines += str(fault).split("\n")
    for each in resolution.questions:
        sides = "both sides" if len(each.sides) == _BOTH else f"{len(each.sides)} sides"
        lines.append(f"{sides} changed {each.preset}:")
        width = max(map(len, each.sides)) + 2
        lines += [f"  {side:{width}}{one_line(told)}" for side, told in each.sides.items()]
    if resolution.questions:
        first = quote_path(resolution.questions[0].preset)
        presets = count(len(resolution.questions), "preset")
        lines.append(
            f"{presets} to decide: `snapshot --resolve --ours {first}`, or `--theirs` (a glob "
            "decides several); then refreeze what the other side had changed on purpose"
        )
    if resolution.is_put_off:
        lines.append("nothing was written: where two formats met, all is decided in one go")
    elif not resolution.holds and not resolution.questions:
        lines.append("not in order yet, see above")
    elif resolution.holds and resolution.has_changed:
        lines.append(f"{resolution.folder}/ is in order: `git add {quote_path(resolution.place)}`")
    elif resolution.holds:
        lines.append(f"nothing to resolve: {resolution.folder}/ is in order")
    return plain_text(lines)


def refreeze_text(done: Mapping[str, Refreeze]) -> str:
    """Return which baselines were replaced, and why."""
    if not done:
        return plain_text(["nothing to refreeze: each preset resolves to its baseline"])
    lines = [
        f"refrozen  {preset}  {entry.before[:12]} → {entry.after[:12]}"
        for preset, entry in done.items()
    ]
    reason = one_line(next(iter(done.values())).reason)
    return plain_text((*lines, f"reason: {reason}"))


def verification_text(verification: Verification) -> str:
    """Return whether the baselines and their sources are as frozen, and which source is not."""
    lines = drift_lines(verification.drifts)
    presets, fusion = verification.presets, verification.fusion
    frozen = f"{count(presets, 'baseline')} and {count(fusion, 'fusion config')} are as frozen"
    if not lines:
        sources = "legacy sources unchanged"
    elif verification.holds:
        sources = "the changed sources above still give what was frozen"
    else:
        sources = "sources changed, see above"
    ignored = _ignored_lines(verification.ignored)
    return plain_text((*lines, f"{frozen} in {verification.folder}/; {sources}", *ignored))


def move_text(move: Move) -> str:
    """Return what was decided of a preset, and where that leaves it."""
    row, entry = move.row, move.after
    if entry == move.before and not move.is_mended:
        state = f"is {row.status} at {entry.target}, phase {row.phase}"
        return plain_text([f"nothing to change: {row.name} {state}"])
    if row.status == "dropped" and move.before.status != "dropped":
        return plain_text([f"dropped  {row.name}", f"reason: {one_line(entry.reason or '')}"])
    state = cause(row) if row.is_broken or row.reaches else row.status
    mapped = f"mapped  {make_visible(preset_name(row))}, phase {row.phase}: {state}"
    notes = [f"note: {each}, which it has left" for each in _mention_lines(move.mentions)]
    return plain_text([*mapped.split("\n"), *notes])


def advance_text(advance: Advance) -> str:
    """Return which phase closed, or what is missing for it, preset by preset."""
    if advance.obstacles:
        lines = _obstacles(advance.obstacles)
        is_done = advance.before == "done"
        state = "done no longer holds" if is_done else f"phase {advance.before} stays open"
        head = f"{state}, {count(len(advance.obstacles), 'obstacle')}:"
        is_removing = advance.before in (REMOVAL, "done")
        if is_removing and any(isinstance(each, str) for each in advance.obstacles):
            lines.append("`retire` removes the legacy files")
        return plain_text((head, *lines))
    if PHASES.index(advance.after) < PHASES.index(advance.before):
        return plain_text([f"phase {advance.after} is open again"])
    if advance.before == "done":
        return plain_text(["nothing to close: the migration is done"])
    after = "the migration is done" if advance.after == "done" else f"phase {advance.after} is open"
    return plain_text([f"phase {advance.before} is closed; {after}"])


def retirement_text(retirement: Retirement) -> str:
    """Return which legacy files went or would go, file by file, and what is in the way."""
    if not retirement.files:
        return plain_text(["nothing to remove: no legacy file is left"])
    lines: list[str] = []
    if retirement.is_removed or retirement.is_dry_run:
        lines += _legacy_lines(retirement)
    lines += [
        f"note: {one_line(str(fault))}; nobody knows whether it needs a legacy file"
        for fault in retirement.unread[:_MOST_TEXTS]
    ]
    if (rest := len(retirement.unread) - _MOST_TEXTS) > 0:
        lines.append(f"note: {count(rest, 'more file')} could not be read; {_ALL}")
    if retirement.ignores_mentions:
        lines += [f"note: {each}" for each in _mention_lines(retirement.mentions, _ALL)]
    files = count(len(retirement.files), "legacy file")
    if retirement.is_removed:
        then = ", then `advance` closes phase 3" if retirement.phase == REMOVAL else ""
        lines.append(f"{files} removed; commit that{then}")
    elif retirement.is_early or retirement.is_needed:
        lines += _removal_obstacles(retirement)
    elif not retirement.losses.reasons:
        by_force = " by `--force`" if retirement.losses else ""
        lines.append(f"{files} would be removed{by_force}; nothing was")
    if retirement.losses.reasons and retirement.is_dry_run:
        some = f"{len(retirement.losses.reasons)} of {files} not committed"
        lines.append(f"{some}, so that none is removed: commit first, or `--force`")
    return plain_text(lines)


def _legacy_lines(retirement: Retirement) -> list[str]:
    verb = "removed" if retirement.is_removed else "would remove"
    reasons, without_git = retirement.losses.reasons, retirement.losses.without_git
    lines = [
        f"{verb}  {path}" + (f"  ({reasons[path]})" if path in reasons else "")
        for path in retirement.files
    ]
    if without_git:
        note = f"note: there is no git that could bring them back ({without_git})"
        lines.append(f"{note}: only `--force` removes them")
    return lines


def _removal_obstacles(retirement: Retirement) -> list[str]:
    obstacles: list[Row | Need | str] = [*retirement.obstacles]
    mentions = () if retirement.ignores_mentions else retirement.mentions
    if retirement.is_early:
        obstacles.insert(0, f"phase {retirement.phase} is open: legacy files go in phase 3")
    was = "can be" if retirement.is_dry_run else "was"
    lines = [f"nothing {was} removed, {count(len(obstacles) + len(mentions), 'obstacle')}:"]
    lines += [*_obstacles(obstacles), *(f"  {each}" for each in _mention_lines(mentions, _ALL))]
    if any(isinstance(each, Dependent) for each in retirement.obstacles):
        lines.append("whatever is built from a legacy file is migrated or removed first")
    if mentions:
        lines.append(
            "`--ignore-mentions` leaves the lines that only name a legacy file as they are"
        )
    return lines


def _mention_lines(mentions: Iterable[Mention], all_of_them: str | None = None) -> list[str]:
    """Return a line a mention: the first few of each text, and how many more there are."""
    by_text: dict[str, list[Mention]] = {}
    for each in mentions:
        by_text.setdefault(each.path, []).append(each)
    lines = []
    for path, found in [*by_text.items()][:_MOST_TEXTS]:
        lines += [f"{path}:{each.line}: names {each.needs}" for each in found[:_MOST_LINES]]
        if (rest := len(found) - _MOST_LINES) > 0:
            lines.append(f"{path}: {count(rest, 'more line')} like these")
    if (rest := len(by_text) - _MOST_TEXTS) > 0:
        hint = f"; {all_of_them}" if all_of_them else ""
        lines.append(f"{count(rest, 'more text')} with such lines{hint}")
    return [make_visible(line) for line in lines]


def _obstacles(obstacles: Iterable[Row | Need | str]) -> list[str]:
    return [line for each in obstacles for line in f"  {_obstacle(each)}".split("\n")]


def _obstacle(obstacle: Row | Need | str) -> str:
    """Return what is in the way, which may be several lines, any name visible."""
    match obstacle:
        case str():
            text = obstacle
        case Dependent(path, needs):
            text = f"{path}: {built_from(needs)}"
        case Link(path, needs):
            text = f"{path}: a link to {needs}"
        case Naming(path, key, needs, others):
            more = f" (and in {count(others, 'more preset')})" if others else ""
            text = f"{path}: {key} names {listed(needs)}{more}"
        case Unreadable(_, fault, needs):
            text = f"{one_line(str(fault))}; it may need {needs}, whose name is in it"
        case _:
            return f"{make_visible(obstacle.name)}: {cause(obstacle)}"
    return make_visible(text)
