from __future__ import annotations

import pytest
import yaml

from migration.yaml.numbers import describe_lost_number, describe_meant_number, read_plain
from migration.yaml.plain import describe_misreading, describe_misreading_beside, read_seen_value


@pytest.mark.parametrize(
    "written",
    [
        "1e-5",
        "1E5",
        "1.0e5",
        "-2e3",
        ".5e3",
        "08",
        "0o17",
        "017",
        "-017",
        "1:30",
        "190:20:30.5",
        "on",
        "Off",
        "YES",
        "no",
        "2024-01-31",
        "2024-01-31T12:00:00Z",
        "None",
        "inf",
        "-inf",
        "Infinity",
        "nan",
        "NaN",
        ".Nan",
        "0b101",
        "-0b11",
        "8,",
        "8;",
        "1e-4,",
        "1,0e-4",
        "true,",
        "None;",
        "1.0e-4# tuned",
        "8#tuned",
        "(0.9, 0.95)",
        "(1,)",
        "()",
        "((1, 2), 'a')",
        "12_27",
        "2024_01_31",
        "1__000",
        "1_",
        "1.0e+400",
        "-1.0e+400",
        "1.0e-400",
    ],
)
def test_what_is_not_what_it_looks_like_is_told(written: str) -> None:
    assert (describe_misreading(written) or "").startswith(f"{written} is ")


@pytest.mark.parametrize(
    "written",
    [
        *(
            [
                "1",
                "-1",
                "0",
                "00",
                "1_000",
                "1.5",
                "1.0e-5",
                "1.0e+5",
                ".inf",
                ".nan",
                "0x1F",
                "true",
                "False",
                "y",
                "n",
                "null",
                "~",
            ]
        ),
        *(
            [
                "text",
                "a:b",
                "12-27",
                "1.2.3",
                "e5",
                ".",
                "-",
                "./tb/12-27",
                "zero2",
                "_",
                "*x",
                "[",
                "10.0.0.1",
                "10:99",
                "v1e5",
                "none",
                "nil",
                "info",
                "inf.yaml",
                "to inf",
                "nano",
                "None of them",
                "data/x,",
                "abc;",
                "0,1",
                "0,1,2",
                "640,480",
                "8#16",
                "8#",
                "a#b",
                "step#1",
                "(0.9)",
                "(see above, or below)",
                "f(1, 2)",
                "(1, 2",
                "1_000_000",
                "-12_345.5",
                "a_1",
                "1.10",
                "007",
                "0.0",
                "0.0e+5",
                "no\u00a0break",
            ]
        ),
        "",
        " on",
    ],
)
def test_what_is_what_it_looks_like_is_not_told(written: str) -> None:
    assert describe_misreading(written) is None


@pytest.mark.parametrize("written", ["1e-5", "1E5", "-2e3", ".5e3", "1.e+3"])
def test_the_spelling_proposed_for_a_float_is_one(written: str) -> None:
    why = describe_misreading(written)
    assert why is None or yaml.safe_load(why.rpartition(" ")[2]) == float(written)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("None", "write null, or quote it for text"),
        ("Infinity", "write .inf, or quote it for text"),
        ("-inf", "write -.inf, or quote it for text"),
        ("NaN", "write .nan, or quote it for text"),
        ("8,", "the comma is part of it, write 8"),
        ("1e-4;", "the semicolon is part of it, write 1.0e-4"),
        ("08,", "the comma is part of it, write 8"),
        ("null,", "the comma is part of it, write null"),
        ("1,0e-4", "the comma is part of it, write 1.0e-4"),
        ("1.0e-4# tuned", "a comment needs a blank before its #"),
        ("(0.9, 0.95)", "a list has square brackets, [0.9, 0.95]"),
        ("(1e-5, None, 'a', True)", "a list has square brackets, [1.0e-5, null, 'a', true]"),
        ("((1, 2), (3,),)", "a list has square brackets, [[1, 2], [3]]"),
    ],
)
def test_a_text_that_looks_like_another_value_says_how_to_write_that(
    written: str, why: str
) -> None:
    assert describe_misreading(written) == f"{written} is a string in YAML 1.1: {why}"


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("0b101", "5 in YAML 1.1, a binary number"),
        ("12_27", "1227 in YAML 1.1, which drops the underscores: quote it for text"),
        ("1.0e+400", ".inf in YAML 1.1: a float cannot be as large"),
        ("-1.0e+400", "-.inf in YAML 1.1: a float cannot be as large"),
        ("1.0e-400", "0.0 in YAML 1.1: a float cannot be as small"),
    ],
)
def test_a_number_that_lost_something_of_its_text_says_what_it_is(written: str, why: str) -> None:
    assert describe_misreading(written) == f"{written} is {why}"


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("1.0e-4\u00a0", "the text ends in a no-break space (U+00A0)"),
        ("a\u2003", "the text ends in an em space (U+2003)"),
        ("a \u200b", "the text ends in a zero width space (U+200B)"),
        ("\u3000a", "the text begins with an ideographic space (U+3000)"),
        (
            "a\u00a0# b",
            "the text goes on with the comment: before its # is a no-break space (U+00A0)",
        ),
        ("-\u00a0a", "all of it is text: after the - is a no-break space (U+00A0)"),
        ("lr:\u00a01", "all of it is text: after the : is a no-break space (U+00A0)"),
    ],
)
def test_an_invisible_character_in_place_of_a_blank_is_named(written: str, problem: str) -> None:
    assert describe_misreading(written) == f"{problem}, which is no blank to YAML"


