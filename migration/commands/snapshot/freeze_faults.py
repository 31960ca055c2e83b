"""What keeps `snapshot` from freezing: lost records, foreign files, and gone configs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from migration.errors import Fault
from migration.files.digest import digest
from migration.gate.gone_advice import advise_missing, advise_unexplained
from migration.gate.gone_presets import GonePresets
from migration.project.state import State
from migration.project.state_faults import ever_recorded, gone_faults, record_faults
from migration.store.records import PRESETS
from migration.store.seal import RESOLVE
from migration.wording import list_names

_MOST_NAMED: Final = 5


def missing_faults(state: State) -> Iterator[Fault]:
    """Yield a fault for each preset that is gone, since a preset to be frozen may have replaced it.

    Freezing that one would make a baseline of a changed config.
    """
    found, project = GonePresets(state), state.project
    # A revision may not have it yet.
    gone = [
        preset
        for preset, path in found.gone.items()
        if not (project.revision and project.disk.is_file(path))
    ]
    known = [(each.presets, advise_missing(found, each.presets[0])) for each in found.commands]
    unknown = tuple(preset for preset in gone if preset in found.unexplained)
    if unknown:
        known.append((unknown, advise_unexplained(found, unknown)))
    for presets, advice in known:
        if missing := [preset for preset in presets if preset in gone]:
            yield _missing_fault(missing, advice)


def _missing_fault(presets: Sequence[str], advice: str) -> Fault:
    hint = f"{advice}; `--preset` freezes one by name"
    if len(presets) == 1:
        message = "frozen, but its file is gone, while other presets are not frozen yet"
        return Fault(message, presets[0], hint=hint)
    message = (
        f"the files of {len(presets)} frozen presets are gone, while others are not frozen yet"
    )
    return Fault(f"{message}: {list_names(presets, _MOST_NAMED)}", hint=hint)


def folder_faults(  # noqa: PLR0913 - each is a question of its own
    state: State,
    leftovers: Collection[str],
    written: Mapping[str, str],
    given_up: Collection[str],
    *,
    is_all: bool,
    force: bool,
) -> Iterator[Fault]:
    """Yield what is wrong in the folder of the frozen files, before the files `written` go there.

    `leftovers` are the files that belong to no frozen config; `written` maps each path to the
    digest. `given_up` are the presets that cannot be frozen. With `is_all` the command is about
    every preset, and not only wanted ones.

    Raises:
        MigrationError: git cannot tell, or a leftover cannot be read.
    """
    yield from _occupied_faults(state, leftovers, written)
    store = state.project.state_folder
    unwritten = {path: preset for preset in given_up for path in store.files_of(PRESETS, preset)}
    for path in leftovers:
        if preset := unwritten.get(path):
            record = store.record_path(PRESETS, preset)
            yield _occupied_fault(path, record, f"; {preset} cannot be frozen now")
    planned = {*written, *unwritten}
    if is_all and not force:
        yield from _lost_faults(state, planned)
    if not force:
        yield from _gone_faults(state, planned, is_all=is_all)
    if not state.presets:
        yield from _foreign_faults(state, leftovers, planned)


def _occupied_faults(
    state: State, leftovers: Collection[str], written: Mapping[str, str]
) -> Iterator[Fault]:
    """Yield a fault for each baseline that is to be written, but exists without its record.

    A merge may have lost the record. A baseline that has the very values to be written, and of
    which git has never had a record, is used as it is.
    """
    tree, store = state.project.tree, state.project.state_folder
    known = ever_recorded(state.project) if any(path in written for path in leftovers) else ()
    for path in leftovers:
        config = store.config_at(tree.real_path(path))
        if path not in written or config is None:
            continue
        record = store.record_path(*config)
        if digest(tree.read(path)) != written[path]:
            yield _occupied_fault(path, record, f"; {config[1]} resolves to other values now")
        elif record in known:
            yield _occupied_fault(path, record)


def _occupied_fault(path: str, record: str, more: str = "") -> Fault:
    """Return the fault of a baseline that exists without its record."""
    hint = (
        f"bring back {record}, from version control or the other side of a merge; {RESOLVE}; "
        "or, if it is not needed, remove the baseline and freeze anew with `snapshot --force`"
    )
    return Fault(f"frozen already, and its record is gone{more}", path, hint=hint)


def _lost_faults(state: State, planned: Collection[str]) -> Iterator[Fault]:
    """Yield a fault for each baseline whose record is lost, and that is not about to be written.

    The preset may be among the new ones by another path.
    """
    store = state.project.state_folder
    for found in record_faults(state.project, state.baselines):
        if not any(store.baseline_path(PRESETS, preset) in planned for preset in found.presets):
            yield found.fault


def _gone_faults(state: State, planned: Collection[str], *, is_all: bool) -> Iterator[Fault]:
    """Yield a fault for each preset that is about to be frozen, though its frozen files are gone.

    With `is_all`, for every gone preset: it may be among the new ones by another path.
    """
    store = state.project.state_folder
    faults = tuple(gone_faults(state.baselines)) if planned else ()
    if faults and not state.project.tree.is_file(store.ledger_path):
        message = f"git has {len(faults)} frozen presets, and nothing of them is here"
        hint = "`snapshot --resolve` brings them back; `snapshot --force` begins anew"
        yield Fault(message, store.path, hint=hint)
        return
    yield from (fault for fault in faults if is_all or fault.path in planned)


def _foreign_faults(
    state: State, leftovers: Collection[str], planned: Collection[str]
) -> Iterator[Fault]:
    """Yield a fault for each file in the folder that a first `snapshot` is not about to write.

    Without any record, such a file may belong to the user, or be a baseline whose record is lost.
    """
    for path in leftovers:
        if path not in planned and not state.project.state_folder.is_temporary(path):
            hint = (
                "restore the records from version control; if there were none, remove the file, "
                "or give 'snapshots' a folder of its own"
            )
            message = "no record lists this file, and it is not what would be frozen"
            yield Fault(message, path, hint=hint)
