"""What `extends` makes of several files, and what is said when it cannot."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migration.errors import MigrationError
from migration.files.disk_tree import DiskTree
from migration.files.tree import Tree
from migration.resolve.dialect import Dialect
from migration.resolve.loader import ConfigLoader
from migration.resolve.origins import index_origins
from migration.resolve.resolved import Resolved
from migration.values.keypath import KeyPath, format_path
from migration.yaml.marks import HERE, origin_of
from tests.conftest import LEGACY, ROOT, ConfigTree, resolved, string_keyed_mappings, write_files
from tests.naive import naive_resolve, shares_nothing
from tests.typed import alike

# Every file of the tree as it was before the migration, and of the one that came of it.
TREES = [(tree, path) for tree in (LEGACY, ROOT) for path in DiskTree(tree).files("configs")]


@functools.cache
def read_plainly(path: str) -> dict[object, object]:
    return yaml.safe_load(Path(path).read_text()) or {}


def leaves(value: object, path: KeyPath = ()) -> dict[KeyPath, object]:
    if not isinstance(value, dict) or (path and not value):
        return {path: value}
    found: dict[KeyPath, object] = {}
    for key, item in value.items():
        found |= leaves(item, (*path, key))
    return found


def resolve(tree: Tree, path: str = "a.yaml") -> Resolved:
    return ConfigLoader(tree).resolve(path)


def refusal(loader: ConfigLoader, path: str = "a.yaml") -> str:
    with pytest.raises(MigrationError) as error:
        loader.resolve(path)
    return str(error.value)


@pytest.mark.parametrize(
    ("extends", "chain"),
    [
        ("", ["a.yaml"]),
        ("extends: null\n", ["a.yaml"]),
        ("extends: []\n", ["a.yaml"]),
        ("extends: b.yaml\n", ["b.yaml", "a.yaml"]),
        ("extends: ./b.yaml\n", ["b.yaml", "a.yaml"]),
        ("extends: [b.yaml]\n", ["b.yaml", "a.yaml"]),
        ("extends: [b.yaml, c.yaml]\n", ["b.yaml", "c.yaml", "a.yaml"]),
        ("extends: [c.yaml, b.yaml]\n", ["c.yaml", "b.yaml", "a.yaml"]),
        ("extends: c.yaml\nextends: b.yaml\n", ["b.yaml", "a.yaml"]),
    ],
)
def test_extends_is_nothing_a_path_or_a_list_of_paths(
    config_tree: ConfigTree, extends: str, chain: list[str]
) -> None:
    tree = config_tree({"a.yaml": f"{extends}own: 1\n", "b.yaml": "b: 1\n", "c.yaml": "c: 1\n"})
    assert resolve(tree).chain == tuple(chain)
    assert resolve(tree).value == {name.removesuffix(".yaml"): 1 for name in chain[:-1]} | {
        "own": 1
    }


def test_a_later_base_wins_over_an_earlier_one_and_the_file_itself_over_both(
    config_tree: ConfigTree,
) -> None:
    tree = config_tree(
        {
            "a.yaml": "own: a\nextends: [b.yaml, c.yaml]\n",
            "b.yaml": "{own: b, later: b, only: b}\n",
            "c.yaml": "{own: c, later: c}\n",
        }
    )
    assert resolve(tree).value == {"own": "a", "later": "c", "only": "b"}


def test_a_path_counts_from_the_folder_of_the_file_that_says_it(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "configs/train/a.yaml": "extends: ../b/b.yaml\n",
            "configs/b/b.yaml": "extends: c.yaml\n",
            "configs/b/c.yaml": "from: b\n",
            "configs/train/c.yaml": "from: train\n",
        }
    )
    resolved = resolve(tree, "configs/train/a.yaml")
    assert resolved.value == {"from": "b"}
    assert resolved.chain == ("configs/b/c.yaml", "configs/b/b.yaml", "configs/train/a.yaml")


def test_a_linked_preset_extends_the_neighbours_of_the_real_file(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "real/a.yaml": "extends: b.yaml\n",
            "real/b.yaml": "from: real\n",
            "b.yaml": "from: link\n",
        }
    )
    (tree.root / "a.yaml").symlink_to("real/a.yaml")
    assert resolve(tree) == resolved(
        "real/a.yaml", {"from": "real"}, ("real/b.yaml", "real/a.yaml")
    )


def test_a_linked_base_and_a_linked_folder_are_followed(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "a.yaml": "extends: [link.yaml, linked/c.yaml]\n",
            "real/b.yaml": "extends: c.yaml\n",
            "real/c.yaml": "c: 1\n",
        }
    )
    (tree.root / "link.yaml").symlink_to("real/b.yaml")
    (tree.root / "linked").symlink_to("real")
    assert resolve(tree).chain == ("real/b.yaml", "real/c.yaml", "a.yaml")


def test_an_absolute_path_inside_the_root_is_stored_relative(config_tree: ConfigTree) -> None:
    tree = config_tree({"sub/b.yaml": "b: 1\n"})
    (tree.root / "a.yaml").write_text(f"extends: {tree.root}/sub/b.yaml\n")
    inside = resolved("a.yaml", {"b": 1}, ("sub/b.yaml", "a.yaml"))
    assert resolve(tree) == inside
    assert resolve(tree, f"{tree.root}/a.yaml") == inside


def test_a_file_that_is_merged_twice_is_listed_where_it_is_merged_last(
    config_tree: ConfigTree,
) -> None:
    tree = config_tree(
        {
            "a.yaml": "extends: [left.yaml, right.yaml]\n",
            "left.yaml": "extends: base.yaml\nlr: left\n",
            "right.yaml": "extends: base.yaml\n",
            "base.yaml": "lr: base\n",
        }
    )
    resolved = resolve(tree)
    assert resolved.value == {"lr": "base"}
    assert resolved.chain == ("left.yaml", "base.yaml", "right.yaml", "a.yaml")
    assert resolved.file_count == 4


def test_a_base_may_be_named_twice(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {"a.yaml": "extends: [b.yaml, c.yaml, b.yaml]\n", "b.yaml": "x: b\n", "c.yaml": "x: c\n"}
    )
    assert resolve(tree).value == {"x": "b"}
    assert resolve(tree).chain == ("c.yaml", "b.yaml", "a.yaml")


def test_only_the_root_key_extends_is_one(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "custom: {extends: nowhere.yaml, inherit: x}\n"})
    assert resolve(tree).value == {"custom": {"extends": "nowhere.yaml", "inherit": "x"}}


def test_extends_may_come_from_a_yaml_merge_key(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "x: &x {extends: b.yaml}\n<<: *x\n", "b.yaml": "b: 1\n"})
    assert resolve(tree).value == {"b": 1, "x": {"extends": "b.yaml"}}


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "null\n", "{}\n"])
def test_an_empty_file_is_an_empty_mapping(config_tree: ConfigTree, text: str) -> None:
    tree = config_tree({"a.yaml": text, "b.yaml": "extends: a.yaml\nb: 1\n"})
    assert resolve(tree) == resolved("a.yaml", {}, ("a.yaml",))
    assert resolve(tree, "b.yaml").value == {"b": 1}


def test_load_yaml_returns_what_the_one_file_says(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "extends: b.yaml\nlr: 1\n", "b.yaml": "b: 1\n"})
    assert ConfigLoader(tree).load_yaml("a.yaml") == {"extends": "b.yaml", "lr": 1}


def test_load_yaml_with_extends_returns_the_resolved_mapping(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "extends: b.yaml\nlr: 1\n", "b.yaml": "b: 1\n"})
    assert ConfigLoader(tree).load_yaml_with_extends("a.yaml") == {"b": 1, "lr": 1}


def test_one_loader_gives_each_preset_its_own_result(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "a.yaml": "extends: base.yaml\nx: {a: 1}\n",
            "b.yaml": "extends: base.yaml\nx: {b: 1}\n",
            "base.yaml": "x: {base: 1}\n",
        }
    )
    loader = ConfigLoader(tree)
    assert loader.resolve("a.yaml").value == {"x": {"base": 1, "a": 1}}
    assert loader.resolve("b.yaml").value == {"x": {"base": 1, "b": 1}}
    assert loader.resolve("base.yaml").value == {"x": {"base": 1}}


@pytest.mark.parametrize(
    ("text", "place", "written", "outside"),
    [
        pytest.param("extends: ../b.yaml\n", "1:1", "../b.yaml", "b.yaml", id="a path"),
        pytest.param("extends:\n  - link.yaml\n", "2:5", "link.yaml", "b.yaml", id="a link"),
        pytest.param(
            "extends: ../project2/b.yaml\n",
            "1:1",
            "../project2/b.yaml",
            "project2/b.yaml",
            id="a folder whose name begins like the root",
        ),
    ],
)
def test_a_base_outside_the_root_is_refused(
    config_tree: ConfigTree, text: str, place: str, written: str, outside: str
) -> None:
    outer = config_tree({"project/a.yaml": text, "b.yaml": "b: 1\n", "project2/b.yaml": ""})
    (outer.root / "project/link.yaml").symlink_to("../b.yaml")
    assert refusal(ConfigLoader(DiskTree(outer.root / "project"))) == (
        f"a.yaml:{place}: the base {written!r} lies outside the project: {outer.root}/{outside}\n"
        "  hint: set allow_outside = true in the settings to permit it"
    )


def test_a_base_outside_the_root_may_be_allowed(config_tree: ConfigTree) -> None:
    outer = config_tree(
        {
            "project/a.yaml": "extends: ../shared/b.yaml\n",
            "shared/b.yaml": "extends: c.yaml\nb: 1\n",
            "shared/c.yaml": "c: 1\n",
        }
    )
    loader = ConfigLoader(DiskTree(outer.root / "project"), Dialect(allow_outside=True))
    shared = f"{outer.root}/shared"
    assert loader.resolve("a.yaml") == resolved(
        "a.yaml", {"b": 1, "c": 1}, (f"{shared}/c.yaml", f"{shared}/b.yaml", "a.yaml")
    )


def test_a_missing_base_outside_the_root_is_unknown_where_outside_is_allowed(
    config_tree: ConfigTree,
) -> None:
    outer = config_tree({"project/a.yaml": "extends: ../optm.yaml\n", "optim.yaml": ""})
    loader = ConfigLoader(DiskTree(outer.root / "project"), Dialect(allow_outside=True))
    text = refusal(loader)
    assert text.splitlines()[0] == "a.yaml:1:1: unknown base '../optm.yaml'"


def test_a_preset_outside_the_root_may_extend_its_neighbours(config_tree: ConfigTree) -> None:
    outer = config_tree(
        {
            "project/base.yaml": "base: 1\n",
            "elsewhere/a.yaml": "extends: [../project/base.yaml, b.yaml]\n",
            "elsewhere/b.yaml": "b: 1\n",
        }
    )
    tree = DiskTree(outer.root / "project")
    elsewhere = f"{outer.root}/elsewhere"
    assert resolve(tree, "../elsewhere/a.yaml") == resolved(
        f"{elsewhere}/a.yaml",
        {"base": 1, "b": 1},
        ("base.yaml", f"{elsewhere}/b.yaml", f"{elsewhere}/a.yaml"),
    )


def test_a_scalar_that_replaced_a_mapping_leaves_nothing_of_it(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "a.yaml": "extends: [b.yaml, c.yaml, d.yaml]\n",
            "b.yaml": "x: {y: 1}\n",
            "c.yaml": "x: 1\n",
            "d.yaml": "x: {z: 2}\n",
        }
    )
    assert resolve(tree).value == {"x": {"z": 2}}


ALIASES = """\
ops: &ops [{name: flip}]
again: *ops
deep: {here: [*ops, *ops]}
keys: !!set {a, b}
pairs: !!omap [x: *ops]
"""


@pytest.mark.parametrize("name", ["load_yaml", "load_yaml_with_extends"])
def test_a_loaded_config_is_the_callers_own(config_tree: ConfigTree, name: str) -> None:
    tree = config_tree({"a.yaml": f"extends: b.yaml\n{ALIASES}", "b.yaml": "b: &b {c: []}\nd: *b"})
    loader = ConfigLoader(tree)
    load = getattr(loader, name)
    assert shares_nothing(load("a.yaml"), load("a.yaml"), loader.resolve("a.yaml").chain)
    assert shares_nothing(load("b.yaml"), load("a.yaml"), load("b.yaml"))


def test_editing_a_result_changes_no_later_one(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "extends: b.yaml\n", "b.yaml": "x: {y: [1]}\nz: &z [1]\nw: *z\n"})
    loader = ConfigLoader(tree)
    before = loader.resolve("a.yaml").value
    for config in (loader.load_yaml_with_extends("a.yaml"), loader.load_yaml("b.yaml")):
        cast("dict[str, list[int]]", config["x"])["y"].append(2)
        cast("list[int]", config["z"]).append(2)
        assert config["w"] == [1]
    assert before == {"x": {"y": [1]}, "z": [1], "w": [1]}
    assert loader.load_yaml_with_extends("a.yaml") == before
    assert loader.load_yaml("b.yaml") == before


NOT_A_PATH = "'extends' must be a path or a list of paths, not"
REFUSED: Mapping[str, tuple[Mapping[str, str], str]] = {
    "no such preset": ({}, "a.yaml: no such file"),
    "a misspelt preset": (
        {"aa.yaml": ""},
        "a.yaml: no such file\n  hint: did you mean 'aa.yaml'?",
    ),
    "a list at the root": ({"a.yaml": "- 1\n"}, "a.yaml:1: the root must be a mapping, not a list"),
    "a string at the root": (
        {"a.yaml": "\n\nlr\n"},
        "a.yaml:1: the root must be a mapping, not a string",
    ),
    "a number at the root of a base": (
        {"a.yaml": "extends: b.yaml\n", "b.yaml": "3\n"},
        ("b.yaml:1: the root must be a mapping, not an integer\n  from a.yaml:1: extends b.yaml"),
    ),
    "extends is a number": ({"a.yaml": "extends: 3\n"}, f"a.yaml:1:1: {NOT_A_PATH} an integer"),
    "extends is false": ({"a.yaml": "extends: no\n"}, f"a.yaml:1:1: {NOT_A_PATH} a boolean"),
    "extends is a mapping": (
        {"a.yaml": "lr: 1\nextends: {path: b.yaml}\n"},
        f"a.yaml:2:1: {NOT_A_PATH} a mapping",
    ),
    "extends is an empty mapping": (
        {"a.yaml": "extends: {}\n"},
        f"a.yaml:1:1: {NOT_A_PATH} a mapping",
    ),
    "extends is an empty string": (
        {"a.yaml": "extends: ''\n"},
        f"a.yaml:1:1: {NOT_A_PATH} an empty string",
    ),
    "extends lists a number": (
        {"a.yaml": "extends: [b.yaml, 1]\n", "b.yaml": ""},
        f"a.yaml:1:1: {NOT_A_PATH} an integer",
    ),
    "extends lists null": ({"a.yaml": "extends: [~]\n"}, f"a.yaml:1:1: {NOT_A_PATH} null"),
    "extends lists an empty string": (
        {"a.yaml": "extends: ['']\n"},
        f"a.yaml:1:1: {NOT_A_PATH} an empty string",
    ),
    "extends lists a list": (
        {"a.yaml": "extends: [[b.yaml]]\n", "b.yaml": ""},
        f"a.yaml:1:1: {NOT_A_PATH} a list",
    ),
    "extends is a set": (
        {"a.yaml": "extends: !!set {b.yaml}\n", "b.yaml": ""},
        f"a.yaml:1:1: {NOT_A_PATH} a set",
    ),
    "extends of another type in a base": (
        {"a.yaml": "lr: 1\nextends:\n  - b.yaml\n", "b.yaml": "\nextends: 1.5\n"},
        f"b.yaml:2:1: {NOT_A_PATH} a float\n  from a.yaml:3: extends b.yaml",
    ),
    "inherit": (
        {"a.yaml": "lr: 1\ninherit: b.yaml\n", "b.yaml": ""},
        ("a.yaml:2:1: the key 'inherit' is not supported\n  hint: name the bases with 'extends'"),
    ),
    "inherit without a value, in a base": (
        {"a.yaml": "extends: b.yaml\n", "b.yaml": "inherit:\n"},
        (
            "b.yaml:1:1: the key 'inherit' is not supported\n"
            "  from a.yaml:1: extends b.yaml\n"
            "  hint: name the bases with 'extends'"
        ),
    ),
    "a missing base with a near name": (
        {"a.yaml": "extends: parts/optm.yaml\n", "parts/optim.yaml": "", "parts/model.yaml": ""},
        ("a.yaml:1:1: unknown base 'parts/optm.yaml'\n  hint: did you mean 'parts/optim.yaml'?"),
    ),
    "a missing base with a near folder": (
        {
            "a.yaml": "extends: train/b.yaml\n",
            "train/b.yaml": "extends: ../componets/optim.yaml\n",
            "components/optim.yaml": "",
        },
        (
            "train/b.yaml:1:1: unknown base '../componets/optim.yaml'\n"
            "  from a.yaml:1: extends train/b.yaml\n"
            "  hint: did you mean '../components/optim.yaml'?"
        ),
    ),
    "a missing base without a near name": (
        {"a.yaml": "extends: parts/optim.yaml\n", "parts/zzz.yaml": ""},
        "a.yaml:1:1: unknown base 'parts/optim.yaml'",
    ),
    "a folder as a base": (
        {"a.yaml": "extends: parts\n", "parts/optim.yaml": ""},
        "a.yaml:1:1: the base 'parts' is a directory, not a file",
    ),
    "a cycle of one file": (
        {"a.yaml": "extends: a.yaml\n"},
        "a.yaml:1:1: 'extends' is a cycle: a.yaml -> a.yaml",
    ),
    "a cycle of two files": (
        {"a.yaml": "lr: 1\nextends: b.yaml\n", "b.yaml": "extends:\n  - c.yaml\n  - a.yaml\n"}
        | {"c.yaml": ""},
        (
            "b.yaml:3:5: 'extends' is a cycle: a.yaml -> b.yaml -> a.yaml\n"
            "  from a.yaml:2: extends b.yaml"
        ),
    ),
    "a cycle of three files": (
        {
            "a.yaml": "extends: sub/b.yaml\n",
            "sub/b.yaml": "\nextends: c.yaml\n",
            "sub/c.yaml": "\n\nextends: ../a.yaml\n",
        },
        (
            "sub/c.yaml:3:1: 'extends' is a cycle: a.yaml -> sub/b.yaml -> sub/c.yaml -> a.yaml\n"
            "  from sub/b.yaml:2: extends c.yaml\n"
            "  from a.yaml:1: extends sub/b.yaml"
        ),
    ),
    "a cycle that the preset is no part of": (
        {"a.yaml": "extends: b.yaml\n", "b.yaml": "extends: c.yaml\n", "c.yaml": "extends: b.yaml"},
        (
            "c.yaml:1:1: 'extends' is a cycle: b.yaml -> c.yaml -> b.yaml\n"
            "  from b.yaml:1: extends c.yaml\n"
            "  from a.yaml:1: extends b.yaml"
        ),
    ),
    "broken YAML deep in a chain": (
        {
            "a.yaml": "lr: 1\nextends:\n  - b.yaml\n  - sub/c.yaml\n",
            "b.yaml": "",
            "sub/c.yaml": "extends: [../b.yaml,\n  d.yaml]\n",
            "sub/d.yaml": "extends: ../e.yaml\n",
            "e.yaml": "model:\n  lr: [1, 2\n  dtype: x\n",
        },
        (
            "e.yaml:2:7: not valid YAML: the bracket [ is not closed\n"
            "  from sub/d.yaml:1: extends ../e.yaml\n"
            "  from sub/c.yaml:2: extends d.yaml\n"
            "  from a.yaml:4: extends sub/c.yaml"
        ),
    ),
    "several bad bases, in the order of their files and lines": (
        {
            "a.yaml": "extends:\n  - z.yaml\n  - gone.yaml\n  - b.yaml\n  - a.yaml\n",
            "b.yaml": "- 1\n",
            "z.yaml": "extends: [b.yaml, nil.yaml]\n",
        },
        (
            "a.yaml:3:5: unknown base 'gone.yaml'\n"
            "a.yaml:5:5: 'extends' is a cycle: a.yaml -> a.yaml\n"
            "b.yaml:1: the root must be a mapping, not a list\n"
            "  from z.yaml:1: extends b.yaml\n"
            "  from a.yaml:2: extends z.yaml\n"
            "z.yaml:1:19: unknown base 'nil.yaml'\n"
            "  from a.yaml:2: extends z.yaml"
        ),
    ),
    "faults are sorted by line as a number": (
        {"a.yaml": "extends:" + "\n" * 8 + "  - x.yaml\n  - y.yaml\n"},
        "a.yaml:9:5: unknown base 'x.yaml'\na.yaml:10:5: unknown base 'y.yaml'",
    ),
    "a NUL character in a base": (
        {"a.yaml": 'lr: 1\nextends: "b\\0.yaml"\n'},
        "a.yaml:2:1: unknown base 'b\\x00.yaml'",
    ),
    "a NUL character in the base of a base": (
        {"a.yaml": "extends: sub/b.yaml\n", "sub/b.yaml": 'extends: ["\\0"]\n'},
        ("sub/b.yaml:1:11: unknown base '\\x00'\n  from a.yaml:1: extends sub/b.yaml"),
    ),
    "a base too long for a file name": (
        {"a.yaml": f"extends: {'x' * 300}\n"},
        f"a.yaml:1:1: unknown base '{'x' * 300}'",
    ),
    "a lone surrogate in a base": (
        {"a.yaml": 'extends: "\\ud800.yaml"\n'},
        "a.yaml:1:1: unknown base '\\ud800.yaml'",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_fault_shows_its_place_every_hop_and_a_hint(config_tree: ConfigTree, name: str) -> None:
    files, text = REFUSED[name]
    assert refusal(ConfigLoader(config_tree(files))) == text


def test_a_link_inside_to_a_file_outside_is_refused_unless_allowed(config_tree: ConfigTree) -> None:
    tree = config_tree({"project/b.yaml": "", "outside/a.yaml": "x: 1\n"})
    (tree.root / "project" / "a.yaml").symlink_to("../outside/a.yaml")
    inner = DiskTree(tree.root / "project")
    outside = f"{tree.root.as_posix()}/outside/a.yaml"
    assert refusal(ConfigLoader(inner)) == (
        f"a.yaml: leads outside the project: {outside}\n"
        "  hint: set allow_outside = true in the settings to permit it"
    )
    assert ConfigLoader(inner, Dialect(allow_outside=True)).resolve("a.yaml").chain == (outside,)


def test_a_cycle_is_seen_through_links(config_tree: ConfigTree) -> None:
    tree = config_tree({"real/a.yaml": "extends: ../link.yaml\n"})
    (tree.root / "link.yaml").symlink_to("real/a.yaml")
    assert refusal(ConfigLoader(tree), "link.yaml") == (
        "real/a.yaml:1:1: 'extends' is a cycle: real/a.yaml -> real/a.yaml\n"
        "  from link.yaml, a link"
    )


def test_a_fault_reached_in_two_ways_is_told_once(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "a.yaml": "extends: [left.yaml, right.yaml]\n",
            "left.yaml": "extends: base.yaml\n",
            "right.yaml": "extends: base.yaml\n",
            "base.yaml": "5\n",
        }
    )
    assert refusal(ConfigLoader(tree)) == (
        "base.yaml:1: the root must be a mapping, not an integer\n"
        "  from left.yaml:1: extends base.yaml\n"
        "  from a.yaml:1: extends left.yaml"
    )


def test_a_fault_is_told_again_to_the_next_preset(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "extends: c.yaml\n", "b.yaml": "extends: a.yaml\n"})
    loader = ConfigLoader(tree)
    assert refusal(loader, "a.yaml") == "a.yaml:1:1: unknown base 'c.yaml'"
    assert refusal(loader, "b.yaml") == (
        "a.yaml:1:1: unknown base 'c.yaml'\n  from b.yaml:1: extends a.yaml"
    )


def test_load_yaml_tells_what_it_cannot_read(config_tree: ConfigTree) -> None:
    with pytest.raises(MigrationError) as error:
        ConfigLoader(config_tree({"a.yaml": "[1]\n"})).load_yaml("a.yaml")
    assert str(error.value) == "a.yaml:1: the root must be a mapping, not a list"


@st.composite
def chains(draw: st.DrawFn) -> Mapping[str, str]:
    """Write two to four files, each of which extends some of the earlier ones."""
    files: dict[str, str] = {}
    for position in range(draw(st.integers(2, 4))):
        body: dict[str, object] = dict(draw(string_keyed_mappings()))
        if files:
            body["extends"] = draw(st.lists(st.sampled_from(sorted(files)), max_size=3))
        files[f"{position}.yaml"] = yaml.safe_dump(body, sort_keys=draw(st.booleans()))
    return files


@given(chains())
def test_a_chain_resolves_as_a_naive_model_does(files: Mapping[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), files)
        read_plainly.cache_clear()
        naive = naive_resolve(read_plainly, f"{folder}/{max(files)}")
        assert alike(resolve(DiskTree(Path(folder)), max(files)).value, naive)


@given(chains())
def test_every_leaf_has_the_origin_that_set_it(files: Mapping[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), files)
        loader = ConfigLoader(DiskTree(Path(folder)))
        resolved = leaves(loader.resolve(max(files)).value)
        origins = index_origins(loader.marks(max(files)))
    resolved.pop((), None)
    assert {text for text in origins if "[" not in text} == {format_path(path) for path in resolved}
    for path, value in resolved.items():
        file, _, line = origins[format_path(path)].partition(":")
        written = yaml.safe_load(files[file])
        for key in path:
            written = written[key]
        assert alike(written, value)
        assert files[file].splitlines()[int(line) - 1].lstrip().startswith(f"{path[-1]}:")


@pytest.mark.parametrize(("root", "path"), TREES)
def test_both_trees_resolve_as_a_trainer_reads_them(root: Path, path: str) -> None:
    assert alike(resolve(DiskTree(root), path).value, naive_resolve(read_plainly, f"{root}/{path}"))


def test_a_layer_is_what_one_file_adds(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "base.yaml": "a: 1\n",
            "sub/x.yaml": "{}\n",
            "sub/top.yaml": "extends: [../base.yaml, x.yaml]\nb: 2\n",
        }
    )
    layer = ConfigLoader(tree).layer("sub/top.yaml")
    assert (layer.path, layer.bases) == ("sub/top.yaml", ("base.yaml", "sub/x.yaml"))
    assert layer.body == {"b": 2}
    assert {key: str(origin_of(mark)) for key, mark in layer.marks.items() if key != HERE} == {
        "b": "sub/top.yaml:2"
    }


def test_a_layer_of_a_file_that_cannot_be_resolved_is_an_error(config_tree: ConfigTree) -> None:
    tree = config_tree({"top.yaml": "extends: gone.yaml\n"})
    with pytest.raises(MigrationError, match="unknown base"):
        ConfigLoader(tree).layer("top.yaml")


def test_a_file_resolves_without_anything_but_what_it_needs(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "a.yaml": "extends: [way/b.yaml, d.yaml]\n",
            "real/b.yaml": "extends: ../c.yaml\n",
            "real/unused.yaml": "",
            "c.yaml": "c: 1\n",
            "d.yaml": "d: 1\n",
        }
    )
    (tree.root / "way").symlink_to("step")
    (tree.root / "step").symlink_to("real")
    (tree.root / "another way").symlink_to("real")
    (tree.root / "entry.yaml").symlink_to("a.yaml")
    needed = ConfigLoader(tree).needs("entry.yaml")
    links = {"way", "step", "another way", "entry.yaml"}
    assert needed & links == {"way", "step", "entry.yaml"}
    files = {"a.yaml", "real/b.yaml", "real/unused.yaml", "c.yaml", "d.yaml"}
    for path in sorted(files | links):
        (tree.root / path).rename(tree.root / "aside")
        if path in needed:
            refusal(ConfigLoader(DiskTree(tree.root)), "entry.yaml")
        else:
            assert resolve(DiskTree(tree.root), "entry.yaml").value == {"c": 1, "d": 1}
        (tree.root / "aside").rename(tree.root / path)
    assert needed & files == files - {"real/unused.yaml"}
