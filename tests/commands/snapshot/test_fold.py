"""`snapshot --fold`: what was accepted goes into the baselines, and nothing else changes."""

from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.ledgers import MIX, OPTIM, A, B, fields, ok
from tests.running import contents, edit, run

ALL = ("--preset", A, "--preset", B)


def accept(folder: Path, *words: str) -> None:
    ok(folder, "accept", *(words or ALL), "--reason", "on purpose")


def list_accepted(folder: Path) -> list[str]:
    return [path for path in contents(folder / "snapshots") if path.startswith("accepted/")]


def check(folder: Path) -> str:
    """Return the verdict of a gate that holds."""
    assert run(folder, "snapshot", "--check").code == 0
    return ok(folder, "check-parity", "--no-record").splitlines()[0]


def test_the_baselines_have_what_was_accepted(frozen_project: Path) -> None:
    before = fields(frozen_project, A)
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    accept(frozen_project)
    out = ok(frozen_project, "snapshot", "--fold")
    assert out == (
        "1 acceptance folded into the baselines of 2 presets; "
        "every expected config is as it was\nfolded  optim.lr\n"
    )
    assert list_accepted(frozen_project) == []
    assert check(frozen_project) == "parity holds: all 2 presets agree with their baselines"
    after = fields(frozen_project, A)
    assert after["baseline"] != before["baseline"]
    assert (after["chain"], after["fusion"]) == (before["chain"], before["fusion"])
    # No file of the legacy tree sets the new value.
    assert before["origins"][OPTIM] == {"optim.lr": 1}
    assert OPTIM not in after["origins"]
    edit(frozen_project / OPTIM, "2.0e-4", "1.0e-4")
    assert run(frozen_project, "check-parity", "--no-record").code == 2


def test_without_an_acceptance_nothing_is_written(frozen_project: Path) -> None:
    before = contents(frozen_project)
    assert ok(frozen_project, "snapshot", "--fold").startswith("nothing to fold")
    assert contents(frozen_project) == before


def test_what_is_red_stays_red(frozen_project: Path) -> None:
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    accept(frozen_project)
    edit(frozen_project / OPTIM, "2.0e-4", "3.0e-4")
    before = run(frozen_project, "check-parity", "--no-record", "--format", "json").out
    ok(frozen_project, "snapshot", "--fold")
    after = run(frozen_project, "check-parity", "--no-record", "--format", "json").out
    assert '"left": 0.0002' in before
    assert '"left": 0.0002' in after


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("training: {seed: 1}\n", ""),
        ("training: {seed: 1}", "training: {}"),
        ("seed: 1", "seeds: [1, 2]"),
        ("training: {seed: 1}", "training: 5"),
    ],
)
def test_keys_that_come_and_go(frozen_project: Path, old: str, new: str) -> None:
    edit(frozen_project / B, old, new)
    accept(frozen_project, "--preset", B)
    ok(frozen_project, "snapshot", "--fold")
    assert list_accepted(frozen_project) == []
    assert check(frozen_project).startswith("parity holds")


def test_a_fusion_config_is_folded_if_all_presets_agree(frozen_project: Path) -> None:
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 0.5")
    accept(frozen_project, "--preset", A)
    before = contents(frozen_project / "snapshots")
    out = ok(frozen_project, "snapshot", "--fold")
    assert f"kept  {MIX}  (these presets expect other contents of it: {A}, {B})\n" in out
    assert contents(frozen_project / "snapshots") == before
    accept(frozen_project, "--preset", B)
    ok(frozen_project, "snapshot", "--fold")
    assert list_accepted(frozen_project) == []
    assert fields(frozen_project, A)["fusion"] == fields(frozen_project, B)["fusion"]
    assert check(frozen_project).startswith("parity holds")


def test_another_fusion_config_takes_the_place_of_the_former_one(frozen_project: Path) -> None:
    other = "configs/fusion/other.yaml"
    write_files(frozen_project, {other: "targets: [{name: rru}]\nsources: []\n"})
    edit(frozen_project / A, MIX, other)
    accept(frozen_project)
    ok(frozen_project, "snapshot", "--fold")
    frozen = [path for path in contents(frozen_project / "snapshots") if "fusion" in path]
    assert frozen == [f"fusion/{other}.json", f"fusion_records/{other}.json"]
    assert check(frozen_project).startswith("parity holds")


def test_a_fusion_config_that_goes_and_comes_again(frozen_project: Path) -> None:
    line = f"custom: {{fusion_config: {MIX}}}\n"
    edit(frozen_project / A, line, "")
    accept(frozen_project)
    ok(frozen_project, "snapshot", "--fold")
    assert "fusion" not in fields(frozen_project, A)
    assert not any("fusion" in path for path in contents(frozen_project / "snapshots"))
    with (frozen_project / A).open("a") as file:
        file.write(line)
    accept(frozen_project)
    accept(frozen_project)
    ok(frozen_project, "snapshot", "--fold")
    assert list_accepted(frozen_project) == []
    assert check(frozen_project).startswith("parity holds")


def test_a_new_preset_with_an_accepted_fusion_config_is_frozen(frozen_project: Path) -> None:
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 0.5")
    new = "configs/train/c.yaml"
    write_files(frozen_project, {new: "extends: a.yaml\n"})
    ran = run(frozen_project, "snapshot")
    assert (ran.code, f"{MIX}: changed since it was frozen" in ran.out) == (2, True)
    accept(frozen_project)
    ok(frozen_project, "snapshot")
    (path,) = list_accepted(frozen_project)
    assert f"  - {new}\n" in (frozen_project / "snapshots" / path).read_text()
    assert check(frozen_project).startswith("parity holds: all 3")
    ok(frozen_project, "snapshot", "--fold")
    assert check(frozen_project) == "parity holds: all 3 presets agree with their baselines"
