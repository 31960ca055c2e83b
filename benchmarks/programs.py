"""The command lines of what is measured, and which of them can run in this environment."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
_LIBRARIES = {"omega": "omegaconf", "deep": "deepdiff", "differ": "dictdiffer"}


def script(name: str) -> str:
    """Return the path of a console script of this environment."""
    return str(Path(sys.executable).with_name(name))


def toolkit(*words: str) -> tuple[str, ...]:
    """Return a command of the toolkit, as a user starts it."""
    return (script("config-migration"), *words)


def side(name: str, *words: object) -> tuple[str, ...]:
    """Return the command of another side, a module of `benchmarks.sides`."""
    return (sys.executable, "-m", f"benchmarks.sides.{name}", *map(str, words))


def can_run(name: str) -> bool:
    """Return whether what a side needs is installed."""
    return name not in _LIBRARIES or importlib.util.find_spec(_LIBRARIES[name]) is not None


def notes() -> Iterator[str]:
    """Give a line for every side that is left out."""
    for name, library in _LIBRARIES.items():
        if not can_run(name):
            yield f"{library} is not installed and is left out: pip install --editable '.[bench]'"
