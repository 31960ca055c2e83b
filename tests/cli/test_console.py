"""What reaches a stream: a terminal, or a pipe."""

from __future__ import annotations

import io

import pytest

from migration.cli.console import write
from migration.render.terminal import Styled
from tests.running import TerminalIO

NASTY = "a\x1b[2J\x07\x7f\x9b\u202e\u2028\tb\n"


@pytest.mark.parametrize("stream", [io.StringIO, TerminalIO])
def test_text_for_people_is_visible_wherever_it_goes(stream: type[io.StringIO]) -> None:
    opened = stream()
    write(NASTY, opened)
    assert opened.getvalue() == "a\\x1b[2J\\x07\\u007f\\u009b\\u202e\\u2028\\tb\n"


def test_data_for_a_program_stays_as_it_is() -> None:
    opened = io.StringIO()
    write(NASTY, opened, is_data=True)
    assert opened.getvalue() == NASTY


def test_data_on_a_terminal_is_visible_but_keeps_its_tabs() -> None:
    opened = TerminalIO()
    write(NASTY, opened, is_data=True)
    assert opened.getvalue() == "a\\x1b[2J\\x07\\u007f\\u009b\\u202e\\u2028\tb\n"


def test_the_colours_of_a_page_pass() -> None:
    opened = TerminalIO()
    write(Styled("\x1b[31mred\x1b[0m\n"), opened)
    assert opened.getvalue() == "\x1b[31mred\x1b[0m\n"


def test_data_on_a_terminal_has_the_encoding_of_the_terminal() -> None:
    class Bytes(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    # In UTF-8 this character has a byte 0x9b, to a Latin-1 terminal the start of a command.
    stream = Bytes(io.BytesIO(), encoding="latin-1")
    write("盛\n", stream, is_data=True)
    stream.seek(0)
    assert stream.buffer.read() == b"\\u76db\n"
