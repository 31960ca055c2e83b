from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migration.errors import MigrationError
from migration.yaml.duplicates import find_duplicates
from migration.yaml.fast_entries import EntryCache
from migration.yaml.load import load_document, load_mapping, load_marks
from migration.yaml.pitfalls import find_misreadings
from migration.yaml.source_text import read_fragment
from tests.conftest import yaml_values
from tests.typed import alike

READ_AS_YAML_1_1 = [
    "a: [1e-5, 1.0e5, 1.0e-5, 1.0e+5, .5, 1_000, 08, 017, 0x1F, 0b11, 1:30, 190:20:30.15]",
    "a: [on, off, yes, no, y, n, True, TRUE, 'no', \"yes\", ~, null, Null, '']",
    "{on: 1, yes: 2}",
    "{1: a, 1.0: b, true: c}",
    "{null: a, ~: b, 2024-01-31: c, .inf: d, .nan: e}",
    "a: 2024-01-31\nb: 2024-01-31T12:00:00Z\nc: 2024-01-31 12:00:00.5 +01:30",
    "a: 2024-01-31 1:02:03",
    "a: !!set {x, y}\nb: !!binary aGk=\nc: !!omap [x: 1, y: 2]\nd: !!pairs [x: 1, x: 2]",
    "a: !!str 1\nb: !!int '7'\nc: !!float 1\nd: !!null ''\ne: !!bool 'yes'",
    "base: &b {x: 1, y: {z: 2}}\na: {<<: *b, x: 3}\nc: {<<: [*b, {w: 1, x: 1}]}",
    "a: &x [1, 2]\nb: *x\nc: &x 3\nd: *x",
    "a: =\n'=': b",
    "a: |\n  one\n  two\nb: >-\n  one\n  two\nc: |+\n  x\n\n",
    "a: 'it''s'\nb: \"\\u00fc\\x41\\n\\ud83d\\ude00\"\nc: plain text # comment\nd: a#b",
    "a: 1\na: 2\na: 3",
    "? a\n: 1\n? b\n",
    "{? a : 1, b: 2}",
    "a:\t1",
    "a: 1\t",
    "a: b\tc\n",
    "\ufeffa: 1",
    "a: x\x85b: y",
    "a: 'x\u2028y'",
    "a: 1\r\nb: |\r\n  x\r\n  y\r\n",
    "a: 1\rb: 2\r",
    "%YAML 1.1\n---\na: 1\n...\n",
    "--- {a: 1}",
    "a: {b:1}\nc: {d: e:f, g: http://x}",
    "类别: BBU安装螺丝 # 备注",
]  # fmt: skip


def refusal(text: str) -> str:
    with pytest.raises(MigrationError) as error:
        load_mapping(text, "a.yaml")
    return str(error.value)


@pytest.mark.parametrize("text", READ_AS_YAML_1_1)
def test_a_text_is_read_as_safe_load_reads_it(text: str) -> None:
    try:
        expected = yaml.load(text, yaml.SafeLoader)
    except yaml.YAMLError:
        assert refusal(text).startswith("a.yaml:")
    else:
        assert alike(load_mapping(text, "a.yaml"), expected)


