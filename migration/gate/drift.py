"""Finds legacy sources that changed since the freeze: edits on trunk, not migration mistakes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from migration.errors import MigrationError
from migration.files.digest import digest
from migration.paths import RealPath
from migration.phases import is_closed
from migration.project.expected import is_config_as_expected, read_expected
from migration.project.state import State
from migration.resolve.loader import ConfigLoader
from migration.resolve.origins import file_of
from migration.resolve.resolved import Resolved, merge_order
from migration.store.records import FUSION, PRESETS, Link, Record
from migration.values.canonical import canonical_bytes
from migration.values.diff import diff
from migration.values.keypath import format_path


@dataclass(frozen=True, slots=True)
class Drift:
    """A legacy source that changed since the freeze, and the frozen configs that it is part of.

    `is_harmless` means that the change (of a comment, say) gives none of them another value;
    otherwise `configs` has only those that may get one.
    """

    source: str
    """By its path from the root, also outside it."""
    configs: tuple[str, ...]
    is_harmless: bool
    is_preset: bool = False
    """Whether it is the file of a preset, which whoever migrates the preset edits."""
    says: object = None
    """What the source itself says now, None if it cannot be read."""
    earlier: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The files that were merged before it when each config was frozen, as baselines name them."""


def find_drifts(state: State, presets: Collection[str]) -> tuple[Drift, ...]:
    """Return the changed sources of these frozen presets and of their fusion configs, sorted."""
    search = DriftSearch(state)
    for preset in presets:
        search.look(preset)
    return search.list_drifts()


