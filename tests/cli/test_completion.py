"""What a shell completes, by click's own protocol for bash, zsh and fish."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from migration.lint.catalog import RULES
from migration.phases import STATUSES
from tests.conftest import ROOT

A, B = "configs/train/a.yaml", "configs/train/b.yaml"
_SCRIPT = (
    "import sys; sys.argv[0] = 'config-migration'; from migration.__main__ import main; main()"
)


def ask(folder: Path, instruction: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Start the script as the completion of a shell does."""
    return subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "_CONFIG_MIGRATION_COMPLETE": instruction,
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def complete(folder: Path, *words: str, shell: str = "bash") -> list[str]:
    """Return what the shell offers for the last of the words."""
    line = ["config-migration", *words]
    words_variable = " ".join(line)
    typed = words[-1] if shell == "fish" else str(len(line) - 1)
    done = ask(folder, f"{shell}_complete", COMP_WORDS=words_variable, COMP_CWORD=typed)
    assert done.stderr == ""
    if shell == "zsh":
        return done.stdout.splitlines()[1::3]
    lines = filter(None, done.stdout.splitlines())
    return [line.partition(",")[2].partition("\t")[0] for line in lines]


def test_commands_are_completed(tmp_path: Path) -> None:
    assert complete(tmp_path, "re") == ["retire"]
    assert "check-parity" in complete(tmp_path, "")


def test_options_are_completed(tmp_path: Path) -> None:
    assert complete(tmp_path, "ledger", "--st") == ["--status"]
    assert complete(tmp_path, "ledger", "--col") == ["--color"]


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_presets_of_the_project_are_completed(frozen_project: Path, shell: str) -> None:
    assert complete(frozen_project, "check-parity", "configs/", shell=shell) == [A, B]
    assert complete(frozen_project, "check-parity", "--preset", "configs/", shell=shell) == [A, B]
    assert complete(frozen_project, "draft", A, "configs/train/b", shell=shell) == [B]
    inner = frozen_project / "configs" / "train"
    assert complete(inner, "check-parity", "", shell=shell) == ["a.yaml", "b.yaml"]
    assert complete(inner, "check-parity", "configs/train/b", shell=shell) == [B]


def test_choices_and_codes_are_completed(frozen_project: Path) -> None:
    assert complete(frozen_project, "ledger", "--status", "") == ["stale", *STATUSES]
    assert complete(frozen_project, "ledger", "--format", "m") == ["markdown"]
    assert complete(frozen_project, "lint", "--explain", "L4") == [
        rule.code for rule in RULES if rule.code.startswith("L4")
    ]
    assert complete(frozen_project, "--color", "n") == ["never"]


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_code_is_completed_behind_a_comma_as_well(frozen_project: Path, option: str) -> None:
    assert complete(frozen_project, "lint", option, "L70") == ["L701", "L702"]
    assert complete(frozen_project, "lint", option, "L403,L70") == ["L403,L701", "L403,L702"]
    assert complete(frozen_project, "lint", "--explain", "L403,L70") == []


def test_a_path_is_left_to_the_shell(frozen_project: Path) -> None:
    for words in (("lint", "conf"), ("lint", "--path", "conf"), ("lint", A, "conf")):
        assert complete(frozen_project, *words) == ["conf"]


def test_a_folder_given_before_is_where_presets_are_looked_for(
    frozen_project: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    words = ("-C", str(frozen_project), "check-parity", "configs/train/a")
    assert complete(elsewhere, *words) == [A]


def test_where_nothing_can_be_read_nothing_is_offered(tmp_path: Path) -> None:
    assert complete(tmp_path, "check-parity", "con") == []
    (tmp_path / "pyproject.toml").write_text("[tool.config-migration\n")
    assert complete(tmp_path, "check-parity", "con") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_its_script(tmp_path: Path, shell: str) -> None:
    done = ask(tmp_path, f"{shell}_source")
    assert done.returncode == 0
    assert "_CONFIG_MIGRATION_COMPLETE" in done.stdout
