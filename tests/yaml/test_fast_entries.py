"""What is read entry by entry is what is read as a whole."""

from __future__ import annotations

from contextlib import suppress

import pytest
import yaml

from migration.errors import MigrationError
from migration.yaml import fast_entries as entries
from migration.yaml import fast_events as events
from migration.yaml.fast_entries import read_entries
from migration.yaml.fast_events import UnsupportedByFastPathError, read_value
from migration.yaml.load import load_mapping
from tests.typed import alike
from tests.yaml.test_load import assert_read_as_safe_load_reads

pytestmark = pytest.mark.skipif(not yaml.__with_libyaml__, reason="libyaml is not installed")
CONFIG = """\
# What a config looks like.
extends: [a.yaml, b.yaml]

model: { path: x, dtype: bf16 }  # in one line
training:
  # Rates.
  lr: 1.0e-5
  name: 'no anchor: &x'

  betas:
    - 0.9
    - 0.99
  notes: |
    several
      lines

custom: # nothing behind it
  ops:
  - name: flip
    prob: 0.5
  yes: 1
list:
- a
- b
empty:
"""


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be known at the start of a test."""
    monkeypatch.setattr(entries, "_cache", entries.EntryCache())


def test_a_config_is_read_as_it_is_as_a_whole() -> None:
    for _ in range(2):  # the second time from what is known
        read, whole = read_entries(CONFIG), read_value(CONFIG)
        assert alike(read.value, whole.value)
        assert str(read.value) == str(whole.value)  # in the same order
        assert whole.non_native is not None
        assert read.non_native == whole.non_native


def test_an_entry_is_read_once_however_many_texts_have_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []

    def counting(text: str, level: int = 1) -> object:
        read.append(text)
        return read_value(text, level)

    monkeypatch.setattr(entries, "read_value", counting)
    first = read_entries("a:\n  b: 1\n  c: [2]\nd: 3\n").value
    second = read_entries("a:\n  c: [2]\n  e: 4\nd: 3\n").value
    assert read == ["  b: 1\n  c: [2]\n", "d: 3\n", "  e: 4\n"]
    assert second == {"a": {"c": [2], "e": 4}, "d": 3}
    assert first == {"a": {"b": 1, "c": [2]}, "d": 3}


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n",
        "a: 1\na: 1\n",
        "a:\n  b: 1\n  b: 2\n",
        "a: &x 1\nb: *x\n",
        "a:\n  <<: {b: 1}\n",
        "a: 'x\nb: y'\n",
        "a: [1,\nb]\n",
        "'a': 1\n",
        "1: a\n",
        "--- \na: 1\n",
        "a: 1\n...\n",
        "- a\n",
        "a: 1\r\nb: 2\r\n",
        "  a: 1\nb: 2\n",
        "text\n",
        "a:\n  b: 1\n c: 2\n",
    ],
)
def test_what_is_not_made_of_entries_is_left_to_others(text: str) -> None:
    with pytest.raises((UnsupportedByFastPathError, yaml.YAMLError)):
        read_entries(text)


KEYS = ["rates", *("k" * length for length in (127, 1_023, 1_024, 1_025, 1_030, 3_000))]
OPENINGS = [
    *("{}:#rates", "{}:#", "{}:# rates", "{}: #rates", "{}:  # rates", "{}: # rates", "{}:"),
    *("{}: ", "{}:   ", "{} :", "{}::", "{}:,", "{}:#: a", "{}: #: a", "{}#:", "{} #:", "'{}':#c"),
    *('"{}":#c', "? {}:#c", "{}: |#c", "{}: &x#c", "{}: !!map#c", "{}: &x #c", "{}: !!map #c"),
]
BENEATH = ["  b: 1\n", "  b:#c\n    c: 1\n", "\n  # c\n  b:\n    c: 1\n", "#c\n  b: 1\n", "- b\n"]


@pytest.mark.parametrize("key", KEYS, ids=len)
@pytest.mark.parametrize("opening", OPENINGS)
@pytest.mark.parametrize("beneath", BENEATH)
def test_an_opening_line_is_read_as_safe_load_reads_it(
    key: str, opening: str, beneath: str
) -> None:
    head, end = opening.replace("{}", key), "z: 1\n"
    for text in (f"{head}\n{beneath}{end}", f"a:\n  {head}\n{beneath.replace('  ', '    ')}{end}"):
        load_mapping("b: 1\nz: 1\n", "a.yaml")
        for part in (f"a:\n{beneath}", f"a:\n  c: 1\n{beneath}"):
            with suppress(MigrationError):  # so that some of the entries are known
                load_mapping(part, "a.yaml")
        assert_read_as_safe_load_reads(text)


@pytest.mark.parametrize("character", ["\0", "\x07", "\x0b", "\x0c", "\x1b", "\x7f", "\ufffe"])
@pytest.mark.parametrize(
    "text",
    [
        "# {}\na: 1\n",
        "a: # {}\n  b: 1\n",
        "a:\n  # {}\n  b: 1\n",
        "a:\n  b: 1\n# {}\n",
        "a: 1\n\n#{}",
    ],
)
def test_what_is_not_allowed_is_refused_in_a_comment_as_well(text: str, character: str) -> None:
    for end in ("", CONFIG):  # also where the rest is known
        with pytest.raises(MigrationError):
            load_mapping(text.replace("{}", character) + end, "a.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# é 类 \xa0 \U0001f600\na: # ü\n  b: 1\n",
        "# nothing\n",
        "a:\n",
        "a:\n  text\n  on lines\n",
        "a:\n  'b': 1\n",
        "a:\n\n  b: 1\n",
    ],
)
def test_what_holds_little_is_read_as_safe_load_reads_it(text: str) -> None:
    assert alike(load_mapping(text, "a.yaml"), yaml.safe_load(text) or {})


def test_what_is_known_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "_MOST_KNOWN", 10)
    for number in range(50):
        assert read_entries(f"a{number}: 1\nb: 2\n").value == {f"a{number}": 1, "b": 2}
        assert len(entries._cache.entries) <= 10  # noqa: SLF001 - there is no other way to see it


def test_what_is_known_has_a_bound_in_characters_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "_MOST_CHARACTERS", 1_000)
    for number in (*range(50), 2_000, *range(50)):
        text = f"a{number}: {'x' * max(100, number)}\nb:\n  c{number}: {'y' * 50}\n"
        assert alike(read_entries(text).value, yaml.safe_load(text))
        assert sum(map(len, entries._cache.entries)) <= 1_000  # noqa: SLF001 - likewise


def test_each_entry_keeps_what_is_rare_in_itself_alone() -> None:
    text = "".join(f"a{number}: [{number}.0e-9, x]\n" for number in range(1, 500))
    text += "b:\n" + "".join(f"  c{number}: {{2001-01-01: [.inf]}}\n" for number in range(500))
    for _ in range(2):
        document = read_entries(text)
        assert document.non_native == read_value(text).non_native
        kept = [non_native for _, _, non_native in entries._cache.entries.values()]  # noqa: SLF001 - likewise
        assert sum(map(len, kept)) <= 3 * len(kept)


def test_the_scalars_that_are_known_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    scalars = events._PlainScalars()  # noqa: SLF001 - there is no other way to see it
    monkeypatch.setattr(events, "_MOST_SCALARS", 10)
    monkeypatch.setattr(events, "_SCALARS", scalars)
    for number in range(1, 50):
        text = f"a{number}: {number}\nb: {number}.0e-9\n"
        document = read_value(text)
        assert alike(document.value, yaml.safe_load(text))
        assert document.non_native == frozenset({float(f"{number}e-9")})
        assert len(scalars) + len(scalars._known_non_native) <= 10  # noqa: SLF001 - likewise
    monkeypatch.setattr(events, "_MOST_CHARACTERS", 1_000)
    for number in range(50):
        read_value(f"a: {'x' * 300}{number}\n")
        assert sum(map(len, scalars)) <= 1_000
