"""Manifest and ledger are read together, and stand or fall together."""

from __future__ import annotations

from pathlib import Path

import pytest

from migration.ledger import Entry, Ledger, ledger_text, read_ledger
from tests.running import contents, edit, run
from tests.workflow.ledgers import LEDGER, A, B

HINT = "  hint: restore manifest and ledger from version control, both in the same state\n"
COMMANDS = [
    ("check-parity",),
    ("check-parity", "--no-record"),
    ("snapshot",),
    ("snapshot", "--check"),
    ("snapshot", "--refreeze", A, "--reason", "why"),
    ("ledger",),
    ("ledger", "--check"),
    ("map", "--old", A, "--phase", "1"),
    ("map", "--old", A, "--drop", "--reason", "why"),
    ("advance",),
    ("retire",),
    ("retire", "--dry-run", "--force"),
]


def assert_refused_by_all(folder: Path, err: str) -> None:
    before = contents(folder)
    for words in COMMANDS:
        ran = run(folder, *words)
        assert (words, ran.code, ran.out, ran.err) == (words, 1, "", err)
    assert contents(folder) == before


def test_a_ledger_that_is_gone(frozen_project: Path) -> None:
    (frozen_project / LEDGER).unlink()
    message = f"{LEDGER}: no such file, but the manifest lists presets\n"
    assert_refused_by_all(frozen_project, message + HINT)


def test_a_preset_that_the_ledger_does_not_know(frozen_project: Path) -> None:
    text = (frozen_project / LEDGER).read_text()
    (frozen_project / LEDGER).write_text(text.partition(f"  {B}:")[0])
    message = f"{LEDGER}: the manifest has {B}, the ledger has not\n"
    assert_refused_by_all(frozen_project, message + HINT)


def test_a_preset_that_the_manifest_does_not_know(frozen_project: Path) -> None:
    c = "configs/train/c.yaml"
    ledger = read_ledger((frozen_project / LEDGER).read_text(), LEDGER)
    entries = {**ledger.entries, c: Entry(c, "pending")}
    (frozen_project / LEDGER).write_text(ledger_text(Ledger(ledger.phase, entries)))
    message = f"{LEDGER}:12:3: the ledger has {c}, the manifest has not\n"
    assert_refused_by_all(frozen_project, message + HINT)


def test_a_ledger_beside_nothing_frozen(frozen_project: Path) -> None:
    ledger = (frozen_project / LEDGER).read_text()
    for path in contents(frozen_project / "snapshots"):
        (frozen_project / "snapshots" / path).unlink()
    (frozen_project / LEDGER).write_text(ledger)
    message = "snapshots/manifest.json: no such file, but the ledger lists presets\n"
    assert_refused_by_all(frozen_project, message + HINT)


@pytest.mark.parametrize(
    ("old", "new", "err"),
    [
        ("phase: 0", "phase: [", "5:8: not valid YAML: while parsing a flow sequence, "),
        ("phase: 0", "<<<<<<< HEAD\nphase: 0", "3: a conflict marker of git\n"),
        ("format: 2", "format: 7", "2:1: format 7 is newer than this version reads, 2\n"),
        ("status: pending", "status: done", "7:5: unknown status 'done'\n"),
    ],
)
def test_a_ledger_that_cannot_be_read(frozen_project: Path, old: str, new: str, err: str) -> None:
    edit(frozen_project / LEDGER, old, new)
    before = contents(frozen_project)
    for words in COMMANDS:
        ran = run(frozen_project, *words)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(f"{LEDGER}:{err}"), ran.err
    assert contents(frozen_project) == before


def test_a_ledger_with_windows_line_ends_is_the_same(frozen_project: Path) -> None:
    text = (frozen_project / LEDGER).read_bytes()
    (frozen_project / LEDGER).write_bytes(text.replace(b"\n", b"\r\n"))
    assert run(frozen_project, "ledger", "--check").code == 0
