"""Computes the expected config of a preset: its baseline, with what was accepted since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from migration.errors import Fault, MigrationError
from migration.files.digest import digest
from migration.parity.run import Run
from migration.paths import RealPath
from migration.project.fusion_file import find_fusion_path
from migration.project.project import Project
from migration.resolve.resolved import Resolved
from migration.store.acceptance import AcceptedChange
from migration.store.acceptance_file import RESTORE
from migration.store.baselines import Baselines
from migration.store.records import FUSION, PRESETS
from migration.values.canonical import are_equal, canonical_bytes
from migration.values.keypath import are_connected
from migration.values.merge import Config
from migration.values.moves import move_keys, rename_path
from migration.values.patch import NotAsBeforeError, make_changes


@dataclass(frozen=True, slots=True)
class Expected:
    """The values that a preset is compared with; `fusion` is None if it names no fusion config."""

    config: Config
    fusion_path: RealPath | None = None
    fusion: Config | None = None

    def is_same(self, other: Expected) -> bool:
        """Tell whether all values are the same, and the fusion config that is named."""
        mine, theirs = (
            (canonical_bytes(each.config), each.fusion_path, _write_fusion(each.fusion))
            for each in (self, other)
        )
        return mine == theirs


def read_expected(project: Project, baselines: Baselines, preset: str) -> Expected:
    """Return the expected config of a preset, and that of its fusion config.

    Raises:
        MigrationError: a baseline or its record is missing or was edited, or the value for which
            another one was accepted is not the one in the baseline.
        StaleReadError: another command has replaced a frozen file meanwhile.
    """
    frozen = read_baseline(baselines, preset)
    changes = baselines.acceptances.list_changes(preset)
    return apply_changes(project, baselines, preset, frozen, changes) if changes else frozen


def read_baseline(baselines: Baselines, preset: str) -> Expected:
    """Return a preset's config and fusion config as they were frozen.

    Raises:
        MigrationError, StaleReadError: as `read_expected`.
    """
    config = cast("Config", baselines.value(PRESETS, preset))
    named = baselines.record(PRESETS, preset).fusion
    if named is None:
        return Expected(config)
    fusion = cast("Config", baselines.value(FUSION, named.path))
    return Expected(config, RealPath(named.path), fusion)


def apply_changes(
    project: Project,
    baselines: Baselines,
    preset: str,
    frozen: Expected,
    changes: Iterable[AcceptedChange],
) -> Expected:
    """Return a preset's frozen configs with changes made in them.

    Raises:
        MigrationError: a value is not the one that a change replaces.
    """
    try:
        path = baselines.folder.baseline_path(PRESETS, preset)
        return change_expected(project, path, frozen, changes)
    except NotAsBeforeError as error:
        raise MigrationError(_other_value_fault(baselines, preset, error)) from None


def change_expected(
    project: Project, path: str, frozen: Expected, changes: Iterable[AcceptedChange]
) -> Expected:
    """Return frozen configs with changes made in them, whoever has accepted these.

    `path` is the one to name if what names the fusion config is no path.

    Raises:
        NotAsBeforeError: a value is not the one that a change replaces.
        MigrationError: what names the fusion config is no path in the project.
    """
    own, shared = _part_changes(changes)
    config = cast("Config", make_changes(frozen.config, (each.change for each in own)))
    named = frozen.fusion_path
    if any(names_fusion(project, each) for each in own):
        named = find_fusion_path(project, config, path)
    if named is None:
        return Expected(config)
    fusion = make_changes(frozen.fusion or {}, (each.change for each in shared))
    return Expected(config, named, cast("Config", fusion))


def is_as_expected(project: Project, baselines: Baselines, run: Run, preset: str) -> bool:
    """Tell whether a run from the tree is the expected run of a preset, fusion file included.

    Where nothing was accepted, and no key was renamed, it parses no baseline.

    Raises:
        MigrationError, StaleReadError: as `read_expected`.
    """
    if run.missing:
        return False
    fusion = project.fusions.canonical(run.fusion.resolved.path) if run.fusion else None
    if baselines.acceptances.list_changes(preset):
        expected = read_expected(project, baselines, preset)
        is_same = _is_same_config(project, expected.config, run.config.resolved)
        return is_same and _write_fusion(expected.fusion) == fusion
    if not is_config_as_expected(project, baselines, run.config.resolved, preset):
        return False
    record = baselines.record(PRESETS, preset)
    if record.fusion is None or fusion is None:
        return record.fusion is None and fusion is None
    return baselines.is_frozen_as(FUSION, record.fusion.path, fusion)


def is_config_as_expected(
    project: Project, baselines: Baselines, resolved: Resolved, preset: str
) -> bool:
    """Tell whether a config is the expected config of a preset, under the new names of keys.

    Raises:
        MigrationError, StaleReadError: as `read_expected`.
    """
    if not baselines.acceptances.list_changes(preset):
        if baselines.is_frozen_as(PRESETS, preset, resolved.canonical()):
            return True
        if not project.settings.moved:
            return False
    expected = read_expected(project, baselines, preset).config
    return _is_same_config(project, expected, resolved)


def _is_same_config(project: Project, expected: Config, resolved: Resolved) -> bool:
    """Tell whether two configs are the same, under the new names of keys."""
    if canonical_bytes(expected) == resolved.canonical():
        return True
    moves = project.settings.moved
    return bool(moves) and are_equal(move_keys(expected, moves), move_keys(resolved.value, moves))


def find_expected_digest(project: Project, baselines: Baselines, preset: str) -> str:
    """Return the digest of a preset's expected config.

    Raises:
        MigrationError, StaleReadError: as `read_expected`.
    """
    if not baselines.acceptances.list_changes(preset):
        return baselines.record(PRESETS, preset).sha256
    return digest(canonical_bytes(read_expected(project, baselines, preset).config))


def find_expected_fusion_path(
    project: Project, baselines: Baselines, preset: str
) -> RealPath | None:
    """Return the fusion config that a preset is expected to name, None if it names none.

    Raises:
        MigrationError, StaleReadError: as `read_expected`.
    """
    if baselines.acceptances.list_changes(preset):
        return read_expected(project, baselines, preset).fusion_path
    named = baselines.record(PRESETS, preset).fusion
    return RealPath(named.path) if named else None


def names_fusion(project: Project, accepted: AcceptedChange) -> bool:
    """Tell whether a change concerns the key that names the fusion config."""
    path = rename_path(accepted.change.path, project.settings.moved)
    return accepted.fusion is None and are_connected(path, project.settings.fusion_key)


def _write_fusion(fusion: Config | None) -> bytes | None:
    return None if fusion is None else canonical_bytes(fusion)


def _part_changes(
    changes: Iterable[AcceptedChange],
) -> tuple[list[AcceptedChange], list[AcceptedChange]]:
    """Return the changes in a preset's config, and those in its fusion config."""
    own: list[AcceptedChange] = []
    shared: list[AcceptedChange] = []
    for each in changes:
        (own if each.fusion is None else shared).append(each)
    return own, shared


def _other_value_fault(baselines: Baselines, preset: str, error: NotAsBeforeError) -> Fault:
    """Return the fault of an acceptance whose old value is not that of the baseline."""
    found = next(
        each
        for each in baselines.acceptances
        if preset in each.presets and each.path == error.change.path
    )
    message = f"the old value of {found.name} is not the one in the baseline of {preset}"
    return Fault(message, baselines.folder.acceptance_path(found.file_name), hint=RESTORE)
