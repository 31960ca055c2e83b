"""Decides which version of each fusion config counts: that with which its presets were frozen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import cast

from migration.commands.snapshot.findings import Findings
from migration.commands.snapshot.newest import Found
from migration.commands.snapshot.resolve_presets import Whole
from migration.commands.snapshot.versions import Versions
from migration.store.frozen_part import facts_bytes
from migration.store.record_file import read_places, record_bytes
from migration.store.records import FUSION, PRESETS, FusionLink


class FusionResolver:
    """Finds the files to write and to remove for the fusion configs of resolved presets."""

    def __init__(self, versions: Versions, findings: Findings) -> None:
        """Search `versions`, and add to `findings`."""
        self._versions, self._findings = versions, findings
        self._store = versions.store

    def resolve(self, presets: Mapping[str, Whole]) -> Mapping[str, FusionLink]:
        """Take each fusion config that presets name; remove the others once all is decided.

        Of two contents that presets were frozen with, the one of more presets is taken. Returns
        the other presets, each with the content that it is recorded with from now on.
        """
        links: dict[str, FusionLink] = {}
        for fusion, by_digest in sorted(_presets_by_digest(presets).items()):
            *few, (sha256, _) = sorted(by_digest.items(), key=lambda each: (len(each[1]), each))
            self._take(fusion, sha256)
            for _, names in few:
                links |= dict.fromkeys(names, FusionLink(fusion, sha256))
        if not self._findings.are_decided:
            return {}
        for preset, link in sorted(links.items()):
            self._relink(preset, presets[preset], link)
            self._findings.parted.setdefault(link.path, []).append(preset)
        self._remove_others({r.fusion.path for r, _ in presets.values() if r.fusion})
        return links

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


def _presets_by_digest(presets: Mapping[str, Whole]) -> dict[str, dict[str, list[str]]]:
    """Return the fusion configs that presets name: path -> digest -> presets."""
    found: dict[str, dict[str, list[str]]] = {}
    for preset, (record, entry) in presets.items():
        if record.fusion and entry.status != "dropped":
            by_digest = found.setdefault(record.fusion.path, {})
            by_digest.setdefault(record.fusion.sha256, []).append(preset)
    return found