@given(
    st.dictionaries(st.text("ab:", max_size=3), yaml_values(max_leaves=6), min_size=1, max_size=3),
    st.integers(0, 400),
    st.sampled_from(
        ["", "\t", "? ", "\ufeff", "\x85", "\u2028", ": ", "- ", "{", "]", "*a", "\r", "!"]
    ),
    st.booleans(),
)
def test_a_spoilt_text_is_read_as_safe_load_reads_it(
    value: Mapping[str, object], position: int, noise: str, is_flow: bool
) -> None:
    text = yaml.safe_dump(value, default_flow_style=is_flow, allow_unicode=True)
    text = text[:position] + noise + text[position:]
    try:
        expected = yaml.load(text, yaml.SafeLoader)
    except Exception:  # noqa: BLE001 - whatever it is, it must be a fault here
        assert refusal(text).startswith("a.yaml")
        return
    if isinstance(expected, dict):
        assert alike(load_mapping(text, "a.yaml"), expected)
    elif expected is None:
        assert load_mapping(text, "a.yaml") == {}
    else:
        assert "the root must be a mapping" in refusal(text)


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "null\n"])
def test_an_empty_file_is_an_empty_mapping(text: str) -> None:
    assert load_mapping(text, "a.yaml") == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1,\nb: 2", "a.yaml:1:4: not valid YAML: the bracket [ is not closed"),
        ("a: 1\n b: 2", "a.yaml:2:3: not valid YAML: mapping values are not allowed here"),
        (
            "a: 'x",
            "a.yaml:1:4: not valid YAML: the quote ' is not closed",
        ),
        ("a: 1\n---\nb: 2", "a.yaml:2:1: not valid YAML: expected a single document in the stream"),
        ("a: *x", "a.yaml:1:4: not valid YAML: found undefined alias 'x'"),
        ("a: !x 1", "a.yaml:1:4: not valid YAML: could not determine a constructor for the tag"),
        ("a: !!python/object:os.system {}", "a.yaml:1:4: not valid YAML: could not determine a"),
        (
            "? [a]\n: 1",
            "a.yaml:1:3: not valid YAML: while constructing a mapping, found unhashable",
        ),
        ("a: 1\nb: 2024-13-45", "a.yaml:2:4: not a valid timestamp: month must be in 1..12"),
        ("a: !!int x", "a.yaml:1:4: not a valid int: invalid literal"),
        ("a: !!bool maybe", "a.yaml:1:4: not a valid bool: 'maybe'"),
        ("a: !!timestamp x", "a.yaml:1:4: not a valid timestamp: "),
        ("a: !!int ''", "a.yaml:1:4: not a valid int: string index out of range"),
        (f"a: {'9' * 5000}", "a.yaml:1:4: not a valid int: Exceeds the limit"),
        ("a: 1\nb: \x07", "a.yaml:2:4: the character U+0007 is not allowed in YAML"),
        ("- 1", "a.yaml:1: the root must be a mapping, not a list"),
        ("text", "a.yaml:1: the root must be a mapping, not a string"),
        ("3", "a.yaml:1: the root must be a mapping, not an integer"),
        ("1.5", "a.yaml:1: the root must be a mapping, not a float"),
        ("yes", "a.yaml:1: the root must be a mapping, not a boolean"),
        ("2024-01-31", "a.yaml:1: the root must be a mapping, not a date"),
        ("&a {b: *a}", "a.yaml:1:5: contains itself by an alias"),
        ("a: &x [*x]", "a.yaml:1:4: contains itself by an alias"),
        (f"a: {'[' * 150}{']' * 150}", "a.yaml:1:103: nested deeper than 100 levels"),
        (f"a: {'[' * 5000}{']' * 5000}", "a.yaml:1:103: nested deeper than 100 levels"),
        (f"a: {'[' * 5000}{']' * 5000} #\t", "a.yaml:1:103: nested deeper than 100 levels"),
    ],
)
def test_what_cannot_be_read_is_located(text: str, message: str) -> None:
    assert refusal(text).startswith(message)


def test_nesting_that_people_write_is_read() -> None:
    text = f"a: {'[' * 98}{']' * 98}"
    assert alike(load_mapping(text, "a.yaml"), yaml.load(text, yaml.SafeLoader))


