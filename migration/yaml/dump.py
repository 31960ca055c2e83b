"""Writes a key and its value as YAML lines: as a file has them, else as PyYAML writes them.

Which keys are written, and the comments on them, is `draft`'s part.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from contextlib import suppress
from typing import cast

import yaml

from migration.errors import MigrationError
from migration.values.canonical import are_equal
from migration.values.merge import Config
from migration.yaml.load import load_mapping
from migration.yaml.source_text import Written

_STRING = "tag:yaml.org,2002:str"
_COMMENT = re.compile(r"(?<!\S)#.*")


def lifted(key: Hashable, value: object, own: Written | None) -> Sequence[str]:
    """Return the lines that a file has for the key; none if they do not give the value alone."""
    return own.lines if own and own.lines and says(own.lines, {key: value}) else ()


def comments_within(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the comments in the lines of a key and its value."""
    text, at = "\n".join(lines), 0
    found: list[str] = []
    # Alone the lines need not be YAML: a quoted text can have a line that begins with `---`.
    with suppress(yaml.YAMLError):
        for token in yaml.scan(text, yaml.SafeLoader):
            if isinstance(token, yaml.ScalarToken):
                start = token.start_mark.index
                if token.style in ("|", ">"):  # a comment can follow the sign
                    start += len(text[start:].partition("\n")[0])
                found += _COMMENT.findall(text[at:start])
                at = token.end_mark.index
        found += _COMMENT.findall(text[at:])
    return tuple(found)


class LosslessDumper(yaml.SafeDumper):
    """Writes each text so that it is read back: PyYAML's own dumper loses the line end U+0085."""

    def represent_text(self, data: str) -> yaml.Node:
        """Return the node of a text, in double quotes if no other style keeps it."""
        return self.represent_scalar(_STRING, data, '"' if "\x85" in data else None)


class _Dumper(LosslessDumper):
    """Writes no aliases, pairs as `!!pairs`, and a text of several lines as a block."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def represent_entries(self, data: list[object]) -> yaml.Node:
        if data and all(isinstance(entry, tuple) for entry in data):
            pairs = [{key: value} for key, value in cast("list[tuple[object, object]]", data)]
            return self.represent_sequence("tag:yaml.org,2002:pairs", pairs)
        return self.represent_list(data)

    def represent_text(self, data: str) -> yaml.Node:
        # What follows a block decides on empty lines at its end, its own indent on a leading blank.
        is_block = "\n" in data and not data[0].isspace() and not data.endswith("\n\n")
        if is_block and "\x85" not in data:
            return self.represent_scalar(_STRING, data, "|")
        return super().represent_text(data)


LosslessDumper.add_representer(str, LosslessDumper.represent_text)
_Dumper.add_representer(list, _Dumper.represent_entries)
_Dumper.add_representer(str, _Dumper.represent_text)


def dumped(key: Hashable, value: object, writings: Sequence[Written] = ()) -> list[str]:
    """Return the lines of a key, spelled as in `writings`, and of its value as PyYAML writes it."""
    names = (each.name for each in writings)
    name = next((name for name in names if name and says([f"{name}:"], {key: None})), None)
    text: str = yaml.dump(
        {key if name is None else 0: value},
        Dumper=_Dumper,
        default_flow_style=False,
        sort_keys=False,
        allow_unicode=True,
        width=2**31,
    )
    first, *rest = text.rstrip("\n").split("\n")
    return [first if name is None else f"{name}{first[1:]}", *rest]


def says(lines: Sequence[str], value: Config) -> bool:
    """Tell whether the lines give the value, with or without an empty line after them."""
    text = "\n".join(lines)
    try:
        return all(are_equal(load_mapping(text + end, ""), value) for end in ("\n", "\n\n"))
    except MigrationError:
        return False
