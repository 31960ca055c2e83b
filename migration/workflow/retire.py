"""`retire`: remove the legacy files, once nothing is built from them any more."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace

from migration.errors import Fault, MigrationError
from migration.git import uncommitted
from migration.globs import is_hidden
from migration.phases import REMOVAL, Phase, obstacles
from migration.workflow.check import Row, assess_all
from migration.workflow.project import Project
from migration.workflow.state import State, frozen_state, undisturbed


@dataclass(frozen=True, slots=True)
class Dependent:
    """A config that needs legacy files, and is no preset or has them by a link alone."""

    path: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Retirement:
    """The legacy files, which are gone if `is_removed`, and what keeps them in the tree."""

    phase: Phase
    files: tuple[str, ...]
    """Files, and links in the place of legacy files or of folders that hold nothing else."""
    is_dry_run: bool
    is_removed: bool = False
    obstacles: tuple[Row | Dependent, ...] = ()
    uncommitted: Mapping[str, str] | None = None
    """The files that git could not bring back, and why; None without git."""
    unread: tuple[Fault, ...] = ()
    """Why some file that is no preset could not be looked into."""

    @property
    def is_early(self) -> bool:
        """Whether the open phase is one in which no legacy file goes yet."""
        return self.phase not in (REMOVAL, "done")

    @property
    def holds(self) -> bool:
        """Whether nothing is in the way of the removal, or it is done."""
        is_free = not self.is_early and not self.obstacles and not self.uncommitted
        return self.is_removed or not self.files or is_free


@undisturbed
def retire_legacy_files(
    project: Project, *, dry_run: bool = False, force: bool = False
) -> Retirement:
    """Remove every legacy file, unless something is in the way; a dry run removes nothing.

    In the way are an earlier open phase, a preset that is not verified or dropped, and whatever
    else is built from one of the files. With `force` git is not asked.

    Raises:
        MigrationError: nothing has been frozen, a frozen file is not as it was, the ledger cannot
            be read, a file is not committed (in a dry run that is no error), or one cannot be
            removed.
    """
    with nullcontext() if dry_run else project.writing("retire"):
        state = frozen_state(project)
        files = _removable(state)
        rows = assess_all(state, project.profile())
        unsettled = [each for each in obstacles(REMOVAL, rows, ()) if isinstance(each, Row)]
        dependents, unread = _dependents(state, rows, unsettled, files)
        planned = Retirement(
            phase=state.ledger.phase,
            files=files,
            is_dry_run=dry_run,
            obstacles=(*unsettled, *dependents),
            uncommitted={} if force or not files else uncommitted(project.tree.root, files),
            unread=unread,
        )
        if dry_run or not files or planned.is_early or planned.obstacles:
            return planned
        if planned.uncommitted:
            raise MigrationError(*_uncommitted_faults(planned.uncommitted))
        _remove(project, files)
    return replace(planned, is_removed=True)


def _removable(state: State) -> tuple[str, ...]:
    """Return what has to go so that no legacy file is left, sorted.

    A legacy file in a folder that is a link goes with the link, if all that is in the folder is
    legacy; otherwise with the file at its real place, if that is legacy as well.

    Raises:
        MigrationError: neither is so, or something must stay for the toolkit to work.
    """
    tree, legacy = state.project.tree, frozenset(state.legacy_files)
    places: set[str] = set()
    faults = []
    for path in state.legacy_files:
        first = next(iter(tree.links(path)), path)
        real = posixpath.join(tree.real_path(posixpath.dirname(path)), posixpath.basename(path))
        if first == path or legacy.issuperset(tree.files(first)):
            places.add(first)
        elif real not in legacy:
            hint = "remove it by hand, or move it out of the linked folder"
            faults.append(Fault(f"behind the link {first}, which leads to more", path, hint=hint))
    own = _own_files(state.project)
    faults += [
        Fault("counts as legacy, but the toolkit needs it", path, hint="narrow 'legacy'")
        for path in places
        if path in own or state.project.store.holds(path)
    ]
    if faults:
        raise MigrationError(*faults)
    return tuple(sorted(places))


def _own_files(project: Project) -> frozenset[str]:
    """Return the settings, the profile, and the links to them and to what is frozen."""
    settings, tree = project.settings, project.tree
    paths = (settings.source, settings.profile, project.store.folder)
    return frozenset(each for path in paths for each in (tree.real_path(path), *tree.links(path)))


def _dependents(
    state: State, rows: Collection[Row], unsettled: Collection[Row], files: Collection[str]
) -> tuple[tuple[Dependent, ...], tuple[Fault, ...]]:
    """Return what needs one of the files beside the unsettled presets, and what cannot be read.

    Looked into are the other presets, and every YAML file in the folder of the base or below. A
    chain has real paths alone: a preset that gets at a file by a link counts as verified.
    """
    presets = {row.target for row in rows if row.status != "dropped"}
    told = {row.target for row in unsettled}
    others = set(_other_configs(state)) - presets
    dependents, faults = [], []
    for config in sorted((presets | others) - told):
        found: set[str] = set()
        try:
            for needed in _needed(state.project, config):
                found |= needed.intersection(files)
        except MigrationError as error:
            faults.append(error.faults[0])
        if found:
            dependents.append(Dependent(config, tuple(sorted(found))))
    return tuple(dependents), tuple(faults)


def _other_configs(state: State) -> Iterator[str]:
    """Yield the YAML files that stay, hidden ones left out."""
    folder, legacy = posixpath.dirname(state.project.settings.base or ""), {*state.legacy_files}
    for path in state.project.tree.files(folder):
        if path.endswith((".yaml", ".yml")) and not is_hidden(path) and path not in legacy:
            yield path


def _needed(project: Project, config: str) -> Iterator[frozenset[str]]:
    """Yield what a config needs, then what its fusion file needs."""
    yield project.configs.needs(config)
    named = project.fusion_name(project.configs.resolve(config).value, config)
    if named and project.tree.is_file(named):
        yield project.configs.needs(named)


def _uncommitted_faults(reasons: Mapping[str, str]) -> Iterator[Fault]:
    """Yield a fault a file, and the hint with the last, where it is seen."""
    *_, last = sorted(reasons)
    for path, reason in reasons.items():
        hint = "commit it first, or `--force` removes it for good"
        yield Fault(f"not committed: {reason}", path, hint=hint if path == last else None)


def _remove(project: Project, files: Collection[str]) -> None:
    try:
        project.tree.remove(files)
    except MigrationError as error:
        hint = "the files before it are gone; `retire` goes on with the rest once this one can go"
        raise MigrationError(*(replace(fault, hint=hint) for fault in error.faults)) from None
