"""Why a difference may be there; the near misses are half of it, since a false hint misleads."""

from __future__ import annotations

from datetime import date
from math import inf, nan

import pytest

from migration.parity.hints import Reading, duplicate_hint, list_hint, misread_hint
from migration.resolve.history import Effect, HistoryStep
from migration.values.diff import MISSING, Difference, value_at
from migration.values.keypath import KeyPath, parse_path
from migration.yaml.duplicates import find_duplicates
from migration.yaml.load import load_mapping
from migration.yaml.marks import Origin
from migration.yaml.pitfalls import find_misreadings

LR = ("optim", "lr")
NO_BREAK = "a no-break space (U+00A0), which is no blank to YAML"
STRING = "1e-5 is a string in YAML 1.1: a float needs a dot and a signed exponent, 1.0e-5"


def reading(value: object, text: str | None = None) -> Reading:
    """Return one side of a comparison, with the text of its file if one is given."""
    return Reading(LR, value, None if text is None else tuple(find_misreadings(text, "f")))


@pytest.mark.parametrize(
    ("left", "right", "hint"),
    [
        (reading(0.00001), reading("1e-5"), STRING),
        (reading("1e-5"), reading(0.00001), STRING),
        (reading(0.5), reading("1e-5"), STRING),
        (reading(0.00001), reading("1e-5", "lr: 1e-5\n"), STRING),
        (reading(0.00001), reading("1e-5", 'lr: "1e-5"\n'), None),
        (reading(0.00001), reading("1e-5", "beta: 1e-5\n"), None),
        (reading(True), reading("1e-5"), None),
        (reading("1e-4"), reading("1e-5"), None),
        (reading("1e-4"), reading("1e-5", "lr: 1e-5\n"), None),
        (
            reading("on"),
            reading(True),
            "on is the boolean true in YAML 1.1: quote it for text",
        ),
        (reading("on"), reading(False), None),
        (reading("on"), reading(1), None),
        (reading(True), reading("true"), None),
        (reading(True), reading(False, "lr: off\n"), None),
        (
            reading("off"),
            reading(False, "lr: off\n"),
            "off is the boolean false in YAML 1.1: quote it for text",
        ),
        (reading(90), reading("1:30"), "1:30 is 90 in YAML 1.1, a number to base 60"),
        (reading(91), reading("1:30"), None),
        (reading(17), reading(15, "lr: 017\n"), "017 is 15 in YAML 1.1, an octal number"),
        (reading(15, "lr: 017\n"), reading(17), "017 is 15 in YAML 1.1, an octal number"),
        (reading(17), reading(15, "lr: 15\n"), None),
        (reading(17), reading(15, "lr: 16\nbeta: 017\n"), None),
        (reading(17), reading(16, "lr: 017\n"), None),
        (reading(MISSING), reading("1e-5", "lr: 1e-5\n"), None),
        (reading("1e-5"), reading(MISSING), None),
        (reading("x"), reading("y"), None),
        (reading(1.0), reading("fast"), None),
        (reading([1]), reading("1e-5"), None),
    ],
)
def test_a_scalar_that_yaml_misreads(left: Reading, right: Reading, hint: str | None) -> None:
    assert misread_hint(left, right) == hint


def in_file(written: str, *, value: object = MISSING) -> Reading:
    """Return a side whose file has the text as the plain value, or as the value given."""
    text = f"lr: {written}\n"
    said = load_mapping(text, "f")["lr"] if value is MISSING else value
    return Reading(LR, said, tuple(find_misreadings(text, "f")))


