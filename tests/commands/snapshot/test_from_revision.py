from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import SMALL_PROJECT, write_files
from tests.running import commit_all, contents, edit, git, needs_git, run

pytestmark = needs_git


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a repository whose tag `before` is the small project, and which went on since."""
    folder = tmp_path / "project"
    write_files(folder, SMALL_PROJECT)
    commit_all(folder)
    git(folder, "tag", "before")
    edit(folder / "configs/components/optim.yaml", "1.0e-4", "9.0e-4")
    edit(folder / "configs/fusion/mix.yaml", "ratio: 1.0", "ratio: 0.5")
    (folder / "configs/train/b.yaml").unlink()
    write_files(folder, {"configs/train/c.yaml": "c: 1\n"})
    commit_all(folder)
    return folder


def frozen_files(folder: Path) -> Mapping[str, bytes]:
    return {path: data for path, data in contents(folder).items() if path.startswith("snapshots/")}


def test_the_files_are_those_of_a_checkout_byte_for_byte(project: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", str(project), "checkout")
    git(tmp_path / "checkout", "checkout", "-q", "before")
    assert run(tmp_path / "checkout", "snapshot").code == 0
    ran = run(project, "snapshot", "--from", "before")
    assert ran.code == 0
    commit = git(project, "rev-parse", "before")[:7]
    assert ran.out.splitlines()[0] == (
        f"2 presets and 1 fusion config frozen from {commit} in snapshots/"
    )
    assert frozen_files(project) == frozen_files(tmp_path / "checkout")
    assert git(project, "status", "--short").split() == ["??", "snapshots/"]


def test_the_work_tree_is_compared_with_the_revision(project: Path) -> None:
    assert run(project, "snapshot", "--from", "before").code == 0
    ran = run(project, "check-parity", "configs/train/a.yaml")
    assert ran.code == 2
    assert "  0.0001 (float) → 9.0e-4 (float)" in ran.out
    assert "1.0 (float) → 0.5 (float)" in ran.out


def test_the_settings_are_those_of_the_work_tree(project: Path) -> None:
    edit(project / "pyproject.toml", "configs/train/*.yaml", "configs/train/a.yaml")
    ran = run(project, "snapshot", "--from", "before")
    assert ran.code == 0
    assert ran.out.startswith("1 preset and 1 fusion config frozen from ")
    assert "frozen  configs/train/a.yaml" in ran.out


def test_no_baseline_is_replaced(project: Path) -> None:
    assert run(project, "snapshot", "--preset", "configs/train/a.yaml").code == 0
    before = frozen_files(project)
    ran = run(project, "snapshot", "--from", "before")
    assert (ran.code, ran.err) == (2, "")
    fault = "configs/fusion/mix.yaml: changed since it was frozen\n  from configs/train/b.yaml\n"
    assert f"; 1 preset could not be frozen:\n{fault}" in ran.out
    assert frozen_files(project) == before


def test_what_was_frozen_meanwhile_stays(project: Path) -> None:
    assert run(project, "snapshot", "--preset", "configs/train/c.yaml").code == 0
    before = frozen_files(project)
    ran = run(project, "snapshot", "--from", "before")
    assert ran.code == 0, ran.err
    after = frozen_files(project)
    ledger = "snapshots/ledger.yaml"
    assert {path: data for path, data in after.items() if path in before and path != ledger} == {
        path: data for path, data in before.items() if path != ledger
    }
    again = run(project, "snapshot", "--from", "before")
    assert again.out == "nothing to freeze: 3 presets already frozen in snapshots/\n"


def test_one_preset_of_a_revision(project: Path) -> None:
    ran = run(project, "snapshot", "--from", "before", "--preset", "configs/train/b.yaml")
    assert ran.code == 0
    assert "frozen  configs/train/b.yaml  (4 files)" in ran.out
    assert "configs/train/a.yaml" not in ran.out


def test_what_the_revision_has_in_its_own_snapshots_is_not_read(project: Path) -> None:
    git(project, "checkout", "-q", "before")
    assert run(project, "snapshot").code == 0
    commit_all(project)
    git(project, "tag", "-f", "before")
    git(project, "checkout", "-q", "main")
    ran = run(project, "snapshot", "--from", "before")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("2 presets and 1 fusion config frozen from ")


def test_a_broken_preset_of_the_revision_is_left_out(project: Path) -> None:
    write_files(project, {"configs/train/d.yaml": "extends: nope.yaml\n"})
    commit_all(project)
    write_files(project, {"configs/train/d.yaml": "extends: ../base.yaml\n"})
    fault = "configs/train/d.yaml:1:1: unknown base 'nope.yaml'\n"
    ran = run(project, "snapshot", "--from", "HEAD", "--strict")
    assert (ran.code, ran.out, ran.err) == (1, "", fault)
    assert not (project / "snapshots").exists()
    ran = run(project, "snapshot", "--from", "HEAD")
    head, _, rest = ran.out.partition("\n")
    assert (ran.code, ran.err) == (2, "")
    assert head.endswith(" in snapshots/; 1 preset could not be frozen:")
    assert " frozen from " in head
    assert rest.startswith(fault)
    assert (project / "snapshots/presets/configs/train/a.yaml.json").exists()
    assert not (project / "snapshots/presets/configs/train/d.yaml.json").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--from", "nope"], "no revision 'nope' in this repository"),
        (["--from", "befor"], "did you mean before?"),
        (["--from", "before", "--check"], "--from goes with freezing alone"),
        (["--from", "before", "--upgrade"], "--upgrade goes alone"),
        (["--from"], "--from needs a value"),
    ],
)
def test_a_wrong_call_is_refused(project: Path, words: list[str], message: str) -> None:
    ran = run(project, "snapshot", *words)
    assert ran.code == 1
    assert message in ran.err
