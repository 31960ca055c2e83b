"""`snapshot`: freeze what has no baseline yet, and replace a baseline on purpose."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from migration.baselines import Frozen, freeze
from migration.errors import Fault, MigrationError
from migration.ledger import Ledger, Refreeze, ledger_text
from migration.loader import ConfigLoader
from migration.manifest import FUSION, PRESETS, Link, Manifest, digest, manifest_bytes
from migration.origins import index_origins
from migration.workflow.project import Project, frozen_or_fault, selected


@dataclass(frozen=True, slots=True)
class Frost:
    """What `snapshot` did: the presets and fusion configs it froze, and how many it left alone."""

    folder: str
    presets: Mapping[str, int]
    """Legacy path -> number of files in its chain."""
    fusion: tuple[str, ...]
    kept: int


@dataclass(frozen=True, slots=True)
class _Batch:
    presets: Mapping[str, Frozen]
    fusion: Mapping[str, Frozen]


def freeze_presets(project: Project, wanted: Collection[str] = ()) -> Frost:
    """Freeze every preset, or every wanted one, that has no baseline; none is ever changed.

    Raises:
        MigrationError: a preset cannot be read (nothing is frozen then), a fusion config has
            changed since another preset froze it, or a frozen file is not as it was.
    """
    with project.tree.lock():
        manifest = project.store.manifest()
        presets = project.presets(manifest)
        if not presets:
            hint = f"presets are the files that {', '.join(project.settings.presets)} match"
            raise MigrationError(Fault("no presets found", hint=hint))
        paths = selected(wanted, presets)
        batch = _batch(project, [path for path in paths if path not in manifest.presets])
        if faults := tuple(_changed_fusion_faults(manifest, batch)):
            raise MigrationError(*faults)
        new_fusion = {p: f for p, f in batch.fusion.items() if p not in manifest.fusion}
        if batch.presets:
            _write(project, manifest, _Batch(batch.presets, new_fusion))
    files = {path: frozen.record.file_count for path, frozen in batch.presets.items()}
    return Frost(project.store.folder, files, tuple(new_fusion), len(paths) - len(batch.presets))


def refreeze_presets(
    project: Project, wanted: Collection[str], reason: str
) -> tuple[Refreeze, ...]:
    """Replace the baselines of the wanted presets; the ledger keeps the reason and both digests.

    Returns what was replaced, which is nothing if the presets still resolve to their baselines.

    Raises:
        MigrationError: no reason, a preset without a baseline, one that cannot be read, or a
            changed fusion config that a preset beside the wanted ones names too.
    """
    if not reason.strip():
        hint = "say why the baseline changes, for whoever reads the ledger"
        raise MigrationError(Fault("--refreeze needs a --reason", hint=hint))
    with project.tree.lock():
        manifest = frozen_or_fault(project)
        paths = selected(wanted, manifest.presets)
        batch = _batch(project, paths)
        if faults := tuple(_shared_fusion_faults(manifest, batch)):
            raise MigrationError(*faults)
        exceptions = tuple(
            entry for path in paths if (entry := _exception(manifest, batch, path, reason.strip()))
        )
        if exceptions:
            changed = {entry.preset: batch.presets[entry.preset] for entry in exceptions}
            named = {frozen.record.fusion for frozen in changed.values()}
            fusion = {path: frozen for path, frozen in batch.fusion.items() if path in named}
            _write(project, manifest, _Batch(changed, fusion), exceptions)
    return exceptions


def _batch(project: Project, paths: Collection[str]) -> _Batch:
    """Resolve the presets and their fusion configs, or raise every fault among them."""
    presets: dict[str, Frozen] = {}
    fusion: dict[str, Frozen] = {}
    faults: list[Fault] = []
    for path in paths:
        try:
            fusion_path = project.fusion_path(project.configs.resolve(path).value, path)
            presets[path] = _frozen(project, project.configs, path, fusion_path)
            if fusion_path and fusion_path not in fusion:
                fusion[fusion_path] = _frozen_fusion(project, fusion_path, path)
        except MigrationError as error:
            faults += error.faults
    if faults:
        raise MigrationError(*faults)
    return _Batch(presets, fusion)


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
    entry = Refreeze(path, reason, before.sha256, after.sha256)
    return entry if old == new else replace(entry, fusion_before=old, fusion_after=new)


def _write(
    project: Project, manifest: Manifest, batch: _Batch, exceptions: tuple[Refreeze, ...] = ()
) -> None:
    """Write the batch, then the manifest that vouches for it; drop what no preset names now."""
    store = project.store
    presets = dict(manifest.presets) | {p: frozen.record for p, frozen in batch.presets.items()}
    named = {record.fusion for record in presets.values()}
    fusion = dict(manifest.fusion) | {p: frozen.record for p, frozen in batch.fusion.items()}
    kept = {path: record for path, record in fusion.items() if path in named}
    orphans = fusion.keys() - kept.keys()
    files = store.files(PRESETS, batch.presets) | store.files(FUSION, batch.fusion)
    if exceptions:
        ledger = Ledger((*project.ledger().exceptions, *exceptions))
        files[project.ledger_path] = ledger_text(ledger).encode()
    files[store.manifest_path] = manifest_bytes(Manifest(presets, kept))
    remove = [store.baseline_path(FUSION, path) for path in orphans]
    remove += [store.origins_path(FUSION, path) for path in orphans]
    project.tree.write_all(files, remove)
