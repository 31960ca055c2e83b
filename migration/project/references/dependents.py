"""Finds what still needs or names files that are to be removed: configs, presets, links, texts."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable
from functools import partial

from migration.errors import Fault, MigrationError
from migration.paths import is_yaml
from migration.project.left_out import LeftOutFiles, read_left_out
from migration.project.project import Project
from migration.project.references.needs import Dependent, Link, Naming, Need, Needs, Unreadable
from migration.project.references.texts import (
    Mention,
    mentions_in,
    read_text,
    readings_in,
    scalars_of,
)
from migration.project.references.values import chain_readings, named_values
from migration.project.references.written_paths import Sought, text_of
from migration.project.run import find_needed_files, read_run
from migration.project.state import State
from migration.project.surroundings import Surroundings
from migration.values.keypath import KeyPath, format_path
from migration.yaml.marks import nearest_origin


def find_needs(
    state: State,
    around: Surroundings,
    files: Collection[str],
    live: Collection[str],
    reported: Collection[str],
) -> Needs:
    """Return what needs or names one of the files; legacy files and frozen files do not count.

    `live` are the paths of the presets that stay. Paths in `reported` were reported already,
    and are left out. Files that a sparse checkout leaves out of the work tree are read from git.

    Raises:
        MigrationError: git cannot tell what it has.
    """
    if not files:
        return Needs()
    beside = state.inventory.list_yaml_files()
    sought = Sought(files, _find_emptied(state.project, frozenset(files)))
    links, texts = _left_out(sought, state.project, around)
    project = state.project.overlaid(LeftOutFiles(state.project.tree, around))
    search = _Search(project, sought, live, around, beside)
    paths = {*around.files, *beside, *live, *texts} - {
        *files,
        *state.inventory.legacy_files,
        *reported,
    }
    for path in sorted(paths):
        if not project.is_frozen_file(path):
            search.look_into(path)
    return search.found(links)


def _left_out(
    sought: Sought, project: Project, around: Surroundings
) -> tuple[list[Link], list[str]]:
    """Return the links to sought files, and the texts that may name some, that only git has."""
    links: list[Link] = []
    texts: list[str] = []
    for path, data in read_left_out(around):
        text = text_of(data)
        if text is None:
            continue
        if around.left_out[path].is_link:
            target = project.tree.real_path(text, posixpath.dirname(path))
            if needed := sought.find([target]):
                links.append(Link(path, needed))
        elif sought.may_be_named(text):
            texts.append(path)
    return links, texts


class _Search:
    """Searches one file after another, and collects what it finds."""

    def __init__(
        self,
        project: Project,
        sought: Sought,
        live: Collection[str],
        around: Surroundings,
        beside: Collection[str],
    ) -> None:
        self._project, self._around, self._sought = project, around, sought
        self._live, self._tree_files = frozenset(live), frozenset(beside)
        self._files = sought.files
        # Files of other programs have keys of their own, which are not the project's.
        self._foreign = project.configs.unguarded()
        self._may_name: dict[str, bool] = {}
        self._needs: list[Need] = []
        self._mentions: dict[Mention, None] = {}
        self._unread: dict[Fault, None] = {}
        self._named: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        """(key, files) -> the presets whose value at the key names the files."""
        self._naming_chains: set[tuple[str, str]] = set()

    def found(self, links: Iterable[Link]) -> Needs:
        """Return everything that was found, and these links, which were found elsewhere."""
        named = [
            Naming(presets[0], key, files, len(presets) - 1)
            for (key, files), presets in self._named.items()
        ]
        # A value that a preset has from a file is reported for the preset, not for the file.
        reported = self._naming_chains
        mentions = [each for each in self._mentions if (each.path, each.needs) not in reported]
        return Needs(
            needs=tuple(sorted((*self._needs, *named, *links), key=lambda each: each.path)),
            mentions=tuple(sorted(mentions, key=lambda each: (each.path, each.line, each.needs))),
            unread=tuple(self._unread),
        )

    def look_into(self, path: str) -> None:
        """Find what a file needs, and what its text names."""
        is_link, is_preset = self._project.tree.is_link(path), path in self._live
        if (is_link and self._is_cut(path)) or (is_preset and self._look_into_preset(path)):
            return
        text = None if is_link else self._read_text(path)
        if text is None:
            return
        is_config = is_yaml(path) and not is_preset
        if is_config and self._sought.may_be_named(text) and self._look_into_yaml(path, text):
            return
        if self._sought.named_roughly(text):
            self._note_mentions(path, text, has_names=is_config)

    def _read_text(self, path: str) -> str | None:
        try:
            return read_text(self._project, path)
        except MigrationError as error:
            self._unread[error.faults[0]] = None
            return None

    def _is_cut(self, path: str) -> bool:
        """Tell whether a link leads to a sought file, and note it."""
        tree = self._project.tree
        needed = self._sought.find((*tree.links(path), tree.real_path(path)))
        if needed is not None:
            self._needs.append(Link(path, needed))
        return needed is not None

    def _look_into_preset(self, path: str) -> bool:
        """Note which sought files a preset needs or names; tell whether there are any."""
        project = self._project
        found: set[str] = set()
        try:
            for needed in find_needed_files(project, project.configs, path):
                found |= needed & self._files
            if not found:
                return self._note_values(path)
        except MigrationError as error:
            if not found:
                self._unread[error.faults[0]] = None
        if found:
            self._needs.append(Dependent(path, tuple(sorted(found))))
        return bool(found)

    def _note_values(self, preset: str) -> bool:
        """Note what the values of a preset name; tell whether one names a sought path itself."""
        project, is_named = self._project, False
        run = read_run(project, preset)
        configs = [(run.config.resolved, project.configs.marks)]
        if run.fusion:
            configs.append((run.fusion.resolved, project.fusions.marks))
        for resolved, marks in configs:
            value, chain, path = resolved.value, resolved.chain, resolved.path
            if not any(map(self._may_be_named_in, chain)):
                continue
            meant = chain_readings(project.tree, (*chain, preset))
            named: set[KeyPath] = set()
            for key, files in named_values(value, partial(self._sought.in_value, readings=meant)):
                named.add(key)
                presets = self._named.setdefault((format_path(key), files), [])
                if preset not in presets:
                    presets.append(preset)
                self._naming_chains |= {(p, f) for p in (*chain, preset) for f in files}
                is_named = True
            # A glob is only mentioned, since it may be meant for the files that stay.
            for key, files in named_values(value, partial(self._sought.matched_by, readings=meant)):
                origin = nearest_origin(marks(path), key)
                if key not in named:
                    lines = [Mention(origin.path, origin.line or 1, file) for file in files]
                    self._mentions |= dict.fromkeys(lines)
        return is_named

    def _may_be_named_in(self, path: str) -> bool:
        """Tell whether a config may have a value that names a sought path."""
        if path not in self._may_name:
            text = self._read_text(path)
            self._may_name[path] = text is None or self._sought.may_be_named(text)
        return self._may_name[path]

    def _look_into_yaml(self, path: str, text: str) -> bool:
        """Note which sought files a YAML file, not a preset, needs; tell whether it needs any."""
        project = self._project
        found: set[str] = set()
        fault: Fault | None = None
        try:
            for needed in find_needed_files(project, self._foreign, path):
                found |= needed & self._files
        except MigrationError as error:
            fault = error.faults[0]
        if found:
            self._needs.append(Dependent(path, tuple(sorted(found))))
        elif fault:
            return self._note_unreadable(path, text, fault)
        return bool(found)

    def _note_unreadable(self, path: str, text: str, fault: Fault) -> bool:
        """Note a file that cannot be read; tell whether it may need a sought file.

        The YAML of other programs is not always a config: it may have several documents, or a list
        as its root. Such a file counts only if one of its values is a sought path.
        """
        scalars = scalars_of(text)
        if scalars is None or path in self._tree_files:
            named = {*self._files.intersection(self._sought.named_roughly(text))}
            if not named:
                self._unread[fault] = None
        else:
            meant = readings_in(text, path, self._project, self._around)
            named = {p for each, _ in scalars for p in self._sought.in_value(each, meant)}
        if named:
            self._needs.append(Unreadable(path, fault, min(named)))
        return bool(named)

    def _note_mentions(self, path: str, text: str, *, has_names: bool) -> None:
        """Note the lines that name a sought path; with `has_names`, also those with a bare name."""
        found = [*mentions_in(text, path, self._sought, self._project, self._around)]
        self._mentions |= dict.fromkeys(found)
        if not has_names:
            return
        known = {each.needs for each in found}
        meant = readings_in(text, path, self._project, self._around)
        for value, line in scalars_of(text) or ():
            beside = self._sought.find(meant(value)) if "/" not in value and value else None
            if beside and beside not in known and beside in self._files:
                self._mentions[Mention(path, line, beside)] = None


def _find_emptied(project: Project, files: frozenset[str]) -> frozenset[str]:
    """Return the folders that are empty without the files."""
    tree, emptied = project.tree, set[str]()
    folders = {posixpath.dirname(path) for path in files} - {""}
    while folders:
        gone = {
            folder
            for folder in folders - emptied
            if all(p in files or files.intersection(tree.links(p)) for p in tree.files(folder))
        }
        emptied |= gone
        folders = {posixpath.dirname(folder) for folder in gone} - {""} - emptied
    return frozenset(emptied)
