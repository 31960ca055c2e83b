"""Kills a command, in a process of its own, at one of its changes of the disk."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from campaigns.killing.changes import Change, watched
from tests.running import Ran, run

_OF_FOLDERS = ("make_folder", "remove_folder", "sync_folder")


@dataclass(frozen=True)
class Stop:
    """A point to stop at: before a change or, when a file is written, halfway through.

    After a change is the same as before the next one, since nothing else touches the disk.
    """

    number: int
    is_half: bool = False


def changes_of(folder: Path, words: tuple[str, ...]) -> tuple[Ran, list[Change]]:
    """Run a command to its end; return its output, and the changes that it made."""
    made: list[Change] = []
    with watched(made.append):
        ran = run(folder, *words)
    return ran, made


def stops(made: list[Change]) -> Iterator[Stop]:
    """Yield every point at which a command that makes these changes can be stopped."""
    for before, change in zip([None, *made], made, strict=False):
        if not before or before.name not in _OF_FOLDERS:  # folder changes leave all files alone
            yield Stop(change.number)
        if change.name == "write":
            yield Stop(change.number, is_half=True)


def telling(made: list[Change]) -> Iterator[Change]:
    """Yield the changes; of a run of the same folder change, only the first and the last."""
    for name, row in itertools.groupby(made, key=lambda change: change.name):
        changes = list(row)
        yield from (changes[0], changes[-1]) if name in _OF_FOLDERS and changes[1:] else changes


def killed(folder: Path, words: tuple[str, ...], stop: Stop) -> None:
    """Run a command and kill it at the stop, with no chance to clean up."""
    child = os.fork()
    if child == 0:
        try:
            with watched(_killing(stop)):
                run(folder, *words)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"the command has ended before its change {stop.number}"


def _killing(stop: Stop) -> Callable[[Change], None]:
    def act(change: Change) -> None:
        if change.number == stop.number:
            if stop.is_half:
                with change.path.open("wb") as file:
                    file.write(change.data[: len(change.data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)

    return act
