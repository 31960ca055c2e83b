from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.text import make_visible, quote_path, shorten

BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def is_control(character: str) -> bool:
    """Tell by what Unicode says of it whether a character must not be shown as it is."""
    is_named_so = unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs")
    return is_named_so or unicodedata.bidirectional(character) in BIDI


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a.yaml\n\t\r", r"a.yaml\n\t\r"),
        ("\x00\x1b[2J\x07", r"\x00\x1b[2J\x07"),
        ("\x7f\x85\x9b31m", r"\u007f\u0085\u009b31m"),
        ("\u202egnp.exe\u2066\u2028", r"\u202egnp.exe\u2066\u2028"),
        ("\udcff", r"\udcff"),
        ("a\\n → é 类 🎉", "a\\n → é 类 🎉"),
    ],
)
def test_a_control_character_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert make_visible(text) == shown


def test_every_character_of_unicode_is_shown_exactly_if_it_is_no_control_character() -> None:
    for code in range(0x110000):
        shown = make_visible(chr(code), keep="\n")
        assert (shown == chr(code)) != (is_control(chr(code)) and code != ord("\n")), hex(code)


def test_a_name_is_shown_with_the_characters_that_hide_in_it() -> None:
    assert make_visible("a\u00a0b\u200b.yaml") == r"a\u00a0b\u200b.yaml"
    assert make_visible("m\u043edel.yaml") == r"m\u043edel.yaml"
    assert make_visible("модель.yaml") == "модель.yaml"


def test_a_path_with_a_hidden_character_is_quoted_with_its_escape() -> None:
    assert quote_path("a\u00a0b.yaml") == r"$'a\u00a0b.yaml'"


def test_what_is_kept_stays() -> None:
    assert make_visible("a\n\tb\r", keep="\n\t") == "a\n\tb\\r"


@given(st.text(st.characters(exclude_categories=())))
def test_json_that_is_shown_is_the_same_value(text: str) -> None:
    written = json.dumps({text: [text]}, indent=2, ensure_ascii=False)
    shown = make_visible(written, keep="\n")
    assert json.loads(shown) == {text: [text]}
    assert not any(map(is_control, shown.replace("\n", "")))


@given(st.text(max_size=12), st.integers(1, 12))
def test_a_long_text_loses_its_middle(text: str, most: int) -> None:
    short = shorten(text, most)
    assert len(short) == min(len(text), most)
    if len(text) > most:
        head, tail = most // 2, most - most // 2 - 1
        assert short == text[:head] + "…" + text[len(text) - tail :]
    else:
        assert short == text
