"""`snapshot`: freeze what has no baseline yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from migration.commands.snapshot.batch import Batch, resolve_batch
from migration.errors import Fault, MigrationError
from migration.files.digest import digest
from migration.files.git import ignored, uncommitted
from migration.gate.newcomers import Newcomers
from migration.phases import judge_unchanged
from migration.project.changes import commit_changes
from migration.project.project import Project
from migration.project.state import State, read_state
from migration.project.state_faults import StateFault, ever_recorded, gone_faults, record_faults
from migration.store.ledger import Entry, clean_reason
from migration.store.records import FUSION, PRESETS, Record
from migration.store.seal import RESOLVE

FEW: Final = 5
"""How many leftovers are removed without being asked for."""


@dataclass(frozen=True, slots=True)
class Frost:
    """What `snapshot` did: the presets and fusion configs it froze, and which it left alone."""

    folder: str
    presets: Mapping[str, int]
    """Legacy path -> number of files in its chain."""
    fusion: tuple[str, ...]
    kept: int
    is_all_shallow: bool
    """Whether not one preset is built from a legacy file, though some were to be."""
    leftovers: tuple[str, ...]
    """The files that were removed, since they belong to no frozen config."""
    spared: tuple[str, ...]
    """The files that were left alone although they belong to none."""
    ignored: Mapping[str, str]
    """The frozen files that git ignores, each with the pattern that does so."""


def freeze_presets(
    project: Project,
    wanted: Collection[str] = (),
    *,
    force: bool = False,
    late: str | None = None,
) -> Frost:
    """Freeze every preset, or every wanted one, that has no baseline; none is ever changed.

    With `force` every leftover is removed, however many there are, and what was frozen and is gone
    counts as never frozen. `late` is the reason for which
    a preset is frozen although a legacy file of its chain has changed since others were.

    Raises:
        MigrationError: a preset cannot be read (nothing is frozen then), a fusion config has
            changed since another preset froze it, a frozen file is not as it was, or a file that
            is to be written is there already and differs.
    """
    with project.writing("snapshot"), project.tree.staged({}) as staged:
        # A baseline that is as it would be written is taken as it is.
        state = read_state(project, excuses=_is_one_record)
        unfrozen = state.inventory.list_unfrozen()
        if not state.presets and (faults := tuple(state.inventory.find_unmatched_globs())):
            raise MigrationError(*faults)
        if not unfrozen and not state.presets:
            hint = f"presets are the files that {', '.join(project.settings.presets)} match"
            raise MigrationError(Fault("no presets found", hint=hint))
        paths = state.inventory.select(wanted, {*unfrozen, *state.presets})
        if not wanted and unfrozen and (faults := tuple(_missing_faults(state))):
            raise MigrationError(*faults)
        unlisted = state.baselines.list_leftovers()
        targets = {path: path for path in paths if path not in state.presets}
        is_first = not state.presets
        reached: list[bool] = []
        late_faults: list[Fault] = []
        sources = _Sources(state)

        store = project.state_folder
        frozen = {
            file for f in state.baselines.list_configs(FUSION) for file in store.files_of(FUSION, f)
        }

        def is_new(path: str) -> bool:
            return path not in frozen

        def decide(preset: str, record: Record, reaches: tuple[str, ...]) -> Entry:
            reached.append(bool(reaches))
            changed = [*sources.faults(preset, record)]
            if late is None:
                late_faults.extend(changed)
            reason = clean_reason(late) if late and changed else None
            return Entry(preset, judge_unchanged(reaches), late=reason)

        def keep(path: str, data: bytes) -> None:
            if is_new(path):
                staged.add(path, data)

        batch = resolve_batch(state, targets, decide, keep)
        if faults := (*late_faults, *_changed_fusion_faults(state, batch)):
            raise MigrationError(*faults)
        # What a new preset names is no leftover any more.
        unlisted = tuple(p for p in unlisted if p not in batch.digests or is_new(p))
        digests = {path: each for path, each in batch.digests.items() if is_new(path)}
        if faults := (
            *_occupied_faults(state, unlisted, digests),
            *(() if wanted or force else _lost_faults(state, digests)),
            *(() if force else _gone_faults(state, digests, is_all=not wanted)),
            *(_foreign_faults(state, unlisted, digests) if is_first else ()),
        ):
            raise MigrationError(*faults)
        if batch.presets:
            commit_changes(state, staged, "snapshot", digests)
        removed, spared = _leftovers(state, unlisted, digests, force=force)
        project.tree.remove(removed)
    kept = len(paths) - len(batch.presets)
    was_pending = any(entry.status == "pending" for entry in state.ledger.entries.values())
    return Frost(
        folder=project.state_folder.path,
        presets={path: record.file_count for path, record in batch.presets.items()},
        fusion=tuple(
            f for f in batch.fusion if project.state_folder.baseline_path(FUSION, f) in digests
        ),
        kept=kept,
        is_all_shallow=(
            bool(project.settings.legacy)
            and state.ledger.phase == 0
            and not was_pending
            and not any(reached)
        ),
        leftovers=removed,
        spared=spared,
        ignored=ignored(project.tree.root, [*digests, project.state_folder.ledger_path]),
    )


def _is_one_record(found: StateFault) -> bool:
    return found.kind == "record" and bool(found.presets)


def _occupied_faults(
    state: State, unlisted: Collection[str], digests: Mapping[str, str]
) -> Iterator[Fault]:
    """Yield a fault for each baseline that is to be written, and is there without its record.

    A merge may have lost the record. One that is as it would be written, and of which git has never
    had a record, is taken as it is.
    """
    tree, store = state.project.tree, state.project.state_folder
    known = ever_recorded(state.project) if any(path in digests for path in unlisted) else ()
    for path in unlisted:
        at = store.config_at(tree.real_path(path))
        if path not in digests or at is None:
            continue
        record = store.record_path(*at)
        message = "frozen already, and its record is gone"
        if digest(tree.read(path)) != digests[path]:
            message = f"{message}; {at[1]} resolves to other values now"
        elif record not in known:
            continue
        hint = (
            f"bring back {record}, from version control or the other side of a merge; {RESOLVE}; "
            "or, if nobody needs it, remove the baseline and freeze anew with `snapshot --force`"
        )
        yield Fault(message, path, hint=hint)


def _lost_faults(state: State, written: Collection[str]) -> Iterator[Fault]:
    """Yield a fault for each baseline whose record is lost, and that is not about to be written.

    The preset may be among those not frozen yet, by another path.
    """
    store = state.project.state_folder
    for found in record_faults(state.project, state.baselines):
        if not any(store.baseline_path(PRESETS, preset) in written for preset in found.presets):
            yield found.fault


def _gone_faults(state: State, written: Collection[str], *, is_all: bool) -> Iterator[Fault]:
    """Yield a fault for each gone preset that is about to be frozen.

    With `is_all`, for every gone one: it may be among the new ones by another path.
    """
    store = state.project.state_folder
    faults = tuple(gone_faults(state.baselines)) if written else ()
    if faults and not state.project.tree.is_file(store.ledger_path):
        message = f"git has {len(faults)} frozen presets, and nothing of them is here"
        hint = "`snapshot --resolve` brings them back; `snapshot --force` begins anew"
        yield Fault(message, store.path, hint=hint)
        return
    yield from (fault for fault in faults if is_all or fault.path in written)


def _leftovers(
    state: State, unlisted: Collection[str], written: Collection[str], *, force: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the leftovers to remove, and those to leave alone."""
    store, root = state.project.state_folder, state.project.tree.root
    left = tuple(path for path in unlisted if path not in written)
    # What is read as state is none, however its path came to be told.
    if any(state.baselines.digest_read(path) for path in left):
        return (), left
    own = tuple(path for path in left if store.is_temporary(path))
    others = tuple(path for path in left if path not in own)
    if force or not others:
        return left, ()
    # Only what git can bring back goes without a word from the user: nothing, where there is none.
    lost = {
        preset
        for found in record_faults(state.project, state.baselines)
        for preset in found.presets
    }
    needed = {store.baseline_path(PRESETS, preset) for preset in lost}
    is_safe = len(others) <= FEW and uncommitted(root, others) == {} and needed.isdisjoint(others)
    return (left, ()) if is_safe else (own, others)


