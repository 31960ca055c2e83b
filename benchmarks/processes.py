"""One run of one program as a whole process, and what it took; what it is for is not said here."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

_UNIT = 1 if sys.platform == "darwin" else 1024


class RunError(Exception):
    """A program did not do its work; the message has what it printed."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process and those that it waited for took: seconds, and bytes at the most."""

    user: float
    system: float
    wall: float
    peak: int
    """No less than what the process had that started it, which is why that one keeps small."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What a process printed, and what it took."""

    cost: Cost
    out: str


def run(command: Sequence[str], folder: Path, exit_codes: Collection[int] = (0,)) -> Finished:
    """Return what a program took, run afresh in a folder.

    Raises:
        RunError: it cannot be started, or exits with another code than those expected.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.perf_counter()
        try:
            process = subprocess.Popen(  # noqa: S603 - the benchmark's own commands
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err
            )
        except OSError as error:
            raise RunError(f"{command[0]} does not start: {error.strerror}") from error
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode not in exit_codes:
            said = err.read() or out.read()
            last = said.decode(errors="replace").strip().splitlines()[-5:]
            words = " ".join(command)
            raise RunError("\n".join([f"{words}: exit code {process.returncode}", *last]))
        cost = Cost(used.ru_utime, used.ru_stime, wall, used.ru_maxrss * _UNIT)
        return Finished(cost, out.read().decode())
