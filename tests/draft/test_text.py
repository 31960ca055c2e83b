from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migration.draft.text import Sources, draft_text
from migration.errors import MigrationError
from migration.files.disk_tree import DiskTree
from migration.files.tree import Tree
from migration.files.tree_views import OverlaidTree
from migration.resolve.loader import ConfigLoader
from migration.values.diff import diff
from migration.values.keypath import KeyPath, format_path
from migration.values.merge import Config, merge
from migration.values.overlay import find_overlay, list_lost_keys
from migration.yaml.source_text import read_fragment
from tests.conftest import ConfigTree, string_keyed_mappings, write_files, yaml_values
from tests.draft.odd_trees import OddTree
from tests.typed import alike


def draft(tree: Tree, path: str, base: str = "base.yaml", own: Sequence[str] = ()) -> str:
    """Return the draft of a config over its base."""
    loader = ConfigLoader(tree)
    resolved = loader.resolve(path)
    files = resolved.chain
    fragments = {str(file): read_fragment(tree.read_text(file)) for file in files}
    extended = loader.resolve(base)
    sources = Sources(fragments, own or files, loader.marks(path), extended.chain)
    least = find_overlay(extended.value, resolved.value)
    return draft_text(least, resolved.value, base, sources, "extends")


@pytest.mark.parametrize(
    ("base", "wanted", "least"),
    [
        ({}, {}, {}),
        ({"a": 1}, {"a": 1}, {}),
        ({"a": 1}, {"a": 1.0}, {"a": 1.0}),
        ({"a": 1}, {"b": 2, "a": 1}, {"b": 2}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, {"a": {"c": 3}}),
        ({"a": [1, 2]}, {"a": [1]}, {"a": [1]}),
        ({"a": 1}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": {"b": 1}}, {"a": None}, {"a": None}),
        ({}, {"a": {}}, {"a": {}}),
        ({"a": {}}, {"a": {}}, {}),
    ],
)
def test_an_overlay_says_what_the_base_does_not(
    base: Config, wanted: Config, least: Config
) -> None:
    assert alike(find_overlay(base, wanted), least)


@pytest.mark.parametrize(
    ("base", "wanted", "lost"),
    [
        ({"a": 1}, {}, ["a"]),
        ({"a": {"b": 1, "c": {"d": 2}}}, {"a": {"b": 1}}, ["a.c"]),
        ({"a": {"b": 1}}, {"a": {}}, ["a.b"]),
        ({"a": {"b": 1}}, {"a": None}, []),
        ({"a": 1, "b": 2}, {"c": 3}, ["a", "b"]),
    ],
)
def test_a_key_that_cannot_be_taken_away_is_told(
    base: Config, wanted: Config, lost: list[str]
) -> None:
    assert [format_path(path) for path in list_lost_keys(base, wanted)] == lost


@given(string_keyed_mappings(), string_keyed_mappings())
def test_an_overlay_over_its_base_gives_what_was_wanted(base: Config, wanted: Config) -> None:
    merged = merge(base, find_overlay(base, wanted))
    if any(list_lost_keys(base, wanted)):
        assert diff(merged, wanted)
    else:
        assert not diff(merged, wanted)


@given(string_keyed_mappings(), string_keyed_mappings())
def test_nothing_can_be_left_out_of_an_overlay(base: Config, wanted: Config) -> None:
    least = find_overlay(base, wanted)
    for path in (found.path for found in diff({}, least)):
        assert diff(merge(base, _without(least, path)), merge(base, least))


def _without(value: Config, path: KeyPath) -> Config:
    key, *rest = path
    inner = value[key]
    smaller = {name: item for name, item in value.items() if name != key}
    if rest and isinstance(inner, dict):
        return smaller | {key: _without(inner, tuple(rest))}
    return smaller


BASE = {"base.yaml": "model: {dtype: bf16}\n"}


def test_sections_stand_where_they_first_appear_and_keys_as_they_are_spelled(
    config_tree: ConfigTree,
) -> None:
    tree = config_tree(
        BASE
        | {
            "optim.yaml": "training:\n  lr: null\n  betas: [0.9,  0.98]\n\n  seed: 17\n",
            "data.yaml": "data: { workers: 8 }\n",
            "a.yaml": "extends: [base.yaml, optim.yaml, data.yaml]\n"
            "model: { name: 'x' }\ntraining: { lr: 1.0e-5 }\n",
        }
    )
    assert draft(tree, "a.yaml") == (
        "extends:\n  - base.yaml\n\nmodel: { name: 'x' }\n\n"
        "training:\n  lr: 1.0e-5\n  betas: [0.9,  0.98]\n\n  seed: 17\n\n"
        "data: { workers: 8 }\n"
    )


def test_a_section_that_two_files_make_is_written_key_by_key(config_tree: ConfigTree) -> None:
    tree = config_tree(
        BASE
        | {"x.yaml": "a: { b: 1, c: 2 }\n", "a.yaml": "extends: [base.yaml, x.yaml]\na: { c: 3 }\n"}
    )
    assert draft(tree, "a.yaml").endswith("\n\na:\n  b: 1\n  c: 3\n")


def test_the_comments_in_a_flow_section_stay_with_the_keys_that_are_kept(
    config_tree: ConfigTree,
) -> None:
    text = "a: {  # on a\n  b: 1,  # on b\n  # over c\n  c: ['2'],  # on c\n}\n"
    assert drafted(config_tree, text) == text
    assert drafted(config_tree, text, "a: {b: 3}\n") == (
        "a:\n  b: 3\n  # over c\n  c: ['2']  # on c\n"
    )


def test_a_value_that_the_base_has_is_left_out_of_its_flow_section(config_tree: ConfigTree) -> None:
    tree = config_tree(BASE | {"a.yaml": "extends: base.yaml\nmodel: {dtype: bf16, name: x}\n"})
    assert draft(tree, "a.yaml").endswith("\n\nmodel:\n  name: x\n")


def comments(text: str) -> list[str]:
    return [line[line.index("#") :] for line in text.splitlines() if "#" in line]


def test_comments_come_along_with_the_values_that_survive(config_tree: ConfigTree) -> None:
    tree = config_tree(
        BASE
        | {
            "x.yaml": "# on the component\n\n# on training\ntraining:\n"
            "  # on lr, which is overridden\n  lr: 1  # beside lr, too\n"
            "  # on seed\n  seed: 17  # beside seed\n  # after seed\n",
            "a.yaml": "# on the preset\nextends: [base.yaml, x.yaml]\n"
            "training:  # beside the section\n  lr: 2  # the new one\n",
        }
    )
    text = draft(tree, "a.yaml")
    assert comments(text) == [
        "# on the preset",
        "# beside the section",
        "# the new one",
        "# on seed",
        "# beside seed",
    ]


def test_a_comment_stays_where_a_later_file_repeats_the_value(config_tree: ConfigTree) -> None:
    tree = config_tree(
        BASE
        | {
            "x.yaml": "training:\n  seed: 17  # as ever\n  lr: 1  # was too low\n",
            "a.yaml": "extends: [base.yaml, x.yaml]\ntraining: { seed: 17, lr: 2 }\n",
        }
    )
    assert comments(draft(tree, "a.yaml")) == ["# as ever"]


def test_the_comment_on_a_section_comes_down_to_the_keys_that_it_is_about(
    config_tree: ConfigTree,
) -> None:
    tree = config_tree(
        BASE
        | {
            "x.yaml": "custom:\n  format: standard\n",
            "y.yaml": "# How the turn opens.\ncustom:\n  prefix: p\n  suffix: s\n",
            "a.yaml": "extends: [base.yaml, x.yaml, y.yaml]\n",
        }
    )
    assert draft(tree, "a.yaml").endswith(
        "custom:\n  format: standard\n\n  # How the turn opens.\n  prefix: p\n  suffix: s\n"
    )


def test_a_comment_on_a_section_that_is_overridden_in_part_is_left_behind(
    config_tree: ConfigTree,
) -> None:
    tree = config_tree(
        BASE
        | {
            "x.yaml": "# Everything adapts.\ntuner:\n  freeze: false\n  rank: 32\n",
            "a.yaml": "extends: [base.yaml, x.yaml]\ntuner: { freeze: true }\n",
        }
    )
    assert comments(draft(tree, "a.yaml")) == []


def test_comments_within_a_list_come_along_with_it(config_tree: ConfigTree) -> None:
    ops = "  ops:  # rare ones\n    # flips\n    - { name: hflip }\n    - name: crop  # last\n"
    tree = config_tree(
        BASE | {"x.yaml": f"custom:\n{ops}", "a.yaml": "extends: [base.yaml, x.yaml]\n"}
    )
    assert draft(tree, "a.yaml").endswith(f"\n\ncustom:\n{ops}")


def test_an_overlay_has_the_order_of_its_own_file(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "p.yaml": "a:\n  x: 1\n  y: 1\n\n  z: 1\nb: 1\n",
            "o.yaml": "# Other.\nextends: p.yaml\nb: 2\na:\n  z: 2  # why\n  x: 2\n  y: 1\n",
        }
    )
    assert draft(tree, "o.yaml", "p.yaml", ["o.yaml"]) == (
        "# Other.\nextends:\n  - p.yaml\n\nb: 2\n\na:\n  z: 2  # why\n  x: 2\n"
    )


