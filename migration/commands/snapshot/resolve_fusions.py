"""Decides which version of each fusion config counts: that with which its presets were frozen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, cast

from migration.commands.snapshot.findings import Findings
from migration.commands.snapshot.newest import Found
from migration.commands.snapshot.resolve_presets import Whole
from migration.commands.snapshot.versions import Versions
from migration.project.changes import list_acceptance_changes
from migration.store.acceptance import AcceptedChange, Grounds, group_changes
from migration.store.baselines import Baselines
from migration.store.frozen_part import facts_bytes
from migration.store.record_file import read_places, record_bytes
from migration.store.records import FUSION, PRESETS, FusionLink
from migration.values.canonical_reader import read_canonical
from migration.values.keypath import format_path
from migration.values.patch import find_changes, make_changes

_REASON: Final = "frozen with this before a merge brought another content"


class FusionResolver:
    """Finds the files to write and to remove for the fusion configs of resolved presets."""

    def __init__(self, versions: Versions, baselines: Baselines, findings: Findings) -> None:
        """Search `versions` and what `baselines` has accepted, and add to `findings`."""
        self._versions, self._baselines, self._findings = versions, baselines, findings
        self._store = versions.store

    def resolve(self, presets: Mapping[str, Whole]) -> None:
        """Take each fusion config that presets name; remove the others once all is decided.

        Of two contents that presets were frozen with, the one of more presets is taken; for the
        other presets theirs is accepted, so that what is expected of them stays the same.
        """
        parted = []
        for fusion, by_digest in sorted(_presets_by_digest(presets).items()):
            *few, (sha256, _) = sorted(by_digest.items(), key=lambda each: (len(each[1]), each))
            self._take(fusion, sha256)
            parted += [(fusion, sha256, other, names) for other, names in few]
        if self._findings.are_decided:
            self._accept_others(presets, parted)
        if self._findings.are_decided:
            self._remove_others({r.fusion.path for r, _ in presets.values() if r.fusion})

    def _take(self, fusion: str, sha256: str) -> None:
        """Take a fusion config with a digest."""
        baseline_path, record_path = self._store.files_of(FUSION, fusion)
        facts = self._versions.fusion(fusion, sha256, self._versions.start)
        point = facts.point if isinstance(facts, Found) else self._versions.start
        baseline = self._versions.baselines.find(FUSION, fusion, sha256, point)
        if isinstance(facts, Found) and baseline is not None:
            text = record_bytes(FUSION, fusion, facts.value.text)
            label = self._versions.lineage.label(facts.point)
            self._findings.take(fusion, label, {baseline_path: baseline.data, record_path: text})
        else:
            message = "no side has this fusion config as the presets were frozen with it"
            self._findings.add_fault(message, record_path)

    def _accept_others(
        self, presets: Mapping[str, Whole], parted: Iterable[tuple[str, str, str, Collection[str]]]
    ) -> None:
        """Accept for presets the content of a fusion config that they were frozen with.

        Each of `parted` has a fusion config, the digest of the content that is taken, that of
        another content, and the presets that were frozen with this one.
        """
        known = self._baselines.acceptances.by_preset
        accepted: dict[str, tuple[AcceptedChange, ...]] = {}
        for fusion, sha256, other, names in parted:
            taken, before = (self._find_value(fusion, each) for each in (sha256, other))
            if taken is None or before is None:
                message = f"no side has this fusion config as {min(names)} was frozen with it"
                self._findings.add_fault(message, self._store.record_path(FUSION, fusion))
                continue
            for preset in names:
                self._relink(preset, presets[preset], FusionLink(fusion, sha256))
                changes = known.get(preset, ())
                accepted[preset] = tuple(_move_changes(changes, fusion, taken, before))
            self._findings.parted.setdefault(fusion, []).extend(sorted(names))
        if accepted:
            after = group_changes({**known, **accepted})
            self._findings.files |= dict(list_acceptance_changes(self._baselines, after))

    def _find_value(self, fusion: str, sha256: str) -> object | None:
        found = self._versions.baselines.find(FUSION, fusion, sha256, self._versions.start)
        path = self._store.baseline_path(FUSION, fusion)
        return read_canonical(found.data, path) if found else None

    def _relink(self, preset: str, whole: Whole, link: FusionLink) -> None:
        """Write into the record of a preset which content its fusion config has."""
        record, entry = whole
        path = self._store.record_path(PRESETS, preset)
        # A record that counts is in place, or is to be written.
        data = self._findings.files.get(path) or self._versions.points.in_work_tree(path)
        facts = facts_bytes(replace(record, fusion=link), read_places(cast("bytes", data)))
        self._findings.files[path] = record_bytes(PRESETS, preset, facts, entry)

    def _remove_others(self, named: Collection[str]) -> None:
        """Remove the fusion configs that no preset names, as far as git has them."""
        is_file = self._store.tree.is_file
        for fusion in self._versions.list_configs(FUSION):
            files = [path for path in self._store.files_of(FUSION, fusion) if is_file(path)]
            if fusion not in named and all(map(self._versions.points.is_known, files)):
                self._findings.remove(files)


def _move_changes(
    known: Collection[AcceptedChange], fusion: str, taken: object, before: object
) -> Iterator[AcceptedChange]:
    """Yield what has to be accepted if a fusion config is `taken`, and was `before`."""
    moved = [each for each in known if each.fusion == fusion]
    expected = make_changes(before, [each.change for each in moved])
    grounds = {format_path(each.change.path): each.grounds for each in moved}
    yield from (each for each in known if each.fusion != fusion)
    for change in find_changes(taken, expected):
        why = grounds.get(format_path(change.path), Grounds(_REASON))
        yield AcceptedChange(fusion, change, why)


def _presets_by_digest(presets: Mapping[str, Whole]) -> dict[str, dict[str, list[str]]]:
    """Return the fusion configs that presets name: path -> digest -> presets."""
    found: dict[str, dict[str, list[str]]] = {}
    for preset, (record, entry) in presets.items():
        if record.fusion and entry.status != "dropped":
            by_digest = found.setdefault(record.fusion.path, {})
            by_digest.setdefault(record.fusion.sha256, []).append(preset)
    return found
