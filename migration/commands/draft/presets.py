"""Makes the shallow form of presets from the files that they are merged from."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache

from migration.draft.destination import DraftTarget, find_output_paths
from migration.draft.plan import Plan, Planner
from migration.draft.text import Sources, draft_text
from migration.draft.verify import compare_with_baselines
from migration.errors import Fault, MigrationError
from migration.files.tree import Tree
from migration.files.tree_views import OverlaidTree
from migration.parity.compare import Comparison
from migration.project.project import Project
from migration.project.state import State, frozen_state, retry_on_change
from migration.values.overlay import find_overlay
from migration.yaml.source_text import Fragment, read_fragment


@dataclass(frozen=True, slots=True)
class Draft:
    """The shallow form of a preset, what it extends, and the number of files before and after.

    `written` is the path to which the draft was written, or None.
    """

    preset: str
    target: str
    base: str
    text: str
    legacy_files: int
    target_files: int
    written: str | None = None


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts. If any does not equal its baseline: only those presets, and nothing written.

    `migrated`: presets that were skipped because they have been rewritten already. `parent`: the
    preset that the one draft could extend as an overlay, but does not.
    """

    drafts: tuple[Draft, ...] = ()
    unlike: tuple[tuple[str, Comparison], ...] = ()
    migrated: tuple[str, ...] = ()
    parent: str | None = None
    has_migration: bool = True
    """Whether the project has legacy files; otherwise a draft is a tidier form of a preset."""
    frozen_mark: str = "legacy"
    """The word that marks the places of the baselines."""

    @property
    def holds(self) -> bool:
        """Whether every draft resolves to its baseline."""
        return not self.unlike


@retry_on_change
def draft_preset(
    project: Project, wanted: str, overlay_of: str | None = None, to: DraftTarget | None = None
) -> Drafts:
    """Return the draft of one preset: over the base, or as an overlay of another preset.

    With a destination, the draft is written there; if that is within the project, its `extends`
    is relative to it.

    Raises:
        MigrationError: the preset does not exist or cannot be read, the file that the draft
            extends has a key that the baseline lacks, or the draft may not or cannot be written.
    """
    state = frozen_state(project)
    planner = Planner(state)
    preset = planner.select_one(wanted)
    places = find_output_paths(state, {preset: to.path}, to) if to else {}

    def parent(preset: str) -> str | None:
        return planner.named_parent(preset, overlay_of) if overlay_of is not None else None

    plans = planner.plans([preset], parent)
    place = places.get(preset)
    if place and not place.startswith("/"):
        plans = tuple(replace(plan, target=place) for plan in plans)
    drafts = _write_drafts(project, _make_drafts(state, plans), places)
    drafts = _describe_project(drafts, state)
    return drafts if overlay_of else replace(drafts, parent=planner.legacy_parent(preset))


@retry_on_change
def draft_tree(project: Project, wanted: Collection[str], into: DraftTarget) -> Drafts:
    """Write the drafts of the wanted presets, or of all presets that are not migrated yet.

    A preset that extends another preset becomes an overlay of it. The destination is a folder;
    each draft gets its project path below it. All drafts are written, or none.

    Raises:
        MigrationError: as `draft_preset`, with the faults of all presets.
    """
    state = frozen_state(project)
    planner = Planner(state)
    presets, migrated = planner.select(wanted), tuple[str, ...]()
    if not wanted:
        presets, migrated = _split_by_migrated(presets, planner.is_migrated)
    plans = planner.plans(presets, lambda preset: planner.legacy_parent(preset, presets))
    paths = {plan.preset: f"{into.path}/{plan.target}" for plan in plans}
    places = find_output_paths(state, paths, into)
    drafts = _write_drafts(project, _make_drafts(state, plans), places)
    return replace(_describe_project(drafts, state), migrated=migrated)


def _describe_project(drafts: Drafts, state: State) -> Drafts:
    mark = state.project.frozen_mark
    return replace(drafts, has_migration=state.has_migration, frozen_mark=mark)


def _split_by_migrated(
    presets: Collection[str], is_migrated: Callable[[str], bool]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the presets that are not migrated, and those that are."""
    parts: dict[bool, list[str]] = {False: [], True: []}
    faults: list[Fault] = []
    for preset in presets:
        try:
            parts[is_migrated(preset)].append(preset)
        except MigrationError as error:
            faults += error.faults
    if faults:
        raise MigrationError(*faults)
    return tuple(parts[False]), tuple(parts[True])


def _make_drafts(state: State, plans: Collection[Plan]) -> Drafts:
    """Return the drafts, after checking that each resolves, in its place, to its baseline."""
    project = state.project
    configs, tree = project.configs, project.tree
    sources = {plan.preset: plan.source.path for plan in plans}
    if unlike := tuple(compare_with_baselines(state, sources, configs)):
        return Drafts(unlike=unlike)

    @cache
    def fragment(path: str) -> Fragment:
        return read_fragment(tree.read_config(path), path, project.settings.yaml)

    followed = project.access.follow(plans, "drafting")
    texts = {plan.preset: _write_text(plan, project, fragment) for plan in followed}
    files = {str(tree.real_path(plan.target)): texts[plan.preset].encode() for plan in plans}
    drafted = configs.on(OverlaidTree(tree, files))
    if unlike := tuple(
        compare_with_baselines(state, {plan.preset: plan.target for plan in plans}, drafted)
    ):
        return Drafts(unlike=unlike)
    return Drafts(
        tuple(
            Draft(
                plan.preset,
                plan.target,
                plan.base_path,
                texts[plan.preset],
                state.record(plan.preset).file_count,
                drafted.resolve(plan.target).file_count,
            )
            for plan in plans
        )
    )


def _write_text(plan: Plan, project: Project, fragment: Callable[[str], Fragment]) -> str:
    wanted, marks = plan.source.value, project.configs.marks(plan.source.path)
    fragments = {path: fragment(path) for path in plan.files}
    sources = Sources(fragments, plan.own_files, marks, plan.base.chain)
    extends = _relate_path(plan.base_path, plan.target, project.tree)
    return draft_text(
        find_overlay(plan.base.value, wanted), wanted, extends, sources, project.configs.key
    )


def _relate_path(base: str, target: str, tree: Tree) -> str:
    """Return the path by which the file at the target must name its base, also across links."""
    folder, name = posixpath.split(base)
    root, start = str(tree.root), posixpath.dirname(tree.real_path(target))
    path = posixpath.join(root, tree.real_path(folder), name)
    return posixpath.relpath(path, posixpath.join(root, start))


def _write_drafts(project: Project, drafts: Drafts, places: Mapping[str, str]) -> Drafts:
    if not places or not drafts.holds:
        return drafts
    written = tuple(replace(each, written=places[each.preset]) for each in drafts.drafts)
    project.disk.write_all({str(each.written): each.text.encode() for each in written})
    return replace(drafts, drafts=written)
