"""Says why a preset that reads a changed file resolves to the same values all the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias

from migration.parity.run import Run
from migration.project.project import Project
from migration.resolve.loader import ConfigLoader
from migration.resolve.resolved import SourceFile
from migration.resolve.setter import find_setting_file
from migration.values.diff import diff
from migration.values.keypath import KeyPath, format_path
from migration.yaml.tokens import have_same_tokens

Reason: TypeAlias = Literal["overrides", "comments", "writing", "other files"]
"""It overrides what changed; only comments and blanks did, or how values are written; or other
files give the same values."""


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
        self._changed_paths: dict[tuple[str | None, str | None], tuple[KeyPath, ...]] = {}
        self._comments: dict[tuple[str | None, str | None], bool] = {}

    def are_untouched(self, before: Run, after: Run) -> bool:
        """Tell whether two runs are merged from the same files, in the same order."""
        if before.fusion_path != after.fusion_path:
            return False
        return all(
            part.before == part.after and not any(self._list_changed(part))
            for part in self._list_parts(before, after)
        )

    def mark_suspects(self, before: Run, after: Run) -> Run:
        """Return the second run with a mark on the files that may explain a difference."""
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

    def explain(self, before: Run, after: Run) -> Unchanged | None:
        """Return why two runs have the same values, None if they read the same files."""
        paths: dict[str, None] = {}
        is_rewritten = is_edited = False
        for part in self._list_parts(before, after):
            if {*part.before} != {*part.after}:
                return Unchanged("other files")
            changed = {path: sources for path, *sources in self._list_changed(part)}
            found = {path: self._list_paths(part, *sources) for path, sources in changed.items()}
            if _is_set_elsewhere(part, changed, found):
                return Unchanged("other files")
            is_edited = is_edited or bool(changed)
            paths.update(
                dict.fromkeys(format_path(each) for keys in found.values() for each in keys)
            )
            is_rewritten = is_rewritten or any(
                not found[path] and not self._is_comment(part, path, *sources)
                for path, sources in changed.items()
            )
        if paths:
            return Unchanged("overrides", tuple(sorted(paths)))
        if is_rewritten:
            return Unchanged("writing")
        return Unchanged("comments") if is_edited else None

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

    def _list_paths(self, part: _Part, one: SourceFile, other: SourceFile) -> tuple[KeyPath, ...]:
        """Return the paths at which the file itself says something else; entries go by name."""
        key = (one.blob, other.blob)
        if key not in self._changed_paths:
            bodies = (part.old.merging.shape(one.body), part.new.merging.shape(other.body))
            self._changed_paths[key] = tuple(found.path for found in diff(*bodies))
        return self._changed_paths[key]

    def _is_comment(self, part: _Part, path: str, one: SourceFile, other: SourceFile) -> bool:
        """Tell whether the two texts of a file differ in comments and blanks alone."""
        key = (one.blob, other.blob)
        if key not in self._comments:
            texts = (part.old.text(path), part.new.text(path))
            self._comments[key] = have_same_tokens(*texts)
        return self._comments[key]


def _is_set_elsewhere(
    part: _Part,
    changed: Mapping[str, Sequence[SourceFile]],
    found: Mapping[str, Collection[KeyPath]],
) -> bool:
    """Tell whether a changed file sets now what another one said before."""
    if any(one.bases != other.bases for one, other in changed.values()):
        return True
    for file, keys in found.items():
        for key in keys:
            setter = find_setting_file(part.new, part.after[-1], key)
            if setter and key in found.get(setter, ()):
                return True
            if setter != file and find_setting_file(part.old, part.before[-1], key) == file:
                return True
    return False
