"""Legacy sources that changed since the freeze: edits on trunk, not mistakes of the migration."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from migration.diff import diff
from migration.digests import digest
from migration.errors import MigrationError
from migration.keypath import format_path
from migration.loader import ConfigLoader, Resolved, merge_order
from migration.manifest import FUSION, PRESETS, Link, Record
from migration.phases import is_closed
from migration.workflow.state import State


@dataclass(frozen=True, slots=True)
class Drift:
    """A legacy source that is not as it was, and the frozen configs that it is part of.

    `is_harmless` means that none of them has another value by it (a comment, say); otherwise the
    configs are those that may have.
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
    return tuple(_drift(source, configs) for source, configs in sorted(changed.items()))


def _drift(source: str, configs: Mapping[str, bool]) -> Drift:
    harmed = tuple(path for path, is_harmless in configs.items() if not is_harmless)
    return Drift(source, harmed or tuple(configs), not harmed)


class _Search:
    """Looks for changed sources; each file is read once."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._is_changed = cache(self._compare)

    def changes(
        self, section: str, loader: ConfigLoader, path: str, record: Record
    ) -> Iterator[tuple[str, bool]]:
        """Yield each changed source of a frozen config, and whether that is without effect."""
        tree, resolved = self._state.project.tree, self._resolved(loader, path)
        is_unmigrated = tree.is_file(path) and not is_closed(2, self._state.ledger.phase)
        if is_unmigrated and resolved:
            is_unmigrated = resolved.chain == merge_order(link.path for link in record.chain)
        changed = [
            link.path
            for link in record.chain
            if (is_unmigrated or self._state.is_legacy(link.path)) and self._is_changed(link)
        ]
        if changed:
            store = self._state.project.store
            alike = resolved and store.is_frozen_as(section, path, resolved.canonical())
            for source in changed:
                is_alike = resolved is not None and alike and source in resolved.chain
                yield source, is_alike or (section == PRESETS and self._says_same(path, source))

    def _says_same(self, preset: str, source: str) -> bool:
        """Tell whether the source certainly gives the baseline what it gave when frozen.

        That is so if what the baseline has from it still stands in it, if whatever else stands in
        it is overridden by a file that was merged later, and if it extends the files that it did.
        """
        project, record = self._state.project, self._state.manifest.presets[preset]
        chain = merge_order(link.path for link in record.chain)
        last = {file: at for at, file in enumerate(chain)}
        try:
            bases = project.configs.resolve(source).chain
            own = project.configs.load_yaml(source)
        except MigrationError:
            return False
        own.pop("extends", None)
        end = last[source] + 1
        # What others merge again stands further down, where it counts.
        bases = tuple(file for file in bases if last.get(file, -1) < end)
        if chain[max(0, end - len(bases)) : end] != bases:
            return False
        places = project.store.origins(PRESETS, preset)
        frozen, leaves = _leaves(project.store.value(PRESETS, preset)), _leaves(own)
        origins = {path: places.get(path, "").rpartition(":")[0] for path in frozen}
        given = {path for path, file in origins.items() if file == source}
        return given <= leaves.keys() and all(
            not diff(frozen[path], value)
            if path in given
            else last.get(origins.get(path, ""), -1) > last[source]
            for path, value in leaves.items()
        )

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


def _leaves(value: object) -> dict[str, object]:
    """Return each leaf of a mapping by the text of its path."""
    return {format_path(leaf.path): leaf.right for leaf in diff({}, value)}
