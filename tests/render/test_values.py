from __future__ import annotations

import datetime as dt

import pytest

from migration.render.values import format_pair, format_value
from migration.values.diff import MISSING, Difference


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-5, "0.00001 (float)"),
        (2e-7, "0.0000002 (float)"),
        (1e-30, "1e-30 (float)"),
        (1e16, "1e+16 (float)"),
        (1.0, "1.0 (float)"),
        (-0.0, "-0.0 (float)"),
        (float("nan"), "nan (float)"),
        (1, "1 (int)"),
        (True, "true (bool)"),
        (None, "null"),
        (MISSING, "(absent)"),
        ("1e-5", '"1e-5" (str)'),
        ("", '"" (str)'),
        ("类别", '"类别" (str)'),
        ([], "[] (list)"),
        ({}, "{} (mapping)"),
        ([1, "a"], '[1, "a"] (list)'),
        (list(range(40)), "40 entries (list)"),
        ([["x" * 80]], "1 entry (list)"),
        ({str(n): n for n in range(40)}, "40 keys (mapping)"),
        (dt.date(2024, 1, 31), "2024-01-31 (date)"),
        (dt.datetime(2024, 1, 31, 12, tzinfo=dt.UTC), "2024-01-31T12:00:00+00:00 (datetime)"),
        (b"hi", "aGk= (binary)"),
        ({1: "a"}, '[[1, "a"]] (mapping)'),
        ("\ud800", "\\ud800 (str)"),
        ({2, 1}, "[1, 2] (set)"),
        (("a", 1), '["a", 1] (tuple)'),
        (2**70, "0x400000000000000000 (int)"),
    ],
)
def test_a_value_is_shown_with_its_type(value: object, text: str) -> None:
    assert format_value(value) == text


def test_a_long_string_is_cut() -> None:
    assert format_value("x" * 100, 20) == f'"{"x" * 18}…" (str)'


def test_two_long_strings_are_cut_to_where_they_differ() -> None:
    left, right = "a" * 100 + "L" + "z" * 100, "a" * 100 + "R" + "z" * 100
    shown = format_pair(Difference(("k",), "changed", left, right), 30)
    assert shown == (
        f'"…{"a" * 10}L{"z" * 17}…" (str)',
        f'"…{"a" * 10}R{"z" * 17}…" (str)',
    )


def test_a_long_string_and_its_prefix_are_told_apart() -> None:
    left, right = format_pair(Difference(("k",), "changed", "a" * 100, "a" * 101), 30)
    assert left != right
