"""How a config, and where its values come from, look."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from migration.commands.inspect import trace_key
from migration.project.project import open_project
from migration.render.inspect import trace_text
from migration.render.terminal import Terminal
from tests.conftest import LEGACY
from tests.running import run

LOWAUG = "configs/train/grpo/dense_2048_lowaug_t04_low_lr.yaml"


def test_an_inspection(snapshot: SnapshotAssertion) -> None:
    config = "configs/smoke/sft_summary_tiny.yaml"
    assert run(LEGACY, "inspect", "--config", config).out == snapshot


def test_an_inspection_as_yaml(snapshot: SnapshotAssertion) -> None:
    config = "configs/fusion/variants/bbu_rru_dense_2048.yaml"
    assert run(LEGACY, "inspect", "--config", config, "--format", "yaml").out == snapshot


@pytest.mark.parametrize(
    "key", ["custom.augmentation", "rlhf.reward_funcs", "training.learning_rate"]
)
def test_where_a_value_comes_from(key: str, snapshot: SnapshotAssertion) -> None:
    assert run(LEGACY, "inspect", "--config", LOWAUG, "--key", key).out == snapshot


def test_where_a_list_comes_from_on_80_columns(snapshot: SnapshotAssertion) -> None:
    folder = Path(LEGACY)
    told = trace_key(open_project(folder), LOWAUG, "custom.augmentation.ops", folder)
    assert trace_text(told, Terminal(width=80)) == snapshot


def test_a_limit_that_follows_the_length_knob(snapshot: SnapshotAssertion) -> None:
    words = ("--key", "template.truncation_strategy", "--effective")
    assert run(LEGACY, "inspect", "--config", LOWAUG, *words).out == snapshot


def test_the_origins_of_a_fusion_config(snapshot: SnapshotAssertion) -> None:
    config = "configs/fusion/variants/bbu_rru_summary_grpo_2048.yaml"
    assert run(LEGACY, "inspect", "--config", config, "--origins").out == snapshot
