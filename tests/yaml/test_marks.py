from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migration.values.keypath import KeyPath
from migration.yaml.load import load_mapping, load_marks
from migration.yaml.marks import HERE, Marks, Origin, nearest_origin, origin_of
from tests.conftest import LEGACY, yaml_values


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "null\n"])
def test_an_empty_file_has_one_mark(text: str) -> None:
    assert load_marks(text, "a.yaml").keys() == {HERE}


def test_every_value_has_the_line_of_its_key() -> None:
    text = "# comment\na: 1\nb:\n  c: [x, y]\n  d:\n    - e: 1\n      f: 2\n    - g\n"
    marks = load_marks(text, "a.yaml")
    assert _lines(marks) == {
        (): 1 + 1,
        ("a",): 2,
        ("b",): 3,
        ("b", "c"): 4,
        ("b", "c", 0): 4,
        ("b", "c", 1): 4,
        ("b", "d"): 5,
        ("b", "d", 0): 6,
        ("b", "d", 0, "e"): 6,
        ("b", "d", 0, "f"): 7,
        ("b", "d", 1): 8,
    }
    assert marks["a"] == Origin("a.yaml", 2, 1)


def test_a_merged_key_stands_where_it_is_written() -> None:
    marks = load_marks("base: &b\n  x: 1\n  y: 1\nuse:\n  <<: *b\n  y: 2\n", "a.yaml")
    lines = _lines(marks)
    assert (lines["use", "x"], lines["use", "y"]) == (2, 6)


def test_the_last_of_several_like_keys_counts() -> None:
    assert _lines(load_marks("a: 1\nb: 2\na: 3\n", "a.yaml"))["a",] == 3


def test_sets_and_tagged_values_are_leaves() -> None:
    marks = load_marks("a: !!set {x}\nb: !!omap [x: 1]\nc: 2 #\t\n", "a.yaml")
    assert [marks[key] for key in "abc"] == [Origin("a.yaml", n, 1) for n in (1, 2, 3)]


@pytest.mark.parametrize("path", sorted((LEGACY / "configs").rglob("*.yaml")), ids=lambda p: p.name)
def test_marks_have_the_shape_of_the_value(path: Path) -> None:
    text = path.read_text()
    assert _shape_of_marks(load_marks(text, "a.yaml")) == _shape_of(load_mapping(text, "a.yaml"))


def _lines(marks: Marks) -> dict[tuple[object, ...], int]:
    return {path: origin.line for path, origin in _walk((), marks)}


def _walk(path: tuple[object, ...], marks: Marks) -> Iterator[tuple[tuple[object, ...], Origin]]:
    yield path, origin_of(marks)
    inner = marks.items() if isinstance(marks, dict) else enumerate(marks.items)
    for key, mark in inner:
        if key is not HERE:
            yield from _walk((*path, key), mark)


def _shape_of(value: object) -> object:
    if isinstance(value, dict):
        return {key: _shape_of(item) for key, item in value.items()}
    return [_shape_of(item) for item in value] if isinstance(value, list) else []


def _shape_of_marks(marks: Marks) -> object:
    if isinstance(marks, dict):
        return {key: _shape_of_marks(mark) for key, mark in marks.items() if key is not HERE}
    return [_shape_of_marks(mark) for mark in marks.items]


@given(
    st.dictionaries(st.text("ab:", max_size=3), yaml_values(max_leaves=8), max_size=3),
    st.booleans(),
)
def test_marks_have_the_shape_of_any_value(value: Mapping[str, object], is_flow: bool) -> None:
    text = yaml.safe_dump(value, default_flow_style=is_flow, allow_unicode=True)
    marks, read = load_marks(text, "a.yaml"), load_mapping(text, "a.yaml")
    assert_like_shape(marks, read)


def assert_like_shape(marks: Marks, value: object) -> None:
    if isinstance(value, dict):
        assert isinstance(marks, dict)
        assert marks.keys() == {HERE, *value}
        for key, item in value.items():
            assert_like_shape(marks[key], item)
        return
    assert not isinstance(marks, dict)
    entries = value if isinstance(value, list) else []
    for mark, item in zip(marks.items, entries, strict=True):
        assert_like_shape(mark, item)


def test_entries_merged_from_a_list_of_mappings_stand_where_they_are_written() -> None:
    marks = load_marks("b: &b {x: 1}\nc: &c\n  x: 2\n  y: 3\nuse:\n  <<: [*b, *c]\n", "a.yaml")
    use = marks["use"]
    assert isinstance(use, dict)
    assert [str(use["x"]), str(use["y"])] == ["a.yaml:1", "a.yaml:4"]
    assert str(use[HERE]) == "a.yaml:5"


def test_the_nearest_origin_is_that_of_the_value_or_of_what_is_around_it() -> None:
    marks = load_marks("a:\n  b: 1\nc:\n  - 2\n", "f.yaml")
    paths: list[KeyPath] = [("a", "b"), ("a", "x", "b"), ("a", "b", "c"), ("c", 0), ("x",), ()]
    assert [nearest_origin(marks, path).line for path in paths] == [2, 1, 2, 3, 1, 1]
