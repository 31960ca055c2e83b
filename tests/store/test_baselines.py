from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from migration.errors import MigrationError
from migration.files.digest import digest
from migration.files.disk_tree import DiskTree
from migration.paths import RealPath
from migration.store.baselines import Baselines, StaleReadError, open_baselines
from migration.store.folder import Frozen, StateFolder
from migration.store.frozen_part import facts_bytes
from migration.store.ledger import Entry, Progression
from migration.store.ledger_file import ledger_text
from migration.store.leftovers import find_leftovers
from migration.store.record_file import record_bytes
from migration.store.records import FUSION, PRESETS, FusionLink, Link, Places, Record
from migration.values.canonical import canonical_bytes
from tests.conftest import ConfigTree
from tests.running import contents

VALUE = {"lr": 1e-05, "ids": {1: "a"}, "none": None}
PLACES = {"a.yaml": {"ids.1": 2, "lr": 1, "none": 3}}
ORIGINS = {"ids.1": "a.yaml:2", "lr": "a.yaml:1", "none": "a.yaml:3"}
CHAIN = (Link("a.yaml", "0" * 64, ()),)
ENTRY = Entry("a.yaml", "pending")
BASELINE, RECORD = "frozen/presets/a.yaml.json", "frozen/records/a.yaml.json"


def is_frozen(store: Baselines, value: object) -> bool:
    return store.is_frozen_as(PRESETS, "a.yaml", canonical_bytes(value))


def reopen(store: Baselines) -> Baselines:
    return open_baselines(store.folder)


def put(folder: StateFolder, tree: DiskTree, frozen: Frozen, entry: Entry = ENTRY) -> None:
    """Write what was frozen of the preset, and the ledger as every command does."""
    record = record_bytes(PRESETS, "a.yaml", frozen.facts, entry)
    ledger = ledger_text(Progression(0)).encode()
    tree.write_all({BASELINE: frozen.baseline, RECORD: record, folder.ledger_path: ledger})


@pytest.fixture
def store(config_tree: ConfigTree) -> Baselines:
    tree = config_tree({})
    folder = StateFolder(tree, "frozen")
    put(folder, tree, folder.freeze(canonical_bytes(VALUE), PLACES, CHAIN, None))
    store = open_baselines(folder)
    assert store.record(PRESETS, "a.yaml") == Record(CHAIN, digest(canonical_bytes(VALUE)))
    return store


def test_a_frozen_value_reads_back_as_it_was(store: Baselines) -> None:
    assert store.value(PRESETS, "a.yaml") == VALUE
    assert store.origins(PRESETS, "a.yaml") == ORIGINS
    assert store.entry("a.yaml") == ENTRY
    assert store.progression() == Progression(0)


def test_what_is_frozen_is_kept_in_two_files_a_config(store: Baselines) -> None:
    assert store.list_configs(PRESETS) == store.list_baselines(PRESETS) == ("a.yaml",)
    assert store.list_configs(FUSION) == store.list_baselines(FUSION) == ()
    assert store.folder.files_of(PRESETS, "a.yaml") == (BASELINE, RECORD)
    assert store.folder.files_of(FUSION, "f.yaml") == (
        "frozen/fusion/f.yaml.json",
        "frozen/fusion_records/f.yaml.json",
    )
    assert store.has_record(PRESETS, "a.yaml")
    assert not store.has_record(FUSION, "a.yaml")


def test_a_value_is_as_frozen_only_with_its_types(store: Baselines) -> None:
    assert is_frozen(store, dict(reversed(VALUE.items())))
    assert not is_frozen(store, {**VALUE, "lr": "1e-05"})
    assert not is_frozen(store, {**VALUE, "ids": {"1": "a"}})


def test_a_baselines_path_tells_its_preset(store: Baselines) -> None:
    path = store.folder.baseline_path(PRESETS, "configs/a.yaml")
    assert path == "frozen/presets/configs/a.yaml.json"
    assert store.folder.config_at(RealPath(path)) == (PRESETS, "configs/a.yaml")
    assert store.folder.config_at(RealPath("frozen/fusion/mix.yaml.json")) == (FUSION, "mix.yaml")
    assert store.folder.config_at(RealPath("frozen/records/mix.yaml.json")) is None
    assert store.folder.config_at(RealPath("configs/a.yaml")) is None


