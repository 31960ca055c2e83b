from __future__ import annotations

import re
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from migration.commands.lint import LintReport, lint_layout
from migration.project.project import open_project
from migration.render.lint import lint_text
from migration.render.terminal import Terminal
from tests.conftest import write_files
from tests.lint.trees import BASE, DEBUG, LENGTH, OVERLAY, TREE
from tests.running import run

MIXED = {
    BASE: f"{TREE[BASE]}optim: {{lr: 1.0e-4}}\n",
    DEBUG: TREE[DEBUG].replace(LENGTH, ""),
    OVERLAY: "extends: a.yaml\ntraining:\n  vit_lr: 1.0e-5\n  learning_rate: 1e-3\n",
}


@pytest.fixture
def mixed_layout(tmp_path: Path) -> Path:
    """Return a project with an error and warnings in its layout."""
    write_files(tmp_path, {**TREE, **MIXED})
    return tmp_path


def test_findings(mixed_layout: Path, snapshot: SnapshotAssertion) -> None:
    assert run(mixed_layout, "lint").out == snapshot


def test_findings_as_json(mixed_layout: Path, snapshot: SnapshotAssertion) -> None:
    assert run(mixed_layout, "lint", "--format", "json").out == snapshot


def test_colour_marks_the_severity_alone(mixed_layout: Path) -> None:
    report = lint_layout(open_project(mixed_layout))
    colored = lint_text(report, Terminal(color=True))
    assert re.findall(r"\x1b\[[0-9;]+m(error|warning)\x1b\[0m", colored) == [
        each.rule.severity for each in report.findings
    ]
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == lint_text(report, Terminal())


def test_every_finding_is_one_line_that_begins_with_its_place(mixed_layout: Path) -> None:
    _, findings, _ = run(mixed_layout, "lint").out.split("\n\n")
    lines = findings.splitlines()
    assert len(lines) == len(lint_layout(open_project(mixed_layout)).findings)
    for line in lines:
        assert re.match(r"configs/\S+\.yaml:\d+:\d+: (error|warning) L\d{3}: \S", line)


def test_a_clean_tree() -> None:
    assert lint_text(LintReport((), 26), Terminal()) == "no findings in 26 files\n"


def test_a_rule_is_explained_without_a_project(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    ran = run(tmp_path, "lint", "--explain", "l101")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == snapshot


def test_an_unknown_code_is_refused(tmp_path: Path) -> None:
    ran = run(tmp_path, "lint", "--explain", "L102x")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "no layout rule 'L102x'\n  hint: did you mean 'L102'?\n"


def test_an_explanation_has_no_format(tmp_path: Path) -> None:
    assert run(tmp_path, "lint", "--explain", "L101", "--format", "json").code == 1
    assert run(tmp_path, "lint", "--format", "yaml").code == 1
