from __future__ import annotations

import pytest

from migration.yaml.dump import dump_value, dumped, dumped_key, is_misread_plain, is_open, lifted
from migration.yaml.load import load_mapping
from migration.yaml.source_text import read_fragment


@pytest.mark.parametrize("text", ["lr: 1.0e-5", "ops: [0.8,  1.0]", "say: |\n  one\n    two"])
def test_a_value_that_stands_alone_is_lifted(text: str) -> None:
    (own,) = read_fragment(f"{text}\n").keys.values()
    assert lifted(own.key, own.value, own) == tuple(text.split("\n"))


def test_a_value_is_lifted_only_where_it_says_what_is_wanted() -> None:
    (own,) = read_fragment("lr: 1\n").keys.values()
    assert lifted("lr", 1.0, own) == ()
    assert lifted("lr", 1, None) == ()


def test_what_cannot_be_lifted_is_written_anew_under_the_key_as_it_is_written() -> None:
    (own,) = read_fragment("'lr': 1\n").keys.values()
    assert dumped("lr", {"a": [1]}, [own]) == ["'lr':", "  a:", "  - 1"]
    assert dumped("lr", 1) == ["lr: 1"]


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ("one\n two\n", ["say: |", "  one", "   two"]),
        ("one\ntwo", ["say: |-", "  one", "  two"]),
        ("one\n\n", ["say: |+", "  one", ""]),
        ("one \n\n", ['say: "one \\n\\n"']),
        ("one\ntwo ", ['say: "one\\ntwo "']),
        ("\n", ['say: "\\n"']),
        (" one\ntwo", ['say: " one\\ntwo"']),
        ("a \nb", ['say: "a \\nb"']),
        ("one", ["say: one"]),
        ("a\x85b", ['say: "a\\Nb"']),
        ("a\nb\x85c", ['say: "a\\nb\\Nc"']),
    ],
)
def test_a_text_of_several_lines_is_written_as_a_block(value: str, lines: list[str]) -> None:
    assert dumped("say", value) == lines
    assert load_mapping("\n".join(lines) + "\n", "") == {"say": value}


@pytest.mark.parametrize(
    "text",
    ["08", "-08", "1e-4", "1e5", ".5e3", "0o17", "+7.", "1_0e5", "0x1F", "yes", "null", "1:30"],
)
def test_a_text_that_some_reader_takes_for_a_number_is_quoted(text: str) -> None:
    assert is_misread_plain(text) or load_mapping(f"say: {text}", "")["say"] != text
    assert dumped("say", text) == [f"say: '{text}'"]
    assert dumped("say", [text]) == ["say:", f"- '{text}'"]
    assert dump_value({text: text}) == f"'{text}': '{text}'\n"


@pytest.mark.parametrize("text", ["text", "8 GPUs", "1.2.3", "v1e5", "1e", "e5", "0xZ", "a#b"])
def test_a_text_that_every_reader_takes_for_one_stays_plain(text: str) -> None:
    assert dumped("say", text) == [f"say: {text}"]


def test_a_value_is_written_anew_with_the_quotes_and_numbers_that_it_has_elsewhere() -> None:
    written = read_fragment("a: &a ['08', \"1e-4\", 1.0e-5, {b: 0x1F}]\nc: [*a, 'x']\n").keys["c"]
    assert dumped("c", written.value, [written]) == [
        "c: [['08', \"1e-4\", 1.0e-5, {b: 0x1F}], 'x']"
    ]


def test_a_merged_key_is_written_once() -> None:
    text = "a: &a {b: '1', c: '2'}\nd:\n  - {<<: *a, c: \"3\"}\n"
    written = read_fragment(text).keys["d"]
    assert dumped("d", written.value, [written]) == ["d:", "- {b: '1', c: \"3\"}"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": [1], "a": "1e-4"}, "b:\n- 1\na: '1e-4'\n"),
        ([shared := {"a": 1}, shared], "- a: 1\n- a: 1\n"),
        ("08", "'08'\n"),
        ("text", "text\n"),
        ("one\ntwo", "|-\n  one\n  two\n"),
        ({"a": "one\n\n"}, "a: |+\n  one\n\n"),
        ([(1, 2)], "!!pairs\n- 1: 2\n"),
        ({"a\nb": "c\nd "}, '? |-\n  a\n  b\n: "c\\nd "\n'),
    ],
)
def test_a_whole_value_is_written_out_in_its_own_order(value: object, text: str) -> None:
    assert dump_value(value) == text


def test_a_key_alone_is_spelled_as_it_is_written() -> None:
    (own,) = read_fragment("'a': ~\n").keys.values()
    assert dumped_key("a", [own]) == ["'a':"]
    assert dumped_key("08", []) == ["'08':"]


@pytest.mark.parametrize(
    ("lines", "value", "expected"),
    [
        (["a: |+", "  one"], "one\n", True),
        (["a: |+", "  one", ""], "one\n\n", True),
        (["a:", "- >2+", "  one"], ["one\n"], True),
        (["a: |", "  one"], "one\n", False),
        (["a: '|+'"], "|+", False),
    ],
)
def test_a_block_that_keeps_its_end_is_open(
    lines: list[str], value: object, *, expected: bool
) -> None:
    assert is_open(lines, {"a": value}) is expected
