"""Every side of the benchmark does the work that it is timed for, and the benchmark tells of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from benchmarks.generate import write
from benchmarks.generating.trees import trees
from benchmarks.report import main as report
from benchmarks.samples import Results, Sample
from benchmarks.tables import page
from tests.conftest import ROOT
from tests.running import contents, edit, run

pytestmark = pytest.mark.campaign

needs_libyaml = pytest.mark.skipif(not yaml.__with_libyaml__, reason="libyaml is not installed")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with both trees of 20 presets, frozen, and the list of the presets."""
    folder = tmp_path_factory.mktemp("bench")
    written = trees(20, 3)
    write(folder, written)
    assert run(folder / "legacy", "snapshot").code == 0
    shutil.copytree(folder / "legacy/snapshots", folder / "migrated/snapshots")
    (folder / "all.txt").write_text("".join(f"{preset}\n" for preset in written.presets))
    return folder


def ran(module: str, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"benchmarks{module}", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("side", [pytest.param("floor", marks=needs_libyaml), "naive"])
def test_a_side_freezes_what_the_toolkit_freezes(made: Path, side: str, tmp_path: Path) -> None:
    done = ran(f".sides.{side}", "snapshot", made / "legacy", made / "all.txt", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert contents(tmp_path) == contents(made / "legacy/snapshots/presets")


@pytest.mark.parametrize("side", [pytest.param("floor", marks=needs_libyaml), "naive"])
def test_a_side_finds_what_has_changed(made: Path, side: str, tmp_path: Path) -> None:
    folder = tmp_path / "migrated"
    shutil.copytree(made / "migrated", folder)
    assert not ran(f".sides.{side}", "check", folder, made / "all.txt").stdout
    preset = (made / "all.txt").read_text().splitlines()[0]
    edit(folder / preset, "\n  learning_rate: ", "\n  learning_rate: 1")
    assert preset in ran(f".sides.{side}", "check", folder, made / "all.txt").stdout.splitlines()


@needs_libyaml
def test_comparing_alone_is_timed(made: Path) -> None:
    done = ran(".sides.comparing", made / "migrated", made / "all.txt")
    assert json.loads(done.stdout).keys() == {"resolving", "unchanged", "changed"}


@needs_libyaml
def test_the_benchmark_prints_a_table_and_keeps_every_sample(tmp_path: Path) -> None:
    out = tmp_path / "results.json"
    done = ran("", "--presets", "20", "--repeat", "2", "--actions", "check,inspect", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "**check**" in done.stdout
    samples = json.loads(out.read_text())["samples"]
    sides = {(sample["action"], sample["side"]) for sample in samples}
    assert sides == {
        *(("check", "toolkit"), ("check", "floor"), ("check", "naive")),
        *(("inspect", "toolkit"), ("inspect", "naive")),
    }
    assert len(samples) == 2 * len(sides)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--presets", "0"], "must be a whole number of at least 1, not '0'"),
        (["--presets", "many"], "must be a whole number of at least 1, not 'many'"),
        (["--repeat", "-1"], "must be a whole number of at least 1, not '-1'"),
        (["--actions", "chek"], "must be some of snapshot, check, "),
        (["--out", "nowhere/results.json"], "no such folder: nowhere"),
    ],
)
def test_a_benchmark_that_would_measure_nothing_is_refused(words: list[str], said: str) -> None:
    done = ran("", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_ratio_is_that_of_the_medians_with_the_least_and_the_most_of_a_turn() -> None:
    samples = [
        Sample("check", 100, side, 100, turn, cpu, 0.0, cpu, 10**8)
        for side, times in (("toolkit", (1.0, 2.0, 4.0)), ("naive", (20.0, 20.0, 40.0)))
        for turn, cpu in enumerate(times)
    ]
    text = page(Results({"cores": "2"}, [], samples))
    assert "10 (10 to 20)" in text
    assert " 200 |" in text  # milliseconds for each of 100 presets, the median of the naive side


def test_results_that_are_none_are_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "no.json").write_text("{}")
    monkeypatch.setattr(sys, "argv", ["report", str(tmp_path / "no.json")])
    with pytest.raises(SystemExit):
        report()
    assert capsys.readouterr().err.endswith("no results of a benchmark\n")
