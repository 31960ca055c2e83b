"""Looks at every YAML file of a tree that people keep: what it is, and which files it names."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from migration.adopt.other_programs import name_other_program
from migration.errors import Fault, MigrationError
from migration.files.disk_tree import DiskTree
from migration.files.git import ignored
from migration.paths import RealPath, is_yaml
from migration.project.settings_search import SETTINGS_FILES, has_settings
from migration.yaml.load import NO_MAPPING, load_mapping
from migration.yaml.rules import NO_RULES, YamlRules


@dataclass(frozen=True, slots=True)
class Naming:
    """The texts under one root key of a file; some of them may name other files.

    `is_direct`: they are the value of the key, or all entries of the list that it is; otherwise
    only those texts are kept that end as the names of YAML files do. `may_inherit`: the value is
    a text or a list, as where a trainer inherits by the key.
    """

    texts: tuple[str, ...]
    is_direct: bool
    may_inherit: bool


@dataclass(frozen=True, slots=True)
class SurveyedFile:
    """What one YAML file is: a mapping with what its root keys name, or what keeps it from one."""

    path: str
    real: RealPath
    namings: Mapping[str, Naming]
    fault: Fault | None = None

    @property
    def is_data(self) -> bool:
        """Whether the file can be read, and holds something else than a mapping."""
        return self.fault is not None and self.fault.message.startswith(NO_MAPPING)


@dataclass(frozen=True)
class Survey:
    """The YAML files of a tree: the configs, and each of the others with the reason."""

    tree: DiskTree
    configs: Mapping[str, SurveyedFile]
    """Those that are mappings, by path."""
    unreadable: Mapping[str, Fault]
    others: Mapping[str, str]
    """Those that are no config of this project: path -> why."""

    @property
    def paths(self) -> frozenset[str]:
        """Every YAML file that was found, ignored ones too: what globs may match."""
        return frozenset((*self.configs, *self.unreadable, *self.others))

    @cached_property
    def by_place(self) -> Mapping[str, str]:
        """The path of each config by its real path: that itself, rather than a link to it."""
        linked = {file.real: path for path, file in self.configs.items()}
        return linked | {path: path for path, file in self.configs.items() if file.real == path}

    def find_config(self, text: str, folder: str) -> str | None:
        """Return the config that a text names from a folder, None if there is none of that name."""
        return self.by_place.get(self.tree.real_path(text, folder)) if is_yaml(text) else None

    def find_file(self, text: str, folder: str) -> str | None:
        """Return the file that a text names from a folder: a config, or any other file.

        One that is no config has its real path.
        """
        real = self.tree.real_path(text, folder)
        return self.by_place.get(real) or (real if self.tree.is_file(real) else None)


def survey_tree(
    tree: DiskTree, follow: Callable[..., Iterable[str]], rules: YamlRules = NO_RULES
) -> Survey:
    """Read every YAML file under the root that is not hidden; `follow` shows the progress.

    The `rules` say how texts are read on which readers of YAML do not agree.

    Raises:
        MigrationError: a folder cannot be listed.
    """
    paths = [path for path in tree.files("", with_hidden=False) if is_yaml(path)]
    others = dict(_list_of_others(tree, paths))
    surveyed = {
        path: _survey_file(tree, path, rules)
        for path in follow([path for path in paths if path not in others], "reading")
    }
    configs, unreadable = {}, {}
    for path, file in surveyed.items():
        if program := name_other_program(path, file.namings):
            others[path] = program
        elif file.is_data:
            others[path] = "not a mapping"
        elif file.fault:
            unreadable[path] = file.fault
        else:
            configs[path] = file
    return Survey(tree, configs, unreadable, others)


def _list_of_others(tree: DiskTree, paths: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the files that are not looked into, each with the reason."""
    folders = {folder for path in paths for folder in _list_folders_around(path)}
    own = {folder for folder in folders if _has_own_settings(tree, folder)}
    by_git = ignored(tree.root, paths)
    for path in paths:
        around = next((each for each in _list_folders_around(path) if each in own), None)
        if around:
            yield path, f"{around}/ has settings of its own"
        elif path in by_git:
            yield path, "git ignores it"


def _list_folders_around(path: str) -> Iterator[str]:
    """Yield each folder around a file beneath the root, the outermost first."""
    parts = path.split("/")
    return ("/".join(parts[:depth]) for depth in range(1, len(parts)))


def _has_own_settings(tree: DiskTree, folder: str) -> bool:
    if not any(tree.is_file(posixpath.join(folder, name)) for name in SETTINGS_FILES):
        return False
    return has_settings(DiskTree(tree.root / folder))


def _survey_file(tree: DiskTree, path: str, rules: YamlRules) -> SurveyedFile:
    real = tree.real_path(path)
    try:
        value = load_mapping(tree.read_config(path), path, rules)
    except MigrationError as error:
        return SurveyedFile(path, real, {}, fault=error.faults[0])
    return SurveyedFile(path, real, dict(_list_namings(value)))


def _list_namings(value: Mapping[Hashable, object]) -> Iterator[tuple[str, Naming]]:
    for key, inner in value.items():
        entries = inner if isinstance(inner, list) else [inner]
        texts = [entry for entry in entries if isinstance(entry, str) and entry]
        is_direct = bool(texts) and len(texts) == len(entries)
        found = texts if is_direct else [text for text in _walk_texts(inner) if is_yaml(text)]
        yield (
            str(key),
            Naming(tuple(found), is_direct, isinstance(inner, str | list) and bool(inner)),
        )


def _walk_texts(value: object) -> Iterator[str]:
    """Yield every text in a value; a collection that an alias repeats is walked once."""
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict | list) and id(each) not in seen:
            seen.add(id(each))
            waiting += each.values() if isinstance(each, dict) else each
