from __future__ import annotations

import pytest
import yaml

from migration.yaml.lifting import Lifted, Lifter


def lift(text: str, at: int = 0) -> Lifted:
    """Return the key at a position of the root mapping, and its value."""
    root = yaml.compose(text, yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    return Lifter(text).lift(*root.value[at])


def test_a_key_is_taken_with_its_value_and_the_comment_beside_it() -> None:
    assert lift("'a':  0x1F # why\n") == Lifted(0, "'a'", ("'a':  0x1F",), "# why")


@pytest.mark.parametrize(
    ("text", "line"),
    [("[a]: 1\n", "[a]: 1"), ('? "a\n  b"\n: 1\n', None), ("? a: b\n: 1\n", None)],
)
def test_a_key_that_is_no_word_is_taken_from_one_line_alone(text: str, line: str | None) -> None:
    assert lift(text).lines == ((line,) if line else ())


def test_comments_between_an_explicit_key_and_its_colon_are_told_apart() -> None:
    lifted = lift("? a # one\n\n  # two\n: 1 # three\n")
    assert lifted == Lifted(3, "a", ("a: 1",), "# three", ("# one", "# two"))


def test_anchors_are_taken_out_with_the_blanks_around_them() -> None:
    assert lift("a: [&x 1, &y {&z b: 2}]\n").lines == ("a: [1, {b: 2}]",)


def test_an_alias_is_spelled_as_its_anchor_without_the_comment_there() -> None:
    text = "a:\n  - &x |-  # why\n      one\n\n      two\nb: *x  # too\n"
    assert lift(text, 1) == Lifted(5, "b", ("b: |-", "  one", "", "  two"), "# too")


def test_the_end_of_a_block_is_its_last_line() -> None:
    for text, last in (("a: |+\n  x\n\n\nb: 1\n", 3), ("a: |\n  x\n\n\nb: 1\n", 1), ("a:\n", 0)):
        root = yaml.compose(text, yaml.SafeLoader)
        assert isinstance(root, yaml.MappingNode)
        key, value = root.value[0]
        assert Lifter(text).last_line_of(value, key) == last
