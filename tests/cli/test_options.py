"""An option without its value, and invoke's own `--dry`, are refused by every command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from invoke.collection import Collection

from migration.cli.tasks import namespace, program
from tests.conftest import ROOT
from tests.ledgers import A, ok
from tests.running import Ran, contents, run


def valued() -> list[tuple[str, str]]:
    """Return every command with each of its options that takes a value."""
    return [
        (context.name, f"--{flag.names[0]}")
        for context in namespace.to_contexts()
        for flag in context.args.values()
        if flag.takes_value and context.name
    ]


def run_invoke(folder: Path, *words: str, **variables: str) -> Ran:
    """Return what the task runner itself prints of our tasks."""
    (folder / "tasks.py").write_text("from migration.cli.tasks import namespace\n")
    done = subprocess.run(
        [sys.executable, "-m", "invoke", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def test_there_are_options_with_values() -> None:
    assert {("check-parity", "--preset"), ("lint", "--explain"), ("map", "--old")} <= {*valued()}
    assert isinstance(namespace, Collection)
    assert program.namespace is namespace


@pytest.mark.parametrize(("name", "option"), valued())
def test_an_option_without_its_value_is_an_error(
    frozen_project: Path, name: str, option: str
) -> None:
    before = contents(frozen_project)
    for words in ([option], [option, "--help"], [f"{option}="], [option, ""]):
        ran = run(frozen_project, name, *words)
        assert (ran.code, ran.out) == (1, ""), words
        assert f"{option} needs a value" in ran.err
    assert contents(frozen_project) == before


@pytest.mark.parametrize(
    "words",
    [
        ("check-parity", "--preset", "--no-record"),
        ("check-parity", "--preset", A, "--preset"),
        ("snapshot", "--preset", A, "--preset", "--check"),
        ("snapshot", "--refreeze", "--reason", "x"),
        ("snapshot", "--resolve", "--ours", "--theirs", A),
        ("diff", "--left", "--right", A),
        ("draft", "--preset", A, "--out"),
    ],
)
def test_a_value_is_not_the_next_option(frozen_project: Path, words: tuple[str, ...]) -> None:
    before = contents(frozen_project)
    ran = run(frozen_project, *words)
    assert (ran.code, ran.out, "needs a value" in ran.err) == (1, "", True)
    assert contents(frozen_project) == before


@pytest.mark.parametrize(
    "words",
    [["--preset"], ["--preset="], ["--preset", "--no-record"], ["--preset", A, "--preset"]],
)
def test_the_task_runner_refuses_an_option_without_its_value_as_well(
    frozen_project: Path, words: list[str]
) -> None:
    ran = run_invoke(frozen_project, "check-parity", *words)
    assert (ran.code, ran.out, "--preset need" in ran.err) == (1, "", True)


@pytest.mark.parametrize("name", sorted(namespace.task_names))
def test_the_help_of_a_command_says_what_each_option_is_for(tmp_path: Path, name: str) -> None:
    after, before = run(tmp_path, name, "--help"), run(tmp_path, "--help", name)
    assert (after.code, after.err, after.out) == (0, "", before.out)
    (context,) = [each for each in namespace.to_contexts() if each.name == name]
    page = " ".join(after.out.split())
    for argument in context.args.values():
        value = "" if argument.kind in (bool, list) else "=STRING"
        assert argument.help, argument
        assert f" --{argument.names[0]}{value} {argument.help}" in page


@pytest.mark.parametrize("name", sorted(namespace.task_names))
def test_a_dry_run_of_the_task_runner_is_refused_by_name(frozen_project: Path, name: str) -> None:
    before = contents(frozen_project)
    for words in (("--dry", name), (name, "--dry"), ("-R", name)):
        ran = run(frozen_project, *words)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("--dry does not keep a command from writing\n  hint: ")
    assert contents(frozen_project) == before


def test_a_dry_run_that_the_environment_asks_for_is_refused_as_well(frozen_project: Path) -> None:
    before = contents(frozen_project)
    ran = run_invoke(frozen_project, "advance", INVOKE_RUN_DRY="1")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("--dry does not keep a command from writing\n")
    assert {**before, "tasks.py": (frozen_project / "tasks.py").read_bytes()} == contents(
        frozen_project
    )
    ok(frozen_project, "advance")
