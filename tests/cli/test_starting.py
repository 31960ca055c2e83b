"""What is imported by the time that a command is through: what it needs, and nothing more."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.running import edit

_STATE = ("orjson", "yaml", "migration.resolve.loader", "migration.project.state")
_WRITING = ("filelock", "migration.yaml.dump", "migration.commands.snapshot.freeze")
_EXPLAINING = ("migration.parity.hints", "migration.parity.evidence", "migration.commands.diff")
_OTHERS = (
    "migration.lint.catalog",
    "migration.draft.text",
    "migration.files.git",
    "migration.yaml.source_text",
)
_PAGES = ("rich", "rich.console", "rich.table", "rich.progress")
_LISTED = """
import sys
from migration.cli.console_script import run_words
run_words(sys.argv[1:])
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
    "words", [["--help"], ["--version"], ["check-parity", "--help"], ["check-parity", "--nope"]]
)
def test_help_needs_the_signatures_alone(tmp_path: Path, words: Sequence[str]) -> None:
    found = imported(tmp_path, _LISTED, *words)
    assert "migration.cli.catalog" in found
    assert not found & {*_STATE, *_WRITING, *_EXPLAINING, *_OTHERS, *_PAGES}


def test_neither_command_line_imports_the_library_of_the_other(tmp_path: Path) -> None:
    assert not {"invoke", "migration.cli.tasks"} & imported(tmp_path, _LISTED, "--help")
    listed = "import sys, migration.tasks; print(*sys.modules, file=sys.stderr)"
    found = imported(tmp_path, listed)
    assert "invoke" in found
    assert not {"click", "migration.cli.console_script"} & found


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
