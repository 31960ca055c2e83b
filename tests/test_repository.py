"""The repository is its own example: these tests hold it to what it says of itself."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from migration.baselines import BaselineStore
from migration.manifest import as_lf
from migration.trees import Tree
from tests.conftest import LEGACY, ROOT
from tests.running import contents, edit, run

PRESETS = (
    "configs/debug.yaml",
    "configs/smoke/group_metrics.yaml",
    "configs/smoke/grpo_dense.yaml",
    "configs/smoke/grpo_dense_tiny.yaml",
    "configs/smoke/sft_dense_tiny.yaml",
    "configs/smoke/sft_summary_tiny.yaml",
    "configs/train/grpo/dense_2048.yaml",
    "configs/train/grpo/dense_2048_lowaug_t04_low_lr.yaml",
    "configs/train/grpo/summary_1024.yaml",
    "configs/train/grpo/summary_2048.yaml",
    "configs/train/grpo/summary_server.yaml",
    "configs/train/sft/dense_1024.yaml",
    "configs/train/sft/dense_2048.yaml",
    "configs/train/sft/summary_1024.yaml",
    "configs/train/sft/summary_2048.yaml",
    "configs/train/stage_b/distill.yaml",
)
DENSE_1024 = "configs/train/sft/dense_1024.yaml"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of what the gate needs of this repository."""
    for name in ("configs", "snapshots"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_sixteen_presets_are_frozen() -> None:
    manifest = BaselineStore(Tree(ROOT), "snapshots").manifest()
    assert tuple(sorted(manifest.presets)) == PRESETS


def test_freezing_the_legacy_tree_again_gives_the_committed_baselines(legacy_project: Path) -> None:
    assert run(legacy_project, "snapshot").code == 0
    assert _baselines(legacy_project) == _baselines(ROOT)


def test_legacy_chains_have_6_to_17_files() -> None:
    manifest = BaselineStore(Tree(ROOT), "snapshots").manifest()
    counts = [record.file_count for record in manifest.presets.values()]
    assert (min(counts), max(counts)) == (6, 17)


def test_the_committed_tree_is_as_frozen(checkout: Path) -> None:
    before = contents(checkout)
    assert run(checkout, "check-parity").code == 0
    assert run(checkout, "snapshot").code == 0
    assert contents(checkout) == before


def test_an_edited_learning_rate_is_caught(checkout: Path) -> None:
    edit(checkout / DENSE_1024, "learning_rate: 2.0e-4", "learning_rate: 2.0e-5")
    ran = run(checkout, "check-parity")
    assert ran.code == 2
    assert "0.0002 (float) → 0.00002 (float)" in ran.out


def test_an_edited_fusion_ratio_is_caught(checkout: Path) -> None:
    edit(checkout / "configs/fusion/base/summary_grpo.yaml", "ratio: 1.0", "ratio: 0.5")
    ran = run(checkout, "check-parity")
    assert ran.code == 2
    assert "[0].ratio (bbu_summary)  1.0 (float) → 0.5 (float)" in ran.out


def test_the_legacy_settings_are_the_defaults_of_this_layout() -> None:
    ours = re.search(r"\[tool\.config-migration\]\n(.*?)\n\n", _text(ROOT), re.DOTALL)
    theirs = re.search(r"\[tool\.config-migration\]\n(.*)", _text(LEGACY), re.DOTALL)
    assert ours
    assert theirs
    assert _settings(ours[1]) == _settings(theirs[1])


def test_the_walk_through_of_the_readme_does_what_it_says(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text()
    section = readme.partition("## A mistake, caught")[2].partition("\n## ")[0]
    blocks = re.findall(r"```bash\n(.*?)```", section, re.DOTALL)
    script = "\n".join(blocks).replace("source .venv/bin/activate\n", "")
    (tmp_path / "tests").mkdir()
    shutil.copytree(LEGACY, tmp_path / "tests" / "legacy")
    command = f'config-migration() {{ "{sys.executable}" -m tests.command "$@"; }}\n'
    done = subprocess.run(
        ["/bin/bash", "-uo", "pipefail", "-c", command + script],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    (shown,) = re.findall(r"```text\n(.*?)```", section, re.DOTALL)
    assert shown in done.stdout
    assert done.stderr == ""
    assert not (tmp_path / "walkthrough").exists()


def _baselines(folder: Path) -> dict[str, bytes]:
    """Return what is frozen; the ledger beside it tells how the migration went on."""
    files = contents(folder / "snapshots").items()
    return {path: as_lf(data) for path, data in files if path != "ledger.yaml"}


def _text(folder: Path) -> str:
    return (folder / "pyproject.toml").read_text()


def _settings(table: str) -> list[str]:
    return [line.partition("#")[0].strip() for line in table.splitlines() if "=" in line]
