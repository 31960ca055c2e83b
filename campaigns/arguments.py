"""The command line of a campaign: one that would try nothing is refused, since it cannot fail."""

from __future__ import annotations

import argparse
from typing import NoReturn


class Arguments(argparse.ArgumentParser):
    """Reads a campaign's arguments; like the toolkit's own commands it exits 1 on a wrong one."""

    def error(self, message: str) -> NoReturn:
        self.exit(1, f"{self.prog}: {message}\n")


def at_least_one(text: str) -> int:
    """Return a whole number of things to try."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, not {text!r}")
    return number