def test_what_was_apart_stays_apart(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "p.yaml": "a: {v: 1, w: 1, x: 1, y: 1}\n",
            "o.yaml": "extends: p.yaml\na:\n  v: 2\n\n  # how\n  w: 1\n  x: 2\n\n  y: 2\n",
        }
    )
    text = draft(tree, "o.yaml", "p.yaml", ["o.yaml"])
    assert text.endswith("\n\na:\n  v: 2\n\n  x: 2\n\n  y: 2\n")


def test_keys_of_another_file_are_no_part_of_a_paragraph_with_a_heading(
    config_tree: ConfigTree,
) -> None:
    tree = config_tree(
        BASE
        | {
            "x.yaml": "a:\n  t: 1\n\n  # The engine.\n  u: 1\n  v: 1\n",
            "a.yaml": "extends: [base.yaml, x.yaml]\na: {w: 1, x: 1}\n",
        }
    )
    assert draft(tree, "a.yaml").endswith("  # The engine.\n  u: 1\n  v: 1\n\n  w: 1\n  x: 1\n")


def test_aliases_and_merged_keys_are_written_out(config_tree: ConfigTree) -> None:
    tree = config_tree(
        BASE
        | {
            "a.yaml": "extends: base.yaml\na: &x\n  b: 1  # why\n  c: [1, 2]\n"
            "d: *x\ne: { <<: *x, c: 3 }\nf: [*x, 2]\n"
        }
    )
    text = draft(tree, "a.yaml")
    assert "&" not in text
    assert "*" not in text
    assert "e:\n  c: 3\n  b: 1  # why\n" in text


