from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from migration.baselines import BaselineStore, ReplacedError, freeze
from migration.canonical import canonical_bytes
from migration.digests import digest
from migration.errors import MigrationError
from migration.manifest import Link, Manifest, manifest_bytes
from tests.conftest import ConfigTree
from tests.running import contents

VALUE = {"lr": 1e-05, "ids": {1: "a"}, "none": None}
ORIGINS = {"ids.1": "a.yaml:2", "lr": "a.yaml:1", "none": "a.yaml:3"}
FROZEN = freeze(canonical_bytes(VALUE), ORIGINS, (Link("a.yaml", "0" * 64),))


def is_frozen(store: BaselineStore, value: object) -> bool:
    return store.is_frozen_as("presets", "a.yaml", canonical_bytes(value))


@pytest.fixture
def store(config_tree: ConfigTree) -> BaselineStore:
    tree = config_tree({})
    store = BaselineStore(tree, "frozen")
    manifest = manifest_bytes(Manifest({"a.yaml": FROZEN.record}))
    tree.write_all({**store.files("presets", "a.yaml", FROZEN), store.manifest_path: manifest})
    assert store.manifest() == Manifest({"a.yaml": FROZEN.record})
    return store


def test_a_frozen_value_reads_back_as_it_was(store: BaselineStore) -> None:
    assert store.value("presets", "a.yaml") == VALUE
    assert store.origins("presets", "a.yaml") == ORIGINS


def test_a_value_is_as_frozen_only_with_its_types(store: BaselineStore) -> None:
    assert is_frozen(store, dict(reversed(VALUE.items())))
    assert not is_frozen(store, {**VALUE, "lr": "1e-05"})
    assert not store.is_frozen_as(
        "presets", "a.yaml", canonical_bytes({**VALUE, "ids": {"1": "a"}})
    )


def test_a_baselines_path_tells_its_preset(store: BaselineStore) -> None:
    path = store.baseline_path("presets", "configs/a.yaml")
    assert path == "frozen/presets/configs/a.yaml.json"
    assert store.config_at(path) == ("presets", "configs/a.yaml")
    assert store.config_at("frozen/fusion/mix.yaml.json") == ("fusion", "mix.yaml")
    assert store.config_at("frozen/origins/mix.yaml.json") is None
    assert store.config_at("configs/a.yaml") is None


def test_an_empty_store_has_no_manifest(config_tree: ConfigTree) -> None:
    assert BaselineStore(config_tree({}), "frozen").manifest() is None


def test_what_is_edited_after_the_manifest_was_read_is_not_used(
    config_tree: ConfigTree, store: BaselineStore
) -> None:
    config_tree({"frozen/presets/a.yaml.json": "{}\n", "frozen/origins/a.yaml.json": "{}\n"})
    assert is_frozen(store, VALUE)
    reads: list[Callable[[], object]] = [
        lambda: store.value("presets", "a.yaml"),
        lambda: store.origins("presets", "a.yaml"),
        lambda: is_frozen(store, {}),
        store.manifest,
    ]
    for read in reads:
        with pytest.raises(MigrationError, match="edited since it was frozen"):
            read()


def test_what_another_command_has_replaced_is_not_used_and_no_edit(
    config_tree: ConfigTree, store: BaselineStore
) -> None:
    tree = config_tree({})
    value = {**VALUE, "lr": 0.5}
    frozen = freeze(canonical_bytes(value), ORIGINS, ())
    manifest = manifest_bytes(Manifest({"a.yaml": frozen.record}))
    tree.write_all({**store.files("presets", "a.yaml", frozen), store.manifest_path: manifest})
    with pytest.raises(ReplacedError):
        store.value("presets", "a.yaml")
    assert store.manifest()
    assert store.value("presets", "a.yaml") == value


def test_one_baseline_can_be_read_without_a_look_at_the_others(
    config_tree: ConfigTree, store: BaselineStore
) -> None:
    config_tree({"frozen/origins/a.yaml.json": "{}\n"})
    assert store.manifest(is_verified=False)
    assert store.value("presets", "a.yaml") == VALUE
    with pytest.raises(MigrationError, match="edited since it was frozen"):
        store.origins("presets", "a.yaml")


def test_the_text_of_an_older_version_has_the_same_value(config_tree: ConfigTree) -> None:
    tree = config_tree({})
    store = BaselineStore(tree, "frozen")
    text = b'{"big": 1E16, "small": 0.00001}'
    record = replace(FROZEN.record, sha256=digest(text))
    files = store.files("presets", "a.yaml", replace(FROZEN, baseline=text))
    tree.write_all({**files, store.manifest_path: manifest_bytes(Manifest({"a.yaml": record}))})
    assert store.manifest() == Manifest({"a.yaml": record})
    assert is_frozen(store, {"big": 1e16, "small": 1e-05})
    assert not store.is_frozen_as(
        "presets", "a.yaml", canonical_bytes({"big": 10**16, "small": 1e-05})
    )


def test_every_fault_of_the_store_is_told(config_tree: ConfigTree, store: BaselineStore) -> None:
    tree = config_tree({"frozen/presets/a.yaml.json": "{}\n"})
    tree.remove(["frozen/origins/a.yaml.json"])
    with pytest.raises(MigrationError) as error:
        store.manifest()
    assert [fault.path for fault in error.value.faults] == [
        "frozen/origins/a.yaml.json",
        "frozen/presets/a.yaml.json",
    ]


def test_what_no_record_lists_is_a_leftover(config_tree: ConfigTree, store: BaselineStore) -> None:
    tree = config_tree(
        {
            "frozen/presets/b.yaml.json": "{}\n",
            "frozen/notes/read.me": "",
            "frozen/presets/.a.yaml.json.17.tmp": "",
            "frozen/ledger.yaml": "",
        }
    )
    assert store.leftovers() == (
        "frozen/notes/read.me",
        "frozen/presets/.a.yaml.json.17.tmp",
        "frozen/presets/b.yaml.json",
    )
    assert store.manifest()
    tree.remove(store.leftovers())
    assert store.leftovers() == ()


def test_what_an_editor_leaves_behind_is_no_leftover(
    config_tree: ConfigTree, store: BaselineStore
) -> None:
    config_tree({"frozen/presets/.DS_Store": "", "frozen/origins/.a.yaml.json.swp": ""})
    assert store.leftovers() == ()


def test_a_link_is_a_leftover_and_what_it_leads_to_is_not(
    config_tree: ConfigTree, store: BaselineStore
) -> None:
    tree = config_tree({"home/a": "", "home/deep/b": ""})
    (tree.root / "frozen" / "home").symlink_to("../home")
    (tree.root / "frozen" / "file").symlink_to("../home/a")
    assert store.leftovers() == ("frozen/file", "frozen/home")
    tree.remove(store.leftovers())
    assert contents(tree.root / "home") == {"a": b"", "deep/b": b""}


def test_a_folder_of_frozen_files_may_be_a_link(
    config_tree: ConfigTree, store: BaselineStore
) -> None:
    tree = config_tree({})
    (tree.root / "frozen" / "presets").rename(tree.root / "elsewhere")
    (tree.root / "frozen" / "presets").symlink_to("../elsewhere")
    config_tree({"elsewhere/b.yaml.json": ""})
    assert store.manifest()
    assert store.leftovers() == ()
