"""Proposes the settings of a tree, and tries them: every preset that it names can be resolved."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from migration.adopt.broken import find_broken
from migration.adopt.globs import Cover, cover_files, list_exact_globs
from migration.adopt.inheritance_key import KeyUse, choose_key, list_key_uses
from migration.adopt.reasons import explain_file
from migration.adopt.roles import Roles, sort_roles
from migration.adopt.several_trees import find_trees
from migration.adopt.survey import Survey
from migration.adopt.table import Entry, Line, write_table
from migration.errors import Fault, MigrationError
from migration.files.git import ignored
from migration.paths import glob_matches
from migration.project.project import Access, Project, open_tree
from migration.project.settings import OWN_FILE, Settings
from migration.project.settings_file import read_settings
from migration.resolve.dialect import INHERITANCE_KEY
from migration.text import PROGRAM, quote_path
from migration.wording import format_count

_SHALLOW = 4
"""From how many files a run of a shallow tree is built, at most."""
_FOLDERS = ("snapshots", "config_snapshots")


@dataclass(frozen=True)
class Proposal:
    """The settings that are proposed for a tree, and what they rest on.

    `broken` has what keeps a file from being a preset, though it lies where presets do.
    """

    survey: Survey
    uses: tuple[KeyUse, ...]
    used: KeyUse | None
    roles: Roles
    presets: frozenset[str]
    broken: Mapping[str, Fault] = field(default_factory=dict)
    snapshots: str = _FOLDERS[0]

    @cached_property
    def cover(self) -> Cover:
        """The globs of `presets` and `exclude`."""
        return cover_files(self.presets, self.survey.paths - {self.roles.base})

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The settings, in the order in which they are written."""
        return tuple(_list_lines(self))

    @cached_property
    def settings(self) -> Settings:
        """The settings as the toolkit will read them."""
        found = read_settings(write_table(self.lines, OWN_FILE), OWN_FILE)
        assert found is not None  # noqa: S101 - the file is the toolkit's own
        return found

    @cached_property
    def refused_keys(self) -> tuple[KeyUse, ...]:
        """The keys by which some files seem to inherit as well; those files are not understood."""
        return tuple(use for use in self.uses if use != self.used and use.names_bases)

    @cached_property
    def value_keys(self) -> tuple[KeyUse, ...]:
        """The keys that look like inheritance, and are proposed to be plain values."""
        return tuple(use for use in self.uses if use not in {self.used, *self.refused_keys})


def propose_settings(survey: Survey, access: Access, directory: str = "") -> Proposal:
    """Return the settings for a tree; presets that cannot be resolved are excluded.

    `directory` is how the person named the folder, for commands in messages; empty for the current.

    Raises:
        MigrationError: there is no YAML file, no preset can be found or resolved, or there are
            several trees that need settings each for itself.
    """
    if not survey.paths:
        hint = "go to the folder of the training configs, or name it with -C"
        raise MigrationError(Fault("no YAML file lies beneath this folder", hint=hint))
    uses = list_key_uses(survey)
    if trees := find_trees(survey.tree, uses):
        raise MigrationError(_several_trees_fault(trees, uses, directory))
    used = choose_key(uses)
    roles = sort_roles(survey, used.key if used else None)
    proposal = Proposal(survey, uses, used, roles, roles.presets, snapshots=_choose_folder(survey))
    broken = {path: survey.unreadable[path] for path in _list_broken(survey, roles)}
    if roles.presets:
        broken |= find_broken(open_proposed(proposal, access), proposal.presets)
    proposal = replace(proposal, presets=roles.presets - broken.keys(), broken=broken)
    if not proposal.presets:
        raise MigrationError(*_no_preset_faults(proposal))
    return proposal


def open_proposed(proposal: Proposal, access: Access) -> Project:
    """Open the project as the proposed settings make it."""
    tree = proposal.survey.tree
    return open_tree(tree, tree, proposal.settings, access)


def _list_broken(survey: Survey, roles: Roles) -> Iterator[str]:
    """Yield the files that cannot be read and lie in folders of presets."""
    folders = {posixpath.dirname(path) for path in roles.presets}
    return (path for path in survey.unreadable if posixpath.dirname(path) in folders)


