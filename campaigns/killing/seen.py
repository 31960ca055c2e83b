"""Records a project's state, as reading commands see it and byte for byte."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from migration.files.lock import LOCK
from migration.project.project import open_project
from migration.project.state import read_state
from migration.store.ledger import Ledger
from migration.store.records import FUSION, PRESETS, Record
from tests.running import contents, run

JOURNAL = "snapshots/.journal.json"
FINISHED = "note: finished what "
_TEMPORARY = re.compile(r"\.\d+\.tmp$")
_OF_PROCESS = re.compile(rb'"(process|seal)": [^,\n]+')
_TELLS = (
    ("check-parity", "--no-record", "--format", "json"),
    ("ledger", "--format", "json"),
)


@dataclass(frozen=True)
class Seen:
    """The state as it is read, and what the reading commands print."""

    records: Mapping[str, Record]
    """By section and config."""
    ledger: Ledger
    values: Mapping[str, object]
    told: tuple[tuple[int, str], ...]


def seen(folder: Path) -> Seen:
    """Return what is seen of the project; assert that reading changes nothing."""
    before = contents(folder)
    project = open_project(folder)
    state = read_state(project)
    store = state.baselines
    frozen = [
        (section, path) for section in (PRESETS, FUSION) for path in store.list_configs(section)
    ]
    records = {f"{section}/{path}": store.record(section, path) for section, path in frozen}
    values = {
        f"{section}/{path}": (store.value(section, path), store.origins(section, path))
        for section, path in frozen
    }
    told = []
    for words in _TELLS:
        ran = run(folder, *words)
        if ran.code != 1:
            assert all(
                line.startswith(("warning: ", "  hint: ")) for line in ran.err.splitlines()
            ), ran.err
        told.append((ran.code, ran.out or ran.err))
    assert contents(folder) == before
    return Seen(records, state.ledger, values, tuple(told))


def settled(folder: Path) -> Mapping[str, bytes]:
    """Return every file except those that a stopped command may leave behind."""
    return {
        path: data
        for path, data in contents(folder).items()
        if not _TEMPORARY.search(path) and path != f"snapshots/{LOCK}"
    }


def as_on_any_run(folder: Path) -> Mapping[str, bytes]:
    """Return every file, without what differs between two processes stopped at the same point."""
    return {
        _TEMPORARY.sub(".tmp", path): _on_any_run(path, data)
        for path, data in contents(folder).items()
    }


def _on_any_run(path: str, data: bytes) -> bytes:
    if path == f"snapshots/{LOCK}":
        return b""
    return _OF_PROCESS.sub(rb"\1", data) if ".journal.json" in path else data
