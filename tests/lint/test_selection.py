"""Which rules are checked, and in which files: by the settings, and by options."""

from __future__ import annotations

from pathlib import Path

import pytest

from migration.commands.lint import lint_layout
from migration.project.project import open_project
from tests.conftest import write_files
from tests.lint.mixed_tree import ALL, lint_codes, refused_lint, write_lint_table
from tests.lint.trees import DEBUG, MIX, OVERLAY, PRESET, SETTINGS, SHALLOW, TREE

LOCKED = '"L5", "L6", "L701"'
"""What no selection of the settings may leave out."""


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("", ALL),
        ('select = ["L"]', ALL),
        (f'select = ["L4", {LOCKED}]', ["L403", "L401", "L701"]),
        ('select = ["l403", "L2", "L5", "L6", "L7"]', ["L205", "L403", "L702", "L701"]),
        ('ignore = ["L403"]', ["L205", "L702", "L401", "L701"]),
        ('ignore = ["L4", "L702"]', ["L205", "L701"]),
        (f'select = ["L4", {LOCKED}]\nignore = ["L403"]', ["L401", "L701"]),
        ('per_file_ignores = {"configs/train/*" = ["L4"]}', ["L205", "L702", "L701"]),
        ('[tool.config-migration.lint.per_file_ignores]\n"configs/*.yaml" = ["L205"]', ALL[1:]),
    ],
)
def test_settings_choose_the_rules(lines: str, found: list[str], tmp_path: Path) -> None:
    assert lint_codes(tmp_path, write_lint_table(lines)) == found


def test_a_selection_for_one_call_replaces_that_of_the_settings(tmp_path: Path) -> None:
    changes = write_lint_table(f'select = ["L4", {LOCKED}]\nignore = ["L401"]')
    assert lint_codes(tmp_path, changes, select=("L702",)) == ["L702"]
    assert lint_codes(tmp_path, changes, select=("L4",)) == ["L403", "L401"]
    assert lint_codes(tmp_path, changes, select=("L4",), ignore=("L403",)) == ["L401"]


def test_what_is_ignored_for_one_call_is_added_to_the_settings(tmp_path: Path) -> None:
    changes = write_lint_table(f'select = ["L4", {LOCKED}]\nignore = ["L401"]')
    assert lint_codes(tmp_path, changes, ignore=("L403",)) == ["L701"]


def test_a_selection_for_one_call_leaves_exempt_files_exempt(tmp_path: Path) -> None:
    changes = write_lint_table(f'per_file_ignores = {{"{PRESET}" = ["L403"]}}')
    assert lint_codes(tmp_path, changes, select=("L4",)) == ["L401"]


def test_a_file_that_cannot_be_read_is_told_under_every_selection(tmp_path: Path) -> None:
    assert lint_codes(tmp_path, {MIX: "a: [\n"}, select=("L4",)) == ["L001", "L403", "L401"]


def test_a_report_knows_which_rules_were_judged(tmp_path: Path) -> None:
    write_files(tmp_path, TREE)
    report = lint_layout(open_project(tmp_path), select=("L4",), ignore=("L402",))
    assert report.rules == ("L001", "L002", "L401", "L403")


