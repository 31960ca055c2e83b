"""Why a difference may be there; the near misses are half of it, since a false hint misleads."""

from __future__ import annotations

import pytest

from migration.parity.hints import Reading, duplicate_hint, list_hint, misread_hint
from migration.resolve.history import Effect, HistoryStep
from migration.values.diff import MISSING, Difference
from migration.values.keypath import KeyPath, parse_path
from migration.yaml.marks import Origin
from migration.yaml.pitfalls import find_duplicates, find_misreadings

LR = ("optim", "lr")
STRING = "1e-5 is a string in YAML 1.1: a float needs a dot and a signed exponent, 1.0e-5"


def reading(value: object, text: str | None = None) -> Reading:
    """Return a side of which the text is at hand, if it is given."""
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
