"""Resolves configs in order to freeze them, and passes on the files to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeAlias

from migration.commands.snapshot.refusal import RefusalError
from migration.errors import Fault, MigrationError
from migration.files.digest import digest
from migration.parity.run import Run
from migration.project.run import read_run
from migration.project.state import State
from migration.resolve.loader import ConfigLoader
from migration.resolve.origins import OriginIndexer
from migration.resolve.resolved import Resolved
from migration.store.folder import Frozen, StateFolder
from migration.store.ledger import Entry
from migration.store.record_file import record_bytes
from migration.store.records import FUSION, PRESETS, FusionLink, Link, Places, Record

FileSink: TypeAlias = Callable[[str, bytes], None]
"""Takes a file that is to be written: its path and its bytes."""
Decide: TypeAlias = Callable[[str, Record, tuple[str, ...]], Entry]
"""Takes a preset, its record and its legacy files; returns its entry, or raises a `RefusalError`.
"""

ChooseFusion: TypeAlias = Callable[[str, str], str]
"""Takes a fusion config, and the digest of its present content; returns that of a baseline, or
raises a `RefusalError`."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A preset that cannot be frozen, and why: it cannot be read, or it was refused."""

    preset: str
    faults: tuple[Fault, ...]
    is_readable: bool = False
    """Whether it can be read, with its fusion config."""


@dataclass(frozen=True, slots=True)
class Freezing:
    """The records of presets that are to be frozen, by legacy path, and of their fusion configs."""

    presets: Mapping[str, Record]
    fusion: Mapping[str, Record]
    digests: Mapping[str, str]
    """The digest of each file to write, by its path."""
    left_out: tuple[LeftOut, ...] = ()


def resolve_targets(
    state: State,
    targets: Mapping[str, str],
    decide: Decide,
    sink: FileSink,
    choose_fusion: ChooseFusion,
) -> Freezing:
    """Resolve the target of each preset, and their fusion configs; their files go to `sink`.

    A preset that cannot be frozen is left out, and none of its files goes there. `choose_fusion`
    says which baseline of a fusion config goes with a preset.

    Raises:
        MigrationError: as `sink`, `decide` or `choose_fusion` do.
    """
    freezer = _Freezer(state, decide, choose_fusion)
    left_out: list[LeftOut] = []
    for preset, path in state.project.access.follow(targets.items(), "resolving"):
        try:
            found = freezer.read(path)
        except MigrationError as error:
            faults = tuple(_name_preset(fault, path) for fault in error.faults)
            left_out.append(LeftOut(preset, faults))
            continue
        try:
            files = freezer.freeze(preset, found)
        except RefusalError as error:
            faults = tuple(_name_preset(fault, path) for fault in error.faults)
            left_out.append(LeftOut(preset, faults, is_readable=True))
            continue
        for file, data in files:
            sink(file, data)
    return Freezing(freezer.presets, freezer.fusion, freezer.digests, tuple(left_out))


def _name_preset(fault: Fault, path: str) -> Fault:
    """Return the fault with the preset at the path among the files that it was reached from."""
    hops = (fault.path, *fault.trace)
    is_named = any(
        hop and (hop == path or hop.startswith((f"{path}:", f"{path},"))) for hop in hops
    )
    return fault if is_named else fault.reached_from(path)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is read from the files of a config, to be frozen."""

    canonical: bytes
    places: Places
    chain: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """A run that can be frozen, what is read for it, and its frozen fusion config."""

    run: Run
    parts: _Parts
    fusion: Frozen | None


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
        return self.make_frozen(self.read(loader, resolved), fusion)

    def read(self, loader: ConfigLoader, resolved: Resolved) -> _Parts:
        """Return what is read to freeze a config that the loader has resolved.

        Raises:
            MigrationError: a file of its chain cannot be read any more.
        """
        places = self._indexer.places(loader.marks(resolved.path))
        links = tuple(self._link(loader, file) for file in resolved.chain)
        return _Parts(resolved.canonical(), places, links)

    def make_frozen(self, parts: _Parts, fusion: FusionLink | None) -> Frozen:
        """Return what is frozen of a config whose parts were read."""
        return self._folder.freeze(parts.canonical, parts.places, parts.chain, fusion)

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

    def read(self, path: str) -> _Found:
        """Read all that is frozen of a preset at a path, and freeze its fusion config.

        Raises:
            MigrationError: it cannot be read, or its fusion config cannot.
        """
        project = self._project
        run = read_run(project, path)
        if run.missing:
            raise MigrationError(run.missing)
        parts = self._configs.read(project.configs, run.config.resolved)
        return _Found(run, parts, self._fusion(run.fusion.resolved) if run.fusion else None)

    def freeze(self, preset: str, found: _Found) -> Iterator[tuple[str, bytes]]:
        """Freeze what was read of a preset, and return the files to write for it.

        Raises:
            RefusalError: it must not be frozen as it is.
            MigrationError: what is frozen already cannot be read.
        """
        named, fusion = found.run.fusion_path, found.fusion
        link = None
        if named and fusion:
            link = FusionLink(named, self._choose_fusion(named, fusion.record.sha256))
        frozen = self._configs.make_frozen(found.parts, link)
        legacy = self._state.inventory.list_legacy_among(found.run.files)
        entry = self._decide(preset, frozen.record, legacy)
        self.presets[preset] = frozen.record
        files = self._files(PRESETS, preset, frozen, entry)
        if named and fusion and named not in self.fusion:
            self.fusion[named] = fusion.record
            return chain(files, self._files(FUSION, named, fusion, None))
        return files

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
