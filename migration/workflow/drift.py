"""Legacy sources that changed since the freeze: edits on trunk, not mistakes of the migration."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from migration.errors import MigrationError
from migration.loader import ConfigLoader, Resolved
from migration.manifest import FUSION, PRESETS, Link, Record, digest
from migration.phases import is_closed
from migration.workflow.state import State


@dataclass(frozen=True, slots=True)
class Drift:
    """A legacy source that is not as it was, and the frozen configs that it is part of.

    `is_harmless` means that each of them still resolves to its baseline (a comment, say).
    """

    source: str
    configs: tuple[str, ...]
    is_harmless: bool


def find_drifts(state: State, presets: Collection[str]) -> tuple[Drift, ...]:
    """Return the changed sources of these frozen presets and of their fusion configs, sorted.

    The sources of a preset are the legacy files of its chain, and the whole chain as long as the
    preset still resolves from the very files that it was frozen from. A dropped preset has none.
    """
    records, fusion_records = state.manifest.presets, state.manifest.fusion
    kept = [path for path in presets if state.ledger.entries[path].status != "dropped"]
    fusion = sorted({name for path in kept if (name := records[path].fusion)})
    search = _Search(state)
    changed: dict[str, dict[str, bool]] = {}
    for section, loader, paths, found in (
        (PRESETS, state.project.configs, kept, records),
        (FUSION, state.project.fusions, fusion, fusion_records),
    ):
        for path in paths:
            for source, is_harmless in search.changes(section, loader, path, found[path]):
                changed.setdefault(source, {})[path] = is_harmless
    return tuple(
        Drift(source, tuple(configs), all(configs.values()))
        for source, configs in sorted(changed.items())
    )


class _Search:
    """Looks for changed sources; each file is read once."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._is_changed = cache(self._compare)

    def changes(
        self, section: str, loader: ConfigLoader, path: str, record: Record
    ) -> Iterator[tuple[str, bool]]:
        """Yield each changed source of a frozen config, and whether the config resolves alike."""
        tree, resolved = self._state.project.tree, self._resolved(loader, path)
        is_unmigrated = tree.is_file(path) and not is_closed(2, self._state.ledger.phase)
        if is_unmigrated and resolved:
            is_unmigrated = resolved.chain == tuple(link.path for link in record.chain)
        changed = [
            link.path
            for link in record.chain
            if (is_unmigrated or self._state.is_legacy(link.path)) and self._is_changed(link)
        ]
        if changed:
            store = self._state.project.store
            alike = resolved and store.is_frozen_as(section, path, resolved.value)
            for source in changed:
                yield source, bool(resolved and alike and source in resolved.chain)

    def _compare(self, link: Link) -> bool:
        tree = self._state.project.tree
        return tree.is_file(link.path) and digest(tree.read(link.path)) != link.sha256

    @staticmethod
    def _resolved(loader: ConfigLoader, path: str) -> Resolved | None:
        try:
            return loader.resolve(path)
        except MigrationError:
            # What cannot be read is not migrated, either: its whole chain still counts.
            return None
