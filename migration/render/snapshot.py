"""The messages of `snapshot`: what was frozen, replaced, repaired or verified."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from migration.render.exclusion import exclusion_text
from migration.render.page import plain_text
from migration.render.paragraphs import fold_preset_faults
from migration.render.phrases import describe_drifts
from migration.render.values import join_lines
from migration.text import quote_path
from migration.wording import format_count, list_names

if TYPE_CHECKING:
    from migration.commands.snapshot.check import Verification
    from migration.commands.snapshot.fold import Folding
    from migration.commands.snapshot.freeze import Freeze
    from migration.commands.snapshot.resolve import Resolution
    from migration.commands.snapshot.upgrade import Upgrade
    from migration.project.unmatched import Unmatched

_MISFIT = (
    "note: no preset is built from a legacy file, so that there is nothing to migrate; "
    "check the setting 'legacy'"
)
_BOTH = 2


def freeze_text(freeze: Freeze) -> str:
    """Return how much was frozen, and what could not be, then a line for each preset and leftover.

    The first line ends with a colon if presets could not be frozen, whose faults follow it.
    """
    head = _summarize(freeze)
    if freeze.left_out:
        head += f"; {format_count(len(freeze.left_out), 'preset')} could not be frozen:"
    removed = [f"removed {path}  (a leftover)" for path in freeze.leftovers]
    removed += _list_spared(freeze.spared)
    lines = [
        f"frozen  {path}  ({format_count(files, 'file')})" for path, files in freeze.presets.items()
    ]
    note = [_MISFIT] if freeze.presets and freeze.is_all_shallow else []
    note += _list_ignored(freeze.ignored)
    note += _list_unmatched(freeze.unmatched)
    parts = [plain_text((head, *_list_left_out(freeze)))]
    if freeze.exclusion:
        parts.append(exclusion_text(freeze.exclusion))
    if rest := plain_text((*lines, *removed, *note)):
        parts.append(rest)
    return ("\n" if freeze.left_out else "").join(parts)


def _summarize(freeze: Freeze) -> str:
    """Return how many presets and fusion configs were frozen, and how many had been before."""
    if freeze.presets:
        done = _count_frozen(len(freeze.presets), len(freeze.fusion))
        source = f" from {freeze.revision[:7]}" if freeze.revision else ""
        kept = f"; {freeze.kept} frozen before, not changed" if freeze.kept else ""
        return f"{done} frozen{source} in {freeze.folder}/{kept}"
    nothing = "nothing frozen" if freeze.left_out else "nothing to freeze"
    kept = f"{format_count(freeze.kept, 'preset')} already frozen in {freeze.folder}/"
    return f"{nothing}: {kept}"


def _list_left_out(freeze: Freeze) -> list[str]:
    """Return why presets could not be frozen, each reason once."""
    found = ((each.preset, each.preset, each.faults) for each in freeze.left_out)
    return [line for paragraph in fold_preset_faults(found) for line in paragraph.lines]


def _count_frozen(presets: int, fusion: int, noun: str = "preset") -> str:
    with_fusion = f" and {format_count(fusion, 'fusion config')}" if fusion else ""
    return f"{format_count(presets, noun)}{with_fusion}"


def _list_spared(files: Collection[str]) -> list[str]:
    if not files:
        return []
    lines = [f"left in place  {path}" for path in files]
    is_one = len(files) == 1
    these = "this file belongs" if is_one else f"these {len(files)} files belong"
    removes = f"`snapshot --force` removes {'it' if is_one else 'them'}"
    note = f"note: {these} to no frozen config; {removes}"
    return [*lines, note]


def _list_ignored(ignored: Mapping[str, str]) -> list[str]:
    """Return a line for each pattern by which git ignores frozen files."""
    by_pattern: dict[str, list[str]] = {}
    for path, pattern in ignored.items():
        by_pattern.setdefault(pattern, []).append(path)
    return [
        f"note: git ignores {list_names(paths)} ({pattern}): they will not be committed"
        for pattern, paths in by_pattern.items()
    ]


def _list_unmatched(unmatched: Unmatched) -> list[str]:
    """Return a line for the files of each kind that look like presets and are none."""
    kinds = (
        (unmatched.legacy, "is built from legacy files", "are built from legacy files"),
        (unmatched.shallow, "extends what presets extend", "extend what presets extend"),
    )
    lines = []
    for paths, one, many in kinds:
        if len(paths) == 1:
            what, why = f"1 file {one} and is no preset", "`presets` does not match it"
        else:
            what, why = f"{len(paths)} files {many} and are no presets", "`presets` matches none"
        if paths:
            lines.append(f"note: {what}: {list_names(paths)} ({why})")
    return lines


def upgrade_text(upgrade: Upgrade) -> str:
    """Return what was converted, and which configs extend files that are unknown."""
    if not upgrade.presets:
        return plain_text([f"nothing to upgrade: {upgrade.folder}/ has the present format"])
    converted = _count_frozen(upgrade.presets, upgrade.fusion)
    lines = [f"{converted} in {upgrade.folder}/ upgraded to format 3; every value is as it was"]
    if upgrade.unknown:
        lines.append(
            f"note: {list_names(upgrade.unknown)} changed or went since the freeze; what they "
            "extended is not known, so that every edit there is reported"
        )
    return plain_text(lines)


def resolution_text(resolution: Resolution) -> str:
    """Return whether the folder is in order, what a person must decide, and what was repaired."""
    lines = [line for fault in resolution.faults for line in str(fault).split("\n")]
    for each in resolution.questions:
        sides = "both sides" if len(each.sides) == _BOTH else f"{len(each.sides)} sides"
        lines.append(f"{sides} changed {each.preset}:")
        width = max(map(len, each.sides)) + 2
        lines += [f"  {side:{width}}{join_lines(change)}" for side, change in each.sides.items()]
    lines += [f"taken from {side}  {config}" for config, side in resolution.taken.items()]
    lines += [
        f"accepted  {fusion}: {list_names(presets)} "
        f"expect{'s' if len(presets) == 1 else ''} another content of it, as before"
        for fusion, presets in resolution.parted.items()
    ]
    lines += [
        f"{'written' if is_there else 'removed'}  {path}"
        for path, is_there in resolution.accepted.items()
    ]
    if resolution.phase is not None:
        lines.append(f"phase {resolution.phase} is open")
    if resolution.kept:
        names = list_names(resolution.kept)
        lines.append(f"kept as decided before  {names}  (a path in place of a glob decides anew)")
    return plain_text((*_list_verdicts(resolution), *lines))


def _list_verdicts(resolution: Resolution) -> list[str]:
    lines = []
    if resolution.questions:
        first = quote_path(resolution.questions[0].preset)
        presets = format_count(len(resolution.questions), "preset")
        lines.append(
            f"{presets} to decide: `snapshot --resolve --ours {first}`, or `--theirs` (a glob "
            "decides several); then `accept` what the other side had changed on purpose"
        )
    if resolution.is_put_off and resolution.questions:
        lines.append(
            "nothing was written: after a merge of two formats, decide all presets in one command"
        )
    elif not resolution.holds and not resolution.questions:
        lines.append("not repaired yet:")
    elif resolution.holds and resolution.has_changed:
        lines.append(f"{resolution.folder}/ is in order: `git add {quote_path(resolution.place)}`")
    elif resolution.holds:
        lines.append(f"nothing to resolve: {resolution.folder}/ is in order")
    return lines


def fold_text(folding: Folding) -> str:
    """Return which baselines were rewritten, and what could not be folded."""
    kept = [
        f"kept  {path}  (these presets expect other contents of it: {list_names(presets)})"
        for path, presets in folding.parted.items()
    ]
    if not folding.presets and not folding.removed:
        return plain_text(["nothing to fold: no acceptance can be put into a baseline", *kept])
    lines = [f"folded  {name}" for name in folding.removed]
    done = _count_frozen(len(folding.presets), len(folding.fusions))
    number = format_count(len(folding.removed), "acceptance")
    head = f"{number} folded into the baselines of {done}; every expected config is as it was"
    return plain_text((head, *lines, *kept))


def verification_text(verification: Verification) -> str:
    """Return whether the baselines and their sources are as frozen, and which are not."""
    lines = describe_drifts(verification.drifts)
    frozen = _count_frozen(verification.presets, verification.fusion, "baseline")
    state = f"{frozen} are as frozen in {verification.folder}/"
    if verification.unfrozen:
        verb = "has" if verification.unfrozen == 1 else "have"
        state += f"; {format_count(verification.unfrozen, 'preset')} {verb} no baseline"
    if not lines:
        verdict = f"{state}; legacy sources unchanged" if verification.has_legacy else state
    elif verification.holds:
        verdict = f"{state}; the legacy sources that changed still give the same values:"
    else:
        verdict = f"legacy sources changed; {state}:"
    return plain_text((verdict, *lines, *_list_ignored(verification.ignored)))
