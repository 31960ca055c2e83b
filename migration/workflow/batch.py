"""Configs on their way into the snapshots folder: resolved together, written together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from migration.baselines import BaselineStore, Frozen, freeze
from migration.errors import Fault, MigrationError
from migration.journal import Change, commit
from migration.ledger import Ledger, ledger_text
from migration.loader import ConfigLoader
from migration.manifest import FUSION, PRESETS, Link, Manifest, manifest_bytes
from migration.origins import index_origins
from migration.workflow.project import Project
from migration.workflow.state import State


@dataclass(frozen=True, slots=True)
class Batch:
    """Presets about to be frozen, by legacy path, and the fusion configs that they name."""

    presets: Mapping[str, Frozen]
    fusion: Mapping[str, Frozen]

    def without(self, presets: Collection[str]) -> Batch:
        """Return the batch without some presets, and without the fusion configs they alone name."""
        kept = {path: frozen for path, frozen in self.presets.items() if path not in presets}
        named = {frozen.record.fusion for frozen in kept.values()}
        return Batch(kept, {path: each for path, each in self.fusion.items() if path in named})

    def reaches(self, state: State, preset: str) -> tuple[str, ...]:
        """Return the legacy files that a preset of the batch is built from."""
        record = self.presets[preset].record
        fusion = self.fusion[record.fusion].record.chain if record.fusion else ()
        return state.legacy_among(link.path for link in (*record.chain, *fusion))

    def files(self, store: BaselineStore) -> dict[str, bytes]:
        """Return the files to write for the batch; manifest and ledger are not among them."""
        return store.files(PRESETS, self.presets) | store.files(FUSION, self.fusion)

    def changed_fusion(self, manifest: Manifest) -> tuple[str, ...]:
        """Return the fusion configs that are frozen already, and with another content."""
        return tuple(
            path
            for path, frozen in self.fusion.items()
            if path in manifest.fusion and manifest.fusion[path].sha256 != frozen.record.sha256
        )


def resolve_batch(project: Project, targets: Mapping[str, str]) -> Batch:
    """Resolve the target of each preset, and their fusion configs.

    Raises:
        MigrationError: every fault among them.
    """
    project.configs.read_along()
    project.fusions.read_along()
    presets: dict[str, Frozen] = {}
    fusion: dict[str, Frozen] = {}
    faults: list[Fault] = []
    for preset, path in targets.items():
        try:
            fusion_path = project.fusion_path(project.configs.resolve(path).value, path)
            presets[preset] = _frozen(project.configs, path, fusion_path)
            if fusion_path and fusion_path not in fusion:
                fusion[fusion_path] = _frozen_fusion(project, fusion_path, path)
        except MigrationError as error:
            faults += error.faults
    if faults:
        raise MigrationError(*faults)
    return Batch(presets, fusion)


def write_batch(state: State, ledger: Ledger, batch: Batch, doing: str) -> None:
    """Write the batch with ledger and manifest, all or nothing; drop what no preset names now.

    `doing` is the command, for whoever has to finish its work.
    """
    project, store, manifest = state.project, state.project.store, state.manifest
    presets = dict(manifest.presets) | {p: frozen.record for p, frozen in batch.presets.items()}
    named = {record.fusion for record in presets.values()}
    fusion = dict(manifest.fusion) | {p: frozen.record for p, frozen in batch.fusion.items()}
    kept = {path: record for path, record in fusion.items() if path in named}
    orphans = fusion.keys() - kept.keys()
    files = batch.files(store)
    changed = {path: data for path, data in files.items() if store.is_listed(path)}
    changed[store.ledger_path] = ledger_text(ledger).encode()
    changed[store.manifest_path] = manifest_bytes(Manifest(presets, kept))
    removed = [store.baseline_path(FUSION, path) for path in orphans]
    removed += [store.origins_path(FUSION, path) for path in orphans]
    change = Change(doing, changed, tuple(removed))
    fresh = {path: data for path, data in files.items() if not store.is_listed(path)}
    commit(project.tree, store.folder, change, fresh)


def _frozen_fusion(project: Project, path: str, preset: str) -> Frozen:
    if not project.tree.is_file(path):
        raise MigrationError(project.missing_fusion_fault(preset, path))
    return _frozen(project.fusions, path, None)


def _frozen(loader: ConfigLoader, path: str, fusion: str | None) -> Frozen:
    resolved = loader.resolve(path)
    chain = tuple(Link(file, loader.digest(file)) for file in resolved.chain)
    return freeze(resolved.canonical(), index_origins(loader.marks(path)), chain, fusion)
