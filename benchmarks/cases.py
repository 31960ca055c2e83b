"""What is measured: for every action the sides that do the same work, each a command to run."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.programs import ROOT, can_run, script, side, toolkit
from benchmarks.subjects import Subject, ledger


def _nothing() -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True)
class Side:
    """A program that does what the action is: how to run it, and on how many presets it runs."""

    name: str
    command: tuple[str, ...]
    ran: int = 1
    folder: Path = ROOT
    prepare: Callable[[], None] = _nothing
    """Run before it, and not measured."""
    exit_codes: tuple[int, ...] = (0,)
    is_timing_itself: bool = False
    """Whether it prints the CPU seconds of parts of its work, and those are measured."""


@dataclass(frozen=True, slots=True)
class Case:
    """An action on a tree, with the sides to compare; the toolkit is the first one."""

    action: str
    presets: int
    sides: tuple[Side, ...]


Action = Callable[[Subject], tuple[Side, ...]]


def case(action: str, subject: Subject) -> Case:
    """Return the action on a tree."""
    return Case(action, subject.presets, ACTIONS[action](subject))


def _snapshot(subject: Subject) -> tuple[Side, ...]:
    frozen, out = subject.legacy / "snapshots", subject.folder / "out"

    def fresh() -> None:
        shutil.rmtree(frozen, ignore_errors=True)
        shutil.rmtree(out, ignore_errors=True)

    every, sample = subject.listed("all"), subject.listed("sample")
    sides = [
        Side("toolkit", toolkit("snapshot"), subject.presets, subject.legacy, fresh),
        Side(
            "floor",
            side("floor", "snapshot", subject.legacy, every, out),
            subject.presets,
            prepare=fresh,
        ),
    ]
    sides += [
        Side(
            name,
            side(name, "snapshot", subject.legacy, sample, out),
            subject.sampled,
            prepare=fresh,
        )
        for name in ("omega", "naive")
        if can_run(name)
    ]
    return tuple(sides)


def _checked(subject: Subject, project: Path, of_toolkit: Side) -> tuple[Side, ...]:
    every, sample = subject.listed("all"), subject.listed("sample")
    return (
        of_toolkit,
        Side("floor", side("floor", "check", project, every), subject.presets),
        Side("naive", side("naive", "check", project, sample), subject.sampled),
    )


def _check(subject: Subject) -> tuple[Side, ...]:
    of_toolkit = Side("toolkit", toolkit("check-parity"), subject.presets, subject.migrated)
    return _checked(subject, subject.migrated, of_toolkit)


def _check_changed(subject: Subject) -> tuple[Side, ...]:
    def forget() -> None:
        shutil.copy(ledger(subject.migrated), ledger(subject.changed))

    of_toolkit = Side(
        "toolkit", toolkit("check-parity"), subject.presets, subject.changed, forget, (2,)
    )
    return _checked(subject, subject.changed, of_toolkit)


def _inspect(subject: Subject) -> tuple[Side, ...]:
    return (
        Side("toolkit", toolkit("inspect", "--config", subject.preset), folder=subject.legacy),
        Side("naive", side("naive", "show", subject.legacy, subject.listed("one"))),
    )


def _diff(subject: Subject) -> tuple[Side, ...]:
    frozen = f"snapshots/presets/{subject.preset}.json"
    command = toolkit("diff", "--left", frozen, "--right", subject.preset)
    return (
        Side("toolkit", command, folder=subject.migrated),
        Side("naive", side("naive", "check", subject.migrated, subject.listed("one"))),
    )


def _ledger(subject: Subject) -> tuple[Side, ...]:
    of_toolkit = Side("toolkit", toolkit("ledger"), subject.presets, subject.migrated)
    return _checked(subject, subject.migrated, of_toolkit)


def _compare(subject: Subject) -> tuple[Side, ...]:
    words = (subject.migrated, subject.listed("sample"))
    names = {"toolkit": "comparing", "deepdiff": "deep", "dictdiffer": "differ"}
    return tuple(
        Side(name, side(module, *words), subject.sampled, is_timing_itself=True)
        for name, module in names.items()
        if can_run(module)
    )


def _start(subject: Subject) -> tuple[Side, ...]:
    commands = {
        "config-migration --help": toolkit("--help"),
        "ledger": toolkit("ledger"),
        "check-parity --no-record": toolkit("check-parity", "--no-record"),
        "invoke --version": (script("invoke"), "--version"),
        "python -c pass": (sys.executable, "-c", "pass"),
    }
    return tuple(Side(name, command, folder=subject.migrated) for name, command in commands.items())


ACTIONS: dict[str, Action] = {
    "snapshot": _snapshot,
    "check": _check,
    "check-changed": _check_changed,
    "ledger": _ledger,
    "inspect": _inspect,
    "diff": _diff,
    "compare": _compare,
    "start": _start,
}
"""What can be measured, by the name to ask for it with."""