# Where libyaml and PyYAML's own scanner are known to differ, and their harmless neighbours.
TAGS = ("!!null", "!!str", "!<tag:yaml.org,2002:null>")
SCANNERS_DIFFER = [
    "a: [b?]", "a: [b?c]", "a: {b?: 1}", "a: {b?}", "a: [?:: ]", "a: [b, ?c]", "a: {?b: 1}",
    "a: b?", "a: !", "a: !\n", "- !", "a: !\nb: 1", "a: {!\n}", "a: [!,]", "a: [! ]", "a: ! b",
    "a: !<x> b", "a: |#\n", "a: |#x\n", "a: >#\n", "a: |-#\n", "a: |+2#\n", "a: | # note\n  x\n",
    "a: [b:]", "a: {b:,c}", "a: [-]", "a: [- b]", "a: [:b]", "a: 'b'c", "%YAML 1.2\n---\na: 1",
    "%YAML 2.0\n---\na: 1", "a: b\n...\nc: d", 'a: "\\ud800"', "a: \x00", "a: \ud800",
    f"{'k' * 1030}: 1", f"? {'k' * 1030}\n: 1", f"{{{'k' * 1030}: 1}}", f"a: [{'k' * 1030}: 1]",
    f"'{'k' * 1022}': 1", f"'{'k' * 1023}': 1", f'{{"{"k" * 1022}": 1}}', f'{{"{"k" * 1023}": 1}}',
    f"{{'{'k' * 1030}'}}", f"{{? {'k' * 1030} : 1}}", f"a:\n  {'k' * 1030}:\n    b: 1\n",
    f"{'é' * 1024}: 1", f"{'é' * 1025}: 1", f"a: {{b: {'k' * 1030}, c: 1}}",
    *(text.replace("{}", tag) for tag in TAGS for text in (
        '{"a": [{},"null"],\n  "b": "a"}\n', "a: [{},1]", "a: [{}, 1]", "a: [{} , 1]", "a: [{}]",
        "a: [{} ]", "a: {b: {}}", "a: {b: {}, c: 1}", "a: {b: {} }", "a: [{}[1]]", "a: [{}{b: 1}]",
        "a: [{}'x']", "a: [{} 'x']", "a: [&x {},*x ]", "a: [{}&x ,*x ]", "a: [{}#c\n]", "a: {}#c",
        "a: {{},b: 1}", "a: {{}: 1}", "a: {{} : 1}", "a: [{}\n,1]", "a: {},", "a: {}]", "a: {} # c",
    )),
    "%TAG ! tag:yaml.org,2002:\n---\na: [!null,1]", "a: [!x,1]", "a: [!!str%2c b]", "a: 'b!,'",
    "a: Hello!, you",
]  # fmt: skip
ATOMS = [
    "a", "b: ", "- ", "-", "?", "? ", ":", ": ", "\n", "\n  ", "\n- ", " ", "'", '"', "{", "}",
    "[", "]", ",", "&x ", "*x ", "!", "!!str ", "!!int ", "|", "|-\n  ", ">+\n ", "#", " #", "%",
    "<<: ", "\n...\n", "\n---\n", "\\", "\r", "\t", "\ufeff", "\x85", "é", "1", "=", "~", "''",
    "|#", "2024-01-31", "1:30", "!<x> ",
]  # fmt: skip


def assert_read_as_safe_load_reads(text: str) -> None:
    try:
        expected = yaml.load(text, yaml.SafeLoader)
    except Exception:  # noqa: BLE001 - whatever it is, it must be a fault here
        with pytest.raises(MigrationError):
            load_mapping(text, "a.yaml")
        return
    if isinstance(expected, dict | None):
        assert alike(load_mapping(text, "a.yaml"), expected or {})
    else:
        with pytest.raises(MigrationError, match="the root must be a mapping"):
            load_mapping(text, "a.yaml")


@pytest.mark.parametrize("text", SCANNERS_DIFFER)
def test_a_text_on_which_the_scanners_differ_is_read_as_safe_load_reads_it(text: str) -> None:
    assert_read_as_safe_load_reads(text)


ESCAPES = [
    'a: "\\U00110000"', 'a: "\\UFFFFFFFF"', 'a: "\\ud800"', f"%YAML 1.{'9' * 5_000}\n---\na: 1",
    f"%YAML {'9' * 5_000}.1\n---\na: 1", "a: !%ff%ff b", "a: !%zz b", "%TAG ! %ff\n---\na: !b 1",
    "a: !!timestamp 1", "a: 0001-01-01T00:00:00+23:59", "a: 9999-12-31T23:59:59-23:59",
    "a: 2001-01-01T00:00:00+99:00", "a: !!int 1:x", "a: !!float '1:x'", "a: 0x_", "a: !!int 0b2",
    "a: !!binary é", "a: !!binary a", "a: !!omap [b]", "a: !!bool", "a: !!int", "a: !!float",
    "a: {[b]: 1}", "? !!set {a}\n: 1", "? !!omap [a: 1]\n: 1", "a: {<<: [1]}", "a: {<<: 1}",
    "a: !!int [1]", "a: !!set 1", "a: !!map 1", "a: !!seq {b: 1}", "a: !!str [b]", "a: 1_",
    "a: 0b_", "a: !!null [b]", "<<: !!timestamp 1", "!!int : 1", "!!timestamp b: 1", "!!bool b: 1",
]  # fmt: skip


