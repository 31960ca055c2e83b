"""New presets that name a fusion config whose change was accepted for presets frozen before.

The baseline of the fusion config stays as it is; the change is accepted for the new presets, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migration.commands.snapshot.refusal import RefusalError
from migration.errors import Fault
from migration.files.digest import digest
from migration.project.changes import list_acceptance_changes
from migration.project.expected import read_expected
from migration.project.state import State
from migration.store.acceptance import AcceptedChange, group_changes
from migration.store.records import FUSION, Record
from migration.values.canonical import canonical_bytes


class AcceptedFusions:
    """Finds which contents of fusion configs were accepted, and for which changes."""

    def __init__(self, state: State) -> None:
        """Take what was accepted in a state."""
        self._state = state
        self._known: dict[tuple[str, str], tuple[AcceptedChange, ...]] = {}
        """Fusion config and digest -> the changes that give this content."""

    def choose(self, fusion: str, sha256: str) -> str:
        """Return the digest of the baseline for presets that have a content of a fusion config.

        That is the baseline which is there, if the content was accepted for a preset; else one of
        that content.

        Raises:
            RefusalError: a baseline of other content is there, and this one was not accepted.
        """
        if not self._state.baselines.has_record(FUSION, fusion):
            return sha256
        frozen = self._state.baselines.record(FUSION, fusion).sha256
        if frozen != sha256 and not self._find_changes(fusion, sha256):
            hint = "restore it, or first `accept` the change for the presets that name it"
            raise RefusalError(Fault("changed since it was frozen", fusion, hint=hint))
        return frozen

    def list_changes(self, presets: Mapping[str, Record]) -> Iterator[tuple[str, bytes]]:
        """Yield the files of acceptances that concern new presets as well, with their bytes."""
        known = self._state.baselines.acceptances
        if not known.presets:
            return
        changes = {**known.by_preset}
        for preset, record in presets.items():
            if record.fusion:
                resolved = self._state.project.fusions.canonical(record.fusion.path)
                changes[preset] = self._find_changes(record.fusion.path, digest(resolved))
        for path, text in list_acceptance_changes(self._state.baselines, group_changes(changes)):
            if text is not None:
                yield path, text

    def _find_changes(self, fusion: str, sha256: str) -> tuple[AcceptedChange, ...]:
        """Return the accepted changes by which a preset has a content, none if it was frozen."""
        if (fusion, sha256) not in self._known:
            self._known[fusion, sha256] = self._search(fusion, sha256)
        return self._known[fusion, sha256]

    def _search(self, fusion: str, sha256: str) -> tuple[AcceptedChange, ...]:
        baselines = self._state.baselines
        if not baselines.has_record(FUSION, fusion):
            return ()
        if baselines.record(FUSION, fusion).sha256 == sha256:
            return ()
        for preset in sorted(baselines.acceptances.presets & {*self._state.presets}):
            link = self._state.record(preset).fusion
            changes = tuple(
                e for e in baselines.acceptances.list_changes(preset) if e.fusion is not None
            )
            if link is None or link.path != fusion or not changes:
                continue
            expected = read_expected(self._state.project, baselines, preset).fusion
            if expected is not None and digest(canonical_bytes(expected)) == sha256:
                return changes
        return ()
