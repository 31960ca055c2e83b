"""What would miss files that are to go: configs, presets that name them, links, and other texts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from migration.errors import Fault, MigrationError
from migration.globs import is_hidden, is_yaml
from migration.keypath import format_path
from migration.loader import ConfigLoader
from migration.mentions import Readings, Sought, text_of
from migration.nodes import written_scalars
from migration.reading import MAX_BYTES
from migration.settings import TABLE
from migration.workflow.listing import Surroundings, surroundings, tree_files
from migration.workflow.naming import chain_readings, named_values
from migration.workflow.project import Project
from migration.workflow.state import State

_GITS_OWN: Final = frozenset({".gitattributes", ".gitignore", ".gitmodules"})
"""What git has of a path in these files does no harm once the path is gone."""


@dataclass(frozen=True, slots=True)
class Dependent:
    """A config that needs files that are to go, and is no preset or has them by a link alone."""

    path: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link that would lead nowhere."""

    path: str
    needs: str


@dataclass(frozen=True, slots=True)
class Naming:
    """A preset of whose values one is the path of a file, or of a folder, that is to go."""

    path: str
    key: str
    needs: str
    others: int
    """How many more presets have the same value at the same place."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A YAML file that cannot be read, and has the name of a file that is to go in its text."""

    path: str
    fault: Fault
    needs: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A line of a text that names a file or a folder that is to go by its path."""

    path: str
    line: int
    needs: str


Need = Dependent | Link | Naming | Unreadable


@dataclass(frozen=True, slots=True)
class Needs:
    """What was found, sorted by path."""

    needs: tuple[Need, ...]
    mentions: tuple[Mention, ...]
    unread: tuple[Fault, ...]
    """Why some YAML file could not be looked into, of which nothing else is known."""
    left_out: tuple[str, ...]
    """The files that could not be looked into, since a sparse checkout leaves them out."""


def find_needs(
    state: State,
    around: Surroundings,
    files: Collection[str],
    live: Collection[str],
    told: Collection[str],
) -> Needs:
    """Return what needs or names one of the files, but for one of them, and what is frozen.

    `live` are the paths of the presets that stay; those that are `told` already are left out.
    """
    if not files:
        return Needs((), (), (), ())
    beside = tree_files(state)
    search = _Search(state.project, files, live, around, beside)
    paths = {*around.files, *beside, *live} - {*files, *state.legacy_files, *told}
    for path in sorted(paths):
        if not state.project.is_frozen_file(path):
            search.look_into(path)
    return search.found()


def find_mentions(project: Project, file: str) -> tuple[Mention, ...]:
    """Return each line in the work tree that names the file by its path.

    Left out are the file itself, what is frozen, and the settings.

    Raises:
        MigrationError: git cannot tell which files there are.
    """
    sought = Sought([file])
    around = surroundings(project, [file])
    found: list[Mention] = []
    for path in around.files:
        if path == file or project.is_frozen_file(path) or project.tree.is_link(path):
            continue
        text = _text(project, path)
        if text is not None and sought.named_roughly(text):
            found += _mentions(project, sought, path, text, around)
    return tuple(found)


class _Search:
    """Looks into one file after the other, and keeps what was found."""

    def __init__(
        self,
        project: Project,
        files: Collection[str],
        live: Collection[str],
        around: Surroundings,
        beside: Collection[str],
    ) -> None:
        self._project, self._around = project, around
        self._live, self._tree_files = frozenset(live), frozenset(beside)
        self._files = frozenset(files)
        self._folders = _emptied(project, self._files)
        self._sought = Sought(self._files, self._folders)
        # Files of other programs have keys of their own, which mean nothing here.
        self._foreign = project.configs.unguarded()
        self._has_name: dict[str, bool] = {}
        self._needs: list[Need] = []
        self._mentions: list[Mention] = []
        self._unread: list[Fault] = []
        self._named: dict[tuple[str, str], list[str]] = {}
        """The presets by key and file, of which the value at the key names the file."""
        self._naming_chains: set[tuple[str, str]] = set()

    def found(self) -> Needs:
        """Return all that was found."""
        named = [
            Naming(presets[0], key, file, len(presets) - 1)
            for (key, file), presets in self._named.items()
        ]
        # What a preset has from a file is told of the preset.
        told = self._naming_chains
        mentions = [each for each in self._mentions if (each.path, each.needs) not in told]
        return Needs(
            needs=tuple(sorted((*self._needs, *named), key=lambda each: each.path)),
            mentions=tuple(mentions),
            unread=tuple(self._unread),
            left_out=self._around.left_out,
        )

    def look_into(self, path: str) -> None:
        """Find out what a file needs, and what its text names."""
        if self._project.tree.is_link(path) and self._is_cut(path):
            return
        if path in self._live:
            is_told = self._look_into_preset(path)
        else:
            is_told = is_yaml(path) and self._look_into_yaml(path)
        if is_told or self._project.tree.is_link(path):
            return
        text = _text(self._project, path)
        if text is not None and self._sought.named_roughly(text):
            found = [*_mentions(self._project, self._sought, path, text, self._around)]
            self._mentions += found
            if is_yaml(path) and path not in self._live:
                self._mentions += self._bare_names(path, text, {each.needs for each in found})

    def _is_cut(self, path: str) -> bool:
        """Tell whether a link leads to what is to go, and note that."""
        tree = self._project.tree
        ways = (*tree.links(path), tree.real_path(path))
        needed = next((each for each in ways if each in self._files or each in self._folders), None)
        if needed is None:
            return False
        self._needs.append(Link(path, needed))
        return True

    def _look_into_preset(self, path: str) -> bool:
        """Note what a preset needs or names; tell whether there is any."""
        project = self._project
        found: set[str] = set()
        try:
            for needed in _needed(project, project.configs, path):
                found |= needed & self._files
            if not found:
                return self._note_values(path)
        except MigrationError as error:
            if not found:
                self._unread.append(error.faults[0])
        if found:
            self._needs.append(Dependent(path, tuple(sorted(found))))
        return bool(found)

    def _note_values(self, preset: str) -> bool:
        project, is_named = self._project, False
        config = project.configs.resolve(preset)
        contents = [(config.value, config.chain)]
        if (fusion := project.fusion_path(config.value, preset)) and project.tree.is_file(fusion):
            resolved = project.fusions.resolve(fusion)
            contents.append((resolved.value, resolved.chain))
        for value, chain in contents:
            if not any(map(self._may_name, chain)):
                continue
            meant = chain_readings(project.tree, (*chain, preset))
            for key, file in named_values(value, self._sought, meant):
                presets = self._named.setdefault((format_path(key), file), [])
                if preset not in presets:
                    presets.append(preset)
                self._naming_chains |= {(each, file) for each in (*chain, preset)}
                is_named = True
        return is_named

    def _may_name(self, path: str) -> bool:
        """Tell whether the text of a config may have a name that is looked for."""
        if path not in self._has_name:
            text = _text(self._project, path)
            # What is written with escapes has the name in other letters.
            is_hit = text is None or "\\" in text or bool(self._sought.named_roughly(text))
            self._has_name[path] = is_hit
        return self._has_name[path]

    def _look_into_yaml(self, path: str) -> bool:
        """Note what a YAML file that is no preset is built from; tell whether it is."""
        project = self._project
        if project.tree.is_link(path) or not self._may_name(path):
            return False
        found: set[str] = set()
        fault: Fault | None = None
        try:
            for needed in _needed(project, self._foreign, path):
                found |= needed & self._files
        except MigrationError as error:
            fault = error.faults[0]
        if found:
            self._needs.append(Dependent(path, tuple(sorted(found))))
        elif fault:
            return self._note_unreadable(path, fault)
        return bool(found)

    def _note_unreadable(self, path: str, fault: Fault) -> bool:
        """Note a file that cannot be read; tell whether it may need what is to go.

        Other programs have YAML that is no config, of several documents or with a list as its
        root. Such a file counts only where a value of it is a path that is looked for.
        """
        text = _text(self._project, path)
        scalars = written_scalars(text) if text is not None else None
        if text is None:
            named: Iterable[str | None] = ()
        elif scalars is None or path in self._tree_files:
            named = self._files.intersection(self._sought.named_roughly(text))
        else:
            meant = _meant(self._project, path, text, self._around)
            named = [self._sought.in_value(each, meant) for each, _ in scalars]
        if needed := sorted(filter(None, named)):
            self._needs.append(Unreadable(path, fault, needed[0]))
        elif scalars is None or path in self._tree_files:
            self._unread.append(fault)
        return bool(needed)

    def _bare_names(self, path: str, text: str, known: Collection[str]) -> Iterator[Mention]:
        """Yield the values of a YAML file that are names of files beside it."""
        meant = _meant(self._project, path, text, self._around)
        for value, line in written_scalars(text) or ():
            found = self._sought.find(meant(value)) if "/" not in value and value else None
            if found and found not in known and found in self._files:
                yield Mention(path, line, found)


def _needed(project: Project, configs: ConfigLoader, config: str) -> Iterator[frozenset[str]]:
    """Yield what a config needs, then what its fusion file needs."""
    yield configs.needs(config)
    named = project.fusion_name(configs.resolve(config).value, config)
    if named and project.tree.is_file(named):
        yield configs.needs(named)


def _emptied(project: Project, files: frozenset[str]) -> frozenset[str]:
    """Return the folders in which nothing is left without the files."""
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


def _mentions(
    project: Project, sought: Sought, path: str, text: str, around: Surroundings
) -> Iterator[Mention]:
    """Yield the lines of a text that name what is looked for."""
    if posixpath.basename(path) in _GITS_OWN:
        return
    own = _own_lines(text) if path == project.settings.source else range(0)
    meant = _meant(project, path, text, around)
    for line, needed in sought.in_text(text, meant):
        if line not in own:
            yield Mention(path, line, needed)


def _meant(project: Project, path: str, text: str, around: Surroundings) -> Readings:
    """Return how a path in a text is meant: from the root, from the folder of the text, or above.

    Elsewhere in the work tree the same path is another file, but for a hidden file, which is what
    CI has, that names the folder of the project as well.
    """
    folder, prefix = posixpath.dirname(path), ""
    if around.top != ".":
        at = project.tree.root.parts
        prefix = "/".join(at[-len(around.top.split("/")) :])
    is_inside = not path.startswith("../")
    is_ours = is_inside or (is_hidden(path.replace("../", "")) and prefix in text)
    return partial(_read, project, folder, prefix, is_ours=is_ours)


def _read(
    project: Project, folder: str, prefix: str, written: str, *, is_ours: bool
) -> Iterator[str]:
    path = posixpath.normpath(written)
    if is_ours:
        yield path
    if prefix and path.startswith(f"{prefix}/"):
        yield path.removeprefix(f"{prefix}/")
    if written.startswith("/") or is_ours:
        yield project.tree.real_path(written)
    yield posixpath.normpath(posixpath.join(folder, written))
    yield project.tree.real_path(written, folder)


def _own_lines(text: str) -> range:
    """Return the lines of the table of settings, whose paths are meant to be those."""
    lines = text.split("\n")
    header = re.compile(rf"\s*\[\s*tool\s*\.\s*[\"']?{TABLE}[\"']?\s*[\].]")
    begins = [number for number, line in enumerate(lines, 1) if header.match(line)]
    if not begins:
        return range(0)
    other = (
        number
        for number, line in enumerate(lines, 1)
        if number > begins[-1] and re.match(r"\s*\[\[?[\w\"' .-]+\]\]?\s*(#.*)?$", line)
    )
    return range(begins[0], next(other, len(lines) + 1))


def _text(project: Project, path: str) -> str | None:
    """Return the text of a file, None if it has none that is looked into."""
    try:
        return text_of(project.tree.read(path, MAX_BYTES))
    except MigrationError:
        return None
