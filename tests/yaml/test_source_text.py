from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migration.yaml.load import load_mapping, load_marks
from migration.yaml.marks import HERE, Marks, origin_of
from migration.yaml.source_text import Written, read_fragment
from tests.conftest import LEGACY, ROOT, yaml_values
from tests.typed import alike


def key(text: str, *path: str) -> Written:
    written = read_fragment(text).keys[path[0]]
    for name in path[1:]:
        written = written.inner[name]
    return written


def test_a_value_is_kept_as_it_is_spelled() -> None:
    text = "a: { lr: 1.0e-5 ,  on_off: 'no' }\nb: [0.8,   1.0]\n\"c\": 0x1F\n"
    written = read_fragment(text).keys
    assert written["a"].lines == ("a: { lr: 1.0e-5 ,  on_off: 'no' }",)
    assert written["a"].inner["lr"].lines == ("lr: 1.0e-5",)
    assert written["b"].lines == ("b: [0.8,   1.0]",)
    assert written["c"].lines == ('"c": 0x1F',)


def test_a_value_over_several_lines_stands_as_if_its_key_had_no_indent() -> None:
    text = "a:\n    b:  # why\n      - x\n      # between\n      - y: 1\n        z: 2   # end\n"
    assert key(text, "a", "b").lines == (
        "b:  # why",
        "  - x",
        "  # between",
        "  - y: 1",
        "    z: 2  # end",
    )


def test_a_list_that_is_not_indented_keeps_its_place() -> None:
    assert key("a:\n  b:\n  - 1\n  - 2\n", "a", "b").lines == ("b:", "- 1", "- 2")


def test_block_scalars_end_before_the_empty_lines_after_them() -> None:
    text = "a:\n  b: |\n    one\n      two\n\n  c: >-\n    three\n\nd: 1\n"
    assert key(text, "a", "b").lines == ("b: |", "  one", "    two")
    assert key(text, "a", "c").lines == ("c: >-", "  three")
    assert key(text, "d").is_after_blank


def test_comments_are_over_beside_and_below() -> None:
    text = (
        "# on the file\n\n# on a\na:  # beside a\n  # on b\n  b: 1  # beside b\n"
        "  # below b\n\n# on c\n#  more\nc: [1]  # beside c\n# the end\n"
    )
    fragment = read_fragment(text)
    a, c = fragment.keys["a"], fragment.keys["c"]
    assert (a.apart, a.above) == (("# on the file", ""), ("# on a",))
    assert (a.beside, a.below) == ("# beside a", ("  # below b",))
    assert (a.inner["b"].above, a.inner["b"].beside) == (("# on b",), "# beside b")
    assert (c.above, c.beside, c.below) == (("# on c", "#  more"), "# beside c", ("# the end",))
    assert c.has_comment
    assert not key("a: 1\n", "a").has_comment


def test_a_comment_at_the_end_of_a_section_is_below_the_key_that_it_is_indented_like() -> None:
    text = "a:\n  b:\n    - x\n    # - y\n  # on the section\nc: {\n  d: 1,\n    # e: 2\n}\n"
    assert key(text, "a", "b").below == ("  # - y",)
    assert key(text, "a").below == ("  # on the section",)
    assert key(text, "c", "d").below == ("  # e: 2",)


def test_a_comment_beside_an_alias_or_an_anchor_is_beside_the_key() -> None:
    text = "a: &x  # one\n  b: 1\nc: *x  # two\nd: !!map &y # three\n  e: 1\n"
    beside = {name: each.beside for name, each in read_fragment(text).keys.items()}
    assert beside == {"a": "# one", "c": "# two", "d": "# three"}


def test_anchors_are_left_out() -> None:
    text = "a: &x  # why\n  - &y 1\n  - {&k b: &z '&no'}\n&l c: &v 'R & D'\n"
    assert key(text, "a").lines == ("a:  # why", "  - 1", "  - {b: '&no'}")
    assert key(text, "c").lines == ("c: 'R & D'",)