def drafted(config_tree: ConfigTree, component: str, own: str = "") -> str:
    """Return what the draft of a component, and of a preset's own keys, says after `extends`."""
    files = {"x.yaml": component, "a.yaml": f"extends: [base.yaml, x.yaml]\n{own}"}
    return draft(config_tree(BASE | files), "a.yaml").partition("base.yaml\n\n")[2]


@pytest.mark.parametrize("sign", ["|", "|-", ">", ">-", "|2"])
def test_a_block_of_text_is_kept_as_it_is(config_tree: ConfigTree, sign: str) -> None:
    text = f"a: {sign}\n  one\n  # two\n\n  three\n"
    assert drafted(config_tree, text) == text


@pytest.mark.parametrize(
    ("component", "own"),
    [
        ("a: |\n  one", ""),  # without a line's end, the text has none either
        ("a: |+ # why\n  one\n\nb: 1\n", ""),
        ("a: &x !!omap [k: 1]\nb: *x\nc: [*x, *x]\n", ""),
        ("a: &x [1]\nb: [*x, *x]\nc: {<<: {d: [*x, *x]}}\n", ""),
        ('a: "x: y"  # why\n', 'a: "x:\n  y"\n'),
        ('a: "x\\n"\n  # why\n', "a: |\n  x\n"),
        ("a:\n    b: |-\n      x\n    # why\n", ""),
        ("a:\n      b:\n            c: >-\n              x\n             # why\nd: 1\n", ""),
        ("a: 'x\n  --- y # no'\n", ""),
    ],
)
def test_no_spelling_keeps_a_value_from_being_drafted(
    config_tree: ConfigTree, component: str, own: str
) -> None:
    files = {"x.yaml": component, "a.yaml": f"extends: [base.yaml, x.yaml]\n{own}"}
    tree = config_tree(BASE | files)
    wanted, found = resolved_and_drafted(tree)
    assert alike(found, wanted)
    text = draft(tree, "a.yaml")
    assert text.count("# why") == "".join(files.values()).count("# why")
    assert "&" not in text


