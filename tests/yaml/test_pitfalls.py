from __future__ import annotations

import pytest
import yaml

from migration.values.keypath import format_path
from migration.yaml.pitfalls import describe_misreading, find_duplicates, find_misreadings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("a: 1\nb: {a: 1}\n", []),
        ("a: 1\nb: 2\na: 3\na: 4\n", [("a", "f.yaml:3", 1), ("a", "f.yaml:4", 3)]),
        ("top:\n  - {x: 1, x: 1}\n", [("top[0].x", "f.yaml:2", 1)]),
        ("1: a\ntrue: b\n", [("true", "f.yaml:2", "a")]),
        ("base: &b {x: 1}\nmore: {<<: *b, x: 2}\n", []),
        ("=: 1\n'=': 2\n", [('"="', "f.yaml:2", 1)]),
        ("base: &b {x: 1, x: 2}\nmore: *b\n", [("base.x", "f.yaml:1", 1)]),
        ("<<: {x: 1, x: 2}\n", [("x", "f.yaml:1", 1)]),
        ("b: &b {x: 1}\nc: {d: {<<: *b, x: 2}}\nc: 3\n", [("c", "f.yaml:3", {"d": {"x": 2}})]),
        ("<<: {x: 1}\n<<: {y: 2}\n", [('"<<"', "f.yaml:2", {})]),
        ("a:\n  <<: {x: 1, y: 1}\n  <<: {y: 2}\n", [('a."<<"', "f.yaml:3", {"y": 1})]),
        ("a:\n  <<: {y: 1}\n  y: 3\n  <<: {y: 2}\n", [('a."<<"', "f.yaml:4", {})]),
        ("<<: {x: 1}\n<<: [{x: 1}, {z: 1}]\n", [('"<<"', "f.yaml:2", {})]),
        (
            "<<: {x: 1}\n<<: {x: 2}\n<<: {x: [1]}\n",
            [('"<<"', "f.yaml:2", {"x": 1}), ('"<<"', "f.yaml:3", {"x": 2})],
        ),
        (
            "custom: {a: {b: 1}}\ntraining: {}\ncustom: {c: 2}\n",
            [("custom", "f.yaml:3", {"a": {"b": 1}})],
        ),
    ],
)
def test_a_key_that_its_mapping_has_already_is_found(
    text: str, found: list[tuple[str, str, object]]
) -> None:
    assert [
        (format_path(each.path), str(each.origin), each.dropped_value)
        for each in find_duplicates(text, "f.yaml")
    ] == found


def test_a_duplicate_knows_where_the_dropped_one_stands() -> None:
    (found,) = find_duplicates("a: {b: 1}\nc: 2\na: {d: 3}\n", "f.yaml")
    assert (found.dropped.line, found.origin.line) == (1, 3)


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
                "0b11",
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


def test_plain_scalars_alone_are_misread() -> None:
    text = (
        "lr: 1e-5\nquoted: 'on'\ntagged: !!str 017\nblock: |\n  no\non: {x: [yes, '1:30', 1:30]}\n"
        "base: &b {v: 1e3}\nmore: {<<: *b}\n"
    )
    assert [
        (format_path(each.path), str(each.origin), each.written)
        for each in find_misreadings(text, "f.yaml")
    ] == [
        ("lr", "f.yaml:1", "1e-5"),
        ("true", "f.yaml:6", "on"),
        ("true.x[0]", "f.yaml:6", "yes"),
        ("true.x[2]", "f.yaml:6", "1:30"),
        ("base.v", "f.yaml:7", "1e3"),
    ]


def test_a_scalar_behind_an_anchor_is_found_once() -> None:
    text = "a: {lr: &lr 1e-5}\nb: [&on\n  on, *on, &q 'no', !!str &s no]\nlr: *lr\n"
    assert [
        (format_path(each.path), str(each.origin), each.written)
        for each in find_misreadings(text, "f.yaml")
    ] == [("a.lr", "f.yaml:1", "1e-5"), ("b[0]", "f.yaml:2", "on")]


@pytest.mark.parametrize("before", ["k: é𝄞 # 类别\n", "k: v\r\n", "# \x85\nk: v\u2028\n", "\ufeff"])
def test_a_scalar_is_found_whatever_stands_before_it(before: str) -> None:
    assert [each.written for each in find_misreadings(f"{before}a: on\n", "f.yaml")] == ["on"]
