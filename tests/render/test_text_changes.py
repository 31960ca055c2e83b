from __future__ import annotations

import pytest

from migration.render.text_changes import (
    TextChange,
    TextComparison,
    compare_texts,
    format_short,
)
from migration.values.diff import MISSING, Difference

RULES = [f"Rule {n} holds for object {n}." for n in range(1, 41)]


def compare(left: object, right: object) -> TextComparison | None:
    return compare_texts(Difference(("k",), "changed", left, right))


def test_texts_of_several_lines_are_compared_by_lines() -> None:
    changed = ["Rule 7 HOLDS for object 7." if line == RULES[6] else line for line in RULES]
    changed.remove(RULES[30])
    found = compare("\n".join(RULES) + "\n", "\n".join(changed) + "\n")
    assert found == TextComparison(
        ("40 lines (str)", "39 lines (str)"),
        (
            TextChange(
                "line 7", ('"Rule 7 holds for object 7."', '"Rule 7 HOLDS for object 7."'), 6, 6
            ),
            TextChange("line 31", ('"Rule 31 holds for object 31."', "(absent)"), 30, None),
        ),
        "line",
    )


def test_an_added_line_counts_on_the_right() -> None:
    found = compare("a\nb\n", "a\nnew\nb\n")
    assert found is not None
    assert found.pair == (r'"a\nb\n" (str)', r'"a\nnew\nb\n" (str)')
    assert found.changes == (TextChange("line 2", ("(absent)", '"new"'), None, 1),)


def test_line_ends_are_shown_where_they_differ() -> None:
    found = compare("a\nb\n", "a\nb")
    assert found is not None
    assert found.changes == (TextChange("line 2", (r'"b\n"', '"b"'), 1, 1),)
    found = compare("a\r\nb\r\n", "a\nb\n")
    assert found is not None
    assert [each.pair for each in found.changes] == [(r'"a\r"', '"a"'), (r'"b\r"', '"b"')]


def test_lines_that_look_alike_are_told_apart() -> None:
    found = compare("a b\nc\n", "a\u00a0b\nc\n")
    assert found is not None
    assert found.changes[0].pair == ('"a b"', r'"a\u00a0b"')


def test_long_lines_are_cut_to_where_they_differ() -> None:
    found = compare("a\n" + "x" * 200 + "L", "a\n" + "x" * 200 + "R")
    assert found is not None
    (change,) = found.changes
    assert change.pair[0].endswith('L"')
    assert change.pair[1].endswith('R"')
    assert max(map(len, change.pair)) < 110


def test_every_place_of_a_long_line_that_differs_is_shown() -> None:
    words = [f"word{n}" for n in range(60)]
    left, right = (
        " ".join(words),
        " ".join({"word9": "WORD9", "word50": ""}.get(w, w) for w in words),
    )
    found = compare(left, right)
    assert found is not None
    assert (found.unit, len(found.changes)) == ("place", 2)
    assert found.changes[0].label == f"character {left.index('word9 ') + 1}"
    assert "WORD9" in found.changes[0].pair[1]
    assert "word50" in found.changes[1].pair[0]
    assert found.pair == (f"{len(left)} characters (str)", f"{len(right)} characters (str)")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("a", "b"),
        ("a\n", "a"),
        ("x" * 100 + "L" + "z" * 100, "x" * 100 + "R" + "z" * 100),
        ("a\nb\n", 5),
        ("a\nb\n", MISSING),
        (None, "a\nb\n"),
        (["a\nb"], ["a\nc"]),
    ],
)
def test_one_place_needs_no_parts_and_neither_do_other_values(left: object, right: object) -> None:
    assert compare(left, right) is None


def test_a_text_that_is_quite_another_one_is_compared_in_bounded_time() -> None:
    left = "\n".join(f"a {n} b {n * 7}" for n in range(5_000))
    right = "\n".join(f"c {n} d {n * 5}" for n in range(4_900))
    found = compare(left, right)
    assert found is not None
    assert len(found.changes) == 5_000


def test_on_one_line_the_other_changes_are_counted() -> None:
    found = Difference(("k",), "changed", "a\nb\nc\n", "x\nb\ny\n")
    assert format_short(found) == (r'"a\nb\nc\n" (str)', r'"x\nb\ny\n" (str) and 1 more line')
    assert format_short(Difference(("k",), "changed", 1, 2)) == ("1 (int)", "2 (int)")
    assert format_short(Difference(("k",), "changed", "a\nb", "a\nc"))[1] == r'"a\nc" (str)'
