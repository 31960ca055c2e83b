from __future__ import annotations

import pytest

from migration.draft.comments import (
    Chosen,
    CommentChooser,
    join_paragraphs,
    split_below,
    split_paragraphs,
)
from migration.yaml.source_text import read_fragment


@pytest.mark.parametrize(
    ("text", "own", "end"),
    [
        ("a: 1\n  # own\n# end\n", ("  # own",), ("# end",)),
        ("a: 1\n  # own\n\n# end\n  # too\n", ("  # own",), ("", "# end", "  # too")),
        ("a: 1\n\n# end\n", (), ("", "# end")),
        ("a: 1\n  # own\n\n  # too\n", ("  # own", "", "  # too"), ()),
        ("a: 1\n", (), ()),
    ],
)
def test_a_comment_at_the_column_of_the_key_is_told_from_one_on_its_value(
    text: str, own: tuple[str, ...], end: tuple[str, ...]
) -> None:
    assert split_below(read_fragment(text).keys["a"]) == (own, end)


def test_paragraphs_are_split_and_joined() -> None:
    lines = ("# one", "# more", "", "# two", "")
    assert split_paragraphs(lines) == [("# one", "# more"), ("# two",)]
    assert join_paragraphs(split_paragraphs(lines)) == lines


def test_the_top_of_a_file_is_left_out_where_it_is_known() -> None:
    texts = {"x": "# top\n\n# own\na: 1\n", "y": "# top\n\nb: 1\n\n# top\n\nc: 1\n"}
    fragments = {path: read_fragment(text) for path, text in texts.items()}
    chooser = CommentChooser(fragments, (), ())
    a, (b, c) = fragments["x"].keys["a"], fragments["y"].keys.values()
    assert chooser.choose([a], [a]).lead == ("# top", "")
    assert chooser.choose([b], [b]).lead == ()
    assert chooser.choose([c], [c]).lead == ("# top", "")


def test_the_end_of_a_file_is_kept_unless_it_is_the_base() -> None:
    texts = {"base": "a: 1\n\n# of the base\n", "x": "a: 2\n\n# off\n", "y": "a: 3\n# on a\n"}
    fragments = {path: read_fragment(text) for path, text in texts.items()}
    chooser = CommentChooser(fragments, ["base"], ())
    writings = [each.keys["a"] for each in fragments.values()]
    assert chooser.choose([], writings) == Chosen(None, (), ("# off",))
    assert chooser.choose(writings[2:], writings).after == ("# off", "", "# on a")
