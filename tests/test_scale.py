"""What a command does is counted, not timed: nothing is read, resolved or written twice."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from pkgutil import resolve_name

import pytest

from benchmarks.generate import write
from benchmarks.generating.trees import trees
from migration.commands.check_parity import check_parity
from migration.commands.snapshot.freeze import freeze_presets
from migration.files import disk
from migration.files.tree import Tree
from migration.project.project import open_project
from migration.resolve.cache import Cache
from migration.resolve.dialect import Dialect
from migration.resolve.loader import ConfigLoader
from migration.store.baselines import open_baselines
from migration.store.records import FUSION, PRESETS
from tests.conftest import LEGACY, ROOT
from tests.layouts import settings_table
from tests.running import contents, run

COUNTED = {
    "read": "migration.resolve.source_files.load_document",
    "merged": "migration.resolve.chain.Resolved",
    "written out": "migration.resolve.resolved.canonical_bytes",
    "fetched": "migration.files.disk_tree.DiskTree.read",
}


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a legacy tree of 60 presets and the migrated one, frozen."""
    folder = tmp_path_factory.mktemp("scale")
    write(folder, trees(60, 5))
    assert run(folder / "legacy", "snapshot").code == 0
    shutil.copytree(folder / "legacy/snapshots", folder / "migrated/snapshots")
    return folder


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Counter[str]]:
    """Return what is counted from here on, by the path of a file or, of texts, by its own."""
    found: dict[str, Counter[str]] = {name: Counter() for name in COUNTED}

    def counting(name: str, done: Callable[..., object]) -> Callable[..., object]:
        def count(*args: object, **kwargs: object) -> object:
            path = next((each for each in args[::-1] if isinstance(each, str)), "")
            found[name][path] += 1
            return done(*args, **kwargs)

        return count

    for name, target in COUNTED.items():
        monkeypatch.setattr(target, counting(name, resolve_name(target)))
    return found


def _chains(folder: Path) -> tuple[set[str], set[str], int]:
    """Return the files of all configs, those of all fusion configs, and how many presets it has."""
    store = open_baselines(open_project(folder).state_folder)
    configs, fusions = (
        {
            link.path
            for path in store.list_configs(section)
            for link in store.record(section, path).chain
        }
        for section in (PRESETS, FUSION)
    )
    return configs, fusions, len(store.list_configs(PRESETS))


def _frozen(folder: Path) -> set[str]:
    """Return every baseline, every record and the ledger."""
    return {f"snapshots/{path}" for path in contents(folder / "snapshots")}


def _fetched(counts: Mapping[str, Counter[str]], part: str) -> dict[str, int]:
    """Return how often each file of a part of the project was taken from the disk."""
    found = counts["fetched"].items()
    return {path: count for path, count in found if path.startswith(f"{part}/")}


def _frozen_anew(folder: Path, source: Path) -> Path:
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("snapshots"))
    return folder


def test_a_freeze_reads_and_merges_each_file_once_and_writes_out_each_config_once(
    generated: Path, tmp_path: Path, counts: dict[str, Counter[str]]
) -> None:
    for number, source in enumerate((LEGACY, generated / "legacy")):
        folder = _frozen_anew(tmp_path / str(number), source)
        for counted in counts.values():
            counted.clear()
        freeze_presets(open_project(folder))
        written = counts["written out"].total()
        fetched = _fetched(counts, "configs")
        assert not _fetched(counts, "snapshots")
        configs, fusions, presets = _chains(folder)
        assert fetched == dict.fromkeys(configs | fusions, 1)
        assert set(counts["read"]) == configs | fusions
        assert counts["read"].total() == len(configs) + len(fusions)
        assert counts["merged"].total() == len(configs) + len(fusions)
        assert written == presets + len({*(folder / "snapshots/fusion").rglob("*.json")})


def test_a_check_reads_and_merges_each_file_once_and_writes_out_each_config_once(
    generated: Path, tmp_path: Path, counts: dict[str, Counter[str]]
) -> None:
    for number, source in enumerate((ROOT, generated / "migrated")):
        folder = tmp_path / str(number)
        for part in ("configs", "snapshots"):
            shutil.copytree(source / part, folder / part)
        shutil.copy(source / "pyproject.toml", folder)
        for counted in counts.values():
            counted.clear()
        assert check_parity(open_project(folder)).holds
        assert set(counts["read"].values()) == {1}
        assert counts["merged"].total() == counts["read"].total()
        written = counts["written out"].total()
        _, _, presets = _chains(folder)
        assert written == presets + len({*(folder / "snapshots/fusion").rglob("*.json")})


