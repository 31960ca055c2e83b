from __future__ import annotations

import pytest

from migration.baselines import BaselineStore, freeze
from migration.errors import MigrationError
from migration.manifest import Link, Manifest, manifest_bytes
from tests.conftest import ConfigTree

VALUE = {"lr": 1e-05, "ids": {1: "a"}, "none": None}
ORIGINS = {"ids.1": "a.yaml:2", "lr": "a.yaml:1", "none": "a.yaml:3"}
FROZEN = freeze(VALUE, ORIGINS, (Link("a.yaml", "0" * 64),))


@pytest.fixture
def store(config_tree: ConfigTree) -> BaselineStore:
    tree = config_tree({})
    store = BaselineStore(tree, "frozen")
    manifest = manifest_bytes(Manifest({"a.yaml": FROZEN.record}))
    tree.write_all({**store.files("presets", {"a.yaml": FROZEN}), store.manifest_path: manifest})
    return store


def test_a_frozen_value_reads_back_as_it_was(store: BaselineStore) -> None:
    assert store.value("presets", "a.yaml") == VALUE
    assert store.origins("presets", "a.yaml") == ORIGINS
    assert store.manifest() == Manifest({"a.yaml": FROZEN.record})


def test_a_value_is_as_frozen_only_with_its_types(store: BaselineStore) -> None:
    assert store.is_frozen_as("presets", "a.yaml", dict(reversed(VALUE.items())))
    assert not store.is_frozen_as("presets", "a.yaml", {**VALUE, "lr": "1e-05"})
    assert not store.is_frozen_as("presets", "a.yaml", {**VALUE, "ids": {"1": "a"}})


def test_a_baselines_path_tells_its_preset(store: BaselineStore) -> None:
    path = store.baseline_path("presets", "configs/a.yaml")
    assert path == "frozen/presets/configs/a.yaml.json"
    assert store.config_at(path) == ("presets", "configs/a.yaml")
    assert store.config_at("frozen/fusion/mix.yaml.json") == ("fusion", "mix.yaml")
    assert store.config_at("frozen/origins/mix.yaml.json") is None
    assert store.config_at("configs/a.yaml") is None


def test_an_empty_store_has_an_empty_manifest(config_tree: ConfigTree) -> None:
    assert BaselineStore(config_tree({}), "frozen").manifest() == Manifest()


def test_what_an_editor_leaves_behind_is_no_frozen_file(
    config_tree: ConfigTree, store: BaselineStore
) -> None:
    config_tree({"frozen/presets/.DS_Store": "", "frozen/origins/.a.yaml.json.swp": ""})
    assert store.manifest() == Manifest({"a.yaml": FROZEN.record})


def test_every_fault_of_the_store_is_told(config_tree: ConfigTree, store: BaselineStore) -> None:
    config_tree(
        {
            "frozen/presets/a.yaml.json": "{}\n",
            "frozen/origins/b.yaml.json": "{}\n",
            "frozen/fusion/c.yaml.json": "{}\n",
        }
    )
    with pytest.raises(MigrationError) as error:
        store.manifest()
    assert [fault.path for fault in error.value.faults] == [
        "frozen/fusion/c.yaml.json",
        "frozen/origins/b.yaml.json",
        "frozen/presets/a.yaml.json",
    ]
