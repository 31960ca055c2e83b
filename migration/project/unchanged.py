"""Says why a preset that reads a changed file resolves to the same values all the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias

from migration.parity.run import Run
from migration.project.project import Project
from migration.resolve.loader import ConfigLoader
from migration.resolve.resolved import SourceFile
from migration.values.diff import diff
from migration.values.keypath import format_path

Reason: TypeAlias = Literal["overrides", "comments", "other files"]
"""It overrides what changed; only comments or the like did; or other files give the same values."""


class Unchanged(NamedTuple):
    """Why a preset is unchanged, and the paths that it overrides."""

    reason: Reason
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """A config of a run on both sides: its loader, and the files merged for it."""

    old: ConfigLoader
    new: ConfigLoader
    before: tuple[str, ...]
    after: tuple[str, ...]


class FileChanges:
    """Finds which of the files that runs are merged from differ between two projects."""

    def __init__(self, old: Project, new: Project) -> None:
        """Compare files of these projects, by their content."""
        self._old, self._new = old, new
        self._changed_paths: dict[tuple[str | None, str | None], tuple[str, ...]] = {}

    def are_untouched(self, before: Run, after: Run) -> bool:
        """Tell whether two runs are merged from the same files, in the same order."""
        if before.fusion_path != after.fusion_path:
            return False
        return all(
            part.before == part.after and not any(self._list_changed(part))
            for part in self._list_parts(before, after)
        )

    def suspect(self, before: Run, after: Run) -> Run:
        """Return the second run with the files marked that may explain a difference."""
        suspects: set[str] = set()
        for part in self._list_parts(before, after):
            new = {*part.after} - {*part.before}
            suspects |= new | {path for path, _, _ in self._list_changed(part) if path not in new}
        config, fusion = after.config, after.fusion
        return replace(
            after,
            config=replace(config, suspects=suspects),
            fusion=fusion and replace(fusion, suspects=suspects),
        )

    def explain(self, before: Run, after: Run) -> Unchanged:
        """Return why two runs that read changed files have the same values."""
        paths: dict[str, None] = {}
        for part in self._list_parts(before, after):
            if {*part.before} != {*part.after}:
                return Unchanged("other files")
            for _, one, other in self._list_changed(part):
                if one.bases != other.bases:
                    return Unchanged("other files")
                paths.update(dict.fromkeys(self._diff_paths(one, other)))
        return Unchanged("overrides", tuple(sorted(paths))) if paths else Unchanged("comments")

    def _list_parts(self, before: Run, after: Run) -> Iterator[_Part]:
        runs = (before, after)
        chains = [run.config.resolved.chain for run in runs]
        yield _Part(self._old.configs, self._new.configs, chains[0], chains[1])
        fusions = [run.fusion.resolved.chain if run.fusion else () for run in runs]
        if any(fusions):
            yield _Part(self._old.fusions, self._new.fusions, fusions[0], fusions[1])

    def _list_changed(self, part: _Part) -> Iterator[tuple[str, SourceFile, SourceFile]]:
        """Yield the files that both sides merge, and that have another content now."""
        for path in {*part.before}.intersection(part.after):
            one, other = part.old.source(path), part.new.source(path)
            if one is not other and one.blob != other.blob:
                yield path, one, other

    def _diff_paths(self, one: SourceFile, other: SourceFile) -> Iterable[str]:
        key = (one.blob, other.blob)
        if key not in self._changed_paths:
            found = diff(one.body, other.body)
            self._changed_paths[key] = tuple(format_path(each.path) for each in found)
        return self._changed_paths[key]
