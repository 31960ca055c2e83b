"""The toolkit's commands, and this repository's own chores."""

import sys
import tempfile
from pathlib import Path

from invoke.collection import Collection
from invoke.context import Context
from invoke.tasks import task

from migration.tasks import namespace as toolkit


@task(help={"tests": "--no-tests: leave out the test suite"})
def check(context: Context, tests: bool = True) -> None:
    """Run what CI runs, in the environment at hand; stop at the first failure."""
    for command in (
        "ruff format --check .",
        "ruff check .",
        "mypy",
        "lint-imports",
        *(["python -m pytest"] if tests else []),
        "invoke lint",
        "invoke check-parity --no-record",
        "invoke ledger --check",
        "invoke snapshot --check",
    ):
        _run(context, command)
    _run_from_wheel(context, "config-migration check-parity --no-record")


@task(help={"seconds": "for how long", "seed": "of an earlier campaign, to run it again"})
def fuzz(context: Context, seconds: int = 60, seed: str = "") -> None:
    """Hold the loader against PyYAML and a naive resolver, on seeded texts and trees."""
    again = f" --seed {seed}" if seed else ""
    _run(context, f"{sys.executable} -m tests.fuzzing --seconds {seconds}{again}")


@task(
    help={
        "count": "how many mutations",
        "seed": "another seed, other mutations",
        "first": "the number of the first one; with --count 1, that one alone",
    },
    auto_shortflags=False,
)
def mutate(context: Context, count: int = 10_000, seed: int = 0, first: int = 0) -> None:
    """Edit presets in many thousand ways, each in one; the gate has to be right about every one."""
    options = f"--count {count} --seed {seed} --first {first}"
    _run(context, f"{sys.executable} -m tests.mutation {options}")


@task(help={"count": "edits that change content", "seed": "of the edits"})
def tamper(context: Context, count: int = 1000, seed: int = 0) -> None:
    """Edit the frozen files of a copy at random; each edit has to be noticed and named."""
    _run(context, f"{sys.executable} -m tests.tampering --count {count} --seed {seed}")


@task(help={"count": "processes to kill", "seed": "of the delays"})
def kill(context: Context, count: int = 100, seed: int = 0) -> None:
    """Kill real commands at random times; each has to leave the old state or the new one."""
    _run(context, f"{sys.executable} -m tests.killing --count {count} --seed {seed}")


def _run_from_wheel(context: Context, command: str) -> None:
    """Run a console script from a wheel alone, so that a file missing from it shows."""
    with tempfile.TemporaryDirectory() as folder:
        _run(context, f"{sys.executable} -m build --wheel --outdir {folder} .", hide="out")
        _run(context, f"{sys.executable} -m venv {folder}/venv")
        (wheel,) = Path(folder).glob("*.whl")
        _run(context, f"{folder}/venv/bin/pip install --quiet {wheel}")
        _run(context, f"{folder}/venv/bin/{command}")


def _run(context: Context, command: str, hide: str | None = None) -> None:
    print(f"$ {command}", flush=True)
    context.run(command, hide=hide)


namespace = Collection(*toolkit.tasks.values(), check, fuzz, kill, mutate, tamper)