def test_an_ignore_whose_rule_was_not_judged_is_no_finding(tmp_path: Path) -> None:
    changes = {PRESET: f"{SHALLOW}x: 1  # lint: ignore[L403] reason\n"}
    everything = dict.fromkeys((DEBUG, OVERLAY), "") | TREE | changes
    assert lint_codes(tmp_path, everything) == ["L002"]
    assert lint_codes(tmp_path, everything, select=("L7",)) == []
    assert lint_codes(tmp_path, everything, ignore=("L403",)) == []
    assert lint_codes(tmp_path, everything, paths=(DEBUG,)) == []
    exempt = write_lint_table('per_file_ignores = {"configs/train/*" = ["L403"]}')
    assert lint_codes(tmp_path, everything | exempt) == []


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        (
            'select = ["L403", "L43"]',
            1,
            "'lint.select': no layout rule 'L43'\n  hint: did you mean 'L403'?",
        ),
        (
            'ignore = []\nselect = ["L4"]',
            2,
            (
                "'lint.select': it leaves out L501, L502, L503, L504, L601, L602, L701, which "
                "cannot be ignored\n"
                "  hint: add 'L5', 'L6', 'L701'; for one call, `--select` may leave out any rule"
            ),
        ),
        (
            'select = ["L4", "L5", "L601", "L7"]',
            1,
            (
                "'lint.select': it leaves out L602, which cannot be ignored\n  hint: add 'L602'; "
                "for one call, `--select` may leave out any rule"
            ),
        ),
        ('ignore = ["X"]', 1, "'lint.ignore': no layout rule 'X'\n  hint: known are L001"),
        ('ignore = [""]', 1, "'lint.ignore' must be a list of rules, as L403 or L4"),
        ('ignore = "L403"', 1, "'lint.ignore' must be a list of rules, as L403 or L4"),
        ("select = []", 1, "'lint.select' must name a rule; left out, it selects all"),
        (
            'select = ["L"]\nignore = ["L701"]',
            2,
            "'lint.ignore': L701 cannot be ignored\n  hint: fix what it finds",
        ),
        (
            'ignore = ["L7"]',
            1,
            (
                "'lint.ignore': 'L7' has L701, which cannot be ignored\n"
                "  hint: name those that can be: L702"
            ),
        ),
        (
            'per_file_ignores = {"configs/train/*" = ["L5"]}',
            1,
            (
                "'lint.per_file_ignores.configs/train/*': 'L5' has L501, L502, L503, L504, which "
                "cannot be ignored\n  hint: fix what it finds"
            ),
        ),
        (
            (
                'ignore = ["L403"]\n[tool.config-migration.lint.per_file_ignores]\n'
                '"configs/train/*" = ["L702"]\n"configs/smoke/**" = ["L403"]'
            ),
            4,
            "'lint.per_file_ignores' has 'configs/smoke/**', which matches no file",
        ),
        (
            'ignore = ["L403"]\nper_file_ignores = {"configs/train/*" = ["L43"]}',
            2,
            (
                "'lint.per_file_ignores.configs/train/*': no layout rule 'L43'\n"
                "  hint: did you mean 'L403'?"
            ),
        ),
        (
            'per_file_ignores = ["L403"]',
            1,
            "'lint.per_file_ignores' must be a table of globs, each with a list of rules",
        ),
        (
            'per_file_ignores = {"configs/train/*" = "L403"}',
            1,
            "'lint.per_file_ignores.configs/train/*' must be a list of rules, as L403 or L4",
        ),
        (
            'per_file_ignores = {"../x/*" = ["L403"]}',
            1,
            "'lint.per_file_ignores.../x/*' must stay inside the project, not '../x/*'",
        ),
        ('choose = ["L4"]', 1, "unknown setting 'lint.choose'"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_with_its_line(
    lines: str, line: int, message: str, tmp_path: Path
) -> None:
    number = len(SETTINGS.splitlines()) + 2 + line
    refused = refused_lint(tmp_path, write_lint_table(lines))
    assert refused.startswith(f"pyproject.toml:{number}: {message}")


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ('lint = {select = ["X"]}', 1),
        ('lint.select = ["X"]', 1),
        ('lint.per_file_ignores = {"configs/train/*" = ["X"]}', 1),
        ('max_files = 4\n[tool.config-migration.lint]\nselect = ["L"]\n\nignore = [\n"X"]', 5),
    ],
)
def test_every_way_to_write_the_table_has_its_line(lines: str, number: int, tmp_path: Path) -> None:
    settings = SETTINGS.replace("max_files = 4\n", "")
    refused = refused_lint(tmp_path, {"pyproject.toml": f"{settings}{lines}\n"})
    assert refused.startswith(f"pyproject.toml:{len(settings.splitlines()) + number}: ")


def test_options_that_cannot_be_meant_are_refused_all_at_once(tmp_path: Path) -> None:
    assert refused_lint(tmp_path, select=("L43",), ignore=("L6", "L001")) == (
        "'L6' has L601, L602, which cannot be ignored\n  hint: fix what it finds\n"
        "L001 cannot be ignored\n  hint: fix what it finds\n"
        "no layout rule 'L43'\n  hint: did you mean 'L403'?"
    )
