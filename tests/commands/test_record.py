"""`check-parity` records: each status that a preset can come into, and what is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from migration.commands import check_parity as check
from migration.gate.status import Row, assess_presets
from migration.project.project import open_project
from tests.conftest import write_files
from tests.earlier import refreeze
from tests.ledgers import (
    LEDGER,
    MIX,
    OPTIM,
    SHALLOW,
    A,
    B,
    entry,
    gate,
    migrate,
    ok,
    record_path,
    statuses,
    to_phase,
    type_status,
)
from tests.running import contents, edit, git, needs_git, run


def recorded(folder: Path) -> dict[str, str]:
    """Return the status that the record of each frozen preset has, whatever is true."""
    root = folder / "snapshots/records"
    presets = [
        path.relative_to(root).as_posix().removesuffix(".json") for path in root.rglob("*.json")
    ]
    return {preset: entry(folder, preset)["status"] for preset in sorted(presets)}


def break_parity(folder: Path) -> None:
    edit(folder / B, "seed: 1", "seed: 2")


def repair_parity(folder: Path) -> None:
    edit(folder / B, "seed: 2", "seed: 1")


def break_yaml(folder: Path) -> None:
    edit(folder / B, "{seed: 1}", "{seed: 1")


def repair_yaml(folder: Path) -> None:
    edit(folder / B, "{seed: 1", "{seed: 1}")


def remove(folder: Path) -> None:
    (folder / B).rename(folder / "kept")


def put_back(folder: Path) -> None:
    (folder / "kept").rename(folder / B)


def shallow(folder: Path) -> None:
    write_files(folder, {A: SHALLOW})


def fall_back(folder: Path) -> None:
    edit(folder / A, "../base.yaml", "[../base.yaml, ../components/optim.yaml]")


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], "pending"),
        ([break_parity], "failed"),
        ([break_parity, repair_parity], "pending"),
        ([shallow], "verified"),
        ([shallow, break_parity], "failed"),
        ([shallow, break_parity, repair_parity], "verified"),
        ([shallow, fall_back], "pending"),
        ([remove], "missing"),
        ([remove, put_back], "pending"),
        ([shallow, remove], "missing"),
        ([break_yaml], "error"),
        ([break_yaml, repair_yaml], "pending"),
        ([shallow, break_yaml, repair_yaml], "verified"),
    ],
    ids=lambda value: (
        "-".join(step.__name__ for step in value) if isinstance(value, list) else None
    ),
)
def test_a_preset_goes_from_status_to_status(
    frozen_project: Path, steps: list[object], expected: str
) -> None:
    for step in steps:
        assert callable(step)
        step(frozen_project)
        code = run(frozen_project, "check-parity").code
    assert recorded(frozen_project)[B] == expected
    assert statuses(frozen_project)[B] == expected
    if steps:
        assert code == (0 if expected in ("pending", "verified") else 2)


def test_freezing_records_what_is_pending_and_what_needs_no_legacy_file(
    small_project: Path,
) -> None:
    write_files(small_project, {"configs/train/c.yaml": "extends: ../base.yaml\n"})
    ok(small_project, "snapshot")
    assert recorded(small_project) == {
        A: "pending",
        B: "pending",
        "configs/train/c.yaml": "verified",
    }


def test_a_verdict_about_to_be_recorded_is_no_trouble_in_the_table(small_project: Path) -> None:
    c = "configs/train/c.yaml"
    write_files(small_project, {c: "extends: ../components/optim.yaml\n"})
    ok(small_project, "snapshot")
    write_files(small_project, {A: SHALLOW})
    table = ok(small_project, "check-parity", "-v").split("\n\n")[1]
    assert [line.split()[0] for line in table.splitlines()[1:]] == [c, A, B]
    type_status(small_project, B, "pending")
    table = ok(small_project, "ledger").split("\n\n")[2]
    assert [line.split()[2] for line in table.splitlines()[1:]] == [B, c, A]


def test_only_the_wanted_preset_is_recorded(frozen_project: Path) -> None:
    shallow(frozen_project)
    ok(frozen_project, "check-parity", "--preset", B)
    assert recorded(frozen_project) == {A: "pending", B: "verified"}


def test_without_recording_the_records_stay(frozen_project: Path) -> None:
    shallow(frozen_project)
    before = contents(frozen_project)
    ok(frozen_project, "check-parity", "--no-record")
    assert contents(frozen_project) == before


IN_CI = "note: CI is set: verdicts are not recorded (`--record` records them)\n"


@pytest.mark.parametrize("value", ["1", "true", "True", "yes", "woodpecker"])
def test_in_ci_nothing_is_recorded_and_a_note_says_so(
    frozen_project: Path, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", value)
    shallow(frozen_project)
    before = contents(frozen_project)
    ran = run(frozen_project, "check-parity")
    assert (ran.code, ran.err) == (0, IN_CI)
    assert "2 verified" in ran.out
    assert contents(frozen_project) == before
    assert recorded(frozen_project) == {A: "pending", B: "pending"}


def test_in_ci_a_verdict_that_is_bad_still_exits_2(
    frozen_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    break_parity(frozen_project)
    before = contents(frozen_project)
    ran = run(frozen_project, "check-parity", "--format", "json")
    assert (ran.code, ran.err) == (2, IN_CI)
    assert {row["status"] for row in json.loads(ran.out)["presets"]} == {"pending", "failed"}
    assert contents(frozen_project) == before


@pytest.mark.parametrize("value", ["", " ", "0", "false", "False"])
def test_outside_ci_verdicts_are_recorded(
    frozen_project: Path, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", value)
    migrate(frozen_project)
    assert recorded(frozen_project) == {A: "verified", B: "verified"}


@pytest.mark.parametrize("value", ["1", "true", "", "0"])
def test_verdicts_are_recorded_if_told_to_wherever_it_is(
    frozen_project: Path, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", value)
    shallow(frozen_project)
    ok(frozen_project, "check-parity", "--record")
    assert recorded(frozen_project) == {A: "verified", B: "verified"}


def test_in_ci_who_wants_no_record_is_told_nothing_about_it(
    frozen_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    shallow(frozen_project)
    before = contents(frozen_project)
    ok(frozen_project, "check-parity", "--no-record")
    assert contents(frozen_project) == before


def test_to_record_and_not_to_record_exclude_each_other(frozen_project: Path) -> None:
    shallow(frozen_project)
    before = contents(frozen_project)
    ran = run(frozen_project, "check-parity", "--record", "--no-record")
    assert (ran.code, ran.out) == (1, "")
    assert "--record and --no-record exclude each other" in ran.err
    assert contents(frozen_project) == before


def test_in_ci_a_phase_closes_all_the_same(
    frozen_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_phase(frozen_project, 1)
    monkeypatch.setenv("CI", "true")
    shallow(frozen_project)
    ok(frozen_project, "advance")
    assert recorded(frozen_project) == {A: "verified", B: "verified"}


def test_what_is_on_record_already_is_not_written_again(frozen_project: Path) -> None:
    migrate(frozen_project)
    files = [frozen_project / path for path in (LEDGER, record_path(A), record_path(B))]
    before = [(path.stat().st_ino, path.stat().st_mtime_ns) for path in files]
    ok(frozen_project, "check-parity")
    assert [(path.stat().st_ino, path.stat().st_mtime_ns) for path in files] == before


def test_a_verdict_is_recorded_beside_what_was_decided(frozen_project: Path) -> None:
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    refreeze(frozen_project, "a new rate", A, B)
    ok(frozen_project, "map", "--old", A, "--phase", "1")
    write_files(frozen_project, {A: SHALLOW.replace("1.0e-4", "2.0e-4")})
    ok(frozen_project, "check-parity")
    assert entry(frozen_project, A) == {
        "status": "verified",
        "phase": 1,
        "refrozen": ["a new rate"],
    }


@pytest.mark.parametrize("phase", [2, 3, "done"])
def test_a_preset_pending_in_a_closed_phase_is_in_the_way(
    frozen_project: Path, phase: int | str
) -> None:
    to_phase(frozen_project, phase)
    write_files(frozen_project, {OPTIM: "optim: {lr: 1.0e-4}\n"})
    fall_back(frozen_project)
    ran = run(frozen_project, "check-parity", "--preset", A)
    assert ran.code == 2
    assert f"{A}: phase 1 is closed, but the preset is built from {OPTIM}\n" in ran.out


def test_a_preset_pending_in_the_open_phase_is_not_in_the_way(frozen_project: Path) -> None:
    to_phase(frozen_project, 1)
    fall_back_code = run(frozen_project, "check-parity").code
    assert (fall_back_code, gate(frozen_project)) == (0, 0)


def test_a_preset_of_phase_2_may_be_pending_once_phase_1_is_closed(frozen_project: Path) -> None:
    to_phase(frozen_project, 2)
    edit(frozen_project / B, "extends: a.yaml", "extends: [a.yaml, ../components/optim.yaml]")
    assert run(frozen_project, "check-parity").code == 0
    assert statuses(frozen_project) == {A: "verified", B: "pending"}


def test_a_new_preset_is_compared_with_nothing_and_never_recorded(frozen_project: Path) -> None:
    to_phase(frozen_project, 2)
    write_files(frozen_project, {"configs/train/c.yaml": "extends: a.yaml\nseed: 3\n"})
    before = contents(frozen_project)
    assert run(frozen_project, "check-parity").code == 2
    assert contents(frozen_project) == before
    assert statuses(frozen_project)["configs/train/c.yaml"] == "new"


@pytest.mark.parametrize(
    ("text", "told", "status"),
    [
        (
            "extends: ../components/optim.yaml\n",
            f"built from {OPTIM}, but not frozen: `snapshot`",
            "new",
        ),
        ("extends: nowhere.yaml\n", "unknown base 'nowhere.yaml'", "error"),
    ],
)
def test_a_preset_that_is_not_frozen_holds_the_gate(
    frozen_project: Path, text: str, told: str, status: str
) -> None:
    to_phase(frozen_project, 2)
    write_files(frozen_project, {"configs/train/c.yaml": text})
    ran = run(frozen_project, "check-parity")
    assert ran.code == 2
    assert told in ran.out
    assert (statuses(frozen_project)["configs/train/c.yaml"], gate(frozen_project)) == (status, 2)


def test_a_link_at_a_legacy_place_is_as_legacy_as_a_file_there(frozen_project: Path) -> None:
    (frozen_project / OPTIM).rename(frozen_project / "configs/optim.yaml")
    (frozen_project / OPTIM).symlink_to("../optim.yaml")
    edit(frozen_project / A, "../components/optim.yaml", "../optim.yaml")
    ok(frozen_project, "check-parity")
    assert statuses(frozen_project) == {A: "pending", B: "pending"}
    (frozen_project / OPTIM).unlink()
    ok(frozen_project, "check-parity")
    assert statuses(frozen_project) == {A: "verified", B: "verified"}


def test_a_preset_built_from_its_own_baseline_is_not_verified(frozen_project: Path) -> None:
    baseline = f"snapshots/presets/{A}.json"
    write_files(frozen_project, {A: f"extends: ../../{baseline}\n"})
    ok(frozen_project, "check-parity")
    assert statuses(frozen_project) == {A: "pending", B: "pending"}
    edit(frozen_project / "pyproject.toml", "phase_1 = []", f'phase_1 = ["{A}"]')
    ok(frozen_project, "advance")
    ran = run(frozen_project, "advance")
    assert (ran.code, f"{A}: pending: built from {baseline}" in ran.out) == (2, True)


def test_a_fusion_config_under_the_legacy_globs_keeps_its_presets_pending(
    small_project: Path,
) -> None:
    write_files(small_project, {"configs/components/mix.yaml": "targets: [{name: bbu}]\n"})
    write_files(small_project, {MIX: "extends: ../components/mix.yaml\n"})
    ok(small_project, "snapshot")
    migrate(small_project)
    assert statuses(small_project) == {A: "pending", B: "pending"}
    write_files(small_project, {MIX: "targets: [{name: bbu}]\n"})
    ok(small_project, "check-parity")
    assert statuses(small_project) == {A: "verified", B: "verified"}


def test_a_new_preset_that_cannot_run_is_in_the_way(frozen_project: Path) -> None:
    to_phase(frozen_project, 1)
    write_files(frozen_project, {"configs/train/c.yaml": "custom: {fusion_config: nope.yaml}\n"})
    ran = run(frozen_project, "check-parity")
    assert ran.code == 2
    assert "custom.fusion_config names 'nope.yaml', which is missing" in ran.out


@needs_git
@pytest.mark.parametrize("other", [["verify"], ["refreeze"], ["map"], ["drop"]])
def test_branches_that_work_on_different_presets_merge(
    small_project: Path, other: list[str]
) -> None:
    for name in "abcd":
        text = f"extends: [../base.yaml, ../components/optim.yaml]\nname: {name}\n"
        write_files(small_project, {f"configs/train/{name}.yaml": text})
    ok(small_project, "snapshot")
    ok(small_project, "advance")
    git(small_project, "init", "--quiet", "--initial-branch=main")
    git(small_project, "add", ".")
    git(small_project, "commit", "--quiet", "--message=frozen")
    git(small_project, "checkout", "--quiet", "-b", "one")
    write_files(small_project, {B: "extends: ../base.yaml\noptim: {lr: 1.0e-4}\nname: b\n"})
    ok(small_project, "check-parity")
    git(small_project, "commit", "--quiet", "--all", "--message=b")
    git(small_project, "checkout", "--quiet", "main")
    c = "configs/train/c.yaml"
    shallow_c = "extends: ../base.yaml\noptim: {lr: 1.0e-4}\nname: c\n"
    if other == ["verify"]:
        write_files(small_project, {c: shallow_c})
        ok(small_project, "check-parity")
    elif other == ["refreeze"]:
        edit(small_project / c, "name: c", "name: e")
        refreeze(small_project, "another name", c)
    elif other == ["map"]:
        write_files(small_project, {"configs/new/c.yaml": shallow_c})
        ok(small_project, "map", "--old", c, "--new", "configs/new/c.yaml")
    else:
        ok(small_project, "map", "--old", c, "--drop", "--reason", "nobody runs it")
    git(small_project, "add", ".")
    git(small_project, "commit", "--quiet", "--message=c")
    git(small_project, "merge", "--quiet", "--no-edit", "one")
    assert gate(small_project) == 0
    assert statuses(small_project)[B] == "verified"
    assert statuses(small_project)[c] == {"refreeze": "pending", "drop": "dropped"}.get(
        other[0], "verified"
    )


@pytest.mark.parametrize("record", [False, True])
def test_what_others_freeze_anew_meanwhile_is_no_edit_and_is_compared_with(
    frozen_project: Path, record: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*args: object) -> tuple[Row, ...]:
        monkeypatch.setattr(check, "assess_presets", assess_presets)
        edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
        edit(frozen_project / A, MIX, "null")
        refreeze(frozen_project, "why", A, B)
        edit(frozen_project / OPTIM, "2.0e-4", "1.0e-4")
        edit(frozen_project / A, "null", MIX)
        return assess_presets(*args)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(check, "assess_presets", overtaken)
    edit(frozen_project / B, "seed: 1", "seed: 2")
    report = check.check_parity(open_project(frozen_project), record=record)
    assert [row.status for row in report.rows] == ["failed", "failed"]
    changed = {each.difference.path for each in report.rows[0].comparison.forbidden}
    assert changed == {("optim", "lr"), ("custom", "fusion_config")}
    assert report.warnings == ()
