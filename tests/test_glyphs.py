from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.glyphs import escape_unseen, fold_glyphs, tell_all_apart, tell_apart


@pytest.mark.parametrize(
    ("left", "right", "shown"),
    [
        ("a b", "a\u00a0b", ("a b", r"a\u00a0b")),
        ("a\u2003b", "a b", (r"a\u2003b", "a b")),
        ("model", "m\u043edel", ("model", r"m\u043edel")),
        ("cop", "\u0441\u043e\u0440", ("cop", r"\u0441\u043e\u0440")),
        ("co-op", "co\u2011op", ("co-op", r"co\u2011op")),
        ("it's", "it\u2019s", ("it's", r"it\u2019s")),
        ("\u00e9", "e\u0301", (r"\u00e9", r"e\u0301")),
        ("\u00b5", "\u03bc", (r"\u00b5", r"\u03bc")),
        ("fine", "\ufb01ne", ("fine", r"\ufb01ne")),
        ("ab", "a\u200bb", ("ab", r"a\u200bb")),
        ("a\u00a0b c", "a b\u00a0c", (r"a\u00a0b c", r"a b\u00a0c")),
        ("x \u2011 y", "z - y", (r"x \u2011 y", "z - y")),
        ("\U000e0061b", "b", (r"\udb40\udc61b", "b")),
        # A Latin letter in a Cyrillic word: what is the same on both sides is written the same.
        ("\u043f\u0440\u0438\u0435", "\u043f\u0440\u0438e", ("п\\u0440и\\u0435", "п\\u0440иe")),
    ],
)
def test_two_texts_that_look_alike_are_told_apart(
    left: str, right: str, shown: tuple[str, str]
) -> None:
    assert tell_apart(left, right) == shown
    assert tell_apart(right, left) == shown[::-1]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("使用\u3000模型训练", "使用\u3000模型測試"),
        ("привет, мир", "привет, model"),
        ("使用model训练", "使用model測試"),
        ("naïve", "naive"),
        ("“a” — b", "“a” — c"),
        ("5 μm", "6 μm"),
        ("नि\u200cम", "नि\u200cन"),
        ("👨\u200d👩", "👨\u200d👧"),
        ("plain", "text"),
    ],
)
def test_texts_that_can_be_told_apart_stay_readable(left: str, right: str) -> None:
    assert tell_apart(left, right) == (left, right)


@given(st.text(max_size=8), st.text(max_size=8))
def test_two_texts_are_never_shown_alike(left: str, right: str) -> None:
    shown = tell_apart(json.dumps(left, ensure_ascii=False), json.dumps(right, ensure_ascii=False))
    assert (fold_glyphs(shown[0]) == fold_glyphs(shown[1])) == (left == right)
    assert [json.loads(text) for text in shown] == [left, right]


@given(
    st.text(st.sampled_from("aeo \u043e\u00a0\u0301\u200b\u2011-'\u2019é"), max_size=6),
    st.text(st.sampled_from("aeo \u043e\u00a0\u0301\u200b\u2011-'\u2019é"), max_size=6),
)
def test_near_twins_are_never_shown_alike(left: str, right: str) -> None:
    shown = tell_apart(left, right)
    assert (fold_glyphs(shown[0]) == fold_glyphs(shown[1])) == (left == right)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\ufeffgrad", r"\ufeffgrad"),
        ("10\u00a0000", r"10\u00a0000"),
        ("end\u00a0", r"end\u00a0"),
        ("m\u043edel", r"m\u043edel"),
        ("модель", "модель"),
        ("модель\u00a0и", "модель\u00a0и"),
        ("模型", "模型"),
        ("é", "é"),
        ("→ … 🎉", "→ … 🎉"),
    ],
)
def test_what_hides_in_a_single_text_is_escaped(text: str, shown: str) -> None:
    assert escape_unseen(text) == shown


def test_names_that_look_alike_are_escaped_and_others_are_not() -> None:
    names = ["cop", "\u0441\u043e\u0440", "\u043c\u043e\u0434\u0435\u043b\u044c", "a-b", "a\u2011b"]
    assert list(tell_all_apart(names).values()) == [
        "cop",
        r"\u0441\u043e\u0440",
        "\u043c\u043e\u0434\u0435\u043b\u044c",
        "a-b",
        r"a\u2011b",
    ]