@pytest.mark.parametrize(
    ("written", "other", "spelling"),
    [
        ("1e6", 1000000, "write 1000000"),
        ("1e6", 7, "write 1000000"),
        ("1.5e3", 1500, "write 1500"),
        ("1e6,", 1000000, "the comma is part of it, write 1000000"),
        ("08", 8, "write 8"),
        ("1e6", 1000000.0, "a float needs a dot and a signed exponent, 1.0e+6"),
        ("1e-5", 1, "a float needs a dot and a signed exponent, 1.0e-5"),
        ("1e6", True, "a float needs a dot and a signed exponent, 1.0e+6"),
        ("1e6", None, "a float needs a dot and a signed exponent, 1.0e+6"),
        ("8,", 8.0, "the comma is part of it, write 8.0"),
        ("8.5,", 8, "the comma is part of it, write 8.5"),
    ],
)
def test_beside_a_number_the_spelling_has_its_type(
    written: str, other: object, spelling: str
) -> None:
    assert (
        describe_misreading_beside(written, other)
        == f"{written} is a string in YAML 1.1: {spelling}"
    )


@pytest.mark.parametrize(
    ("written", "other", "spelled"),
    [
        ("1,000", 1000, "1000"),
        ("1,000,000", 1000000, "1000000"),
        ("1,000", 1.0, "1.0"),
        ("0,95", 0.95, "0.95"),
        ("0,00001", 1e-05, "1.0e-05"),
        ("1'000", 1000, "1000"),
        ("1\u00a0000", 1000, "1000"),
        ("1 000.5", 1000.5, "1000.5"),
    ],
)
def test_a_number_with_commas_is_known_by_the_number_that_it_replaces(
    written: str, other: object, spelled: str
) -> None:
    assert (
        describe_meant_number(written, other)
        == f"{written} is a string in YAML 1.1: write {spelled}"
    )
    assert isinstance(other, int | float)
    assert yaml.safe_load(spelled) == other


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("1,000", 2000),
        ("0,1", 1),
        ("0,95", 0),
        ("0,1,2", 0),
        ("640,480", "640x480"),
        ("1", 1),
        ("0,1", True),
    ],
)
def test_a_text_with_commas_is_none_beside_another_value(written: str, other: object) -> None:
    assert describe_meant_number(written, other) is None


@pytest.mark.parametrize("written", ["1.10", "1_000", "0x1F", "007", "+5", "1."])
def test_a_number_that_loses_something_of_a_text_is_named(written: str) -> None:
    value = yaml.safe_load(written)
    assert describe_lost_number(written) == f"{written} without quotes is {value} in YAML 1.1"


@pytest.mark.parametrize("written", ["1", "1.1", "-3", "0.5", ".5", "1.0e-4", "a", "true", "null"])
def test_a_number_that_is_shown_as_it_is_written_loses_nothing(written: str) -> None:
    assert describe_lost_number(written) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.0e-4\u00a0", 0.0001),
        ("\u30001e3", 1000.0),
        ("8,\u00a0", 8),
        ("true\u2003", True),
        ("None\u00a0", None),
        ("5\u00a0# five", 5),
        ("a b\u00a0", "a b"),
    ],
)
def test_a_reader_sees_the_value_without_the_invisible_character(
    written: str, value: object
) -> None:
    assert read_seen_value(written) == value
    assert type(read_seen_value(written)) is type(value)


@pytest.mark.parametrize("written", [f"0b{'1' * 20_000}", f"0{'7' * 9_000}", "1_" * 2_000])
def test_a_number_of_thousands_of_digits_is_not_printed(written: str) -> None:
    assert describe_misreading(written) is None
    assert describe_lost_number(written) is None


@pytest.mark.parametrize("written", ["2024-13-01", "=", "<<", "0b_"])
def test_a_scalar_that_is_refused_has_no_value(written: str) -> None:
    assert read_plain(written) is None
    assert describe_misreading(written) is None
