"""Runs one command: checks how it was called, prints its errors, and returns its exit code.

Exit codes: 0 all is well; 2 the gate does not hold; 1 the command could not do its work;
130 it was interrupted.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from migration.cli.console import Console, find_folder, replace_closed_streams, write
from migration.cli.declaration import COMMON, Command
from migration.cli.progress import clear_bar, report_interrupt
from migration.cli.usage import check_call
from migration.errors import MigrationError

CANNOT: Final = 1
GATE: Final = 2


def run_command(command: Command, given: Mapping[str, object]) -> int:
    """Run a command with the options given, those of `COMMON` among them; return the exit code."""

    def work() -> int:
        check_call(command, given)
        console = _make_console(given)
        options = {name: value for name, value in given.items() if name in command.options}
        return 0 if command.run(console, **options) else GATE

    return report_errors(work)


def report_errors(work: Callable[[], int]) -> int:
    """Return the exit code of some work, after printing what kept it from its end."""
    replace_closed_streams()
    try:
        with _pause_garbage_collection():
            return work()
    except MigrationError as error:
        clear_bar()
        write(f"{error}\n", sys.stderr)
        return CANNOT
    except KeyboardInterrupt:
        return report_interrupt()
    finally:
        clear_bar()


def _make_console(given: Mapping[str, object]) -> Console:
    chosen = {**{name: option.default for name, option in COMMON.items()}, **given}
    directory = chosen["directory"]
    return Console(
        folder=find_folder(str(directory) if directory else None),
        color=str(chosen["color"]),
        is_quiet=bool(chosen["quiet"]),
        is_verbose=bool(chosen["verbose"]),
        directory=str(directory or ""),
    )


@contextmanager
def _pause_garbage_collection() -> Iterator[None]:
    """Keep Python from searching for cyclic garbage: a command makes next to none.

    The search would take a third of the time of reading configs.
    """
    is_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_collecting:
            gc.enable()
