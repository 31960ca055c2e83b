"""Values as they are spelled in a file, their comments along with them, and a file made of such.

What a value means is never asked here: two files merge by the places of their entries alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

Path = tuple[str, ...]
Body = Mapping["Path", "Entry"]
"""What a file says; no path in it, nor in a file that it is merged with, leads through another."""

_SHORT = 3
"""Entries of a section that may stand on one line, `{ a: b }`."""
_WIDTH = 90


@dataclass(frozen=True, slots=True)
class Entry:
    """A value as it is spelled: on the line of its key, or in lines beneath it."""

    path: Path
    text: str
    lines: tuple[str, ...] = ()
    note: str = ""
    remark: str = ""

    def written(self, depth: int) -> Iterator[str]:
        """Give the lines of the entry; `depth` keys of its path are written already."""
        indent = "  " * depth
        if self.note:
            yield f"{indent}# {self.note}"
        remark = f"  # {self.remark}" if self.remark else ""
        yield f"{indent}{self.path[-1]}:{self.text and ' '}{self.text}{remark}"
        for line in self.lines:
            yield f"{indent}  {line}"

    def is_bare(self) -> bool:
        """Return whether it is a key and a text and nothing else."""
        return not (self.lines or self.note or self.remark)


def body(entries: Iterable[Entry]) -> Body:
    """Return the entries by their paths; the last one of a path stands."""
    return {entry.path: entry for entry in entries}


def merged(bodies: Iterable[Body]) -> Body:
    """Return what files say when each is merged onto those before it."""
    result: dict[Path, Entry] = {}
    for each in bodies:
        result.update(each)
    return result


def document(title: str, extends: Iterable[str], said: Body) -> str:
    """Return the text of a file that extends others, a comment above it."""
    lines = [f"# {title}"]
    bases = list(extends)
    if len(bases) == 1:
        lines.append(f"extends: [{bases[0]}]")
    elif bases:
        lines += ["extends:", *(f"  - {base}" for base in bases)]
    for section in _sections(said.values(), 0):
        lines += ["", *section] if len(lines) > 1 else section
    return "\n".join(lines) + "\n"


def _sections(entries: Iterable[Entry], depth: int) -> Iterator[list[str]]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.path[depth], []).append(entry)
    for key, group in groups.items():
        if len(group[0].path) == depth + 1:
            yield list(group[0].written(depth))
        else:
            yield _section(key, group, depth)


def _section(key: str, group: list[Entry], depth: int) -> list[str]:
    indent = "  " * depth
    if len(group) <= _SHORT and all(
        entry.is_bare() and len(entry.path) == depth + 2 for entry in group
    ):
        flow = ", ".join(f"{entry.path[-1]}: {entry.text}" for entry in group)
        line = f"{indent}{key}: {{ {flow} }}"
        if len(line) <= _WIDTH:
            return [line]
    beneath = (line for lines in _sections(group, depth + 1) for line in lines)
    return [f"{indent}{key}:", *beneath]
