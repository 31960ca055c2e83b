"""Finds the faults between the frozen files of a project, each with the presets it is about."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from migration.errors import Fault
from migration.project.project import Project
from migration.store.baselines import Baselines
from migration.store.folder import StateFolder, configs_in
from migration.store.ledger import Ledger
from migration.store.record_file import read_record
from migration.store.records import FUSION, PRESETS, Reading
from migration.store.seal import RESOLVE
from migration.text import quote_path

if TYPE_CHECKING:
    from migration.files.lineage import Lineage


@dataclass(frozen=True, slots=True)
class StateFault:
    """A fault of the state, its kind, and the presets that it is about.

    `target`: several presets have one path. `decision`: the decisions about a preset cannot be
    read. `fusion`: its fusion config is not the one that it was frozen with. `record`: its baseline
    exists without a record; if all records are gone, `presets` is empty. `file`: a frozen file is
    missing, edited or unreadable. `acceptance`: the file of an acceptance cannot be read or was
    edited, or two are about the same key of a preset.
    """

    kind: Literal["target", "decision", "fusion", "record", "file", "acceptance"]
    presets: tuple[str, ...]
    fault: Fault
    is_salvaged: bool = False
    """Whether enough of the decisions can be read to decide again."""


def record_faults(project: Project, baselines: Baselines) -> Iterator[StateFault]:
    """Yield a fault for each baseline of a preset whose record is lost.

    A baseline counts if its preset is in the tree or matches `presets`, or if git has ever had its
    record.

    Raises:
        MigrationError: git cannot tell.
    """
    folder, tree = project.state_folder, project.tree
    bare = sorted({*baselines.list_baselines(PRESETS)} - {*baselines.list_configs(PRESETS)})
    records = {preset: folder.record_path(PRESETS, preset) for preset in bare}
    known = ever_recorded(project) if bare else frozenset()
    for preset, record in records.items():
        if tree.is_file(preset) or project.settings.is_preset(preset) or record in known:
            message = f"the record of {preset} is missing, but its baseline is there"
            hint = f"restore it from version control; {RESOLVE}"
            yield StateFault("record", (preset,), Fault(message, record, hint=hint))


def ever_recorded(project: Project) -> frozenset[str]:
    """Return the path of each frozen file that git tracks, or has ever tracked.

    Raises:
        MigrationError: git cannot tell.
    """
    from migration.files.git_history import ever_tracked

    folder = project.state_folder
    return frozenset(f"{folder.path}/{path}" for path in ever_tracked(folder.place))


def gone_presets(baselines: Baselines) -> tuple[str, ...]:
    """Return the presets whose record git had since the ledger was added, with no file left.

    A preset that one side of a merge had, and that the merge lost, counts if its own file exists.

    Raises:
        MigrationError: git cannot tell.
    """
    from migration.files.git_history import committed_since
    from migration.files.lineage import read_lineage

    folder, tree = baselines.folder, baselines.folder.tree
    committed = committed_since(folder.place, posixpath.basename(folder.ledger_path))
    records = folder.folders_of(PRESETS)[1].removeprefix(f"{folder.path}/")
    lost = {each for each in configs_in(records, committed.lost_in_merges) if tree.is_file(each)}
    gone = {*configs_in(records, committed.files), *lost}
    gone -= {*baselines.list_configs(PRESETS), *baselines.list_baselines(PRESETS)}
    lineage = read_lineage(folder.place, folder.path) if gone else None
    return tuple(
        preset
        for preset in sorted(gone)
        # A file in the folder of the records need not be a record, nor ever have been one.
        if lineage and any(r.record and r.entry for r in past_readings(folder, lineage, preset))
    )


def past_readings(folder: StateFolder, lineage: Lineage, preset: str) -> Iterator[Reading]:
    """Read every version of a preset's record that git has.

    Raises:
        MigrationError: git cannot tell.
    """
    path = folder.record_path(PRESETS, preset)
    for data in lineage.contents_ever(path):
        yield read_record(data, PRESETS, preset, path)


def gone_faults(baselines: Baselines) -> Iterator[Fault]:
    """Yield a fault for each preset that was frozen and has no frozen file left.

    Raises:
        MigrationError: git cannot tell.
    """
    for preset in gone_presets(baselines):
        message = f"{preset} was frozen, and its record and its baseline are gone"
        hint = (
            "`snapshot --resolve` brings them back; after that, "
            f"`map --old {quote_path(preset)} --drop --reason R` if it is not needed; "
            "`snapshot --force` freezes anew what is still in the tree"
        )
        yield Fault(message, baselines.folder.record_path(PRESETS, preset), hint=hint)


def acceptance_faults(baselines: Baselines) -> Iterator[StateFault]:
    """Yield a fault for each acceptance that cannot be read, and for each pair that disagrees."""
    for fault in baselines.acceptance_faults():
        yield StateFault("acceptance", (), fault)
    folder = baselines.folder
    pairs: dict[tuple[str, str], list[str]] = {}
    for found in baselines.acceptances.find_overlaps():
        pair = (found.first.file_name, found.second.file_name)
        pairs.setdefault(pair, []).append(found.preset)
    for (first, second), presets in pairs.items():
        name = baselines.acceptances.by_name[second].name
        more = f" (and {len(presets) - 1} more)" if len(presets) > 1 else ""
        message = f"{name} of {presets[0]}{more} is accepted in {folder.acceptance_path(first)} too"
        hint = (
            f"keep one of them: `accept --drop {baselines.acceptances.by_name[first].id}`, or this"
        )
        path = folder.acceptance_path(second)
        yield StateFault("acceptance", tuple(presets), Fault(message, path, hint=hint))


def target_faults(folder: StateFolder, ledger: Ledger) -> Iterator[StateFault]:
    """Yield a fault for each path that several presets have."""
    for target, presets in ledger.shared_targets().items():
        first, second, *_ = sorted(presets, reverse=True)
        message = f"{first} and {second} both have the path {target}"
        hint = f"`map --old {second} --new PATH` maps one of them elsewhere, or back"
        fault = Fault(message, folder.record_path(PRESETS, first), hint=hint)
        yield StateFault("target", presets, fault)


def fusion_faults(baselines: Baselines, ledger: Ledger, *, is_whole: bool) -> Iterator[StateFault]:
    """Yield a fault for each fusion config that was edited, or differs from a preset's record."""
    naming: dict[str, dict[str, list[str]]] = {}
    for preset, entry in ledger.entries.items():
        record = baselines.reading(PRESETS, preset).record
        if record and record.fusion and entry.status != "dropped":
            by_digest = naming.setdefault(record.fusion.path, {})
            by_digest.setdefault(record.fusion.sha256, []).append(preset)
    for fusion, by_digest in sorted(naming.items()):
        presets = tuple(preset for each in by_digest.values() for preset in each)
        faults = tuple(baselines.faults(FUSION, fusion))
        yield from (StateFault("file", presets, fault) for fault in faults)
        if faults:
            continue
        frozen = baselines.record(FUSION, fusion).sha256
        others = [each for sha, names in by_digest.items() if sha != frozen for each in names]
        if others:
            agreeing = by_digest.get(frozen) or (
                [] if is_whole else _list_naming(baselines, fusion, frozen)
            )
            yield StateFault(
                "fusion", tuple(others), _fusion_fault(baselines.folder, fusion, others, agreeing)
            )


def _list_naming(baselines: Baselines, fusion: str, sha256: str) -> list[str]:
    """Return the presets that were frozen with a fusion config of this digest."""
    readings = {each: baselines.reading(PRESETS, each) for each in baselines.list_configs(PRESETS)}
    records = ((preset, each.record) for preset, each in readings.items() if each.record)
    return [
        preset
        for preset, record in records
        if record.fusion and (record.fusion.path, record.fusion.sha256) == (fusion, sha256)
    ]


def _fusion_fault(
    folder: StateFolder, fusion: str, others: Collection[str], agreeing: Collection[str]
) -> Fault:
    first = min(others)
    more = f" (and {len(others) - 1} more)" if len(others) > 1 else ""
    with_whom = f"; it is now as {min(agreeing)} was frozen with it" if agreeing else ""
    message = f"not the fusion config that {first}{more} was frozen with{with_whom}"
    hint = f"a merge may have brought it: {RESOLVE}"
    return Fault(message, folder.baseline_path(FUSION, fusion), hint=hint)
