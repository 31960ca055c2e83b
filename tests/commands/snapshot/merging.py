"""What the tests of merges share: a repository, and what is done in its branches."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from campaigns.killing.changes import Change, watched
from campaigns.killing.seen import JOURNAL
from tests.conftest import write_files
from tests.earlier import refreeze
from tests.ledgers import ok
from tests.running import contents, edit, git, run

A, B, C, D = (f"configs/train/{name}.yaml" for name in "abcd")
WARM = "configs/components/warm.yaml"
PRESET = "extends: [../base.yaml, ../components/optim.yaml, ../components/warm.yaml]\nname: {}\n"
SHALLOW = "extends: ../base.yaml\noptim: {{lr: 1.0e-4}}\nwarm: {{steps: 10}}\nname: {}\n"
IN_ORDER = "snapshots/ is in order: `git add snapshots`\n"


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all", ".")
    git(folder, "commit", "--quiet", f"--message={message}")


def branch(folder: Path, name: str, start: str = "main") -> None:
    git(folder, "checkout", "--quiet", "-b", name, start)


def attempt(folder: Path, *words: str) -> bool:
    """Run git where it may stop at a conflict; tell whether it went through."""
    who = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "core.editor=true"]
    command = ["git", *who, *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return not done.returncode


def stop_and_commit(folder: Path, do: Callable[[], object]) -> Iterator[None]:
    """Stop what is done before each of its changes of the disk; commit what it left with a journal.

    Everything is as in the last commit before it is done again.
    """
    start = git(folder, "rev-parse", "HEAD").strip()
    numbers: list[int] = []
    with watched(lambda change: numbers.append(change.number)):
        do()
    for number in numbers:
        git(folder, "reset", "--quiet", "--hard", start)
        git(folder, "clean", "--quiet", "--force", "-d")

        def stop(change: Change, number: int = number) -> None:
            if change.number == number:
                raise KeyboardInterrupt

        with watched(stop), suppress(KeyboardInterrupt):
            do()
        if (folder / JOURNAL).exists():
            commit(folder, "whatever is there")
            yield


def prepare(folder: Path) -> Path:
    """Freeze two neighbours in the small project, commit them and open phase 1; return it."""
    for path in contents(folder / "configs/train"):
        (folder / "configs/train" / path).unlink()
    texts = {A: PRESET.format("a"), B: PRESET.format("b"), WARM: "warm: {steps: 10}\n"}
    write_files(folder, {**texts, "configs/train/extra.yaml": "seed: 1\n"})
    ok(folder, "snapshot")
    ok(folder, "advance")
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "frozen")
    return folder


def freeze_new(folder: Path, preset: str) -> None:
    write_files(folder, {preset: PRESET.format(Path(preset).stem)})
    ok(folder, "snapshot")


def migrate(folder: Path, preset: str) -> None:
    write_files(folder, {preset: SHALLOW.format(Path(preset).stem)})
    ok(folder, "check-parity")


def rename(folder: Path, preset: str) -> None:
    to = preset.replace(".yaml", "_new.yaml")
    (folder / preset).rename(folder / to)
    ok(folder, "map", "--old", preset, "--new", to)


def drop(folder: Path, preset: str) -> None:
    ok(folder, "map", "--old", preset, "--drop", "--reason", "nobody runs it")


def refrozen_apart(repository: Path) -> None:
    """Refreeze one preset in two branches, each with another key."""
    branch(repository, "one")
    edit(repository / A, "name: a", "name: a\nalpha: 1")
    refreeze(repository, "alpha is wanted", A)
    commit(repository, "one")
    branch(repository, "two")
    edit(repository / A, "name: a", "name: a\nzeta: 2")
    refreeze(repository, "zeta is wanted", A)
    commit(repository, "two")


def refused(repository: Path) -> str:
    ran = run(repository, "check-parity", "--no-record")
    assert (ran.code, ran.out) == (1, "")
    assert "snapshot --resolve" in ran.err
    return ran.err
