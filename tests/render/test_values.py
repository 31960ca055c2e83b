from __future__ import annotations

import datetime as dt

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migration.render.values import format_pair, format_value
from migration.values.canonical import canonical_bytes
from migration.values.diff import MISSING, Difference


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-5, "1.0e-5 (float)"),
        (2e-7, "2.0e-7 (float)"),
        (1e-30, "1.0e-30 (float)"),
        (1e16, "1.0e+16 (float)"),
        (1.0, "1.0 (float)"),
        (-0.0, "-0.0 (float)"),
        (float("nan"), ".nan (float)"),
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
        ({1: "a"}, '{1: "a"} (mapping)'),
        ("\ud800", '"\\ud800" (str)'),
        ({2, 1}, "{1, 2} (set)"),
        (("a", 1), '("a", 1) (tuple)'),
        (2**70, "0x400000000000000000 (int)"),
    ],
)
def test_a_value_is_shown_with_its_type(value: object, text: str) -> None:
    assert format_value(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({0: {"p": 0.9}}, '{0: {"p": 0.9}} (mapping)'),
        ({True: 1, None: 2, 1.5: 3, "1": 4}, '{true: 1, null: 2, 1.5: 3, "1": 4} (mapping)'),
        ([{0: [1e-8]}], "[{0: [1.0e-8]}] (list)"),
        (
            [dt.date(2024, 1, 31), float("inf"), 2**70],
            "[2024-01-31, .inf, 0x400000000000000000] (list)",
        ),
        ([{1}, (2,), b"hi"], "[{1}, (2), !!binary aGk=] (list)"),
        ({"$yaml": 1}, '{"$yaml": 1} (mapping)'),
    ],
)
def test_a_value_within_another_is_shown_without_a_tag(value: object, text: str) -> None:
    assert format_value(value) == text


@given(st.floats())
def test_yaml_reads_a_float_back_as_it_is_shown(value: float) -> None:
    shown = format_value(value).removesuffix(" (float)")
    assert canonical_bytes(yaml.safe_load(shown)) == canonical_bytes(value)


@pytest.mark.parametrize(
    ("value", "written", "text"),
    [
        (0.0001, "1.0e-4", "1.0e-4 (float)"),
        (0.5, ".5", ".5 (float)"),
        (1000, "1_000", "1_000 (int)"),
        (1000, "+1000", "+1000 (int)"),
        (0, "0", "0 (int)"),
        (15, "017", "017 = 15 (int)"),
        (5, "0b101", "0b101 = 5 (int)"),
        (90, "1:30", "1:30 = 90 (int)"),
        (10**40, "1" + "0" * 40, "1" + "0" * 40 + " (int)"),
    ],
)
def test_a_number_is_shown_as_it_is_written(value: float, written: str, text: str) -> None:
    assert format_value(value, written=written) == text


def test_two_values_that_look_alike_are_told_apart() -> None:
    found = Difference(("k",), "changed", "a b", "a\u00a0b")
    assert format_pair(found) == ('"a b" (str)', r'"a\u00a0b" (str)')
    found = Difference(("k",), "changed", ["co-op"], ["co\u2011op"])
    assert format_pair(found) == ('["co-op"] (list)', r'["co\u2011op"] (list)')


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
