"""Runs the console script, in this process or another, as if typed in a folder."""

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

from migration.cli.console_script import run_words

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


class TerminalIO(io.StringIO):
    """A stream that claims to be a terminal; the environment sets its width."""

    def isatty(self) -> bool:
        return True


def run(folder: Path, *words: str, stream: type[io.StringIO] = io.StringIO) -> Ran:
    """Run a command; return its output and exit code. A traceback fails the test."""
    out, err = stream(), stream()
    before, handler = Path.cwd(), signal.getsignal(signal.SIGINT)
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run_words(words)
    finally:
        os.chdir(before)
        # An interrupted command ignores further interrupts; what runs here next must not.
        signal.signal(signal.SIGINT, handler)
    return Ran(code, out.getvalue(), err.getvalue())


def run_apart(folder: Path, *commands: Sequence[str]) -> list[Ran]:
    """Run the commands in one child process, so that a crash or a hang ends with it.

    The child may take a gigabyte of memory and a minute. Return the output of each command.
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
    """Return the bytes of every file under the folder, to show that nothing was written."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text in the file, which must contain it."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def git(folder: Path, *words: str) -> str:
    """Run git with an author for commits; return its output. It must succeed."""
    who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    command = ["git", *who, "-c", "commit.gpgsign=false", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def commit_all(folder: Path) -> None:
    """Commit everything in the folder, in a repository of its own."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all", ".")
    git(folder, "commit", "--quiet", "--message=all")
