"""The console script: from its first import on, an interrupt is one line and an exit code.

The commands are in `tasks`.
"""

from __future__ import annotations

import signal
import sys

from migration.cli.progress import report_interrupt


class _InterruptedError(BaseException):
    """An interrupt that no library takes for its own; `KeyboardInterrupt` ends invoke with 1."""


def main() -> None:
    """Run the command that the words of the process name."""
    # Where interrupts are ignored, as in the background of a shell, they stay so.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    try:
        from migration.cli.tasks import program

        program.run()
    except _InterruptedError:
        sys.exit(report_interrupt())


def _interrupt(*_: object) -> None:
    # The first is enough: what follows is only the way out.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise _InterruptedError


if __name__ == "__main__":
    main()
