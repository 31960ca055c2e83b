"""Collects the toolkit's commands and this repository's own tasks."""

import shlex
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from invoke.collection import Collection
from invoke.context import Context
from invoke.tasks import task

from migration.cli.tasks import namespace as toolkit

_PYTEST = f"{shlex.quote(sys.executable)} -m pytest --numprocesses=auto --dist=worksteal"


@task
def test(context: Context) -> None:
    """Run the tests, without the campaigns' slices, on all cores."""
    _run(context, f"{_PYTEST} -m 'not campaign'")


@task(help={"tests": "--no-tests: leave out the test suite"})
def check(context: Context, tests: bool = True) -> None:
    """Run what CI runs, in the current environment; stop at the first failure."""
    for command in (
        "ruff format --check .",
        "ruff check .",
        "mypy",
        "lint-imports",
        *([f"{_PYTEST} --cov"] if tests else []),
        "invoke lint",
        "invoke check-parity --no-record",
        "invoke ledger --check",
        "invoke snapshot --check",
    ):
        _run(context, command)
    _run_from_wheel(context, "config-migration check-parity --no-record")


@task(help={"seconds": "for how long", "seed": "of an earlier campaign, to run it again"})
def fuzz(context: Context, seconds: str = "60", seed: str = "") -> None:
    """Compare the loader with PyYAML and a naive resolver, on seeded texts and trees."""
    _campaign(context, "fuzzing", seconds=seconds, seed=seed)


@task(
    help={
        "count": "how many mutations",
        "seed": "another seed, other mutations",
        "first": "the number of the first one; with --count 1, that one alone",
        "command": "what judges the edits: check-parity, or compare",
    },
    auto_shortflags=False,
)
def mutate(
    context: Context,
    count: str = "10000",
    seed: str = "0",
    first: str = "0",
    command: str = "check-parity",
) -> None:
    """Edit presets, one edit at a time; the command must be right about every edit."""
    _campaign(context, "mutation", count=count, seed=seed, first=first, command=command)


@task(help={"count": "edits that change content", "seed": "of the edits"})
def tamper(context: Context, count: str = "1000", seed: str = "0") -> None:
    """Edit the frozen files of a copy at random; the commands must report every edit."""
    _campaign(context, "tampering", count=count, seed=seed)


@task(help={"count": "processes to kill", "seed": "of the delays"})
def kill(context: Context, count: str = "100", seed: str = "0") -> None:
    """Kill real commands at random times; each must leave the old state or the new one."""
    _campaign(context, "killing", count=count, seed=seed)


@task(
    help={
        "presets": "sizes of trees; 16 is this repository's own (default: 16,100,1000,10000)",
        "repeat": "how often each side runs (default: 5)",
        "seed": "of the generated trees",
        "actions": "some of what can be measured (default: all)",
        "out": "a JSON file for every sample, which benchmarks.report and benchmarks.plot read",
    },
    auto_shortflags=False,
)
def bench(
    context: Context,
    presets: str = "",
    repeat: str = "",
    seed: str = "",
    actions: str = "",
    out: str = "",
) -> None:
    """Measure the toolkit against other ways to do the same; needs the libraries of `.[bench]`."""
    options = {"presets": presets, "repeat": repeat, "seed": seed, "actions": actions, "out": out}
    _start(context, "benchmarks", options)


def _campaign(context: Context, name: str, **options: str) -> None:
    _start(context, f"campaigns.{name}", options)


def _start(context: Context, module: str, options: Mapping[str, str]) -> None:
    # Passed on as text: the module itself refuses what is not a number, with one line.
    words = [f"--{option}={value}" for option, value in options.items() if value]
    _run(context, shlex.join([sys.executable, "-m", module, *words]))


def _run_from_wheel(context: Context, command: str) -> None:
    """Run a console script from an installed wheel, to notice files missing from the wheel."""
    with tempfile.TemporaryDirectory() as folder:
        _run(context, f"{sys.executable} -m build --wheel --outdir {folder} .", hide="out")
        _run(context, f"{sys.executable} -m venv {folder}/venv")
        (wheel,) = Path(folder).glob("*.whl")
        _run(context, f"{folder}/venv/bin/pip install --quiet {wheel}")
        _run(context, f"{folder}/venv/bin/{command}")


def _run(context: Context, command: str, hide: str | None = None) -> None:
    print(f"$ {command}", flush=True)
    context.run(command, hide=hide)


namespace = Collection(*toolkit.tasks.values(), bench, check, fuzz, kill, mutate, tamper, test)
