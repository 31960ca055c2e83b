"""Runs the console script; Ctrl-C prints one line and sets an exit code, even during imports.

The commands are listed in `cli/catalog.py`.
"""

from __future__ import annotations

import signal
import sys

from migration.cli.progress import report_interrupt


class _InterruptedError(BaseException):
    """An interrupt that no library handles."""


def main() -> None:
    """Run the command that the arguments of the process name."""
    # If interrupts are ignored, as for a background job of a shell, keep ignoring them.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    try:
        from migration.cli.console_script import run_words

        sys.exit(run_words())
    except _InterruptedError:
        sys.exit(report_interrupt())


def _interrupt(*_: object) -> None:
    # Ignore further interrupts: the process is already exiting.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise _InterruptedError


if __name__ == "__main__":
    main()
