from __future__ import annotations

import datetime as dt
import itertools
import json
import math
from collections.abc import Iterator

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.errors import MigrationError
from migration.values.canonical import canonical_bytes, compact_text, is_native, to_json
from migration.values.canonical_reader import read_canonical
from tests.conftest import yaml_values
from tests.typed import alike

HALF_PAST = dt.datetime.fromisoformat("2024-01-31T12:30:00")
DIFFERENT: list[object] = [
    None, True, False, 1, 0, 1.0, 0.0, -0.0, -1, "1", "1.0", "true", "null", "", [], {}, (), set(),
    [None], {"a": None}, {"a": {}}, {"a": []}, [[]], {1: "a"}, {"1": "a"}, {1.0: "a"}, {True: "a"},
    math.nan, math.inf, -math.inf, "nan", 2**64, str(2**64), float(2**64), 2**64 - 1, -(2**63) - 1,
    dt.date(2024, 1, 31), "2024-01-31", HALF_PAST, HALF_PAST.replace(tzinfo=dt.UTC),
    HALF_PAST.replace(hour=13, tzinfo=dt.timezone(dt.timedelta(hours=1))), b"a", "a", "YQ==",
    {"a"}, ["a"], ("a",), {"$yaml": "set", "value": ["a"]}, {"$yaml": 1}, "\ud800", "\\ud800",
    "\ud83d\ude00", "😀", 1e16, 10**16, 1e-5, "1e-05",
]  # fmt: skip


def written(value: object) -> str:
    return canonical_bytes(value).decode()


@given(yaml_values())
def test_the_text_is_byte_for_byte_that_of_the_standard_library(value: object) -> None:
    text = json.dumps(to_json(value), sort_keys=True, indent=2, ensure_ascii=False)
    assert written(value) == text + "\n"


@given(yaml_values())
def test_the_text_is_the_same_where_it_is_known_what_is_not_native(value: object) -> None:
    parts = [*_parts(value)]
    if not any(isinstance(part, tuple | bytes | set) for part in parts):
        non_native = {
            part for part in parts if not isinstance(part, dict | list) and not is_native(part)
        }
        assert canonical_bytes({"a": value}, non_native) == canonical_bytes({"a": value})


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_that_is_not_native_is_written_wherever_it_stands(number: float) -> None:
    theirs, ours = orjson.dumps(number).decode(), repr(number)
    texts = [f" {theirs},\n", f'"a": {theirs}\n', f"\n {ours},", theirs, ours]
    value = {"a": number, "b": texts, "c": [number, number], theirs: {"d": number}, "e": -number}
    assert canonical_bytes(value, {number, -number}) == canonical_bytes(value)


def test_what_is_native_stays_as_it_is() -> None:
    native = [None, True, 0, 2**64 - 1, -(2**63), 0.0, -0.0, 1e-4, -1e15, "", "é", "1e-05"]
    assert all(map(is_native, native))
    assert not any(map(is_native, (2**64, math.nan, math.inf, 1e-5, 1e16, "$yaml", "\ud800", b"")))


@given(yaml_values())
def test_every_value_reads_back_with_its_types(value: object) -> None:
    assert alike(read_canonical(canonical_bytes(value), "x.json"), value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_written_as_python_writes_it(number: float) -> None:
    assert written(number) == f"{number!r}\n"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1e16, "1e+16"),
        (1e15, "1000000000000000.0"),
        (1e-4, "0.0001"),
        (9e-5, "9e-05"),
        (-0.0, "-0.0"),
    ],
)
def test_the_ends_of_the_plain_range_are_written_as_python_does(number: float, text: str) -> None:
    assert written(number) == f"{text}\n"


def test_values_that_differ_in_any_way_have_different_texts() -> None:
    for left, right in itertools.combinations(DIFFERENT, 2):
        assert canonical_bytes(left) != canonical_bytes(right), (left, right)


@pytest.mark.parametrize("value", DIFFERENT, ids=repr)
def test_each_of_them_reads_back(value: object) -> None:
    assert alike(read_canonical(canonical_bytes(value), "x.json"), value)


def test_the_order_of_keys_does_not_matter_and_that_of_entries_does() -> None:
    assert canonical_bytes({"b": 1, "a": 2}) == canonical_bytes({"a": 2, "b": 1})
    assert canonical_bytes({2: 1, None: 2}) == canonical_bytes({None: 2, 2: 1})
    assert canonical_bytes([1, 2]) != canonical_bytes([2, 1])


