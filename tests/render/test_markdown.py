from __future__ import annotations

from pathlib import Path

from syrupy.assertion import SnapshotAssertion

from migration.commands.check_parity import ParityReport
from migration.commands.ledger import Checklist
from migration.render.markdown import checklist_markdown, parity_markdown
from tests.conftest import LEGACY, write_files
from tests.running import edit, run

# What GitHub accepts as one comment.
GITHUB_LIMIT = 65_536


def test_a_parity_report_with_every_kind_of_trouble(
    mixed_report: ParityReport, snapshot: SnapshotAssertion
) -> None:
    assert parity_markdown(mixed_report) == snapshot


def test_a_checklist_with_every_kind_of_row(
    mixed_checklist: Checklist, snapshot: SnapshotAssertion
) -> None:
    assert checklist_markdown(mixed_checklist) == snapshot


def test_a_diff(snapshot: SnapshotAssertion) -> None:
    left, right = "configs/train/sft/dense_1024.yaml", "configs/train/sft/dense_2048.yaml"
    assert (
        run(LEGACY, "diff", "--left", left, "--right", right, "--format", "markdown").out
        == snapshot
    )


def test_a_report_on_very_many_presets_and_differences_fits_a_comment(small_project: Path) -> None:
    count = 200
    for n in range(count):
        name = f"configs/train/{'long_' * 38}{n:04}.yaml"
        write_files(small_project, {name: f"extends: a.yaml\nvalue_{n}: '{'x' * 90}{n}'\n"})
    assert run(small_project, "snapshot").code == 0
    assert len(run(small_project, "ledger", "--format", "markdown").out) < GITHUB_LIMIT
    for path in sorted((small_project / "configs/train").glob("long_*.yaml")):
        edit(path, "xxx", "xyx")
    edit(small_project / "configs/train/a.yaml", "extends", "broken: [\nextends")
    text = run(small_project, "check-parity", "--format", "markdown").out
    assert len(text) < GITHUB_LIMIT
    edit(small_project / "configs/train/a.yaml", "broken: [\n", "")
    assert len(run(small_project, "ledger", "--format", "markdown").out) < GITHUB_LIMIT
    text = run(small_project, "check-parity", "--format", "markdown").out
    assert len(text) < GITHUB_LIMIT
    assert text.count("<details>") == text.count("</details>") == 2
    head = f"<!-- config-migration: check-parity -->\n\n### {count} of {count + 2} presets differ"
    assert text.startswith(head)
    above = text.partition("<details>")[0].splitlines()[1:]
    assert len([line for line in above if line]) <= 5
    assert "more causes: `--format json` has them all" in text


def test_a_code_span_survives_backticks_and_pipes(small_project: Path) -> None:
    path = "configs/train/a.yaml"
    write_files(small_project, {path: "text: 'a `b` ``c`` | d'\n"})
    assert run(small_project, "snapshot").code == 0
    write_files(small_project, {path: "text: '`'\n"})
    out = run(small_project, "check-parity", "--format", "markdown").out
    assert '`text`: 2 presets, changed\n  - ```"a `b` ``c`` | d" (str)``` → ``"`" (str)``\n' in out
