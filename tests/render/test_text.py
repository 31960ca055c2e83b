from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from migration.commands.check_parity import ParityReport, check_parity
from migration.commands.ledger import Checklist
from migration.project.project import open_project
from migration.render.ledger_text import checklist_text
from migration.render.terminal import Terminal
from migration.render.text import parity_text
from tests.conftest import LEGACY, write_files
from tests.running import edit, run

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def test_a_parity_report_with_every_kind_of_trouble(
    mixed_report: ParityReport, snapshot: SnapshotAssertion
) -> None:
    assert parity_text(mixed_report, Terminal()) == snapshot


def test_a_parity_report_in_a_narrow_terminal(
    mixed_report: ParityReport, snapshot: SnapshotAssertion
) -> None:
    text = parity_text(mixed_report, Terminal(width=50))
    assert text.partition("\n\n")[0] == snapshot


def test_colour_changes_nothing_but_the_colour(mixed_report: ParityReport) -> None:
    colored = parity_text(mixed_report, Terminal(color=True))
    plain = "".join(f"{line.rstrip()}\n" for line in ESCAPE.sub("", colored).splitlines())
    assert ESCAPE.search(colored)
    assert plain == parity_text(mixed_report, Terminal())


def test_the_table_of_the_legacy_tree_fits_100_columns(legacy_project: Path) -> None:
    assert run(legacy_project, "snapshot").code == 0
    text = run(legacy_project, "check-parity").out
    assert max(len(line) for line in text.splitlines()) <= 100


def test_a_parity_report_of_the_legacy_tree(
    legacy_project: Path, snapshot: SnapshotAssertion
) -> None:
    assert run(legacy_project, "snapshot").code == 0
    assert run(legacy_project, "check-parity").out == snapshot


def test_long_lists_of_presets_and_changes_are_cut(
    small_project: Path, snapshot: SnapshotAssertion
) -> None:
    presets = {f"configs/train/p{n}.yaml": "extends: ../many.yaml\n" for n in range(6)}
    write_files(small_project, {"configs/many.yaml": _numbers(0), **presets})
    assert run(small_project, "snapshot").code == 0
    write_files(small_project, {"configs/many.yaml": _numbers(1)})
    assert run(small_project, "check-parity").out == snapshot


def test_the_places_of_the_same_difference_are_counted(small_project: Path) -> None:
    paths = [f"configs/train/{name}.yaml" for name in "abcdef"]
    for n, path in enumerate(paths):
        write_files(small_project, {path: "\n" * n + "lr: 1\nops:\n- 1\n"})
    assert run(small_project, "snapshot").code == 0
    for path in paths:
        edit(small_project / path, "1", "2")
    out = run(small_project, "check-parity").out
    assert "\n  now  configs/train/a.yaml:1 and 5 more places\n" in out
    assert "\n  in   configs/train/ (all 6)\n" in out
    assert "\n    now  configs/train/a.yaml:3 and 5 more places\n  in " in out


def test_a_value_that_looks_like_markup_is_shown_as_it_is(small_project: Path) -> None:
    path = "configs/train/a.yaml"
    write_files(small_project, {path: "text: '[bold]x[/bold] :smile:'\n"})
    assert run(small_project, "snapshot").code == 0
    write_files(small_project, {path: "text: '[/]'\n"})
    out = run(small_project, "check-parity").out
    assert '"[bold]x[/bold] :smile:" (str) → "[/]" (str)' in out


def test_a_diff(snapshot: SnapshotAssertion) -> None:
    left, right = "configs/train/sft/dense_1024.yaml", "configs/train/sft/dense_2048.yaml"
    assert run(LEGACY, "diff", "--left", left, "--right", right).out == snapshot


HINTED = {
    "l.yaml": (
        "custom: {a: 7}\noptim: {lr: 1.0e-5}\ntraining: {run_name: x1}\n"
        "ops:\n- {name: flip, prob: 0.5}\n- {name: crop}\n"
    ),
    "base.yaml": "custom: {a: 7}\ncustom: {b: 1}\nops:\n- {name: flip}\n- {name: crop}\n",
    "r.yaml": (
        "extends: base.yaml\noptim: {lr: 1e-5}\nnaming: {run_name: x1}\n"
        "ops:\n- {name: flip, prob: 5e-1}\n"
    ),
}


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_a_diff_with_hints(small_project: Path, form: str, snapshot: SnapshotAssertion) -> None:
    write_files(small_project, HINTED)
    words = ("diff", "--left", "l.yaml", "--right", "r.yaml", "--format", form)
    assert run(small_project, *words).out == snapshot


def test_a_snapshot(small_project: Path, snapshot: SnapshotAssertion) -> None:
    assert run(small_project, "snapshot").out == snapshot


def test_a_checklist_with_every_kind_of_row(
    mixed_checklist: Checklist, snapshot: SnapshotAssertion
) -> None:
    assert checklist_text(mixed_checklist, Terminal()) == snapshot


def test_a_checklist_in_a_narrow_terminal(
    mixed_checklist: Checklist, snapshot: SnapshotAssertion
) -> None:
    text = checklist_text(mixed_checklist, Terminal(width=60))
    assert text.partition("\n\n")[0] == snapshot


def test_a_checklist_of_the_legacy_tree(legacy_project: Path, snapshot: SnapshotAssertion) -> None:
    assert run(legacy_project, "snapshot").code == 0
    text = run(legacy_project, "ledger").out
    assert text == snapshot
    assert max(len(line) for line in text.splitlines()) <= 100


def test_a_verbose_report_has_a_row_for_each_preset(mixed_project: Path) -> None:
    report = check_parity(open_project(mixed_project))
    empty = replace(report, rows=(), drifts=())
    verbose = Terminal(is_verbose=True)
    assert parity_text(empty, verbose).count("configs/train") == 0
    table = parity_text(report, verbose).split("\n\n")[-2]
    assert len(re.findall("^configs/train", table, re.MULTILINE)) == 6
    failed = parity_text(replace(report, status="failed"), Terminal()).split("\n\n")[-2]
    assert len(re.findall("^configs/train", failed, re.MULTILINE)) == 3


def _numbers(step: int) -> str:
    entries = "".join(f"  - {n * (1 + step)}\n" for n in range(1, 13))
    allowed = "".join(f"  {name}: {step}\n" for name in ALLOWED)
    return f"numbers:\n{entries}training:\n{allowed}"


ALLOWED = (
    "output_dir",
    "logging_dir",
    "run_name",
    "logging_steps",
    "logging_first_step",
    "log_level",
    "log_level_replica",
    "report_to",
    "save_strategy",
    "save_steps",
    "save_total_limit",
    "save_last_epoch",
    "eval_strategy",
    "eval_steps",
)