def _choose_folder(survey: Survey) -> str:
    """Return a name for the folder of baselines that git does not ignore and nothing has taken."""
    for folder in _FOLDERS:
        sample = f"{folder}/presets/a.yaml.json"
        if not ignored(survey.tree.root, [sample]) and not survey.tree.exists(folder):
            return folder
    return _FOLDERS[0]


def _several_trees_fault(trees: Collection[str], uses: Iterable[KeyUse], directory: str) -> Fault:
    keys = [use.key for use in uses if use.may_inherit and use.from_file]
    how = (
        f", which inherit by different keys, {' and '.join(map(repr, keys))}"
        if len(keys) > 1
        else ""
    )
    folders = (quote_path(posixpath.join(directory, folder)) for folder in trees)
    commands = "; ".join(f"`{PROGRAM} init -C {folder}`" for folder in folders)
    message = (
        f"{len(trees)} trees are here{how}: each needs settings of its own, and nothing was written"
    )
    return Fault(message, hint=f"run {commands}")


def _no_preset_faults(proposal: Proposal) -> Iterator[Fault]:
    """Yield why no preset was found."""
    survey, roots = proposal.survey, [use for use in proposal.refused_keys if use.from_root]
    for use in roots:
        example = use.from_root[0]
        message = f"{use.key!r} names its files from the project's folder"
        yield Fault(message, example, hint="bases count from the file that names them")
    yield from list(proposal.broken.values())[:5]
    if not proposal.broken and not roots:
        number = len(survey.paths)
        reasons = Counter([*survey.others.values(), *proposal.roles.apart.values()])
        why = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common(3))
        message = f"no preset among {number} YAML files" + (f": {why}" if why else "")
        yield Fault(message, hint="go to the folder of the training configs, or name it with -C")


def _list_lines(proposal: Proposal) -> Iterator[Line]:
    presets, cover, roles = proposal.presets, proposal.cover, proposal.roles
    count = format_count(len(presets), "file")
    is_one = len(cover.presets) == 1
    globs = tuple(Entry(glob, "" if is_one else _count(glob, presets)) for glob in cover.presets)
    yield Line("presets", globs, f"the files from which runs start: {count}")
    excluded = tuple(Entry(glob, _explain_exclusion(proposal, glob)) for glob in cover.exclude)
    if excluded:
        yield Line("exclude", excluded, "what `presets` matches, and is no preset")
    if roles.base:
        yield Line("base", roles.base, "every preset that inherits does so from it")
    if any(path.startswith("/") for path in roles.chained):
        yield Line("allow_outside", True, "presets inherit from files outside this folder")
    if proposal.snapshots != Settings().snapshots:
        yield Line(
            "snapshots", proposal.snapshots, "where baselines go: `snapshots` is taken or ignored"
        )
    keys = tuple(Entry(use.key, _explain_value_key(use)) for use in proposal.value_keys)
    if keys:
        yield Line("not_inheritance", keys, "keys that are plain values")
    if roles.deepest > _SHALLOW:
        removed = list_exact_globs(_list_removable(roles), proposal.survey.paths)
        why = f"to restructure the tree, in which a run is built from {roles.deepest} files"
        yield Line("legacy", tuple(map(Entry, removed)), why, is_off=True)
    if proposal.used and proposal.used.key != INHERITANCE_KEY:
        yield Line("key", proposal.used.key, "by which files inherit", table="inheritance")


def _list_removable(roles: Roles) -> frozenset[str]:
    """Return the files that a restructured tree of base, presets and overlays does not need."""
    parts = (roles.parts & roles.chained) - {roles.base}
    return frozenset(path for path in parts if not path.startswith("/"))


def _count(glob: str, paths: Iterable[str]) -> str:
    return f"{sum(glob_matches(glob, path) for path in paths)}"


def _explain_exclusion(proposal: Proposal, glob: str) -> str:
    found = [path for path in proposal.survey.paths if glob_matches(glob, path)]
    reasons = Counter(
        explain_file(proposal.survey, proposal.roles, path, proposal.broken.get(path))
        for path in sorted(found)
    )
    (reason, _), *others = reasons.most_common()
    return f"{reason}, and the like" if others else reason


def _explain_value_key(use: KeyUse) -> str:
    if use.key == "defaults":
        return (
            "Hydra's groups: each file is guarded as it is written, what Hydra composes is not seen"
        )
    if use.from_file or use.from_root:
        return "the content of the files that it names is not compared"
    return "names no file that is here"
