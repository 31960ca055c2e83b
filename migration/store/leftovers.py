"""Finds the files under `snapshots/` that belong to nothing: no record, no unfinished change."""

from __future__ import annotations

from collections.abc import Collection

from migration.paths import is_hidden
from migration.store.baselines import Baselines
from migration.store.folder import StateFolder
from migration.store.records import FUSION, PRESETS


def find_leftovers(baselines: Baselines) -> tuple[str, ...]:
    """Return the files in the folder that belong to no record, sorted.

    A stopped command had begun to write them, or a person has put them there. A link to a folder is
    a leftover as well. Hidden files, such as those of an editor, are not, unless the toolkit wrote
    them.
    """
    folder, known = baselines.folder, _list_known(baselines)
    unlisted = {folder.outermost(path) for path in {*baselines.list_files()} - known}
    return tuple(sorted(path for path in unlisted if _is_leftover(folder, path, known)))


def _list_known(baselines: Baselines) -> set[str]:
    """Return the files of all records and acceptances, of the ledger, and of a pending change."""
    folder, change = baselines.folder, baselines.pending
    known = {folder.ledger_path, *baselines.list_acceptance_files()}
    if change:
        known.update(change.digests, map(change.temporary, change.written))
    presets = baselines.list_configs(PRESETS)
    records = [baselines.reading(PRESETS, path).record for path in presets]
    named = {record.fusion.path for record in records if record and record.fusion}
    for section, paths in ((PRESETS, presets), (FUSION, named)):
        for path in paths:
            known.update(folder.files_of(section, path))
    return known


def _is_leftover(folder: StateFolder, path: str, known: Collection[str]) -> bool:
    is_foreign = is_hidden(path.removeprefix(f"{folder.path}/")) and not folder.is_temporary(path)
    return not is_foreign and not any(file.startswith(f"{path}/") for file in known)
