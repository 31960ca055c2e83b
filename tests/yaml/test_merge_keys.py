"""What `<<` merges, by the rule written out and never by what the installed PyYAML does."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
import yaml

from campaigns.fuzzing.checks import without_libyaml
from migration.errors import MigrationError
from migration.resolve.dialect import Dialect
from migration.resolve.fusion import FusionConfig
from migration.resolve.loader import ConfigLoader
from migration.yaml.load import load_document, load_mapping, load_marks
from migration.yaml.marks import nearest_origin
from migration.yaml.rules import YamlRules
from migration.yaml.source_text import read_fragment
from tests.conftest import ConfigTree, write_files
from tests.naive import naive_load
from tests.running import run
from tests.typed import alike

HINT = (
    'say in the settings which your trainer takes, yaml.merge_keys = "first" or "last", '
    "or write the key itself"
)
NEW_LAST = "PyYAML 6.0.4 takes the last, releases before it the first"
NEW_FIRST = "PyYAML 6.0.4 takes the first, releases before it the last"
ALWAYS_FIRST = "every PyYAML takes the first, as the key has one letter at most"
SHORT_FIRST = "PyYAML takes the last, but 6.0.4 the first if the key has one letter"
A, B = "a: &a {rate: 1.0e-4, wd: 1}\n", "b: &b {rate: 5.0e-4, bs: 2}\n"
# Each with the rate that it has by the rule "first", and by the rule "last".
RATES: dict[str, tuple[str, object, object]] = {
    "a list": (f"{A}{B}c:\n  <<: [*a, *b]\n", 1e-4, 5e-4),
    "the other list": (f"{A}{B}c:\n  <<: [*b, *a]\n", 5e-4, 1e-4),
    "a block list": (f"{A}{B}c:\n  <<:\n    - *a\n    - *b\n", 1e-4, 5e-4),
    "in brackets": (f"{A}{B}c: {{<<: [*a, *b]}}\n", 1e-4, 5e-4),
    "without aliases": ("c: {<<: [{rate: 1}, {rate: 2}]}\n", 1, 2),
    "three of them": ("c: {<<: [{rate: 1}, {bs: 1}, {rate: 2}]}\n", 1, 2),
    "another key behind it": (f"{A}{B}c:\n  <<: [*a, *b]\n  x: 1\n", 1e-4, 5e-4),
    "another key before it": (f"{A}{B}c:\n  x: 1\n  <<: [*a, *b]\n", 1e-4, 5e-4),
    "two keys": (f"{A}{B}c:\n  <<: *a\n  <<: *b\n", 5e-4, 5e-4),
    "two keys and a list": (f"{A}{B}c: {{<<: [*b, *a], <<: {{rate: 7}}}}\n", 7, 7),
    "a list as the last of two": (f"{A}{B}c: {{<<: {{rate: 7}}, <<: [*a, *b]}}\n", 1e-4, 5e-4),
    "a merge within": (f"{A}{B}d: &d {{<<: *b}}\nc: {{<<: [*a, *d]}}\n", 1e-4, 5e-4),
    "its own within": (f"{A}d: &d {{<<: *a, rate: 9}}\nc: {{<<: [*a, *d]}}\n", 1e-4, 9),
    "of another type": ("c: {<<: [{rate: 1}, {rate: 1.0}]}\n", 1, 1.0),
    "a text": ("c: {<<: [{rate: 1}, {rate: '1'}]}\n", 1, "1"),
    "null": ("c: {<<: [{rate: null}, {rate: 1}]}\n", None, 1),
    "a collection": ("c: {<<: [{rate: {b: 1}}, {rate: [1]}]}\n", {"b": 1}, [1]),
    "deep within": ("c: {<<: [{rate: {b: [1]}}, {rate: {b: [2]}}]}\n", {"b": [1]}, {"b": [2]}),
}
HARMLESS = [
    f"{A}{B}c: {{<<: [*a, *b], rate: 3}}\n",
    f"{A}{B}c: {{rate: 3, <<: [*a, *b]}}\n",
    f"{A}{B}c: {{<<: *a, <<: *b, rate: 3}}\n",
    f"{A}c: {{<<: [*a, *a]}}\n",
    f"{A}c: {{<<: *a, <<: *a}}\n",
    f"{A}d: &d {{rate: 0.0001}}\nc: {{<<: [*a, *d]}}\n",
    f"{A}d: &d {{<<: *a}}\nc: {{<<: [*a, *d]}}\n",
    f"{A}d: &d {{<<: *a, rate: 9}}\nc: {{<<: *d}}\n",
    f"{A}d: &d {{<<: *a, rate: 9}}\nc: {{<<: *d, x: 1}}\n",
    "c: {<<: [{rate: {b: 1, c: 2}}, {rate: {c: 0x2, b: 1}}]}\n",
    "c: {<<: [], <<: {}}\n",
    "c: {<<: {rate: 1}, <<: {wd: 1}}\n",
    "x: &x {k: 1}\nc: {<<: *x, k: 2}\n",
    "x: &x {k: 1}\nc: {<<: [*x, *x, {k: 1}]}\n",
]
RULES: list[Literal["first", "last"]] = ["first", "last"]


def conflicts(text: str) -> list[str]:
    with pytest.raises(MigrationError) as error:
        load_mapping(text, "x.yaml")
    for fault in error.value.faults:
        # Of two `<<` the last counts in any case.
        is_choice = "by two '<<' of one mapping" not in str(fault)
        assert (fault.hint == HINT) == is_choice
    return [str(fault).partition("\n")[0] for fault in error.value.faults]


def with_short_keys(text: str) -> str:
    return text.replace("rate", "r")


@pytest.mark.parametrize("case", RATES)
@pytest.mark.parametrize("is_short", [False, True], ids=["rate", "r"])
def test_what_depends_on_the_release_is_refused_unless_a_rule_is_said(
    case: str, is_short: bool
) -> None:
    text, *expected = RATES[case]
    key = "r" if is_short else "rate"
    text = with_short_keys(text) if is_short else text
    for is_marked in (False, True):
        with pytest.raises(MigrationError, match="is given by"):
            load_document(text, "x.yaml", is_marked=is_marked)
    with without_libyaml(), pytest.raises(MigrationError, match="is given by"):
        load_mapping(text, "x.yaml")
    for rule, value in zip(RULES, expected, strict=True):
        read = load_document(text, "x.yaml", YamlRules(rule), is_marked=True)
        assert alike(read.value, naive_load(text, rule))
        assert alike(read.value["c"][key], value)  # type: ignore[index]
        assert read.marks == load_marks(text, "x.yaml", YamlRules(rule))
        fragment = read_fragment(text, "x.yaml", YamlRules(rule))
        assert alike(fragment.keys["c"].value[key], value)  # type: ignore[index]
        with without_libyaml():
            assert alike(load_mapping(text, "x.yaml", YamlRules(rule)), read.value)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_every_release_reads_alike_is_read(text: str) -> None:
    expected = naive_load(text, "first")
    assert alike(expected, naive_load(text, "last"))
    assert alike(expected, yaml.safe_load(text))
    for rules in (YamlRules(), YamlRules("first"), YamlRules("last")):
        assert alike(load_mapping(text, "x.yaml", rules), expected)


IN_ONE, IN_TWO = "by two mappings of one '<<'", "by two '<<' of one mapping"
NESTED, SPELLED = "by '<<' with two values", "by '<<' in two spellings"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            RATES["a list"][0],
            [("4:3", "'rate'", IN_ONE, "line 1 has 1.0e-4, line 2 has 5.0e-4", NEW_LAST)],
        ),
        (
            RATES["two keys"][0],
            [("5:3", "'rate'", IN_TWO, "line 1 has 1.0e-4, line 2 has 5.0e-4", SHORT_FIRST)],
        ),
        (
            "c: {<<: [{a: x, b: [1]}, {a: 'x'}, {a: 'y', b: {}}]}\nd: {<<: [{a: 1}, {a: '1'}]}\n",
            [
                ("1:5", "'a'", IN_ONE, "line 1 has x, line 1 has 'y'", ALWAYS_FIRST),
                ("1:5", "'b'", IN_ONE, "line 1 has a list, line 1 has a mapping", ALWAYS_FIRST),
                ("2:5", "'a'", IN_ONE, "line 2 has 1, line 2 has '1'", ALWAYS_FIRST),
            ],
        ),
        (
            "a: {b: [{<<: [{rate: [1]}, {rate: [2]}]}]}\n",
            [("1:10", "'rate'", IN_ONE, "line 1 has a list, line 1 has another list", NEW_LAST)],
        ),
        # Releases tell keys of one letter apart otherwise than longer ones.
        (
            "a: &a {x: 1}\nb: &b {<<: *a, x: 2}\nc: {<<: *b}\n",
            [("3:5", "'x'", NESTED, "line 1 has 1, line 2 has 2", NEW_FIRST)],
        ),
        (
            "a: &a\n  x: 1\n  x: 2\nc: {<<: *a}\n",
            [("4:5", "'x'", NESTED, "line 2 has 1, line 3 has 2", NEW_FIRST)],
        ),
        (
            "a: &a {1: x}\nb: &b {true: x}\nc: {<<: [*a, *b]}\n",
            [("3:5", "1", SPELLED, "line 1 has 1, line 2 has true", NEW_FIRST)],
        ),
    ],
)
def test_a_conflict_names_both_lines(text: str, told: list[tuple[str, str, str, str, str]]) -> None:
    assert conflicts(text) == [
        f"x.yaml:{place}: {key} is given {how}: {lines}; {taken}"
        for place, key, how, lines, taken in told
    ]


@pytest.mark.parametrize(("rule", "line"), [("first", 1), ("last", 2)])
def test_where_a_merged_value_stands_is_where_it_counts(
    rule: Literal["first", "last"], line: int, config_tree: ConfigTree
) -> None:
    text = RATES["a list"][0]
    tree = config_tree({"base.yaml": text, "a.yaml": "extends: base.yaml\nx: 1\n"})
    loader = ConfigLoader(tree, Dialect(yaml=YamlRules(rule)))
    for _ in range(2):
        assert loader.resolve("a.yaml").value["c"] == naive_load(text, rule)["c"] | {}  # type: ignore[index]
        origin = nearest_origin(loader.marks("a.yaml"), ("c", "rate"))
        assert (origin.path, origin.line) == ("base.yaml", line)
        loader = ConfigLoader(tree, Dialect(yaml=YamlRules(rule)), prefetch=True)


def test_a_conflict_in_a_base_shows_the_way_to_it(config_tree: ConfigTree) -> None:
    text = RATES["a list"][0]
    tree = config_tree({"base.yaml": text, "a.yaml": "extends: base.yaml\n"})
    for loader in (ConfigLoader(tree), FusionConfig(tree)):
        with pytest.raises(MigrationError) as error:
            loader.resolve("a.yaml")
        assert "base.yaml:4:3: 'rate' is given by two mappings" in str(error.value)
        assert "from a.yaml:1: extends base.yaml" in str(error.value)


def test_a_fusion_file_is_read_by_the_rule(config_tree: ConfigTree) -> None:
    text = "targets: [{name: t, <<: [{rate: 1}, {rate: 2}]}]\n"
    tree = config_tree({"f.yaml": text})
    with pytest.raises(MigrationError, match="two mappings"):
        FusionConfig(tree).resolve("f.yaml")
    for rule, rate in zip(RULES, (1, 2), strict=True):
        value = FusionConfig(tree, Dialect(yaml=YamlRules(rule))).resolve("f.yaml").value
        assert value == {"targets": [{"name": "t", "rate": rate}]}


COMMANDS = [
    ("snapshot",), ("check-parity", "--no-record"), ("lint",),
    ("inspect", "--config=configs/train/a.yaml"), ("draft", "--preset=configs/train/a.yaml"),
    ("diff", "--left=configs/train/a.yaml", "--right=configs/train/b.yaml"),
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_refuses_a_conflict_and_obeys_the_setting(
    small_project: Path, words: tuple[str, ...]
) -> None:
    if words != ("snapshot",):
        assert run(small_project, "snapshot").code == 0
    own = (small_project / "configs/train/a.yaml").read_text().rstrip("\n")
    text = f"{own}\nmerged: {{<<: [{{rate: 1}}, {{rate: 2}}]}}\n"
    write_files(small_project, {"configs/train/a.yaml": text})
    ran = run(small_project, *words)
    assert ran.code != 0
    assert "'rate' is given by two mappings of one '<<'" in " ".join((ran.out + ran.err).split())
    settings = (small_project / "pyproject.toml").read_text()
    for rule in RULES:
        table = f'\n[tool.config-migration.yaml]\nmerge_keys = "{rule}"\n'
        write_files(small_project, {"pyproject.toml": settings + table})
        ran = run(small_project, *words)
        assert "is given by" not in " ".join((ran.out + ran.err).split())
