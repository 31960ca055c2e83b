"""Runs a command in a forked child, which may have fewer rights or less space."""

from __future__ import annotations

import os
import pickle
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.running import Ran, run

NOBODY = 65534


def ran_in_child(folder: Path, *words: str, prepare: Callable[[], None] = lambda: None) -> Ran:
    """Run a command in a child that calls `prepare` first; return its output and exit code."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            prepare()
            os.write(writing, pickle.dumps(run(folder, *words)))
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:  # noqa: PTH123 - a descriptor is no path
        data = pipe.read()
    os.waitpid(child, 0)
    ran = pickle.loads(data)  # noqa: S301 - from our own child
    assert isinstance(ran, Ran)
    return ran


def is_open_to_nobody(folder: Path) -> bool:
    """Tell whether a child without the rights of root can still read the code that it runs."""
    is_open = (each.stat().st_mode & stat.S_IXOTH for each in (folder, *folder.parents))
    return os.geteuid() != 0 or all(is_open)


def as_nobody() -> None:
    """Give up the rights of root, which may access every folder."""
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        os.environ["HOME"] = "/"  # where invoke looks for settings


@contextmanager
def public_folder() -> Iterator[Path]:
    """Make a folder that other users can access, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
