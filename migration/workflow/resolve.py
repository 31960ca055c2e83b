"""`snapshot --resolve`: whatever git has made of the frozen files, back to what can be proved.

A file of one side counts only if it agrees with its seal, a baseline only if a record vouches for
it. Nothing is put together from two sides but what was decided and what was frozen, which have a
seal each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

from migration.digests import as_lf, digest
from migration.errors import Fault, MigrationError
from migration.git import Meeting, meeting
from migration.globs import glob_matches, normalised
from migration.journal import Change, commit
from migration.ledger import Entry
from migration.ledger_file import ledger_text, read_phase
from migration.phases import PHASES, Phase
from migration.records import (
    FUSION,
    PRESETS,
    RESTORE,
    Record,
    facts_of,
    read_record,
    record_bytes,
)
from migration.workflow.project import Project

Side: TypeAlias = Literal["ours", "theirs"]
WORK_TREE: Final = "the work tree"
_HEAD = "the last commit"


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
    with project.writing("snapshot --resolve"), project.tree.staged({}) as staged:
        store, tree = project.store, project.tree
        store.begin()
        if fault := store.old_format_fault():
            raise MigrationError(fault)
        met = meeting(tree.root, store.folder)
        if met is None:
            message = "in no work tree of git, which could have the other side"
            raise MigrationError(Fault(message, store.folder, hint=RESTORE))
        resolver = _Resolver(project, met, _Choices(tuple(ours), tuple(theirs)))
        resolution = resolver.resolve()
        files = resolver.files
        if files or resolution.phase is not None:
            phase = resolver.phase if resolution.phase is None else resolution.phase
            files[store.ledger_path] = ledger_text(phase).encode()
            if links := [fault for path in files if (fault := store.link_fault(path))]:
                raise MigrationError(*links)
            digests: dict[str, tuple[str | None, str | None]] = {}
            for path, data in files.items():
                staged.add(path, data)
                before = digest(tree.read(path)) if tree.is_file(path) else None
                digests[path] = (before, digest(data))
            commit(tree, staged, store.folder, Change("snapshot --resolve", digests))
    return resolution


@dataclass(frozen=True, slots=True)
class _Choices:
    ours: tuple[str, ...]
    theirs: tuple[str, ...]

    def of(self, preset: str) -> Side | None:
        """Return the side that was chosen for a preset."""
        for side, globs in (("ours", self.ours), ("theirs", self.theirs)):
            if any(glob_matches(normalised(glob), preset) for glob in globs):
                return "ours" if side == "ours" else "theirs"
        return None

    def unmatched(self, presets: Collection[str]) -> Iterator[Fault]:
        """Yield a fault for each glob that matches no preset."""
        for glob in (*self.ours, *self.theirs):
            if not any(glob_matches(normalised(glob), preset) for preset in presets):
                yield Fault(f"no frozen preset {glob!r}")


@dataclass(frozen=True, slots=True)
class _Version:
    """What one side has of a config: its frozen part, proved by a baseline, and its decisions."""

    record: Record | None = None
    facts: bytes = b""
    baseline: bytes = b""
    entry: Entry | None = None


@dataclass(slots=True)
class _Resolver:
    _project: Project
    _met: Meeting
    _choices: _Choices
    files: dict[str, bytes] = field(default_factory=dict)
    """What is to be written."""
    _taken: dict[str, str] = field(default_factory=dict)
    _questions: list[Question] = field(default_factory=list)
    _faults: list[Fault] = field(default_factory=list)
    phase: Phase = 0

    def resolve(self) -> Resolution:
        """Find what to write, and return what was found."""
        store = self._project.store
        presets = self._configs(PRESETS)
        if faults := tuple(self._choices.unmatched(presets)):
            raise MigrationError(*faults)
        chosen = {preset: self._preset(preset) for preset in presets}
        self._fusions({preset: each for preset, each in chosen.items() if each})
        found = self._phase() if presets else None
        return Resolution(
            folder=store.folder,
            taken=self._taken,
            questions=tuple(self._questions),
            faults=tuple(self._faults),
            phase=found,
        )

    def _configs(self, section: str) -> list[str]:
        """Return the configs of which any side has a record or a baseline."""
        store, met = self._project.store, self._met
        sides = (self._project.tree.files(store.folder), met.ours, met.theirs, met.head)
        found = set()
        for path in {path for side in sides for path in side}:
            for folder in store.folders_of(section):
                if path.startswith(folder) and path.endswith(".json") and store.is_ours(path):
                    found.add(path.removeprefix(folder).removesuffix(".json"))
        return sorted(found)

    def _versions(self, section: str, config: str) -> dict[str, _Version]:
        """Return what each side has of a config, where its seals hold."""
        store, met = self._project.store, self._met
        baseline_path, record_path = store.files_of(section, config)
        sides = {
            WORK_TREE: self._in_tree(baseline_path, record_path),
            "ours": met.ours,
            "theirs": met.theirs,
            "base": met.base,
            _HEAD: met.head,
        }
        # A baseline is proved by its digest, wherever it comes from.
        texts = (side[baseline_path] for side in sides.values() if baseline_path in side)
        baselines = {digest(text): as_lf(text) for text in texts}
        versions = {}
        for name, side in sides.items():
            if record_path not in side:
                continue
            reading = read_record(side[record_path], section, config, record_path)
            record = reading.record
            if record and record.sha256 in baselines:
                facts, baseline = facts_of(side[record_path]), baselines[record.sha256]
                versions[name] = _Version(record, facts, baseline, reading.entry)
            elif reading.entry:
                versions[name] = _Version(entry=reading.entry)
        return versions

    def _in_tree(self, *paths: str) -> Mapping[str, bytes]:
        tree = self._project.tree
        return {path: tree.read(path) for path in paths if tree.is_file(path)}

    def _preset(self, preset: str) -> _Version | None:
        """Return what a preset is to be, None if that is not known; write it if it is not so."""
        store = self._project.store
        versions = self._versions(PRESETS, preset)
        side = self._choices.of(preset)
        if side and (side not in versions or not versions[side].facts):
            message = f"{side} has no frozen preset of this path that agrees with its seal"
            self._faults.append(Fault(message, preset))
            return None
        wanted = {side: versions[side]} if side else versions
        frozen = _pick({name: each.facts for name, each in wanted.items() if each.facts}, self._met)
        decided = _pick_entry(
            {name: each.entry for name, each in wanted.items() if each.entry}, self._met
        )
        if frozen is None or decided is None:
            self._ask(preset, versions)
            return None
        version = replace(versions[frozen], entry=versions[decided].entry)
        baseline_path, record_path = store.files_of(PRESETS, preset)
        data = record_bytes(PRESETS, preset, version.facts, version.entry)
        files = {baseline_path: version.baseline, record_path: data}
        self._take(preset, files, frozen if frozen != WORK_TREE else decided)
        return version

    def _take(self, config: str, files: Mapping[str, bytes], side: str) -> None:
        """Write what the work tree does not have already."""
        now = self._in_tree(*files)
        changed = {path: data for path, data in files.items() if as_lf(now.get(path, b"")) != data}
        if changed:
            self.files |= changed
            self._taken[config] = side

    def _ask(self, preset: str, versions: Mapping[str, _Version]) -> None:
        ours, theirs = (versions.get(side, _Version()) for side in ("ours", "theirs"))
        if ours.facts and ours.entry and theirs.facts and theirs.entry:
            self._questions.append(Question(preset, _told(ours, theirs), _told(theirs, ours)))
            return
        _, record_path = self._project.store.files_of(PRESETS, preset)
        message = "no side has this record, and a baseline that it vouches for, as they were sealed"
        self._faults.append(Fault(message, record_path, hint=RESTORE))

    def _fusions(self, presets: Mapping[str, _Version]) -> None:
        """Take each fusion config as the presets that name it were frozen with it."""
        wanted: dict[str, dict[str, list[str]]] = {}
        for preset, version in presets.items():
            link = version.record.fusion if version.record else None
            if link and version.entry and version.entry.status != "dropped":
                wanted.setdefault(link.path, {}).setdefault(link.sha256, []).append(preset)
        for fusion in self._configs(FUSION):
            digests = wanted.pop(fusion, {})
            if len(digests) > 1:
                self._faults.append(self._parted_fault(fusion, digests))
                continue
            self._fusion(fusion, next(iter(digests), None))
        for fusion, digests in wanted.items():
            path = self._project.store.record_path(FUSION, fusion)
            first = next(iter(digests.values()))[0]
            message = f"no side has the fusion config that {first} was frozen with"
            self._faults.append(Fault(message, path, hint=RESTORE))

    def _fusion(self, fusion: str, sha256: str | None) -> None:
        versions = {
            name: each
            for name, each in self._versions(FUSION, fusion).items()
            if each.record and sha256 in (None, each.record.sha256)
        }
        side = _pick({name: each.facts for name, each in versions.items()}, self._met)
        if side is None:
            # Both froze the same values from other files: either may stand.
            side = next((name for name in ("ours", "theirs") if name in versions), None)
        if side is None:
            if sha256 is not None:
                path = self._project.store.record_path(FUSION, fusion)
                message = "no side has this fusion config as the presets were frozen with it"
                self._faults.append(Fault(message, path, hint=RESTORE))
            return
        baseline_path, record_path = self._project.store.files_of(FUSION, fusion)
        data = record_bytes(FUSION, fusion, versions[side].facts)
        self._take(fusion, {baseline_path: versions[side].baseline, record_path: data}, side)

    def _parted_fault(self, fusion: str, digests: Mapping[str, Collection[str]]) -> Fault:
        groups = sorted(digests.values(), key=len)
        few, many = min(groups[0]), min(groups[-1])
        message = f"{few} and {many} were frozen with two different contents of this fusion config"
        hint = f"take one of them over: `snapshot --refreeze {few} --reason R`"
        return Fault(message, self._project.store.baseline_path(FUSION, fusion), hint=hint)

    def _phase(self) -> Phase | None:
        """Return the open phase if the ledger in the work tree has none that can be believed."""
        store, met = self._project.store, self._met
        in_tree = _phase_in(self._in_tree(store.ledger_path), store.ledger_path)
        if in_tree is not None:
            self.phase = in_tree
            return None
        sides = {"ours": met.ours, "theirs": met.theirs, "base": met.base, _HEAD: met.head}
        known = {name: _phase_in(side, store.ledger_path) for name, side in sides.items()}
        phases = {name: phase for name, phase in known.items() if phase is not None}
        if not phases:
            message = "no side has the open phase as it was sealed"
            self._faults.append(Fault(message, store.ledger_path, hint=RESTORE))
            return None
        side = _pick(phases, met)
        if side is not None:
            return phases[side]
        # The gate of a later phase was not seen to hold for what the two are together.
        return min((phases["ours"], phases["theirs"]), key=PHASES.index)


def _phase_in(side: Mapping[str, bytes], path: str) -> Phase | None:
    try:
        return read_phase(side[path].decode(errors="replace"), path) if path in side else None
    except MigrationError:
        return None


def _pick(found: Mapping[str, object], met: Meeting) -> str | None:
    """Return which side to take: the work tree, or else the one that has changed something.

    None if nobody can tell: no side has anything, or both have changed it, and differ.
    """
    if WORK_TREE in found:
        return WORK_TREE
    if not met.is_under_way and _HEAD in found:
        return _HEAD
    ours, theirs, base = (found.get(side) for side in ("ours", "theirs", "base"))
    if ours is None or theirs is None:
        return "ours" if ours is not None else "theirs" if theirs is not None else None
    if ours in (theirs, base):
        return "theirs" if ours != theirs else "ours"
    return "ours" if theirs == base else None


def _pick_entry(found: Mapping[str, Entry], met: Meeting) -> str | None:
    """Return which side's decisions to take, as `_pick`; a status is computed, and so is none."""
    bare = {name: entry.with_status("pending") for name, entry in found.items()}
    dropped = {name: entry.status == "dropped" for name, entry in found.items()}
    return _pick({name: (entry, dropped[name]) for name, entry in bare.items()}, met)


def _told(version: _Version, other: _Version) -> str:
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
