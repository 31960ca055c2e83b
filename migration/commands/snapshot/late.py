"""Presets that are frozen late: after legacy files of their chains have changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from migration.commands.snapshot.refusal import RefusalError
from migration.errors import Fault
from migration.paths import RealPath
from migration.phases import judge_unchanged
from migration.project.state import State
from migration.store.ledger import Entry, clean_reason
from migration.store.records import Record


class Decisions:
    """Decides the entry of each new preset."""

    def __init__(self, state: State, reason: str | None) -> None:
        """Freeze late presets for `reason`; None: each of them is refused."""
        self._sources = _FrozenSources(state)
        self._reason = reason
        self.has_legacy = False
        """Whether a preset is built from a legacy file."""

    def decide(self, preset: str, record: Record, legacy: tuple[str, ...]) -> Entry:
        """Return the entry of a preset with this record, which is built from these legacy files.

        Raises:
            RefusalError: the preset is late, and there is no reason for freezing it.
        """
        self.has_legacy = self.has_legacy or bool(legacy)
        changed = [*self._sources.faults(record)]
        if changed and self._reason is None:
            raise RefusalError(*changed)
        late = clean_reason(self._reason) if self._reason and changed else None
        return Entry(preset, judge_unchanged(legacy), late=late)


class _FrozenSources:
    """The legacy files as they were when presets were frozen from them."""

    def __init__(self, state: State) -> None:
        self._state = state

    def faults(self, record: Record) -> Iterator[Fault]:
        """Yield a fault for each legacy file that has changed since another preset was frozen.

        Freezing the preset from it would make that change a part of the baseline.
        """
        if not self._state.ledger.was_worked_on:
            return
        for path, sha256 in self._files(record).items():
            known = self._presets_by_digest.get(path, {})
            others = [other for frozen, other in known.items() if frozen != sha256]
            if others and self._state.inventory.is_legacy(path):
                message = f"changed since {min(others)} was frozen from it"
                hint = (
                    "freeze the preset from the file as it was; "
                    "`snapshot --late --reason R` freezes it from the file as it is"
                )
                yield Fault(message, path, hint=hint)

    def _files(self, record: Record) -> dict[RealPath, str]:
        """Return the files of a preset and of its fusion config, with their digests."""
        digests = (link.sha256 for link in record.chain)
        files = dict(zip(record.files, digests, strict=True))
        if record.fusion:
            fusions = self._state.project.fusions
            for path in fusions.resolve(record.fusion.path).chain:
                files[path] = fusions.digest(path)
        return files

    @cached_property
    def _presets_by_digest(self) -> Mapping[str, Mapping[str, str]]:
        """Each file that a preset was frozen from: digest -> the first such preset."""
        known: dict[str, dict[str, str]] = {}
        for preset in self._state.presets:
            for link in self._state.baselines.links(preset):
                known.setdefault(link.path, {}).setdefault(link.sha256, preset)
        return known
