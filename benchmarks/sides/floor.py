"""The least that Python can do: a straight line without checks, messages, origins or commands.

`python -m benchmarks.sides.floor ACTION FOLDER LIST [INTO]`; `LIST` names the presets, one a line.
It knows no anchors, tags or merge keys, and stops at nothing that is wrong.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from os import makedirs
from posixpath import dirname, join, normpath
from typing import Any

import orjson
import yaml
import yaml.cyaml
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
Parser: Any = getattr(yaml.cyaml, "CParser")  # noqa: B009 - the stubs hide it
Config = dict[str, Any]


class Scalars(dict[str, Any]):
    """What plain scalars are, each read once by PyYAML's rules, ready for orjson."""

    def __init__(self) -> None:
        super().__init__()
        self.loader: Any = yaml.SafeLoader("")

    def __missing__(self, text: str) -> Any:
        """Return what a text is that was not met before."""
        node = yaml.ScalarNode(self.loader.resolve(yaml.ScalarNode, text, (True, False)), text)
        value = self.loader.construct_object(node)
        if isinstance(value, float) and "e" in (spelled := repr(value)):
            value = orjson.Fragment(spelled)  # as json.dumps spells it
        self[text] = value
        return value


def read(data: bytes, scalars: Scalars) -> Any:
    """Return what one file says, built from the events of libyaml with a stack."""
    next_event = Parser(data).get_event
    items: list[Any] = []
    begun: list[tuple[list[Any], bool]] = []
    next_event()  # of the stream
    next_event()  # of the document
    while True:
        event = next_event()
        kind = type(event)
        if kind is ScalarEvent:
            value = scalars[event.value] if event.implicit[0] else event.value
            items.append(value)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            begun.append((items, kind is MappingStartEvent))
            items = []
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            ended = items
            items, is_mapping = begun.pop()
            items.append(dict(zip(ended[::2], ended[1::2], strict=True)) if is_mapping else ended)
        else:  # of the document, or of a stream without one
            return items[0] if items else {}


def merge(base: Config, override: Config) -> Config:
    """Return a mapping merged onto another; what only one of them has is shared with it."""
    result = base | override
    for key in base.keys() & override.keys():
        if type(base[key]) is dict and type(override[key]) is dict:
            result[key] = merge(base[key], override[key])
    return result


class Resolver:
    """Resolves the presets of a folder; each file is read once, and each chain merged once."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.scalars = Scalars()
        self.resolved: dict[str, Config] = {}

    def resolve(self, path: str) -> Config:
        """Return what a file and all that it extends say together."""
        if path not in self.resolved:
            with open(join(self.folder, path), "rb") as file:  # noqa: PTH123 - the quickest
                said = read(file.read(), self.scalars)
            extends = said.pop("extends", None) or []
            result: Config = {}
            for base in [extends] if isinstance(extends, str) else extends:
                result = merge(result, self.resolve(normpath(join(dirname(path), base))))
            self.resolved[path] = merge(result, said)
        return self.resolved[path]

    def texts(self, presets: list[str]) -> Iterator[tuple[str, bytes]]:
        """Give each preset with the text of what it resolves to."""
        for preset in presets:
            yield preset, orjson.dumps(self.resolve(preset), option=OPTIONS)


def snapshot(folder: str, presets: list[str], into: str) -> None:
    """Write what each preset resolves to."""
    for parent in {dirname(preset) for preset in presets}:
        makedirs(join(into, parent), exist_ok=True)  # noqa: PTH103 - the quickest
    for preset, text in Resolver(folder).texts(presets):
        with open(f"{into}/{preset}.json", "wb") as file:  # noqa: PTH123 - the quickest
            file.write(text)


def check(folder: str, presets: list[str]) -> None:
    """Print which presets do not resolve to what is frozen."""
    for preset, text in Resolver(folder).texts(presets):
        with open(f"{folder}/snapshots/presets/{preset}.json", "rb") as file:  # noqa: PTH123
            if file.read() != text:
                print(preset)


def main() -> None:
    """Do what the command line says."""
    gc.disable()
    action, folder, names = sys.argv[1:4]
    with open(names, encoding="utf-8") as file:  # noqa: PTH123 - the quickest
        presets = file.read().splitlines()
    if action == "snapshot":
        snapshot(folder, presets, sys.argv[4])
    else:
        check(folder, presets)


if __name__ == "__main__":
    main()