def test_a_check_reads_each_baseline_and_record_once_where_nothing_differs(
    generated: Path, counts: dict[str, Counter[str]]
) -> None:
    assert check_parity(open_project(generated / "migrated")).holds
    assert _fetched(counts, "snapshots") == dict.fromkeys(_frozen(generated / "migrated"), 1)
    # Once for what is in it, and once for its digest.
    assert set(_fetched(counts, "configs").values()) <= {1, 2}


def test_a_check_reads_again_only_what_was_frozen_of_a_preset_that_differs(
    counts: dict[str, Counter[str]],
) -> None:
    rows = check_parity(open_project(ROOT)).rows
    differing = {row.name for row in rows if row.comparison.allowed}
    assert 0 < len(differing) < len(rows)
    fetched = _fetched(counts, "snapshots")
    again = {path: count for path, count in fetched.items() if count > 1}
    folder = open_project(ROOT).state_folder
    store = open_baselines(folder)
    # Held against its record, held against today's value, and compared; the record: for its places.
    expected: dict[str, int] = {}
    for preset in differing:
        baseline, record = folder.files_of(PRESETS, preset)
        expected |= {baseline: 3, record: 2}
        if fusion := store.record(PRESETS, preset).fusion:
            expected[folder.baseline_path(FUSION, fusion.path)] = 2
    assert again == expected
    assert fetched.keys() == _frozen(ROOT)


def test_a_check_that_records_reads_each_record_again_to_write_it_and_each_baseline_once(
    generated: Path, tmp_path: Path, counts: dict[str, Counter[str]]
) -> None:
    folder = tmp_path / "migrated"
    shutil.copytree(generated / "migrated", folder)
    assert check_parity(open_project(folder), record=True).holds
    fetched = _fetched(counts, "snapshots")
    presets = {path for path in fetched if path.startswith("snapshots/records/")}
    # To judge, to keep what was frozen, and to see that nobody has changed it meanwhile.
    expected = dict.fromkeys(_frozen(folder), 1)
    expected |= {**dict.fromkeys(presets, 3), "snapshots/ledger.yaml": 2}
    assert len(presets) == _chains(folder)[2]
    assert fetched == expected
    counts["fetched"].clear()
    assert check_parity(open_project(folder), record=True).holds
    assert _fetched(counts, "snapshots") == dict.fromkeys(_frozen(folder), 1)


def test_a_check_of_one_preset_reads_what_was_frozen_of_it_and_no_other_baseline(
    generated: Path, counts: dict[str, Counter[str]]
) -> None:
    project = open_project(generated / "migrated")
    folder, base = project.state_folder, project.settings.base
    store = open_baselines(folder)
    presets = store.list_configs(PRESETS)
    chains = {path: {*project.configs.resolve(store.entry(path).target).chain} for path in presets}
    # One with no file of which only the records of all can tell that no preset has left it.
    preset = next(
        path
        for path in presets
        if store.entry(path).target == path
        and not store.record(PRESETS, path).fusion
        and chains[path] <= {base, *presets}
    )
    counts["fetched"].clear()
    assert check_parity(open_project(generated / "migrated"), [preset]).holds
    own = {folder.baseline_path(PRESETS, preset), "snapshots/ledger.yaml"}
    # Of a preset that it extends, the record alone says that it is still there.
    own |= {folder.record_path(PRESETS, path) for path in chains[preset] - {base}}
    assert _fetched(counts, "snapshots") == dict.fromkeys(own, 1)


def test_freezing_again_writes_nothing(generated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(generated / "legacy/snapshots")
    written: list[Path] = []
    monkeypatch.setattr(disk, "replace", lambda _source, target: written.append(target))
    assert run(generated / "legacy", "snapshot").code == 0
    assert not written
    assert contents(generated / "legacy/snapshots") == before


def test_a_file_that_is_extended_long_after_it_was_read_is_only_read_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counts: dict[str, Counter[str]]
) -> None:
    def loader(tree: Tree, dialect: Dialect) -> ConfigLoader:
        return ConfigLoader(tree, dialect, cache=Cache(most_kept=3))

    monkeypatch.setattr("migration.project.project.ConfigLoader", loader)
    presets = {f"configs/train/p{number}.yaml": f"a: {number}\n" for number in range(9)}
    presets["configs/train/z.yaml"] = "extends: p0.yaml\nb: 1\n"
    presets["configs/train/zz.yaml"] = "extends: p0.yaml\nb: 2\n"
    (tmp_path / "pyproject.toml").write_text(
        settings_table(presets=["configs/train/*.yaml"], legacy=None)
    )
    for path, text in presets.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert run(tmp_path, "snapshot").code == 0
    assert counts["read"]["configs/train/p0.yaml"] == 2
    assert counts["read"].total() == len(presets) + 1
