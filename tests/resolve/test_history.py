"""What each file of a chain says of a path, told so that the last word is the resolved value."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st

from migration.errors import MigrationError
from migration.files.disk_tree import DiskTree
from migration.files.tree import Tree
from migration.resolve.fusion import FusionConfig
from migration.resolve.history import HistoryStep, missing_entries, trace_history
from migration.resolve.loader import ConfigLoader
from migration.values.diff import MISSING, value_at
from migration.values.keypath import Index, KeyPath, format_path, parse_path
from migration.yaml.marks import Marks, Origin, origin_of
from tests.conftest import ConfigTree, string_keyed_mappings, write_files
from tests.typed import alike


def told(tree: Tree, path: str, key_path: str, *, is_fusion: bool = False) -> list[str]:
    loader = FusionConfig(tree) if is_fusion else ConfigLoader(tree)
    return [_line(step) for step in trace_history(loader, path, parse_path(key_path))]


def _line(step: HistoryStep) -> str:
    value = json.dumps(step.value)
    line = f"{step.origin} {format_path(step.path)} = {value} {step.effect}"
    return f"{line}, wins" if step.wins else line


def test_every_file_that_sets_a_value_is_told_lowest_first(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "a.yaml": "x: {lr: null}\n",
            "b.yaml": "x:\n  lr: null\n",
            "c.yaml": "extends: [a.yaml, b.yaml]\ny: 1\n",
            "d.yaml": "extends: c.yaml\nx: {seed: 1, lr: 0.1}\n",
        }
    )
    assert told(tree, "d.yaml", "x.lr") == [
        "a.yaml:1 x.lr = null sets",
        "b.yaml:2 x.lr = null repeats",
        "d.yaml:2 x.lr = 0.1 replaces, wins",
    ]


def test_a_repeat_of_the_winning_value_wins(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "x: 1\n", "b.yaml": "extends: a.yaml\nx: 1\n"})
    assert told(tree, "b.yaml", "x") == ["a.yaml:1 x = 1 sets", "b.yaml:2 x = 1 repeats, wins"]


def test_a_value_of_another_type_is_no_repeat(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "x: 1\n", "b.yaml": "extends: a.yaml\nx: 1.0\n"})
    assert told(tree, "b.yaml", "x")[1] == "b.yaml:2 x = 1.0 replaces, wins"


def test_a_value_above_takes_the_value_away(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "a.yaml": "x: {y: {z: 1}}\n",
            "b.yaml": "extends: a.yaml\nx: null\n",
            "c.yaml": "extends: b.yaml\nx: {y: {z: 2}}\n",
        }
    )
    assert told(tree, "c.yaml", "x.y.z") == [
        "a.yaml:1 x.y.z = 1 sets",
        "b.yaml:2 x = null removes",
        "c.yaml:2 x.y.z = 2 sets, wins",
    ]
    assert told(tree, "b.yaml", "x.y.z")[-1] == "b.yaml:2 x = null removes"


def test_a_value_above_that_takes_nothing_away_is_not_told(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "x: null\n", "b.yaml": "extends: a.yaml\nx: {y: 1}\n"})
    assert told(tree, "b.yaml", "x.y") == ["b.yaml:2 x.y = 1 sets, wins"]


def test_a_mapping_tells_which_files_add_to_it(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "a.yaml": "x: {y: 1}\n",
            "b.yaml": "extends: a.yaml\nx: {z: 2}\n",
            "c.yaml": "extends: b.yaml\nx: {}\n",
            "d.yaml": "extends: c.yaml\nx: off\n",
        }
    )
    assert told(tree, "d.yaml", "x") == [
        'a.yaml:1 x = {"y": 1} sets',
        'b.yaml:2 x = {"z": 2} adds to',
        "c.yaml:2 x = {} repeats",
        "d.yaml:2 x = false replaces, wins",
    ]


def test_what_a_base_takes_back_itself_takes_nothing_from_others(config_tree: ConfigTree) -> None:
    files = {
        "a.yaml": "x: {y: 1}\n",
        "b0.yaml": "x: 1\n",
        "b.yaml": "extends: b0.yaml\nx: {z: 2}\n",
        "top.yaml": "extends: [a.yaml, b.yaml]\n",
    }
    tree = config_tree(files)
    assert told(tree, "top.yaml", "x.y") == ["a.yaml:1 x.y = 1 sets, wins"]
    assert told(tree, "top.yaml", "x") == [
        'a.yaml:1 x = {"y": 1} sets',
        "b0.yaml:1 x = 1 undone",
        'b.yaml:2 x = {"z": 2} adds to, wins',
    ]
    assert told(tree, "b.yaml", "x") == [
        "b0.yaml:1 x = 1 sets",
        'b.yaml:2 x = {"z": 2} replaces, wins',
    ]


def test_what_a_base_says_and_takes_back_is_told_as_undone(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "a.yaml": "x: {y: 1}\n",
            "b0.yaml": "x: {y: 5}\n",
            "b1.yaml": "extends: b0.yaml\nx: 1\n",
            "b.yaml": "extends: b1.yaml\nx: {z: 2}\n",
            "top.yaml": "extends: [a.yaml, b.yaml]\n",
        }
    )
    assert told(tree, "top.yaml", "x.y") == [
        "a.yaml:1 x.y = 1 sets, wins",
        "b0.yaml:1 x.y = 5 undone",
    ]


def test_a_file_that_is_merged_twice_is_told_where_it_is_merged_last(
    config_tree: ConfigTree,
) -> None:
    tree = config_tree(
        {
            "base.yaml": "x: 1\n",
            "l.yaml": "extends: base.yaml\nx: 2\n",
            "r.yaml": "extends: base.yaml\n",
            "top.yaml": "extends: [l.yaml, r.yaml]\n",
        }
    )
    assert told(tree, "top.yaml", "x") == [
        "l.yaml:2 x = 2 sets",
        "base.yaml:1 x = 1 replaces, wins",
    ]


def test_the_file_that_sets_a_list_sets_its_entries(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "a.yaml": "ops:\n- {name: flip, prob: 1}\n- {name: crop}\n",
            "b.yaml": "extends: a.yaml\nops:\n- name: flip\n  prob: 2\n",
        }
    )
    assert told(tree, "b.yaml", "ops[0].prob") == [
        "a.yaml:2 ops[0].prob = 1 sets",
        "b.yaml:4 ops[0].prob = 2 replaces, wins",
    ]
    assert told(tree, "b.yaml", "ops[0].name")[-1] == 'b.yaml:3 ops[0].name = "flip" repeats, wins'
    assert told(tree, "b.yaml", "ops[1].name") == [
        'a.yaml:3 ops[1].name = "crop" sets',
        'b.yaml:2 ops = [{"name": "flip", "prob": 2}] removes',
    ]


def test_a_mapping_in_a_list_is_replaced_with_the_list(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "ops: [{x: 1}]\n", "b.yaml": "extends: a.yaml\nops: [{y: 2}]\n"})
    assert told(tree, "b.yaml", "ops[0]")[1] == 'b.yaml:2 ops[0] = {"y": 2} replaces, wins'


def test_a_mapping_in_the_place_of_a_list_takes_its_entries_away(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "x: [1]\n", "b.yaml": "extends: a.yaml\nx: {}\n"})
    assert told(tree, "b.yaml", "x[0]") == [
        "a.yaml:1 x[0] = 1 sets",
        "b.yaml:2 x = {} removes",
    ]


def test_a_list_counts_the_entries_that_it_drops(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "x: [1, 1, 2, 3]\n", "b.yaml": "extends: a.yaml\nx: [1, 3, 4]\n"})
    first, second = trace_history(ConfigLoader(tree), "b.yaml", ("x",))
    assert (first.dropped, second.dropped) == (None, 2)
    assert missing_entries([1, True, 1.0], [True]) == ["1", "1.0"]


FUSION = {
    "base.yaml": (
        "targets:\n- {name: a, ratio: 1}\n- {name: b, ratio: 1}\nsources:\n- {name: s, ratio: 1}\n"
    ),
    "null.yaml": "extends: base.yaml\ntargets: null\nsources: []\n",
    "top.yaml": "extends: null.yaml\ntargets:\n- {name: c, ratio: 3}\n- {name: b, ratio: 2}\n",
}


def test_entries_of_a_fusion_config_are_followed_by_name(config_tree: ConfigTree) -> None:
    tree = config_tree(FUSION)
    assert told(tree, "top.yaml", "targets[1].ratio", is_fusion=True) == [
        "base.yaml:3 targets[1].ratio = 1 sets",
        "top.yaml:4 targets[1].ratio = 2 replaces, wins",
    ]
    assert told(tree, "top.yaml", "targets[2]", is_fusion=True) == [
        'top.yaml:3 targets[2] = {"name": "c", "ratio": 3} sets, wins'
    ]
    assert told(tree, "top.yaml", "targets[3]", is_fusion=True) == []


def test_a_fusion_list_is_added_to_kept_or_emptied(config_tree: ConfigTree) -> None:
    tree = config_tree(FUSION)
    base, top = trace_history(FusionConfig(tree), "top.yaml", ("targets",))
    assert (base.effect, top.effect) == ("sets", "adds to")
    assert top.value == [{"name": "c", "ratio": 3}, {"name": "b", "ratio": 2}]
    assert [entry["name"] for entry in top.after] == ["a", "b", "c"]  # type: ignore[attr-defined]
    assert told(tree, "top.yaml", "sources", is_fusion=True)[1:] == [
        "null.yaml:3 sources = [] replaces, wins"
    ]
    entry = (*parse_path("sources"), "s")
    last = trace_history(FusionConfig(tree), "top.yaml", (*entry, "ratio"))[-1]
    assert (last.effect, str(last.origin)) == ("removes", "null.yaml:3")


def test_a_path_that_no_file_mentions_has_no_history(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "x: {y: 1}\n"})
    for path in ("z", "x.z", "extends"):
        assert told(tree, "a.yaml", path) == []


NAMES = ("a.yaml", "b.yaml", "c.yaml", "d.yaml", "e.yaml")


@st.composite
def trees(draw: st.DrawFn) -> Mapping[str, str]:
    """Files that extend earlier ones, diamonds among them; block style, one key a line."""
    files = {}
    for position, name in enumerate(NAMES):
        earlier = NAMES[:position]
        bases = draw(st.lists(st.sampled_from(earlier), max_size=3)) if earlier else []
        body = draw(string_keyed_mappings())
        files[name] = "\n".join([f"extends: {json.dumps(bases)}", *_block(body, ""), ""])
    return files


def _block(body: Mapping[str, object], indent: str) -> Iterator[str]:
    for key, value in body.items():
        if isinstance(value, dict) and value:
            yield f"{indent}{key}:"
            yield from _block(value, f"{indent}  ")
        else:
            yield f"{indent}{key}: {json.dumps(value)}"


PATHS = [
    tuple(path)
    for path in ("a", "b", "ab", "ba", "aa", "aab", "abc", "bab", ("a", Index(0)), "ca", "cb")
]


@given(trees(), st.sampled_from(PATHS))
def test_a_history_ends_in_the_resolved_value_and_its_origin(
    files: Mapping[str, str], path: KeyPath
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), files)
        steps = assert_true_history(ConfigLoader(DiskTree(Path(folder))), path)
    for step in steps:
        line = files[step.origin.path].splitlines()[step.origin.line - 1]
        keys = [key for key in step.path if isinstance(key, str)]
        assert line.strip().startswith(f"{keys[-1]}:")


@st.composite
def fusions(draw: st.DrawFn) -> Mapping[str, str]:
    """Fusion files that extend earlier ones, the first of them with a target that stays."""
    files = {NAMES[0]: 'targets: [{"name": "base"}]\n'}
    fields = {"ratio": st.sampled_from([1, 1.0, None, {"x": 1}, {"y": 2}, [1]])}
    for position, name in enumerate(NAMES[1:], 1):
        bases = draw(st.lists(st.sampled_from(NAMES[:position]), min_size=1, max_size=3))
        entry = st.fixed_dictionaries(
            {"name": st.sampled_from(["base", "a", "b"])}, optional=fields
        )
        entries = st.lists(entry, max_size=3, unique_by=lambda found: str(found["name"]))
        lines = [f"extends: {json.dumps(bases)}"]
        if draw(st.booleans()):
            lines.append(f"targets: {json.dumps(draw(st.none() | entries))}")
        files[name] = "\n".join([*lines, ""])
    files[NAMES[-1]] += "sources: []\n"
    return files


FUSION_PATHS = [
    *(parse_path(f"targets[{n}]{end}") for n in (0, 1, 2) for end in ("", ".ratio", ".ratio.x")),
    ("targets",),
    ("sources",),
    parse_path("targets[0].ratio[0]"),
]


@given(fusions(), st.sampled_from(FUSION_PATHS))
def test_a_history_of_a_fusion_config_ends_in_the_resolved_value_and_its_origin(
    files: Mapping[str, str], path: KeyPath
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), files)
        loader = FusionConfig(DiskTree(Path(folder)))
        try:
            loader.resolve(NAMES[-1])
        except MigrationError:
            assume(False)  # no target is left
        assert_true_history(loader, path)


def assert_true_history(loader: ConfigLoader, path: KeyPath) -> tuple[HistoryStep, ...]:
    """Hold a history against the resolved value and the merged marks; return it."""
    steps = trace_history(loader, NAMES[-1], path)
    resolved = value_at(loader.resolve(NAMES[-1]).value, path)
    counted = [step for step in steps if step.effect != "undone"]
    last = counted[-1].after if counted else MISSING
    assert last is resolved or alike(last, resolved)
    winners = [step for step in steps if step.wins]
    assert len(winners) == (resolved is not MISSING)
    if winners:
        assert winners == counted[-1:]
        won, mark = winners[0].origin, _mark_at(loader.marks(NAMES[-1]), path)
        assert (won.path, won.line, won.column) == (mark.path, mark.line, mark.column)
    before: object = MISSING
    for step in steps:
        assert step.before is before or alike(step.before, before)
        before = step.after
    return steps


@given(trees())
def test_a_key_that_no_file_has_is_in_no_history(files: Mapping[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), files)
        assert trace_history(ConfigLoader(DiskTree(Path(folder))), NAMES[-1], ("nowhere",)) == ()


def _mark_at(marks: Marks, path: KeyPath) -> Origin:
    for key in path:
        if isinstance(key, Index):
            marks = origin_of(marks).items[key.position]
        else:
            assert isinstance(marks, dict)
            marks = marks[key]
    return origin_of(marks)
