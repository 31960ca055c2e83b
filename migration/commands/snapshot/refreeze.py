"""`snapshot --refreeze`: replaces baselines on purpose, for a reason that the records keep."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from migration.commands.snapshot.freezing import Freezing, resolve_targets
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
    """A baseline that was replaced on purpose: the reason, and the digests before and after."""

    reason: str
    before: str
    after: str


def refreeze_presets(
    project: Project, wanted: Collection[str], reason: str
) -> Mapping[str, Refreeze]:
    """Replace the baselines of the wanted presets; their records keep the reason.

    Returns the replaced baselines by legacy path; none of a preset that still resolves to its
    baseline.

    Raises:
        MigrationError: there is no reason, a preset has no baseline, was dropped or cannot be read,
            is migrated already while phase 0, 1 or 2 is open, or shares a changed fusion config
            with presets that are not wanted.
    """
    reason = clean_reason(reason)
    if not reason:
        hint = "give the reason for the new baseline; the ledger keeps it"
        raise MigrationError(Fault("--refreeze needs a --reason", hint=hint))
    with project.writing("snapshot --refreeze"), project.disk.write_beside({}) as pending:
        state = frozen_state(project, excuses=_is_taken_over(wanted))
        paths = state.inventory.select(wanted, state.presets)
        entries = state.ledger.entries
        if dropped := [path for path in paths if entries[path].status == "dropped"]:
            message = "this preset is dropped and has no baseline to replace"
            raise MigrationError(*(Fault(message, path) for path in dropped))
        if accepted := [each for each in paths if state.baselines.acceptances.list_changes(each)]:
            hint = "`accept` takes more over, and `snapshot --fold` writes it into the baselines"
            message = "something was accepted for this preset, so that its baseline has to stay"
            raise MigrationError(*(Fault(message, path, hint=hint) for path in accepted))
        files: dict[str, bytes] = {}
        legacy_files: dict[str, tuple[str, ...]] = {}

        def decide(preset: str, record: Record, legacy: tuple[str, ...]) -> Entry:
            legacy_files[preset] = legacy
            entry = entries[preset].with_status(judge_unchanged(legacy))
            is_same = _is_same(state.record(preset), record)
            return entry if is_same else replace(entry, refrozen=(*entry.refrozen, reason))

        targets = {path: entries[path].target for path in paths}
        freezing = resolve_targets(state, targets, decide, files.__setitem__)
        if faults := (*_refusals(state, legacy_files), *_shared_fusion_faults(state, freezing)):
            raise MigrationError(*faults)
        replaced = {
            path: Refreeze(reason, state.record(path).sha256, record.sha256)
            for path, record in freezing.presets.items()
            if not _is_same(state.record(path), record)
        }
        if replaced:
            changed = _changed_files(state, freezing, replaced)
            for path in changed:
                pending.add(path, files[path])
            digests: dict[str, str | None] = {path: freezing.digests[path] for path in changed}
            digests |= dict.fromkeys(_orphans(state, freezing))
            commit_changes(state, pending, "snapshot --refreeze", digests)
    return replaced


def _is_taken_over(wanted: Collection[str]) -> Callable[[StateFault], bool]:
    """Return an excuse for a changed fusion config that wanted presets alone name."""
    paths = {posixpath.normpath(path) for path in wanted}

    def excuses(found: StateFault) -> bool:
        return found.kind == "fusion" and paths.issuperset(found.presets)

    return excuses


def _is_same(before: Record, after: Record) -> bool:
    """Tell whether two records of a preset have the same values, also in its fusion config."""
    fusions = [record.fusion.sha256 if record.fusion else None for record in (before, after)]
    return before.sha256 == after.sha256 and fusions[0] == fusions[1]


def _changed_files(state: State, freezing: Freezing, presets: Collection[str]) -> list[str]:
    """Return the files to write for these presets, and for the fusion configs that changed."""
    store = state.project.state_folder
    files = [file for path in presets for file in store.files_of(PRESETS, path)]
    for path in sorted(_named_fusions(freezing.presets[preset] for preset in presets)):
        if _frozen_fusion(state, path) != freezing.fusion[path].sha256:
            files += store.files_of(FUSION, path)
    return files


def _named_fusions(records: Iterable[Record]) -> set[str]:
    """Return the fusion configs that presets name."""
    return {record.fusion.path for record in records if record.fusion}


def _frozen_fusion(state: State, path: str) -> str | None:
    """Return the digest of a fusion config's baseline, None if it is not frozen."""
    if not state.baselines.has_record(FUSION, path):
        return None
    return state.baselines.record(FUSION, path).sha256


def _orphans(state: State, freezing: Freezing) -> Iterator[str]:
    """Yield the files of each fusion config that no preset names any more."""
    before = _named_fusions(state.record(path) for path in freezing.presets)
    records = {path: state.record(path) for path in state.presets}
    records.update(freezing.presets)
    for path in sorted(before - _named_fusions(records.values())):
        yield from state.project.state_folder.files_of(FUSION, path)


def _refusals(state: State, legacy_files: Mapping[str, tuple[str, ...]]) -> Iterator[Fault]:
    """Yield a fault for each preset that is migrated already, while presets are being migrated."""
    is_open = state.ledger.was_worked_on and state.ledger.phase in (0, 1, 2)
    for path, legacy in legacy_files.items():
        if is_open and not legacy:
            hint = (
                "put its legacy form back (moved: `map --old P --new P`), refreeze that, then "
                "port the change"
            )
            message = "already migrated: refreezing it would compare the migration with itself"
            yield Fault(message, state.ledger.entries[path].target, hint=hint)


def _shared_fusion_faults(state: State, freezing: Freezing) -> Iterator[Fault]:
    """Yield a fault for each changed fusion config that presets name which are not refrozen."""
    entries = state.ledger.entries
    others = [
        path
        for path in state.presets
        if path not in freezing.presets and entries[path].status != "dropped"
    ]
    for fusion, record in freezing.fusion.items():
        if _frozen_fusion(state, fusion) in (None, record.sha256):
            continue
        sharing = [path for path in others if _names_other(state.record(path), fusion, record)]
        if sharing:
            message = f"changed, and {len(sharing)} more preset(s) name it: {', '.join(sharing)}"
            hint = "refreeze them together: repeat --refreeze for each"
            yield Fault(message, fusion, hint=hint)


def _names_other(preset: Record, fusion: str, record: Record) -> bool:
    """Tell whether a preset was frozen with a fusion config of this path, but other values."""
    named = preset.fusion
    return named is not None and named.path == fusion and named.sha256 != record.sha256
