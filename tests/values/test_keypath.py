from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.errors import MigrationError
from migration.values.keypath import Index, KeyPath, format_path, parse_path
from tests.conftest import keys
from tests.typed import alike

# A pair of surrogates escaped in JSON is one character when read back; its text is still its own.
readable_keys = keys().filter(
    lambda key: not (isinstance(key, str) and any("\ud800" <= c <= "\udfff" for c in key))
)
paths = st.lists(readable_keys | st.integers(0, 99).map(Index), min_size=1, max_size=4).map(tuple)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("training", "run_name"), "training.run_name"),
        (("training.run_name",), '"training.run_name"'),
        (("training", "a.b"), 'training."a.b"'),
        (("id2label", 1), "id2label.1"),
        (("id2label", "1"), 'id2label."1"'),
        (("id2label", -1), "id2label.-1"),
        (("id2label", True), "id2label.true"),
        (("id2label", "true"), 'id2label."true"'),
        (("id2label", None), "id2label.null"),
        (("a", 1.5), "a.(1.5)"),
        (("a", 1, 5), "a.1.5"),
        (("a", 1.0), "a.(1.0)"),
        (("a", -math.inf), "a.(-inf)"),
        (("a", 2**64), "a.(0x10000000000000000)"),
        (("a", dt.date(2024, 1, 31)), "a.(date 2024-01-31)"),
        (
            ("a", dt.datetime(2024, 1, 31, 12, tzinfo=dt.UTC)),
            "a.(datetime 2024-01-31T12:00:00+00:00)",
        ),
        (("a", b"hi"), "a.(binary aGk=)"),
        (("ops", Index(2), "prob"), "ops[2].prob"),
        (("ops", Index(2), Index(0)), "ops[2][0]"),
        (("ops", "[2]"), 'ops."[2]"'),
        (("", "a b", "类别", "a-b_1", "-a"), '""."a b"."类别".a-b_1."-a"'),
        (('say "x"\n',), '"say \\"x\\"\\n"'),
    ],
)
def test_a_path_has_one_text_and_reads_back(path: KeyPath, text: str) -> None:
    assert format_path(path) == text
    if path:
        assert alike(parse_path(text), path)


def test_a_lone_surrogate_has_a_text_that_can_be_written() -> None:
    assert format_path(("\ud800",)) == '"\\ud800"'


@given(paths)
def test_every_path_reads_back_with_its_types(path: KeyPath) -> None:
    assert alike(parse_path(format_path(path)), path)


@given(paths, paths)
def test_two_paths_share_a_text_only_if_they_are_the_same(left: KeyPath, right: KeyPath) -> None:
    assert (format_path(left) == format_path(right)) == alike(left, right)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        ".a",
        "a.",
        "a..b",
        "a!b",
        '"x',
        "[x]",
        "a[",
        "a[-1]",
        "a[1",
        "1a",
        "01",
        "-0",
        "(zzz)",
        "(1.5",
        "(date_x)",
        "(binary_a)",
        'a"b"',
        "a(1.5)",
    ],
)
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(MigrationError) as error:
        parse_path(text)
    assert str(error.value).startswith(f"not a key path: {text!r}\n  hint: ")


def test_a_key_that_yaml_cannot_make_is_a_bug() -> None:
    with pytest.raises(TypeError):
        format_path((frozenset(),))


@pytest.mark.parametrize("text", ["1" * 5000, f"a.{'1' * 5000}", f"[{'1' * 5000}]", "a.[0]"])
def test_a_path_that_no_key_writes_is_refused(text: str) -> None:
    with pytest.raises(MigrationError):
        parse_path(text)