class DriftSearch:
    """Finds the changed sources of one frozen preset after another; each file is read once.

    The sources of a preset are the legacy files of its chain, or the whole chain as long as the
    preset still resolves from the same files that it was frozen from. A dropped preset has none,
    and neither has any preset of a project without `legacy`.
    """

    def __init__(self, state: State) -> None:
        """Start without changed sources."""
        self._state = state
        self._heirs = state.ledger.map_heirs()
        self._is_changed = cache(self._is_edited)
        self._changed: dict[RealPath, dict[str, bool]] = {}
        """Source -> config -> whether the change has no effect on it."""
        self._fusion: set[str] = set()
        self._earlier: dict[str, dict[str, Collection[str]]] = {}

    def look(self, preset: str) -> None:
        """Check the sources of a frozen preset; best while its resolved config is still cached."""
        if (
            not self._state.project.settings.legacy
            or self._state.ledger.entries[preset].status == "dropped"
        ):
            return
        record = self._state.record(preset)
        self._note_changes(PRESETS, self._state.project.configs, preset, record)
        if record.fusion:
            self._fusion.add(record.fusion.path)

    def list_drifts(self) -> tuple[Drift, ...]:
        """Return the changed sources of the presets and of their fusion configs, sorted."""
        baselines = self._state.baselines
        for path in sorted(self._fusion):
            self._note_changes(
                FUSION, self._state.project.fusions, path, baselines.record(FUSION, path)
            )
        return tuple(
            self._make_drift(source, configs) for source, configs in sorted(self._changed.items())
        )

    def _make_drift(self, source: RealPath, configs: Mapping[str, bool]) -> Drift:
        project, inventory = self._state.project, self._state.inventory
        name = project.state_folder.outward(source)
        harmed = tuple(path for path, is_harmless in configs.items() if not is_harmless)
        if not harmed:
            return Drift(name, tuple(configs), is_harmless=True)
        try:
            says = project.configs.load_yaml(source)
        except MigrationError:
            says = None
        is_preset = project.settings.is_preset(source) and not inventory.is_legacy(source)
        return Drift(name, harmed, False, is_preset, says, self._earlier[source])

    def _note_changes(self, section: str, loader: ConfigLoader, path: str, record: Record) -> None:
        for source, is_harmless in self._find_changes(section, loader, path, record):
            self._changed.setdefault(source, {})[path] = is_harmless
            order = [*map(str, merge_order(record.files))]
            before = map(self._state.project.state_folder.outward, order[: order.index(source)])
            self._earlier.setdefault(source, {})[path] = frozenset(before)

    def _find_changes(
        self, section: str, loader: ConfigLoader, path: str, record: Record
    ) -> Iterator[tuple[RealPath, bool]]:
        """Yield each changed source of a frozen config, and whether the change has no effect."""
        resolved = self._try_to_resolve(loader, path)
        # A config whose own file cannot be read or extends others now is being migrated.
        is_unmigrated = (
            resolved is not None
            and resolved.chain == merge_order(record.files)
            and not is_closed(2, self._state.ledger.phase)
            and (section == FUSION or path not in self._heirs)
        )
        changed = [
            file
            for file, link in zip(record.files, record.chain, strict=True)
            if (is_unmigrated or self._state.inventory.is_legacy(file))
            # A file that another preset has put there is not a source of this one.
            and file not in self._heirs
            and self._is_changed(link)
        ]
        if changed:
            alike = resolved is not None and self._is_as_expected(section, path, resolved)
            for source in changed:
                is_alike = resolved is not None and alike and source in resolved.chain
                yield source, is_alike or (section == PRESETS and self._says_same(path, source))

    def _is_as_expected(self, section: str, config: str, resolved: Resolved) -> bool:
        """Tell whether a config is as expected; a fusion config, by every preset that names it."""
        baselines, text = self._state.baselines, resolved.canonical()
        if section == PRESETS:
            return is_config_as_expected(self._state.project, baselines, resolved, config)
        presets = [
            preset
            for preset, entry in self._state.ledger.entries.items()
            if entry.status != "dropped" and _names(self._state.record(preset), config)
        ]
        changed = [preset for preset in presets if baselines.acceptances.list_changes(preset)]
        expected = (
            read_expected(self._state.project, baselines, preset).fusion for preset in changed
        )
        return all(each is None or canonical_bytes(each) == text for each in expected) and (
            len(changed) == len(presets) or baselines.is_frozen_as(section, config, text)
        )

    def _says_same(self, preset: str, source: str) -> bool:
        """Tell whether the source certainly gives the baseline the same values as when frozen.

        It does if it still has every value that the baseline has from it, if a file that was merged
        later overrides all its other values, and if it extends the same files as before.
        """
        project, baselines = self._state.project, self._state.baselines
        links = {link.path: link for link in self._state.record(preset).chain}
        try:
            bases = project.configs.bases(source)
            own = project.configs.load_yaml(source)
        except MigrationError:
            return False
        # Also if it is not known what the source extended: format 2 did not keep that.
        if bases != links[source].extends:
            return False
        own.pop(project.configs.key, None)
        outward = project.state_folder.outward
        last = {outward(file): at for at, file in enumerate(links)}
        places, source = baselines.origins(PRESETS, preset), outward(source)
        frozen = _map_leaves(read_expected(project, baselines, preset).config)
        leaves = _map_leaves(own)
        origins = {path: file_of(places.get(path, "")) for path in frozen}
        given = {path for path, file in origins.items() if file == source}
        return given <= leaves.keys() and all(
            not diff(frozen[path], value)
            if path in given
            else last.get(origins.get(path, ""), -1) > last[source]
            for path, value in leaves.items()
        )

    def _is_edited(self, link: Link) -> bool:
        tree = self._state.project.tree
        return tree.is_file(link.path) and digest(tree.read(link.path)) != link.sha256

    @staticmethod
    def _try_to_resolve(loader: ConfigLoader, path: str) -> Resolved | None:
        try:
            return loader.resolve(path)
        except MigrationError:
            return None


def _names(record: Record, fusion: str) -> bool:
    return record.fusion is not None and record.fusion.path == fusion


def _map_leaves(value: object) -> dict[str, object]:
    """Return each leaf of a mapping by the text of its path."""
    return {format_path(leaf.path): leaf.right for leaf in diff({}, value)}
