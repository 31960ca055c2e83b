"""Configs on their way into the snapshots folder: resolved together, written together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from migration.baselines import Frozen, freeze
from migration.errors import Fault, MigrationError
from migration.journal import Change, commit
from migration.ledger import Ledger, ledger_text
from migration.loader import ConfigLoader
from migration.manifest import FUSION, PRESETS, Link, Manifest, Record, Records, manifest_bytes
from migration.origins import OriginIndexer
from migration.staging import Staged
from migration.workflow.project import Project
from migration.workflow.state import State

Keep: TypeAlias = Callable[[str, bytes], None]
"""Takes a file that is about to be frozen: its path and its bytes."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The records of presets about to be frozen, by legacy path, and of their fusion configs."""

    presets: Records
    fusion: Records
    replaced: Mapping[str, bytes] = field(default_factory=dict)
    """The files to write that are frozen already; all others are staged."""

    def without(self, presets: Collection[str]) -> Batch:
        """Return the batch without some presets, and without the fusion configs they alone name."""
        kept = {path: record for path, record in self.presets.items() if path not in presets}
        named = {record.fusion for record in kept.values()}
        return Batch(kept, {path: each for path, each in self.fusion.items() if path in named})

    def reaches(self, state: State, preset: str) -> tuple[str, ...]:
        """Return the legacy files that a preset of the batch is built from."""
        record = self.presets[preset]
        fusion = self.fusion[record.fusion].chain if record.fusion else ()
        return state.legacy_among(link.path for link in (*record.chain, *fusion))

    def changed_fusion(self, manifest: Manifest) -> tuple[str, ...]:
        """Return the fusion configs that are frozen already, and with another content."""
        return tuple(
            path
            for path, record in self.fusion.items()
            if path in manifest.fusion and manifest.fusion[path].sha256 != record.sha256
        )

    def digests(self, project: Project) -> Mapping[str, str]:
        """Return the digest of each file to write, by its path; manifest and ledger left out."""
        return project.store.digests(Manifest(self.presets, self.fusion))


def resolve_batch(project: Project, targets: Mapping[str, str], keep: Keep) -> Batch:
    """Resolve the target of each preset, and their fusion configs; their files go to `keep`.

    Raises:
        MigrationError: every fault among them, or what `keep` raises.
    """
    freezer = _Freezer(project)
    faults: list[Fault] = []
    for preset, path in project.access.follow(targets.items(), "resolving"):
        try:
            files = freezer.freeze(preset, path)
        except MigrationError as error:
            faults += error.faults
        else:
            for file, data in files.items() if not faults else ():
                keep(file, data)
    if faults:
        raise MigrationError(*faults)
    return Batch(freezer.presets, freezer.fusion)


def write_batch(state: State, staged: Staged, ledger: Ledger, batch: Batch, doing: str) -> None:
    """Write the batch with ledger and manifest, all or nothing; drop what no preset names now.

    `doing` is the command, for whoever has to finish its work.
    """
    project, store, manifest = state.project, state.project.store, state.manifest
    presets = {**manifest.presets, **batch.presets}
    named = {record.fusion for record in presets.values()}
    fusion = {**manifest.fusion, **batch.fusion}
    kept = {path: record for path, record in fusion.items() if path in named}
    orphans = fusion.keys() - kept.keys()
    changed = dict(batch.replaced)
    changed[store.ledger_path] = ledger_text(ledger).encode()
    changed[store.manifest_path] = manifest_bytes(Manifest(presets, kept))
    removed = [store.baseline_path(FUSION, path) for path in orphans]
    removed += [store.origins_path(FUSION, path) for path in orphans]
    change = Change(doing, changed, tuple(removed))
    fresh = {path: each for path, each in batch.digests(project).items() if path not in changed}
    commit(project.tree, staged, store.folder, change, fresh)


class _Freezer:
    """Freezes one preset after the other; what many share is looked at once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._indexer = OriginIndexer()
        self._links: dict[Link, Link] = {}
        """One for all that are equal: presets have most of their files in common."""
        self.presets: dict[str, Record] = {}
        self.fusion: dict[str, Record] = {}
        project.configs.read_along()
        project.fusions.read_along()

    def freeze(self, preset: str, path: str) -> Mapping[str, bytes]:
        """Freeze what the preset's target resolves to, and return the files to write for it.

        Raises:
            MigrationError: it cannot be read, or its fusion config cannot.
        """
        project, store = self._project, self._project.store
        fusion = project.fusion_path(project.configs.resolve(path).value, path)
        frozen = self._frozen(project.configs, path, fusion)
        self.presets[preset] = frozen.record
        files = store.files(PRESETS, preset, frozen)
        if fusion and fusion not in self.fusion:
            if not project.tree.is_file(fusion):
                raise MigrationError(project.missing_fusion_fault(path, fusion))
            frozen = self._frozen(project.fusions, fusion, None)
            self.fusion[fusion] = frozen.record
            files |= store.files(FUSION, fusion, frozen)
        return files

    def _frozen(self, loader: ConfigLoader, path: str, fusion: str | None) -> Frozen:
        resolved = loader.resolve(path)
        origins = self._indexer.index(loader.marks(path))
        links = (Link(file, loader.digest(file)) for file in resolved.chain)
        chain = tuple(self._links.setdefault(link, link) for link in links)
        return freeze(resolved.canonical(), origins, chain, fusion)
