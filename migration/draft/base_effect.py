"""Finds what a base that is written would change in the presets that there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from migration.draft.verify import EXACT
from migration.errors import Fault, MigrationError
from migration.parity.compare import Comparison, compare
from migration.parity.run import Run
from migration.paths import RealPath
from migration.project.expected import is_as_expected
from migration.project.project import Project
from migration.project.run import read_compared_runs, read_run
from migration.project.state import State
from migration.wording import list_names


@dataclass(frozen=True, slots=True)
class BaseEffect:
    """The presets that a base would make other ones than they are, and those it would break.

    `broken`: the presets that could no longer be read, each with the reason.
    """

    changed: tuple[tuple[str, Comparison], ...] = ()
    broken: tuple[tuple[str, Fault], ...] = ()

    def list_reasons(self) -> list[str]:
        """Return each reason that breaks presets, once, with the first of them."""
        presets: dict[str, list[str]] = {}
        for preset, fault in self.broken:
            presets.setdefault(fault.message, []).append(preset)
        return [
            f"{list_names(names, 1)} could not be read with this base: {reason}"
            for reason, names in presets.items()
        ]


def find_effect(state: State, paths: Mapping[str, str], place: RealPath, text: str) -> BaseEffect:
    """Return what a base, written to a place, would change in presets.

    `paths`: the path of each preset as it is now, by name. A preset that becomes what its baseline
    says is not changed, nor one without a baseline that cannot be read now. Each is read anew,
    whether the base is among its files or not: a value that names the place is one that may be
    taken for a base as soon as a file is there.
    """
    project = state.project
    written = project.overlaid({place: text.encode()})
    changed: list[tuple[str, Comparison]] = []
    broken: list[tuple[str, Fault]] = []
    for preset, path in project.access.follow(paths.items(), "checking"):
        now, then = _read(project, path), _read(written, path)
        if isinstance(then, Fault):
            if isinstance(now, Run):
                broken.append((preset, then))
        elif comparison := _compare(state, written, preset, now, then):
            changed.append((preset, comparison))
    return BaseEffect(tuple(changed), tuple(broken))


def _read(project: Project, path: str) -> Run | Fault:
    """Return the run of a preset, or the first reason why it cannot be read."""
    try:
        return read_run(project, path)
    except MigrationError as error:
        return error.faults[0]


def _compare(
    state: State, written: Project, preset: str, now: Run | Fault, then: Run
) -> Comparison | None:
    """Return how a preset would change, or None if it stays, or becomes what is expected."""
    project, is_frozen = state.project, preset in state.presets
    if isinstance(now, Run):
        if _is_same(now, then):
            return None
    elif not is_frozen:
        return None
    if is_frozen and is_as_expected(written, state.baselines, then, preset):
        return None
    runs = (
        (now, then)
        if isinstance(now, Run)
        else read_compared_runs(project, state.baselines, preset, then)
    )
    return compare(*runs, EXACT).redact(project.redaction)


def _is_same(run: Run, other: Run) -> bool:
    mine, theirs = (
        (
            each.config.resolved.canonical(),
            each.fusion_path,
            each.fusion and each.fusion.resolved.canonical(),
            each.missing is None,
        )
        for each in (run, other)
    )
    return mine == theirs
