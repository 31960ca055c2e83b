"""The same commands as tasks of invoke: the options alone, and no other answer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from migration.cli.catalog import COMMANDS
from migration.cli.declaration import COMMON
from migration.cli.tasks import namespace
from tests.conftest import ROOT, write_files
from tests.ledgers import A, B, ok
from tests.running import Ran, contents, edit, run

OWN = "from migration.tasks import namespace\n"
NESTED = (
    "from invoke import Collection\nfrom migration.tasks import namespace as toolkit\n"
    'namespace = Collection()\nnamespace.add_collection(toolkit, name="config")\n'
)


def run_invoke(folder: Path, *words: str, tasks: str = OWN, **variables: str) -> Ran:
    """Return what the task runner itself prints of our tasks."""
    (folder / "tasks.py").write_text(tasks)
    done = subprocess.run(
        [sys.executable, "-m", "invoke", *words],
        cwd=folder,
        env={**os.environ, "CI": "", "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def test_every_command_is_a_task_with_every_option() -> None:
    contexts = {str(context.name): context for context in namespace.to_contexts()}
    assert {*contexts} == {command.name for command in COMMANDS}
    for command in COMMANDS:
        options = {**command.options, **COMMON}
        flags = {f"--{argument.names[0]}" for argument in contexts[command.name].args.values()}
        assert flags == {option.flag for option in options.values()}
        for argument in contexts[command.name].args.values():
            option = options[argument.attr_name or argument.name]
            assert argument.takes_value == (option.values is not None)
            assert option.help in str(argument.help)


@pytest.mark.parametrize(
    "words",
    [
        ["check-parity", "--no-record"],
        ["check-parity", "--no-record", "--preset", A, "--preset", B, "--format", "json"],
        ["check-parity", "--no-record", "--quiet"],
        ["ledger", "--check"],
        ["inspect", "--config", A, "--key", "optim.lr"],
        ["diff", "--left", A, "--right", B],
        ["snapshot", "--check"],
        ["lint", "--path", A, "--path", B, "--select", "L4,L7", "--ignore", "L702"],
        ["lint", "--path", "configs/trian"],
        ["retire", "--dry-run"],
        ["ledger", "--status", "fialed"],
        ["diff", "--left", A],
        ["map", "--old", A, "--drop"],
        ["check-parity", "--directory", "configs", "--no-record"],
    ],
)
def test_a_task_answers_as_the_console_script(frozen_project: Path, words: list[str]) -> None:
    edit(frozen_project / B, "seed: 1", "seed: 2")
    script = run(frozen_project, *words)
    assert run_invoke(frozen_project, *words) == script


def test_in_a_collection_of_its_own_the_next_command_is_still_one(frozen_project: Path) -> None:
    ok(frozen_project, "advance")
    ran = run_invoke(frozen_project, "config.ledger", tasks=NESTED)
    assert ran == run(frozen_project, "ledger")
    assert "\nnext: config-migration map " in ran.out
    assert "  config.check-parity " in run_invoke(frozen_project, "--list", tasks=NESTED).out


@pytest.mark.parametrize(
    "words",
    [["--preset"], ["--preset="], ["--preset", "--no-record"], ["--preset", A, "--preset"]],
)
def test_the_task_runner_refuses_an_option_without_its_value_as_well(
    frozen_project: Path, words: list[str]
) -> None:
    ran = run_invoke(frozen_project, "check-parity", *words)
    assert (ran.code, ran.out, "--preset need" in ran.err) == (1, "", True)


def test_a_dry_run_of_the_task_runner_is_refused(frozen_project: Path) -> None:
    before = contents(frozen_project)
    for words, variables in (
        (("--dry", "advance"), {}),
        (("advance", "--dry"), {}),
        (("-R", "advance"), {}),
        (("advance",), {"INVOKE_RUN_DRY": "1"}),
    ):
        ran = run_invoke(frozen_project, *words, **variables)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("--dry does not keep a command from writing; ")
    after = contents(frozen_project)
    assert {**before, "tasks.py": after["tasks.py"]} == after
    ok(frozen_project, "advance")


def test_a_repository_with_a_package_of_the_same_name_has_the_tasks_by_another(
    frozen_project: Path,
) -> None:
    write_files(frozen_project, {"migration/__init__.py": "", "migration/tasks.py": "own = 1\n"})
    tasks = "from config_migration_toolkit import namespace\n"
    ran = run_invoke(frozen_project, "check-parity", "--no-record", tasks=tasks)
    assert ran == run(frozen_project, "check-parity", "--no-record")
    first = f"import migration\n{tasks}"
    refused = run_invoke(frozen_project, "ledger", tasks=first)
    assert refused.code == 1
    assert "another package 'migration' was imported first" in refused.err
