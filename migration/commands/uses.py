"""`uses`: shows which presets merge or name a file, and which other texts mention it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from migration.errors import Fault, MigrationError, ask_if_meant
from migration.parity.run import Run, TracedConfig
from migration.paths import RealPath, is_wild
from migration.project.anchoring import anchor_path
from migration.project.matching import no_presets_fault
from migration.project.merging import Merging, find_merging
from migration.project.project import Project
from migration.project.references.texts import Mention, find_mentions
from migration.project.references.values import chain_readings, named_values
from migration.project.references.written_paths import Sought
from migration.project.run import read_run
from migration.resolve.loader import ConfigLoader
from migration.resolve.origins import file_of
from migration.values.keypath import format_path


@dataclass(frozen=True, slots=True)
class Naming:
    """A preset with a value that names a file by its path: the key, and where it is set."""

    preset: str
    key: str
    place: str | None


@dataclass(frozen=True, slots=True)
class FileUses:
    """Everything that uses one file."""

    path: str
    is_preset: bool = False
    same: tuple[str, ...] = ()
    """The other presets that are this file, by a link."""
    merged: tuple[Merging, ...] = ()
    named: tuple[Naming, ...] = ()
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class UsesReport:
    """The uses of files, all presets, and how many of them could not be read, and why."""

    files: tuple[FileUses, ...]
    presets: tuple[str, ...]
    unread: int = 0
    faults: tuple[Fault, ...] = ()


def find_uses(project: Project, words: Iterable[str], folder: Path) -> UsesReport:
    """Return what uses the files that paths, folders and globs name; they count from `folder`.

    Raises:
        MigrationError: no presets are set, there is no such file, or git cannot tell which files
            there are.
    """
    if not project.settings.presets:
        raise MigrationError(no_presets_fault(project))
    files = dict.fromkeys(path for word in words for path in _list_files(project, word, folder))
    search = _Search(project, tuple(files))
    presets = sorted(project.list_presets())
    for preset in project.access.follow(presets, "reading"):
        search.look_into(preset)
    faults = {fault: None for faults in search.unreadable.values() for fault in faults}
    uses = tuple(map(search.report, files))
    return UsesReport(uses, tuple(presets), len(search.unreadable), tuple(faults))


def _list_files(project: Project, word: str, folder: Path) -> tuple[str, ...]:
    """Return the files that a path, a folder or a glob names.

    Raises:
        MigrationError: there is none.
    """
    tree, path = project.tree, anchor_path(project, word, folder)
    if tree.is_file(path):
        return (path,)
    # The files in `.` would have paths with `./` before them; a glob also passes over `.git`.
    path = "**" if path == "." else path
    found = tree.glob(path) if is_wild(path) and not tree.exists(path) else tree.files(path)
    found = tuple(each for each in found if not project.is_frozen_file(each))
    if not found:
        what = "no file matches" if is_wild(path) else "no such file"
        raise MigrationError(Fault(what, path, hint=ask_if_meant(tree.nearest(path))))
    return found


@dataclass
class _Search:
    """Looks into one preset after another for some files."""

    project: Project
    files: tuple[str, ...]
    unreadable: dict[str, tuple[Fault, ...]] = field(default_factory=dict)
    _same: dict[str, list[str]] = field(default_factory=dict)
    _merged: dict[str, list[Merging]] = field(default_factory=dict)
    _named: dict[str, list[Naming]] = field(default_factory=dict)
    _known: dict[str, set[str]] = field(default_factory=dict)
    """The configs that use each file, so that their lines are no mere mentions."""

    def __post_init__(self) -> None:
        self._sought = Sought(self.files)
        tree = self.project.tree
        self._by_place: dict[RealPath, list[str]] = {}
        """The files by their real paths: links may lead several to one."""
        for path in self.files:
            self._by_place.setdefault(tree.real_path(path), []).append(path)

    def look_into(self, preset: str) -> None:
        """Note which of the files a preset is, which it is merged from, and which it names."""
        for file in self._by_place.get(self.project.tree.real_path(preset), ()):
            self._same.setdefault(file, []).append(preset)
        try:
            run = read_run(self.project, preset)
            for config, loader in self._list_configs(run):
                self._note_merging(preset, config.resolved.chain, config.resolved.path, loader)
                self._note_naming(preset, config)
        except MigrationError as error:
            self.unreadable[preset] = error.faults

    def report(self, file: str) -> FileUses:
        """Return what was found of one file, and what mentions it."""
        known = {file, *self._known.get(file, ())}
        mentions = (each for each in find_mentions(self.project, file) if each.path not in known)
        same = self._same.get(file, ())
        return FileUses(
            file,
            file in same,
            tuple(preset for preset in same if preset != file),
            tuple(self._merged.get(file, ())),
            tuple(self._named.get(file, ())),
            tuple(mentions),
        )

    def _list_configs(self, run: Run) -> Iterator[tuple[TracedConfig, ConfigLoader]]:
        yield run.config, self.project.configs
        if run.fusion:
            yield run.fusion, self.project.fusions

    def _note_merging(
        self, preset: str, chain: tuple[RealPath, ...], start: RealPath, loader: ConfigLoader
    ) -> None:
        own = self.project.tree.real_path(preset)
        for real in self._by_place.keys() & {*chain} - {own}:
            merging = find_merging(loader, preset, start, real)
            if own != start != real:  # a fusion config lies between
                merging = replace(merging, through=(start, *merging.through))
            merging = self._name_from_root(merging)
            outward = self.project.state_folder.outward
            extending = {outward(each) for each in chain if real in loader.bases(each)}
            for file in self._by_place[real]:
                self._merged.setdefault(file, []).append(merging)
                self._known.setdefault(file, set()).update(extending)

    def _name_from_root(self, merging: Merging) -> Merging:
        """Return the way of a preset, with the files outside the project named from its root."""
        outward = self.project.state_folder.outward
        through = tuple(map(outward, merging.through))
        lost = tuple((key, file and outward(file)) for key, file in merging.overridden)
        return replace(merging, through=through, overridden=lost)

    def _note_naming(self, preset: str, config: TracedConfig) -> None:
        resolved = config.resolved
        meant = chain_readings(self.project.tree, (*resolved.chain, preset))
        found = named_values(resolved.value, partial(self._sought.in_value, readings=meant))
        for key, files in found:
            place = config.find_shown_place(key)
            for file in files:
                self._named.setdefault(file, []).append(Naming(preset, format_path(key), place))
                if place:
                    self._known.setdefault(file, set()).add(file_of(place))
