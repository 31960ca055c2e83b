from __future__ import annotations

import pytest

from migration.yaml.comments import (
    drop_directives,
    drop_markers,
    list_comments,
    read_comment,
    read_tail,
    tail_length,
)


@pytest.mark.parametrize(
    ("lines", "comments"),
    [
        (
            ["a: # one", "  # two", "  - 'x # no'", "  - y#no  # three"],
            ["# one", "# two", "# three"],
        ),
        (["a: |+ # one", "  # no"], ["# one"]),
        (["a: |+ # one."], ["# one."]),
        (["a: [*x, # one", "  *y] # two"], ["# one", "# two"]),
        (["a: {b: 1}# one"], ["# one"]),
        (["a: 'x", "--- # no'"], []),
        ([], []),
    ],
)
def test_the_comments_in_a_value_are_told_from_its_text(
    lines: list[str], comments: list[str]
) -> None:
    assert list_comments(lines) == tuple(comments)


def without_directives(text: str) -> str:
    return "\n".join(drop_markers(drop_directives(text).lstrip("\ufeff").split("\n")))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a: 1  # lint: ignore[L403] as ever\nb: 2\n", "a: 1\nb: 2\n"),
        ("a: 1  # why  # lint: ignore[L403] as ever\n", "a: 1  # why\n"),
        ("a: 1 #lint:ignore\n", "a: 1\n"),
        ("a: 1  # LINT: Ignore[L403] as ever\n", "a: 1\n"),
        ("# lint: ignore[L403]\na: 1\n  # lint: ignore\n", "a: 1\n"),
        ("\ufeff# lint: ignore\na: 1\n", "a: 1\n"),
        ("a: |  # lint: ignore\n  text\n", "a: |\n  text\n"),
        ("a: [1,  # lint: ignore\n    2]\n", "a: [1,\n    2]\n"),
        ("a: '  # lint: ignore'\n", "a: '  # lint: ignore'\n"),
        ("a: |\n  # lint: ignore\n", "a: |\n  # lint: ignore\n"),
        ("a: '# lint: ignore'  # lint: ignore\n", "a: '# lint: ignore'\n"),
        ("a: x#lint:ignore\n", "a: x#lint:ignore\n"),
        ("a: 1  # lint: ignored\n", "a: 1  # lint: ignored\n"),
        ("a: 1  # lint\n", "a: 1  # lint\n"),
    ],
)
def test_a_comment_for_the_linter_is_left_out(text: str, kept: str) -> None:
    assert without_directives(text) == kept


def test_each_line_keeps_its_number_without_the_comments_for_the_linter() -> None:
    text = "a: 1\n# lint: ignore\nb: 2  # lint: ignore\r\n  # lint: ignore\nc: 3\n"
    assert [line[:1] for line in drop_directives(text).split("\n")] == ["a", "#", "b", " ", "c", ""]


def test_a_comment_is_moved_and_its_paragraphs_are_kept() -> None:
    lines = ["", "  # one", "    # deeper", "", "", "  # two", ""]
    assert read_comment(lines, 2) == ("# one", "  # deeper", "", "# two", "")
    assert read_comment(["--- # of the document", "%YAML 1.1"], 0) == ("# of the document", "")
    assert read_comment([], 0) == ()


def test_the_empty_line_before_a_tail_is_kept_and_none_after_it() -> None:
    assert read_tail(["", "  # one", ""], 0) == ("", "  # one")
    assert read_tail(["  # one", "# two"], 0) == ("  # one", "# two")
    assert read_tail(["", ""], 0) == ()


def test_a_tail_ends_before_what_is_indented_less() -> None:
    assert tail_length(["    # in", "", "  # in", "# out", "  # out"], 0) == 3
    assert tail_length(["", "# out"], 0) == 0
