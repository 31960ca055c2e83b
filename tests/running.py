"""Run the console script in this process, as if typed in a folder."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from migration.cli.tasks import program

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


class TerminalIO(io.StringIO):
    """A stream that takes itself for a terminal; how wide it is, the environment says."""

    def isatty(self) -> bool:
        return True


def run(folder: Path, *words: str, stream: type[io.StringIO] = io.StringIO) -> Ran:
    """Return what a command prints and its exit code; a traceback fails the test."""
    out, err = stream(), stream()
    code = 0
    before, handler = Path.cwd(), signal.getsignal(signal.SIGINT)
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            program.run(["config-migration", *words])
    except SystemExit as exit_:
        code = int(exit_.code or 0)
    finally:
        os.chdir(before)
        # A command that was interrupted ignores another interrupt; what runs here next does not.
        signal.signal(signal.SIGINT, handler)
    return Ran(code, out.getvalue(), err.getvalue())


def run_apart(folder: Path, *commands: Sequence[str]) -> list[Ran]:
    """Return what each command prints, run in a process that a crash or a hang cannot outlive.

    It may take a gigabyte of memory and a minute.
    """
    done = subprocess.run(
        [sys.executable, "-c", _APART, str(folder)],
        cwd=Path(__file__).parents[1],
        input=json.dumps(commands),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"exit code {done.returncode}: {done.stderr}"
    return [Ran(*each) for each in json.loads(done.stdout)]


_APART = """
import dataclasses, json, pathlib, resource, sys
from tests.running import run
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
ran = [run(pathlib.Path(sys.argv[1]), *words) for words in json.load(sys.stdin)]
print(json.dumps([dataclasses.astuple(each) for each in ran]))
"""


def contents(folder: Path) -> Mapping[str, bytes]:
    """Return every file under the folder, to show that nothing was written."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def edit(path: Path, old: str, new: str) -> None:
    """Replace text that must be in the file."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def git(folder: Path, *words: str) -> str:
    """Return what git prints; it must succeed, and is told who commits."""
    who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    command = ["git", *who, "-c", "commit.gpgsign=false", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def commit_all(folder: Path) -> None:
    """Commit the folder as it is, in a repository of its own if it lies in none."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all", ".")
    git(folder, "commit", "--quiet", "--message=all")