@pytest.mark.parametrize(
    ("path", "is_ours"),
    [
        ("frozen/ledger.yaml", True),
        ("frozen/manifest.json", True),
        ("frozen/presets/a/b.json", True),
        ("frozen/records/a.json", True),
        ("frozen/fusion/a.json", True),
        ("frozen/fusion_records/a.json", True),
        ("frozen/origins/a.json", True),
        ("frozen/fusion_origins/a.json", True),
        ("frozen/presets/a.yaml", False),
        ("frozen/other/a.json", False),
        ("frozen/presets", False),
        ("frozen/presets/../../a.json", False),
        ("frozen/presets//a.json", False),
        ("frozen/presets/.a.json.7.tmp", False),
        ("frozen2/presets/a.json", False),
        ("presets/a.json", False),
        ("/frozen/presets/a.json", False),
    ],
)
def test_the_toolkit_has_files_at_some_paths_alone(
    store: Baselines, path: str, is_ours: bool
) -> None:
    assert store.folder.is_ours(path) == is_ours


def test_an_empty_store_has_no_record_and_no_phase(config_tree: ConfigTree) -> None:
    store = open_baselines(StateFolder(config_tree({}), "frozen"))
    assert store.list_configs(PRESETS) == store.list_baselines(PRESETS) == ()
    assert store.progression() is None
    with pytest.raises(
        MigrationError, match=r"frozen/records/a\.yaml\.json: the record of a\.yaml"
    ):
        store.record(PRESETS, "a.yaml")


def test_a_manifest_is_a_fault_of_the_format(config_tree: ConfigTree) -> None:
    folder = StateFolder(config_tree({"frozen/manifest.json": "{}\n"}), "frozen")
    with pytest.raises(MigrationError) as error:
        open_baselines(folder)
    assert str(error.value) == (
        "frozen/manifest.json: the frozen files are in format 1 or 2, and this version reads 3\n"
        "  hint: `snapshot --upgrade` converts the frozen files, and changes no value"
    )
    assert open_baselines(folder, of_any_format=True).has_old_manifest()


def test_a_manifest_beside_records_comes_from_a_merge(
    store: Baselines, config_tree: ConfigTree
) -> None:
    config_tree({"frozen/manifest.json": "{}\n"})
    with pytest.raises(MigrationError) as error:
        reopen(store)
    assert str(error.value) == (
        "frozen/manifest.json: frozen files of format 1 or 2 lie beside those of format 3\n"
        "  hint: `snapshot --resolve` repairs the frozen files"
    )


def test_a_baseline_that_is_edited_after_its_record_was_read_is_not_used(
    config_tree: ConfigTree, store: Baselines
) -> None:
    config_tree({BASELINE: "{}\n"})
    assert is_frozen(store, VALUE)
    reads: list[Callable[[], object]] = [
        lambda: store.value(PRESETS, "a.yaml"),
        lambda: is_frozen(store, {}),
    ]
    for read in reads:
        with pytest.raises(MigrationError, match="edited since it was frozen"):
            read()
    (fault,) = store.faults(PRESETS, "a.yaml")
    assert (fault.message, fault.path) == ("edited since it was frozen", BASELINE)


def test_a_record_that_is_edited_is_not_used(config_tree: ConfigTree, store: Baselines) -> None:
    text = (config_tree({}).root / RECORD).read_text()
    config_tree({RECORD: text.replace('"lr":1', '"lr":7')})
    # Another answer than before would be worse: whoever reads begins anew.
    with pytest.raises(StaleReadError):
        store.origins(PRESETS, "a.yaml")
    store = reopen(store)
    reads: list[Callable[[], object]] = [
        lambda: store.record(PRESETS, "a.yaml"),
        lambda: store.value(PRESETS, "a.yaml"),
        lambda: store.origins(PRESETS, "a.yaml"),
        lambda: store.entry("a.yaml"),
        lambda: is_frozen(store, VALUE),
    ]
    for read in reads:
        with pytest.raises(MigrationError, match=r"not the record of the preset a\.yaml as it was"):
            read()


def test_what_another_command_has_replaced_is_not_used_and_no_edit(
    config_tree: ConfigTree, store: Baselines
) -> None:
    tree, value = config_tree({}), {**VALUE, "lr": 0.5}
    put(store.folder, tree, store.folder.freeze(canonical_bytes(value), PLACES, (), None))
    assert not store.is_current()
    with pytest.raises(StaleReadError):
        store.value(PRESETS, "a.yaml")
    with pytest.raises(StaleReadError):
        store.origins(PRESETS, "a.yaml")
    store = reopen(store)
    assert store.is_current()
    assert store.value(PRESETS, "a.yaml") == value


