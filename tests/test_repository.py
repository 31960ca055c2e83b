"""The repository is its own example: these tests hold it to what it says of itself."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import fields, replace
from pathlib import Path
from typing import cast

import pytest

from migration.files.digest import as_lf
from migration.files.disk_tree import DiskTree
from migration.lint.catalog import RULES
from migration.lint.ignores import read_ignores
from migration.parity.profile import read_profile
from migration.project.project import open_project
from migration.project.settings import Settings
from migration.project.settings_file import read_settings
from migration.resolve.loader import ConfigLoader
from migration.store.baselines import Baselines, open_baselines
from migration.store.folder import StateFolder
from migration.store.record_file import facts_of
from migration.store.records import PRESETS as FROZEN_PRESETS
from migration.values.keypath import format_path
from migration.values.merge import Config
from tests.conftest import LEGACY, ROOT
from tests.layouts import LAUNCH_SETTINGS
from tests.pages import list_blocks, read_page, read_section
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
GKD = "configs/train/sft/dense_1024_gkd.yaml"
LOWAUG = "configs/train/grpo/dense_2048_lowaug_t04_low_lr.yaml"
SELF_CONTAINED = (
    "configs/debug.yaml",
    "configs/train/grpo/dense_2048.yaml",
    "configs/train/grpo/summary_1024.yaml",
    "configs/train/grpo/summary_2048.yaml",
    "configs/train/sft/dense_1024.yaml",
    "configs/train/sft/dense_2048.yaml",
    "configs/train/sft/summary_1024.yaml",
    "configs/train/sft/summary_2048.yaml",
    "configs/train/stage_b/distill.yaml",
)
CONFIGS = ConfigLoader(DiskTree(ROOT))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of what the gate needs of this repository."""
    for name in ("configs", "snapshots"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_sixteen_presets_are_frozen_and_the_one_that_came_after() -> None:
    store = _store()
    frozen = tuple(sorted((*PRESETS, GKD)))
    assert store.list_configs(FROZEN_PRESETS) == store.list_baselines(FROZEN_PRESETS) == frozen


def test_freezing_the_legacy_tree_again_gives_the_committed_files(legacy_project: Path) -> None:
    assert run(legacy_project, "snapshot").code == 0
    ours = {path: data for path, data in _frozen(ROOT).items() if GKD not in path}
    assert len(ours) == len(_frozen(ROOT)) - 2
    assert _frozen(legacy_project) == ours


def test_the_committed_records_differ_from_fresh_ones_in_their_verdicts_alone(
    legacy_project: Path,
) -> None:
    assert run(legacy_project, "snapshot").code == 0
    decided = ("status", "seal")
    for preset in PRESETS:
        fresh, ours = (
            json.loads((folder / "snapshots/records" / f"{preset}.json").read_text())
            for folder in (legacy_project, ROOT)
        )
        assert (fresh["status"], ours["status"]) == ("pending", "verified")
        left_out = [{k: v for k, v in each.items() if k not in decided} for each in (fresh, ours)]
        assert left_out[0] == left_out[1]


def test_legacy_chains_have_6_to_17_files() -> None:
    store = _store()
    counts = [store.record(FROZEN_PRESETS, preset).file_count for preset in PRESETS]
    assert (min(counts), max(counts)) == (6, 17)


def test_the_committed_tree_is_as_frozen(checkout: Path) -> None:
    before = contents(checkout)
    assert run(checkout, "check-parity").code == 0
    assert run(checkout, "snapshot").code == 0
    assert contents(checkout) == before


def test_the_migration_is_done_and_its_ledger_tells_the_truth() -> None:
    assert run(ROOT, "ledger", "--check").code == 0
    checklist = json.loads(run(ROOT, "ledger", "--format", "json").out)
    shown = {row["target"]: row["status"] for row in checklist["presets"]}
    assert shown == {**dict.fromkeys(PRESETS, "verified"), GKD: "verified"}
    assert (checklist["phase"], checklist["next"]) == ("done", None)
    assert checklist["phases"][-1] == {"phase": 3, "legacy_files": 0}


def test_nothing_differs_but_the_augmentation_that_was_disabled() -> None:
    report = json.loads(run(ROOT, "check-parity", "--no-record", "--format", "json").out)
    allowed = {
        row["target"]: [(found["path"], found["rule"]) for found in row["allowed"]]
        for row in report["presets"]
        if row["allowed"]
    }
    off = "augmentation-off"
    assert allowed == {
        LOWAUG: [
            ("custom.augmentation.bypass_prob", off),
            ("custom.augmentation.ops", off),
            ("custom.augmentation_curriculum", off),
        ]
    }


def test_every_preset_is_merged_from_few_files() -> None:
    counts = {path: CONFIGS.resolve(path).file_count for path in (*PRESETS, GKD)}
    assert Counter(counts.values()) == {2: 9, 3: 7, 4: 1}
    assert counts["configs/smoke/grpo_dense_tiny.yaml"] == 4
    assert {path for path, count in counts.items() if count == 2} == set(SELF_CONTAINED)


@pytest.mark.parametrize("path", SELF_CONTAINED)
def test_a_self_contained_preset_extends_the_base_and_says_what_is_launched(path: str) -> None:
    own = CONFIGS.load_yaml(path)
    (base,) = cast("list[str]", own["extends"])
    assert DiskTree(ROOT).real_path(base, posixpath.dirname(path)) == "configs/base.yaml"
    for setting in LAUNCH_SETTINGS:
        section, key = setting.split(".")
        assert cast("Config", own[section])[key] is not None, setting
    assert ("global_max_length" in own) == (path != "configs/debug.yaml")


def test_the_base_holds_runtime_choices_alone() -> None:
    assert CONFIGS.load_yaml("configs/base.yaml") == {
        "model": {"torch_dtype": "bfloat16", "attn_impl": "flash_attention_2"},
        "template": {
            "template": "qwen3_vl",
            "truncation_strategy": "right",
            "max_pixels": 1572864999,
        },
    }


def test_the_distillation_overlay_changes_its_run_and_nothing_of_dense_1024() -> None:
    code = run(ROOT, "diff", "--left", DENSE_1024, "--right", GKD, "--format", "json")
    report = json.loads(code.out)
    assert [found["path"] for found in report["allowed"]] == [
        "training.logging_dir",
        "training.output_dir",
        "training.run_name",
    ]
    assert {found["kind"] for found in report["forbidden"]} == {"added"}
    assert {found["keys"][0] for found in report["forbidden"]} == {"custom", "rlhf"}


def test_the_tree_keeps_the_layout_rules_and_defends_its_ignores() -> None:
    ran = run(ROOT, "lint", "--format", "json")
    report = json.loads(ran.out)
    assert (ran.code, report["findings"], report["summary"]["ignored"]) == (0, [], 16)
    ignores = [
        code
        for path in (ROOT / "configs").rglob("*.yaml")
        for ignore in read_ignores(path.read_text(), path.name)
        for code in ignore.codes
    ]
    assert Counter(ignores) == {"L205": 1, "L208": 1, "L403": 14}


def test_an_edited_learning_rate_is_caught(checkout: Path) -> None:
    edit(checkout / DENSE_1024, "learning_rate: 2.0e-4", "learning_rate: 2.0e-5")
    ran = run(checkout, "check-parity")
    assert ran.code == 2
    assert "0.0002 (float) → 2.0e-5 (float)" in ran.out


def test_an_edited_fusion_ratio_is_caught(checkout: Path) -> None:
    edit(checkout / "configs/fusion/base/summary_grpo.yaml", "ratio: 1.0", "ratio: 0.5")
    ran = run(checkout, "check-parity")
    assert ran.code == 2
    assert "[0].ratio (bbu_summary)  1.0 (float) → 0.5 (float)" in ran.out


def test_the_legacy_tree_has_the_settings_of_this_repository() -> None:
    ours = re.search(r"\[tool\.config-migration\]\n(.*?)\n\n", _text(ROOT), re.DOTALL)
    theirs = re.search(r"\[tool\.config-migration\]\n(.*)", _text(LEGACY), re.DOTALL)
    assert ours
    assert theirs
    # The bases among the legacy presets are gone from the migrated tree.
    left_out = ', "configs/train/**/*_base.yaml"]'
    assert left_out in theirs[1]
    assert _settings(ours[1]) == _settings(theirs[1].replace(left_out, "]"))


def test_the_table_of_the_page_is_the_parity_profile() -> None:
    tree = DiskTree(ROOT / "migration" / "parity" / "profiles")
    profile = read_profile(tree.read_text("parity.yaml"), "parity", "parity.yaml")
    rows = ["| rule | may differ | because |", "| --- | --- | --- |"]
    for rule in profile.rules:
        paths = ", ".join(f"`{format_path(path)}`" for path in rule.paths)
        if rule.off_on_both_sides:
            paths += f"; only while `{format_path(rule.off_on_both_sides)}` is off on both sides"
        rows.append(f"| `{rule.id}` | {paths} | {rule.reason} |")
    lines = read_section("docs/parity.md", "Profiles").splitlines()
    table = [line for line in lines if line[:1] == "|"]
    assert table == rows


def test_the_layout_rules_of_the_page_are_those_there_are() -> None:
    rows = [f"| `{rule.code}` | {rule.severity} | {rule.title} |" for rule in RULES]
    lines = read_section("docs/layout-rules.md", "The rules").splitlines()
    assert [line for line in lines if line.startswith("| `L")] == rows


def test_the_settings_of_the_page_are_all_there_are_with_the_values_of_this_repository() -> None:
    blocks = list_blocks(read_page("docs/settings.md"))
    _, block = (block.text for block in blocks if block.language == "toml")
    settings = read_settings(block, "pyproject.toml")
    assert settings
    # What a new preset is to the gate follows from `legacy` here; no two merge keys disagree, and
    # no key was renamed.
    left_out = {"source", "written", "new", "merge_keys", "moved"}
    within = {
        "inheritance_key": "inheritance.key",
        "lint_select": "lint.select",
        "lint_ignore": "lint.ignore",
        "lint_per_file": "lint.per_file_ignores",
    }
    names = {field.name for field in fields(Settings)} - left_out
    assert set(settings.written) == {within.get(name, name) for name in names}
    assert settings == replace(open_project(ROOT).settings, written=settings.written)


def test_the_two_lines_of_the_page_make_the_commands_tasks_of_a_project(tmp_path: Path) -> None:
    page = read_page("docs/commands.md")
    (lines,) = (block.text for block in list_blocks(page) if block.language == "python")
    (tmp_path / "tasks.py").write_text(lines)
    done = subprocess.run(
        [sys.executable, "-m", "invoke", "--list"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    listed = set(re.findall(r"^  (\S+)", done.stdout, re.MULTILINE))
    commands = re.findall(r"^\| `([a-z-]+)", page, re.MULTILINE)
    assert set(commands) == listed


def test_the_gate_of_the_page_runs_in_ci() -> None:
    steps = re.findall(r"run: config-migration (.*)", read_section("docs/ci.md", "The job"))
    assert len(steps) == 4
    chores = (ROOT / "tasks.py").read_text()
    for step in steps:
        command = step.partition("#")[0].strip()
        # In CI no verdict is recorded; the chores record none anywhere.
        option = " --no-record" if command == "check-parity" else ""
        assert f'"invoke {command}{option}"' in chores


def _frozen(folder: Path) -> dict[str, bytes]:
    """Return what is frozen, of the records of presets their frozen part alone.

    The rest of those, and the ledger beside them, tell how the migration went on.
    """
    files = contents(folder / "snapshots").items()
    frozen = {path: as_lf(data) for path, data in files if path != "ledger.yaml"}
    assert {path.partition("/")[0] for path in frozen} == {
        *("presets", "records", "fusion", "fusion_records"),
    }
    return {
        path: facts_of(data) if path.startswith("records/") else data
        for path, data in frozen.items()
    }


def _text(folder: Path) -> str:
    return (folder / "pyproject.toml").read_text()


def _settings(table: str) -> list[str]:
    return [line.partition("#")[0].strip() for line in table.splitlines() if "=" in line]


def _store() -> Baselines:
    return open_baselines(StateFolder(DiskTree(ROOT), "snapshots"))
