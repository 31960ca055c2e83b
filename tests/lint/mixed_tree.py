"""A tree that breaks rules of several kinds, and what `lint` finds in it or refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from migration.commands.lint import lint_layout
from migration.errors import MigrationError
from migration.project.project import open_project
from tests.conftest import write_files
from tests.lint.trees import DEBUG, LENGTH, OVERLAY, PRESET, SETTINGS, SHALLOW, TREE

MIXED = {
    DEBUG: TREE[DEBUG].replace(LENGTH, ""),
    PRESET: f"{SHALLOW}x: null\ny: on\n",
    OVERLAY: "extends: a.yaml\ntraining: {vit_lr: 1.0e-5}\nz: 1\nz: 2\n",
}
ALL = ["L205", "L403", "L702", "L401", "L701"]


def write_lint_table(lines: str) -> dict[str, str]:
    return {"pyproject.toml": f"{SETTINGS}\n[tool.config-migration.lint]\n{lines}\n"}


def lint_codes(
    folder: Path,
    changes: dict[str, str] | None = None,
    *,
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    paths: tuple[str, ...] = (),
) -> list[str]:
    write_files(folder, {**TREE, **MIXED, **(changes or {})})
    report = lint_layout(open_project(folder), select=select, ignore=ignore, paths=paths)
    return [finding.rule.code for finding in report.findings]


def refused_lint(
    folder: Path, changes: dict[str, str] | None = None, **asked: tuple[str, ...]
) -> str:
    with pytest.raises(MigrationError) as caught:
        lint_codes(folder, changes, **asked)
    return str(caught.value)
