"""What a command that only reads sees of a project, and what is there byte for byte."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from migration.ledger import Ledger
from migration.lock import LOCK
from migration.manifest import FUSION, PRESETS, Manifest
from migration.workflow.project import open_project
from migration.workflow.state import read_state
from tests.running import contents, run

JOURNAL = "snapshots/.journal.json"
FINISHED = "note: finished what "
_TEMPORARY = re.compile(r"\.\d+\.tmp$")
_TELLS = (
    ("check-parity", "--no-record", "--format", "json"),
    ("ledger", "--format", "json"),
)


@dataclass(frozen=True)
class Seen:
    """The state as it is read, and what the reading commands tell of it."""

    manifest: Manifest
    ledger: Ledger
    values: Mapping[str, object]
    told: tuple[tuple[int, str], ...]


def seen(folder: Path) -> Seen:
    """Return what is to be seen, having made sure that looking changes nothing."""
    before = contents(folder)
    project = open_project(folder)
    state = read_state(project)
    records = {PRESETS: state.manifest.presets, FUSION: state.manifest.fusion}
    values = {
        f"{section}/{path}": (
            project.store.value(section, path),
            project.store.origins(section, path),
        )
        for section, each in records.items()
        for path in each
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
    return Seen(state.manifest, state.ledger, values, tuple(told))


def settled(folder: Path) -> Mapping[str, bytes]:
    """Return every file, without those that a stopped command may leave behind."""
    return {
        path: data
        for path, data in contents(folder).items()
        if not _TEMPORARY.search(path) and path != f"snapshots/{LOCK}"
    }


def as_on_any_run(folder: Path) -> Mapping[str, bytes]:
    """Return every file, alike for two processes that were stopped at the same point."""
    return {
        _TEMPORARY.sub(".tmp", path): b"" if path == f"snapshots/{LOCK}" else data
        for path, data in contents(folder).items()
    }
