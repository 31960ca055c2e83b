"""Lists the commands that write, on copies of the real trees: legacy and migrated."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from campaigns.killing.scenarios import Scenario
from tests.conftest import LEGACY, ROOT
from tests.running import edit, run

DISTILL, MOVED = "configs/train/stage_b/distill.yaml", "configs/train/stage_b/moved.yaml"
DISTILL_FUSION = "configs/fusion/stage_b_distill.yaml"
VARIANT = "configs/fusion/variants/bbu_rru_dense_1024.yaml"
DEFAULTS = "configs/components/training/sft_defaults.yaml"
BASE = "configs/base.yaml"
_RECORDS = ROOT / "snapshots/records"
_FROZEN = [
    path.relative_to(_RECORDS).as_posix().removesuffix(".json")
    for path in sorted(_RECORDS.rglob("*.json"))
]
# The presets of the legacy tree; one preset was added later, and was never in it.
PRESETS = tuple(preset for preset in _FROZEN if (LEGACY / preset).is_file())
ACCEPT_ALL = ("accept", "--preset", "configs", "--changes-training", "--reason", "a campaign")
FOLD = ("snapshot", "--fold")


def legacy(folder: Path) -> None:
    shutil.copytree(LEGACY, folder)


def migrated(folder: Path) -> None:
    folder.mkdir()
    for name in ("configs", "snapshots"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "pyproject.toml", folder)


def _done(folder: Path, *words: str) -> None:
    assert run(folder, *words).code == 0, words


def _frozen(folder: Path) -> None:
    legacy(folder)
    _done(folder, "snapshot")


def _one_more(folder: Path) -> None:
    legacy(folder)
    (folder / DISTILL).rename(folder / "aside")
    _done(folder, "snapshot")
    (folder / "aside").rename(folder / DISTILL)


def _changed(folder: Path) -> None:
    _frozen(folder)
    _append(folder / DEFAULTS)
    text = (folder / VARIANT).read_text()
    (folder / VARIANT).write_text(re.sub(r"ratio: [\d.]+", "ratio: 0.75", text))


def _orphaned(folder: Path) -> None:
    _changed(folder)
    for path in (folder / "configs").rglob("*.yaml"):
        text = path.read_text()
        if "fusion_config:" in text and DISTILL_FUSION in text:
            edit(path, DISTILL_FUSION, VARIANT)


def _accepted(folder: Path) -> None:
    _changed(folder)
    _done(folder, *ACCEPT_ALL)


def _orphaned_by_acceptances(folder: Path) -> None:
    _orphaned(folder)
    _done(folder, *ACCEPT_ALL)


def _changed_after_all(folder: Path) -> None:
    migrated(folder)
    _append(folder / BASE)
    _done(folder, *ACCEPT_ALL)


def _failing(folder: Path) -> None:
    _frozen(folder)
    _append(folder / DEFAULTS)


def _moved(folder: Path) -> None:
    _frozen(folder)
    (folder / DISTILL).rename(folder / MOVED)


def _removable(folder: Path) -> None:
    _frozen(folder)
    _done(folder, "advance")
    _done(folder, "draft", "--all", "--into", ".", "--force")
    _done(folder, "check-parity")
    _done(folder, "advance")
    _done(folder, "advance")


def _append(path: Path) -> None:
    path.write_text(f"{path.read_text()}\ncampaign: {{seed: 1}}\n")


REAL = (
    Scenario("snapshot", ("snapshot",), legacy),
    Scenario("snapshot of one more", ("snapshot",), _one_more),
    Scenario("accept", ACCEPT_ALL, _changed, code_again=1),
    Scenario("fold, legacy", FOLD, _accepted),
    Scenario("fold, an orphan", FOLD, _orphaned_by_acceptances),
    Scenario("fold, migrated", FOLD, _changed_after_all),
    Scenario("check-parity", ("check-parity",), _failing, code=2, code_again=2),
    Scenario("map", ("map", "--old", DISTILL, "--new", MOVED), _moved),
    Scenario("drop", ("map", "--old", DISTILL, "--drop", "--reason", "a campaign"), _frozen),
    Scenario("advance", ("advance",), _frozen, code_again=2),
    Scenario("retire", ("retire", "--force"), _removable, is_gradual=True),
)
