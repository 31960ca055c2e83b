"""YAML as the trainer's `yaml.safe_load` reads it, case by case, with libyaml and without."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest
import yaml

from campaigns.fuzzing.checks import without_events, without_libyaml
from migration.errors import MigrationError
from migration.values.canonical import canonical_bytes
from migration.yaml.fast_events import Loaded, UnsupportedByFastPathError, read_marked, read_value
from migration.yaml.load import load_document, load_mapping, load_marks
from tests.typed import alike

WAYS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "events": nullcontext,
    "nodes": without_events,
    "pure": without_libyaml,
}
PLAIN = [
    "a: b", "a:  b  ", "a: b c d", "a: b\n  c\n  d", "a: b\n\n  c", "a: b\n\n\n  c", "a: b#c",
    "a: b #c", "a: -b", "a: - b", "a: ?b", "a: :b", "a: b:c", "a: b: c", "a: b :c", "a: b,c",
    "a: b]", "a: @b", "a: `b", "a: %b", "a: !b", "a: &b", "a: *b", "a: |b", "a: >b", "a: 'b",
    "a: b'", 'a: b"c"', "a: -", "a: --", "a: ---", "a: ...", "a: ~b", "a: ~", "a: =", "a: <<",
    "a: .", "a: +", "a: 'b'c", "a:b", "a : b", "a:", "a: ", "a: # b", " a: b", "a: b\n c: d",
    "a b: c d", "-a: b", "http://x: 1",
]  # fmt: skip
TYPED = [
    "a: [0, 00, 07, 08, 0o7, 0x1f, 0xG, 0b101, 0b2, 1_000, _1, 1_, +1, -1, - 1]",
    "a: [1., .5, 1.5, 1e3, 1.0e3, 1.0e+3, 1.0E-3, .e3, 1.5.2, 1_0.5, ., +.5, -.5]",
    "a: [.inf, -.inf, +.INF, .Inf, .nan, .NaN, .NAN, inf, nan, .iNf]",
    "a: [1:30, 1:60, 1:59:59, 1:5.5, 0:1, -1:30, 190:20:30, 1:30:]",
    "a: [yes, Yes, YES, yEs, y, Y, no, on, On, off, OFF, true, True, tRue, false]",
    "a: [null, Null, NULL, nUll, ~, none, None, '']",
    "a: [2001-01-01, 2001-1-1, 2001-01-01T01:02:03Z, 2001-01-01 01:02:03.5 -5]",
    "a: 2001-01-01t1:02:03+5:30",
    "a: 2001-13-01", "a: 2001-02-30", "a: 2001-01-01T25:00:00Z", "a: 99999-01-01", "a: 01-01-2001",
    "a: !!str 1\nb: !!str\nc: !!str ~", "a: !!int '0x10'", "a: !!int 1.5", "a: !!float 1",
    "a: !!float x", "a: !!bool on", "a: !!bool 1", "a: !!null x", "a: !!null",
    "a: !!binary aGVsbG8=", "a: !!binary é", "a: !!binary 'a'", "a: !!timestamp 2001-01-01",
    "a: !!set {a, b, 1}", "a: !!set [a]", "a: !!set {a: 1}", "a: !!omap [b: 1, c: 2]",
    "a: !!omap [b: 1, b: 2]", "a: !!omap {b: 1}", "a: !!omap [{b: 1, c: 2}]",
    "a: !!pairs [b: 1, b: 2]", "a: !!pairs [b]", "a: !!map {b: 1}", "a: !!map [b]", "a: !!seq [b]",
    "a: !!seq {b: 1}", "a: !!seq x", "a: ! b", "a: ! 1", "a: ! [b]",
    "a: !<tag:yaml.org,2002:str> 1", "a: !<!x> 1", "a: !x 1", "a: !!python/none",
    "a: !!python/tuple [1]", "a: !!merge <<", "a: !!value =",
]  # fmt: skip
QUOTED = [
    "a: ''", "a: ''''", "a: 'it''s'", "a: 'b\n  c'", "a: 'b\n\n  c'", "a: ' b '", "a: 'b\\n'",
    "a: 'b' # c", 'a: ""', 'a: "\\""', 'a: "b\\n\\t\\0\\x41\\u00e9\\U0001F600"', 'a: "b\\\n  c"',
    'a: "b \\\n  c"', 'a: "b\n  c"', 'a: "b\n\n\n  c"', 'a: "\\  b"', 'a: "\\z"', 'a: "\\x4"',
    'a: "\\u12"', 'a: "\\N\\_\\L\\P"', 'a: "\\ud83d\\ude00"', 'a: "\\ud800"', 'a: "\\U00110000"',
    'a: "b', "a: 'b\n---\nc'", "a: 'b\n...\n'", '"a": 1', "'a b': 1", '"a\\tb": 1', "'a\n  b': 1",
    '"a" : 1', '"a":1', "{'a':1}", '{"a":b}', "{a:1}",
]  # fmt: skip
BLOCKS = [
    "a: |\n  b\n  c\n", "a: |\n  b\n", "a: |-\n  b\n", "a: |+\n  b\n\n", "a: |\n  b",
    "a: |-\n  b\n\n\n", "a: |+\n\n", "a: |\n\n  b\n", "a: |\n    b\n  c\n", "a: |2\n    b\n",
    "a: |1\n  b\n", "a: |0\n  b\n", "a: |9\n  b\n", "a: |-2\n   b\n", "a: |2-\n   b\n", "a: |22\n",
    "a: |x\n", "a: | # c\n  b\n", "a: |# c\n  b\n", "a: >\n  b\n  c\n", "a: >\n  b\n\n  c\n",
    "a: >\n  b\n    c\n  d\n", "a: >-\n  b\n  c\n\n", "a: >+\n  b\n\n\n",
    "a: >\n  b\n\n\n  c\n\nd: 1", "a: >\n\n  b\n", "a: >\n  - b\n  - c\n", "a: |\nb: 1",
    "a: |\n b\n# c\nd: 1", "a: |\n  b\n # c\nd: 1", "- |\n b", "a:\n  |\n  b\n",
    "a: |\n  b: c\n  - d\n", "a: |\n  \tb\n", "a: |\n\tb\n", "a: |\n  b \n  c  \n",
    "a: >\n  b \n  c  \n", "a: |\n  ---\n  b\n", "a: |\n---\n",
]  # fmt: skip
COLLECTIONS = [
    "a: {}", "a: []", "a: {b}", "a: {b: }", "a: {b: 1,}", "a: [b,]", "a: [,]", "a: [b,,c]",
    "a: {,}", "a: {b: 1,,}", "a: [b: 1]", "a: [b: 1, c: 2]", "a: [b: ]", "a: [: b]",
    "a: [{b: 1}, [c]]", "a: {b: {c: {}}}", "a: [b c, d]", "a: [b\n, c]", "a: [b,\nc]",
    "a: [\n  b,\n  c\n]", "a: {\n  b: 1\n}", "a: [b #c\n]", "a: [b, #c\n d]", "a: [b]c", "a: [b] c",
    "a: [b", "a: {b: 1", "a: [{]}", "a: [b}", "a: {b]", "{a: 1}\n", "{a: 1} b", "{a: 1}: 2",
    "a:\n- b\n- c", "a:\n  - b\n  - c", "a:\n - b\n  - c", "a:\n  - b\n - c", "a:\n- b\nc: d",
    "a:\n- b: 1\n  c: 2", "a:\n- b: 1\n c: 2", "a:\n- - b\n  - c\n- d", "a:\n-\n  b", "a:\n-\n- b",
    "a:\n-b", "a: \n  b: 1\n  c: 2", "a:\n  b: 1\n c: 2", "a:\n b: 1\n  c: 2",
    "a:\n  b:\n    c:\n  d: 1", "a:\n\n\n  b: 1", "- a: 1", "a: 1\n- b", "? a", "? a\n: b",
    "? a\n: - b\n  - c", "? |\n  a\n: b", "? [a]\n: b", "? {a: 1}\n: b", "? \n: b", ": b",
    "{? a : b}", "{? a}", "{?a: b}", "{? : b}", "? a\n? b\n", "a: {? b}", "a: [? b : c]",
]  # fmt: skip
REFERENCES = [
    "a: &x 1\nb: *x", "a: &x\nb: *x", "a: &x [1]\nb: [*x, *x]", "a: *x\nb: &x 1",
    "a: &x 1\nb: &x 2\nc: *x", "a: &x-y_1 1\nb: *x-y_1", "a: &é 1", "a: & 1", "a: *",
    "&x a: 1\nb: *x", "a: &x\n  b: 1\nc: *x", "a: &x !!str 1\nb: *x", "a: !!str &x 1\nb: *x",
    "a: &x &y 1", "a: *x : 1", "&k a: 1\n*k : 2", "{&k a: 1, b: {*k : 2}}", "a: &x *x",
    "a: &x {b: 1}\nc: {<<: *x}", "a: &x {b: 1}\nc: {<<: *x, b: 2}",
    "a: &x {b: 1}\nc: {b: 2, <<: *x}", "a: &x {b: 1}\nc: &y {b: 1, d: 3}\ne: {<<: [*x, *y]}",
    "a: {<<: {b: 1}}", "a: {<<: [{b: 1}, {b: 1}]}",
    "a: {<<: [{b: 1}, {b: 2}], b: 3}", "a: {<<: 1}", "a: {<<: [1]}", "a: {<<: }",
    "a: {<<: []}", "a: {'<<': {b: 1}}", "a: {<<: {b: 1}, <<: {c: 2}}", "<<: {a: 1}\nb: 2",
    "a: &x {<<: {b: 1}, c: 2}\nd: {<<: *x, e: 3}", "a: [<<]", "a: !!set {<<}",
    "a: {<<: !!omap [b: 1]}",
]  # fmt: skip
KEYS = [
    "a: 1\na: 2", "a: 1\nb: 2\na: 3", "1: a\ntrue: b", "true: a\n1: b", "1: a\n1.0: b",
    "0: a\nfalse: b\n-0: c", "null: a\n~: b", "'1': a\n1: b", "on: a\noff: b", "2001-01-01: a",
    ".inf: a\n.nan: b\n.nan: c", "=: a", "-: a", "- : a", "!!binary aA==: a", "!!str 1: a\n1: b",
    "a:\n  on: 1\n  yes: 2", f"{'k' * 127}: 1", f"{'k' * 1024}: 1", f"{'k' * 1025}: 1",
    f"? {'k' * 2000}\n: 1", "a\n: 1", "a\nb: 1", "[a]: 1", "{a: b}: 1", "? - a\n: 1", "'': 1",
    '"": 1',
]  # fmt: skip
DOCUMENTS = [
    "", " ", "\n\n", "#", "# a\n", "---", "---\n", "--- # a\n", "...", "---\n...", "---\na: 1",
    "--- a", "--- {a: 1}", "--- a: 1", "a: 1\n...", "a: 1\n...\n# b\n", "a: 1\n---",
    "a: 1\n---\nb: 1", "a: 1\n...\nb: 1", "---\n---\n", "%YAML 1.1\n---\na: 1",
    "%YAML 1.2\n---\na: on", "%YAML 2.0\n---\na: 1", "%YAML 1.1\na: 1", "%YAML\n---\na: 1",
    "%TAG !e! tag:yaml.org,2002:\n---\na: !e!str 1", "%TAG ! tag:yaml.org,2002:\n---\na: !str 1",
    "a: !e!str 1", "%FOO bar\n---\na: 1", "%YAML 1.1\n%YAML 1.1\n---\na: 1",
    "a: 1\n%YAML 1.1\n---\n", "a: |\n  %YAML\n", "%a: 1", "null", "~", "a", "1", "- a", "[a]",
    "'a'", "|\n a", "!!map {}", "!!null", "&x", "*x", "!!set {a}", "!!omap [a: 1]",
]  # fmt: skip
BREAKS_AND_TABS = [
    "a: 1\r\nb: 2\r\n", "a: 1\rb: 2", "a: |\r\n  b\r\n  c\r\n", "a: |\r  b\r", "a: 'b\r\n  c'",
    "a: b\r\n  c", "a: 1\x85b: 2", "a: |\n  b\u2028  c\n", "a: 'b\u2028c'", 'a: "b\u2029c"',
    "a: b\x85  c", "a: b\u00a0c", "\u00a0a: 1", "a:\t1", "a: 1\t", "a:\t", "\ta: 1", "a:\n\tb: 1",
    "a:\n  \tb: 1", "a: b\tc", "a: b\t# c", "a: b #\tc", "a: [b,\tc]", "a: {b:\t1}", "a:\n-\tb",
    "a:\n- b\t", "a: 'b\tc'", "a: |\n  b\tc\n", "a: >\n  b\n  \tc\n", "a\t: 1", "?\ta\n:\t1",
    "\ufeffa: 1", "a: \ufeff1", "a: '\ufeff'", "---\n\ufeffa: 1", "a: \x00", "a: \x07", "a: \x7f",
    "a: \x1b", "a: \ufffe", "a: \U0001f600", "é: ü", "a: 1\n\n\n", "a: 1\n   ", "a: 1\n   # b",
    "  # a\nb: 1", "a: 1 \nb: 2 ",
]  # fmt: skip
CASES = [
    *PLAIN, *TYPED, *QUOTED, *BLOCKS, *COLLECTIONS, *REFERENCES, *KEYS, *DOCUMENTS,
    *BREAKS_AND_TABS,
]  # fmt: skip


@pytest.mark.parametrize("text", CASES, ids=lambda text: repr(text)[:40])
def test_a_text_is_read_as_safe_load_reads_it_or_refused_as_well_in_every_way(text: str) -> None:
    try:
        expected = yaml.load(text, yaml.SafeLoader)
    except Exception:  # noqa: BLE001 - whatever PyYAML raises, the text cannot be read
        expected = NotImplemented
    said = _said(text)
    for name, way in WAYS.items():
        with way():
            assert _said(text) == said, name
            if isinstance(expected, dict | None):
                assert alike(load_mapping(text, "a.yaml"), expected or {}), name
                continue
            with pytest.raises(MigrationError) as error:
                load_mapping(text, "a.yaml")
            assert error.value.faults[0].path == "a.yaml"
            assert error.value.faults[0].line


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="libyaml is not installed")
def test_what_configs_are_written_in_is_read_from_events() -> None:
    text = "a: {b: 1, c: [x, 'y']}\nd:\n  - e: 2.0e-4  # f\n  - null\n"
    value, marks = load_mapping(text, "a.yaml"), load_marks(text, "a.yaml")
    assert read_value(text) == Loaded(value, frozenset())
    assert read_marked(text, "a.yaml") == Loaded(value, frozenset(), marks)


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="libyaml is not installed")
def test_what_json_has_no_word_for_is_told_of_each_text_in_which_it_is() -> None:
    found: dict[str, set[object]] = {
        "a: [1.0e-5, 0.5, 1]": {1e-5},
        "a: 2001-01-01\n$yaml: .inf": {dt.date(2001, 1, 1), "$yaml", math.inf},
        "a: '1.0e-5'": set(),
    }
    for _ in range(2):
        for text, non_native in found.items():
            assert read_value(text).non_native == frozenset(non_native)


def test_a_text_is_not_read_from_events_without_libyaml() -> None:
    with without_libyaml(), pytest.raises(UnsupportedByFastPathError):
        read_value("a: 1")


def test_the_cases_are_of_either_kind() -> None:
    read = sum(isinstance(_said(text), tuple) for text in CASES)
    assert len(set(CASES)) == len(CASES)
    assert len(CASES) * 0.4 < read < len(CASES) * 0.8


def _said(text: str) -> object:
    """Return the value's spelling and its marks, read apart and together, or else the refusal."""
    try:
        document = load_document(text, "a.yaml", is_marked=True)
    except MigrationError as error:
        return str(error)
    value, marks = repr(load_mapping(text, "a.yaml")), load_marks(text, "a.yaml")
    assert (repr(document.value), document.marks) == (value, marks)
    assert canonical_bytes(document.value, document.non_native) == canonical_bytes(document.value)
    return value, marks
