"""`snapshot --check`: are the baselines as frozen, and the legacy sources that still exist?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from migration.errors import MigrationError
from migration.loader import ConfigLoader
from migration.manifest import FUSION, PRESETS, Manifest, Record, digest
from migration.workflow.project import Project, frozen_or_fault, selected


@dataclass(frozen=True, slots=True)
class Drift:
    """A legacy source that is not as it was, and the frozen configs that it is part of.

    `is_harmless` means that each of them still resolves to its baseline (a comment, say).
    """

    source: str
    configs: tuple[str, ...]
    is_harmless: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """What was held against the manifest, and the sources that changed."""

    folder: str
    presets: int
    fusion: int
    drifts: tuple[Drift, ...]

    @property
    def holds(self) -> bool:
        """Whether every source that still exists gives what was frozen."""
        return all(drift.is_harmless for drift in self.drifts)


def verify_baselines(project: Project, wanted: Collection[str] = ()) -> Verification:
    """Hold the baselines against the manifest, and the sources against their digests.

    The sources of a preset are the legacy files of its chain, and the whole chain as long as the
    preset still resolves from the very files that it was frozen from.

    Raises:
        MigrationError: nothing has been frozen, a frozen file is not as it was, or the ledger
            cannot be read.
    """
    manifest = frozen_or_fault(project)
    project.ledger()
    presets = selected(wanted, manifest.presets)
    fusion = sorted({name for path in presets if (name := manifest.presets[path].fusion)})
    changed: dict[str, dict[str, bool]] = {}
    for source, config, is_harmless in _changes(project, manifest, presets, fusion):
        changed.setdefault(source, {})[config] = is_harmless
    drifts = tuple(
        Drift(source, tuple(configs), all(configs.values()))
        for source, configs in sorted(changed.items())
    )
    return Verification(project.store.folder, len(presets), len(fusion), drifts)


def _changes(
    project: Project, manifest: Manifest, presets: Collection[str], fusion: Collection[str]
) -> Iterator[tuple[str, str, bool]]:
    for section, loader, paths, records in (
        (PRESETS, project.configs, presets, manifest.presets),
        (FUSION, project.fusions, fusion, manifest.fusion),
    ):
        for path in paths:
            yield from _changes_of(project, section, loader, path, records[path])


def _changes_of(
    project: Project, section: str, loader: ConfigLoader, path: str, record: Record
) -> Iterator[tuple[str, str, bool]]:
    frozen = tuple(link.path for link in record.chain)
    try:
        resolved = loader.resolve(path)
        chain, alike = resolved.chain, project.store.is_frozen_as(section, path, resolved.value)
    except MigrationError:
        # What cannot be read is not migrated, either: its whole chain still counts.
        chain, alike = frozen, False
    is_unmigrated = chain == frozen
    for link in record.chain:
        is_source = is_unmigrated or project.settings.is_legacy(link.path)
        if not is_source or not project.tree.is_file(link.path):
            continue
        if digest(project.tree.read(link.path)) != link.sha256:
            reaches_source = link.path in chain
            yield link.path, path, alike and reaches_source
