from __future__ import annotations

import pytest

from migration.yaml.dump import comments_within, dumped, lifted
from migration.yaml.load import load_mapping
from migration.yaml.source_text import read_fragment


@pytest.mark.parametrize(
    ("lines", "comments"),
    [
        (
            ["a: # one", "  # two", "  - 'x # no'", "  - y#no  # three"],
            ["# one", "# two", "# three"],
        ),
        (["a: |+ # one", "  # no"], ["# one"]),
        (["a: |+ # one."], ["# one."]),
        (["a: [*x, # one", "  *y] # two"], ["# one", "# two"]),
        (["a: 'x", "--- # no'"], []),
        ([], []),
    ],
)
def test_the_comments_in_a_value_are_told_from_its_text(
    lines: list[str], comments: list[str]
) -> None:
    assert comments_within(lines) == tuple(comments)


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
        ("one\n\n", ["say: 'one", "", "", "  '"]),
        ("\n", ["say: '", "", "  '"]),
        (" one\ntwo", ["say: ' one", "", "  two'"]),
        ("a \nb", ['say: "a \\nb"']),
        ("one", ["say: one"]),
        ("a\x85b", ['say: "a\\Nb"']),
        ("a\nb\x85c", ['say: "a\\nb\\Nc"']),
    ],
)
def test_a_text_of_several_lines_is_written_as_a_block(value: str, lines: list[str]) -> None:
    assert dumped("say", value) == lines
    assert load_mapping("\n".join(lines) + "\n", "") == {"say": value}
