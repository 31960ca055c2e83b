"""What an ignore in a file silences, and what is wrong with one that silences nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from migration.commands.lint import lint_layout
from migration.lint.ignores import read_ignores
from migration.project.project import open_project
from tests.lint.trees import DEBUG, LENGTH, OVERLAY, PRESET, SHALLOW, TREE, told
from tests.running import run

END = len(SHALLOW.splitlines())
NULL = f"L403 {PRESET}:{END + 1} x is null, and overrides nothing"


def told_of(folder: Path, text: str) -> list[str]:
    """Return what is found if the preset ends in the text."""
    return told(folder, {PRESET: SHALLOW + text})


@pytest.mark.parametrize(
    "text",
    [
        "x: null  # lint: ignore[L403] the trainer asks for it\n",
        "# lint: ignore[L403] the trainer asks for it\nx: null\n",
        "# lint: ignore[L403] the trainer asks for it\n# in every release\nx: null\n",
        "# lint: ignore[L403] as it is\n# lint: ignore[L702] in words\nx: {a: null, b: on}\n",
        "x: null  # all of them  # lint: ignore[L403] the trainer asks for it\n",
        "x: {y: null, z: on}  # lint: ignore[L403, L702] the trainer asks for both\n",
        "x: {y: null, z: on}  # lint: ignore[L403] a  # lint: ignore[L702] b\n",
        "x: null  #lint:ignore [l403,] - the trainer asks for it\n",
        "x:\n  # lint: ignore[L403] the trainer asks for it\n  y: null\n",
        "x: {y: null,  # lint: ignore[L403] the trainer asks for it\n  z: 1}\n",
        "x: [on, off]  # lint: ignore[L702] switches\n",
        "on: |  # lint: ignore[L702] a switch\n  text\n",
    ],
)
def test_an_ignore_silences_its_rule_on_its_line_or_the_line_below(
    text: str, tmp_path: Path
) -> None:
    assert told_of(tmp_path, text) == []
    report = lint_layout(open_project(tmp_path))
    assert report.ignored


@pytest.mark.parametrize(
    "text",
    [
        "x: null\ny: '# lint: ignore[L403] reason'\n",
        "x: null\ny: |\n  # lint: ignore[L403] reason\n",
        "x: null\n# write `# lint: ignore[L403] reason` to ignore it\n",
        "x: null  # lint: this is what lint complains about\n",
        "x: null  # lint ignores nothing here\n",
    ],
)
def test_what_is_no_ignore_silences_nothing_and_is_no_finding(text: str, tmp_path: Path) -> None:
    assert told_of(tmp_path, text) == [NULL]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            "x: 1  # lint: ignore[L403] reason\n",
            1,
            f"an ignore that is not needed: L403 finds nothing on line {END + 1}",
        ),
        (
            "# lint: ignore[L403] reason\n\nx: null\n",
            1,
            f"an ignore that is not needed: L403 finds nothing on line {END + 2}",
        ),
        (
            "x: null  # lint: ignore[L401, L403] reason\n",
            1,
            f"an ignore that is not needed: L401 finds nothing on line {END + 1}",
        ),
        (
            "# lint: ignore[L403] one\nx: null  # lint: ignore[L403] another\n",
            2,
            f"an ignore that is not needed: L403 finds nothing on line {END + 2}",
        ),
        (
            "x: null  # lint: ignore[L403]\n",
            1,
            "an ignore without a reason: write # lint: ignore[L403] reason",
        ),
        (
            "x: null  # lint: ignore[L403] --\n",
            1,
            "an ignore without a reason: write # lint: ignore[L403] reason",
        ),
    ],
)
def test_an_ignore_that_is_not_needed_or_has_no_reason_is_a_finding(
    text: str, line: int, message: str, tmp_path: Path
) -> None:
    found = told_of(tmp_path, text)
    assert f"L002 {PRESET}:{END + line} {message}" in found
    assert [each for each in found if "L002" in each] == [f"L002 {PRESET}:{END + line} {message}"]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("ignore[L430] reason", "there is no layout rule 'L430' to ignore (did you mean 'L403'?)"),
        (
            "ignore[L4] reason",
            "there is no layout rule 'L4' to ignore (name each: L401, L402, L403)",
        ),
        ("ignore[everything] reason", "there is no layout rule 'EVERYTHING' to ignore"),
        ("ignore reason", "an ignore without a rule: write # lint: ignore[L403] reason"),
        ("ignore[] reason", "an ignore without a rule: write # lint: ignore[L403] reason"),
        ("ignore", "an ignore without a rule: write # lint: ignore[L403] reason"),
        ("ignore[L403", "an ignore without a rule: write # lint: ignore[L403] reason"),
        (
            "disable=L403",
            "not an ignore that lint understands: write # lint: ignore[L403] reason",
        ),
    ],
)
def test_an_ignore_that_names_no_rule_silences_nothing(
    comment: str, message: str, tmp_path: Path
) -> None:
    found = told_of(tmp_path, f"x: null  # lint: {comment}\n")
    assert found == [NULL, f"L002 {PRESET}:{END + 1} {message}"]


@pytest.mark.parametrize("code", ["L001", "L002", "L501", "L504", "L601", "L602", "L701"])
def test_an_error_that_cannot_be_ignored_says_so(code: str, tmp_path: Path) -> None:
    text = f"x: 1\nx: 2  # lint: ignore[{code}] reason\n"
    refused = f"{code} cannot be ignored: fix what it finds, and remove the ignore"
    assert told_of(tmp_path, text) == [
        f"L701 {PRESET}:{END + 2} duplicate key x; x = 1 on line {END + 1} is lost",
        f"L002 {PRESET}:{END + 2} {refused}",
    ]


@pytest.mark.parametrize(
    "head",
    [
        "# lint: ignore[L205] a trial\n",
        "# a trial\n# lint: ignore[L205] a trial\n\n# more of it\n---\n",
        "---\n# lint: ignore[L205] a trial\n",
    ],
)
def test_an_ignore_above_the_first_key_counts_for_it(head: str, tmp_path: Path) -> None:
    assert told(tmp_path, {DEBUG: head + TREE[DEBUG].replace(LENGTH, "")}) == []


def test_an_ignore_at_the_top_counts_for_the_first_line(tmp_path: Path) -> None:
    changes = {"configs/train/c.yaml": "# lint: ignore[L101, L201, L204] to come\n"}
    assert told(tmp_path, changes) == []


def test_an_ignore_in_the_middle_does_not_count_for_the_whole_file(tmp_path: Path) -> None:
    text = TREE[DEBUG].replace(LENGTH, "# lint: ignore[L205] a trial\n")
    found = [line.split()[0] for line in told(tmp_path, {DEBUG: text})]
    assert sorted(found) == ["L002", "L205"]


def test_an_ignore_is_an_error_of_its_own(tmp_path: Path) -> None:
    told_of(tmp_path, "x: 1  # lint: ignore[L403] reason\n")
    ran = run(tmp_path, "lint")
    assert ran.code == 2
    assert f"{PRESET}:{END + 1}:7: error L002: an ignore that is not needed" in ran.out


def test_nothing_is_said_of_what_is_not_needed_beside_a_file_that_cannot_be_read(
    tmp_path: Path,
) -> None:
    changes = {
        PRESET: f"{SHALLOW}x: 1  # lint: ignore[L403] reason\ny: 1  # lint: ignore[L702] reason\n",
        OVERLAY: "a: [\n",
    }
    found = told(tmp_path, changes)
    place, problem = f"L002 {PRESET}:{END + 2}", "an ignore that is not needed"
    assert [line for line in found if "L002" in line] == [
        f"{place} {problem}: L702 finds nothing on line {END + 2}"
    ]


def test_a_legacy_file_that_waits_for_its_removal_needs_no_tidy_ignores(tmp_path: Path) -> None:
    old = "configs/components/old.yaml"
    found = told(tmp_path, {old: "x: 1  # lint: ignore[L403]\n"})
    assert [line.split()[0] for line in found] == ["L601"]


def test_an_ignore_in_a_fusion_config_counts_as_in_any_file(tmp_path: Path) -> None:
    text = "extends: base.yaml\nsources: []\nx: on  # lint: ignore[L702] a switch\n"
    assert told(tmp_path, {"configs/fusion/mix.yaml": text}) == []


def test_a_reason_is_what_is_behind_the_bracket() -> None:
    (ignore,) = read_ignores("a: 1  # lint: ignore[L403]: as the seed says; see there\n", "f")
    assert (ignore.codes, ignore.reason) == (("L403",), "as the seed says; see there")
    assert (ignore.origin.line, ignore.origin.column) == (1, 7)