def test_a_value_with_an_anchor_keeps_its_style_and_comments(config_tree: ConfigTree) -> None:
    text = "a: &x  # why\n  # flips\n  - 1\nb: &y [0.8, 1.0]  # range\nc: *y  # too\n"
    assert drafted(config_tree, text) == (
        "a:  # why\n  # flips\n  - 1\n\nb: [0.8, 1.0]  # range\nc: [0.8, 1.0]  # too\n"
    )


def test_comments_in_a_value_that_is_written_anew_stand_over_it(config_tree: ConfigTree) -> None:
    text = "a: &x 1\nb: # one\n  # two\n  - *x  # three\n"
    assert drafted(config_tree, text) == "a: 1\n\n# one\n# two\n# three\nb:\n- 1\n"


def test_a_section_keeps_the_spelling_of_its_key(config_tree: ConfigTree) -> None:
    text = "on:\n  x: 1\n\n\"b\":\n  x: 1\n\n'':\n  x: 1  # why\n"
    assert drafted(config_tree, text) == text


@pytest.mark.parametrize("name", ["#a", "a: b", "- a", " a ", "1", "null", "[a]", "a\nb", "a\x85b"])
def test_a_base_is_named_whatever_signs_its_name_has(config_tree: ConfigTree, name: str) -> None:
    tree = config_tree({name: "a: 1\n", "x.yaml": "b: 2\n"})
    written = ConfigLoader(OverlaidTree(tree, {"x.yaml": draft(tree, "x.yaml", name).encode()}))
    assert written.resolve("x.yaml").value == {"a": 1, "b": 2}


def test_an_entry_that_is_commented_out_stays_with_its_list(config_tree: ConfigTree) -> None:
    text = "a:\n  b: 1\n  c:\n    - x\n    # - y\n"
    assert drafted(config_tree, text, "a: {b: 2}\n") == text.replace("1", "2")


def test_the_comment_at_the_end_of_a_component_does_not_pass_to_the_next_key(
    config_tree: ConfigTree,
) -> None:
    assert drafted(config_tree, "a: 1\n# b: 2\n", "c: 3\n") == "a: 1\n\n# b: 2\n\nc: 3\n"


