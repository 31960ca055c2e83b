"""Annotations in the log of a GitHub job: the commands that put a message beside a line.

A command is a line of its own, in which line ends, `%`, `:` and `,` are encoded where they would
end a part: no text from elsewhere can add a command.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from migration.text import make_visible

Level: TypeAlias = Literal["error", "warning", "notice"]
_LEVELS: Final[Sequence[Level]] = ("error", "warning", "notice")
_MOST: Final = 10
"""GitHub shows as many of a step, and drops the others in silence."""
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Annotation:
    """A message beside a line of a file; without a file, beside none."""

    level: Level
    title: str
    message: str
    place: str | None = None
    """The file, or `file:line`; a number at the end is taken for a line."""


def write_annotations(found: Iterable[Annotation], prefix: str, verdict: str) -> str:
    """Return the verdict and the commands, errors first, at most as many as GitHub shows.

    Files are named from the top of the repository, in which the project is at `prefix`.
    """
    ordered = sorted(found, key=lambda each: _LEVELS.index(each.level))
    shown, rest = ordered, ordered[_MOST:]
    if rest:
        shown, rest = ordered[: _MOST - 1], ordered[_MOST - 1 :]
        text = "\n".join([f"{len(rest)} more:", *(each.title for each in rest)])
        shown.append(Annotation(rest[0].level, "and more", text))
    lines = [_write_command(each, prefix) for each in shown]
    return "".join(f"{line}\n" for line in (make_visible(verdict), *lines))


def _write_command(annotation: Annotation, prefix: str) -> str:
    file, line = _part_place(annotation.place)
    properties = {"title": annotation.title}
    if file is not None:
        path = file if file.startswith("/") else posixpath.normpath(f"{prefix}{file}")
        properties = {"file": path, **({"line": line} if line else {}), **properties}
    written = ",".join(f"{name}={_encode_property(each)}" for name, each in properties.items())
    return f"::{annotation.level} {written}::{_encode(annotation.message)}"


def _part_place(place: str | None) -> tuple[str | None, str | None]:
    """Return the file and the line of a place, which may have no line.

    >>> _part_place("a.yaml:3"), _part_place("a.yaml"), _part_place(None)
    (('a.yaml', '3'), ('a.yaml', None), (None, None))
    """
    if place is None:
        return None, None
    file, _, line = place.rpartition(":")
    return (file, line) if file and line.isdecimal() else (place, None)


def _encode(text: str) -> str:
    text = make_visible(text, keep="\n")
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _encode_property(text: str) -> str:
    return _encode(text).replace(":", "%3A").replace(",", "%2C")
