"""`retire`: removes the legacy files once nothing needs them any more."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from migration.errors import Fault, MigrationError
from migration.gate.status import Judge, Row, assess_presets
from migration.phases import REMOVAL, Phase, find_obstacles
from migration.project.migration import require_migration
from migration.project.project import Project
from migration.project.references.dependents import find_needs
from migration.project.references.needs import Need
from migration.project.references.texts import Mention
from migration.project.state import State, frozen_state, retry_on_change
from migration.project.surroundings import (
    Losses,
    add_force_hint,
    find_losses,
    list_whole_surroundings,
)


@dataclass(frozen=True, slots=True)
class Retirement:
    """The legacy files, which are gone if `is_removed`, and the obstacles to their removal."""

    phase: Phase
    files: tuple[str, ...]
    """The paths to remove: files, and links that are legacy or lead to folders of legacy files."""
    is_dry_run: bool
    is_removed: bool = False
    obstacles: tuple[Row | Need, ...] = ()
    mentions: tuple[Mention, ...] = ()
    """Where other texts name the files: obstacles too, unless they are ignored."""
    ignores_mentions: bool = False
    losses: Losses = field(default_factory=Losses)
    """What git could not restore."""
    unread: tuple[Fault, ...] = ()
    """Why some files could not be searched."""

    @property
    def is_early(self) -> bool:
        """Whether the open phase is before the one that removes the legacy files."""
        return self.phase not in (REMOVAL, "done")

    @property
    def is_needed(self) -> bool:
        """Whether something needs the files, or names them."""
        return bool(self.obstacles or (self.mentions and not self.ignores_mentions))

    @property
    def is_prevented(self) -> bool:
        """Whether the files stay, whatever git could restore."""
        return self.is_early or self.is_needed

    @property
    def holds(self) -> bool:
        """Whether the files are removed, or nothing prevents their removal."""
        is_free = not self.is_prevented and not self.losses
        return self.is_removed or not self.files or is_free


@retry_on_change
def retire_legacy_files(
    project: Project, *, dry_run: bool = False, force: bool = False, ignore_mentions: bool = False
) -> Retirement:
    """Remove every legacy file unless there is an obstacle; a dry run removes nothing.

    Obstacles are: an earlier open phase; a preset that is neither verified nor dropped; a config
    that is built from one of the files or has its path as a value; and, without
    `ignore_mentions`, any other text that names one. With `force`, files that git could not
    restore are removed too.

    Raises:
        MigrationError: no `legacy` is set, nothing has been frozen, a frozen file was changed, the
            ledger cannot be read, a sparse checkout leaves out a legacy file, git could not restore
            a file (no error in a dry run), or a file cannot be removed.
    """
    require_migration(project, "there is nothing to retire", is_begun_enough=True)
    with nullcontext() if dry_run else project.writing("retire"):
        state = frozen_state(project)
        around = list_whole_surroundings(state, force=force or not state.inventory.legacy_files)
        files = _list_removable(state)
        rows = assess_presets(state, Judge(project.profile()))
        unsettled = [each for each in find_obstacles(REMOVAL, rows, ()) if isinstance(each, Row)]
        live = {row.target for row in rows if row.status != "dropped"}
        found = find_needs(state, around, files, live, {row.target for row in unsettled})
        planned = Retirement(
            phase=state.ledger.phase,
            files=files,
            is_dry_run=dry_run,
            obstacles=(*unsettled, *found.needs),
            mentions=found.mentions,
            ignores_mentions=ignore_mentions,
            losses=Losses() if force or not files else _find_uncommitted(project, files),
            unread=found.unread,
        )
        if dry_run or not files or planned.is_prevented:
            return planned
        if planned.losses:
            raise MigrationError(*_loss_faults(planned.losses))
        _remove_files(project, files)
    return replace(planned, is_removed=True)


def _find_uncommitted(project: Project, files: Collection[str]) -> Losses:
    try:
        return find_losses(project, files)
    except MigrationError as error:
        raise add_force_hint(error) from None


def _list_removable(state: State) -> tuple[str, ...]:
    """Return the paths to remove so that no legacy file is left, sorted.

    A legacy file behind a linked folder is removed along with the link if everything in the
    folder is legacy; otherwise along with the file at its real path, if that is legacy too.

    Raises:
        MigrationError: neither applies, or the toolkit or a preset needs one of the paths.
    """
    tree, legacy = state.project.tree, frozenset(state.inventory.legacy_files)
    places: set[str] = set()
    faults = []
    for path in state.inventory.legacy_files:
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
        if path in own or state.project.is_frozen_file(path)
    ]
    faults += [
        Fault("counts as legacy, but a preset is here", path, hint="narrow 'legacy'")
        for path in places.intersection(state.inventory.map_live())
    ]
    if faults:
        raise MigrationError(*faults)
    return tuple(sorted(places))


def _own_files(project: Project) -> frozenset[str]:
    """Return the real paths of settings, profile and state folder, and the links to them."""
    settings, tree = project.settings, project.tree
    paths = (settings.source, settings.profile, project.state_folder.path)
    return frozenset(each for path in paths for each in (tree.real_path(path), *tree.links(path)))


def _loss_faults(found: Losses) -> Iterator[Fault]:
    """Yield one fault per file; only the last has the hint, where people see it."""
    if found.without_git:
        message = f"git could not restore the legacy files: {found.without_git}"
        hint = "commit them to git first, or `--force` removes them for good"
        yield Fault(message, hint=hint)
    last = max(found.reasons, default=None)
    for path, reason in found.reasons.items():
        hint = "commit it first, or `--force` removes it for good"
        yield Fault(f"not committed: {reason}", path, hint=hint if path == last else None)


def _remove_files(project: Project, files: Collection[str]) -> None:
    try:
        project.disk.remove(files)
    except MigrationError as error:
        hint = "the files before it are gone; `retire` goes on with the rest once this one can go"
        raise MigrationError(*(replace(fault, hint=hint) for fault in error.faults)) from None