@pytest.mark.parametrize(
    ("component", "own", "expected"),
    [
        ("third: {w: 1}\n\n# last: 2\n", "n: 1\n", "third: {w: 1}\n\n# last: 2\n\nn: 1\n"),
        ("a:\n  b:\n    c: 1\n\n# off: 1\n", "", "a:\n  b:\n    c: 1\n\n# off: 1\n"),
        ("a:\n  b: 1\n\n# off: 1\n", "a: {b: 2}\n", "a: {b: 2}\n\n# off: 1\n"),
        ("a:\n  b: 1\n  c: 1\n\n# off\n", "a: {b: 2}\n", "a:\n  b: 2\n  c: 1\n\n# off\n"),
        ("a: 1\n\n# off: 1\n", "a: 2\n", "a: 2\n\n# off: 1\n"),
        ("a:\n    b: 1\n\n    # off: 1\n", "", "a:\n  b: 1\n\n  # off: 1\n"),
        ("b: 1\n", "# off: 1\n", "b: 1\n\n# off: 1\n"),
        ("b: 1\n", "  # on what it extended\n", "b: 1\n"),
        ("a: |+\n  x\n\n# off: 1\n", "b: 2\n", "a: |+\n  x\n\n# off: 1\n\nb: 2\n"),
        ("a: 1  # first\n# a: 2\n", "a: 3\n", "a: 3\n"),
    ],
)
def test_a_setting_that_is_switched_off_after_the_last_key_keeps_its_column(
    config_tree: ConfigTree, component: str, own: str, expected: str
) -> None:
    assert drafted(config_tree, component, own) == expected


LICENCE = "# Copyright (c) Example Labs.\n# Licensed.\n"


@pytest.mark.parametrize(
    ("component", "own", "expected"),
    [
        (f"{LICENCE}\nx: 1\n", f"{LICENCE}\n", "x: 1\n\ny: 1\n"),
        (f"{LICENCE}x: 1\n", f"{LICENCE}", "x: 1\ny: 1\n"),
        (f"{LICENCE}\n# on x\nx: 1\n", f"{LICENCE}\n", "# on x\nx: 1\n\ny: 1\n"),
        (f"{LICENCE}\nx: 1\n", "", f"{LICENCE}\nx: 1\n\ny: 1\n"),
        (f"{LICENCE}\n# more\n\nx: 1\n", f"{LICENCE}\n", "# more\n\nx: 1\n\ny: 1\n"),
    ],
)
def test_what_several_files_have_at_their_top_comes_once(
    config_tree: ConfigTree, component: str, own: str, expected: str
) -> None:
    files = {
        "x.yaml": component,
        "y.yaml": component.replace("x: 1", "y: 1")
        .replace("# on x\n", "")
        .replace("# more\n\n", ""),
        "a.yaml": f"{own}extends: [base.yaml, x.yaml, y.yaml]\n",
    }
    text = draft(config_tree(BASE | files), "a.yaml")
    assert text == f"{own}extends:\n  - base.yaml\n\n{expected}"


def test_a_comment_that_two_keys_have_comes_twice(config_tree: ConfigTree) -> None:
    text = "# in seconds\na: 1\n\n# in seconds\nb: 1\n"
    assert drafted(config_tree, text, "# in seconds\nc: 1\n").count("# in seconds") == 3


def test_the_paragraph_at_the_top_of_a_file_stays_over_its_section(config_tree: ConfigTree) -> None:
    files = {
        "x.yaml": "a: {b: 1}\n",
        "y.yaml": f"{LICENCE}\n# Glued.\na: {{c: 1}}\n",
        "a.yaml": "extends: [base.yaml, x.yaml, y.yaml]\n",
    }
    assert draft(config_tree(BASE | files), "a.yaml").endswith(
        f"base.yaml\n\n{LICENCE}\na:\n  b: 1\n\n  # Glued.\n  c: 1\n"
    )


def test_a_quoted_text_keeps_its_quotes_behind_an_alias_and_a_merge(
    config_tree: ConfigTree,
) -> None:
    text = (
        "a: &a '08'\nb: *a\nc: &c {d: \"1e-4\"}\ne: *c\nf: {<<: *c, g: 1}\n"
        'h: &h [\'08\', "x"]\ni: *h\nj: [*a, *h]\nk: [&k {l: "1e3"}]\nm:\n  <<: *k\n'
    )
    assert drafted(config_tree, text) == (
        'a: \'08\'\nb: \'08\'\nc: {d: "1e-4"}\n\ne:\n  d: "1e-4"\n\nf:\n  g: 1\n  d: "1e-4"\n\n'
        "h: ['08', \"x\"]\ni: ['08', \"x\"]\nj: ['08', ['08', \"x\"]]\nk: [{l: \"1e3\"}]\n\n"
        'm:\n  l: "1e3"\n'
    )


