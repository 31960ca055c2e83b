"""`snapshot`: freezes the presets that have no baseline yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from migration.commands.snapshot.accepted_fusions import AcceptedFusions
from migration.commands.snapshot.freeze_faults import (
    folder_faults,
    missing_faults,
)
from migration.commands.snapshot.freezing import Freezing, LeftOut, resolve_targets
from migration.commands.snapshot.late import Decisions
from migration.errors import Fault, MigrationError
from migration.files.digest import digest
from migration.files.git import ignored, uncommitted
from migration.files.git_contents import reporting_unreadable_commits
from migration.project.changes import commit_changes
from migration.project.exclusion import Exclusion, exclude_presets
from migration.project.project import Project
from migration.project.state import State, read_state
from migration.project.state_faults import StateFault, record_faults
from migration.project.unmatched import Unmatched, find_unmatched_presets
from migration.store.leftovers import find_leftovers
from migration.store.records import FUSION, PRESETS

FEW: Final = 5
"""The most leftovers that are removed without `--force`."""


@dataclass(frozen=True, slots=True)
class Freeze:
    """The presets and fusion configs that `snapshot` has frozen, and what it left alone."""

    folder: str
    presets: Mapping[str, int]
    """Legacy path -> number of files in its chain."""
    fusion: tuple[str, ...]
    kept: int
    """How many presets were frozen before."""
    is_all_shallow: bool
    """Whether no preset is built from a legacy file, though the settings name some."""
    leftovers: tuple[str, ...]
    """The files that were removed, since they belong to no frozen config."""
    spared: tuple[str, ...]
    """The files that were left alone although they belong to no frozen config."""
    ignored: Mapping[str, str]
    """The frozen files that git ignores, each with the pattern that does so."""
    unmatched: Unmatched
    """The files that look like presets, though `presets` does not match them."""
    revision: str | None = None
    """The commit from which they were frozen, None for the work tree."""
    left_out: tuple[LeftOut, ...] = ()
    """The presets that cannot be frozen."""
    exclusion: Exclusion | None = None
    """The setting that excludes those of them that cannot be read, None if there are none."""

    @property
    def holds(self) -> bool:
        """Whether every preset that the command is about is frozen."""
        return not self.left_out


@reporting_unreadable_commits()
def freeze_presets(
    project: Project,
    wanted: Collection[str] = (),
    *,
    force: bool = False,
    late: str | None = None,
    strict: bool = False,
) -> Freeze:
    """Freeze every preset, or every wanted one, that has no baseline; no baseline is changed.

    The presets are those of the project's tree, which may be that of a revision. One that cannot
    be frozen is left out; with `strict` it keeps all from being frozen.

    With `force` every leftover is removed, however many there are, and a preset whose frozen files
    are gone counts as never frozen. `late` is the reason for which a preset is frozen although a
    legacy file of its chain has changed since other presets were frozen from it.

    Raises:
        MigrationError: no preset can be frozen, or with `strict` some cannot; a frozen file is not
            as it was, or a file that is to be written exists and differs. Nothing is frozen then.
    """
    with project.writing("snapshot"), project.disk.write_beside({}) as pending:
        # A baseline without its record is used if it has the very values to be written.
        state = read_state(project, excuses=_is_one_record)
        paths = _select(state, wanted)
        leftovers = find_leftovers(state.baselines)
        decisions, known = Decisions(state, late), _known_fusion_files(state)

        def add(path: str, data: bytes) -> None:
            if path not in known:
                pending.add(path, data)

        targets = {path: path for path in paths if path not in state.presets}
        fusions = AcceptedFusions(state)
        freezing = resolve_targets(state, targets, decisions.decide, add, fusions.choose)
        kept, left_out = len(paths) - len(targets), freezing.left_out
        if left_out and (strict or not (freezing.presets or kept)):
            raise MigrationError(*(fault for each in left_out for fault in each.faults))
        # A frozen fusion config is no leftover any more if a new preset names it.
        leftovers = tuple(p for p in leftovers if not (p in freezing.digests and p in known))
        written = {path: sha for path, sha in freezing.digests.items() if path not in known}
        given_up = [each.preset for each in left_out]
        faults = folder_faults(state, leftovers, written, given_up, is_all=not wanted, force=force)
        if found := tuple(faults):
            raise MigrationError(*found)
        if freezing.presets:
            for path, text in fusions.list_changes(freezing.presets):
                pending.add(path, text)
                written[path] = digest(text)
            commit_changes(state, pending, "snapshot", written)
        removed, spared = _part_leftovers(state, leftovers, written, force=force)
        project.disk.remove(removed)
    store = project.state_folder
    return Freeze(
        folder=store.path,
        presets={path: record.file_count for path, record in freezing.presets.items()},
        fusion=tuple(f for f in freezing.fusion if store.baseline_path(FUSION, f) in written),
        kept=kept,
        is_all_shallow=not (decisions.has_legacy or left_out) and _expects_legacy(state),
        leftovers=removed,
        spared=spared,
        ignored=ignored(project.tree.root, [*written, store.ledger_path]),
        unmatched=_find_unmatched(state, freezing) if not wanted else Unmatched(),
        revision=project.revision,
        left_out=left_out,
        exclusion=_exclude_unread(project, left_out),
    )


def _exclude_unread(project: Project, left_out: Collection[LeftOut]) -> Exclusion | None:
    unread = [each.preset for each in left_out if not each.is_readable]
    return exclude_presets(project.settings, unread) if unread else None


def _find_unmatched(state: State, freezing: Freezing) -> Unmatched:
    frozen = (state.baselines.record(FUSION, each) for each in state.baselines.list_configs(FUSION))
    records = (*freezing.fusion.values(), *frozen)
    return find_unmatched_presets(state, {file for record in records for file in record.files})


def _is_one_record(found: StateFault) -> bool:
    return found.kind == "record" and bool(found.presets)


def _select(state: State, wanted: Collection[str]) -> Collection[str]:
    """Return the presets that the command is about, frozen ones too: the wanted ones, or all.

    Raises:
        MigrationError: there is no such preset, a glob of the settings matches none, or a frozen
            preset is gone while others are not frozen.
    """
    inventory, settings = state.inventory, state.project.settings
    unfrozen = inventory.list_unfrozen()
    if not state.presets and (faults := tuple(inventory.find_unmatched_globs())):
        raise MigrationError(*faults)
    if not unfrozen and not state.presets:
        hint = f"presets are the files that {', '.join(settings.presets)} match"
        raise MigrationError(Fault("no presets found", hint=hint))
    paths = inventory.select(wanted, {*unfrozen, *state.presets})
    if not wanted and unfrozen and (faults := tuple(missing_faults(state))):
        raise MigrationError(*faults)
    return paths


def _known_fusion_files(state: State) -> frozenset[str]:
    """Return the files of all fusion configs that are frozen already."""
    store = state.project.state_folder
    configs = state.baselines.list_configs(FUSION)
    return frozenset(file for config in configs for file in store.files_of(FUSION, config))


def _expects_legacy(state: State) -> bool:
    """Tell whether presets are to be built from legacy files: nothing has been migrated yet."""
    was_pending = any(entry.status == "pending" for entry in state.ledger.entries.values())
    return bool(state.project.settings.legacy) and state.ledger.phase == 0 and not was_pending


def _part_leftovers(
    state: State, leftovers: Collection[str], written: Collection[str], *, force: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the leftovers to remove, and those to leave alone."""
    store, root = state.project.state_folder, state.project.tree.root
    left = tuple(path for path in leftovers if path not in written)
    # A file that was read as state, by another path, is not a leftover.
    if any(state.baselines.digest_read(path) for path in left):
        return (), left
    own = tuple(path for path in left if store.is_temporary(path))
    others = tuple(path for path in left if path not in own)
    if force or not others:
        return left, ()
    # Without `--force`, only files that git can bring back are removed: none without git.
    lost = {
        store.baseline_path(PRESETS, preset)
        for found in record_faults(state.project, state.baselines)
        for preset in found.presets
    }
    is_safe = len(others) <= FEW and uncommitted(root, others) == {} and lost.isdisjoint(others)
    return (left, ()) if is_safe else (own, others)
