"""Describes a user's mistakes as data: one `Fault` per mistake, and the error that carries them.

`migration.cli.console` prints them. A bug is never turned into a fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from migration.text import make_visible, quote_name, shorten

_MOST_HOPS: Final = 20
_LONGEST: Final = 2_000
_ALIKE: Final = 0.6
"""How similar a name has to be to one that is suggested instead, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake and its place; `line` and `column` count from 1."""

    message: str
    path: str | None = None
    line: int | None = None
    column: int | None = None
    hint: str | None = None
    trace: tuple[str, ...] = ()
    others: int = 0
    """How many more files lead to the mistake, besides the last of the trace."""

    def at(self, path: str, line: int, column: int) -> Fault:
        """Return the fault with its place."""
        return replace(self, path=path, line=line, column=column)

    def reached_from(self, hop: str) -> Fault:
        """Return the fault with one more hop in its trace, which lists the innermost hop first."""
        return replace(self, trace=(*self.trace, hop))

    def __str__(self) -> str:
        """Return `path:line:column: message`, then the hops, then the hint, each on one line."""
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part)
        message = shorten(self.message, _LONGEST)
        lines = [f"{place}: {message}" if place else message]
        hops = [f"  from {hop}" for hop in self.trace]
        if (left_out := len(hops) - _MOST_HOPS) > 0:
            half = _MOST_HOPS // 2
            hops[half:-half] = [f"  … {left_out} hops more"]
        lines += hops
        if self.others:
            lines.append(f"  and from {self.others} more file{'s' if self.others > 1 else ''}")
        if self.hint:
            lines.append(f"  hint: {shorten(self.hint, _LONGEST)}")
        return "\n".join(map(make_visible, lines))

    @property
    def order(self) -> tuple[str, int, int, str]:
        """The key that sorts faults by file, then line, then column."""
        return (self.path or "", self.line or 0, self.column or 0, self.message)


def find_nearest(name: str, known: Iterable[str], *, at_least: float = _ALIKE) -> str | None:
    """Return the known name that is closest to the given one, or None if none is close."""
    return next(iter(find_nearest_few(name, known, 1, at_least=at_least)), None)


def find_nearest_few(
    name: str, known: Iterable[str], most: int, *, at_least: float = _ALIKE
) -> list[str]:
    """Return up to `most` known names with a similarity of `at_least`, the closest first."""
    from difflib import get_close_matches  # few commands end in an error

    return get_close_matches(name, list(known), n=most, cutoff=at_least)


def suggest_nearest(name: str, known: Iterable[str], otherwise: str | None = None) -> str | None:
    """Return the hint that suggests the closest known name, or the other hint if none is close."""
    return ask_if_meant(find_nearest(name, known), otherwise)


def ask_if_meant(name: str | None, otherwise: str | None = None) -> str | None:
    """Return the hint that suggests the name, or the other hint if there is no name."""
    return ask_if_one_meant([name]) if name else otherwise


def ask_if_one_meant(names: Sequence[str]) -> str:
    """Return the hint that suggests one or more names.

    >>> ask_if_one_meant(["a", "b", "c"])
    "did you mean 'a', 'b' or 'c'?"
    """
    *others, last = map(quote_name, names)
    return f"did you mean {', '.join(others)}{' or ' if others else ''}{last}?"


class MigrationError(Exception):
    """One or more faults, each once, sorted by file and line."""

    def __init__(self, *faults: Fault) -> None:
        """Store the faults; of those that differ only in their trace, keep the first.

        It counts the files from which the others come.
        """
        alike: dict[tuple[str, int, int, str], list[Fault]] = {}
        for fault in faults:
            alike.setdefault(fault.order, []).append(fault)
        self.faults = tuple(_keep_first(alike[order]) for order in sorted(alike))
        super().__init__(*self.faults)

    def __str__(self) -> str:
        """Return the texts of the faults, one after the other."""
        return "\n".join(str(fault) for fault in self.faults)


def _keep_first(alike: Sequence[Fault]) -> Fault:
    """Return the first of some faults that differ only in how they were reached."""
    starts = {fault.trace[-1].partition(":")[0] for fault in alike if fault.trace}
    others = len(starts) - 1 + sum(fault.others for fault in alike)
    return replace(alike[0], others=others) if others > 0 else alike[0]