class _Sources:
    """The legacy files from which presets were frozen, to be held against those of a late one."""

    def __init__(self, state: State) -> None:
        self._state = state

    def faults(self, preset: str, record: Record) -> Iterator[Fault]:
        """Yield a fault for each legacy file that was another one when another preset was frozen.

        What is frozen from it now would make somebody's edit the truth.
        """
        fusions, named = self._state.project.fusions, record.fusion
        files = {link.path: link.sha256 for link in record.chain}
        if named:
            files |= {each: fusions.digest(each) for each in fusions.resolve(named.path).chain}
        for path, sha256 in files.items() if self._state.ledger.was_worked_on else ():
            known = self._known.get(path, {})
            others = [each for frozen, each in known.items() if frozen != sha256]
            if others and self._state.inventory.is_legacy(path):
                message = f"changed since {min(others)} was frozen, and {preset} is built from it"
                hint = (
                    "freeze the preset from the file as it was; "
                    "`snapshot --late --reason R` freezes it from the file as it is"
                )
                yield Fault(message, path, hint=hint)

    @cached_property
    def _known(self) -> Mapping[str, Mapping[str, str]]:
        """Each file that a preset was frozen from: its digests, each with a preset."""
        known: dict[str, dict[str, str]] = {}
        for preset in self._state.presets:
            record = self._state.record(preset)
            named = record.fusion
            fusion = self._state.baselines.record(FUSION, named.path) if named else None
            for link in (*record.chain, *(fusion.chain if fusion else ())):
                known.setdefault(link.path, {}).setdefault(link.sha256, preset)
        return known


