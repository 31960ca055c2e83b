"""`snapshot --fold`: writes what was accepted into the baselines, and removes the acceptances.

What each preset is expected to be stays the same; this is proved before anything is written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import cast

from migration.commands.snapshot.fold_fusions import (
    FusionFolds,
    concerns_fusion,
    freeze_fusion,
    plan_fusions,
)
from migration.errors import Fault, MigrationError
from migration.files.atomic import PendingFiles
from migration.files.digest import digest
from migration.project.changes import commit_changes, list_acceptance_changes
from migration.project.expected import Expected, apply_changes, read_baseline
from migration.project.project import Project
from migration.project.state import State, frozen_state
from migration.store.acceptance import AcceptedChange, group_changes
from migration.store.frozen_part import facts_bytes
from migration.store.record_file import read_places, read_record, record_bytes
from migration.store.records import FUSION, PRESETS, FusionLink, Record
from migration.values.canonical import canonical_bytes
from migration.values.canonical_reader import read_canonical
from migration.values.diff import diff
from migration.values.keypath import KeyPath, format_path
from migration.values.merge import Config
from migration.values.patch import make_changes


@dataclass(frozen=True, slots=True)
class Folding:
    """What was accepted and is in the baselines now, and what could not be put there."""

    presets: tuple[str, ...]
    """The presets whose baselines, or fusion configs, are other ones now."""
    fusions: tuple[str, ...]
    """The fusion configs whose baselines are other ones now."""
    removed: tuple[str, ...]
    """The keys of the acceptances that are gone."""
    parted: Mapping[str, tuple[str, ...]]
    """Fusion config -> presets that are expected to have it, and do not agree on its content."""


def fold_acceptances(project: Project) -> Folding:
    """Write what was accepted into the baselines, as far as presets agree on fusion configs.

    Raises:
        MigrationError: something was accepted for a preset that is not frozen, or does not fit its
            baseline; a frozen file was changed, or nothing can be written.
    """
    with project.writing("snapshot --fold"), project.disk.write_beside({}) as staged:
        state = frozen_state(project)
        before = state.baselines.acceptances
        if strangers := [each for each in before if not {*state.presets}.issuperset(each.presets)]:
            hint = "`accept --drop` trims it"
            message = "accepted for a preset that is not frozen"
            raise MigrationError(*(Fault(f"{e.name}: {message}", hint=hint) for e in strangers))
        fold = _Fold(state, plan_fusions(state), staged)
        for preset in project.access.follow(sorted(before.presets), "folding"):
            fold.fold_preset(preset)
        fold.fold_fusions()
        after = group_changes(fold.left)
        for path, text in list_acceptance_changes(state.baselines, after):
            fold.write(path, text)
        if fold.digests:
            commit_changes(state, staged, "snapshot --fold", fold.digests)
    kept = {each.id for each in after}
    gone = tuple(each.name for each in before if each.id not in kept)
    return Folding(tuple(fold.presets), tuple(fold.fusions), gone, fold.parted)


class _Fold:
    """Stages the new files of one config after the other."""

    def __init__(self, state: State, plan: FusionFolds, staged: PendingFiles) -> None:
        self._state, self._plan, self._staged = state, plan, staged
        self._folder = state.project.state_folder
        self.parted = plan.parted
        self.digests: dict[str, str | None] = {}
        """The digest of each file to write, None for one to remove."""
        self.presets: list[str] = []
        self.fusions: list[str] = []
        self.left: dict[str, list[AcceptedChange]] = {}
        """What is still accepted for each preset, since it could not be folded."""

    def fold_preset(self, preset: str) -> None:
        """Stage the baseline and the record of a preset.

        Raises:
            MigrationError: what was accepted does not fit, or another config would be expected.
        """
        baselines, is_kept = self._state.baselines, preset in self._plan.kept
        changes = baselines.acceptances.list_changes(preset)
        left = [each for each in changes if is_kept and concerns_fusion(self._state, each)]
        own = [each.change for each in changes if each.fusion is None and each not in left]
        frozen = read_baseline(baselines, preset)
        text = canonical_bytes(make_changes(frozen.config, own))
        before = self._state.record(preset).fusion
        link = self._plan.links.get(preset, before)
        self._prove(preset, frozen, text, left)
        self.left[preset] = left
        baseline, record = self._folder.files_of(PRESETS, preset)
        if own:
            self.write(baseline, text)
        if own or link != before:
            paths = [each.path for each in own]
            self.write(record, self._make_record(PRESETS, preset, digest(text), paths, link))
            self.presets.append(preset)

    def fold_fusions(self) -> None:
        """Stage the fusion configs that have another content, and remove those nobody names."""
        baselines = self._state.baselines
        for path, text in sorted(self._plan.texts.items()):
            baseline, record = self._folder.files_of(FUSION, path)
            if not baselines.has_record(FUSION, path):
                frozen = freeze_fusion(self._state, path)
                self.write(baseline, text)
                self.write(record, record_bytes(FUSION, path, frozen.facts))
                self.fusions.append(path)
            elif not baselines.is_frozen_as(FUSION, path, text):
                changed = diff(baselines.value(FUSION, path), read_canonical(text, baseline))
                paths = [each.path for each in changed]
                self.write(baseline, text)
                self.write(record, self._make_record(FUSION, path, digest(text), paths, None))
                self.fusions.append(path)
        records = {preset: self._state.record(preset).fusion for preset in self._state.presets}
        before = {link.path for link in records.values() if link}
        after = {link.path for link in {**records, **self._plan.links}.values() if link}
        for path in sorted(before - after):
            for file in self._folder.files_of(FUSION, path):
                self.write(file, None)

    def write(self, path: str, data: bytes | None) -> None:
        """Stage a file to write, or one to remove.

        Raises:
            MigrationError: it cannot be written.
        """
        self.digests[path] = None if data is None else digest(data)
        if data is not None:
            self._staged.add(path, data)

    def _prove(
        self, preset: str, frozen: Expected, text: bytes, left: Collection[AcceptedChange]
    ) -> None:
        """Check that the new baseline, with what is left to apply, is what was expected before."""
        project, baselines = self._state.project, self._state.baselines
        changes = baselines.acceptances.list_changes(preset)
        expected = apply_changes(project, baselines, preset, frozen, changes)
        folded = replace(frozen, config=cast("Config", read_canonical(text, preset)))
        if preset in self._plan.links:
            link = self._plan.links[preset]
            content = self._plan.texts[link.path] if link else None
            fusion = None if content is None else cast("Config", read_canonical(content, preset))
            path = expected.fusion_path if link else None
            folded = replace(folded, fusion_path=path, fusion=fusion)
        if not apply_changes(project, baselines, preset, folded, left).is_same(expected):
            message = "cannot be folded: another config would be expected of this preset"
            raise MigrationError(Fault(message, preset, hint="nothing was written"))

    def _make_record(
        self,
        section: str,
        config: str,
        sha256: str,
        changed: Collection[KeyPath],
        link: FusionLink | None,
    ) -> bytes:
        """Return the text of a record with the digest of another baseline.

        The files do not set the values that were accepted, so these have no places.
        """
        data = self._state.baselines.record_data(section, config)
        reading = read_record(data, section, config, self._folder.record_path(section, config))
        texts = [format_path(path) for path in changed]
        places = {
            file: kept
            for file, lines in read_places(data).items()
            if (kept := {path: line for path, line in lines.items() if not _is_part(path, texts)})
        }
        record = replace(cast("Record", reading.record), sha256=sha256, fusion=link)
        return record_bytes(section, config, facts_bytes(record, places), reading.entry)


def _is_part(path: str, changed: Collection[str]) -> bool:
    """Tell whether the text of a path is one of those that changed, or leads to or from one."""
    # As texts: a record has hundreds of them, and to read each as a path would take long.
    return any(
        path == each
        or path.startswith((f"{each}.", f"{each}["))
        or each.startswith((f"{path}.", f"{path}["))
        for each in changed
    )
