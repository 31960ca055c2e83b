"""Where each leaf stands, as a flat index, and what is found in it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.files.disk_tree import DiskTree
from migration.resolve.dialect import Dialect
from migration.resolve.fusion import FusionConfig
from migration.resolve.loader import ConfigLoader
from migration.resolve.origins import OriginIndexer, find_origin, index_origins
from migration.values.keypath import Index, KeyPath, parse_path
from migration.yaml.load import load_marks
from migration.yaml.marks import HERE, Marks, Origin, origin_of
from migration.yaml.rules import MergeKeys, YamlRules
from tests.conftest import ConfigTree, write_files

OPS = """\
seed: 1
ops:
  - name: flip
    prob: 0.5
  - {name: crop, prob: 1}
  - name: mix
    params:
      scale:
        - 1
        - 2
limits: [1, 2]
flow: [{x: 1,
    y: 2}]
"""


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", {}),
        ("{}", {}),
        ("a: 1\nb: {c: 2,\n  d: 3}\n", {"a": "f:1", "b.c": "f:2", "b.d": "f:3"}),
        ("a:\n  b: {}\n  c: null\n", {"a.b": "f:2", "a.c": "f:3"}),
        ("a: [1, 2]\nb: []\n", {"a": "f:1", "b": "f:2"}),
        ("a:\n- 1\n- 2\n", {"a": "f:1", "a[0]": "f:2", "a[1]": "f:3"}),
        ("a: [1,\n  2, 3]\n", {"a": "f:1", "a[1]": "f:2", "a[2]": "f:2"}),
        ("a:\n- x: 1\n  y: 2\n", {"a": "f:1", "a[0]": "f:2", "a[0].y": "f:3"}),
        ("a:\n- {x: 1, y: [2, 3]}\n", {"a": "f:1", "a[0]": "f:2"}),
        ("a:\n- - 1\n  - 2\n", {"a": "f:1", "a[0]": "f:2", "a[0][1]": "f:3"}),
        ("a:\n\n  1\n", {"a": "f:1"}),
        ("b: 1\na: 2\n", {"a": "f:2", "b": "f:1"}),
        ("a: 1\na: 2\n", {"a": "f:2"}),
        (
            "a.b: 1\n1: 2\n'1': 3\nno: 4\n",
            {'"1"': "f:3", '"a.b"': "f:1", "1": "f:2", "false": "f:4"},
        ),
        ("a: &a {x: 1}\nb: *a\n", {"a.x": "f:1", "b.x": "f:1"}),
        (
            "a: &a {x: 1,\n  y: 2}\nb:\n  <<: *a\n  y: 3\n",
            {"a.x": "f:1", "a.y": "f:2", "b.x": "f:1", "b.y": "f:5"},
        ),
        ("a: !!set {x, y}\n", {"a": "f:1"}),
        ("a: !!omap [x: 1]\n", {"a": "f:1"}),
        ("a: |\n  text\nb: 1\n", {"a": "f:1", "b": "f:3"}),
    ],
)
def test_every_leaf_has_its_line(text: str, places: dict[str, str]) -> None:
    assert index_origins(load_marks(text, "f")) == places


def test_of_two_keys_that_are_one_the_last_is_its_place() -> None:
    assert index_origins(load_marks("1: a\nyes: b\n", "f")) == {"1": "f:2"}


def test_the_index_is_sorted_by_path_text() -> None:
    places = list(index_origins(load_marks(OPS, "f")))
    assert places == sorted(places)


def test_the_index_names_the_file_that_set_each_leaf(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "a.yaml": "extends: sub/b.yaml\noptim: {lr: 2}\nops:\n- x\nnone: null\n",
            "sub/b.yaml": "optim:\n  lr: 1\n  beta: 1\nops:\n- y\n- z\nnone: {a: 1}\nempty: {}\n",
        }
    )
    assert index_origins(ConfigLoader(tree).marks("a.yaml")) == {
        "empty": "sub/b.yaml:8",
        "none": "a.yaml:5",
        "ops": "a.yaml:3",
        "ops[0]": "a.yaml:4",
        "optim.beta": "sub/b.yaml:3",
        "optim.lr": "a.yaml:2",
    }


def test_one_indexer_gives_each_of_many_configs_its_own_places(config_tree: ConfigTree) -> None:
    files = {
        "base.yaml": "a: {x: 1, y: {z: 2, w: 3}}\nops:\n- p: 1\n  q: 2\n",
        "one.yaml": "extends: base.yaml\na: {y: {z: 5}}\n",
        "two.yaml": "extends: base.yaml\n\nb: 1\n",
        "three.yaml": "extends: two.yaml\nops: 3\n",
    }
    loader, indexer = ConfigLoader(config_tree(files)), OriginIndexer()
    for path in (*files, *reversed(files)):
        places = indexer.places(loader.marks(path))
        told = {
            text: f"{file}:{line}" for file, lines in places.items() for text, line in lines.items()
        }
        assert told == index_origins(loader.marks(path))
        assert sum(map(len, places.values())) == len(told)
    assert indexer.places(loader.marks("three.yaml")) == {
        "base.yaml": {"a.x": 1, "a.y.z": 1, "a.y.w": 1},
        "two.yaml": {"b": 3},
        "three.yaml": {"ops": 2},
    }


def test_extends_has_no_origin(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "extends: b.yaml\n", "b.yaml": "extends: []\nb: 1\n"})
    assert index_origins(ConfigLoader(tree).marks("a.yaml")) == {"b": "b.yaml:2"}


def test_an_empty_mapping_has_the_origin_of_the_last_file_that_says_it(
    config_tree: ConfigTree,
) -> None:
    tree = config_tree({"a.yaml": "extends: b.yaml\nx:\n  y: {}\n", "b.yaml": "x: {y: {}}\n"})
    assert index_origins(ConfigLoader(tree).marks("a.yaml")) == {"x.y": "a.yaml:3"}


def test_an_empty_mapping_over_a_full_one_has_no_origin_of_its_own(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "extends: b.yaml\nx: {}\n", "b.yaml": "x: {y: 1}\n"})
    assert index_origins(ConfigLoader(tree).marks("a.yaml")) == {"x.y": "b.yaml:1"}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("seed", "f:1"),
        ("ops", "f:2"),
        ("ops[0]", "f:3"),
        ("ops[0].name", "f:3"),
        ("ops[0].prob", "f:4"),
        ("ops[1]", "f:5"),
        ("ops[1].prob", "f:5"),
        ("ops[1].absent", "f:5"),
        ("ops[2].params.scale[0]", "f:9"),
        ("ops[2].params.scale[1]", "f:10"),
        ("ops[2].params.scale[7]", "f:8"),
        ("ops[7]", "f:2"),
        ("ops[7].name", "f:2"),
        ("limits[1]", "f:11"),
        ("limits[1][2].x", "f:11"),
        ("flow[0].y", "f:13"),
        ("flow[0].x", "f:12"),
        ("flow[0]", "f:12"),
    ],
)
def test_an_entry_of_a_list_stands_at_the_nearest_place_around_it(path: str, place: str) -> None:
    assert find_origin(index_origins(load_marks(OPS, "f")), parse_path(path)) == place


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("model",), "f:2"),
        (("model", "rope"), "f:4"),
        (("model.rope",), "f:6"),
        (("list",), "f:8"),
    ],
)
def test_a_mapping_stands_where_the_first_leaf_in_it_does(path: KeyPath, place: str) -> None:
    text = """\