def test_what_json_lacks_is_tagged() -> None:
    assert compact_text({1: math.nan}) == (
        '{"$yaml": "map", "value": [[1, {"$yaml": "float", "value": "nan"}]]}'
    )


def test_an_integer_too_long_for_decimal_reads_back() -> None:
    assert read_canonical(canonical_bytes(16**9000), "x.json") == 16**9000


@pytest.mark.parametrize("value", [1, "a", 1e-05])
def test_nesting_beyond_the_fast_writer_is_written_alike(value: object) -> None:
    nested = value
    for _ in range(300):
        nested = [nested]
    text = json.dumps(nested, sort_keys=True, indent=2, ensure_ascii=False)
    assert written(nested) == text + "\n"
    assert alike(read_canonical(canonical_bytes(nested), "x.json"), nested)


def test_a_value_that_yaml_cannot_make_is_a_bug() -> None:
    with pytest.raises(TypeError):
        canonical_bytes(object())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a": }', "x.json:1:7: not JSON: Expecting value"),
        (
            b'{\n"a": 1,\n<<<<',
            "x.json:3:1: not JSON: Expecting property name enclosed in double quotes",
        ),
        (b"NaN", "x.json: not JSON: NaN is not a JSON number"),
        (b"[" * 100_000, "x.json: not JSON: "),
        (b'"\xff"', "x.json: not JSON: 'utf-8' codec can't decode byte 0xff"),
        (b'{"$yaml": "point", "value": 1}', "x.json: not canonical JSON (not a tag that it has): "),
        (b'{"$yaml": 1, "value": 1}', "x.json: not canonical JSON (not a tag that it has): "),
        (b'{"$yaml": "set"}', "x.json: not canonical JSON (not a tag that it has): "),
        (b'{"$yaml": "set", "value": [], "x": 1}', "x.json: not canonical JSON (not a tag"),
        (b'{"$yaml": "set", "value": 1}', "x.json: not canonical JSON (expected a list): "),
        (
            b'{"$yaml": "set", "value": [[]]}',
            "x.json: not canonical JSON (unhashable type: 'list')",
        ),
        (b'{"$yaml": "date", "value": 1}', "x.json: not canonical JSON (expected a string): "),
        (b'{"$yaml": "date", "value": "x"}', "x.json: not canonical JSON (Invalid isoformat"),
        (b'{"$yaml": "map", "value": [1]}', "x.json: not canonical JSON (expected pairs)"),
        (b'{"$yaml": "map", "value": [[1]]}', "x.json: not canonical JSON (dictionary update"),
        (b'{"$yaml": "binary", "value": "!"}', "x.json: not canonical JSON ("),
        (b'{"$yaml": "float", "value": "x"}', "x.json: not canonical JSON (could not convert"),
    ],
)
def test_what_is_not_canonical_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(MigrationError) as error:
        read_canonical(data, "x.json")
    assert str(error.value).startswith(message)


def refused(data: bytes) -> str:
    with pytest.raises(MigrationError) as error:
        read_canonical(data, "x.json")
    return str(error.value)


def test_nesting_too_deep_to_read_is_refused() -> None:
    assert refused(b"[" * 5000 + b"]" * 5000).startswith("x.json: ")


@pytest.mark.parametrize(
    "data",
    [
        rb'{"$yaml": "str", "value": "\\q"}',
        rb'{"$yaml": "map", "value": ["ab"]}',
        rb'{"$yaml": "map", "value": [[1, 1], [1, 2]]}',
        rb'{"$yaml": "set", "value": [1, 1]}',
        rb'{"a": 1, "a": 2}',
        rb"1e400",
    ],
)
def test_what_no_value_is_written_as_is_refused(data: bytes) -> None:
    assert refused(data).startswith("x.json: ")


def _parts(value: object) -> Iterator[object]:
    """Yield a value and all within it, keys included."""
    yield value
    inner = [*value, *value.values()] if isinstance(value, dict) else value
    for each in inner if isinstance(inner, list | tuple | set) else ():
        yield from _parts(each)


def test_many_small_floats_are_respelled_wherever_they_are_values() -> None:
    numbers = [number * 10.0**-power for number in (1, -1, 2.5) for power in range(5, 40)]
    numbers += [number * 10.0**power for number in (1, -1, 2.5) for power in range(16, 40)]
    texts = [text for number in numbers for text in (repr(number), f" {number!r}", f"{number!r},")]
    value = {"a": numbers, "b": {str(number): number for number in numbers}, "c": texts}
    assert canonical_bytes(value, frozenset(numbers)) == canonical_bytes(value)
