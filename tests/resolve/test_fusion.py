"""Fusion files: `targets` and `sources` merge by name, everything else as everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from migration.errors import MigrationError
from migration.files.disk_tree import DiskTree
from migration.resolve.fusion import FusionConfig
from migration.resolve.origins import index_origins
from migration.values.merge import Config
from tests.conftest import LEGACY, ROOT, ConfigTree, resolved
from tests.naive import naive_fusion, shares_nothing
from tests.typed import alike

FUSIONS = [
    (tree, path) for tree in (LEGACY, ROOT) for path in DiskTree(tree).files("configs/fusion")
]
TARGET = "targets: [{name: t}]\n"


def layered(config_tree: ConfigTree, *layers: str) -> Config:
    """Resolve `0.yaml`, `1.yaml`, ..., each of which extends the one before."""
    files = {
        f"{position}.yaml": f"extends: {f'{position - 1}.yaml' if position else 'null'}\n{text}"
        for position, text in enumerate(layers)
    }
    return FusionConfig(config_tree(files)).resolve(f"{len(layers) - 1}.yaml").value


def refusal(config_tree: ConfigTree, files: Mapping[str, str], path: str = "a.yaml") -> str:
    with pytest.raises(MigrationError) as error:
        FusionConfig(config_tree(files)).resolve(path)
    return str(error.value)


def test_a_known_name_merges_in_place(config_tree: ConfigTree) -> None:
    assert layered(
        config_tree,
        "targets: [{name: a, ratio: 1}, {name: b, ratio: 1}, {name: c, ratio: 1}]\n",
        "targets: [{name: b, ratio: 2, mode: dense}]\n",
    ) == {
        "targets": [
            {"name": "a", "ratio": 1},
            {"name": "b", "ratio": 2, "mode": "dense"},
            {"name": "c", "ratio": 1},
        ]
    }


def test_a_new_name_is_appended(config_tree: ConfigTree) -> None:
    assert layered(
        config_tree,
        "targets: [{name: b}, {name: c}]\n",
        "targets: [{name: a}, {name: c, ratio: 1}]\n",
    ) == {"targets": [{"name": "b"}, {"name": "c", "ratio": 1}, {"name": "a"}]}


def test_an_empty_list_empties(config_tree: ConfigTree) -> None:
    base = f"{TARGET}sources: [{{name: s, ratio: 1}}]\n"
    assert layered(config_tree, base, "sources: []\n") == {
        "targets": [{"name": "t"}],
        "sources": [],
    }


def test_null_and_absence_keep_what_is_inherited(config_tree: ConfigTree) -> None:
    base = f"{TARGET}sources: [{{name: s, ratio: 1}}]\n"
    kept = {"targets": [{"name": "t"}], "sources": [{"name": "s", "ratio": 1}]}
    assert layered(config_tree, base, "sources: null\ntargets: ~\n") == kept
    assert layered(config_tree, base, "") == kept


def test_null_keeps_an_emptied_list_empty(config_tree: ConfigTree) -> None:
    layers = (f"{TARGET}sources: [{{name: s, ratio: 1}}]\n", "sources: []\n", "sources:\n")
    assert layered(config_tree, *layers) == {"targets": [{"name": "t"}], "sources": []}


def test_emptied_entries_do_not_come_back_with_their_name(config_tree: ConfigTree) -> None:
    assert layered(
        config_tree,
        "targets: [{name: a, ratio: 1, mode: dense}, {name: b, ratio: 1}]\n",
        "targets: []\n",
        "targets: [{name: a, ratio: 2}]\n",
    ) == {"targets": [{"name": "a", "ratio": 2}]}


def test_three_layers_merge_onto_one_entry(config_tree: ConfigTree) -> None:
    assert layered(
        config_tree,
        f"{TARGET}sources: [{{name: s, ratio: 1, mode: dense}}]\n",
        "sources: [{name: s, ratio: 2, template: x}, {name: new, ratio: 0}]\n",
        "sources: [{name: new, ratio: 3}, {name: s, ratio: 4}]\n",
    ) == {
        "targets": [{"name": "t"}],
        "sources": [
            {"name": "s", "ratio": 4, "mode": "dense", "template": "x"},
            {"name": "new", "ratio": 3},
        ],
    }


@pytest.mark.parametrize("entry", ["dataset: bbu", "name: null, dataset: bbu"])
def test_the_name_falls_back_to_the_dataset(config_tree: ConfigTree, entry: str) -> None:
    merged = layered(
        config_tree, f"targets: [{{{entry}, ratio: 1}}]\n", f"targets: [{{{entry}, ratio: 2}}]\n"
    )
    assert merged == {"targets": [yaml.safe_load(f"{{{entry}, ratio: 2}}")]}


def test_a_name_meets_the_dataset_of_an_entry_without_one(config_tree: ConfigTree) -> None:
    layers = ("targets: [{dataset: bbu, ratio: 1}]\n", "targets: [{name: bbu, ratio: 2}]\n")
    assert layered(config_tree, *layers) == {
        "targets": [{"dataset": "bbu", "name": "bbu", "ratio": 2}]
    }


def test_two_entries_of_one_dataset_are_told_apart_by_name(config_tree: ConfigTree) -> None:
    base = "targets: [{name: dense, dataset: bbu}, {name: summary, dataset: bbu}]\n"
    assert layered(config_tree, base, "targets: [{name: summary, ratio: 1}]\n") == {
        "targets": [
            {"name": "dense", "dataset": "bbu"},
            {"name": "summary", "dataset": "bbu", "ratio": 1},
        ]
    }


def test_an_entry_merges_by_the_one_merge_rule(config_tree: ConfigTree) -> None:
    assert layered(
        config_tree,
        "targets: [{name: a, options: {x: 1, y: [1, 2]}, mode: dense}]\n",
        "targets: [{name: a, options: {y: [3], z: 1}, mode: null}]\n",
    ) == {
        "targets": [{"name": "a", "options": {"x": 1, "y": [3], "z": 1}, "mode": None}],
    }


def test_only_the_two_sections_merge_by_name(config_tree: ConfigTree) -> None:
    assert layered(
        config_tree,
        f"{TARGET}evaluation: [{{name: a}}]\nnested: {{targets: [{{name: a}}]}}\nseed: {{a: 1}}\n",
        "evaluation: [{name: b}]\nnested: {targets: [{name: b}]}\nseed: {b: 2}\n",
    ) == {
        "targets": [{"name": "t"}],
        "evaluation": [{"name": "b"}],
        "nested": {"targets": [{"name": "b"}]},
        "seed": {"a": 1, "b": 2},
    }


def test_several_bases_merge_in_order(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "a.yaml": "extends: [b.yaml, c.yaml]\nsources: [{name: s, mode: own}]\n",
            "b.yaml": f"{TARGET}sources: [{{name: s, ratio: 1}}]\n",
            "c.yaml": "sources: [{name: s, ratio: 2}]\n",
        }
    )
    assert FusionConfig(tree).resolve("a.yaml") == resolved(
        "a.yaml",
        {"targets": [{"name": "t"}], "sources": [{"name": "s", "ratio": 2, "mode": "own"}]},
        ("b.yaml", "c.yaml", "a.yaml"),
    )


def test_a_base_need_not_be_complete_itself(config_tree: ConfigTree) -> None:
    layers = ("sources: [{name: s}]\n", f"{TARGET}sources: [{{name: s, ratio: 0.5}}]\n")
    assert layered(config_tree, *layers)["sources"] == [{"name": "s", "ratio": 0.5}]


@pytest.mark.parametrize("ratio", ["0", "1", "0.0", "-0.0", "2.5", "'0.5'", "1e-5", ".inf"])
def test_a_ratio_is_what_float_takes_from_0_and_keeps_its_type(
    config_tree: ConfigTree, ratio: str
) -> None:
    config = layered(config_tree, f"{TARGET}sources: [{{name: s, ratio: {ratio}}}]\n")
    expected = [{"name": "s", "ratio": yaml.safe_load(ratio)}]
    assert alike(config["sources"], expected)


def test_a_target_needs_no_ratio_and_may_have_any(config_tree: ConfigTree) -> None:
    config = layered(config_tree, "targets: [{name: a}, {name: b, ratio: -1}]\n")
    assert config == {"targets": [{"name": "a"}, {"name": "b", "ratio": -1}]}


def test_a_loaded_fusion_config_is_the_callers_own(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "a.yaml": "extends: b.yaml\ntargets: [{name: t, ratio: 1}]\n",
            "b.yaml": "targets: [{name: t, options: &o {x: []}}, {name: u, options: *o}]\n",
        }
    )
    loader = FusionConfig(tree)
    first, second = loader.load_yaml_with_extends("a.yaml"), loader.load_yaml_with_extends("a.yaml")
    assert shares_nothing(first, second, loader.load_yaml_with_extends("b.yaml"))
    assert first == second


NO_RATIO = "must be a number of at least 0, not"
REFUSED: Mapping[str, tuple[Mapping[str, str], str]] = {
    "a nameless entry": (
        {"a.yaml": "targets:\n  - name: a\n  - ratio: 1\n"},
        "a.yaml:3:5: an entry of 'targets' has neither a 'name' nor a 'dataset'",
    ),
    "an entry that is not a mapping": (
        {"a.yaml": f"{TARGET}sources: [lvis]\n"},
        "a.yaml:2:11: an entry of 'sources' has neither a 'name' nor a 'dataset'",
    ),
    "an entry whose name is a number": (
        {"a.yaml": "targets: [{name: 5}]\n"},
        "a.yaml:1:11: an entry of 'targets' has neither a 'name' nor a 'dataset'",
    ),
    "nameless entries and a duplicate": (
        {"a.yaml": "targets:\n  - {}\n  - name: a\n  - dataset: a\n  - {name: ''}\n"},
        (
            "a.yaml:2:5: an entry of 'targets' has neither a 'name' nor a 'dataset'\n"
            "a.yaml:4:5: 'targets' has two entries with the name 'a'\n"
            "a.yaml:5:5: an entry of 'targets' has neither a 'name' nor a 'dataset'"
        ),
    ),
    "nameless entries in both sections": (
        {"a.yaml": "targets: [{}]\nsources: [{}]\n"},
        (
            "a.yaml:1:11: an entry of 'targets' has neither a 'name' nor a 'dataset'\n"
            "a.yaml:2:11: an entry of 'sources' has neither a 'name' nor a 'dataset'"
        ),
    ),
    "a nameless entry in a base": (
        {"a.yaml": f"{TARGET}extends: b.yaml\n", "b.yaml": "sources:\n- {ratio: 1}\n"},
        (
            "b.yaml:2:3: an entry of 'sources' has neither a 'name' nor a 'dataset'\n"
            "  from a.yaml:2: extends b.yaml"
        ),
    ),
    "a target and a source of one name": (
        {"a.yaml": "extends: b.yaml\nsources:\n  - {name: t, ratio: 1}\n", "b.yaml": TARGET},
        "a.yaml:3:5: 't' is the name of a target and of a source",
    ),
    "an empty file": ({"a.yaml": ""}, "a.yaml: a fusion config needs at least one target"),
    "no targets": (
        {"a.yaml": "sources: [{name: s, ratio: 1}]\n"},
        "a.yaml: a fusion config needs at least one target",
    ),
    "targets emptied": (
        {"a.yaml": "extends: b.yaml\ntargets: []\n", "b.yaml": TARGET},
        "a.yaml: a fusion config needs at least one target",
    ),
    "targets null and nothing inherited": (
        {"a.yaml": "targets: null\n"},
        "a.yaml: a fusion config needs at least one target",
    ),
    "a source without a ratio": (
        {"a.yaml": "extends: b.yaml\n", "b.yaml": f"{TARGET}sources:\n- dataset: lvis\n"},
        "b.yaml:3:3: the source 'lvis' has no 'ratio'",
    ),
    "a negative ratio": (
        {"a.yaml": f"{TARGET}sources:\n- name: s\n  ratio: -0.1\n"},
        f"a.yaml:4:3: the ratio of 's' {NO_RATIO} -0.1",
    ),
    "a boolean ratio": (
        {"a.yaml": f"{TARGET}sources: [{{name: s, ratio: yes}}]\n"},
        f"a.yaml:2:21: the ratio of 's' {NO_RATIO} true",
    ),
    "a list as ratio": (
        {"a.yaml": f"{TARGET}sources: [{{name: s, ratio: [1]}}]\n"},
        f"a.yaml:2:21: the ratio of 's' {NO_RATIO} [1]",
    ),
    "a mapping as ratio": (
        {"a.yaml": f"{TARGET}sources: [{{name: s, ratio: {{a: 1}}}}]\n"},
        f"a.yaml:2:21: the ratio of 's' {NO_RATIO} {{'a': 1}}",
    ),
    "a word as ratio": (
        {"a.yaml": f"{TARGET}sources: [{{name: s, ratio: abc}}]\n"},
        f"a.yaml:2:21: the ratio of 's' {NO_RATIO} 'abc'",
    ),
    "not a number as ratio": (
        {"a.yaml": f"{TARGET}sources: [{{name: s, ratio: .nan}}, {{name: u, ratio: nan}}]\n"},
        (
            f"a.yaml:2:21: the ratio of 's' {NO_RATIO} nan\n"
            f"a.yaml:2:45: the ratio of 'u' {NO_RATIO} 'nan'"
        ),
    ),
    "a ratio that a later file makes null": (
        {
            "a.yaml": "extends: b.yaml\nsources: [{name: s, ratio: null}]\n",
            "b.yaml": f"{TARGET}sources: [{{name: s, ratio: 1}}]\n",
        },
        f"a.yaml:2:21: the ratio of 's' {NO_RATIO} null",
    ),
    "a bad ratio from a base": (
        {
            "a.yaml": "extends: b.yaml\nsources: [{name: s, mode: dense}]\n",
            "b.yaml": f"{TARGET}sources:\n  - name: s\n    ratio: -1\n",
        },
        f"b.yaml:4:5: the ratio of 's' {NO_RATIO} -1",
    ),
    "every fault at once": (
        {"a.yaml": "sources:\n- {name: s, ratio: -1}\n- {name: u}\n"},
        (
            "a.yaml: a fusion config needs at least one target\n"
            f"a.yaml:2:13: the ratio of 's' {NO_RATIO} -1\n"
            "a.yaml:3:3: the source 'u' has no 'ratio'"
        ),
    ),
    "a section that is a mapping": (
        {"a.yaml": "lr: 1\ntargets: {bbu: {ratio: 1}}\n"},
        "a.yaml:2:1: 'targets' must be a list, not a mapping",
    ),
    "a section that is a string, in a base": (
        {"a.yaml": "extends: b.yaml\n", "b.yaml": f"{TARGET}sources: lvis\n"},
        "b.yaml:2:1: 'sources' must be a list, not a string\n  from a.yaml:1: extends b.yaml",
    ),
    "a section that is false": (
        {"a.yaml": f"{TARGET}sources: false\n"},
        "a.yaml:2:1: 'sources' must be a list, not a boolean",
    ),
    "a section of pairs": (
        {"a.yaml": "targets: !!pairs [name: bbu]\n"},
        "a.yaml:1:1: an entry of 'targets' has neither a 'name' nor a 'dataset'",
    ),
    "a missing base": (
        {"a.yaml": "extends: b.yaml\n", "b.yaml": f"{TARGET}extends:\n  - base/dens.yaml\n"}
        | {"base/dense.yaml": TARGET},
        (
            "b.yaml:3:5: unknown base 'base/dens.yaml'\n"
            "  from a.yaml:1: extends b.yaml\n"
            "  hint: did you mean 'base/dense.yaml'?"
        ),
    ),
    "a cycle": (
        {"a.yaml": f"extends: b.yaml\n{TARGET}", "b.yaml": "extends: a.yaml\n"},
        (
            "b.yaml:1:1: 'extends' is a cycle: a.yaml -> b.yaml -> a.yaml\n"
            "  from a.yaml:1: extends b.yaml"
        ),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_fusion_config_is_refused(config_tree: ConfigTree, name: str) -> None:
    files, text = REFUSED[name]
    assert refusal(config_tree, files) == text


def test_the_origin_of_a_merged_entry_is_the_file_that_set_each_part(
    config_tree: ConfigTree,
) -> None:
    tree = config_tree(
        {
            "a.yaml": "extends: b.yaml\nsources:\n- name: new\n  ratio: 1\n- name: s\n  ratio: 2\n",
            "b.yaml": "targets:\n- name: t\nsources:\n- name: s\n  ratio: 1\n  mode: dense\n",
        }
    )
    assert index_origins(FusionConfig(tree).marks("a.yaml")) == {
        "targets": "b.yaml:1",
        "targets[0]": "b.yaml:2",
        "sources": "a.yaml:2",
        "sources[0]": "a.yaml:5",
        "sources[0].ratio": "a.yaml:6",
        "sources[0].mode": "b.yaml:6",
        "sources[1]": "a.yaml:3",
        "sources[1].ratio": "a.yaml:4",
    }


def test_the_origin_of_a_kept_list_is_where_it_was_written(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "a.yaml": "extends: b.yaml\ntargets: null\nsources: []\n",
            "b.yaml": "targets:\n- name: t\nsources:\n- {name: s, ratio: 1}\n",
        }
    )
    assert index_origins(FusionConfig(tree).marks("a.yaml")) == {
        "sources": "a.yaml:3",
        "targets": "b.yaml:1",
        "targets[0]": "b.yaml:2",
    }


def test_marks_are_the_same_whichever_file_is_asked_for_first(config_tree: ConfigTree) -> None:
    tree = config_tree(
        {
            "a.yaml": "extends: b.yaml\nsources:\n- name: s\n  ratio: 2\n",
            "b.yaml": "targets:\n- name: t\nsources:\n- name: s\n  mode: dense\n  ratio: 1\n",
        }
    )
    first, second = FusionConfig(tree), FusionConfig(tree)
    ours = [index_origins(first.marks(path)) for path in ("a.yaml", "b.yaml", "a.yaml")]
    theirs = [index_origins(second.marks(path)) for path in ("b.yaml", "a.yaml", "b.yaml")]
    assert ours == [theirs[1], theirs[0], theirs[1]]
    assert theirs[0] == theirs[2]


@pytest.mark.parametrize(("root", "path"), FUSIONS)
def test_the_fusions_of_both_trees_resolve_as_a_naive_model_does(root: Path, path: str) -> None:
    def read(file: str) -> dict[object, object]:
        return dict(yaml.safe_load((root / file).read_text()))

    assert alike(FusionConfig(DiskTree(root)).resolve(path).value, naive_fusion(read, path))


def test_a_layer_need_not_be_a_whole_fusion_config(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "sources: []\n", "b.yaml": "extends: a.yaml\ntargets: []\n"})
    layer = FusionConfig(tree).layer("b.yaml")
    assert (layer.bases, layer.body) == (("a.yaml",), {"targets": {}})


def test_a_file_that_changes_before_its_marks_are_read_is_named(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": TARGET})
    fusions = FusionConfig(tree)
    fusions.resolve("a.yaml")
    (tree.root / "a.yaml").write_text("targets: [{name: t}, {name: u}]\n")
    with pytest.raises(MigrationError) as error:
        fusions.marks("a.yaml")
    assert str(error.value) == "a.yaml: changed while it was read\n  hint: run it again"
