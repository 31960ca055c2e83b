"""What is imported by the time that a command is through: what it needs, and nothing more."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.running import edit

# `yaml` is not among them: invoke itself imports it where it is installed.
_STATE = ("orjson", "migration.resolve.loader", "migration.project.state")
_WRITING = ("filelock", "migration.yaml.dump", "migration.commands.snapshot.freeze")
_EXPLAINING = ("migration.parity.hints", "migration.parity.evidence", "migration.commands.diff")
_OTHERS = (
    "migration.lint.catalog",
    "migration.draft.text",
    "migration.files.git",
    "migration.yaml.source_text",
)
_PAGES = ("rich.console", "rich.table", "rich.progress")
_LISTED = """
import sys
from migration.cli.tasks import program
try:
    program.run(["config-migration", *sys.argv[1:]])
finally:
    print(*sys.modules, file=sys.stderr)
"""


def imported(folder: Path, code: str, *words: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return set(done.stderr.split("\n")[-2].split())


@pytest.mark.parametrize(
    "words", [["--help"], ["--list"], ["--version"], ["check-parity", "--help"]]
)
def test_help_needs_the_signatures_alone(tmp_path: Path, words: Sequence[str]) -> None:
    found = imported(tmp_path, _LISTED, *words)
    assert "migration.cli.tasks" in found
    assert not found & {*_STATE, *_WRITING, *_EXPLAINING, *_OTHERS, *_PAGES, "rich"}


@pytest.mark.parametrize("command", [["check-parity", "--no-record"], ["ledger", "--check"]])
def test_a_green_report_needs_nothing_to_write_explain_or_draft(
    frozen_project: Path, command: Sequence[str]
) -> None:
    (frozen_project / "configs" / "train" / "a.yaml").write_text(
        "extends: ../base.yaml\noptim: {lr: 1.0e-4}\n"
        "custom: {fusion_config: configs/fusion/mix.yaml}\n"
    )
    found = imported(frozen_project, _LISTED, *command)
    assert "migration.gate.status" in found
    assert not found & {*_WRITING, *_EXPLAINING, *_OTHERS, *_PAGES}


def test_a_red_report_is_explained(frozen_project: Path) -> None:
    edit(frozen_project / "configs" / "train" / "b.yaml", "seed: 1", "seed: 2")
    found = imported(frozen_project, _LISTED, "check-parity", "--no-record")
    assert {*_EXPLAINING[:2]} <= found
    assert not found & {*_WRITING[:1], *_PAGES}