@pytest.mark.parametrize("text", ESCAPES)
def test_what_python_itself_refuses_is_a_fault_with_its_line(text: str) -> None:
    assert_read_as_safe_load_reads(text)
    for read in (load_marks, _pitfalls, read_fragment):
        with suppress(MigrationError):  # as one that was another text when it was read before
            read(text, "a.yaml")


def _pitfalls(text: str, path: str) -> object:
    return [*find_duplicates(text, path), *find_misreadings(text, path)]


@pytest.mark.parametrize("bug", [AttributeError, TypeError, KeyError, IndexError, ValueError])
@pytest.mark.parametrize(
    ("place", "is_marked"),
    [
        ("migration.yaml.fast_events._key", False),
        ("migration.yaml.fast_events._key", True),
        ("migration.yaml.fast_entries._split", False),
        ("migration.yaml.fast_events._require_end", False),
        ("migration.yaml.load.compose", False),
        ("migration.yaml.load._built", False),
        ("migration.yaml.parsers.refuse_excess", False),
    ],
)
def test_a_bug_in_a_reader_is_not_taken_for_a_text_that_is_refused(
    place: str, is_marked: bool, bug: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def buggy(*_: object, **__: object) -> object:
        raise bug

    if "events" not in place and "entries" not in place:
        monkeypatch.setattr("migration.yaml.fast_events._PARSER", None)
    monkeypatch.setattr("migration.yaml.fast_entries._cache", EntryCache())
    monkeypatch.setattr(place, buggy)
    with pytest.raises(bug):
        load_document("a: 1\nb: [1]\n", "a.yaml", is_marked=is_marked)


@given(
    st.sampled_from(["", "a: ", "a:\n  ", "a: [", "a: {", "{"]),
    st.lists(st.sampled_from(ATOMS), max_size=6).map("".join),
    st.sampled_from(["", "]", "}", "\n"]),
)
def test_a_text_of_stray_tokens_is_read_as_safe_load_reads_it(
    opening: str, middle: str, closing: str
) -> None:
    assert_read_as_safe_load_reads(opening + middle + closing)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [*a, *a]",
        "a: &a {b: *a, c: *a}",
    ],
)
def test_a_value_that_contains_itself_twice_is_refused_without_unrolling_it(text: str) -> None:
    # In a process of its own, since a failure takes all the memory there is.
    program = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "from migration.yaml.load import load_mapping\n"
        "from migration.errors import MigrationError\n"
        "try:\n"
        "    load_mapping(sys.argv[1], 'a.yaml')\n"
        "except MigrationError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, text], check=False, capture_output=True, text=True
    )
    assert done.stdout.endswith("contains itself by an alias\n")


@pytest.mark.parametrize(("lists", "is_read"), [(98, True), (99, True), (100, False)])
def test_a_hundred_levels_are_read_and_not_one_more(lists: int, is_read: bool) -> None:
    text = f"a: {'[' * lists}{']' * lists}"
    if is_read:
        assert alike(load_mapping(text, "a.yaml"), yaml.load(text, yaml.SafeLoader))
    else:
        with pytest.raises(MigrationError):
            load_mapping(text, "a.yaml")


def test_aliases_that_unroll_without_end_are_refused() -> None:
    lines = [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 30)]
    message = "a.yaml:19:1: more than 1,000,000 keys and values"
    assert refusal("a0: &a0 [1]\n" + "".join(lines)) == message
