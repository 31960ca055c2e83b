"""Parses a campaign's command line; refuses one that would try nothing, since it cannot fail."""

from __future__ import annotations

import argparse
from typing import NoReturn


class Arguments(argparse.ArgumentParser):
    """Parses a campaign's arguments; exits 1 on a wrong one, as the toolkit's commands do."""

    def error(self, message: str) -> NoReturn:
        self.exit(1, f"{self.prog}: {message}\n")


def at_least_one(text: str) -> int:
    """Return the text as a whole number of at least 1."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, not {text!r}")
    return number
