"""The help: the commands first, in groups, and all that a command takes."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from migration import __version__
from migration.cli.catalog import COMMANDS
from migration.cli.declaration import COMMON, WAIT, Command
from migration.files.lock import PATIENCE
from tests.running import run

each_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)


def test_the_commands_come_first_each_on_one_line(
    tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    page = run(tmp_path, "--help")
    assert (page.code, page.err) == (0, "")
    assert run(tmp_path, "-h") == page
    assert page.out == snapshot
    rows = [line.split()[0] for line in page.out.splitlines() if line.startswith("  ")]
    assert rows[: len(COMMANDS)] == [command.name for command in COMMANDS]


@each_command
def test_a_commands_help_has_an_example_and_each_option(
    tmp_path: Path, command: Command, snapshot: SnapshotAssertion
) -> None:
    page = run(tmp_path, command.name, "--help")
    assert (page.code, page.err) == (0, "")
    assert page.out == snapshot
    words = " ".join(page.out.split())
    for option in (*command.options.values(), *COMMON.values()):
        assert option.flag in words
        assert option.help in words
        assert all(choice in words for choice in (option.values.choices if option.values else ()))
        assert (f"{option.help} (required)" in words) == (option.name in command.required)
    for example in command.examples:
        assert f"\n  {example}\n" in page.out
    assert max(map(len, page.out.splitlines())) <= 100


@each_command
def test_an_example_is_a_call_that_is_not_refused(frozen_project: Path, command: Command) -> None:
    for example in command.examples:
        program, *words = shlex.split(example)
        assert program == "config-migration"
        assert not run(frozen_project, *words).err.startswith(("unknown", "--"))


def test_the_version_is_printed_before_and_after_a_command(tmp_path: Path) -> None:
    page = run(tmp_path, "--version")
    assert (page.code, page.out) == (0, f"config-migration {__version__}\n")
    assert run(tmp_path, "ledger", "--version") == page


def test_the_time_that_a_command_waits_is_the_true_one() -> None:
    assert f"(default: {PATIENCE:g} seconds)" in WAIT.help
