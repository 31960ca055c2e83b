"""Reads the decisions about presets as plain data, whatever format they are written in.

A revision may have the frozen files of an earlier version; here no seal is verified, and what
cannot be read says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property

import orjson

from migration.errors import MigrationError
from migration.files.tree import Tree
from migration.store.folder import RECORDS
from migration.store.records import PRESETS
from migration.yaml.load import load_mapping


class PlainState:
    """The decisions in a folder of frozen files."""

    def __init__(self, tree: Tree, folder: str) -> None:
        """Read the folder at a path in a tree."""
        self._tree, self._folder = tree, folder

    @property
    def phase(self) -> object:
        """The open phase, None if it is not known."""
        return self._ledger.get("phase")

    @property
    def listed(self) -> tuple[str, ...]:
        """The presets that the ledger itself lists, as formats 1 and 2 have it."""
        return tuple(map(str, self._old_entries))

    def is_dropped(self, preset: str) -> bool:
        """Tell whether the preset was dropped."""
        return self._entry(preset).get("status") == "dropped"

    def find_target(self, preset: str) -> str | None:
        """Return the path to which the preset was moved, None if it was not."""
        target = self._entry(preset).get("target")
        return target if isinstance(target, str) else None

    def _entry(self, preset: str) -> Mapping[object, object]:
        fields = self._old_entries.get(preset)
        if fields is None:
            path = f"{self._folder}/{RECORDS[PRESETS]}/{preset}.json"
            with suppress(MigrationError, ValueError):
                fields = orjson.loads(self._tree.read(path))
        return fields if isinstance(fields, dict) else {}

    @cached_property
    def _old_entries(self) -> Mapping[object, object]:
        entries = self._ledger.get("presets")
        return entries if isinstance(entries, dict) else {}

    @cached_property
    def _ledger(self) -> Mapping[object, object]:
        path = f"{self._folder}/ledger.yaml"
        with suppress(MigrationError):
            return load_mapping(self._tree.read_config(path), path)
        return {}
