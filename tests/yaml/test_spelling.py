from __future__ import annotations

import pytest

from migration.errors import MigrationError
from migration.values.keypath import KeyPath, parse_path
from migration.yaml.rules import NO_RULES
from migration.yaml.spelling import Spelling, find_spelling

TEXT = """\
lr: 1.0e-8
steps: &n 1_000
again: *n
tagged: !!float 1
quoted: "1.5"
f: {x: .5, y: [1.0e-3, 017]}
text: |
  one
  two
kept: &k !!str |2+  # a comment

   three
folded: >
  four
list:
  - 5
  - |-
    six
    seven
below:
  1.50
base: &base
  wd: 1.0e-2
other:
  <<: *base
a: {p: 0.50}
b: {p: 0.5}
c: {q: {p: 0.50}, r: {p: 0.5}}
"""


def spelling(line: int, path: str, value: object, text: str = TEXT) -> Spelling | None:
    return find_spelling(text, NO_RULES, line, parse_path(path), value)


@pytest.mark.parametrize("prefix", ["", "# read by the other parser?\n"])
@pytest.mark.parametrize(
    ("line", "path", "value", "text"),
    [
        (1, "lr", 1e-8, "1.0e-8"),
        (2, "steps", 1000, "1_000"),
        (3, "again", 1000, "1_000"),
        (6, "f.x", 0.5, ".5"),
        (6, "f.y[0]", 0.001, "1.0e-3"),
        (6, "f.y[1]", 15, "017"),
        (16, "list[0]", 5, "5"),
        (20, "below", 1.5, "1.50"),
        (23, "other.wd", 0.01, "1.0e-2"),
        (28, "c.q.p", 0.5, "0.50"),
        (28, "c.r.p", 0.5, "0.5"),
    ],
)
def test_a_number_is_found_as_it_is_written(
    line: int, path: str, value: object, text: str, prefix: str
) -> None:
    found = spelling(line + bool(prefix), path, value, prefix + TEXT)
    assert found == Spelling(text)


@pytest.mark.parametrize(
    ("line", "path", "value"),
    [
        (4, "tagged", 1.0),
        (5, "quoted", "1.5"),
        (1, "lr", 1e-7),
        (1, "lr", "1.0e-8"),
        (2, "lr", 1e-8),
        (1, "wd", 1e-8),
        (13, "folded", "four\n"),
        (99, "lr", 1e-8),
    ],
)
def test_what_is_not_certain_is_not_found(line: int, path: str, value: object) -> None:
    assert spelling(line, path, value) is None


@pytest.mark.parametrize(
    ("line", "path", "value", "first"),
    [
        (7, "text", "one\ntwo\n", 8),
        (10, "kept", "\n three\n", 11),
        (17, "list[1]", "six\nseven", 18),
    ],
)
def test_a_literal_block_is_found_with_the_line_of_its_first(
    line: int, path: str, value: str, first: int
) -> None:
    assert spelling(line, path, value) == Spelling(first_line=first)


def test_lines_are_not_certain_where_a_text_has_line_ends_that_editors_do_not_count() -> None:
    text = "a: |\n  one\u2028  two\n  three\n"
    assert spelling(1, "a", "one\u2028two\nthree\n", text) is None


def test_a_block_whose_bar_is_below_its_anchor_is_not_certain() -> None:
    assert spelling(1, "a", "one\n", "a: &x\n  |\n  one\n") is None


def test_a_broken_text_is_refused() -> None:
    with pytest.raises(MigrationError):
        spelling(1, "a", 1, "a: [")


def test_a_path_that_shares_no_key_is_not_enough() -> None:
    path: KeyPath = ()
    assert find_spelling("a: 1\n", NO_RULES, 1, path, 1) is None