def _missing_faults(state: State) -> Iterator[Fault]:
    """Yield a fault for each preset that is gone, where it may be among those not frozen yet.

    To freeze those would make a baseline of whatever became of it.
    """
    newcomers = Newcomers(state)
    for preset in newcomers.gone:
        hint = f"{newcomers.advise_missing(preset)}; `--preset` freezes one by name"
        yield Fault("frozen, but gone, while other presets are not frozen", preset, hint=hint)


def _foreign_faults(
    state: State, unlisted: Collection[str], written: Mapping[str, str]
) -> Iterator[Fault]:
    """Yield a fault for each file in the folder that a first `snapshot` is not about to write.

    With no record they may be anybody's, or baselines whose records are lost.
    """
    for path in unlisted:
        if path not in written and not state.project.state_folder.is_temporary(path):
            hint = (
                "restore the records from version control; if there were none, remove the file, "
                "or give 'snapshots' a folder of its own"
            )
            message = "no record lists this file, and it is not what would be frozen"
            yield Fault(message, path, hint=hint)


def _changed_fusion_faults(state: State, batch: Batch) -> Iterator[Fault]:
    """Yield a fault for each fusion config that was frozen otherwise, for another preset."""
    baselines = state.baselines
    for path, record in batch.fusion.items():
        known = baselines.record(FUSION, path) if baselines.has_record(FUSION, path) else None
        if known and known.sha256 != record.sha256:
            first = min(
                p for p, each in batch.presets.items() if each.fusion and each.fusion.path == path
            )
            message = f"changed since it was frozen, and {first} needs it too"
            hint = "restore it, or refreeze the presets that name it first"
            yield Fault(message, path, hint=hint)
