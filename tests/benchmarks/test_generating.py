"""Both generated trees hold the same presets, and look as the real ones do."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest
import yaml

from benchmarks.generate import write
from benchmarks.generating.entries import Entry, body, document, merged
from benchmarks.generating.trees import Trees, trees
from migration.values.canonical import canonical_bytes
from tests.naive import bases_of, naive_fusion, naive_resolve
from tests.running import run

pytestmark = pytest.mark.campaign


class Files:
    """Reads files of a tree, each of them once."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._read: dict[str, Mapping[object, object]] = {}

    def __call__(self, path: str) -> Mapping[object, object]:
        if path not in self._read:
            loaded = yaml.load(self._texts[path], Loader=yaml.CSafeLoader)
            self._read[path] = cast("Mapping[object, object]", loaded)
        return self._read[path]

    def chain(self, path: str) -> list[str]:
        return [*(part for base in bases_of(self, path) for part in self.chain(base)), path]


@pytest.fixture(scope="module")
def made() -> Trees:
    return trees(100, 7)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_migrated_tree_holds_against_what_is_frozen_from_the_legacy_tree(
    seed: int, tmp_path: Path
) -> None:
    write(tmp_path, trees(30, seed))
    frozen = run(tmp_path / "legacy", "snapshot")
    assert frozen.code == 0, frozen.err
    shutil.copytree(tmp_path / "legacy/snapshots", tmp_path / "migrated/snapshots")
    compared = run(tmp_path / "migrated", "check-parity")
    assert compared.code == 0, compared.err
    assert compared.out == (
        "parity holds: all 30 presets agree with their baselines\n30 verified\n"
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_both_trees_resolve_each_preset_to_the_same_values_types_included(seed: int) -> None:
    made = trees(30, seed)
    legacy, migrated = Files(made.legacy), Files(made.migrated)
    assert len(made.presets) == 30
    for path in made.presets:
        value = canonical_bytes(naive_resolve(legacy, path))
        assert canonical_bytes(naive_resolve(migrated, path)) == value


def test_a_seed_makes_the_same_files_again_and_another_one_others() -> None:
    assert trees(20, 3) == trees(20, 3)
    assert trees(20, 3).legacy != trees(20, 4).legacy


def test_chains_are_as_long_as_the_real_ones_and_short_once_migrated(
    made: Trees,
) -> None:
    before = [len(Files(made.legacy).chain(path)) for path in made.presets]
    after = [len(Files(made.migrated).chain(path)) for path in made.presets]
    assert min(before) >= 2
    assert max(before) <= 17
    assert sum(8 <= length <= 15 for length in before) > len(before) / 2
    assert set(after) <= {2, 3, 4}


def test_components_are_overridden_and_not_all_of_them_are_alike(made: Trees) -> None:
    components = [path for path in made.legacy if path.startswith("configs/components/")]
    assert 45 <= len(components) <= 55
    assert len({made.legacy[path] for path in components}) > len(components) / 2
    files = Files(made.legacy)
    path = max(made.presets, key=lambda each: len(files.chain(each)))
    said = [key for part in files.chain(path) for key in files(part).get("training", {})]  # type: ignore[attr-defined]
    assert len(set(said)) < len(said)


def test_every_fusion_file_that_a_preset_names_resolves(made: Trees) -> None:
    files = Files(made.migrated)
    named = {
        cast("dict[str, str]", naive_resolve(files, path).get("custom", {})).get("fusion_config")
        for path in made.presets
    }
    variants = [path for path in named if path]
    assert variants
    for path in variants:
        assert len(cast("list[object]", naive_fusion(files, path)["targets"])) == 2


def test_a_document_spells_short_sections_on_one_line_and_keeps_comments_at_their_values() -> None:
    short = [Entry(("a", "x"), "1"), Entry(("a", "y"), "'no'")]
    long = [Entry(("b", "c", "x"), "1", note="above"), Entry(("b", "d"), "", ("- 1",))]
    text = document("title", ["../base.yaml"], body([*short, *long]))
    assert text == (
        "# title\nextends: [../base.yaml]\n\na: { x: 1, y: 'no' }\n\n"
        "b:\n  c:\n    # above\n    x: 1\n  d:\n    - 1\n"
    )


def test_of_two_entries_at_a_place_the_later_one_stands() -> None:
    first, second = Entry(("a", "x"), "1"), Entry(("a", "x"), "2")
    assert merged((body([first]), body([second]))) == {("a", "x"): second}
