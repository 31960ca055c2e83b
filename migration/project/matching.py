"""Matches the globs of the settings against the tree, and against what was frozen from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from migration.errors import Fault, MigrationError, ask_if_meant
from migration.files.tree import Tree
from migration.paths import glob_matches
from migration.phases import REMOVAL, is_closed
from migration.project.beneath import suggest_folder
from migration.project.exclusion import write_exclude
from migration.project.project import Project
from migration.project.settings import OWN_FILE, PYPROJECT
from migration.project.settings_search import find_near_misses, list_looked_at
from migration.store.baselines import Baselines
from migration.store.ledger import Ledger
from migration.text import PROGRAM, quote_name
from migration.wording import list_names

_MOST_NAMED = 5


@dataclass(frozen=True)
class Matching:
    """Matches the globs of a project against its tree, and against what was frozen and decided."""

    project: Project
    baselines: Baselines
    ledger: Ledger
    _found: dict[str, frozenset[str]] = field(default_factory=dict)

    def presets(self) -> frozenset[str]:
        """Return the presets in the tree.

        Raises:
            MigrationError: `presets` is not set, one of its globs matches nothing, or a file
                matches `legacy` as well.
        """
        settings = self.project.settings
        if not settings.presets:
            raise MigrationError(no_presets_fault(self.project))
        found = frozenset[str]().union(*map(self._list_files, settings.presets))
        faults = [*self._find_unmatched_in("presets"), *self._find_ambiguous(found)]
        if faults:
            raise MigrationError(*faults)
        return frozenset(path for path in found if settings.is_preset(path))

    def excluded(self) -> frozenset[str]:
        """Return the files in the tree that would be presets but for `exclude`.

        A frozen preset is still compared, and is not among them.
        """
        settings, entries = self.project.settings, self.ledger.entries
        found = frozenset[str]().union(*map(self._list_files, settings.presets))
        known = {*entries, *(entry.target for entry in entries.values())}
        known |= self.ledger.left_paths()
        return frozenset(
            path
            for path in found - known
            if settings.is_excluded(path) and path != settings.base and not settings.is_legacy(path)
        )

    def find_unmatched(self) -> Iterator[Fault]:
        """Yield a fault for each glob that matches nothing, except those of `presets`.

        In the last phase, which removes files, check only `legacy`; after that, check none.
        """
        names: tuple[str, ...] = ("exclude", "legacy", "phase_1", "length_required")
        if is_closed(REMOVAL - 1, self.ledger.phase):
            names = ("legacy",) if self.ledger.phase == REMOVAL else ()
        for name in names:
            yield from self._find_unmatched_in(name)

    def _find_unmatched_in(self, setting: str) -> Iterator[Fault]:
        settings = self.project.settings
        globs: Collection[str] = getattr(settings, setting)
        for glob in globs:
            if self._list_files(glob) or any(glob_matches(glob, each) for each in self._known):
                continue
            message = (
                f"{setting!r} has {quote_name(glob)}, which matches no file, in the tree or frozen"
            )
            hint = advise_glob(self.project.tree, glob)
            yield Fault(message, settings.source, settings.written.get(setting), hint=hint)

    def _find_ambiguous(self, found: Collection[str]) -> Iterator[Fault]:
        """Yield a fault if `presets` and `legacy` both match some file."""
        settings, left = self.project.settings, self.ledger.left_paths()
        both = sorted(
            path
            for path in found
            if settings.is_legacy(path)
            and not settings.is_excluded(path)
            and path != settings.base
            and path not in left
        )
        if both:
            message = f"'presets' and 'legacy' both match {list_names(both, _MOST_NAMED)}"
            exclude = write_exclude(settings, both)
            hint = f"if no run starts from them: {exclude}; otherwise narrow 'legacy'"
            yield Fault(message, settings.source, settings.written.get("legacy"), hint=hint)

    def _list_files(self, glob: str) -> frozenset[str]:
        if glob not in self._found:
            self._found[glob] = frozenset(self.project.matches(glob))
        return self._found[glob]

    @cached_property
    def _known(self) -> frozenset[str]:
        """The frozen presets, the files that they were frozen from, and the paths they have now.

        Read only if a glob matches no file of the tree.
        """
        entries = self.ledger.entries
        targets = (entry.target for entry in entries.values())
        sources = (link.path for preset in entries for link in self.baselines.links(preset))
        return frozenset((*entries, *targets, *sources))


def advise_glob(tree: Tree, glob: str) -> str | None:
    """Return what to do about a glob that matches no file."""
    meant = f"{glob}/**" if tree.files(glob) else tree.nearest(glob)
    return ask_if_meant(meant, "correct it, or remove it if its files are gone")


def no_presets_fault(project: Project) -> Fault:
    """Return the fault of a project in which `presets` is not set, maybe for want of settings."""
    settings = project.settings
    presets = 'presets = ["configs/train/**/*.yaml"]'
    if settings.source:
        message, line = "no 'presets' are set", settings.written.get("presets")
        hint = f"say which files are runs, as {presets}"
        return Fault(message, settings.source, line, hint=hint)
    root = project.disk.root
    if near := next(find_near_misses(root), None):
        return near
    message = f"no settings: neither {OWN_FILE} nor {PYPROJECT} in this folder or above it"
    if looked_at := list_looked_at(root):
        named = ", ".join(looked_at)
        message = f"no settings: no {OWN_FILE} in this folder or above it, and none in {named}"
    write = f"`{PROGRAM} init` proposes some and writes them"
    return Fault(message, hint=suggest_folder(project.tree) or write)
