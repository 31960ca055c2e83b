"""What a command does is counted, not timed: nothing is read, resolved or written twice."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.generate import write
from benchmarks.generating.trees import trees
from migration import disk
from migration.workflow.check import check_parity
from migration.workflow.freeze import freeze_presets
from migration.workflow.project import open_project
from tests.conftest import LEGACY, ROOT
from tests.running import contents, run

COUNTED = {
    "read": "migration.sources.load_document",
    "merged": "migration.loader.Resolved",
    "written out": "migration.loader.canonical_bytes",
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
        module, _, attribute = target.rpartition(".")
        done = getattr(__import__(module, fromlist=[attribute]), attribute)
        monkeypatch.setattr(target, counting(name, done))
    return found


def _chains(folder: Path) -> tuple[set[str], set[str], int]:
    """Return the files of all configs, those of all fusion configs, and how many presets it has."""
    manifest = open_project(folder).store.manifest()
    assert manifest
    configs, fusions = (
        {link.path for record in records.values() for link in record.chain}
        for records in (manifest.presets, manifest.fusion)
    )
    return configs, fusions, len(manifest.presets)


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
        configs, fusions, presets = _chains(folder)
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
    monkeypatch.setattr("migration.loader.ConfigLoader._most_kept", 3)
    presets = {f"configs/train/p{number}.yaml": f"a: {number}\n" for number in range(9)}
    presets["configs/train/z.yaml"] = "extends: p0.yaml\nb: 1\n"
    presets["configs/train/zz.yaml"] = "extends: p0.yaml\nb: 2\n"
    for path, text in presets.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert run(tmp_path, "snapshot").code == 0
    assert counts["read"]["configs/train/p0.yaml"] == 2
    assert counts["read"].total() == len(presets) + 1
