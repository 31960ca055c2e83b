"""`snapshot --refreeze`: replace a baseline on purpose, with a reason that stays."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from migration.commands.snapshot.batch import Batch, resolve_batch
from migration.errors import Fault, MigrationError
from migration.phases import judge_unchanged
from migration.project.changes import commit_changes
from migration.project.project import Project
from migration.project.state import State, frozen_state
from migration.project.state_faults import StateFault
from migration.store.ledger import Entry, clean_reason
from migration.store.records import FUSION, PRESETS, Record


@dataclass(frozen=True, slots=True)
class Refreeze:
    """A baseline replaced on purpose: why, and its digest before and after."""

    reason: str
    before: str
    after: str


def refreeze_presets(
    project: Project, wanted: Collection[str], reason: str
) -> Mapping[str, Refreeze]:
    """Replace the baselines of the wanted presets; their records keep the reason.

    Returns what was replaced, by legacy path, which is nothing if the presets still resolve to
    their baselines.

    Raises:
        MigrationError: no reason, a preset without a baseline, one that was dropped or cannot be
            read, one that is migrated while phase 1 or 2 is open, or a changed fusion config that
            a preset beside the wanted ones names too.
    """
    reason = clean_reason(reason)
    if not reason:
        hint = "say why the baseline changes, for whoever reads the ledger"
        raise MigrationError(Fault("--refreeze needs a --reason", hint=hint))
    with project.writing("snapshot --refreeze"), project.tree.staged({}) as staged:
        state = frozen_state(project, excuses=_is_taken_over(wanted))
        paths = state.inventory.select(wanted, state.presets)
        entries = state.ledger.entries
        if dropped := [path for path in paths if entries[path].status == "dropped"]:
            message = "dropped, so that it has no baseline to replace"
            raise MigrationError(*(Fault(message, path) for path in dropped))
        files: dict[str, bytes] = {}
        reached: dict[str, tuple[str, ...]] = {}

        def decide(preset: str, record: Record, reaches: tuple[str, ...]) -> Entry:
            reached[preset] = reaches
            entry = entries[preset].with_status(judge_unchanged(reaches))
            is_same = _is_same(state.record(preset), record)
            return entry if is_same else replace(entry, refrozen=(*entry.refrozen, reason))

        targets = {path: entries[path].target for path in paths}
        batch = resolve_batch(state, targets, decide, files.__setitem__)
        if faults := (*_refusals(state, reached), *_shared_fusion_faults(state, batch)):
            raise MigrationError(*faults)
        done = {
            path: Refreeze(reason, state.record(path).sha256, record.sha256)
            for path, record in batch.presets.items()
            if not _is_same(state.record(path), record)
        }
        if done:
            changed = _changed_files(state, batch, done)
            for path in changed:
                staged.add(path, files[path])
            digests: dict[str, str | None] = {path: batch.digests[path] for path in changed}
            digests |= dict.fromkeys(_orphans(state, batch))
            commit_changes(state, staged, "snapshot --refreeze", digests)
    return done


def _is_taken_over(wanted: Collection[str]) -> Callable[[StateFault], bool]:
    """Excuse that a fusion config is another one now, for presets that take it over."""

    def excuses(found: StateFault) -> bool:
        return found.kind == "fusion" and {*found.presets} <= {*map(posixpath.normpath, wanted)}

    return excuses


def _is_same(before: Record, after: Record) -> bool:
    """Tell whether two records of a preset have the same values, those of its fusion config too."""
    fusions = [record.fusion.sha256 if record.fusion else None for record in (before, after)]
    return before.sha256 == after.sha256 and fusions[0] == fusions[1]


def _changed_files(state: State, batch: Batch, presets: Collection[str]) -> list[str]:
    """Return the files to write for these presets: a fusion config only where it is another one."""
    store = state.project.state_folder
    files = [file for path in presets for file in store.files_of(PRESETS, path)]
    named = {record.fusion.path for path in presets if (record := batch.presets[path]).fusion}
    for path in sorted(named):
        is_known = state.baselines.has_record(FUSION, path)
        if not is_known or state.baselines.record(FUSION, path).sha256 != batch.fusion[path].sha256:
            files += store.files_of(FUSION, path)
    return files


def _orphans(state: State, batch: Batch) -> Iterator[str]:
    """Yield the files of each fusion config that no preset names any more."""
    store = state.project.state_folder
    before = {record.fusion.path for path in batch.presets if (record := state.record(path)).fusion}
    records = [*batch.presets.values()]
    records += [state.record(path) for path in state.presets if path not in batch.presets]
    named = {record.fusion.path for record in records if record.fusion}
    for path in sorted(before - named):
        yield from store.files_of(FUSION, path)


def _refusals(state: State, reached: Mapping[str, tuple[str, ...]]) -> Iterator[Fault]:
    """Yield a fault for each preset whose baseline may not be replaced at this time."""
    for path, reaches in reached.items():
        is_open = state.ledger.was_worked_on and state.ledger.phase in (0, 1, 2)
        if is_open and not reaches:
            hint = (
                "put its legacy form back (moved: `map --old P --new P`), refreeze that, then "
                "port the change"
            )
            message = "already migrated: refreezing it would hold the migration against itself"
            yield Fault(message, state.ledger.entries[path].target, hint=hint)


def _shared_fusion_faults(state: State, batch: Batch) -> Iterator[Fault]:
    """Yield a fault for each changed fusion config that presets outside the batch name too."""
    entries = state.ledger.entries
    kept = [path for path in state.presets if entries[path].status != "dropped"]
    for fusion, record in batch.fusion.items():
        sharing = [
            preset
            for preset in kept
            if preset not in batch.presets
            and (named := state.record(preset).fusion)
            and (named.path, named.sha256) != (fusion, record.sha256)
            and named.path == fusion
        ]
        is_known = state.baselines.has_record(FUSION, fusion)
        if sharing and is_known and state.baselines.record(FUSION, fusion).sha256 != record.sha256:
            message = f"changed, and {len(sharing)} more preset(s) name it: {', '.join(sharing)}"
            hint = "refreeze them together: repeat --refreeze for each"
            yield Fault(message, fusion, hint=hint)
