"""Plans drafts: selects the presets, and finds what each draft is to extend."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from migration.draft.base_place import find_unnamed_base, propose_path
from migration.errors import Fault, MigrationError
from migration.files.digest import digest
from migration.project.state import State
from migration.resolve.resolved import Resolved
from migration.text import quote_path
from migration.values.keypath import format_path, quote_text
from migration.values.overlay import list_lost_keys
from migration.yaml.marks import nearest_origin


@dataclass(frozen=True, slots=True)
class Plan:
    """A preset as it is now, and the config that its draft is to extend, with its path.

    `inherited`: the files whose values the draft does not repeat, so that they do not shape it.
    """

    preset: str
    target: str
    source: Resolved
    base: Resolved
    base_path: str
    inherited: frozenset[str] = frozenset()

    @property
    def own_files(self) -> tuple[str, ...]:
        """The files that the draft replaces, in merge order, the preset's own last."""
        own = [file for file in self.files if file not in self.inherited]
        return tuple(own or self.files[-1:])

    @property
    def files(self) -> tuple[str, ...]:
        """The files of the base, then those of the preset, each once."""
        return tuple(dict.fromkeys((*self.base.chain, *self.source.chain)))


class Planner:
    """Plans drafts for the presets of one project."""

    def __init__(self, state: State) -> None:
        """Plan for the frozen files and decisions of the state."""
        self._state, self._project = state, state.project

    def select(self, wanted: Collection[str]) -> tuple[str, ...]:
        """Return the wanted presets, or all that have a baseline and are not dropped.

        Raises:
            MigrationError: a wanted preset has no baseline, or is dropped.
        """
        presets, entries = self._state.presets, self._state.ledger.entries
        chosen = self._state.inventory.select(wanted, presets)
        dropped = [path for path in chosen if entries[path].status == "dropped"]
        # A folder or a glob may have dropped presets among others.
        named = [path for path in dropped if path in wanted or len(dropped) == len(chosen)]
        if wanted and named:
            raise MigrationError(*(Fault("dropped: nothing to draft", path) for path in named))
        return tuple(path for path in chosen if path not in dropped)

    def select_one(self, wanted: str) -> str:
        """Return the one preset that a path, a folder or a glob matches.

        Raises:
            MigrationError: it matches none or several, has no baseline, or is dropped.
        """
        (preset,) = self.select([self._state.inventory.select_one(wanted, self._state.presets)])
        return preset

    def is_migrated(self, preset: str) -> bool:
        """Tell whether the preset was rewritten after the freeze, and needs no legacy file.

        Raises:
            MigrationError: the preset cannot be read.
        """
        frozen = self._state.record(preset).chain[-1]
        tree, target = self._project.tree, self.find_target(preset)
        return self._is_shallow(preset) and digest(tree.read(target)) != frozen.sha256

    def plans(
        self, presets: Collection[str], parent: Callable[[str], str | None]
    ) -> tuple[Plan, ...]:
        """Return a plan per preset; `parent` returns the preset to overlay, or None.

        Raises:
            MigrationError: a preset or its base cannot be read, or the base has a key that the
                preset lacks; with the faults of all presets.
        """
        plans: list[Plan] = []
        faults: list[Fault] = []
        for preset in self._project.access.follow(presets, "reading"):
            try:
                plan = self._make_plan(preset, parent(preset), presets)
            except MigrationError as error:
                faults += error.faults
            else:
                plans.append(plan)
                faults += self._lost_key_faults(plan)
        if faults:
            raise MigrationError(*faults)
        return tuple(plans)

    def named_parent(self, preset: str, wanted: str) -> str:
        """Return the wanted preset, after checking that a draft of `preset` can overlay it.

        Raises:
            MigrationError: it does not exist, is `preset` itself, or is not migrated yet.
        """
        known = {*self._state.presets, *self._state.inventory.list_unfrozen()}
        parent = self._state.inventory.select_one(wanted, known)
        if parent == preset:
            raise MigrationError(Fault("a preset cannot be an overlay of itself", preset))
        if legacy_used := self._list_legacy_files(self.find_target(parent)):
            first = legacy_used[0]
            message = f"not migrated yet: it is built from {first}, and its overlay would be, too"
            raise MigrationError(Fault(message, parent, hint="draft this one first"))
        return parent

    def legacy_parent(self, preset: str, drafted: Collection[str] = ()) -> str | None:
        """Return the preset that `preset` extends, if the draft can be its overlay, or None.

        It can if the parent is migrated or drafted along with it, and has no key that the preset
        lacks.

        Raises:
            MigrationError: the preset cannot be read.
        """
        configs, source = self._project.configs, self.find_source(preset)
        wanted = configs.resolve(source).value
        for base in reversed(configs.layer(source).bases):
            parent = self._presets_at.get(base)
            if parent is None or not (parent in drafted or self._is_shallow(parent)):
                continue
            if not any(list_lost_keys(self._resolve_parent(parent, drafted).value, wanted)):
                return parent
        return None

    @property
    def has_base(self) -> bool:
        """Whether there is a base that a draft can extend."""
        path = self._project.settings.base
        return path is not None and self._project.tree.is_file(path)

    @cached_property
    def _presets_at(self) -> Mapping[str, str]:
        """Each preset, by the real path of its present form."""
        real_path = self._project.tree.real_path
        return {real_path(self.find_source(each)): each for each in self._state.presets}

    def _make_plan(self, preset: str, parent: str | None, drafted: Collection[str]) -> Plan:
        configs, target = self._project.configs, self.find_target(preset)
        source = configs.resolve(self.find_source(preset))
        if parent is None:
            path = self._require_base()
            return Plan(preset, target, source, configs.resolve(path), path)
        base = self._resolve_parent(parent, drafted)
        is_frozen = parent in self._state.presets
        frozen = (link.path for link in self._state.record(parent).chain) if is_frozen else ()
        inherited = frozenset((*base.chain, *frozen))
        return Plan(preset, target, source, base, self.find_target(parent), inherited)

    def _require_base(self) -> str:
        """Return the path of the base.

        Raises:
            MigrationError: none is set, or there is no such file.
        """
        project, path = self._project, self._project.settings.base
        if path is not None and self.has_base:
            return path
        targets = [self.find_target(each) for each in self.select(())]
        proposed = propose_path(project, targets)
        command = f"`draft --base --out {quote_path(proposed)}`"
        if path is not None:
            message = "no such file, and a draft is to extend it"
            hint = f"{command} writes it, with what all presets have in common"
            raise MigrationError(Fault(message, path, hint=hint))
        message = "no 'base' is set, and a draft is to extend it"
        if known := find_unnamed_base(project, targets):
            hint = (
                f"write `base = {quote_text(known)}` if that is the base, or draft one: {command}"
            )
        else:
            setting = f"`base = {quote_text(proposed)}`"
            hint = f"{command} writes what all presets have in common; then write {setting} here"
        raise MigrationError(Fault(message, project.settings.source, hint=hint))

    def _lost_key_faults(self, plan: Plan) -> Iterator[Fault]:
        for path in list_lost_keys(plan.base.value, plan.source.value):
            origin = nearest_origin(self._project.configs.marks(plan.base.path), path)
            message = (
                f"{plan.preset} has no {format_path(path)}, and what extends {plan.base_path} "
                "cannot remove it"
            )
            hint = "draft it without --overlay-of, as a preset of its own"
            if plan.base_path == self._project.settings.base:
                hint = "move the key from the base into the presets that have it"
            yield Fault(message, origin.path, origin.line, origin.column, hint)

    def _is_shallow(self, preset: str) -> bool:
        # The old file of a moved preset may still exist, but does not show how the new one is.
        target = self.find_target(preset)
        is_to_come = not self._project.tree.is_file(target) and self.find_source(preset) != target
        return not is_to_come and not self._list_legacy_files(target)

    def _resolve_parent(self, parent: str, drafted: Collection[str]) -> Resolved:
        """Return the config that an overlay of the preset extends: its draft, or its target."""
        path = self.find_source(parent) if parent in drafted else self.find_target(parent)
        return self._project.configs.resolve(path)

    def find_source(self, preset: str) -> str:
        """Return the path of the preset's present form: the old one if it exists, or its target."""
        return preset if self._project.tree.is_file(preset) else self.find_target(preset)

    def find_target(self, preset: str) -> str:
        """Return the path that the preset has after the migration."""
        entry = self._state.ledger.entries.get(preset)
        return entry.target if entry else preset

    def _list_legacy_files(self, path: str) -> tuple[str, ...]:
        return self._state.inventory.list_legacy_among(self._project.configs.resolve(path).chain)