@pytest.mark.parametrize(
    ("text", "header", "above"),
    [
        ("# file\nextends: x\na: 1\n", ("# file",), ()),
        ("# file\n\n# more\nextends: x\na: 1\n", ("# file", "", "# more"), ()),
        ("# file\na: 1\n", ("# file",), ()),
        ("# file\n\n# on a\na: 1\n", ("# file",), ("# on a",)),
        ("# file\n\na: 1\n", ("# file",), ()),
        ("%YAML 1.1\n---\n# file\n\n# on a\na: 1\n", ("# file",), ("# on a",)),
        ("a: 1\n", (), ()),
        ("", (), None),
        ("# only a comment\n", (), None),
    ],
)
def test_the_comment_on_a_file_is_told_from_that_on_its_first_key(
    text: str, header: tuple[str, ...], above: tuple[str, ...] | None
) -> None:
    found, fragment = read_fragment(text).split_header("extends")
    assert found == header
    first = next(iter(fragment.keys.values()), None)
    assert (first and first.above) == above
    assert first is None or fragment.by_place[first.place] is first


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a: &x {b: 1}\nc: *x\n", ("c",)),
        ("a:\n  b: 1\n", ("a",)),
        ("{a, b}\n", ("a",)),
    ],
)
def test_what_does_not_stand_together_is_not_lifted(text: str, path: tuple[str, ...]) -> None:
    assert key(text, *path).lines == ()


def test_an_alias_and_merged_keys_are_found_where_they_stand() -> None:
    text = "a: &x\n  b: 1  # why\nc: *x\nd: {<<: *x, e: 2}\n"
    fragment = read_fragment(text)
    assert fragment.keys["c"].inner["b"] is fragment.by_place[2, 3]
    assert list(fragment.keys["d"].inner) == ["e"]
    assert fragment.by_place[2, 3].beside == "# why"


def test_the_comment_after_a_byte_order_mark_is_over_the_first_key() -> None:
    fragment = read_fragment("\ufeff# over a\r\na: 1 # beside a\r\n")
    a = fragment.keys["a"]
    assert (a.above, a.beside, a.place) == (("# over a",), "# beside a", (2, 1))
    assert key("\ufeffa: 1 # beside a\n", "a").beside == "# beside a"


@pytest.mark.parametrize(
    ("text", "lines", "above", "beside"),
    [
        ("? a # why\n: 1\n", ("a: 1",), (), "# why"),
        ("? a\n: 1 # why\n", ("a: 1",), (), "# why"),
        ("? a # key\n: 1 # value\n", ("a: 1",), ("# key",), "# value"),
        ("# over\n? a # key\n# between\n: '1'\n", ("a: '1'",), ("# over", "# between"), "# key"),
        ("? a # why\r\n: 1\r\n", ("a: 1",), (), "# why"),
        ("? a # why\n: - 1 # one\n  - 2\n", ("a:", "  - 1 # one", "  - 2"), (), "# why"),
        ("? a # why\n:\n- 1\n- 2\n", ("a:", "- 1", "- 2"), (), "# why"),
        ("? a # why\n: |\n  text\n", ("a: |", "  text"), (), "# why"),
        ("? a # why\nb: 1\n", ("a:",), (), "# why"),
        ("? 'a' # why\n: &x 1\n", ("'a': 1",), (), "# why"),
        ("? a # key\n: b: 1 # value\n  c: 2\n", (), (), "# key"),
    ],
)
def test_an_explicit_key_is_read_like_any_other(
    text: str, lines: tuple[str, ...], above: tuple[str, ...], beside: str
) -> None:
    a = key(text, "a")
    assert (a.lines, a.above, a.beside) == (lines, above, beside)
    assert {each.beside for each in a.inner.values()} == ({"# value", ""} if a.inner else set())


def test_the_column_of_an_explicit_key_is_that_of_its_sign() -> None:
    text = "a:\n  ? b\n  : 1\n  # off\n? c\n: d: 1\n  # in c\ne: 1\n"
    assert key(text, "a").below == ("  # off",)
    assert key(text, "c").below == ("  # in c",)


