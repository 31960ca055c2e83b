"""Trees on disk, frozen and compared once, so that a command can be measured on them.

Of 16 presets it is the repository's own tree; of any other number it is a generated one.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from benchmarks.processes import run
from benchmarks.programs import ROOT, toolkit

REAL = 16
_SAMPLE = 60
_CHANGED = 0.01


@dataclass(frozen=True, slots=True)
class Subject:
    """A legacy project, the migrated one, and one with presets changed; lists name presets."""

    presets: int
    folder: Path
    sampled: int
    """How many presets are in the sample, for what would take too long on all of them."""
    preset: str
    """One of them, built from as many files as most are."""

    @property
    def legacy(self) -> Path:
        """The project as it was."""
        return self.folder / "legacy"

    @property
    def migrated(self) -> Path:
        """The migrated project, its baselines frozen from the legacy one."""
        return self.folder / "migrated"

    @property
    def changed(self) -> Path:
        """The migrated project, in which a rate is another in one of a hundred presets."""
        return self.folder / "changed"

    def listed(self, name: str) -> Path:
        """Return the file that lists presets: `all`, the `sample`, or `one`."""
        return self.folder / f"{name}.txt"


def build(presets: int, seed: int, folder: Path) -> Subject:
    """Return trees of so many presets, written to a new folder.

    Raises:
        RunError: the toolkit does not freeze them, or does not find them alike.
    """
    if presets == REAL:
        _copy_real(folder)
    else:
        # In a process of its own, since this one has to keep small.
        words = ("--presets", str(presets), "--seed", str(seed), "--into", str(folder))
        run((sys.executable, "-m", "benchmarks.generate", *words), ROOT)
    run(toolkit("snapshot"), folder / "legacy")
    if presets != REAL:
        shutil.copytree(folder / "legacy/snapshots", folder / "migrated/snapshots")
    run(toolkit("check-parity"), folder / "migrated")
    names = _frozen(folder / "migrated")
    sample = names[:: ceil(len(names) / _SAMPLE)]
    # Overlays say little, and a trial has few fragments.
    preset = next((name for name in names if "/sft" in name and "/overlay" not in name), names[0])
    subject = Subject(len(names), folder, len(sample), preset)
    for name, listed in (("all", names), ("sample", sample), ("one", [preset])):
        subject.listed(name).write_text("".join(f"{each}\n" for each in listed), encoding="utf-8")
    shutil.copytree(subject.migrated, subject.changed)
    _change(subject.changed, names)
    return subject


def ledger(project: Path) -> Path:
    """Return where the verdicts on a project are recorded."""
    return project / "snapshots/ledger.yaml"


def _copy_real(folder: Path) -> None:
    shutil.copytree(ROOT / "tests/legacy", folder / "legacy")
    for part in ("configs", "snapshots"):
        shutil.copytree(ROOT / part, folder / "migrated" / part)
    shutil.copy(ROOT / "pyproject.toml", folder / "migrated")


def _frozen(project: Path) -> list[str]:
    frozen = project / "snapshots/presets"
    return sorted(
        path.relative_to(frozen).as_posix().removesuffix(".json") for path in frozen.rglob("*.json")
    )


def _change(project: Path, names: list[str]) -> None:
    """Change a value in one of a hundred presets, evenly spread."""
    count = ceil(len(names) * _CHANGED)
    own = [name for name in names if "\n  learning_rate: " in _text(project / name)]
    for at in range(count):
        path = project / own[at * len(own) // count]
        before, found, after = _text(path).partition("\n  learning_rate: ")
        after = after[after.index("\n") :]
        path.write_text(f"{before}{found}0.123{after}", encoding="utf-8")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
