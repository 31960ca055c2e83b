"""Reads every file of a tree, and gathers the facts that the layout rules judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import cast

from migration.errors import Fault, MigrationError
from migration.lint.facts import Facts, Preset, Source
from migration.lint.readable import list_readable_chain, list_readable_preset_files
from migration.paths import RealPath, is_yaml
from migration.project.fusion_file import find_fusion_path, missing_fusion_fault
from migration.project.project import Project
from migration.project.references.values import chain_readings, named_values
from migration.project.references.written_paths import Readings, Sought
from migration.project.state import State
from migration.resolve.loader import ConfigLoader
from migration.resolve.resolved import Layer
from migration.values.merge import Config
from migration.yaml.load import load_mapping
from migration.yaml.marks import MarkTree


def survey_tree(state: State) -> Facts:
    """Return the facts about the tree, including the faults of files that cannot be read.

    Raises:
        MigrationError: a folder cannot be listed, or a glob that the settings spell out matches
            no preset.
    """
    return _Survey(state).facts()


class _Survey:
    """Reads one tree, and collects the faults."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._project = state.project
        self._presets: dict[str, Preset] = {}
        self._fusions: dict[str, Source] = {}
        self._fusion_of: dict[str, str] = {}
        self._files_by_preset: dict[RealPath, frozenset[RealPath]] = {}
        self._unreadable: list[Fault] = []
        self._ill_named: list[Fault] = []
        self._unresolvable: list[Fault] = []

    def facts(self) -> Facts:
        """Return all facts."""
        project, state = self._project, self._state
        for name in project.access.follow(_preset_names(state), "reading"):
            self._read_preset(name)
        base = project.settings.base and project.tree.real_path(project.settings.base)
        base_source = self._read_base(project.settings.base) if project.settings.base else None
        beneath = base_source.resolved.chain if base_source else ()
        reached = {*beneath}.union(*self._files_by_preset.values())
        files = {path: project.tree.real_path(path) for path in state.inventory.list_yaml_files()}
        texts = self._read_texts(files, reached)
        inventory = state.inventory
        legacy = {real for real in (*files.values(), *reached) if inventory.is_legacy(real)}
        return Facts(
            settings=project.settings,
            base=base,
            base_source=base_source,
            presets=self._presets,
            fusions=self._fusions,
            files=files,
            texts=texts,
            files_by_preset=self._files_by_preset,
            legacy=frozenset((*legacy, *inventory.legacy_files)),
            unreadable=tuple(self._unreadable),
            ill_named=tuple(self._ill_named),
            unresolvable=tuple(self._unresolvable),
            is_done=state.ledger.phase == "done",
            named=self._find_named(
                {real: path for path, real in files.items() if real not in reached}, texts
            ),
        )

    def _read_base(self, path: str) -> Source | None:
        try:
            return _read_source(self._project.configs, path)
        except MigrationError as error:
            self._unreadable += error.faults
            return None

    def _read_preset(self, name: str) -> None:
        project = self._project
        real = project.tree.real_path(name)
        if real in self._files_by_preset:
            return
        try:
            _require_file(project, name)
            preset = _read_preset_at(project.configs, name)
        except MigrationError as error:
            self._unreadable += error.faults
            self._files_by_preset[real] = frozenset(
                (real, *list_readable_preset_files(project, real))
            )
            return
        self._presets[preset.path] = preset
        self._files_by_preset[real] = frozenset(
            (*preset.resolved.chain, *self._read_fusion(preset))
        )

    def _read_fusion(self, preset: Preset) -> Iterable[RealPath]:
        """Read the fusion config that a preset names, and return the files it is built from."""
        project = self._project
        try:
            path = find_fusion_path(project, preset.value, preset.path)
        except MigrationError as error:
            self._ill_named += error.faults
            return ()
        if path is None:
            return ()
        if not project.tree.is_file(path):
            self._ill_named.append(missing_fusion_fault(project, preset.path, path))
            return ()
        self._fusion_of[preset.path] = path
        try:
            self._fusions[path] = self._fusions.get(path) or _read_source(project.fusions, path)
        except MigrationError as error:
            self._unresolvable += error.faults
        return list_readable_chain(project, path)

    def _find_named(
        self, unused: Mapping[str, str], texts: Mapping[str, str]
    ) -> Mapping[str, tuple[str, ...]]:
        """Return the unused files that presets have as values, by real path, and those presets."""
        project, found = self._project, dict[str, list[str]]()
        sought = Sought({*unused, *unused.values()})
        hits = {path for path, text in texts.items() if sought.may_be_named(text)}
        for preset in self._presets.values():
            fusion = self._fusions.get(self._fusion_of.get(preset.path, ""))
            for source in (preset, fusion):
                if source is None or hits.isdisjoint(source.resolved.chain):
                    continue
                meant = chain_readings(project.tree, source.resolved.chain)
                for path in _named_files(source.value, sought, meant):
                    real = path if path in unused else project.tree.real_path(path)
                    if preset.path not in (users := found.setdefault(real, [])):
                        users.append(preset.path)
        return {path: tuple(presets) for path, presets in found.items()}

    def _read_texts(
        self, files: Mapping[str, RealPath], reached: Iterable[RealPath]
    ) -> dict[str, str]:
        """Return the texts that hold a config, by real path.

        An excluded file that holds no config is ignored.
        """
        tree, settings = self._project.tree, self._project.settings
        names: dict[RealPath, str] = {path: path for path in reached}
        names |= {real: name for name, real in files.items() if is_yaml(name)}
        texts: dict[str, str] = {}
        for real, name in names.items():
            try:
                _require_file(self._project, name)
                text = tree.read_config(real)
                load_mapping(text, real, settings.yaml)
                texts[real] = text
            except MigrationError as error:
                if not settings.is_excluded(name):
                    self._unreadable += error.faults
        return texts


def _named_files(value: object, sought: Sought, meant: Readings) -> Iterator[str]:
    """Yield the files that a value anywhere within `value` names, or matches as a pattern."""
    for how in (sought.in_value, sought.matched_by):
        for _, files in named_values(value, partial(how, readings=meant)):
            yield from files


def _preset_names(state: State) -> list[str]:
    """Return the paths of all presets that are not dropped; real paths first."""
    real_path = state.project.tree.real_path
    return sorted(state.inventory.map_live(), key=lambda path: (real_path(path) != path, path))


def _require_file(project: Project, name: str) -> None:
    """Raise a fault with this name if there is no regular file, or the link leads nowhere."""
    if not project.tree.is_file(name):
        real = project.tree.real_path(name)
        found = project.tree.irregular(name)
        problem = f"{found}, not a file" if found else "no such file"
        is_linked = real != name and not found
        message = f"a link to {real}, which is missing" if is_linked else problem
        raise MigrationError(Fault(message, name))


def _read_source(loader: ConfigLoader, path: str) -> Source:
    return Source(loader.layer(path), loader.resolve(path), loader.marks(path))


def _read_preset_at(loader: ConfigLoader, name: str) -> Preset:
    layer = loader.layer(name)
    inherited, marks = _merge_inherited(loader, layer)
    return Preset(layer, loader.resolve(name), loader.marks(name), inherited, marks, name)


def _merge_inherited(loader: ConfigLoader, layer: Layer) -> tuple[Config, MarkTree]:
    values: Config = {}
    marks: Config = {}
    for base in layer.bases:
        values = loader.merging.merge(values, loader.resolve(base).value)
        marks = loader.merging.merge(marks, loader.marks(base))
    return values, cast("MarkTree", marks)
