"""Makes the base that the shallow presets extend from what all of them have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from migration.draft.base import Common, NearValue, SharedValues
from migration.draft.base_effect import BaseEffect, find_effect
from migration.draft.base_place import find_free_path, propose_path
from migration.draft.base_scope import make_scope
from migration.draft.base_text import BaseSources, count_values
from migration.draft.destination import DraftTarget, find_base_place
from migration.draft.plan import Planner
from migration.errors import Fault, MigrationError
from migration.paths import RealPath
from migration.project.expected import is_config_as_expected, read_expected
from migration.project.project import Project
from migration.project.state import State, frozen_state, retry_on_change
from migration.values.canonical import are_equal
from migration.values.keypath import KeyPath
from migration.values.merge import Config
from migration.values.moves import move_keys
from migration.yaml.source_text import Fragment, read_fragment


@dataclass(frozen=True, slots=True)
class BaseDraft:
    """The text of a base, and what a person has to know of it.

    `path` is where it is to be, and `free_path` one at which there is no file; `setting` is what
    the setting `base` has now. `left`: the values that all presets have, but that settings leave
    to them, each with the setting.
    """

    text: str
    path: str
    free_path: str
    setting: str | None
    source: str
    """The file with the settings."""
    presets: int
    values: int
    left: tuple[tuple[KeyPath, str], ...]
    near: tuple[NearValue, ...]
    is_limited: bool
    """Whether `runtime_settings` says what the base may hold."""
    is_replacing: bool
    """Whether a file is at the path."""
    is_preset: bool
    """Whether `presets` matches the path, so that the base counts as a preset until it is set."""
    unlike: tuple[str, ...]
    """The presets that are not as they were frozen: of these the baseline counts."""
    unreadable: tuple[str, ...]
    """The presets that cannot be read: of these the baseline counts as well."""
    unfrozen: tuple[str, ...]
    """The presets without a baseline, which do not count."""
    effect: BaseEffect
    """What would change in the presets if the base was written; nothing is written then."""
    written: str | None = None

    @property
    def holds(self) -> bool:
        """Whether no preset would change if the base was written to its path."""
        return not (self.effect.changed or self.effect.broken)


@retry_on_change
def draft_base(project: Project, to: DraftTarget | None = None) -> BaseDraft:
    """Return the base of all presets that are frozen and not dropped; with a destination, write it.

    It has each key at which all of these presets are expected to have an equal value. It is
    written only if no preset becomes another one by that.

    Raises:
        MigrationError: nothing is frozen yet, all presets are dropped, a frozen file is not as it
            was, a preset could not be read with the base at its destination, or the base may not
            or cannot be written.
    """
    state = frozen_state(project)
    planner = Planner(state)
    presets = planner.select(())
    if not presets:
        message = "all presets are dropped, so that there is nothing to draft"
        raise MigrationError(Fault(message, project.state_folder.path))
    targets = [planner.find_target(each) for each in presets]
    proposed = propose_path(project, targets)
    place = find_base_place(state, to) if to else project.tree.real_path(proposed)
    unfrozen = state.inventory.list_unfrozen()
    paths = {preset: planner.find_source(preset) for preset in presets}
    scope = make_scope(project.settings)
    read = _read_presets(state, paths)
    common = read.shared.find_common(scope)
    text = _write_text(project, read.sources, common, place)
    effect = find_effect(state, paths | {path: path for path in unfrozen}, place, text)
    if to and effect.broken:
        hint = "write the base to another path"
        reasons = effect.list_reasons()
        raise MigrationError(*(Fault(reason, place, hint=hint) for reason in reasons))
    path = proposed if to is None or place.startswith("/") else str(place)
    draft = BaseDraft(
        text=text,
        path=path,
        free_path=find_free_path(project, targets, path),
        setting=project.settings.base,
        source=project.settings.source,
        presets=len(presets),
        values=count_values(common.values),
        left=common.left,
        near=_redact(project, read.shared.find_near(scope)),
        is_limited=project.settings.limits_base,
        is_replacing=project.tree.is_file(path),
        is_preset=project.settings.is_preset(path),
        unlike=tuple(read.unlike),
        unreadable=tuple(read.unreadable),
        unfrozen=unfrozen,
        effect=effect,
    )
    if to is None or not draft.holds:
        return draft
    project.disk.write_all({str(place): text.encode()})
    return replace(draft, written=place)


@dataclass(frozen=True, slots=True)
class _Presets:
    """The values and the files of all presets.

    Of presets that are not as expected, and of those that cannot be read, the values are the
    expected ones, and the files do not count.
    """

    shared: SharedValues
    sources: BaseSources
    unlike: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def _read_presets(state: State, paths: Mapping[str, str]) -> _Presets:
    project = state.project
    read = _Presets(SharedValues(), BaseSources(project.configs))
    for preset, path in project.access.follow(paths.items(), "reading"):
        try:
            resolved = project.configs.resolve(path)
        except MigrationError:
            read.unreadable.append(preset)
        else:
            if is_config_as_expected(project, state.baselines, resolved, preset):
                read.sources.add(resolved.chain)
                read.shared.add(preset, resolved.value)
                continue
            read.unlike.append(preset)
        read.shared.add(preset, _read_baseline(state, preset))
    return read


def _read_baseline(state: State, preset: str) -> Config:
    """Return the expected config of a preset, under the new names of keys."""
    expected = read_expected(state.project, state.baselines, preset)
    return move_keys(expected.config, state.project.settings.moved)


def _write_text(project: Project, sources: BaseSources, common: Common, place: RealPath) -> str:
    """Return the text of the base, after reading it back in its place.

    Raises:
        MigrationError: a file that has its values cannot be read any more, or the base would not
            be read as it is meant.
    """

    def read(path: str) -> Fragment:
        return read_fragment(project.tree.read_config(path), path, project.settings.yaml)

    text = sources.write(common.values, read)
    written = project.overlaid({place: text.encode()})
    if not are_equal(written.configs.resolve_file(place).value, common.values):
        message = "the base would be read otherwise than it is meant; nothing was written"
        raise MigrationError(Fault(message, place))
    return text


def _redact(project: Project, near: tuple[NearValue, ...]) -> tuple[NearValue, ...]:
    redaction = project.redaction
    return tuple(replace(each, value=redaction.redact(each.value, each.path)) for each in near)
