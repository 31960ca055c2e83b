"""Provides what the ledger's tests share: the small project's paths, shallow form, checklist."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from migration.phases import Status
from migration.store.record_file import decided_again, read_record
from migration.store.records import PRESETS
from tests.conftest import write_files
from tests.running import contents, edit, run

A, B = "configs/train/a.yaml", "configs/train/b.yaml"
OPTIM, MIX = "configs/components/optim.yaml", "configs/fusion/mix.yaml"
# Preset a of the small project after the migration; b still extends a.
SHALLOW = f"extends: ../base.yaml\noptim: {{lr: 1.0e-4}}\ncustom: {{fusion_config: {MIX}}}\n"
LEDGER = "snapshots/ledger.yaml"


def checklist(folder: Path, *words: str) -> dict[str, Any]:
    ran = run(folder, "ledger", "--format", "json", *words)
    assert (ran.code, ran.err) == (0, "")
    return cast("dict[str, Any]", json.loads(ran.out))


def rows(folder: Path) -> dict[str, Any]:
    return {row["legacy"] or row["target"]: row for row in checklist(folder)["presets"]}


def statuses(folder: Path) -> dict[str, str]:
    return {name: row["status"] for name, row in rows(folder).items()}


def record_path(preset: str) -> str:
    """Return the path of a preset's record."""
    return f"snapshots/records/{preset}.json"


def fields(folder: Path, preset: str) -> dict[str, Any]:
    """Return the record of a preset, including its seals."""
    return cast("dict[str, Any]", json.loads((folder / record_path(preset)).read_text()))


def entry(folder: Path, preset: str) -> dict[str, Any]:
    """Return the decisions on a preset, as its record has them."""
    names = ("target", "status", "phase", "reason", "refrozen", "late", "reuse")
    document = fields(folder, preset)
    return {name: document[name] for name in names if name in document}


def record(folder: Path, preset: str, status: Status) -> None:
    """Record a verdict as a command would, even a false one."""
    path = folder / record_path(preset)
    found = read_record(path.read_bytes(), PRESETS, preset, str(path)).entry
    assert found
    path.write_bytes(decided_again(path.read_bytes(), PRESETS, preset, found.with_status(status)))


def type_status(folder: Path, preset: str, status: str) -> None:
    """Edit the status in the record of a preset by hand."""
    path = folder / record_path(preset)
    text, count = re.subn(r'"status": "\w+"', f'"status": "{status}"', path.read_text())
    assert count == 1
    path.write_text(text)


def gate(folder: Path) -> int:
    return run(folder, "ledger", "--check").code


def ok(folder: Path, *words: str) -> str:
    ran = run(folder, *words)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def migrate(folder: Path) -> None:
    """Write the shallow form of the small project's preset a, and record the verdicts."""
    write_files(folder, {A: SHALLOW})
    ok(folder, "check-parity")


_REACHED: dict[tuple[frozenset[tuple[str, bytes]], int | str], Mapping[str, bytes]] = {}
"""A cache: the files of a project in a phase, by its files before and the phase."""


def to_phase(folder: Path, phase: int | str) -> None:
    """Advance a frozen small project to a phase, with its preset a in phase 1."""
    before = contents(folder)
    files = _REACHED.get((frozenset(before.items()), phase))
    if files is None:
        _advance_to(folder, phase)
        _REACHED[frozenset(before.items()), phase] = contents(folder)
        return
    for path in before.keys() - files.keys():
        (folder / path).unlink()
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def _advance_to(folder: Path, phase: int | str) -> None:
    edit(folder / "pyproject.toml", "phase_1 = []", f'phase_1 = ["{A}"]')
    for step in range(4 if phase == "done" else int(phase)):
        if step == 1:
            migrate(folder)
        if step == 3:
            (folder / OPTIM).unlink()
        ok(folder, "advance")
    assert checklist(folder)["phase"] == phase
