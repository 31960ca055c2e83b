"""Whole screens as a person sees them, each accepted by eye: widths of 80 and 120, and colour."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.conftest import write_files
from tests.running import Ran, TerminalIO, edit, run

SETTINGS = """\
[tool.config-migration]
presets = ["configs/train/**/*.yaml"]
legacy = ["configs/components/**"]
base = "configs/base.yaml"
profile = "parity"
"""
OPTIM = "configs/components/optim/long.yaml"
SFT = "configs/components/training/sft.yaml"
DENSE = "configs/train/sft/dense.yaml"
LEGACY = {
    "pyproject.toml": SETTINGS,
    "configs/base.yaml": "model: {dtype: bf16}\n",
    OPTIM: "# long\n\noptim:\n  name: adamw\n  betas: [0.9, 0.95]\n\n  # tokens\n  max_len: 4096\n",
    SFT: "training:\n  epochs: 3\n\n  learning_rate: 2.0e-4\n  save_steps: 100\n",
    DENSE: "extends: [../../base.yaml, ../../components/training/sft.yaml]\nname: dense\n",
}
ASR = [f"configs/train/asr/p{n:02}.yaml" for n in range(41)]
INHERITING = [f"configs/train/sft/d{n:02}.yaml" for n in range(16)]
OTHERS = [f"configs/train/grpo/g{n:02}.yaml" for n in range(22)]


def freeze(folder: Path, files: Mapping[str, str]) -> None:
    write_files(folder, files)
    assert run(folder, "snapshot", "-q").code == 0
    assert run(folder, "advance", "-q").code == 0


def three_causes(folder: Path) -> None:
    """Rename a key of 41 presets, make a number a text for 17, and give 2 a seed."""
    asr = "extends: [../../base.yaml, ../../components/optim/long.yaml]\nname: {}\n"
    grpo = "extends: [../../base.yaml, ../../components/training/sft.yaml]\nname: {}\n"
    freeze(
        folder,
        LEGACY
        | {path: asr.format(n) for n, path in enumerate(ASR)}
        | {path: f"extends: dense.yaml\nk: {n}\n" for n, path in enumerate(INHERITING)}
        | {path: grpo.format(n) for n, path in enumerate(OTHERS)},
    )
    optim = "optim:\n  name: adamw\n  betas: [0.9, 0.95]\n  max_length: 4096\n"
    training = "training:\n  epochs: 3\n  learning_rate: 2e-4\n  save_steps: 100\nname: dense\n"
    steps = "training:\n  save_steps: 200\n"
    write_files(
        folder,
        {"configs/asr.yaml": f"extends: base.yaml\n{optim}"}
        | {path: f"extends: ../../asr.yaml\nname: {n}\n" for n, path in enumerate(ASR)}
        | {DENSE: f"extends: ../../base.yaml\n{training}"}
        | {path: f"{grpo.format(n)}{steps}" for n, path in enumerate(OTHERS)}
        | {path: f"{grpo.format(n)}{steps}seed: 7\n" for n, path in enumerate(OTHERS[:2])},
    )


def one_cause(folder: Path) -> None:
    freeze(folder, LEGACY)
    edit(folder / DENSE, "name: dense", "training:\n  epochs: 4\nname: dense")


def all_green(folder: Path) -> None:
    freeze(folder, LEGACY | {INHERITING[0]: "extends: dense.yaml\nk: 1\n"})
    edit(folder / INHERITING[0], "k: 1", "k: 1\ntraining: {save_steps: 5}")


def nothing_frozen(folder: Path) -> None:
    write_files(folder, LEGACY)


def broken_preset(folder: Path) -> None:
    freeze(folder, LEGACY | {INHERITING[0]: "extends: dense.yaml\nk: 1\n"})
    write_files(folder, {DENSE: "extends: ../../bsae.yaml\nname: dense\n"})


def mid_migration(folder: Path) -> None:
    broken_preset(folder)
    training = "training:\n  epochs: 3\n  learning_rate: 2.0e-4\n  save_steps: 200\nname: dense\n"
    write_files(folder, {"configs/train/main.yaml": f"extends: ../base.yaml\n{training}"})
    (folder / DENSE).unlink()
    edit(folder / INHERITING[0], "dense.yaml", "../main.yaml")
    assert run(folder, "map", DENSE, "configs/train/main.yaml", "--phase", "1").code == 0
    assert run(folder, "map", INHERITING[0], "--drop", "--reason", "replaced by main").code == 0
    write_files(folder, {ASR[0]: "extends: [../../base.yaml, ../../components/optim/long.yaml]\n"})


SCREENS: Mapping[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "three causes": (three_causes, ("check-parity", "--no-record")),
    "one cause": (one_cause, ("check-parity", "--no-record")),
    "all green": (all_green, ("check-parity", "--no-record")),
    "all green, verbose": (all_green, ("check-parity", "--no-record", "--verbose")),
    "nothing frozen": (nothing_frozen, ("check-parity", "--no-record")),
    "a broken preset": (broken_preset, ("check-parity", "--no-record")),
    "the ledger mid-migration": (mid_migration, ("ledger",)),
}


def see(folder: Path, width: int, *words: str) -> Ran:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        return run(folder, *words, stream=TerminalIO)


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen(tmp_path: Path, name: str, snapshot: SnapshotAssertion) -> None:
    make, words = SCREENS[name]
    make(tmp_path)
    narrow = see(tmp_path, 80, *words, "--color", "never")
    wide = see(tmp_path, 120, *words, "--color", "never")
    colored = see(tmp_path, 80, *words, "--color", "always")
    assert narrow.out + narrow.err == snapshot(name="80 columns")
    assert wide.out + wide.err == snapshot(name="120 columns")
    assert colored.out + colored.err == snapshot(name="80 columns in colour")
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored.out) == narrow.out
    assert see(tmp_path, 80, *words, "--color", "never") == narrow


def test_sixty_red_presets_for_three_causes_fit_one_screen(tmp_path: Path) -> None:
    three_causes(tmp_path)
    shown = see(tmp_path, 80, "check-parity", "--no-record", "--color", "never").out.splitlines()
    assert shown[0] == "60 of 80 presets differ from their baseline, for 3 causes"
    assert len(shown) <= 24
    assert max(map(len, shown)) <= 88