@pytest.mark.parametrize(
    ("before", "written", "hint"),
    [
        (None, "None", "None is a string in YAML 1.1: write null, or quote it for text"),
        ({}, "None", "None is a string in YAML 1.1: write null, or quote it for text"),
        (inf, "inf", "inf is a string in YAML 1.1: write .inf, or quote it for text"),
        (-inf, "-inf", "-inf is a string in YAML 1.1: write -.inf, or quote it for text"),
        (nan, "NaN", "NaN is a string in YAML 1.1: write .nan, or quote it for text"),
        ("0b101", "0b101", "0b101 is 5 in YAML 1.1, a binary number"),
        (8, "8,", "8, is a string in YAML 1.1: the comma is part of it, write 8"),
        (0.1, "0.1;", "0.1; is a string in YAML 1.1: the semicolon is part of it, write 0.1"),
        (9, "8#x", "8#x is a string in YAML 1.1: a comment needs a blank before its #"),
        ([1, 2], "(1, 2)", "(1, 2) is a string in YAML 1.1: a list has square brackets, [1, 2]"),
        (1000000, "1e6", "1e6 is a string in YAML 1.1: write 1000000"),
        (1000000, "1,000,000", "1,000,000 is a string in YAML 1.1: write 1000000"),
        (0.95, "0,95", "0,95 is a string in YAML 1.1: write 0.95"),
        ("1.10", "1.10", "1.10 without quotes is 1.1 in YAML 1.1"),
        ("1_000", "1_000", "1_000 without quotes is 1000 in YAML 1.1"),
        ("0x1F", "0x1F", "0x1F without quotes is 31 in YAML 1.1"),
        (0.1, "0.1\u00a0", f"the text ends in {NO_BREAK}"),
        (0.1, "0.2\u00a0", f"the text ends in {NO_BREAK}"),
        (1000, "1e3\u00a0", f"the text ends in {NO_BREAK}"),
        ("a", "a\u00a0", f"the text ends in {NO_BREAK}"),
        (None, "null\u00a0", f"the text ends in {NO_BREAK}"),
    ],
)
def test_a_plain_scalar_that_is_not_what_it_looks_like(
    before: object, written: str, hint: str
) -> None:
    left = Reading(LR, before)
    assert misread_hint(left, in_file(written)) == hint
    assert misread_hint(left, in_file(f"&x {written}")) == hint


@pytest.mark.parametrize(
    ("before", "written"),
    [
        (None, '"None"'),
        (inf, "'inf'"),
        (8, "'8,'"),
        ([1, 2], '"(1, 2)"'),
        (1000000, "'1e6'"),
        (1000000, "'1,000,000'"),
        (0.1, "'0.1\u00a0'"),
        ("a", "'a\u00a0'"),
        ("other", "None"),
        ("7", "8,"),
        ("(1, 3)", "(1, 2)"),
        (2000, "1,000"),
        ("b", "a\u00a0"),
        (True, "a\u00a0"),
        (5, "a\u00a0"),
        (None, "inf.yaml"),
        (inf, "to inf"),
        (1.2, "1.10"),
        ("1.1", "1.10"),
        ("x", "1.10"),
    ],
)
def test_what_is_no_misread_scalar_gets_no_hint(before: object, written: str) -> None:
    assert misread_hint(Reading(LR, before), in_file(written)) is None


@pytest.mark.parametrize(
    ("before", "written", "value"),
    [
        (True, "on", "true"),
        (5, "0b101", "5"),
        (90, "1:30", "90"),
        (1.1, "1.10", "1.1"),
        (-inf, "-1.0e+400", "-.inf"),
        (date(2024, 1, 31), "2024-01-31", "a date"),
    ],
)
def test_a_text_in_quotes_is_not_told_to_be_quoted(
    before: object, written: str, value: str
) -> None:
    hint = f"{written} without quotes is {value} in YAML 1.1"
    assert misread_hint(Reading(LR, before), in_file(f"'{written}'")) == hint


@pytest.mark.parametrize(("before", "block"), [(False, "no"), (date(2024, 1, 31), "2024-01-31")])
def test_a_text_with_a_line_end_is_no_plain_scalar(before: object, block: str) -> None:
    assert misread_hint(Reading(LR, before), in_file(f"|\n  {block}")) is None


@pytest.mark.parametrize("frozen", ["None", "inf", "8,", "(1, 2)", "0.1\u00a0"])
@pytest.mark.parametrize("now", [None, inf, 8, [1, 2], 0.1])
def test_a_frozen_text_may_have_been_quoted_on_purpose(frozen: str, now: object) -> None:
    assert misread_hint(Reading(LR, frozen), in_file("x", value=now)) is None


