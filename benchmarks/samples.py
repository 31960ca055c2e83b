"""What was measured, run by run, and the file that keeps it; nothing is reckoned here."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_LIBRARIES = ("PyYAML", "orjson", "invoke", "rich", "omegaconf", "deepdiff", "dictdiffer")


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of one side. Seconds and bytes; None where a part of a process was measured."""

    action: str
    presets: int
    side: str
    ran: int
    """How many presets this side ran on; 1 for what runs on one, or on none."""
    turn: int
    """In the same turn each side of an action runs once."""
    user: float
    system: float | None = None
    wall: float | None = None
    peak: int | None = None

    @property
    def cpu(self) -> float:
        """CPU seconds, of the user and of the system, for each preset that it ran on."""
        return (self.user + (self.system or 0)) / self.ran


@dataclass(frozen=True, slots=True)
class Results:
    """All samples, with what they were measured on and what was left out."""

    machine: Mapping[str, str]
    notes: Sequence[str]
    samples: Sequence[Sample]


def machine() -> Mapping[str, str]:
    """Return what the figures depend on: the cores, Python, the versions of the libraries."""
    versions = {}
    for library in _LIBRARIES:
        try:
            versions[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "cores": str(os.cpu_count()),
        "processor": platform.machine(),
        "system": platform.system(),
        "Python": platform.python_version(),
        **versions,
    }


def write(path: Path, results: Results) -> None:
    """Write the results as JSON."""
    path.write_text(json.dumps(asdict(results), indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> Results:
    """Return the results that were written.

    Raises:
        OSError: the file cannot be read.
        ValueError: it does not hold results.
    """
    try:
        said: Any = json.loads(path.read_text(encoding="utf-8"))
        samples = [Sample(**each) for each in said["samples"]]
        return Results(said["machine"], said["notes"], samples)
    except (KeyError, TypeError) as error:
        raise ValueError("no results of a benchmark") from error
