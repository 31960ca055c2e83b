"""`snapshot --resolve`: whatever git has made of the frozen files, back to what can be proved.

A file of one side counts only if it agrees with its seal, a baseline only if a record vouches for
it. Nothing is combined from two sides but what was decided and what was frozen, which have a seal
each.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from migration.digests import as_lf
from migration.errors import Fault, MigrationError
from migration.git import meeting
from migration.globs import glob_matches
from migration.ledger import Entry, Progression
from migration.phases import PHASES, Phase
from migration.records import FUSION, PRESETS, RESTORE, record_bytes
from migration.workflow.changes import replace_files
from migration.workflow.project import Project
from migration.workflow.versions import (
    OURS,
    THEIRS,
    WORK_TREE,
    Version,
    Versions,
    read_files,
    versions_in,
)

Choices: TypeAlias = Mapping[str, Collection[str]]
"""The presets of which a side is to be taken, by path or glob: side -> presets."""


@dataclass(frozen=True, slots=True)
class Question:
    """A preset that both sides have changed, and what each has made of it."""

    preset: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was put in order, and what only a person can decide."""

    folder: str
    taken: Mapping[str, str]
    """Each config that was put in order -> the side that it was taken from."""
    questions: tuple[Question, ...]
    faults: tuple[Fault, ...]
    """What no side can prove."""
    phase: Phase | None = None
    """The open phase, if it had to be found."""

    @property
    def holds(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.questions and not self.faults


def resolve_state(
    project: Project, ours: Collection[str] = (), theirs: Collection[str] = ()
) -> Resolution:
    """Put the frozen files in order, as far as it can be proved, and say what is left to decide.

    `ours` and `theirs` are the presets, by path or glob, of which that side is to be taken, as git
    uses these words: in a rebase, ours is what is rebased upon.

    Raises:
        MigrationError: there is no git, no preset matches, or something cannot be written. Nothing
            has changed then.
    """
    choices = {
        side: [posixpath.normpath(glob) for glob in globs]
        for side, globs in ((OURS, ours), (THEIRS, theirs))
    }
    with project.writing("snapshot --resolve"):
        store = project.store
        store.begin()
        intact = _intact(project, choices)
        files = {file for preset in intact for file in store.files_of(PRESETS, preset)}
        met = meeting(project.tree.root, store.folder, files)
        if met is None:
            message = "not in a git work tree, so there is no other side to take files from"
            raise MigrationError(Fault(message, store.folder, hint=RESTORE))
        resolver = _Resolver(project, Versions(project, met), choices)
        resolution, progression = resolver.resolve(intact)
        if progression and (resolver.files or resolution.phase is not None):
            replace_files(project, "snapshot --resolve", resolver.files, progression)
    return resolution


def _chosen_side(choices: Choices, preset: str) -> str | None:
    for side, globs in choices.items():
        if any(glob_matches(glob, preset) for glob in globs):
            return side
    return None


def _intact(project: Project, choices: Choices) -> Mapping[str, Version]:
    """Return the presets of which the work tree is to stand, and has all as it was sealed."""
    store, found = project.store, {}
    for preset in store.configs(PRESETS):
        files = store.files_of(PRESETS, preset)
        version = versions_in(PRESETS, preset, files, {WORK_TREE: read_files(project, *files)}).get(
            WORK_TREE
        )
        if version and version.facts and version.entry and not _chosen_side(choices, preset):
            found[preset] = version
    return found


class _Resolver:
    """Finds what to write for each config, and what nobody but a person can decide."""

    def __init__(self, project: Project, versions: Versions, choices: Choices) -> None:
        self._store, self._project = project.store, project
        self._versions = versions
        self._choices = choices
        self.files: dict[str, bytes | None] = {}
        """What is to be written."""
        self._taken: dict[str, str] = {}
        self._questions: list[Question] = []
        self._faults: list[Fault] = []

    def resolve(self, intact: Mapping[str, Version]) -> tuple[Resolution, Progression | None]:
        """Return what was found, and which phase is open then; `intact` presets stay."""
        presets = self._versions.configs(PRESETS)
        if faults := tuple(self._unmatched(presets)):
            raise MigrationError(*faults)
        chosen = {preset: intact.get(preset) or self._preset(preset) for preset in presets}
        self._resolve_fusions({preset: each for preset, each in chosen.items() if each})
        progressions = self._versions.progressions()
        progression = self._progression(progressions) if presets else None
        return Resolution(
            folder=self._store.folder,
            taken=self._taken if progression else {},
            questions=tuple(self._questions),
            faults=tuple(self._faults),
            phase=progression.phase if progression and WORK_TREE not in progressions else None,
        ), progression

    def _unmatched(self, presets: Collection[str]) -> Iterator[Fault]:
        for globs in self._choices.values():
            for glob in globs:
                if not any(glob_matches(glob, preset) for preset in presets):
                    yield Fault(f"no frozen preset {glob!r}")

    def _preset(self, preset: str) -> Version | None:
        """Return what a preset is to be, None if that is not known; write it if it is not so."""
        versions = self._versions.of(PRESETS, preset)
        side = _chosen_side(self._choices, preset)
        if side and (side not in versions or not versions[side].facts):
            message = f"{side} has no frozen preset of this path whose seal holds"
            self._faults.append(Fault(message, preset))
            return None
        wanted = {side: versions[side]} if side else versions
        frozen = self._versions.pick({name: v.facts for name, v in wanted.items() if v.facts})
        decided = self._versions.pick(
            {name: _bare(v.entry) for name, v in wanted.items() if v.entry}
        )
        if frozen is None or decided is None:
            self._ask(preset, versions)
            return None
        version = replace(versions[frozen], entry=versions[decided].entry)
        self._take(PRESETS, preset, version, frozen if frozen != WORK_TREE else decided)
        return version

    def _take(self, section: str, config: str, version: Version, side: str) -> None:
        """Write what the work tree does not have already."""
        baseline_path, record_path = self._store.files_of(section, config)
        record = record_bytes(section, config, version.facts, version.entry)
        files = {baseline_path: version.baseline, record_path: record}
        now = read_files(self._project, *files)
        changed = {path: data for path, data in files.items() if as_lf(now.get(path, b"")) != data}
        if changed:
            self.files |= changed
            self._taken[config] = side

    def _ask(self, preset: str, versions: Mapping[str, Version]) -> None:
        ours, theirs = (versions.get(side, Version()) for side in (OURS, THEIRS))
        if ours.facts and ours.entry and theirs.facts and theirs.entry:
            self._questions.append(Question(preset, _told(ours, theirs), _told(theirs, ours)))
            return
        message = "no side has an intact record together with its baseline"
        self._faults.append(Fault(message, self._store.record_path(PRESETS, preset), hint=RESTORE))

    def _resolve_fusions(self, presets: Mapping[str, Version]) -> None:
        """Take each fusion config as the presets that name it were frozen with it."""
        wanted: dict[str, dict[str, list[str]]] = {}
        for preset, version in presets.items():
            link = version.record.fusion if version.record else None
            if link and version.entry and version.entry.status != "dropped":
                wanted.setdefault(link.path, {}).setdefault(link.sha256, []).append(preset)
        for fusion in sorted({*self._versions.configs(FUSION), *wanted}):
            digests = wanted.get(fusion, {})
            if len(digests) > 1:
                self._faults.append(self._parted_fault(fusion, digests))
            else:
                self._fusion(fusion, next(iter(digests), None))

    def _fusion(self, fusion: str, sha256: str | None) -> None:
        """Take a fusion config, the one of that digest if some preset names it."""
        versions = {
            name: version
            for name, version in self._versions.of(FUSION, fusion).items()
            if version.record and sha256 in (None, version.record.sha256)
        }
        side = self._versions.pick({name: version.facts for name, version in versions.items()})
        # Where both have frozen the same values from other files, either may stand.
        side = side or next((name for name in (OURS, THEIRS) if name in versions), None)
        if side:
            self._take(FUSION, fusion, versions[side], side)
        elif sha256:
            message = "no side has this fusion config as the presets were frozen with it"
            path = self._store.record_path(FUSION, fusion)
            self._faults.append(Fault(message, path, hint=RESTORE))

    def _parted_fault(self, fusion: str, digests: Mapping[str, Collection[str]]) -> Fault:
        groups = sorted(digests.values(), key=len)
        few, many = min(groups[0]), min(groups[-1])
        message = f"{few} and {many} were frozen with two different contents of this fusion config"
        hint = f"take one of them over: `snapshot --refreeze {few} --reason R`"
        return Fault(message, self._store.baseline_path(FUSION, fusion), hint=hint)

    def _progression(self, found: Mapping[str, Progression]) -> Progression | None:
        """Return which phase is open, None if no side has one."""
        if not found:
            message = "no side has the open phase as it was sealed"
            self._faults.append(Fault(message, self._store.ledger_path, hint=RESTORE))
            return None
        side = self._versions.pick(found)
        if side is not None:
            return found[side]
        # Nobody has checked the gate of the later phase on both together.
        ours, theirs = found[OURS], found[THEIRS]
        phase = min((ours.phase, theirs.phase), key=PHASES.index)
        return Progression(phase, tuple(dict.fromkeys((*ours.reopened, *theirs.reopened))))


def _bare(entry: Entry) -> tuple[Entry, bool]:
    """Return what counts of an entry: its status is computed, unless the preset was dropped."""
    return entry.with_status("pending"), entry.status == "dropped"


def _told(version: Version, other: Version) -> str:
    """Return what a side has made of a preset, in few words."""
    entry, others = version.entry, other.entry
    if entry is None or others is None:
        return "unknown"
    parts = [f"refrozen: {reason}" for reason in entry.refrozen if reason not in others.refrozen]
    if entry.status == "dropped":
        parts.append(f"dropped: {entry.reason}")
    if entry.target != others.target:
        parts.append(f"at {entry.target}")
    if entry.phase != others.phase:
        parts.append(f"phase {entry.phase or 'not assigned'}")
    if not parts and version.facts != other.facts:
        parts.append(
            "frozen with other values"
            if version.baseline != other.baseline
            else "frozen from other files, with the same values"
        )
    return "; ".join(parts) or "as before"