def test_a_block_that_keeps_its_end_has_the_empty_lines_after_it() -> None:
    text = "a:\n  b: &x |+ # why\n    one\n\n\n  c: >+\r\n    two\r\n\r\nd:\n- |+\n  x\n\n"
    assert key(text, "a", "b").lines == ("b: |+ # why", "  one", "", "")
    assert key(text, "a", "c").lines == ("c: >+", "  two", "")
    assert not key(text, "d").is_after_blank
    assert key(text, "d").lines == ("d:", "- |+", "  x", "")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a: &x '08'\nc: *x # why\n", ("c: '08'",)),
        ("a: &x !!str 8\nc: *x\n", ("c: !!str 8",)),
        ("a: &x\nc: *x\n", ("c:",)),
        (
            "a:\n    b: &x |-  # why\n      one\n        two\n\nc: *x\n",
            ("c: |-", "  one", "    two"),
        ),
        ('a: [&x "b\n  c"]\nc: *x\n', ('c: "b', '  c"')),
        ("a: &x [1]\nc: *x\n", ()),
    ],
)
def test_an_alias_of_a_scalar_is_spelled_as_its_anchor(text: str, lines: tuple[str, ...]) -> None:
    assert key(text, "c").lines == lines


def test_the_keys_of_a_mapping_in_a_list_or_in_a_merge_are_found_by_their_places() -> None:
    text = "a:\n  - &x\n    b: '08'  # why\nc: *x\nd:\n  <<: {e: '1'}\n  <<: [*x, {f: '2'}]\n"
    fragment = read_fragment(text)
    assert fragment.by_place[3, 5].lines == ("b: '08'",)
    assert fragment.keys["c"].inner["b"] is fragment.by_place[3, 5]
    assert fragment.by_place[6, 8].lines == ("e: '1'",)
    assert fragment.by_place[7, 13].lines == ("f: '2'",)


def test_a_comment_after_the_last_key_of_the_file_keeps_its_column() -> None:
    text = "a:\n  b:\n    c: 1\n    # in b\n\n  # in a\n\n# off\n"
    assert key(text, "a", "b").below == ("  # in b",)
    assert key(text, "a").below == ("", "  # in a", "", "# off")


def test_a_comment_for_the_linter_is_no_comment_on_a_key() -> None:
    text = (
        "# lint: ignore[L1] top\na: 1  # lint: ignore[L2]\n# on b # lint: ignore\nb:\n"
        "  - 1 # lint: ignore\n  # lint: ignore\n  - 2\n  # lint: ignore\n"
    )
    a, b = read_fragment(text).keys.values()
    assert not a.has_comment
    assert (b.above, b.lines, b.below) == (("# on b",), ("b:", "  - 1", "  - 2"), ())
    assert not b.is_after_blank


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x85", "\u2028"])
def test_any_line_end_is_one(end: str) -> None:
    text = end.join(["# on a", "a:", "  - 1  # one", "  - 2", "b: 3  # beside b", ""])
    assert key(text, "a").lines == ("a:", "  - 1  # one", "  - 2")
    assert (key(text, "a").above, key(text, "b").beside) == (("# on a",), "# beside b")


FILES = [*(LEGACY / "configs").rglob("*.yaml"), *(ROOT / "configs").rglob("*.yaml")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_value_of_the_real_files_can_be_lifted(path: Path) -> None:
    text = path.read_text()
    pending = list(read_fragment(text).keys.values())
    while pending:
        written = pending.pop()
        pending += written.inner.values()
        if written.lines or not written.inner:
            lifted = load_mapping("\n".join(written.lines), "")
            assert alike(lifted, {written.key: written.value})


@given(
    st.dictionaries(st.text("ab:# '", max_size=4), yaml_values(max_leaves=8), max_size=3),
    st.sampled_from([True, False, None]),
)
def test_every_key_of_a_text_has_its_place_and_its_value(
    value: dict[str, object], is_flow: bool | None
) -> None:
    text = yaml.safe_dump(value, default_flow_style=is_flow, allow_unicode=True)
    fragment = read_fragment(text)
    read = load_mapping(text, "a.yaml")
    assert alike({each.key: each.value for each in fragment.keys.values()}, read)

    def check(marks: Marks, path: tuple[object, ...]) -> None:
        if not isinstance(marks, dict):
            return
        for name, mark in marks.items():
            if name is not HERE:
                origin = origin_of(mark)
                assert (origin.line, origin.column) in fragment.by_place, (path, name)
                check(mark, (*path, name))

    check(load_marks(text, "a.yaml"), ())
