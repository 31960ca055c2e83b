"""Writes the text of a base: the values that presets have in common, as their files write them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import cast

from migration.draft.text import Sources, values_text
from migration.resolve.loader import ConfigLoader
from migration.values.canonical import are_equal
from migration.values.diff import list_leaves
from migration.values.keypath import KeyPath, format_path
from migration.values.merge import Config
from migration.yaml.load import load_marks
from migration.yaml.marks import MarkTree, Origin, nearest_origin
from migration.yaml.source_text import Fragment

_NOWHERE = Origin("", 0, 0)
"""Of a value that no file sets: one that was accepted, or a key that was renamed."""


class BaseSources:
    """Chooses the file from which the base takes the text of each value, and the comments on it."""

    def __init__(self, loader: ConfigLoader) -> None:
        """Start without presets."""
        self._loader = loader
        self._shares = Counter[str]()
        self._entries: set[str] = set()

    def add(self, chain: Iterable[str]) -> None:
        """Count the files that a preset is merged from, in merge order, its own file last."""
        files = [*chain]
        self._shares.update(files)
        self._entries.update(files[-1:])

    def choose(self, values: Config) -> dict[str, str]:
        """Return the file for each value, by the text of its path; some may have none.

        It is the file that most presets are merged from, of those that set the value. Among
        equals, it is the one merged last.
        """
        wanted = {format_path(path): value for path, value in list_leaves(values) if path}
        chosen: dict[str, str] = {}
        ranks = {file: (share, at) for at, (file, share) in enumerate(self._shares.items())}
        for file in sorted(ranks, key=ranks.__getitem__, reverse=True):
            if not wanted:
                break
            for path, value in list_leaves(self._loader.source(file).body):
                text = format_path(path)
                if text in wanted and are_equal(wanted[text], value):
                    chosen[text] = file
                    del wanted[text]
        return chosen

    def write(self, values: Config, read_fragment: Callable[[str], Fragment]) -> str:
        """Return the text of a base with these values.

        The comment at the top of a preset is about that preset, and left out.
        """
        if not values:
            return "{}\n"
        chosen = self.choose(values)
        used = {*chosen.values()}
        fragments = {"": Fragment({}, {})}
        for file in used:
            fragment = read_fragment(file)
            is_entry = file in self._entries
            fragments[file] = fragment.split_header(self._loader.key)[1] if is_entry else fragment
        own = [file for file in self._shares if file in used]
        marks = _place_values(values, chosen, cache(self._read_marks))
        return values_text(values, Sources(fragments, own, marks), self._loader.key)

    def _read_marks(self, file: str) -> MarkTree:
        return load_marks(self._loader.text(file), file, self._loader.dialect.yaml)


def _place_values(
    values: Config,
    chosen: Mapping[str, str],
    read_marks: Callable[[str], MarkTree],
    at: KeyPath = (),
) -> MarkTree:
    """Return the marks of the values, each in the file that was chosen for it."""
    marks: MarkTree = {}
    for key, value in values.items():
        path = (*at, key)
        if isinstance(value, dict) and value:
            marks[key] = _place_values(cast("Config", value), chosen, read_marks, path)
            continue
        file = chosen.get(format_path(path))
        marks[key] = nearest_origin(read_marks(file), path) if file else _NOWHERE
    return marks


def count_values(values: Config) -> int:
    """Return the number of values in a config, a list or an empty mapping as one each."""
    return sum(1 for path, _ in list_leaves(values) if path)
