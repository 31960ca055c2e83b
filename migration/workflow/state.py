"""What is frozen and what was decided, read together, and which presets there are."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from migration.baselines import ReplacedError
from migration.errors import Fault, MigrationError, nearest_hint
from migration.globs import glob_matches
from migration.ledger import Ledger, ledger_text, read_ledger, record_origin
from migration.lock import is_held
from migration.manifest import Manifest
from migration.workflow.project import Project

P = ParamSpec("P")
T = TypeVar("T")
_ATTEMPTS = 100  # a change takes milliseconds, and so does reading a small state again


@dataclass(frozen=True, slots=True)
class State:
    """Manifest and ledger, which name the same presets, and the legacy files in the tree."""

    project: Project
    manifest: Manifest
    ledger: Ledger
    legacy_files: tuple[str, ...]
    """What the migration is to remove, as far as it is in the tree, sorted."""
    legacy_places: Mapping[str, str]
    """The real path of each legacy file, and the path at which it counts as legacy."""

    def legacy_among(self, chain: Iterable[str]) -> tuple[str, ...]:
        """Return the legacy files of a chain, each once.

        A file to which a link at a legacy place leads is as legacy as the link, and is told by
        the link's name.
        """
        return tuple(
            self.legacy_places.get(file, file)
            for file in dict.fromkeys(chain)
            if self.is_legacy(file)
        )

    def is_legacy(self, path: str) -> bool:
        """Tell whether nothing may be built from the file at the real path when all is done.

        A baseline is as good as legacy: what is built from it would be compared with itself.
        """
        project = self.project
        return (
            path in self.legacy_places
            or project.settings.is_legacy(path)
            or project.store.holds(path)
        )

    def phase_of(self, preset: str) -> int:
        """Return the phase in which the preset is to be migrated."""
        entry = self.ledger.entries.get(preset)
        if entry and entry.phase:
            return entry.phase
        return 1 if preset in self.project.settings.phase_1 else 2

    def typed_faults(self) -> tuple[Fault, ...]:
        """Return a fault for each status in the ledger that was typed in, with its place."""
        path = self.project.store.ledger_path
        typed = [preset for preset, entry in self.ledger.entries.items() if entry.sealed_as]
        text = (self.project.store.ledger_text() if typed else None) or ""
        hint = "`check-parity` records the true one"
        faults = []
        for preset in typed:
            origin = record_origin(text, path, preset)
            message = f"the status of {preset}, {self.ledger.entries[preset].status}, was typed in"
            faults.append(Fault(message, path, origin.line, origin.column, hint))
        return tuple(faults)

    def leftover_faults(self) -> tuple[Fault, ...]:
        """Return a fault for a change that was left unfinished, and for each file left over.

        There is none while another command is at it: what is there may be about to be placed.
        """
        project, store = self.project, self.project.store
        unfinished, found = store.unfinished(), store.leftovers()
        if not unfinished and not found:
            return ()
        if is_held(project.tree.root, store.folder) or not store.is_current():
            return ()
        faults = [
            Fault("a leftover: the manifest does not list it", path, hint="`snapshot` removes it")
            # Nobody was at it just now, so what is there before and after that is nobody's.
            for path in store.leftovers()
            if path in found
        ]
        if unfinished:
            message = f"`{unfinished}` was stopped before its end"
            hint = "the next command that writes finishes its work, as `snapshot` does"
            faults.append(Fault(message, store.journal_path, hint=hint))
        return tuple(faults)

    def with_ledger(self, ledger: Ledger) -> State:
        """Return the state as it is under another ledger."""
        return _state(self.project, self.manifest, ledger)

    def unfrozen(self) -> tuple[str, ...]:
        """Return the presets in the tree that have no baseline, sorted.

        Raises:
            MigrationError: a glob, or a path in `phase_1`, that the settings spell out matches
                no preset, in the tree or frozen.
        """
        settings, frozen = self.project.settings, self.manifest.presets
        matches = {
            glob: {*self.project.tree.glob(glob), *(p for p in frozen if glob_matches(glob, p))}
            for glob in settings.presets
        }
        known = {path for paths in matches.values() for path in paths if settings.is_preset(path)}
        known |= frozen.keys()
        faults = [self._unmatched("presets", glob) for glob, paths in matches.items() if not paths]
        faults += [self._unmatched("phase_1", p) for p in settings.phase_1 if p not in known]
        if written := [fault for fault in faults if fault is not None]:
            raise MigrationError(*written)
        targets = {entry.target for entry in self.ledger.entries.values()}
        return tuple(sorted(known - frozen.keys() - targets))

    def select(self, wanted: Iterable[str], among: Iterable[str]) -> tuple[str, ...]:
        """Return the wanted presets, sorted, or all of `among` if none is named.

        A preset is named by its old path or by its new one; a dropped one only by a path that no
        other preset has taken over.

        Raises:
            MigrationError: a wanted one is not among them, or the path is the old one of one
                preset and the new one of another.
        """
        live: dict[str, list[str]] = {}
        dropped: dict[str, list[str]] = {}
        for preset in sorted(among):
            entry = self.ledger.entries.get(preset)
            names = dropped if entry and entry.status == "dropped" else live
            for path in {preset, entry.target if entry else preset}:
                names.setdefault(path, []).append(preset)
        chosen: set[str] = set()
        faults = []
        for path in map(posixpath.normpath, wanted):
            found = live.get(path) or dropped.get(path)
            if not found:
                known = sorted(live.keys() | dropped.keys())
                hint = nearest_hint(path, known, "a preset's path from the root")
                faults.append(Fault(f"no preset {path!r}", hint=hint))
            elif path in live and len(found) > 1:
                heir = next(preset for preset in found if preset != path)
                moved_to = self.ledger.entries[path].target
                message = f"{path!r} is the old path of {path} and the new one of {heir}"
                hint = f"name each by its other path: {moved_to} or {heir}"
                faults.append(Fault(message, hint=hint))
            else:
                chosen.update(found)
        if faults:
            raise MigrationError(*faults)
        return tuple(sorted(chosen or among))

    def _unmatched(self, setting: str, glob: str) -> Fault | None:
        settings = self.project.settings
        if setting not in settings.written:
            return None
        message = f"{setting!r} has {glob!r}, which matches no preset"
        return Fault(message, settings.source, settings.written[setting])


def read_state(project: Project) -> State:
    """Return what is frozen and decided, which may be nothing yet.

    No lock is needed: what another command changes meanwhile is read again.

    Raises:
        MigrationError: the ledger or the manifest cannot be read, they name different presets, or
            a frozen file is not as it was.
    """
    for _ in range(_ATTEMPTS):
        try:
            state = _read(project)
        except (MigrationError, ReplacedError):
            if project.store.is_current():
                raise
        else:
            if project.store.is_current():
                return state
    raise _restless(project)


def undisturbed(work: Callable[Concatenate[Project, P], T]) -> Callable[Concatenate[Project, P], T]:
    """Make a reader begin anew when another command replaces a frozen file before it is read."""

    @wraps(work)
    def repeated(project: Project, /, *args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(_ATTEMPTS):
            with suppress(ReplacedError):
                return work(project, *args, **kwargs)
        raise _restless(project)

    return repeated


def _read(project: Project) -> State:
    store = project.store
    manifest, text, path = store.manifest(), store.ledger_text(), store.ledger_path
    hint = "restore manifest and ledger from version control, both in the same state"
    if text is None and manifest and manifest.presets:
        raise MigrationError(Fault("no such file, but the manifest lists presets", path, hint=hint))
    ledger = Ledger() if text is None else read_ledger(text, path)
    if manifest is None and ledger.entries:
        message = "no such file, but the ledger lists presets"
        raise MigrationError(Fault(message, store.manifest_path, hint=hint))
    manifest = manifest or Manifest()
    faults = [
        Fault(f"the manifest has {preset}, the ledger has not", path, hint=hint)
        for preset in manifest.presets.keys() - ledger.entries.keys()
    ]
    for preset in ledger.entries.keys() - manifest.presets.keys():
        origin = record_origin(text or "", path, preset)
        message = f"the ledger has {preset}, the manifest has not"
        faults.append(Fault(message, path, origin.line, origin.column, hint))
    if faults:
        raise MigrationError(*faults)
    return _state(project, manifest, ledger)


def frozen_state(project: Project) -> State:
    """Return what is frozen and decided.

    Raises:
        MigrationError: nothing has been frozen yet, or as `read_state`.
    """
    state = read_state(project)
    if not state.manifest.presets:
        hint = "freeze the legacy presets before they are edited: `snapshot`"
        fault = Fault("nothing has been frozen yet", project.store.folder, hint=hint)
        raise MigrationError(fault)
    return state


def _restless(project: Project) -> MigrationError:
    hint = "wait for the other command to end"
    return MigrationError(Fault("changes all the time", project.store.folder, hint=hint))


def write_ledger(project: Project, ledger: Ledger) -> None:
    """Replace the ledger."""
    project.tree.write_all({project.store.ledger_path: ledger_text(ledger).encode()})


def _state(project: Project, manifest: Manifest, ledger: Ledger) -> State:
    tree, settings = project.tree, project.settings
    left = {path: path for path in ledger.left_paths() if tree.is_file(path)}
    # Links are followed at the legacy globs alone: what has left a path may have left a link to
    # its new place there.
    matched = {path: tree.real_path(path) for glob in settings.legacy for path in tree.glob(glob)}
    files = {**matched, **left}
    places = {real: path for path, real in files.items()}
    return State(project, manifest, ledger, tuple(sorted(files)), places)