@pytest.mark.parametrize(
    ("text", "path", "hint"),
    [
        ("\u00a0lr: 1\n", ("\u00a0lr",), f"the key begins with {NO_BREAK}"),
        ("lr\u00a0: [1]\n", ("lr\u00a0",), f"the key ends in {NO_BREAK}"),
        ("\u00a0optim:\n  lr: 1\n", ("\u00a0optim", "lr"), f"the key begins with {NO_BREAK}"),
        ("lr: 1\n", ("lr",), None),
        ("'\u00a0lr': 1\n", ("\u00a0lr",), None),
        ("lr: 0.1\u00a0\n", ("lr",), None),
    ],
)
def test_an_added_key_with_an_invisible_character(
    text: str, path: KeyPath, hint: str | None
) -> None:
    value = value_at(load_mapping(text, "f"), path)
    line = [each for each in find_misreadings(text, "f") if each.origin.line == len(path)]
    missing = Reading(path, MISSING)
    assert misread_hint(missing, Reading(path, value, line)) == hint
    assert misread_hint(missing, Reading(path, value)) is None


def test_a_key_that_is_a_switch_says_nothing_of_its_value() -> None:
    text = "on: true\n"
    side = Reading((True,), True, tuple(find_misreadings(text, "f")))
    assert misread_hint(Reading((True,), 1), side) is None


def step(
    line: int, effect: Effect, before: object, after: object, path: KeyPath = ("ops",)
) -> HistoryStep:
    return HistoryStep(Origin("f", line, 1), path, after, before, after, effect)


OPS = Difference(("ops",), "changed", ["a", "b", "c"], ["c"])


def test_a_list_that_a_file_above_replaced_whole() -> None:
    steps = (step(1, "sets", MISSING, ["a", "b", "c"]), step(2, "replaces", ["a", "b", "c"], ["c"]))
    assert list_hint(OPS, steps) == (
        "f:2 replaces the list of f:1 whole (3 entries, 2 of them dropped)"
    )


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (step(1, "sets", MISSING, ["c"]),),
        (step(1, "sets", MISSING, ["c"]), step(2, "repeats", ["c"], ["c"])),
        (step(1, "sets", MISSING, ["x", "y"]), step(2, "replaces", ["x", "y"], ["c"])),
        (step(1, "sets", MISSING, None), step(2, "replaces", None, ["c"])),
        (step(1, "sets", MISSING, []), step(2, "replaces", [], ["c"])),
        (
            step(1, "sets", MISSING, ["a", "b", "c"]),
            step(2, "replaces", ["a", "b", "c"], ["a", "b", "c", "d"]),
        ),
        (
            step(1, "sets", MISSING, ["a", "b", "c"]),
            step(2, "undone", ["a", "b", "c"], ["a", "b", "c"]),
        ),
        (
            step(1, "sets", MISSING, ["a", "b", "c"]),
            step(2, "replaces", ["a", "b", "c"], ["c"], ()),
        ),
    ],
)
def test_a_list_that_lost_nothing_of_the_left_one_that_way(steps: tuple[HistoryStep, ...]) -> None:
    assert list_hint(OPS, steps) is None


@pytest.mark.parametrize(("left", "right"), [(["a"], "a"), ("a", ["a"])])
def test_a_list_against_something_else_was_not_replaced_by_a_list(
    left: object, right: object
) -> None:
    steps = (step(1, "sets", MISSING, ["a", "b"]), step(2, "replaces", ["a", "b"], ["b"]))
    assert list_hint(Difference(("ops",), "type", left, right), steps) is None


TWICE = "custom:\n  a: 1\n  b: {c: 2}\nseed: 1\ncustom:\n  d: 3\n  a: 5\n"


@pytest.mark.parametrize(
    ("path", "left", "is_explained"),
    [
        ("custom.b.c", 2, True),
        ("custom.a", 1, True),
        ("custom.b", {"c": 2}, True),
        ("custom.a", 7, False),
        ("custom.a", 1.0, False),
        ("custom.d", 3, False),
        ("custom.b.x", 2, False),
        ("customs.a", 1, False),
        ("seed", 1, False),
        ("custom.a", MISSING, False),
    ],
)
def test_a_duplicate_key_drops_what_it_held(path: str, left: object, is_explained: bool) -> None:
    difference = Difference(parse_path(path), "removed", left, MISSING)
    hint = "custom is a duplicate key in f: line 5 drops what line 1 says"
    assert duplicate_hint(difference, find_duplicates(TWICE, "f")) == (
        hint if is_explained else None
    )
