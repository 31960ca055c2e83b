"""`doctor`: examines the settings of a project, and finds what they leave out or get wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from migration.adopt.examination import (
    Examination,
    examine,
    find_key_faults,
    find_snapshot_faults,
    find_unguarded,
    find_unmatched_presets_globs,
    find_unreadable,
)
from migration.errors import Fault, MigrationError
from migration.gate.gone_advice import advise_first
from migration.gate.gone_presets import GonePresets
from migration.project.command_lines import spell_command
from migration.project.matching import no_presets_fault
from migration.project.project import Project
from migration.project.settings_search import find_near_misses, find_settings_line
from migration.project.state import State, read_state
from migration.wording import format_count


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the settings match, how many presets are frozen, and each finding with its remedy."""

    place: str
    """The settings file, with the line of its table."""
    examination: Examination
    frozen: int
    """How many of the presets have a baseline."""
    findings: tuple[Fault, ...]


def diagnose(project: Project) -> Diagnosis:
    """Return what was found; the project's files are only read.

    Raises:
        MigrationError: there are no settings, or no `presets` in them.
    """
    if not project.settings.presets:
        raise MigrationError(no_presets_fault(project))
    findings = [*find_near_misses(project.disk.root)]
    state = None
    try:
        state = read_state(project)
    except MigrationError as error:
        findings += error.faults
    targets = frozenset(state.ledger.map_live().values()) if state else frozenset[str]()
    found = examine(project, targets)
    for find in (find_unmatched_presets_globs, find_unguarded, find_unreadable, find_key_faults):
        findings += find(found)
    findings += _find_state_faults(state, found)
    findings += find_snapshot_faults(found)
    frozen = len(found.presets & targets)
    return Diagnosis(_find_place(project), found, frozen, tuple(dict.fromkeys(findings)))


def _find_state_faults(state: State | None, found: Examination) -> Iterator[Fault]:
    """Yield a finding for what is not frozen, and for what commands have left behind."""
    if state is None:
        return
    yield from state.inventory.find_unmatched_globs()
    if missing := found.presets - found.targets - found.broken.keys():
        number, verb = format_count(len(missing), "preset"), "has" if len(missing) == 1 else "have"
        yield Fault(f"{number} {verb} no baseline, as {min(missing)}", hint=_advise_unfrozen(state))
    yield from state.leftover_faults()
    yield from state.hand_edited_faults()


def _advise_unfrozen(state: State) -> str:
    """Return the command for presets without a baseline, which may be presets that were renamed."""
    with suppress(MigrationError):  # a glob without a match is a finding of its own
        if first := advise_first(GonePresets(state)):
            return first
    return f"`{spell_command(state.project, 'snapshot')}`"


def _find_place(project: Project) -> str:
    source, line = project.settings.source, find_settings_line(project.disk, project.settings)
    return f"{source}:{line}" if line else source
