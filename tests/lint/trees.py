"""A small tree that keeps every layout rule, and what `lint` finds once it is changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from migration.commands.lint import lint_layout
from migration.lint.rule import Finding
from migration.project.project import open_project
from tests.conftest import write_files
from tests.layouts import settings_table

BASE, OVERLAY = "configs/base.yaml", "configs/train/b.yaml"
PRESET, DEBUG = "configs/train/a.yaml", "configs/debug.yaml"
MIX, FUSION_BASE = "configs/fusion/mix.yaml", "configs/fusion/base.yaml"


def settings(**changes: object) -> str:
    """Return the settings of the tree, some of them changed."""
    own = {
        "presets": ["configs/debug.yaml", "configs/train/*.yaml"],
        "exclude": ["configs/train/other.yaml", "configs/train/*_base.yaml"],
        "legacy": ["configs/components/**", "configs/**/*_base.yaml"],
    }
    return settings_table(**{**own, **changes})


SETTINGS = settings()
LAUNCH = """\
model: {model: qwen}
training:
  run_name: a
  output_dir: out
  logging_dir: tb
  num_train_epochs: 1
  learning_rate: 1.0e-4
  vit_lr: 1.0e-5
  aligner_lr: 1.0e-5
"""
LENGTH = "global_max_length: 100\n"
MIX_LINE = f"custom: {{fusion_config: {MIX}}}\n"
SHALLOW = f"extends: ../base.yaml\n{LENGTH}{LAUNCH}{MIX_LINE}"
TREE = {
    "pyproject.toml": SETTINGS,
    BASE: "model: {torch_dtype: bfloat16, attn_impl: flash}\ntemplate: {template: qwen}\n",
    DEBUG: f"extends: base.yaml\n{LENGTH}{LAUNCH}",
    PRESET: SHALLOW,
    OVERLAY: "extends: a.yaml\ntraining: {run_name: b}\n",
    MIX: "extends: base.yaml\nsources: []\n",
    FUSION_BASE: "targets: [{name: bbu}]\n",
}


def findings(folder: Path, changes: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """Write the tree with some files changed, and return what is found in it."""
    write_files(folder, {**TREE, **(changes or {})})
    return lint_layout(open_project(folder)).findings


def told(folder: Path, changes: Mapping[str, str] | None = None) -> list[str]:
    """As `findings`, in short: `CODE file:line message`."""
    return [f"{each.rule.code} {each.origin} {each.message}" for each in findings(folder, changes)]