def test_a_plain_text_stays_plain_behind_an_alias(config_tree: ConfigTree) -> None:
    assert drafted(config_tree, "a: &a 1e-4\nb: *a\n") == "a: 1e-4\nb: 1e-4\n"


@pytest.mark.parametrize(
    "text",
    [
        "a:\n  b: |+\n    One.\n    Two.\n\n\n  next: 1\n\nc: 1\n",
        "a:\n  b: >+\n    One.\n\nc: 1\n",
        "a: |+\n  One.\n\nb: 1\n",
        "a: |2-\n    lead\n  two\n\nb: 1\n",
        "a: [ # one\n  1,\n  # two\n  2\n]\n\nb: 1\n",
        "a:\n- 1\n\n# between\n- '2 # no'\n\nb: 1\n",
        "a: x#y\nb: 'x # y'\n",
        "a:\n  # off: 1\n\n  b: 1\n\n# ---- c ----\n\nc: 1\n",
    ],
)
def test_a_text_that_is_the_only_one_is_drafted_as_it_is(
    config_tree: ConfigTree, text: str
) -> None:
    assert drafted(config_tree, text) == text


def test_no_key_takes_the_empty_lines_of_a_block(config_tree: ConfigTree) -> None:
    text = "a: |+\n  One.\nb: {c: [\n  1]}\n"
    tree = config_tree(BASE | {"a.yaml": f"extends: base.yaml\n{text}"})
    wanted, found = resolved_and_drafted(tree)
    assert alike(found, wanted)


def test_a_key_that_is_equal_to_another_one_is_written_as_it_was_read(
    config_tree: ConfigTree,
) -> None:
    text = "a: &a {1: x}\nb:\n  <<: *a\n  on: y\n"
    tree = config_tree(BASE | {"a.yaml": f"extends: base.yaml\n{text}"})
    wanted, found = resolved_and_drafted(tree)
    assert alike(found, wanted)


def test_comments_for_the_linter_are_left_out(config_tree: ConfigTree) -> None:
    text = (
        "# lint: ignore[L403] top\n\na: 1  # why  # lint: ignore[L403] as ever\n"
        "# lint: ignore[L1]\nb:\n  - 1  # lint: ignore\n  # lint: ignore\n  - '# lint: ignore'\n"
    )
    assert drafted(config_tree, text, "# lint: ignore[L2]\n") == (
        "a: 1  # why\n\nb:\n  - 1\n  - '# lint: ignore'\n"
    )


def again(files: Mapping[str, str], path: str, base: str, own: Sequence[str]) -> tuple[str, str]:
    """Return the draft of a config, and the draft of that draft."""
    tree = OverlaidTree(DiskTree(Path()), {name: text.encode() for name, text in files.items()})
    first = draft(tree, path, base, own)
    loader, drafted = ConfigLoader(tree), OverlaidTree(tree, {path: first.encode()})
    wanted = loader.resolve(path).value
    if any(list_lost_keys(loader.resolve(base).value, wanted)):
        return first, first
    assert alike(ConfigLoader(drafted).resolve(path).value, wanted)
    return first, draft(drafted, path, base, own[-1:])


def check_drafting_again(seed: int) -> None:
    files = OddTree(seed).files
    for path, base, own in (
        ("a.yaml", "base.yaml", ()),
        ("b.yaml", "a.yaml", ("z.yaml", "b.yaml")),
    ):
        with suppress(MigrationError):  # not all that is thrown together is YAML
            first, second = again(files, path, base, own)
            assert first == second, seed


@pytest.mark.parametrize("seed", range(60))
def test_the_draft_of_a_draft_of_an_odd_tree_is_the_same(seed: int) -> None:
    check_drafting_again(seed)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(1_000, 1_600, 100))
