"""One thing that a change does to the gate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GateChange:
    """One thing that a change does to the gate, and the files or paths that it concerns."""

    what: str
    names: tuple[str, ...] = ()
    weakens: bool = True
