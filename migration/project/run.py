"""Reads a run: a preset with the fusion file that it names, from the tree or as it was frozen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, cast

from migration.errors import MigrationError
from migration.files.digest import digest
from migration.parity.run import Run, TracedConfig
from migration.paths import RealPath
from migration.project.expected import Expected, apply_changes
from migration.project.fusion_file import find_fusion_name, find_fusion_path, missing_fusion_fault
from migration.project.moved import move_run
from migration.project.project import Project
from migration.resolve.loader import ConfigLoader
from migration.resolve.origins import OriginIndex, find_origin, index_origins
from migration.resolve.resolved import Resolved
from migration.store.baselines import Baselines
from migration.store.records import FUSION, PRESETS, Record
from migration.values.keypath import KeyPath
from migration.values.merge import Config
from migration.values.moves import find_due
from migration.yaml.rules import NO_RULES, YamlRules

if TYPE_CHECKING:
    from migration.parity.evidence import Evidence
    from migration.yaml.spelling import Spelling


def read_run(project: Project, path: str) -> Run:
    """Read the run of a preset in the tree; its `missing` reports a missing fusion file.

    Raises:
        MigrationError: the preset or its fusion file cannot be read, or the value that names the
            fusion file is not a path within the project.
    """
    config = project.configs.resolve(path)
    traced = trace_from_root(project, project.configs, config)
    fusion = find_fusion_path(project, config.value, path)
    if fusion is None:
        return Run(traced)
    if not project.tree.is_file(fusion):
        return Run(traced, fusion, missing=missing_fusion_fault(project, path, fusion))
    resolved = project.fusions.resolve(fusion)
    return Run(traced, fusion, trace_from_root(project, project.fusions, resolved))


def read_frozen_run(baselines: Baselines, section: str, path: str) -> Run:
    """Read the run of a preset as it was frozen; for a fusion config, read that config alone.

    Raises:
        MigrationError: a baseline or its record is missing or was edited.
        StaleReadError: another command has replaced one meanwhile.
    """
    record = baselines.record(section, path)
    config = _trace_frozen(baselines, section, path)
    if record.fusion is None:
        return Run(config, is_frozen=True)
    named = RealPath(record.fusion.path)
    return Run(config, named, _trace_frozen(baselines, FUSION, named), is_frozen=True)


def read_expected_run(project: Project, baselines: Baselines, preset: str) -> Run:
    """Read the run that a preset is compared with: as it was frozen, with what was accepted since.

    An accepted value has no place in a config file.

    Raises:
        MigrationError: as `read_frozen_run`, or an acceptance does not fit the baseline.
        StaleReadError: another command has replaced a frozen file meanwhile.
    """
    frozen = read_frozen_run(baselines, PRESETS, preset)
    changes = baselines.acceptances.list_changes(preset)
    if not changes:
        return frozen
    fusion = frozen.fusion.resolved.value if frozen.fusion else None
    before = Expected(frozen.config.resolved.value, frozen.fusion_path, fusion)
    expected = apply_changes(project, baselines, preset, before, changes)
    config = _replace_value(frozen.config, expected.config, baselines, preset)
    if expected.fusion is None:
        return Run(config, is_frozen=True)
    named = expected.fusion_path
    traced = frozen.fusion or TracedConfig(Resolved(RealPath(named or ""), {}, ()))
    other = _replace_value(traced, expected.fusion, baselines, preset, is_fusion=True)
    return Run(config, named, other, is_frozen=True)


def read_compared_runs(
    project: Project, baselines: Baselines, preset: str, run: Run
) -> tuple[Run, Run]:
    """Return the expected run of a preset, and a run, both under the new names of keys.

    `moves` of the expected run are those by which the baseline, and what is accepted against it,
    have other names; the key itself may be accepted to be gone.

    Raises:
        MigrationError, StaleReadError: as `read_expected_run`.
    """
    expected, moves = read_expected_run(project, baselines, preset), project.settings.moved
    if not moves:
        return expected, run
    names = find_due(baselines.value(PRESETS, preset), moves)
    return replace(move_run(expected, moves), moves=names), move_run(run, moves)


def _replace_value(
    config: TracedConfig,
    value: Config,
    baselines: Baselines,
    preset: str,
    *,
    is_fusion: bool = False,
) -> TracedConfig:
    """Return a config with its expected value, and no places for what was accepted in it."""

    def find_place(path: KeyPath) -> str | None:
        accepted = baselines.acceptances.find(preset, path, is_fusion=is_fusion)
        return None if accepted else config.find_place(path)

    resolved = Resolved(config.resolved.path, value, config.resolved.chain)
    return replace(config, resolved=resolved, find_place=find_place)


def trace_config(loader: ConfigLoader, resolved: Resolved) -> TracedConfig:
    """Return a config resolved from the tree, with functions that find its origins and evidence."""

    @cache
    def read_origins() -> OriginIndex:
        return index_origins(loader.marks(resolved.path))

    def find_place(path: KeyPath) -> str | None:
        # Imported here, since most presets are as they were frozen, and nothing of them is shown.
        from migration.resolve.setter import find_setter

        setter = find_setter(loader, resolved.path, path)
        return str(setter) if setter else find_origin(read_origins(), path)

    def find_evidence(suspects: Collection[str] | None) -> Evidence:
        from migration.parity.evidence import collect_evidence

        return collect_evidence(loader, resolved, suspects)

    return TracedConfig(resolved, find_place, find_evidence, make_speller(loader))


def trace_from_root(project: Project, loader: ConfigLoader, resolved: Resolved) -> TracedConfig:
    """Return a config from the tree that names files outside it from the root, as baselines do."""
    config = trace_config(loader, resolved)
    is_inside = not any(file.startswith("/") for file in resolved.chain)
    return config if is_inside else rename_places(config, project.state_folder.outward)


def rename_places(config: TracedConfig, name_place: Callable[[str], str]) -> TracedConfig:
    """Return the config with other names for the files that its values come from."""

    def find_evidence(suspects: Collection[str] | None) -> Evidence | None:
        from migration.parity.evidence import rename_files

        evidence = config.find_evidence(suspects)
        return evidence and rename_files(evidence, name_place)

    return replace(config, name_place=name_place, find_evidence=find_evidence)


def make_speller(loader: ConfigLoader) -> Callable[[str, KeyPath, object], Spelling | None]:
    """Return a function from the `file:line` of a value, its path, and it to how it is spelled.

    It returns None if that is not known. It reads each file once.
    """
    return partial(_find_spelling, cache(loader.text), loader.dialect.yaml)


def find_needed_files(
    project: Project, configs: ConfigLoader, path: str
) -> Iterator[frozenset[str]]:
    """Yield the files that a config needs, links included, then those that its fusion file needs.

    Raises:
        MigrationError: the config or its fusion file cannot be read.
    """
    yield configs.needs(path)
    named = find_fusion_name(project, configs.resolve(path).value, path)
    if named and project.tree.is_file(named):
        yield configs.needs(named)


def _trace_frozen(baselines: Baselines, section: str, path: str) -> TracedConfig:
    def find_place(key_path: KeyPath) -> str | None:
        return find_origin(read_origins(), key_path)

    @cache
    def read_origins() -> OriginIndex:
        return baselines.origins(section, path)

    @cache
    def read_text(file: str) -> str | None:
        return _read_as_frozen(baselines, record, file)

    value = cast("Config", baselines.value(section, path))
    record = baselines.record(section, path)
    resolved = Resolved(RealPath(path), value, record.files)
    spell = partial(_find_spelling, read_text, NO_RULES)
    return TracedConfig(resolved, find_place, find_spelling=spell)


def _read_as_frozen(baselines: Baselines, record: Record, file: str) -> str | None:
    """Return the text of a file that a config was frozen from, if it is still what it was then.

    Raises:
        MigrationError: it cannot be read.
    """
    folder = baselines.folder
    for link in record.chain:
        if file == folder.outward(link.path):
            text = folder.tree.read_config(link.path)
            return text if digest(text.encode()) == link.sha256 else None
    return None


def _find_spelling(
    read_text: Callable[[str], str | None],
    rules: YamlRules,
    place: str,
    path: KeyPath,
    value: object,
) -> Spelling | None:
    """Return how the file at a place spells the value, None if that is not known."""
    # Imported here, since most presets are as they were frozen, and nothing of them is shown.
    from migration.yaml.spelling import find_spelling

    file, _, line = place.rpartition(":")
    with suppress(MigrationError):
        text = read_text(file)
        return find_spelling(text, rules, int(line), path, value) if text else None
    return None
