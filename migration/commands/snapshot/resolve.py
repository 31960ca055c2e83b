"""`snapshot --resolve`: whatever git has made of the frozen files, back to what can be proved.

Half a record counts only if it agrees with its seal, a baseline only if a record vouches for it.
Two halves of a record may be from different points only if some point has had both together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from migration.commands.snapshot.choices import Choice, Choices
from migration.commands.snapshot.newest import Found, Parted
from migration.commands.snapshot.old_state import OldState
from migration.commands.snapshot.questions import Question, ask
from migration.commands.snapshot.versions import Baseline, Facts, Versions
from migration.errors import Fault, MigrationError
from migration.files.lineage import MEETING, OURS, WORK_TREE, Lineage, read_lineage
from migration.phases import PHASES, Phase
from migration.project.changes import FilesRead, replace_files
from migration.project.project import Project
from migration.project.state import read_state
from migration.project.state_faults import gone_presets
from migration.store.baselines import Baselines, open_baselines
from migration.store.folder import OLD_MANIFEST, OLD_ORIGINS
from migration.store.ledger import Entry, Progression
from migration.store.record_file import record_bytes
from migration.store.records import FUSION, PRESETS, RESTORE, Record
from migration.text import quote_path


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was put in order, and what only a person can decide."""

    folder: str
    place: str
    """Where the folder really is."""
    taken: Mapping[str, str]
    """Each config that was put in order -> where it was taken from."""
    questions: tuple[Question, ...]
    faults: tuple[Fault, ...]
    """What cannot be proved."""
    kept: tuple[str, ...] = ()
    """The presets that a glob is about, and that were decided before."""
    phase: Phase | None = None
    """The open phase, if it had to be found."""
    has_changed: bool = False
    """Whether a file was written or removed."""
    is_put_off: bool = False
    """Whether nothing was written yet, since all has to be decided at once."""

    @property
    def holds(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.questions and not self.faults


def resolve_state(
    project: Project, ours: Collection[str] = (), theirs: Collection[str] = ()
) -> Resolution:
    """Put the frozen files in order, as far as it can be proved, and say what is left to decide.

    `ours` and `theirs` are the presets, by path or glob, of which that side is to be taken, as git
    uses these words: in a rebase, ours is what is rebased upon. A glob decides what several sides
    have changed and is not decided yet; a path decides its preset anew, whatever a glob says.

    Raises:
        MigrationError: there is no git, nothing was ever frozen, no preset matches a choice, two
            choices contradict each other, or something cannot be written. Nothing has changed then.
    """
    choices = Choices(ours, theirs)
    with project.writing("snapshot --resolve"):
        store, read = project.state_folder, FilesRead(project.tree)
        baselines = open_baselines(store, of_any_format=True)
        lineage = read_lineage(store.place, store.path)
        if lineage is None:
            message = "not in a git work tree, so there is no other side to take files from"
            raise MigrationError(Fault(message, store.path, hint=RESTORE))
        manifest = f"{store.path}/{OLD_MANIFEST}"
        is_old = project.tree.is_file(manifest)
        if is_old and not any(manifest in lineage.paths(point) for point in lineage.sources):
            hint = "move it elsewhere: no merge has brought it"
            raise MigrationError(Fault("git does not have this file", manifest, hint=hint))
        if is_old and not lineage.sides and _is_readable(project, baselines, read):
            raise MigrationError(store.format_fault())
        versions = Versions(project, lineage, read)
        is_mixed = is_old or bool(versions.after_mixed_merges)
        if not is_mixed and versions.has_half_a_merge():
            message = (
                "a merge of two formats has left its markers, and git has one side of it alone"
            )
            hint = "undo the commit that has them, and merge the branch itself"
            raise MigrationError(Fault(message, store.ledger_path, hint=hint))
        intact = {} if is_mixed else _intact(baselines)
        unneeded = (preset for preset in intact if not choices.of(preset))
        lineage.read_ahead(frozenset(f for p in unneeded for f in store.files_of(PRESETS, p)))
        resolver = _Resolver(project, baselines, lineage, versions, choices)
        resolution, progression = resolver.resolve(intact, is_mixed=is_mixed)
        if progression and resolution.has_changed:
            replace_files(project, "snapshot --resolve", resolver.files, progression, read)
        faults = tuple(_state_faults(project)) if resolution.holds else ()
    return replace(resolution, faults=faults) if faults else resolution


def _state_faults(project: Project) -> Iterator[Fault]:
    """Yield what other commands refuse all the same: it is in no side of a merge."""
    try:
        state = read_state(project)
    except MigrationError as error:
        yield from error.faults
        return
    for path in state.baselines.list_leftovers():
        if not project.state_folder.is_temporary(path):
            yield state.leftover_fault(path)


def _is_readable(project: Project, baselines: Baselines, read: FilesRead) -> bool:
    """Tell whether the frozen files are in an earlier format alone, and can be read."""
    if baselines.mixed_fault():
        return False
    try:
        old = OldState(project, read)
        for section in (PRESETS, FUSION):
            for path in old.list_configs(section):
                old.record(section, path)
    except MigrationError:
        return False
    return True


def _intact(baselines: Baselines) -> Mapping[str, tuple[Record, Entry]]:
    """Return the presets of which the work tree has all as it was sealed."""
    found = {}
    for preset in baselines.list_configs(PRESETS):
        reading = baselines.reading(PRESETS, preset)
        halves = reading.record, reading.entry
        if all(halves) and not [*baselines.faults(PRESETS, preset)]:
            found[preset] = cast("tuple[Record, Entry]", halves)
    return found


class _Resolver:
    """Finds what to write for each config, and what nobody but a person can decide."""

    def __init__(
        self,
        project: Project,
        baselines: Baselines,
        lineage: Lineage,
        versions: Versions,
        choices: Choices,
    ) -> None:
        self._project, self._tree = project, project.tree
        self._store, self._baselines = project.state_folder, baselines
        self._lineage, self._versions, self._choices = lineage, versions, choices
        self.files: dict[str, bytes | None] = {}
        """The files to write, None for one to remove."""
        self._taken: dict[str, str] = {}
        self._questions: list[Question] = []
        self._faults: list[Fault] = []
        self._kept: list[str] = []
        self._restore = RESTORE
        if lineage.is_shallow:
            self._restore = "the clone is shallow: `git fetch --unshallow` brings what came before"

    def resolve(
        self, intact: Mapping[str, tuple[Record, Entry]], *, is_mixed: bool
    ) -> tuple[Resolution, Progression | None]:
        """Return what is found, and which phase is open then.

        `intact` presets stay as they are, unless a side was chosen by their path. With `is_mixed`,
        files of two formats met, and the work tree is not to be trusted.
        """
        start = MEETING if is_mixed else WORK_TREE
        presets = sorted({*self._versions.list_configs(PRESETS), *gone_presets(self._baselines)})
        progressions = self._versions.progressions(start)
        if not presets and not progressions:
            raise MigrationError(self._store.unfrozen_fault())
        if faults := tuple(self._choices.faults(presets)):
            raise MigrationError(*faults)
        wholes = {}
        for preset in presets:
            whole = self._decided(preset, intact.get(preset), start)
            if whole:
                wholes[preset] = whole
        self._resolve_fusions(wholes, start)
        progression = self._progression([found.value for found in progressions])
        is_known = [found.point for found in progressions] == [WORK_TREE]
        # Of two formats all is written at once: what is decided later has to see all sides, too.
        is_put_off = is_mixed and bool(self._questions or self._faults)
        if is_mixed:
            self._remove_old_files()
        is_written = progression is not None and not is_put_off
        phase = progression.phase if progression and is_written and not is_known else None
        return Resolution(
            folder=self._store.path,
            place=self._store.real_path(self._store.path),
            taken=self._taken if is_written else {},
            questions=tuple(self._questions),
            faults=tuple(self._faults),
            kept=tuple(self._kept),
            phase=phase,
            has_changed=is_written and bool(self.files or phase is not None),
            is_put_off=is_put_off,
        ), progression

    def _decided(
        self, preset: str, whole: tuple[Record, Entry] | None, start: str
    ) -> tuple[Record, Entry] | None:
        """Return what a preset is to be, by the side that was chosen for it if one was.

        `whole` is what the work tree has, if that is intact.
        """
        choice = self._choices.of(preset)
        sides = self._sides(preset, choice, is_intact=whole is not None) if choice else ()
        if choice and sides and (choice.is_exact or not whole):
            return self._whole_of_side(preset, choice.side, sides)
        if choice and choice.is_exact:
            message = "no side to choose: no merge left it open, or it was changed since"
            hint = "`git checkout COMMIT -- FILE...` takes what a commit had"
            self._faults.append(Fault(message, preset, hint=hint))
        elif choice and whole and sides:
            self._note_kept(preset, choice.side, sides)
        return whole or (None if choice and choice.is_exact else self._whole(preset, start))

    def _sides(self, preset: str, choice: Choice, *, is_intact: bool) -> tuple[str, ...]:
        """Return the sides of the merge that a choice is about, ours first; none without any.

        There is none where the preset was frozen or decided anew since.
        """
        versions = self._versions
        sides = self._parted(preset, MEETING)
        if not sides and choice.is_exact:
            sides = versions.last_merge(preset)
        known = {versions.key(preset, point) for point in sides}
        if self._lineage.sides:
            known.add(versions.key(preset, MEETING))
        if is_intact and versions.key(preset, WORK_TREE) not in known:
            return ()
        return sides

    def _note_kept(self, preset: str, side: str, sides: tuple[str, ...]) -> None:
        """Note a preset that was decided before, if it is not as the side has it."""
        now = self._versions.key(preset, WORK_TREE)
        if any(self._versions.key(preset, point) != now for point in _of_side(sides, side)):
            self._kept.append(preset)

    def _parted(self, preset: str, point: str) -> tuple[str, ...]:
        """Return the sides that have changed a preset in different ways."""
        frozen = self._versions.facts(PRESETS, preset, point)
        decided = self._versions.entry(preset, point)
        return next((each.points for each in (frozen, decided) if isinstance(each, Parted)), ())

    # Presets.

    def _whole(self, preset: str, start: str) -> tuple[Record, Entry] | None:
        """Return what a preset is to be, and write it; None if that is not known."""
        if sides := self._parted(preset, start):
            self._questions.append(ask(self._versions, preset, sides))
            return None
        return self._whole_at(preset, start)

    def _whole_of_side(
        self, preset: str, side: str, sides: tuple[str, ...]
    ) -> tuple[Record, Entry] | None:
        """Return what a side has made of a preset, and write it."""
        points = _of_side(sides, side)
        if len({self._versions.key(preset, point) for point in points}) > 1:
            message = f"`--theirs` is not one side: {len(points)} branches were merged, and differ"
            hint = "take the files of one of them: `git checkout BRANCH -- FILE...`"
            self._faults.append(Fault(message, preset, hint=hint))
            return None
        return self._whole_at(preset, points[0], side)

    def _whole_at(
        self, preset: str, point: str, side: str | None = None
    ) -> tuple[Record, Entry] | None:
        """Return the newest that is known of a preset, seen from a point, and write it."""
        versions, path = self._versions, self._store.record_path(PRESETS, preset)
        frozen, decided = versions.facts(PRESETS, preset, point), versions.entry(preset, point)
        if not isinstance(frozen, Found) or not isinstance(decided, Found):
            if side:
                fault = Fault(f"{side} has no frozen preset of this path whose seal holds", preset)
            else:
                message = "no side has an intact record together with its baseline"
                fault = Fault(message, path, hint=self._restore)
        elif not versions.is_one_whole(preset, frozen.value, decided.value):
            message = "what was frozen and what was decided are not intact in one commit"
            fault = Fault(message, path, hint=self._restore)
        elif (baseline := self._baseline(preset, frozen)) is None:
            message = "git has never had the baseline of this record"
            fault = Fault(message, path, hint=self._restore)
        elif not side and versions.has_newer_baseline(preset, frozen):
            fault = self._newer_fault(preset, frozen.point)
        else:
            label = side or self._label(preset, frozen, decided) or baseline.label
            text = record_bytes(PRESETS, preset, frozen.value.text, decided.value)
            baseline_path = self._store.baseline_path(PRESETS, preset)
            self._take(preset, label, {baseline_path: baseline.data, path: text})
            return frozen.value.record, decided.value
        self._faults.append(fault)
        return None

    def _baseline(self, preset: str, frozen: Found[Facts]) -> Baseline | None:
        sha256 = frozen.value.record.sha256
        return self._versions.baseline(PRESETS, preset, sha256, frozen.point)

    def _label(self, preset: str, frozen: Found[Facts], decided: Found[Entry]) -> str | None:
        """Return from where the record of a preset is; None if the work tree has it."""
        now = self._versions.at(WORK_TREE, PRESETS, preset).facts
        is_known = now is not None and now.key == frozen.value.key
        point = decided.point if is_known else frozen.point
        return None if point == WORK_TREE else self._lineage.label(point)

    def _newer_fault(self, preset: str, known: str) -> Fault:
        """Return the fault of a baseline of which nobody can tell whether it was frozen."""
        places = map(self._store.real_path, self._store.files_of(PRESETS, preset))
        message = "no record is about this baseline; the newest one that is intact is about another"
        files = " ".join(map(quote_path, places))
        hint = f"to go back to that: `git checkout {self._lineage.commit(known)} -- {files}`"
        return Fault(message, self._store.baseline_path(PRESETS, preset), hint=hint)

    def _take(self, config: str, label: str, files: Mapping[str, bytes]) -> None:
        """Write those files of a config that the work tree does not have already."""
        for path, data in files.items():
            if self._versions.in_work_tree(path) != data:
                self.files[path] = data
                self._taken[config] = label

    # Fusion configs, the open phase, and what an earlier format has left.

    def _resolve_fusions(self, presets: Mapping[str, tuple[Record, Entry]], start: str) -> None:
        """Take each fusion config as the presets that name it were frozen with it."""
        wanted: dict[str, dict[str, list[str]]] = {}
        for preset, (record, entry) in presets.items():
            if record.fusion and entry.status != "dropped":
                by_digest = wanted.setdefault(record.fusion.path, {})
                by_digest.setdefault(record.fusion.sha256, []).append(preset)
        for fusion, by_digest in sorted(wanted.items()):
            *few, (sha256, _) = sorted(by_digest.items(), key=lambda each: (len(each[1]), each))
            if few:
                self._faults.append(self._parted_fault(fusion, by_digest[sha256], dict(few)))
            # One of the contents has to be there in any case, or nothing could be refrozen.
            self._fusion(fusion, sha256, start)
        if not self._questions and not self._faults:
            named = {record.fusion.path for record, _ in presets.values() if record.fusion}
            self._remove_fusions(named)

    def _fusion(self, fusion: str, sha256: str, start: str) -> None:
        """Take a fusion config of a digest."""
        baseline_path, record_path = self._store.files_of(FUSION, fusion)
        found = self._versions.fusion(fusion, sha256, start)
        point = found.point if isinstance(found, Found) else start
        baseline = self._versions.baseline(FUSION, fusion, sha256, point)
        if isinstance(found, Found) and baseline is not None:
            text = record_bytes(FUSION, fusion, found.value.text)
            label = self._lineage.label(found.point)
            self._take(fusion, label, {baseline_path: baseline.data, record_path: text})
        else:
            message = "no side has this fusion config as the presets were frozen with it"
            self._faults.append(Fault(message, record_path, hint=self._restore))

    def _parted_fault(
        self, fusion: str, many: Collection[str], others: Mapping[str, Collection[str]]
    ) -> Fault:
        """Return the fault of a fusion config with which presets were frozen in several forms."""
        few = sorted(preset for presets in others.values() for preset in presets)
        message = f"{few[0]} was frozen with another content of this fusion config than {min(many)}"
        words = " ".join(f"--refreeze {quote_path(preset)}" for preset in few)
        hint = f"take the one over that is there now: `snapshot {words} --reason R`"
        return Fault(message, self._store.baseline_path(FUSION, fusion), hint=hint)

    def _remove_fusions(self, named: Collection[str]) -> None:
        """Remove the fusion configs that no preset names any more, as far as git has them."""
        for fusion in self._versions.list_configs(FUSION):
            files = [f for f in self._store.files_of(FUSION, fusion) if self._tree.is_file(f)]
            if fusion not in named and all(map(self._versions.is_known, files)):
                self.files |= dict.fromkeys(files)

    def _progression(self, found: Collection[Progression]) -> Progression | None:
        """Return which phase is open, None if nobody knows."""
        if not found:
            message = "no side has the open phase as it was sealed"
            self._faults.append(Fault(message, self._store.ledger_path, hint=self._restore))
            return None
        # Nobody has checked the gate of a later phase on all sides together.
        phase = min((each.phase for each in found), key=PHASES.index)
        reopened = dict.fromkeys(each for progression in found for each in progression.reopened)
        return Progression(phase, tuple(reopened))

    def _remove_old_files(self) -> None:
        """Remove the files of an earlier format, as far as git has them."""
        folders = tuple(f"{self._store.path}/{each}/" for each in OLD_ORIGINS.values())
        manifest = f"{self._store.path}/{OLD_MANIFEST}"
        for path in self._tree.files(self._store.path):
            is_origins = path.startswith(folders) and self._versions.is_known(path)
            if path == manifest or is_origins:
                self.files[path] = None


def _of_side(sides: tuple[str, ...], side: str) -> tuple[str, ...]:
    """Return which sides of a merge are ours, or theirs."""
    return sides[:1] if side == OURS else sides[1:]
