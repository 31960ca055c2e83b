"""Collects the toolkit's commands and this repository's own tasks."""

import shlex
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from invoke.collection import Collection
from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import task

from migration.cli.tasks import namespace as toolkit

_PYTEST = f"{shlex.quote(sys.executable)} -m pytest --numprocesses=auto --dist=worksteal"

_NOT_SOURCE = (".*", "__pycache__", "*.egg-info", "build", "dist", "walkthrough")
"""What a work tree has besides its source."""
_PRESET = "extends: ../base.yaml\noptim: {lr: 1.0e-4}\n"
_SMALL_TREE = {
    "pyproject.toml": '[tool.config-migration]\npresets = ["runs/*.yaml"]\n',
    "base.yaml": "model: {dtype: bfloat16}\n",
    "runs/a.yaml": _PRESET,
}


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
    package(context)


@task
def package(context: Context) -> None:
    """Build sdist and wheel, check them, and run the installed wheel; leave nothing behind."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Of a copy, since a build writes into its source, and takes over what an earlier one left.
        source = folder / "source"
        shutil.copytree(".", source, ignore=shutil.ignore_patterns(*_NOT_SOURCE))
        # The wheel is built from the sdist, which has to be whole for it.
        _run(context, f"{sys.executable} -m build --outdir {folder} {source}", is_hidden=True)
        (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
        _run(context, f"{sys.executable} -m twine check --strict {sdist} {wheel}")
        _compare_with_source(wheel, source)
        _run(context, f"{sys.executable} -m venv {folder}/venv")
        _run(context, f"{folder}/venv/bin/pip install --quiet {wheel}")
        _run_installed(context, folder / "venv/bin", folder / "tree")


@task
def picture(context: Context) -> None:
    """Draw the picture of the README anew, from what the command prints."""
    _run(context, shlex.join([sys.executable, "scripts/draw_red_result.py"]))


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


def _compare_with_source(wheel: Path, source: Path) -> None:
    """Hold a wheel to have all files of the package, and no others.

    Raises:
        Exit: it has not.
    """
    package_files = (path for path in (source / "migration").rglob("*") if path.is_file())
    expected = {path.relative_to(source).as_posix() for path in package_files}
    expected.add("config_migration_toolkit.py")
    names = zipfile.ZipFile(wheel).namelist()
    found = {name for name in names if ".dist-info/" not in name}
    if found != expected:
        raise Exit(f"the wheel lacks {expected - found}, and has {found - expected}", code=1)


def _run_installed(context: Context, programs: Path, tree: Path) -> None:
    """Run the installed console script and API on this repository, and on a small tree."""
    script = f"{programs}/config-migration"
    _run(context, f"{script} --version")
    _run(context, f"{script} check-parity --no-record")
    for path, text in _SMALL_TREE.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text)
    _run(context, f"{script} snapshot -C {tree}")
    _run(context, f"{script} check-parity --no-record -C {tree}")
    (tree / "runs/a.yaml").write_text(_PRESET.replace("1.0e-4", "1e-4"))
    _run(context, f"{script} check-parity --no-record -C {tree}", code=2)
    # Isolated (-I), since Python would find the package of this folder first.
    code = f"from migration.api import check; print(check({str(tree)!r}).causes)"
    _run(context, shlex.join([f"{programs}/python", "-I", "-c", code]))


def _run(context: Context, command: str, *, is_hidden: bool = False, code: int = 0) -> None:
    """Run a command; what a hidden one prints is shown only if it fails.

    Raises:
        Exit: it ends with another exit code.
    """
    print(f"$ {command}", flush=True)
    ended = context.run(command, hide=is_hidden, warn=True)
    if ended is None or ended.exited != code:
        if is_hidden and ended is not None:
            print(ended.stdout, ended.stderr)
        raise Exit(f"this command has to end with exit code {code}: {command}", code=1)


namespace = Collection(
    *toolkit.tasks.values(), bench, check, fuzz, kill, mutate, package, picture, tamper, test
)