def test_the_draft_of_a_draft_is_the_same_for_many_odd_trees(seed: int) -> None:
    for each in range(seed, seed + 100):
        check_drafting_again(each)


def test_a_comment_of_the_base_is_not_said_again(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "base.yaml": "# On data.\ndata: {loader: {workers: 8}}\n",
            "a.yaml": "extends: base.yaml\ndata: {loader: {batch: 4}}\n",
        }
    )
    assert comments(draft(tree, "a.yaml")) == []


def chains() -> st.SearchStrategy[tuple[Sequence[Config], bool]]:
    layers = st.lists(string_keyed_mappings(), min_size=1, max_size=4)
    return st.tuples(layers, st.booleans())


@given(chains())
def test_a_draft_resolves_to_what_it_was_drafted_from(case: tuple[Sequence[Config], bool]) -> None:
    layers, is_flow = case
    base, *rest = layers
    files = {"base.yaml": yaml.safe_dump(base, default_flow_style=is_flow)}
    for at, layer in enumerate(rest):
        files[f"{at}.yaml"] = yaml.safe_dump(layer, default_flow_style=is_flow, sort_keys=False)
    files["a.yaml"] = yaml.safe_dump({"extends": list(files)})
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), files)
        tree = DiskTree(Path(folder))
        wanted, found = resolved_and_drafted(tree)
    assert bool(diff(found, wanted)) == any(list_lost_keys(base, wanted))


def resolved_and_drafted(tree: Tree) -> tuple[Config, Config]:
    """Return what a config resolves to, and what its draft does."""
    drafted = OverlaidTree(tree, {"a.yaml": draft(tree, "a.yaml").encode()})
    return (
        ConfigLoader(tree).resolve("a.yaml").value,
        ConfigLoader(drafted).resolve("a.yaml").value,
    )


@given(
    st.dictionaries(st.text("ab:# '", max_size=4), yaml_values(max_leaves=8), max_size=3),
    st.booleans(),
)
def test_any_value_is_drafted_faithfully(value: Config, is_flow: bool) -> None:
    text = yaml.safe_dump(value, default_flow_style=is_flow, allow_unicode=True)
    files = BASE | {"x.yaml": text, "a.yaml": "extends: [base.yaml, x.yaml]\n"}
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), files)
        wanted, found = resolved_and_drafted(DiskTree(Path(folder)))
    assert alike(found, wanted)


@st.composite
def commented(draw: st.DrawFn) -> list[dict[str, dict[str, int]]]:
    """Layers of two-level mappings; each leaf is to get a comment of its own."""
    section = st.dictionaries(st.sampled_from("xyz"), st.integers(0, 2), min_size=1, max_size=3)
    layer = st.dictionaries(st.sampled_from("abc"), section, min_size=1, max_size=3)
    return draw(st.lists(layer, min_size=1, max_size=4))


@given(commented())
def test_just_the_comments_of_surviving_values_are_kept(
    layers: list[dict[str, dict[str, int]]],
) -> None:
    files = {"base.yaml": "{}\n"}
    for at, layer in enumerate(layers):
        lines = []
        for name, section in layer.items():
            lines.append(f"{name}:")
            for key, value in section.items():
                path = f"{at}.{name}.{key}"
                lines += [f"  # over {path}", f"  {key}: {value}  # by {path}"]
        files[f"{at}.yaml"] = "\n".join(lines) + "\n"
    files["a.yaml"] = yaml.safe_dump({"extends": list(files)})
    winners = {
        (name, key): f"{at}.{name}.{key}"
        for at, layer in enumerate(layers)
        for name, section in layer.items()
        for key in section
    }
    expected = [f"# {word} {path}" for path in winners.values() for word in ("over", "by")]
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), files)
        found = comments(draft(DiskTree(Path(folder)), "a.yaml"))
    assert sorted(found) == sorted(expected)
