from __future__ import annotations

import pytest

from migration.yaml.comment_marks import read_comments


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("# a\n", [("# a", 1, 1, True)]),
        ("a: 1  # b\n", [("# b", 1, 7, False)]),
        ("a:\n  # b\n  c: 1 # d # e\n", [("# b", 2, 3, True), ("# d # e", 3, 8, False)]),
        ("a: 'x # y'\n", []),
        ('a: "x\n  # y"  # z\n', [("# z", 2, 9, False)]),
        ("a: x#y\n", []),
        ("a: [1, # b\n  2] # c\n", [("# b", 1, 8, False), ("# c", 2, 6, False)]),
        ("a: | # b\n  # c\n  d\n# e\n", [("# b", 1, 6, False), ("# e", 4, 1, True)]),
        ("a: >-\n  # c\n\n # d\n", [("# d", 4, 2, True)]),
        ("a: &b c#d # e\n", [("# e", 1, 11, False)]),
        ("# a\n---\n# b\na: 1\n...\n", [("# a", 1, 1, True), ("# b", 3, 1, True)]),
        ("\ufeff# a\na: 1\n", [("# a", 1, 2, True)]),
        ("a: 1\r\n# b\r\nc: 1 # d\r\n", [("# b", 2, 1, True), ("# d", 3, 6, False)]),
        ("a: é𝄞 # b\n", [("# b", 1, 7, False)]),
        ("# a", [("# a", 1, 1, True)]),
    ],
)
def test_comments_are_what_yaml_leaves_out(
    text: str, found: list[tuple[str, int, int, bool]]
) -> None:
    comments = read_comments(text, "f").comments
    assert [(each.text, each.line, each.column, each.is_alone) for each in comments] == found


@pytest.mark.parametrize(
    ("text", "line"),
    [("# a\n", None), ("# a\n\nb: 1\n", 3), ("%YAML 1.1\n# a\n---\n\nb: 1\n", 5), ("#\n- a\n", 2)],
)
def test_the_first_line_is_that_of_the_first_key_or_value(text: str, line: int | None) -> None:
    assert read_comments(text, "f").first_line == line
