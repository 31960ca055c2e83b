from __future__ import annotations

import pytest

from migration.values.keypath import format_path
from migration.yaml.duplicates import find_duplicates
from migration.yaml.pitfalls import find_misreadings


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


def found_in(text: str) -> list[tuple[str, str]]:
    return [(format_path(each.path), each.why) for each in find_misreadings(text, "f.yaml")]


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


NO_BREAK = "a no-break space (U+00A0), which is no blank to YAML"


def test_a_no_break_space_that_indents_a_key_is_part_of_the_key() -> None:
    assert found_in("optim:\n\u00a0\u00a0lr: 1\n") == [
        ('"\u00a0\u00a0lr"', f"the key begins with {NO_BREAK}")
    ]


def test_a_line_of_no_break_spaces_is_part_of_the_text_before_it() -> None:
    assert found_in("rate: 1.0e-4\n  \u00a0\nb: 1\n") == [("rate", f"the text ends in {NO_BREAK}")]


def test_a_second_byte_order_mark_is_part_of_the_first_key() -> None:
    assert found_in("\ufeff\ufeffa: 1\n") == [
        (
            '"\ufeffa"',
            "the key begins with a zero width no-break space (U+FEFF), which is no blank to YAML",
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        'a: "None"\n',
        "a: 'inf'\n",
        "a: '1.0e-4\u00a0'\n",
        '"\u00a0a": 1\n',
        "a: !!str None\n",
        "a: &x !!str 8,\n",
        "a: |\n  None\n",
        "a: >-\n  8,\n",
        "# None, inf, 8,\na: 1\n",
        "a: [null, .inf, .nan, 1.0e-4]\n",
        "a: None of them\n",
        "a: runs/inf/nan.yaml\n",
        "a: no\u00a0break\n",
    ],
)
def test_what_is_text_on_purpose_is_not_misread(text: str) -> None:
    assert found_in(text) == []


def test_a_text_that_may_be_a_number_is_known_without_a_reason() -> None:
    assert found_in("a: 1,000\nb: '1,000'\nc: 0,95\nd: 0,1,2\n") == [("a", ""), ("c", "")]
