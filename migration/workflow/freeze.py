"""`snapshot`: freeze what has no baseline yet, and replace a baseline on purpose."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from migration.baselines import Frozen, freeze
from migration.errors import Fault, MigrationError
from migration.ledger import Entry, Ledger, Refreeze, ledger_text
from migration.loader import ConfigLoader
from migration.manifest import FUSION, PRESETS, Link, Manifest, digest, manifest_bytes
from migration.origins import index_origins
from migration.phases import unchanged_status
from migration.workflow.project import Project
from migration.workflow.state import State, frozen_state, read_state


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


@dataclass(frozen=True, slots=True)
class _Batch:
    presets: Mapping[str, Frozen]
    fusion: Mapping[str, Frozen]

    def without(self, presets: Collection[str]) -> _Batch:
        """Return the batch without some presets, and without the fusion configs they alone name."""
        kept = {path: frozen for path, frozen in self.presets.items() if path not in presets}
        named = {frozen.record.fusion for frozen in kept.values()}
        return _Batch(kept, {path: each for path, each in self.fusion.items() if path in named})


def freeze_presets(project: Project, wanted: Collection[str] = ()) -> Frost:
    """Freeze every preset, or every wanted one, that has no baseline; none is ever changed.

    After phase 0 a preset that reaches no legacy file is new: it is frozen only if it is wanted.

    Raises:
        MigrationError: a preset cannot be read (nothing is frozen then), a fusion config has
            changed since another preset froze it, or a frozen file is not as it was.
    """
    with project.tree.lock():
        state = read_state(project)
        unfrozen, manifest = state.unfrozen(), state.manifest
        if not unfrozen and not manifest.presets:
            hint = f"presets are the files that {', '.join(project.settings.presets)} match"
            raise MigrationError(Fault("no presets found", hint=hint))
        paths = state.select(wanted, {*unfrozen, *manifest.presets})
        batch = _batch(project, {path: path for path in paths if path not in manifest.presets})
        new = () if wanted or state.ledger.phase == 0 else tuple(_new(state, batch))
        batch = batch.without(new)
        if faults := tuple(_changed_fusion_faults(manifest, batch)):
            raise MigrationError(*faults)
        new_fusion = {p: f for p, f in batch.fusion.items() if p not in manifest.fusion}
        if batch.presets:
            entries = {
                path: Entry(path, unchanged_status(_reaches(state, frozen)))
                for path, frozen in batch.presets.items()
            }
            ledger = state.ledger.with_entries(entries)
            _write(state, ledger, _Batch(batch.presets, new_fusion))
    files = {path: frozen.record.file_count for path, frozen in batch.presets.items()}
    kept = len(paths) - len(batch.presets) - len(new)
    return Frost(project.store.folder, files, tuple(new_fusion), kept, new)


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
    with project.tree.lock():
        state = frozen_state(project)
        ledger = state.ledger
        paths = state.select(wanted, state.manifest.presets)
        batch = _batch(project, {path: ledger.entries[path].target for path in paths})
        faults = [
            *_refusals(state, batch),
            *_shared_fusion_faults(state.manifest, batch),
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
            named = {frozen.record.fusion for frozen in changed.values()}
            fusion = {path: frozen for path, frozen in batch.fusion.items() if path in named}
            entries = {
                path: replace(
                    ledger.entries[path],
                    status=unchanged_status(_reaches(state, changed[path])),
                    exceptions=(*ledger.entries[path].exceptions, exception),
                )
                for path, exception in exceptions.items()
            }
            _write(state, ledger.with_entries(entries), _Batch(changed, fusion))
    return exceptions


def _batch(project: Project, targets: Mapping[str, str]) -> _Batch:
    """Resolve the target of each preset, and their fusion configs, or raise every fault."""
    presets: dict[str, Frozen] = {}
    fusion: dict[str, Frozen] = {}
    faults: list[Fault] = []
    for preset, path in targets.items():
        try:
            fusion_path = project.fusion_path(project.configs.resolve(path).value, path)
            presets[preset] = _frozen(project, project.configs, path, fusion_path)
            if fusion_path and fusion_path not in fusion:
                fusion[fusion_path] = _frozen_fusion(project, fusion_path, path)
        except MigrationError as error:
            faults += error.faults
    if faults:
        raise MigrationError(*faults)
    return _Batch(presets, fusion)


def _reaches(state: State, frozen: Frozen) -> tuple[str, ...]:
    return state.legacy_among(link.path for link in frozen.record.chain)


def _new(state: State, batch: _Batch) -> Iterator[str]:
    """Yield the presets that never had a legacy form."""
    for path, frozen in batch.presets.items():
        if not _reaches(state, frozen):
            yield path


def _refusals(state: State, batch: _Batch) -> Iterator[Fault]:
    """Yield a fault for each preset whose baseline may not be replaced at this time."""
    for path, frozen in batch.presets.items():
        entry = state.ledger.entries[path]
        if entry.status == "dropped":
            yield Fault("dropped, so that it has no baseline to replace", path)
        elif state.ledger.phase in (1, 2) and not _reaches(state, frozen):
            hint = (
                "put its legacy form back (moved: `map --old P --new P`), refreeze that, then "
                "port the change"
            )
            message = "already migrated: refreezing it would hold the migration against itself"
            yield Fault(message, entry.target, hint=hint)


def _frozen_fusion(project: Project, path: str, preset: str) -> Frozen:
    if not project.tree.is_file(path):
        raise MigrationError(project.missing_fusion_fault(preset, path))
    return _frozen(project, project.fusions, path, None)


def _frozen(project: Project, loader: ConfigLoader, path: str, fusion: str | None) -> Frozen:
    resolved = loader.resolve(path)
    chain = tuple(Link(file, digest(project.tree.read(file))) for file in resolved.chain)
    return freeze(resolved.value, index_origins(loader.marks(path)), chain, fusion)


def _changed_fusion(manifest: Manifest, batch: _Batch) -> list[str]:
    return [
        path
        for path, frozen in batch.fusion.items()
        if path in manifest.fusion and manifest.fusion[path].sha256 != frozen.record.sha256
    ]


def _changed_fusion_faults(manifest: Manifest, batch: _Batch) -> Iterator[Fault]:
    """Yield a fault for each fusion config that was frozen otherwise, for another preset."""
    for path in _changed_fusion(manifest, batch):
        names = [p for p, frozen in batch.presets.items() if frozen.record.fusion == path]
        message = f"changed since it was frozen, and {names[0]} needs it too"
        hint = "restore it, or refreeze the presets that name it first"
        yield Fault(message, path, hint=hint)


def _shared_fusion_faults(manifest: Manifest, batch: _Batch) -> Iterator[Fault]:
    """Yield a fault for each changed fusion config that presets outside the batch name too."""
    for path in _changed_fusion(manifest, batch):
        naming = [p for p, record in manifest.presets.items() if record.fusion == path]
        if sharing := [preset for preset in naming if preset not in batch.presets]:
            message = f"changed, and {len(sharing)} more preset(s) name it: {', '.join(sharing)}"
            hint = "refreeze them together: repeat --refreeze for each"
            yield Fault(message, path, hint=hint)


def _exception(manifest: Manifest, batch: _Batch, path: str, reason: str) -> Refreeze | None:
    before, after = manifest.presets[path], batch.presets[path].record
    old = manifest.fusion[before.fusion].sha256 if before.fusion else None
    new = batch.fusion[after.fusion].record.sha256 if after.fusion else None
    if before.sha256 == after.sha256 and old == new:
        return None
    entry = Refreeze(reason, before.sha256, after.sha256)
    return entry if old == new else replace(entry, fusion_before=old, fusion_after=new)


def _write(state: State, ledger: Ledger, batch: _Batch) -> None:
    """Write the batch, then ledger and manifest; drop what no preset names now."""
    project, store, manifest = state.project, state.project.store, state.manifest
    presets = dict(manifest.presets) | {p: frozen.record for p, frozen in batch.presets.items()}
    named = {record.fusion for record in presets.values()}
    fusion = dict(manifest.fusion) | {p: frozen.record for p, frozen in batch.fusion.items()}
    kept = {path: record for path, record in fusion.items() if path in named}
    orphans = fusion.keys() - kept.keys()
    files = store.files(PRESETS, batch.presets) | store.files(FUSION, batch.fusion)
    files[project.ledger_path] = ledger_text(ledger).encode()
    files[store.manifest_path] = manifest_bytes(Manifest(presets, kept))
    remove = [store.baseline_path(FUSION, path) for path in orphans]
    remove += [store.origins_path(FUSION, path) for path in orphans]
    project.tree.write_all(files, remove)
