"""One project with something of everything, so that a rendering shows each case once."""

from __future__ import annotations

from pathlib import Path

import pytest

from migration.commands.check_parity import ParityReport, check_parity
from migration.commands.ledger import Checklist, read_checklist
from migration.project.project import open_project
from tests.conftest import write_files
from tests.earlier import refreeze
from tests.ledgers import record
from tests.running import edit, run

REGEX = "^(model\\.visual\\.blocks\\.(1[2-9]|2[0-3])\\.(attn\\.(qkv|proj)|mlp\\.(fc1|fc2)))$"
OPS = """\
augmentation:
  enabled: true
  ops:
    - name: hflip
      prob: 0.25
    - {name: rotate, prob: 0.1}
    - {name: gamma, prob: 0.1}
"""


@pytest.fixture
def mixed_project(small_project: Path) -> Path:
    """Return a frozen project in the middle of its migration, with mistakes."""
    component = f"optim: {{lr: 1.0e-5, warmup: 0.1}}\ntuner: {{target_regex: '{REGEX}'}}\n{OPS}"
    write_files(
        small_project,
        {
            "configs/components/optim.yaml": component,
            "configs/train/c.yaml": "extends: a.yaml\ntraining: {save_steps: 40}\n",
            "configs/train/d.yaml": "extends: ../base.yaml\nseed: 17\n",
            "configs/train/e.yaml": "extends: ../base.yaml\n",
            "configs/train/f.yaml": "seed: 1\n",
        },
    )
    assert run(small_project, "snapshot").code == 0
    edit(small_project / "configs/components/optim.yaml", "1.0e-5", "1e-5")
    edit(small_project / "configs/components/optim.yaml", "2[0-3]", "2[0-2]")
    ops = small_project / "configs/components/optim.yaml"
    edit(ops, "    - {name: rotate, prob: 0.1}\n", "")
    edit(ops, "prob: 0.25", "prob: 0.5")
    edit(small_project / "configs/fusion/mix.yaml", "ratio: 1.0", "ratio: 0.5")
    edit(small_project / "configs/train/b.yaml", "seed: 1", "seed: null")
    edit(
        small_project / "configs/train/c.yaml", "save_steps: 40", "save_steps: 80, log_level: info"
    )
    (small_project / "configs/train/e.yaml").unlink()
    edit(small_project / "configs/train/f.yaml", "seed: 1", "extends: nowhere.yaml")
    return small_project


@pytest.fixture
def mixed_report(mixed_project: Path) -> ParityReport:
    return check_parity(open_project(mixed_project))


@pytest.fixture
def mixed_checklist(mixed_project: Path) -> Checklist:
    """Return the checklist of the mixed project with a move, a drop and a replaced baseline."""
    write_files(
        mixed_project,
        {
            "configs/train/g.yaml": "extends: ../base.yaml\nnote: a | b\n",
            "configs/moved/d.yaml": "extends: ../base.yaml\nseed: 18\ntraining: {log_level: x}\n",
        },
    )
    edit(mixed_project / "configs/train/d.yaml", "seed: 17", "seed: 18")
    refreeze(mixed_project, "17 was a typo", "configs/train/d.yaml")
    for words in (
        ("snapshot", "--preset", "configs/train/g.yaml"),
        ("map", "--old", "configs/train/d.yaml", "--new", "configs/moved/d.yaml", "--phase", "1"),
        ("map", "--old", "configs/train/g.yaml", "--drop", "--reason", "nobody runs `g` | h"),
        ("advance",),
    ):
        assert run(mixed_project, *words).code == 0, words
    for preset in ("configs/train/a.yaml", "configs/train/f.yaml"):
        record(mixed_project, preset, "pending")
    write_files(mixed_project, {"configs/train/h.yaml": "extends: ../base.yaml\n"})
    return read_checklist(open_project(mixed_project))
