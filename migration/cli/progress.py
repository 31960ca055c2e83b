"""The progress bar at a terminal, and the message after Ctrl-C.

Results and faults are written by `console`. Without a terminal there is no bar.
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
    """Follows loops, and shows the progress of each from one second after the bar was made."""

    def __init__(self) -> None:
        """Start the clock."""
        self._begun = time.monotonic()

    def follow(self, items: Collection[T], doing: str) -> Iterator[T]:
        """Yield each item; `doing` is the word before the bar, as `comparing`."""
        begun, rest = time.monotonic(), iter(items)
        for done, item in enumerate(rest, 1):
            yield item
            if time.monotonic() - self._begun >= _SOON and done < len(items):
                yield from _draw_bar(rest, doing, begun, done, len(items))


def is_watched() -> bool:
    """Tell whether stdout and stderr go to a terminal that can draw a bar, outside CI."""
    is_at_terminal = sys.stdout.isatty() and sys.stderr.isatty()
    return is_at_terminal and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")


def clear_bar() -> None:
    """Remove the bar from the screen, if there is one."""
    _on_screen.close()


def report_interrupt() -> int:
    """Write that the command was interrupted; return the exit code for that.

    Another interrupt is ignored: the command is ending already.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    clear_bar()
    sys.stderr.write("interrupted\n")
    return INTERRUPTED


def _draw_bar(rest: Iterator[T], doing: str, begun: float, done: int, total: int) -> Iterator[T]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    progress = Progress(
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        "{task.fields[rate]}",
        TimeRemainingColumn(),
        console=Console(stderr=True),
        # The bar is drawn between two items: a thread would have to be ended at an interrupt.
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
        clear_bar()
