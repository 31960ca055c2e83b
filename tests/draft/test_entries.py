from __future__ import annotations

import pytest

from migration.draft.entries import Entry, add_comments, join_entries, raise_comments
from migration.yaml.source_text import Written


def comment(**parts: object) -> Written:
    return Written("a", 1, (1, 1), ("a: 1",), **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entries", "lines"),
    [
        ([Entry(("a: 1",)), Entry(("b: 1",))], ["a: 1", "b: 1"]),
        ([Entry(("a: 1",), is_after_blank=True), Entry(("b: 1",))], ["a: 1", "b: 1"]),
        ([Entry(("a: 1",)), Entry(("b: 1",), is_after_blank=True)], ["a: 1", "", "b: 1"]),
        ([Entry(("a: 1",)), Entry(("b: 1",), lead=("# c", ""))], ["a: 1", "", "# c", "", "b: 1"]),
        ([Entry(("a: 1",), after=("# c",)), Entry(("b: 1",))], ["a: 1", "", "# c", "", "b: 1"]),
        ([Entry(("a: 1",), after=("# c",))], ["a: 1", "", "# c"]),
        ([Entry(("a:", "- 1")), Entry(("b: 1",))], ["a:", "- 1", "b: 1"]),
    ],
)
def test_an_empty_line_separates_what_was_apart(entries: list[Entry], lines: list[str]) -> None:
    assert [*join_entries(entries)] == lines


def test_an_empty_line_is_around_what_takes_several_lines_if_wanted() -> None:
    entries = [Entry(("a: 1",)), Entry(("b:", "- 1")), Entry(("c: 1",)), Entry(("d: 1",))]
    expected = ["a: 1", "", "b:", "- 1", "", "c: 1", "d: 1"]
    assert [*join_entries(entries, is_spaced=True)] == expected


def test_no_empty_line_is_added_to_a_block_that_would_take_it() -> None:
    block = Entry(("a: |+", "  x", ""), is_open=True)
    apart = Entry(("b:", "- 1"), lead=("# c", ""), is_after_blank=True)
    assert [*join_entries([block, apart], is_spaced=True)] == [
        *block.lines,
        "# c",
        "",
        *apart.lines,
    ]
    ended = Entry(block.lines, after=("# end",), is_open=True)
    assert [*join_entries([ended, Entry(("b: 1",))])] == [*block.lines, "# end", "", "b: 1"]


def test_comments_are_written_around_a_key() -> None:
    found = comment(above=("# over",), beside="# beside", below=("  # below", "", "# at the end"))
    assert add_comments(["a: 1"], found) == ("# over", "a: 1  # beside", "  # below")
    assert add_comments(["a:", "- 1"], found) == ("# over", "a:  # beside", "- 1", "  # below")
    block = ["a: |", "  x"]
    assert add_comments(block, found) == ("# over", "# beside", "a: |", "  x", "  # below")
    assert raise_comments(block, found) == ("# over", "# beside", "# below", "a: |", "  x")
    assert add_comments(block, None) == tuple(block)
