"""Reads the decisions about presets as plain data, whatever format they are written in.

A revision may have the frozen files of an earlier version; here no seal is verified, and what
cannot be read says nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Final

import orjson

from migration.errors import MigrationError
from migration.paths import is_plain_path
from migration.phases import PHASES, Phase
from migration.store.acceptance import Acceptances
from migration.store.acceptance_files import AcceptanceFiles, read_acceptances
from migration.store.folder import StateFolder, configs_in
from migration.store.old_formats import FORMATS as OLD_FORMATS
from migration.store.records import FUSION, PRESETS
from migration.store.seal import FORMAT, format_problem
from migration.yaml.load import load_mapping

_TARGET: Final = b'"target"'
"""What the record of every preset that has moved holds."""
_DECISIONS: Final = ("format", "status", "target", "phase")
"""The fields of a record that are kept; the frozen part of it is long."""


class PlainState:
    """The decisions in a folder of frozen files."""

    def __init__(self, folder: StateFolder) -> None:
        """Read the folder."""
        self._folder = folder
        self._entries: dict[str, Mapping[object, object]] = {}

    @property
    def phase(self) -> Phase | None:
        """The open phase, None if it is not known."""
        return _read_phase(self._ledger.get("phase"))

    @cached_property
    def presets(self) -> frozenset[str]:
        """The presets that have a record, or that an older ledger lists."""
        records = self._folder.folders_of(PRESETS)[1]
        files = self._folder.tree.files(records.rstrip("/"))
        return frozenset((*configs_in(records, files), *filter(is_plain_path, self.old_presets)))

    def list_moved(self) -> Iterator[str]:
        """Yield the presets whose records may name another path than their own."""
        if self.old_presets:
            yield from self.presets
            return
        records = {self._folder.record_path(PRESETS, each): each for each in self.presets}
        yield from (records[path] for path in self._folder.tree.list_holding(records, _TARGET))

    def is_dropped(self, preset: str) -> bool:
        """Tell whether the preset was dropped."""
        return self._entry(preset).get("status") == "dropped"

    def find_target(self, preset: str) -> str:
        """Return the path that the preset has now, its own if it was not moved.

        A path that leads out of the project is none: nothing there is a preset.
        """
        target = self._entry(preset).get("target")
        return target if is_plain_path(target) else preset

    def has_record(self, preset: str) -> bool:
        """Tell whether the preset has a record that can be read, or an older ledger lists it."""
        entry = self._entry(preset)
        return bool(entry) and is_plain_path(entry.get("target", preset))

    def has_fusion_record(self, config: str) -> bool:
        """Tell whether the fusion config has a record that can be read."""
        return bool(self._read_record(FUSION, config))

    def find_phase(self, preset: str) -> Phase | None:
        """Return the phase to which the preset was assigned, None if it was not."""
        return _read_phase(self._entry(preset).get("phase"))

    def _entry(self, preset: str) -> Mapping[object, object]:
        """Return what is decided about a preset; a record is read once."""
        fields = self.old_presets.get(preset)
        if fields is not None:
            return fields if isinstance(fields, dict) else {}
        known = self._entries.get(preset)
        if known is None:
            record = self._read_record(PRESETS, preset)
            known = {name: value for name, value in record.items() if name in _DECISIONS}
            self._entries[preset] = known
        return known

    def _read_record(self, section: str, config: str) -> Mapping[object, object]:
        """Return the fields of a record, none unless it is of the format that has records."""
        with suppress(MigrationError, ValueError):
            fields = orjson.loads(self._folder.tree.read(self._folder.record_path(section, config)))
            if isinstance(fields, dict) and format_problem(fields.get("format")) is None:
                return fields
        return {}

    @property
    def acceptances(self) -> Acceptances:
        """What was accepted, as far as it can be read."""
        return self._acceptance_files.acceptances

    @property
    def unread_acceptances(self) -> Collection[str]:
        """The files of acceptances that cannot be read, or were edited."""
        return self._acceptance_files.faults

    @cached_property
    def _acceptance_files(self) -> AcceptanceFiles:
        return read_acceptances(self._folder.tree, self._folder.list_acceptances())

    @cached_property
    def old_presets(self) -> Mapping[object, object]:
        """The presets that the ledger of an earlier format lists, with what it says of them."""
        is_old = self._ledger.get("format") != FORMAT
        entries = self._ledger.get("presets") if is_old else None
        return entries if isinstance(entries, dict) else {}

    @cached_property
    def _ledger(self) -> Mapping[object, object]:
        path = self._folder.ledger_path
        with suppress(MigrationError):
            fields = load_mapping(self._folder.tree.read_config(path), path)
            number = fields.get("format")
            if type(number) is int and number in (*OLD_FORMATS, FORMAT):
                return fields
        return {}


def _read_phase(value: object) -> Phase | None:
    return next((each for each in PHASES if type(value) is type(each) and value == each), None)