model:
  dtype: x
  rope:
    base: 1
model2: {a: 1}
model.rope: {a: 1}
stop: 1
list: {x: []}
"""
    origins = index_origins(load_marks(text, "f"))
    assert find_origin(origins, path) == place


@pytest.mark.parametrize(
    "path",
    [
        ("absent",),
        ("see",),
        ("seeds",),
        ("seed", "absent"),
        ("absent", Index(0)),
        ("seed.absent",),
        (1,),
    ],
)
def test_an_unknown_path_stands_nowhere(path: KeyPath) -> None:
    assert find_origin(index_origins(load_marks(OPS, "f")), path) is None


@dataclass(frozen=True)
class Written:
    """A YAML text that is written key by key: anchors, aliases, merges, flow and block, quotes."""

    lines: tuple[str, ...]
    anchors: tuple[str, ...]


KEYS = ("a", "b", "c", "lr", "'q u'", '"on"', "on", "1", "x.y")
SCALARS = ("1", "1e-5", "null", "text", "'#'", "[]", "{}", "[1, {a: 2}]", "true", "1.5")


@st.composite
def written(draw: st.DrawFn, depth: int = 2, indent: str = "", anchor: str = "n") -> Written:
    """A block mapping of different keys, some of them merged in from anchors above."""
    lines: list[str] = []
    anchors: list[str] = []
    for n, key in enumerate(draw(st.lists(st.sampled_from(KEYS), min_size=1, unique=True))):
        kinds = ["scalar", "flow", "list"] + ["alias", "merge", "merges"] * bool(anchors)
        kind = draw(st.sampled_from(kinds + ["block", "block"] * (depth > 0)))
        name = f"{anchor}{n}"
        head = f"{indent}{key}:"
        if kind == "scalar":
            lines.append(f"{head} {draw(st.sampled_from(SCALARS))}")
        elif kind == "flow":
            lines += [f"{head} &{name} {{c: 1,", f"{indent}    lr: [1,", f"{indent}    2]}}"]
            anchors.append(name)
        elif kind == "list":
            lines += [head, f"{indent}  - {{a: 1, b: 2}}", f"{indent}  - c: x", f"{indent}    a: 1"]
        elif kind == "block":
            inner = draw(written(depth - 1, f"{indent}  ", f"{name}_"))
            lines += [f"{head} &{name}", *inner.lines]
            anchors += [*inner.anchors, name]
        else:
            chosen = draw(st.sampled_from(anchors))
            if kind == "alias":
                lines.append(f"{head} *{chosen}")
            else:
                merged = f"*{chosen}" if kind == "merge" else f"[*{chosen}, *{anchors[0]}]"
                lines += [head, f"{indent}  <<: {merged}", f"{indent}  b: own"]
    return Written(tuple(lines), tuple(anchors))


@given(st.lists(written(), min_size=1, max_size=3), st.sampled_from(get_args(MergeKeys)))
def test_the_line_of_every_leaf_has_its_key(texts: list[Written], merge_keys: MergeKeys) -> None:
    files = {}
    for n, text in enumerate(texts):
        extends = [f"extends: f{n - 1}.yaml"] if n else []
        files[f"f{n}.yaml"] = "\n".join([*extends, *text.lines, ""])
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), files)
        loader = ConfigLoader(DiskTree(Path(folder)), Dialect(yaml=YamlRules(merge_keys)))
        value = loader.resolve(max(files)).value
        marks = loader.marks(max(files))
    assert_every_leaf_is_where_it_says(files, value, marks)


ENTRIES = st.dictionaries(
    st.sampled_from(("a", "b", "c")),
    st.fixed_dictionaries(
        {}, optional={"ratio": st.sampled_from(("1", "{x: 1}", "null")), "mode": st.just("d")}
    ),
    max_size=3,
)


@given(st.lists(st.one_of(st.none(), ENTRIES), min_size=1, max_size=4), st.booleans())
def test_the_line_of_every_leaf_of_a_fusion_config_has_its_key(
    layers: list[dict[str, dict[str, str]] | None], is_flow: bool
) -> None:
    files = {"f0.yaml": "targets:\n- name: base\n  mode: s\n"}
    for n, entries in enumerate(layers, 1):
        lines = [f"extends: f{n - 1}.yaml"]
        if not entries:
            # Only `null` and `[]` can stand here; a target must be left.
            lines += ["targets: null" if entries is None else "sources: []"]
        else:
            lines.append("targets:")
        for name, fields in (entries or {}).items():
            parts = [f"name: {name}", *(f"{key}: {text}" for key, text in fields.items())]
            if is_flow:
                lines += [f"- {{{', '.join(parts)}}}"]
            else:
                lines += [f"- {parts[0]}", *(f"  {part}" for part in parts[1:])]
        files[f"f{n}.yaml"] = "\n".join([*lines, ""])
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), files)
        loader = FusionConfig(DiskTree(Path(folder)))
        value = loader.resolve(max(files)).value
        marks = loader.marks(max(files))
    assert_every_leaf_is_where_it_says(files, value, marks)


def test_a_mapping_that_became_a_scalar_and_a_mapping_again_stands_where_it_is_now(
    config_tree: ConfigTree,
) -> None:
    tree = config_tree(
        {
            "1.yaml": "x: {y: 1, z: 1}\n",
            "2.yaml": "extends: 1.yaml\nx: off\n",
            "3.yaml": "extends: 2.yaml\n\nx: {y: 2}\n",
        }
    )
    assert index_origins(ConfigLoader(tree).marks("3.yaml")) == {"x.y": "3.yaml:3"}
    assert index_origins(ConfigLoader(tree).marks("2.yaml")) == {"x": "2.yaml:2"}


def assert_every_leaf_is_where_it_says(
    files: Mapping[str, str], value: object, marks: Marks, key: object = None
) -> None:
    """Hold each mark against the text: a leaf's line has its key, an entry's line holds something.

    The marks have the shape of the value, so that no leaf is without one.
    """
    if isinstance(value, dict):
        assert isinstance(marks, dict)
        assert marks.keys() == {HERE, *value}
        for inner, item in value.items():
            assert_every_leaf_is_where_it_says(files, item, marks[inner], inner)
        if value:
            return
    origin = origin_of(marks)
    line = files[origin.path].splitlines()[origin.line - 1]
    column = line[origin.column - 1 :]
    if key is not None:
        assert column.startswith(SPELLINGS.get(key, (f"{key}:",))), (line, key)
    if isinstance(value, list):
        assert isinstance(marks, Origin)
        for item, mark in zip(value, marks.items, strict=True):
            entry = origin_of(mark)
            assert (entry.path, entry.line) >= (origin.path, origin.line) or is_fusion(files)
            assert_every_leaf_is_where_it_says(files, item, mark)


SPELLINGS: Mapping[object, tuple[str, ...]] = {
    "on": ('"on":',),
    True: ("on:", "1:"),
    "q u": ("'q u':",),
}


def is_fusion(files: Mapping[str, str]) -> bool:
    return "targets:" in files["f0.yaml"]
