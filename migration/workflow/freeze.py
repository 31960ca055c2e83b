"""`snapshot`: freeze what has no baseline yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from migration.digests import digest
from migration.errors import Fault, MigrationError, nearest
from migration.globs import quoted
from migration.ledger import Entry
from migration.manifest import Manifest
from migration.phases import unchanged_status
from migration.staging import TEMPORARY
from migration.workflow.batch import Batch, resolve_batch, write_batch
from migration.workflow.project import Project
from migration.workflow.state import State, read_state


@dataclass(frozen=True, slots=True)
class Frost:
    """What `snapshot` did: the presets and fusion configs it froze, and which it left alone."""

    folder: str
    presets: Mapping[str, int]
    """Legacy path -> number of files in its chain."""
    fusion: tuple[str, ...]
    kept: int
    new: tuple[str, ...]
    """The presets without a legacy form, which are frozen only by name."""
    is_all_shallow: bool
    """Whether not one preset is built from a legacy file, before any was migrated."""
    leftovers: tuple[str, ...]
    """The files that were removed, since they are none that the manifest lists."""


def freeze_presets(project: Project, wanted: Collection[str] = ()) -> Frost:
    """Freeze every preset, or every wanted one, that has no baseline; none is ever changed.

    After phase 0 a preset that reaches no legacy file is new: it is frozen only if it is wanted.

    Raises:
        MigrationError: a preset cannot be read (nothing is frozen then), a fusion config has
            changed since another preset froze it, a frozen file is not as it was, or the folder
            holds other files before anything was frozen there.
    """
    with project.writing("snapshot"), project.tree.staged({}) as staged:
        state = read_state(project)
        unfrozen, manifest = state.unfrozen(), state.manifest
        if not unfrozen and not manifest.presets:
            hint = f"presets are the files that {', '.join(project.settings.presets)} match"
            raise MigrationError(Fault("no presets found", hint=hint))
        paths = state.select(wanted, {*unfrozen, *manifest.presets})
        if not wanted and (faults := tuple(_missing_faults(state, unfrozen))):
            raise MigrationError(*faults)
        unlisted = project.store.leftovers()
        targets = {path: path for path in paths if path not in manifest.presets}
        batch = resolve_batch(project, targets, staged.add)
        new = () if wanted or state.ledger.phase == 0 else tuple(_new(state, batch))
        batch = batch.without(new)
        if faults := tuple(_changed_fusion_faults(manifest, batch)):
            raise MigrationError(*faults)
        new_fusion = {p: f for p, f in batch.fusion.items() if p not in manifest.fusion}
        entries = {
            path: Entry(path, unchanged_status(batch.reaches(state, path)))
            for path in batch.presets
        }
        ledger, batch = state.ledger.with_entries(entries), Batch(batch.presets, new_fusion)
        files = batch.digests(project) if unlisted else {}
        if not manifest.presets and (faults := tuple(_foreign_faults(project, unlisted, files))):
            raise MigrationError(*faults)
        if batch.presets:
            write_batch(state, staged, ledger, batch, "snapshot")
        leftovers = tuple(path for path in unlisted if path not in files)
        project.tree.remove(leftovers)
    kept = len(paths) - len(batch.presets) - len(new)
    is_all_shallow = ledger.phase == 0 and not any(
        entry.status == "pending" for entry in ledger.entries.values()
    )
    return Frost(
        folder=project.store.folder,
        presets={path: record.file_count for path, record in batch.presets.items()},
        fusion=tuple(new_fusion),
        kept=kept,
        new=new,
        is_all_shallow=is_all_shallow,
        leftovers=leftovers,
    )


def _missing_faults(state: State, unfrozen: Collection[str]) -> Iterator[Fault]:
    """Yield a fault for each preset that is gone, where it may be among those not frozen yet.

    To freeze those would make a baseline of whatever became of it.
    """
    for preset, entry in state.ledger.entries.items() if unfrozen else ():
        if entry.status != "dropped" and not state.project.tree.is_file(entry.target):
            old, near = quoted(preset), quoted(nearest(entry.target, unfrozen) or "PATH")
            hint = (
                f"say where it went: `map --old {old} --new {near}`, or `map --drop` it; "
                "`--preset` freezes one by name"
            )
            yield Fault("frozen, but gone, while other presets are not frozen", preset, hint=hint)


def _foreign_faults(
    project: Project, unlisted: Collection[str], files: Mapping[str, str]
) -> Iterator[Fault]:
    """Yield a fault for each file in the folder that a stopped `snapshot` has not begun to write.

    With no manifest they may be anybody's, or the baselines that a lost manifest listed.
    """
    for path in unlisted:
        is_ours = path in files and digest(project.tree.read(path)) == files[path]
        if not is_ours and not path.endswith(TEMPORARY):
            hint = (
                "restore the manifest from version control; if there was none, remove the file, "
                "or give 'snapshots' a folder of its own"
            )
            yield Fault(
                "no manifest lists this file, and it is not what would be frozen", path, hint=hint
            )


def _new(state: State, batch: Batch) -> Iterator[str]:
    """Yield the presets that never had a legacy form."""
    for path in batch.presets:
        if not batch.reaches(state, path):
            yield path


def _changed_fusion_faults(manifest: Manifest, batch: Batch) -> Iterator[Fault]:
    """Yield a fault for each fusion config that was frozen otherwise, for another preset."""
    for path in batch.changed_fusion(manifest):
        names = [p for p, record in batch.presets.items() if record.fusion == path]
        message = f"changed since it was frozen, and {names[0]} needs it too"
        hint = "restore it, or refreeze the presets that name it first"
        yield Fault(message, path, hint=hint)
