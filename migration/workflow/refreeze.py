"""`snapshot --refreeze`: replace a baseline on purpose, with a reason that stays."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from migration.errors import Fault, MigrationError
from migration.ledger import Entry, Refreeze
from migration.manifest import Manifest
from migration.phases import unchanged_status
from migration.workflow.batch import Batch, resolve_batch, write_batch
from migration.workflow.project import Project
from migration.workflow.state import State, frozen_state


def refreeze_presets(
    project: Project, wanted: Collection[str], reason: str
) -> Mapping[str, Refreeze]:
    """Replace the baselines of the wanted presets; the ledger keeps the reason and both digests.

    Returns what was replaced, by legacy path, which is nothing if the presets still resolve to
    their baselines.

    Raises:
        MigrationError: no reason, a preset without a baseline, one that was dropped or cannot be
            read, one that is migrated while phase 1 or 2 is open, or a changed fusion config that
            a preset beside the wanted ones names too.
    """
    if not reason.strip():
        hint = "say why the baseline changes, for whoever reads the ledger"
        raise MigrationError(Fault("--refreeze needs a --reason", hint=hint))
    with project.writing("snapshot --refreeze"), project.tree.staged({}) as staged:
        state = frozen_state(project)
        ledger = state.ledger
        paths = state.select(wanted, state.manifest.presets)
        files: dict[str, bytes] = {}
        targets = {path: ledger.entries[path].target for path in paths}
        batch = resolve_batch(project, targets, files.__setitem__)
        faults = [
            *_refusals(state, batch),
            *_shared_fusion_faults(state, batch),
        ]
        if faults:
            raise MigrationError(*faults)
        exceptions = {
            path: exception
            for path in paths
            if (exception := _exception(state.manifest, batch, path, reason.strip()))
        }
        if exceptions:
            changed = {path: batch.presets[path] for path in exceptions}
            named = {record.fusion for record in changed.values()}
            fusion = {path: record for path, record in batch.fusion.items() if path in named}
            entries = {
                path: _with_exception(ledger.entries[path], exception).with_status(
                    unchanged_status(batch.reaches(state, path))
                )
                for path, exception in exceptions.items()
            }
            entries |= _dropped_entries(state, batch, named, reason.strip())
            ledger = ledger.with_entries(entries)
            replaced: dict[str, bytes] = {}
            for path in Batch(changed, fusion).digests(project):
                if project.store.is_listed(path):
                    replaced[path] = files[path]
                else:
                    staged.add(path, files[path])
            batch = Batch(changed, fusion, replaced)
            write_batch(state, staged, ledger, batch, "snapshot --refreeze")
    return exceptions


def _refusals(state: State, batch: Batch) -> Iterator[Fault]:
    """Yield a fault for each preset whose baseline may not be replaced at this time."""
    for path in batch.presets:
        entry = state.ledger.entries[path]
        if entry.status == "dropped":
            yield Fault("dropped, so that it has no baseline to replace", path)
        elif state.ledger.phase in (1, 2) and not batch.reaches(state, path):
            hint = (
                "put its legacy form back (moved: `map --old P --new P`), refreeze that, then "
                "port the change"
            )
            message = "already migrated: refreezing it would hold the migration against itself"
            yield Fault(message, entry.target, hint=hint)


def _shared_fusion_faults(state: State, batch: Batch) -> Iterator[Fault]:
    """Yield a fault for each changed fusion config that presets outside the batch name too."""
    entries = state.ledger.entries
    kept = {p: r for p, r in state.manifest.presets.items() if entries[p].status != "dropped"}
    for path in batch.changed_fusion(state.manifest):
        naming = [preset for preset, record in kept.items() if record.fusion == path]
        if sharing := [preset for preset in naming if preset not in batch.presets]:
            message = f"changed, and {len(sharing)} more preset(s) name it: {', '.join(sharing)}"
            hint = "refreeze them together: repeat --refreeze for each"
            yield Fault(message, path, hint=hint)


def _dropped_entries(
    state: State, batch: Batch, named: Collection[str | None], reason: str
) -> Mapping[str, Entry]:
    """Return the entries of dropped presets whose fusion config is replaced along with others.

    Whoever takes such a preset up again is to find that, and why, in its record.
    """
    manifest, entries = state.manifest, {}
    for path in {*batch.changed_fusion(state.manifest)} & {*named}:
        digests = manifest.fusion[path].sha256, batch.fusion[path].sha256
        for preset, record in manifest.presets.items():
            entry = state.ledger.entries[preset]
            if record.fusion == path and entry.status == "dropped":
                exception = Refreeze(reason, record.sha256, record.sha256, *digests)
                entries[preset] = _with_exception(entry, exception)
    return entries


def _with_exception(entry: Entry, exception: Refreeze) -> Entry:
    return replace(entry, exceptions=(*entry.exceptions, exception))


def _exception(manifest: Manifest, batch: Batch, path: str, reason: str) -> Refreeze | None:
    before, after = manifest.presets[path], batch.presets[path]
    old = manifest.fusion[before.fusion].sha256 if before.fusion else None
    new = batch.fusion[after.fusion].sha256 if after.fusion else None
    if before.sha256 == after.sha256 and old == new:
        return None
    entry = Refreeze(reason, before.sha256, after.sha256)
    return entry if old == new else replace(entry, fusion_before=old, fusion_after=new)
