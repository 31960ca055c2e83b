"""What a person at a terminal sees while a command is at work: a bar, and that it was interrupted.

Results and faults are written elsewhere. Without a terminal there is nobody to see anything.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from typing import Final, TypeVar

T = TypeVar("T")
INTERRUPTED: Final = 130
_SOON = 1.0  # in seconds: what takes longer wants a bar
_EVERY = 0.1
_on_screen = ExitStack()  # a process has one terminal


class Bar:
    """Follows loops, and shows how far each is from one second after the bar was made."""

    def __init__(self) -> None:
        """Begin to wait."""
        self._begun = time.monotonic()

    def follow(self, items: Collection[T], doing: str) -> Iterator[T]:
        """Yield each item; `doing` says in a word what becomes of it."""
        begun, rest = time.monotonic(), iter(items)
        for done, item in enumerate(rest, 1):
            yield item
            if time.monotonic() - self._begun >= _SOON and done < len(items):
                yield from _followed(rest, doing, begun, done, len(items))


def is_watched() -> bool:
    """Tell whether somebody sees a bar, and nothing else reads what is written."""
    is_at_terminal = sys.stdout.isatty() and sys.stderr.isatty()
    return is_at_terminal and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")


def take_down() -> None:
    """Clear the bar off the screen, if there is one."""
    _on_screen.close()


def interrupted() -> int:
    """Say that the command was interrupted; return the exit code for that.

    What is begun by now is only the end, so that another interrupt is ignored.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    take_down()
    sys.stderr.write("interrupted\n")
    return INTERRUPTED


def _followed(rest: Iterator[T], doing: str, begun: float, done: int, total: int) -> Iterator[T]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    progress = Progress(
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        "{task.fields[rate]}",
        TimeRemainingColumn(),
        console=Console(stderr=True),
        # Drawn between two items, so that there is no thread to end, and none to be interrupted.
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    task = progress.add_task(doing, total=total, completed=done, rate="")
    _on_screen.callback(progress.stop)
    try:
        progress.start()
        drawn = 0.0
        for count, item in enumerate(rest, done + 1):
            yield item
            now = time.monotonic()
            if now - drawn >= _EVERY:
                rate = f"{count / (now - begun):.1f}/s"
                progress.update(task, completed=count, rate=rate, refresh=True)
                drawn = now
    finally:
        take_down()
