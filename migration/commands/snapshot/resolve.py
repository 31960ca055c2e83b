"""`snapshot --resolve`: puts the frozen files in order after a merge, as far as it can be proved.

Half of a record counts only if its seal holds, and a baseline only if it has the digest that a
record names. Two halves may be from different points only if some point has had both together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from migration.commands.snapshot.choices import Choices
from migration.commands.snapshot.findings import Findings
from migration.commands.snapshot.format_fault import find_format_fault
from migration.commands.snapshot.newest import Found
from migration.commands.snapshot.questions import Question
from migration.commands.snapshot.resolve_acceptances import AcceptanceResolver
from migration.commands.snapshot.resolve_fusions import FusionResolver
from migration.commands.snapshot.resolve_presets import PresetResolver, Whole
from migration.commands.snapshot.versions import Versions
from migration.errors import Fault, MigrationError
from migration.files.lineage import WORK_TREE, read_lineage
from migration.phases import PHASES, Phase
from migration.project.changes import FilesRead, replace_files
from migration.project.migration import has_migration
from migration.project.project import Project
from migration.project.state import read_state
from migration.project.state_faults import gone_presets
from migration.store.baselines import Baselines, open_baselines
from migration.store.folder import OLD_MANIFEST, OLD_ORIGINS, StateFolder
from migration.store.ledger import Progression
from migration.store.leftovers import find_leftovers
from migration.store.records import PRESETS, RESTORE


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was put in order, and what only the user can decide."""

    folder: str
    place: str
    """The real path of the folder."""
    taken: Mapping[str, str]
    """Config that was put in order -> the name in messages of the point it was taken from."""
    questions: tuple[Question, ...]
    faults: tuple[Fault, ...]
    """What cannot be proved."""
    kept: tuple[str, ...] = ()
    """The presets that a glob is about, and that were decided before."""
    accepted: Mapping[str, bool] = field(default_factory=dict)
    """The files of acceptances that changed: whether each was written, or else removed."""
    parted: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Fusion config -> the presets that were frozen with another content, which is accepted now."""
    phase: Phase | None = None
    """The open phase, if the ledger of the work tree does not have it, and there are phases."""
    has_changed: bool = False
    """Whether a file was written or removed."""
    is_put_off: bool = False
    """Whether nothing was written yet, since everything has to be decided at once."""

    @property
    def holds(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.questions and not self.faults


def resolve_state(
    project: Project, ours: Collection[str] = (), theirs: Collection[str] = ()
) -> Resolution:
    """Put the frozen files in order, as far as it can be proved, and return what is left to decide.

    `ours` and `theirs` name presets, by path or glob: take that side of each. The words mean what
    they mean to git: in a rebase, ours is the branch that is rebased upon. A glob decides the
    presets that several sides have changed and that are not decided yet; a path decides its preset
    anew, also against a glob.

    Raises:
        MigrationError: there is no git, nothing was ever frozen, no preset matches a choice, two
            choices contradict each other, or a file cannot be written. Nothing has changed then.
    """
    choices = Choices(ours, theirs)
    with project.writing("snapshot --resolve"):
        store, read = project.state_folder, FilesRead(project.tree)
        baselines = open_baselines(store, of_any_format=True)
        lineage = read_lineage(store.place, store.path)
        if lineage is None:
            message = "not in a git work tree, so there is no other side to take files from"
            raise MigrationError(Fault(message, store.path, hint=RESTORE))
        versions = Versions(project, lineage, read)
        if fault := find_format_fault(project, baselines, versions, read):
            raise MigrationError(fault)
        findings = Findings(versions.points, lineage)
        intact = {} if versions.is_mixed else _intact(baselines)
        _read_ahead(versions, intact, choices)
        progressions = versions.progressions(versions.start)
        presets = sorted({*versions.list_configs(PRESETS), *gone_presets(baselines)})
        if faults := tuple(_selection_faults(store, presets, progressions, choices)):
            raise MigrationError(*faults)
        wholes = _resolve_presets(presets, intact, PresetResolver(versions, choices, findings))
        links = FusionResolver(versions, findings).resolve(wholes)
        AcceptanceResolver(project, versions, baselines, findings).resolve(wholes, links, choices)
        progression = _joined([found.value for found in progressions])
        if progression is None:
            findings.add_fault("no side has this file as the toolkit wrote it", store.ledger_path)
        # Of two formats all is written at once: later decisions need all sides, too.
        is_put_off = versions.is_mixed and not findings.are_decided
        if versions.is_mixed:
            findings.remove(_old_files(versions))
        resolution = Resolution(
            folder=store.path,
            place=store.real_path(store.path),
            taken={},
            questions=tuple(findings.questions),
            faults=tuple(findings.faults),
            kept=tuple(findings.kept),
            parted=findings.parted,
            is_put_off=is_put_off,
        )
        if progression and not is_put_off:
            is_known = [found.point for found in progressions] == [WORK_TREE]
            phase = None if is_known else progression.phase
            has_changed = bool(findings.files) or phase is not None
            resolution = replace(
                resolution,
                taken=findings.taken,
                accepted=findings.accepted,
                phase=phase if has_migration(project.settings, progression) else None,
                has_changed=has_changed,
            )
            if has_changed:
                replace_files(project, "snapshot --resolve", findings.files, progression, read)
        faults = tuple(_state_faults(project)) if resolution.holds else ()
    return replace(resolution, faults=faults) if faults else resolution


def _read_ahead(versions: Versions, intact: Collection[str], choices: Choices) -> None:
    """Read the files of all presets in one go, except those that are intact and not chosen."""
    unneeded = [preset for preset in intact if not choices.of(preset)]
    files = (file for preset in unneeded for file in versions.store.files_of(PRESETS, preset))
    versions.lineage.read_ahead(frozenset(files))


def _selection_faults(
    store: StateFolder,
    presets: Collection[str],
    progressions: Collection[Found[Progression]],
    choices: Choices,
) -> Iterator[Fault]:
    """Yield a fault if nothing was ever frozen, else one for each choice that is wrong."""
    if not presets and not progressions:
        yield store.unfrozen_fault()
    else:
        yield from choices.faults(presets)


def _resolve_presets(
    presets: Collection[str], intact: Mapping[str, Whole], resolver: PresetResolver
) -> Mapping[str, Whole]:
    """Return the record that counts of each preset for which it is known."""
    found = {preset: resolver.resolve(preset, intact.get(preset)) for preset in presets}
    return {preset: whole for preset, whole in found.items() if whole}


def _intact(baselines: Baselines) -> Mapping[str, Whole]:
    """Return the presets whose files in the work tree are all as they were sealed."""
    found = {}
    for preset in baselines.list_configs(PRESETS):
        reading = baselines.reading(PRESETS, preset)
        if reading.record and reading.entry and not [*baselines.faults(PRESETS, preset)]:
            found[preset] = reading.record, reading.entry
    return found


def _joined(progressions: Collection[Progression]) -> Progression | None:
    """Return which phase is open after a merge of these, None without any."""
    if not progressions:
        return None
    # The earliest phase: the gate of a later one was not checked on all sides together.
    phase = min((each.phase for each in progressions), key=PHASES.index)
    reopened = dict.fromkeys(note for each in progressions for note in each.reopened)
    return Progression(phase, tuple(reopened))


def _old_files(versions: Versions) -> Iterator[str]:
    """Yield the files of an earlier format in the work tree, as far as git has them."""
    store = versions.store
    folders = tuple(f"{store.path}/{name}/" for name in OLD_ORIGINS.values())
    for path in store.tree.files(store.path):
        is_origins = path.startswith(folders) and versions.points.is_known(path)
        if is_origins or path == f"{store.path}/{OLD_MANIFEST}":
            yield path


def _state_faults(project: Project) -> Iterator[Fault]:
    """Yield the faults that other commands would find, which no side of a merge has caused."""
    try:
        state = read_state(project)
    except MigrationError as error:
        yield from error.faults
        return
    for path in find_leftovers(state.baselines):
        if not project.state_folder.is_temporary(path):
            yield state.leftover_fault(path)
