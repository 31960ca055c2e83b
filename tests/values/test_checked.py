"""Shapes: what each declaration takes, and how the problems of a value are told."""

from __future__ import annotations

import pytest

from migration.values.checked import (
    Optional,
    Problem,
    Shape,
    fits,
    in_turn,
    list_of,
    mapping,
    mapping_of,
    nearest_of,
    one_of,
    string,
    that,
    whole_number,
)
from migration.values.keypath import Index, KeyPath

COUNT = whole_number("{name} must be a whole number", at_least=1)
NAME = string(is_filled=True)
LAYER = mapping({"name": NAME, "size": Optional(COUNT)}, unknown="no key {key}")
KIND = one_of(("dense", "sparse"), "unknown kind {got}")
MODEL = mapping({"kind": KIND, "layers": list_of(LAYER)})


def places(shape: Shape, value: object) -> list[KeyPath]:
    return [problem.path for problem in shape(value)]


def messages(shape: Shape, value: object) -> list[str]:
    return [problem.message for problem in shape(value)]


@pytest.mark.parametrize(
    ("shape", "right", "wrong"),
    [
        (that(lambda value: value == 3, ""), [3, 3.0], [4, "3", None]),
        (one_of((1, "done"), ""), [1, "done"], [True, 1.0, "1", 2, None, [1], {}]),
        (one_of((True, False), ""), [True, False], [1, 0, "true"]),
        (string(), ["", "a"], [None, 1, b"a", ["a"]]),
        (string(is_filled=True), ["a", " "], ["", None, 1]),
        (COUNT, [1, 2, 10**30], [0, -1, True, 1.0, "1", None]),
        (list_of(string()), [[], ["a", ""]], [("a",), "a", {}, None, [1], ["a", 1]]),
        (list_of(string(), is_filled=True), [["a"]], [[], None, ["a", 1]]),
        (mapping({"a": string()}), [{"a": ""}, {"a": "", "b": 1}], [{}, {"a": 1}, [], None]),
        (mapping({"a": Optional(string())}), [{}, {"a": ""}], [{"a": None}, {"a": 1}]),
        (mapping({}, unknown=""), [{}], [{"a": 1}, {1: 1}]),
        (
            mapping_of(that(str.isdigit, ""), string()),
            [{}, {"1": "", "2": "a"}],
            [{"a": ""}, {"1": 1}, {"1": "", "a": ""}, [], None],
        ),
        (in_turn(string(), that(str.isdigit, "")), ["1"], [1, "a"]),
        (that(fits(list_of(string())), ""), [[], ["a"]], ["a", [1]]),
    ],
)
def test_each_declaration_takes_what_it_says_alone(
    shape: Shape, right: list[object], wrong: list[object]
) -> None:
    assert [value for value in right if shape(value)] == []
    assert [value for value in wrong if not shape(value)] == []


def test_a_problem_has_what_was_expected_what_was_got_and_where() -> None:
    value = {"kind": "dense", "layers": [{"name": "a"}, {"name": "b", "size": 0}]}
    assert [*MODEL(value)] == [
        Problem("{name} must be a whole number", 0, ("layers", Index(1), "size"))
    ]


def test_all_problems_are_told_in_the_order_of_the_declaration() -> None:
    value = {"layers": [{"size": 0, "depth": 2, "width": 3}, 4], "kind": "odd"}
    assert places(MODEL, value) == [
        ("kind",),
        ("layers", Index(0), "depth"),
        ("layers", Index(0), "width"),
        ("layers", Index(0), "name"),
        ("layers", Index(0), "size"),
        ("layers", Index(1)),
    ]
    assert messages(MODEL, value) == [
        "unknown kind 'odd'",
        "no key 'depth'",
        "no key 'width'",
        "'layers.name' must be a string",
        "'layers.size' must be a whole number",
        "'layers' must be a mapping",
    ]


def test_a_missing_field_is_checked_as_null() -> None:
    assert [*MODEL({})] == [
        Problem("unknown kind {got}", None, ("kind",)),
        Problem("{name} must be a list", None, ("layers",)),
    ]


def test_a_value_of_another_type_is_one_problem() -> None:
    assert [*MODEL([1])] == [Problem("{name} must be a mapping", [1])]
    assert messages(list_of(string(), "a list, not {kind}"), {"a": 1}) == ["a list, not a mapping"]


def test_the_keys_of_a_problem_leave_out_the_positions_in_lists() -> None:
    (problem,) = MODEL({"kind": "dense", "layers": [{"name": 1}]})
    assert problem.path == ("layers", Index(0), "name")
    assert problem.keys == ("layers", "name")


def test_every_part_of_a_message_can_be_named() -> None:
    problem = Problem("{key} {name} {got} {kind} {reason}", 1, ("a", Index(0), "b"), None, "why")
    assert problem.message == "'b' 'a.b' 1 an integer why"
    assert Problem("{key}{got}", "x").message == "'x'"


def test_what_was_got_is_no_part_of_the_words() -> None:
    problem = Problem("{got}: {reason}", "{key}", ("{got}",), None, "{name}")
    assert problem.message == "'{key}': {name}"
    assert Problem("{name}", 1, ("{got}",)).message == "'{got}'"


def test_a_number_that_cannot_be_written_is_told_all_the_same() -> None:
    huge = 16**5000
    assert messages(one_of((1,), "not {got}"), huge) == ["not an integer of very many digits"]
    assert messages(mapping({}, unknown="no key {key}"), {huge: 1}) == [
        "no key an integer of very many digits"
    ]


def test_in_turn_stops_at_the_first_shape_with_problems() -> None:
    shape = in_turn(list_of(string("a")), list_of(that(str.isdigit, "b")), list_of(COUNT))
    assert messages(shape, ["1", 2, 3]) == ["a", "a"]
    assert messages(shape, ["x", "2"]) == ["b"]


def test_a_value_can_be_judged_as_one() -> None:
    shape = mapping({"names": that(fits(list_of(string())), "{name} must be names")})
    assert [*shape({"names": [1, 2]})] == [Problem("{name} must be names", [1, 2], ("names",))]


def test_a_hint_is_the_same_for_all_or_made_of_what_was_got() -> None:
    nearest = nearest_of(("verified", "pending"), "one of verified, pending")
    assert [each.hint for each in one_of((1,), "", "take 1")(2)] == ["take 1"]
    assert [each.hint for each in one_of((1,), "")(2)] == [None]
    assert [each.hint for each in one_of((), "", nearest)("verifed")] == [
        "did you mean 'verified'?"
    ]
    assert [each.hint for each in one_of((), "", nearest)(7)] == ["one of verified, pending"]


def test_the_hint_of_an_unknown_key_is_made_of_the_key() -> None:
    fields = {"name": Optional(string())}
    shape = mapping(fields, unknown="no key {key}", hint=nearest_of(fields, "known is name"))
    assert [*shape({"nam": "a", 1: 2})] == [
        Problem("no key {key}", "a", ("nam",), "did you mean 'name'?"),
        Problem("no key {key}", 2, (1,), "known is name"),
    ]
