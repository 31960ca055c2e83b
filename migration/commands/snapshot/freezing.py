"""Resolves configs in order to freeze them, and passes on the files to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from migration.errors import Fault, MigrationError
from migration.files.digest import digest
from migration.project.run import read_run
from migration.project.state import State
from migration.resolve.loader import ConfigLoader
from migration.resolve.origins import OriginIndexer
from migration.resolve.resolved import Resolved
from migration.store.folder import Frozen, StateFolder
from migration.store.ledger import Entry
from migration.store.record_file import record_bytes
from migration.store.records import FUSION, PRESETS, FusionLink, Link, Record

FileSink: TypeAlias = Callable[[str, bytes], None]
"""Takes a file that is to be written: its path and its bytes."""
Decide: TypeAlias = Callable[[str, Record, tuple[str, ...]], Entry]
"""Takes a preset, its record and its legacy files; returns its entry."""

ChooseFusion: TypeAlias = Callable[[str, str], str]
"""Takes a fusion config, and the digest of its present content; returns that of a baseline."""


def _as_it_is(_fusion: str, sha256: str) -> str:
    return sha256


@dataclass(frozen=True, slots=True)
class Freezing:
    """The records of presets that are to be frozen, by legacy path, and of their fusion configs."""

    presets: Mapping[str, Record]
    fusion: Mapping[str, Record]
    digests: Mapping[str, str]
    """The digest of each file to write, by its path."""


def resolve_targets(
    state: State,
    targets: Mapping[str, str],
    decide: Decide,
    sink: FileSink,
    choose_fusion: ChooseFusion = _as_it_is,
) -> Freezing:
    """Resolve the target of each preset, and their fusion configs; their files go to `sink`.

    `choose_fusion` says which baseline of a fusion config goes with a preset.

    Raises:
        MigrationError: every fault among them, or what `sink` raises.
    """
    freezer = _Freezer(state, decide, choose_fusion)
    faults: list[Fault] = []
    for preset, path in state.project.access.follow(targets.items(), "resolving"):
        try:
            for file, data in freezer.freeze(preset, path):
                if not faults:
                    sink(file, data)
        except MigrationError as error:
            faults += error.faults
    if faults:
        raise MigrationError(*faults)
    return Freezing(freezer.presets, freezer.fusion, freezer.digests)


class ConfigFreezer:
    """Freezes resolved configs, and remembers what many have in common."""

    def __init__(self, folder: StateFolder) -> None:
        """Freeze for a folder of frozen files."""
        self._folder = folder
        self._indexer = OriginIndexer()
        self._links: dict[tuple[ConfigLoader, str], Link] = {}
        """The link to each file: presets have most of their files in common."""

    def freeze(self, loader: ConfigLoader, resolved: Resolved, fusion: FusionLink | None) -> Frozen:
        """Return what is frozen of a config that the loader has resolved."""
        places = self._indexer.places(loader.marks(resolved.path))
        chain = tuple(self._link(loader, file) for file in resolved.chain)
        return self._folder.freeze(resolved.canonical(), places, chain, fusion)

    def _link(self, loader: ConfigLoader, file: str) -> Link:
        if (loader, file) not in self._links:
            link = self._folder.link(file, loader.digest(file), loader.bases(file))
            self._links[loader, file] = link
        return self._links[loader, file]


class _Freezer:
    """Freezes one preset after the other, and remembers what many presets have in common."""

    def __init__(self, state: State, decide: Decide, choose_fusion: ChooseFusion) -> None:
        project = state.project
        configs, fusions = project.configs.prefetching(), project.fusions.prefetching()
        self._state, self._decide, self._choose_fusion = state, decide, choose_fusion
        self._project = replace(project, configs=configs, fusions=fusions)
        self._configs = ConfigFreezer(project.state_folder)
        self._fusions: dict[str, Frozen] = {}
        """Fusion configs by their real paths."""
        self.presets: dict[str, Record] = {}
        self.fusion: dict[str, Record] = {}
        self.digests: dict[str, str] = {}

    def freeze(self, preset: str, path: str) -> Iterator[tuple[str, bytes]]:
        """Freeze the resolved config of the preset's target, and yield the files to write for it.

        Raises:
            MigrationError: it cannot be read, or its fusion config cannot.
        """
        project = self._project
        run = read_run(project, path)
        if run.missing:
            raise MigrationError(run.missing)
        fusion = self._fusion(run.fusion.resolved) if run.fusion else None
        named = run.fusion_path
        link = None
        if named and fusion:
            link = FusionLink(named, self._choose_fusion(named, fusion.record.sha256))
        frozen = self._configs.freeze(project.configs, run.config.resolved, link)
        entry = self._decide(
            preset, frozen.record, self._state.inventory.list_legacy_among(run.files)
        )
        self.presets[preset] = frozen.record
        yield from self._files(PRESETS, preset, frozen, entry)
        if named and fusion and named not in self.fusion:
            self.fusion[named] = fusion.record
            yield from self._files(FUSION, named, fusion, None)

    def _fusion(self, fusion: Resolved) -> Frozen:
        if fusion.path not in self._fusions:
            self._fusions[fusion.path] = self._configs.freeze(self._project.fusions, fusion, None)
        return self._fusions[fusion.path]

    def _files(
        self, section: str, config: str, frozen: Frozen, entry: Entry | None
    ) -> Iterator[tuple[str, bytes]]:
        baseline, record = self._project.state_folder.files_of(section, config)
        data = record_bytes(section, config, frozen.facts, entry)
        self.digests[baseline] = frozen.record.sha256
        self.digests[record] = digest(data)
        yield baseline, frozen.baseline
        yield record, data
