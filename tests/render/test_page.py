from __future__ import annotations

from migration.render.page import Cell, Page, plain_text
from migration.render.terminal import Terminal

NASTY = "a\x1b[31m\r\n\x9b1A\u202e\tb"
SHOWN = r"a\x1b[31m\r\n\u009b1A\u202e\tb"


def test_a_line_is_one_line_of_visible_characters() -> None:
    page = Page(Terminal())
    page.add_line(NASTY)
    page.add_spans(Cell("x "), Cell(NASTY))
    assert page.text() == f"{SHOWN}\nx {SHOWN}\n"


def test_a_cell_has_visible_characters_alone() -> None:
    page = Page(Terminal())
    page.add_table((("k", False), ("v", True)), [[Cell(NASTY), Cell("1")]])
    assert page.text() == f"{'k':{len(SHOWN)}}  v\n{SHOWN}  1\n"


def test_only_the_page_colours_anything() -> None:
    page = Page(Terminal(color=True))
    page.add_line("\x1b[31mred", "green")
    page.add_table((("", False),), [[Cell("\x1b[0mplain", "bold")]])
    assert page.text() == "\x1b[32m\\x1b[31mred\x1b[0m\n\x1b[1m\\x1b[0mplain\x1b[0m\n"


def test_lines_are_added_one_by_one() -> None:
    page = Page(Terminal())
    page.add_lines(["a", "  b\r", "c"])
    assert page.text() == "a\n  b\\r\nc\n"


def test_a_plain_text_has_the_lines_that_it_was_given() -> None:
    assert plain_text(["x", NASTY, ""]) == f"x\n{SHOWN}\n\n"


def test_what_is_very_long_is_cut_in_its_middle() -> None:
    page = Page(Terminal(80))
    page.add_line(f"a{'x' * 10**6}b")
    page.add_table((("", False),), [[Cell(f"c{'x' * 10**6}d")]])
    text = page.text()
    assert len(text) < 11_000
    assert (text[0], text.split("\n")[0][-1], text.rstrip()[-1]) == ("a", "b", "d")


def test_a_table_fits_its_terminal_as_long_as_a_column_can_give_way() -> None:
    page = Page(Terminal(26))
    path = Cell("configs/train/averylongname.yaml", "red")
    page.add_table(
        (("preset", False), ("files", True), ("status", False)), [[path, Cell("12"), path]]
    )
    assert page.text() == (
        "preset    files  status\n"
        "configs/     12  configs/\n"
        "train/           train/\n"
        "averylon         averylong\n"
        "gname.           name.\n"
        "yaml             yaml\n"
    )


def test_a_character_may_be_two_columns_wide() -> None:
    page = Page(Terminal())
    page.add_table((("k", False), ("v", True)), [[Cell("盛"), Cell("1")], [Cell("é"), Cell("22")]])
    assert page.text() == "k    v\n盛   1\né   22\n"


def test_a_table_without_rows_has_its_headings_alone() -> None:
    page = Page(Terminal())
    page.add_table((("k", False), ("v", True)), [])
    page.add_table((("", False),), [])
    assert page.text() == "k  v\n"


def test_the_file_and_line_of_a_value_are_never_folded() -> None:
    page = Page(Terminal(width=30))
    rows = [
        [Cell("some.key"), Cell("true (bool)"), Cell("configs/a folder/deep/file.yaml:12 (legacy)")]
    ]
    page.add_table((("", False),) * 3, rows)
    assert "configs/a folder/deep/file.yaml:12" in page.text()


def test_a_value_with_a_colon_is_folded_as_ever() -> None:
    page = Page(Terminal(width=30))
    page.add_table(
        (("", False),), [[Cell('"see http://localhost:80 (as ever) for more of it" (str)')]]
    )
    assert max(map(len, page.text().splitlines())) <= 30