def test_what_another_command_has_removed_is_no_missing_file(
    config_tree: ConfigTree, store: Baselines
) -> None:
    tree = config_tree({})
    tree.remove([BASELINE, RECORD])
    with pytest.raises(MigrationError, match="missing, but its record is there"):
        store.value(PRESETS, "a.yaml")
    tree.write_all({store.folder.ledger_path: ledger_text(Progression(1)).encode()})
    with pytest.raises(StaleReadError):
        store.value(PRESETS, "a.yaml")


def test_one_baseline_can_be_read_without_a_look_at_the_others(
    config_tree: ConfigTree, store: Baselines
) -> None:
    config_tree({"frozen/records/b.yaml.json": "{}\n", "frozen/presets/c.yaml.json": "{}\n"})
    store = reopen(store)
    assert store.value(PRESETS, "a.yaml") == VALUE
    assert store.list_configs(PRESETS) == ("a.yaml", "b.yaml")
    assert store.list_baselines(PRESETS) == ("a.yaml", "c.yaml")
    with pytest.raises(MigrationError, match="no format is named"):
        store.record(PRESETS, "b.yaml")


def test_the_text_of_an_older_version_has_the_same_value(
    config_tree: ConfigTree, store: Baselines
) -> None:
    text = b'{"big": 1E16, "small": 0.00001}'
    put(store.folder, config_tree({}), store.folder.freeze(text, PLACES, CHAIN, None))
    store = reopen(store)
    assert store.record(PRESETS, "a.yaml").sha256 == digest(text)
    assert is_frozen(store, {"big": 1e16, "small": 1e-05})
    assert not is_frozen(store, {"big": 10**16, "small": 1e-05})


def test_a_baseline_is_the_same_with_other_line_ends(
    config_tree: ConfigTree, store: Baselines
) -> None:
    folder = config_tree({}).root
    for path in (BASELINE, RECORD):
        data = (folder / path).read_bytes()
        (folder / path).write_bytes(data.replace(b"\n", b"\r\n"))
    assert store.value(PRESETS, "a.yaml") == VALUE
    assert store.origins(PRESETS, "a.yaml") == ORIGINS
    store = reopen(store)
    assert store.record(PRESETS, "a.yaml").chain == CHAIN
    assert [*store.faults(PRESETS, "a.yaml")] == []


def test_every_fault_of_a_preset_is_told(config_tree: ConfigTree, store: Baselines) -> None:
    tree = config_tree({BASELINE: "{}\n"})
    assert [fault.path for fault in store.faults(PRESETS, "a.yaml")] == [BASELINE]
    tree.remove([RECORD])
    store = reopen(store)
    assert [fault.path for fault in store.faults(PRESETS, "a.yaml")] == [RECORD]
    (fault,) = store.faults(FUSION, "f.yaml")
    assert (fault.path, fault.message) == (
        "frozen/fusion_records/f.yaml.json",
        "the record of f.yaml is gone",
    )


def test_a_replaced_file_has_to_have_the_digest_that_was_read(
    config_tree: ConfigTree, store: Baselines
) -> None:
    folder = config_tree({}).root
    assert store.digest_before(BASELINE) == digest(canonical_bytes(VALUE))
    assert store.digest_before(RECORD) == digest((folder / RECORD).read_bytes())
    assert store.digest_before("frozen/presets/b.yaml.json") is None
    assert store.digest_before("frozen/records/b.yaml.json") is None
    assert store.digest_read(store.folder.ledger_path) is None
    store.progression()
    assert store.digest_before(store.folder.ledger_path) == digest(
        ledger_text(Progression(0)).encode()
    )


def test_a_file_outside_the_project_counts_from_its_root(
    config_tree: ConfigTree, store: Baselines
) -> None:
    tree = config_tree({})
    outside = tree.root.parent.as_posix() + "/shared"
    chain = (
        Link(f"{outside}/x.yaml", "1", (f"{outside}/y.yaml", "a.yaml")),
        Link("a.yaml", "2", (f"{outside}/x.yaml",)),
        Link("b.yaml", "3", ()),
    )
    links = tuple(store.folder.link(each.path, each.sha256, each.extends or ()) for each in chain)
    places: Places = {f"{outside}/x.yaml": {"lr": 4}, "a.yaml": {"ids.1": 2}}
    frozen = store.folder.freeze(canonical_bytes(VALUE), places, links, FusionLink("f.yaml", "4"))
    outward = (
        Link("../shared/x.yaml", "1", ("../shared/y.yaml", "a.yaml")),
        Link("a.yaml", "2", ("../shared/x.yaml",)),
        Link("b.yaml", "3", ()),
    )
    assert frozen.record == replace(
        Record(outward, digest(frozen.baseline)), fusion=FusionLink("f.yaml", "4")
    )
    lines = {"../shared/x.yaml": {"lr": 4}, "a.yaml": {"ids.1": 2}}
    assert frozen.facts == facts_bytes(frozen.record, lines)
    assert outside.encode() not in frozen.facts
    put(store.folder, tree, frozen)
    store = reopen(store)
    assert store.record(PRESETS, "a.yaml") == replace(frozen.record, chain=chain)
    assert store.origins(PRESETS, "a.yaml") == {
        "ids.1": "a.yaml:2",
        "lr": "../shared/x.yaml:4",
    }


