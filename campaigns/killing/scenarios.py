"""Lists the commands that write, each on a small project in which it has something to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import SMALL_PROJECT, write_files
from tests.ledgers import MIX, OPTIM, SHALLOW, A, B, ok, to_phase
from tests.running import edit

C, D = "configs/train/c.yaml", "configs/train/d.yaml"
OTHER_MIX = "configs/fusion/other.yaml"
_OTHER = "targets:\n  - {name: rru, ratio: 1.0}\nsources: []\n"
_ACCEPT = ("accept", "--preset", "configs", "--reason", "why")
_FOLD = ("snapshot", "--fold")


@dataclass(frozen=True)
class Scenario:
    """A command, and the function that prepares its folder."""

    name: str
    words: tuple[str, ...]
    prepare: Callable[[Path], None]
    code: int = 0
    code_again: int = 0
    """The exit code if the work is done already."""
    is_gradual: bool = False
    """Whether what commands report may change step by step, as when `retire` removes files."""


def _unfrozen(folder: Path) -> None:
    write_files(folder, SMALL_PROJECT)


def _frozen(folder: Path) -> None:
    _unfrozen(folder)
    ok(folder, "snapshot")


def _one_more(folder: Path) -> None:
    _frozen(folder)
    text = f"extends: a.yaml\ncustom: {{fusion_config: {OTHER_MIX}}}\n"
    write_files(folder, {OTHER_MIX: _OTHER, C: text})


def _changed(folder: Path) -> None:
    _frozen(folder)
    edit(folder / OPTIM, "1.0e-4", "2.0e-4")
    edit(folder / MIX, "ratio: 1.0", "ratio: 2.0")


def _orphaned(folder: Path) -> None:
    _frozen(folder)
    write_files(folder, {OTHER_MIX: _OTHER})
    edit(folder / A, MIX, OTHER_MIX)


def _accepted(folder: Path) -> None:
    _changed(folder)
    ok(folder, *_ACCEPT)


def _orphaned_by_acceptances(folder: Path) -> None:
    _orphaned(folder)
    ok(folder, *_ACCEPT)


def _failing(folder: Path) -> None:
    _frozen(folder)
    edit(folder / OPTIM, "1.0e-4", "2.0e-4")


def _moved(folder: Path) -> None:
    _frozen(folder)
    (folder / B).rename(folder / D)


def _removable(folder: Path) -> None:
    to_frozen = {
        **SMALL_PROJECT,
        "configs/components/deep/a.yaml": "",
        "configs/components/b.yaml": "",
    }
    write_files(folder, to_frozen)
    ok(folder, "snapshot")
    write_files(folder, {A: SHALLOW})
    to_phase(folder, 3)
    write_files(folder, {path: text for path, text in to_frozen.items() if "components" in path})


ACCEPTING = Scenario("accept", _ACCEPT, _changed, code_again=1)
FOLDING = Scenario("fold", _FOLD, _accepted)
SCENARIOS = (
    Scenario("snapshot", ("snapshot",), _unfrozen),
    Scenario("one more", ("snapshot",), _one_more),
    ACCEPTING,
    FOLDING,
    # A fusion config is added, and another, which no preset names any more, is removed.
    Scenario("fold other fusion", _FOLD, _orphaned_by_acceptances),
    Scenario("check-parity", ("check-parity",), _failing, code=2, code_again=2),
    Scenario("map", ("map", "--old", B, "--new", D), _moved),
    Scenario("drop", ("map", "--old", B, "--drop", "--reason", "why"), _frozen),
    Scenario("advance", ("advance",), _frozen, code_again=2),
    Scenario("retire", ("retire", "--force"), _removable, is_gradual=True),
)
