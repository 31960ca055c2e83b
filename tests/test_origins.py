"""Where each leaf stands, as a flat index, and what is found in it."""

from __future__ import annotations

import pytest

from migration.keypath import Index, KeyPath, parse_path
from migration.loader import ConfigLoader
from migration.marks import load_marks
from migration.origins import find_origin, index_origins
from tests.conftest import ConfigTree

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