def test_what_no_record_lists_is_a_leftover(config_tree: ConfigTree, store: Baselines) -> None:
    tree = config_tree(
        {
            "frozen/presets/b.yaml.json": "{}\n",
            "frozen/notes/read.me": "",
            "frozen/presets/.a.yaml.json.17.tmp": "",
            "frozen/records/.a.yaml.json.17.tmp": "",
            "frozen/..journal.json.17.tmp": "",
        }
    )
    store = reopen(store)
    assert find_leftovers(store) == (
        "frozen/..journal.json.17.tmp",
        "frozen/notes/read.me",
        "frozen/presets/.a.yaml.json.17.tmp",
        "frozen/presets/b.yaml.json",
        "frozen/records/.a.yaml.json.17.tmp",
    )
    assert [path for path in find_leftovers(store) if store.folder.is_temporary(path)] == [
        "frozen/..journal.json.17.tmp",
        "frozen/presets/.a.yaml.json.17.tmp",
        "frozen/records/.a.yaml.json.17.tmp",
    ]
    assert store.value(PRESETS, "a.yaml") == VALUE
    tree.remove(find_leftovers(store))
    store = reopen(store)
    assert find_leftovers(store) == ()


def test_what_an_editor_leaves_behind_is_no_leftover(
    config_tree: ConfigTree, store: Baselines
) -> None:
    config_tree(
        {
            "frozen/presets/.DS_Store": "",
            "frozen/records/.a.yaml.json.swp": "",
            "frozen/notes/.b.yaml.json.17.tmp": "",
        }
    )
    store = reopen(store)
    assert find_leftovers(store) == ()
    assert store.list_configs(PRESETS) == ("a.yaml",)


def test_a_hidden_record_is_one_where_its_baseline_is(
    config_tree: ConfigTree, store: Baselines
) -> None:
    config_tree({"frozen/records/.b.yaml.json": "{}\n"})
    store = reopen(store)
    assert store.list_configs(PRESETS) == ("a.yaml",)
    config_tree({"frozen/presets/.b.yaml.json": "{}\n"})
    store = reopen(store)
    assert store.list_configs(PRESETS) == (".b.yaml", "a.yaml")
    assert find_leftovers(store) == ()


def test_a_link_is_a_leftover_and_what_it_leads_to_is_not(
    config_tree: ConfigTree, store: Baselines
) -> None:
    tree = config_tree({"home/a": "", "home/deep/b": ""})
    (tree.root / "frozen" / "home").symlink_to("../home")
    (tree.root / "frozen" / "file").symlink_to("../home/a")
    store = reopen(store)
    assert find_leftovers(store) == ("frozen/file", "frozen/home")
    tree.remove(find_leftovers(store))
    assert contents(tree.root / "home") == {"a": b"", "deep/b": b""}


def test_a_folder_of_frozen_files_that_is_a_link_is_read_and_not_written_to(
    config_tree: ConfigTree, store: Baselines
) -> None:
    tree = config_tree({})
    assert store.folder.link_fault(BASELINE) is None
    (tree.root / "frozen" / "presets").rename(tree.root / "elsewhere")
    (tree.root / "frozen" / "presets").symlink_to("../elsewhere")
    config_tree({"elsewhere/b.yaml.json": ""})
    store = reopen(store)
    assert store.value(PRESETS, "a.yaml") == VALUE
    assert find_leftovers(store) == ()
    assert str(store.folder.link_fault(BASELINE)) == (
        "frozen/presets: a link to another folder; nothing is written through it\n"
        "  hint: remove the link: frozen files lie in the folder itself"
    )
    assert store.folder.link_fault(RECORD) is None


def test_the_folder_itself_may_be_a_link(config_tree: ConfigTree, store: Baselines) -> None:
    tree = config_tree({})
    (tree.root / "frozen").rename(tree.root / "elsewhere")
    (tree.root / "frozen").symlink_to("elsewhere")
    store = open_baselines(StateFolder(tree, "frozen"))
    assert store.value(PRESETS, "a.yaml") == VALUE
    assert find_leftovers(store) == ()
    assert store.folder.link_fault(BASELINE) is store.folder.link_fault(RECORD) is None
